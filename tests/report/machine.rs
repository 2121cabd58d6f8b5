//! The reports for programs.

use std::collections::HashSet;

use serde_json::{Value, json};
use unleak::app::{baseline, config, load_rules};
use unleak::report::{Detail, Format, Run, rules_markdown, schema};
use unleak::words::Ledger;

use crate::schema::complaints;
use crate::{golden, ledgers, report};

fn noisy() -> Run {
    Run { noise: Detail::Full, ..ledgers::run() }
}

fn parsed(format: Format, ledger: &Ledger, run: &Run) -> Value {
    serde_json::from_str(&report(format, ledger, run)).unwrap()
}

#[test]
fn they_look_as_laid_down() {
    for (name, schema) in [("report", schema()), ("config", config::schema()), ("baseline", baseline::schema())] {
        golden::check(&format!("docs/{name}.schema.json"), &(serde_json::to_string_pretty(&schema).unwrap() + "\n"));
    }
    let mut catalogue = Vec::new();
    rules_markdown(&load_rules(&Default::default()).unwrap(), &mut catalogue).unwrap();
    golden::check("docs/rules.md", std::str::from_utf8(&catalogue).unwrap());
    golden::check("tests/report/golden/full.json", &report(Format::Json, &ledgers::full(), &noisy()));
    golden::check("tests/report/golden/full.jsonl", &report(Format::Jsonl, &ledgers::full(), &noisy()));
    golden::check("tests/report/golden/full.sarif", &report(Format::Sarif, &ledgers::full(), &noisy()));
}

#[test]
fn json_keeps_to_its_schema() {
    for ledger in [ledgers::full(), ledgers::clean(), ledgers::incomplete(), ledgers::many(20)] {
        let document = parsed(Format::Json, &ledger, &noisy());
        assert_eq!(complaints(&schema(), &schema(), &document), [""; 0]);
    }
    let wrong = json!({ "schema": "unleak.report/2" });
    assert!(!complaints(&schema(), &schema(), &wrong).is_empty());
}

#[test]
fn every_line_of_jsonl_keeps_to_its_schema_and_the_last_is_the_summary() {
    let line_schema = schema()["$defs"]["Line"].clone();
    for ledger in [ledgers::full(), ledgers::clean(), ledgers::incomplete()] {
        let text = report(Format::Jsonl, &ledger, &noisy());
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        for line in &lines {
            assert_eq!(complaints(&schema(), &line_schema, line), [""; 0]);
        }
        let (last, before) = lines.split_last().unwrap();
        assert_eq!(last["type"], "summary");
        assert!(before.iter().all(|line| line["type"] != "summary"));
        assert_eq!(before.iter().filter(|line| line["type"] == "leak").count(), ledger.leaks.len());
    }
}

#[test]
fn a_path_that_is_not_utf8_can_be_read_back() {
    use base64::Engine;
    let document = parsed(Format::Json, &ledgers::full(), &noisy());
    let paths = document["leaks"][0]["sightings"].as_array().unwrap();
    let odd = paths.iter().find(|place| place.get("path_base64").is_some()).unwrap();
    let bytes = base64::engine::general_purpose::STANDARD.decode(odd["path_base64"].as_str().unwrap()).unwrap();
    assert_eq!(bytes, b"evil\x1b[2J\xff\n.txt");
    assert_eq!(odd["path"], "evil\u{1b}[2J\u{fffd}\n.txt");
}

#[test]
fn no_report_holds_a_secret_or_obeyed_characters() {
    let ledger = ledgers::full();
    let leaks = ledger.leaks.iter().flat_map(|leak| leak.sightings.iter());
    let others = ledger.waived.iter().map(|waived| &waived.sighting).chain(&ledger.noise);
    let secrets: Vec<String> =
        leaks.chain(others).map(|s| String::from_utf8_lossy(s.secret.expose()).into_owned()).collect();
    for format in Format::ALL {
        let text = report(format, &ledger, &Run { places: Detail::Full, ..noisy() });
        assert!(secrets.iter().all(|secret| !text.contains(&secret[8..])), "{}", format.as_str());
        if format != Format::Human {
            let text = if format == Format::Csv { text.replace("\r\n", "\n") } else { text };
            assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{}", format.as_str());
        }
    }
}

