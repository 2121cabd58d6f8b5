//! The table of OpenAI's answers, row by row, over the wire: each row gets a key of its own and a server that answers so.

use std::collections::HashMap;

use unleak::verify::openai::{Echo, Meaning, ROWS, Row};
use unleak::words::Liveness;

use crate::server::{Authority, Reply, Server};
use crate::support::{project_key, write};
use crate::{asking, error, run, shown, verdicts};

/// Answers that a row fits, one for each of its statuses, codes, types and texts.
fn answers(row: &Row, key: &str) -> Vec<Reply> {
    let one = |all: &[&'static str]| if all.is_empty() { vec![""] } else { all.to_vec() };
    let when = &row.when;
    let statuses = if when.status.is_empty() { vec![401, 403, 421] } else { when.status.to_vec() };
    let mut answers = Vec::new();
    for status in statuses {
        for code in one(when.code) {
            for kind in one(when.kind) {
                for says in one(when.says) {
                    let code = code.replace('*', "organization");
                    let ours = match when.echo {
                        Echo::Ours => format!(": {}. You can", shown(key)),
                        Echo::Any => String::new(),
                    };
                    answers.push(error(
                        status,
                        &code,
                        kind,
                        &format!("About it: {says} provided{ours}").replace("provided provided", "provided"),
                    ));
                }
            }
        }
    }
    answers
}

#[test]
fn every_row_means_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let (mut replies, mut wanted) = (HashMap::new(), Vec::new());
    let mut seed = 0;
    for (number, row) in ROWS.iter().enumerate() {
        let count = answers(row, &project_key(0)).len();
        for index in 0..count {
            seed += 1;
            let (key, file) = (project_key(seed), format!("{number}-{index}.env"));
            write(folder.path(), &file, format!("KEY={key}\n"));
            let verdict = match &row.means {
                Meaning::Is(liveness) => format!("{} {}", liveness.as_str(), liveness.detail()),
                // No region is named, so there is none to ask.
                Meaning::OtherRegion => "live elsewhere".to_owned(),
            };
            replies.insert(key.clone(), answers(row, &key).swap_remove(index));
            wanted.push((file, verdict));
        }
    }
    let authority = Authority::new();
    let server = Server::tls(&authority, move |asked| replies[asked.bearer()].clone().with("retry-after-ms", "1"));
    let said = run(asking(folder.path(), &authority, &server).args([
        "scan",
        ".",
        "--verify",
        "--format",
        "json",
        "--rate",
        "1000",
        "--deadline",
        "30",
    ]));
    assert_eq!(said.status, Some(1), "{}", said.stderr);
    let verdicts = verdicts(&said.json());
    for (file, verdict) in &wanted {
        assert_eq!(verdicts.get(file), Some(verdict), "row {file}");
    }
    assert_eq!(verdicts.len(), wanted.len());
    let states = ROWS.iter().filter_map(|row| match &row.means {
        Meaning::Is(liveness) => Some(liveness.as_str()),
        Meaning::OtherRegion => None,
    });
    let states: std::collections::BTreeSet<&str> = states.collect();
    assert_eq!(states.len(), 3, "the table knows live, dead and unknown");
}

/// The table never takes a bare status for an answer: without a known code or message nothing is dead.
#[test]
fn no_status_alone_is_a_death() {
    for row in ROWS {
        let when = &row.when;
        if matches!(row.means, Meaning::Is(Liveness::Dead(_) | Liveness::Live(_))) {
            assert!(!when.code.is_empty() || !when.kind.is_empty() || !when.says.is_empty(), "{row:?}");
        }
    }
}
