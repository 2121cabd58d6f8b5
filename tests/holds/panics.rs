//! Mistakes of ours: a panic is told by its place and never by its message, which may hold a secret, and it ends in exit
//! code 2. And a system that has no room for a thread, which is no mistake and changes nothing that is found.

use unleak::app::{Limits, RuleChoice, ScanOptions, load_rules, scan};
use unleak::engine::{KeepNoise, ObeyMarks};
use unleak::words::{Blob, Origin, Progress, SinkMaker, Source};

use crate::common::Repo;
use crate::support::{Said, program, project_key};

/// More than any system has, in bytes: no thread with such a stack can be made.
const STACK: &str = "1000000000000000";

/// Where no thread can be had, this one does all of it, and finds the same.
#[test]
fn without_room_for_a_thread_files_and_histories_are_read_by_one() {
    let repo = Repo::new();
    let key = project_key(1);
    repo.write("key.env", format!("OPENAI_API_KEY={key}\n"));
    repo.write("beside/ignored.env", format!("OPENAI_API_KEY={}\n", project_key(4)));
    repo.write(".gitignore", "ignored.env\n");
    repo.git(&["add", "-A"]);
    repo.git(&["commit", "-qm", &format!("for {key}")]);
    repo.git(&["gc", "-q"]);
    for arguments in [
        &["scan", ".", "--threads", "2", "--format", "json"][..],
        &["history", "--threads", "2", "--format", "json"],
        &["range", "HEAD", "--threads", "2", "--format", "json"],
    ] {
        let said: Said = program(&repo.path).args(arguments).env("RUST_MIN_STACK", STACK).output().unwrap().into();
        let usual: Said = program(&repo.path).args(arguments).output().unwrap().into();
        assert_eq!((said.status, said.stderr.as_str()), (Some(1), ""), "{arguments:?}: {}", said.stdout);
        assert_eq!(said.json(), usual.json(), "{arguments:?}");
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