#[test]
fn the_same_ledger_gives_the_same_report_however_long_it_took() {
    let slow = Run { elapsed: std::time::Duration::from_secs(99), ..noisy() };
    for format in Format::ALL.into_iter().filter(|&format| format != Format::Human && format != Format::Gitlab) {
        assert_eq!(report(format, &ledgers::full(), &slow), report(format, &ledgers::full(), &noisy()));
    }
}

#[test]
fn a_closed_pipe_can_be_told_from_other_failures() {
    struct Closed;
    impl std::io::Write for Closed {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let (rules, ledger, run) = (ledgers::rules(), ledgers::many(500), noisy());
    for format in Format::ALL {
        let report = unleak::report::Report { ledger: &ledger, rules: &rules, run: &run };
        let error = unleak::report::write(format, &report, &mut Closed).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::BrokenPipe, "{}", format.as_str());
    }
}

fn results(sarif: &Value) -> &[Value] {
    sarif["runs"][0]["results"].as_array().unwrap()
}

fn line_hashes(sarif: &Value) -> Vec<&str> {
    let hash = |result: &'_ Value| result["partialFingerprints"]["primaryLocationLineHash"].as_str().map(str::len);
    assert!(results(sarif).iter().all(|result| hash(result) == Some(18)));
    results(sarif).iter().map(|r| r["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap()).collect()
}

#[test]
fn sarif_results_keep_their_identity_when_lines_move() {
    let here = parsed(Format::Sarif, &ledgers::full(), &noisy());
    let mut moved = ledgers::full();
    for leak in &mut moved.leaks {
        let mut shifted = leak.sightings.iter().cloned().map(|mut sighting| {
            sighting.start.line += 100;
            sighting.end.line += 100;
            sighting
        });
        let mut sightings = unleak::words::Sightings::new(shifted.next().unwrap());
        shifted.for_each(|sighting| sightings.push(sighting));
        leak.sightings = sightings;
    }
    let there = parsed(Format::Sarif, &moved, &noisy());
    assert_eq!(line_hashes(&here), line_hashes(&there));
    assert_eq!(line_hashes(&here).iter().collect::<HashSet<_>>().len(), results(&here).len());
}

#[test]
fn sarif_says_that_a_run_is_incomplete_and_what_is_waived() {
    let sarif = parsed(Format::Sarif, &ledgers::full(), &noisy());
    let invocation = &sarif["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    assert_eq!(invocation["exitCode"], 1);
    let notices = invocation["toolExecutionNotifications"].as_array().unwrap();
    let of = |id: &str| notices.iter().filter(|notice| notice["descriptor"]["id"] == id).count();
    assert_eq!((of("skipped-input"), of("accepted-entry"), of("unfit-entry")), (2, 4, 3));
    let waived = results(&sarif).iter().filter(|result| !result["suppressions"].as_array().unwrap().is_empty());
    assert_eq!(waived.count(), 2);
    let clean = parsed(Format::Sarif, &ledgers::clean(), &noisy());
    assert_eq!(clean["runs"][0]["invocations"][0]["executionSuccessful"], true);
    assert_eq!(results(&clean), [] as [Value; 0]);
}

#[test]
fn sarif_shows_every_leak_first_and_says_what_it_leaves_out() {
    let sarif = parsed(Format::Sarif, &ledgers::many(24_000), &noisy());
    let ids = |results: &[Value]| -> HashSet<String> {
        results.iter().map(|r| r["message"]["text"].to_string() + &r["locations"].to_string()).collect()
    };
    assert_eq!(results(&sarif).len(), 25_000);
    assert_eq!(ids(&results(&sarif)[..24_000]).len(), 24_000);
    let notices = sarif["runs"][0]["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
    assert_eq!(notices.len(), 1);
    assert!(notices[0]["message"]["text"].as_str().unwrap().starts_with("1,400 places are not in this file"));
}

/// Leaves reports where `tests/sarif-multitool.sh` looks for them.
#[test]
fn sarif_reports_are_there_for_the_multitool() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("sarif");
    std::fs::create_dir_all(&folder).unwrap();
    let samples = [
        ("0.sarif", ledgers::clean()),
        ("1.sarif", ledgers::many(1)),
        ("5000.sarif", ledgers::many(5000)),
        ("full.sarif", ledgers::full()),
        ("incomplete.sarif", ledgers::incomplete()),
    ];
    for (name, ledger) in samples {
        let path = folder.join(name);
        unleak::report::save(&path, |out| out.write_all(report(Format::Sarif, &ledger, &noisy()).as_bytes())).unwrap();
    }
}
