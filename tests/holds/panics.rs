//! Mistakes of ours: a panic is told by its place and never by its message, which may hold a secret, and it ends in exit
//! code 2. One is made by a system that has no room for a thread.

use unleak::app::{Limits, RuleChoice, ScanOptions, load_rules, scan};
use unleak::engine::{KeepNoise, ObeyMarks};
use unleak::words::{Blob, Origin, Progress, SinkMaker, Source};

use crate::common::Repo;
use crate::support::{Said, program, project_key};

/// More than any system has, in bytes: no thread with such a stack can be made.
const STACK: &str = "1000000000000000";

#[test]
fn a_panic_of_the_program_is_told_by_its_place_and_is_incomplete() {
    let repo = Repo::new();
    let key = project_key(1);
    repo.write("key.env", format!("OPENAI_API_KEY={key}\n"));
    repo.git(&["add", "-A"]);
    repo.git(&["commit", "-qm", &format!("for {key}")]);
    for arguments in [
        &["scan", ".", "--threads", "2", "--format", "json"][..],
        &["history", "--threads", "2", "--format", "json"],
        &["range", "HEAD", "--threads", "2", "--format", "json"],
    ] {
        let said: Said = program(&repo.path).args(arguments).env("RUST_MIN_STACK", STACK).output().unwrap().into();
        assert_eq!(said.status, Some(2), "{arguments:?}: {}{}", said.stdout, said.stderr);
        assert!(said.stderr.contains("please report this"), "there was a panic: {}", said.stderr);
        let is_place = |line: &str| line.starts_with("unleak failed at ") && line.ends_with("; please report this");
        assert!(said.stderr.lines().all(is_place), "its message is not shown: {}", said.stderr);
        let part = &key[12..32];
        assert!(!said.stdout.contains(part) && !said.stderr.contains(part), "{arguments:?}");
        if arguments[0] != "range" {
            assert!(said.json()["skipped"].to_string().contains("a mistake in unleak"), "{}", said.stdout);
        }
    }
}

/// A source that fails when it has handed over one text, and says in its panic what it should not.
#[derive(Debug)]
struct Failing(String);

impl Source for Failing {
    fn pour<'s>(&self, sink: &SinkMaker<'s>) {
        let text = format!("OPENAI_API_KEY={}\n", self.0);
        let mut sink = sink();
        sink.blob(&Blob::whole(&Origin::Stdin, text.as_bytes()));
        sink.done(text.len() as u64);
        panic!("no room for {}", self.0);
    }
}

#[test]
fn what_was_found_before_a_panic_is_kept_and_its_message_is_not() {
    let key = project_key(2);
    let options = ScanOptions { noise: KeepNoise::Counted, marks: ObeyMarks::Yes, limits: Limits::default() };
    let rules = load_rules(&RuleChoice::default()).unwrap();
    let (ledger, _) = scan(&[Box::new(Failing(key.clone()))], rules, options, None, &Progress::default());
    assert_eq!((ledger.leaks.len(), ledger.skipped.len()), (1, 1));
    let told = format!("{:?}", ledger.skipped);
    assert!(told.contains("a mistake in unleak") && !told.contains(&key[12..32]), "{told}");
}

/// At a terminal a thread draws how far a run is. Without room for one, nothing is drawn, and what is found is the same.
#[test]
#[cfg(target_os = "linux")]
fn without_room_for_a_thread_a_run_at_a_terminal_does_its_work() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("key.env"), format!("OPENAI_API_KEY={}\n", project_key(3))).unwrap();
    // Standard error is the terminal that `script` makes.
    let line = format!("'{}' scan - --format json < key.env > report.json", env!("CARGO_BIN_EXE_unleak"));
    let mut script = std::process::Command::new("script");
    script.args(["-qec", &line, "/dev/null"]).current_dir(folder.path()).env("RUST_MIN_STACK", STACK);
    let Ok(output) = script.stdin(std::process::Stdio::null()).output() else { return }; // this machine has none
    let said = Said::from(output);
    assert_eq!((said.status, said.stdout.trim()), (Some(1), ""), "{}", said.stderr);
    let report: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.path().join("report.json")).unwrap()).unwrap();
    assert_eq!(report["outcome"], "leaks");
    assert_eq!(report["skipped"], serde_json::json!([]), "{report}");
}
