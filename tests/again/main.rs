//! A report's leaks, found again: in files, archives, the index and git objects, and told when they are gone.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test plays the other side and fails by panicking"
)]

#[path = "../support/mod.rs"]
mod support;

use std::num::NonZeroUsize;
use std::path::Path;
use std::process::Command;

use support::{made, program, project_key, unleak, write};
use unleak::app::git::repository_at;
use unleak::app::{Again, RuleChoice, find_again, load_rules};
use unleak::report::read;

fn git(folder: &Path, arguments: &[&str]) {
    let mut git = Command::new("git");
    git.current_dir(folder).args(["-c", "user.name=a", "-c", "user.email=a@example.com"]).args(arguments);
    let said = git.output().unwrap();
    assert!(said.status.success(), "{said:?}");
}

/// What is left of a report, whose paths are whole.
fn again(folder: &Path, report: &str) -> Again {
    let rules = load_rules(&RuleChoice::default()).unwrap();
    let repo = repository_at(folder).ok();
    find_again(read(report).unwrap(), rules, repo.as_ref(), NonZeroUsize::MIN).0
}

fn report(folder: &Path, arguments: &[&str]) -> String {
    unleak(folder, arguments.iter().chain(&["--format", "json"])).stdout
}

/// For each leak: whether it was found, and how many of its places are gone.
fn outcome(again: &Again) -> Vec<(bool, usize)> {
    again.cases.iter().map(|case| (case.leak.is_some(), case.gone.len())).collect()
}

#[test]
fn secrets_are_recognised_by_their_fingerprints_wherever_the_line_went() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (project_key(1), project_key(2));
    let weak = made("password = \"{alnum:14}\"\n", 3);
    write(folder.path(), "a.env", format!("A={first}\n"));
    write(folder.path(), "b/b.env", format!("A={first}\nB={second}\n{weak}"));
    let report = report(folder.path(), &["scan", folder.path().to_str().unwrap()]);
    let found = again(folder.path(), &report);
    assert!(outcome(&found).iter().all(|&(found, gone)| found && gone == 0), "{:?}", outcome(&found));
    for case in &found.cases {
        let leak = case.leak.as_ref().unwrap();
        assert!(
            [first.len(), second.len()].contains(&leak.mask.secret_len())
                || case.recorded.fingerprint.starts_with("weak")
        );
        assert!(!format!("{found:?}").contains(&first));
    }
    write(folder.path(), "a.env", format!("\n\n# moved\n  A={first}\n"));
    write(folder.path(), "b/b.env", "B=gone\n");
    let moved = again(folder.path(), &report);
    let keys: Vec<_> = moved.cases.iter().filter(|case| case.recorded.rule == "openai-project-key").collect();
    assert!(keys[0].leak.is_some() && keys[0].gone.len() == 1, "{:?}", outcome(&moved));
    assert!(keys[1].leak.is_none() && keys[1].gone[0].place.shown().ends_with("b/b.env:2:3"), "{:?}", outcome(&moved));
    std::fs::remove_file(folder.path().join("a.env")).unwrap();
    let gone = again(folder.path(), &report);
    assert!(gone.cases.iter().all(|case| case.leak.is_none()) && gone.cases[0].gone[0].why.contains("no such file"));
}

#[test]
fn objects_and_the_index_are_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let (old, message, staged) = (project_key(1), project_key(2), project_key(3));
    git(at, &["init", "-q"]);
    write(at, ".env", format!("A={old}\n"));
    git(at, &["add", "."]);
    git(at, &["commit", "-qm", &format!("uses {message}")]);
    git(at, &["rm", "-q", ".env"]);
    git(at, &["commit", "-qm", "clean"]);
    let history = report(at, &["history"]);
    assert_eq!(outcome(&again(at, &history)), [(true, 0), (true, 0)]);
    write(at, "next.env", format!("A={staged}\n"));
    git(at, &["add", "."]);
    std::fs::remove_file(at.join("next.env")).unwrap();
    let report = report(at, &["staged"]);
    assert_eq!(outcome(&again(at, &report)), [(true, 0)]);
    git(at, &["rm", "-q", "--cached", "next.env"]);
    assert_eq!(outcome(&again(at, &report)), [(false, 1)]);
}

#[test]
fn what_cannot_be_read_back_says_why() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.env", format!("A={}\n", project_key(1)));
    let lines = unleak(folder.path(), ["scan", ".", "--format", "jsonl"]).stdout;
    assert_eq!(read(&lines).unwrap().leaks.len(), 1);
    let cut = lines.lines().next().unwrap();
    assert!(read(cut).unwrap_err().to_string().contains("cut off"));
    let other = lines.replace("unleak.report/1", "unleak.report/2");
    assert!(read(&other).unwrap_err().to_string().contains("unleak.report/2"));
    assert!(read("{}").is_err() && read("").is_err() && read("[1]").is_err());
    let mut scan = program(folder.path());
    let input = std::fs::File::open(folder.path().join("a.env")).unwrap();
    let said = scan.args(["scan", "-", "--format", "json"]).stdin(input).output().unwrap();
    let found = again(folder.path(), &String::from_utf8(said.stdout).unwrap());
    assert!(found.cases[0].leak.is_none() && found.cases[0].gone[0].why.contains("standard input"));
}
