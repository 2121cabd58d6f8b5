//! Baselines by their commands: stale, expired, pruned, explained, reviewed.

use std::fs;

use crate::common::Repo;
use crate::support::{made, project_key, text, unleak};
use crate::{accepted, entries, leaks, report};

#[test]
fn what_matches_nothing_is_stale_and_can_be_pruned() {
    let repo = accepted();
    repo.write("a.env", "OPENAI_API_KEY=\n");
    assert_eq!(entries(&report(&repo.path, &["scan"], 0)), ["baseline stale 0 0"]);
    for less in [["--rule", "openai-session"], ["--max-depth", "0"]] {
        let told = report(&repo.path, &[&["scan", "--baseline", ".unleak/baseline.json"][..], &less].concat(), 0);
        assert_eq!(entries(&told), ["baseline not-met 0 0"], "{less:?}");
    }
    let said = unleak(&repo.path, ["scan"]).stdout;
    assert!(said.contains("stale: nothing matches it any more"), "{said}");
    // What was not read says nothing about it.
    repo.git(&["add", "."]);
    let named = ["staged", "--baseline", ".unleak/baseline.json"];
    assert_eq!(entries(&report(&repo.path, &named, 0)), ["baseline not-met 0 0"]);
    assert_eq!(entries(&report(&repo.path, &["staged"], 0)), [""; 0], "there was no need to read it");
    let sarif = unleak(&repo.path, ["--format", "sarif"]).json();
    let notices = sarif["runs"][0]["invocations"][0]["toolExecutionNotifications"].to_string();
    assert!(notices.contains("stale: nothing matches"), "{notices}");
    assert!(unleak(&repo.path, ["baseline", "prune"]).stdout.contains("1 removed, 0 kept"));
    assert_eq!(entries(&report(&repo.path, &["scan"], 0)), [""; 0]);
}

#[test]
fn an_expired_entry_accepts_nothing() {
    let repo = Repo::new();
    repo.commit("a.env", &project_key(1));
    assert_eq!(unleak(&repo.path, ["baseline", "create", "--expires", "2020-01-31"]).status, Some(0));
    let told = report(&repo.path, &["scan"], 1);
    assert_eq!(entries(&told), ["baseline expired 0 0"]);
    assert!(unleak(&repo.path, ["baseline", "explain"]).stdout.contains("expired on 2020-01-31"));
    assert!(unleak(&repo.path, ["baseline", "prune"]).stdout.contains("1 removed"));
    assert_eq!(unleak(&repo.path, ["baseline", "create", "--expires", "2020-13-31"]).status, Some(2));
}

#[test]
fn a_sarif_report_holds_it_as_suppressed_with_the_reason() {
    let repo = accepted();
    let sarif = unleak(&repo.path, ["--format", "sarif"]).json();
    let suppression = &sarif["runs"][0]["results"][0]["suppressions"][0];
    assert_eq!((text(&suppression["kind"]), text(&suppression["status"])), ("external".into(), "accepted".into()));
    assert!(text(&suppression["justification"]).contains("a test key"), "{suppression}");
}

#[test]
fn an_entry_may_allow_more_paths_by_hand() {
    let repo = accepted();
    let path = repo.path.join(".unleak/baseline.json");
    let by_hand = fs::read_to_string(&path).unwrap().replace("[\"a.env\"]", "[\"a.env\",\"tests/*.env\"]");
    fs::write(&path, by_hand).unwrap();
    repo.write("tests/b.env", project_key(1));
    repo.write("c.env", project_key(1));
    let told = report(&repo.path, &["scan"], 1);
    assert_eq!(leaks(&told), ["c.env"]);
    assert_eq!(entries(&told), ["baseline elsewhere 2 0"]);
}

#[test]
fn create_does_not_write_over_a_baseline_and_a_baseline_can_be_elsewhere() {
    let repo = accepted();
    let said = unleak(&repo.path, ["baseline", "create"]);
    assert!(said.status == Some(2) && said.stderr.contains("baseline update"), "{}", said.stderr);
    assert_eq!(unleak(&repo.path, ["baseline", "create", "known.json"]).status, Some(0));
    fs::remove_file(repo.path.join(".unleak/baseline.json")).unwrap();
    report(&repo.path, &["scan"], 1);
    report(&repo.path, &["scan", "--baseline", "known.json"], 0);
    report(&repo.path, &["scan", "--no-config"], 1);
    assert_eq!(unleak(&repo.path, ["scan", "--baseline", "none.json"]).status, Some(1), "leaks win");
}

#[test]
fn a_baseline_that_makes_no_sense_accepts_nothing_and_hides_nothing() {
    let repo = accepted();
    for broken in ["", "{", "[]", "{\"schema\":\"unleak.baseline/9\",\"entries\":[]}"] {
        repo.write(".unleak/baseline.json", broken);
        let told = report(&repo.path, &["scan"], 1);
        assert_eq!(leaks(&told), ["a.env"]);
        assert!(text(&told["skipped"][0]["why"]).contains("nothing is accepted by it"), "{told}");
    }
    repo.write("a.env", "");
    assert_eq!(unleak(&repo.path, ["scan"]).status, Some(2));
}

#[test]
fn a_review_by_flags_accepts_what_is_named_and_leaves_the_rest() {
    let repo = Repo::new();
    repo.write("a.env", project_key(1));
    repo.write("b.env", project_key(2));
    repo.write("c.py", made("DB_PASSWORD = \"{alnum:20}\"\n", 3));
    let told = report(&repo.path, &["scan"], 1);
    let named = text(&told["leaks"][0]["fingerprint"]);
    let listed = unleak(&repo.path, ["baseline", "review"]);
    assert!(listed.status == Some(1) && listed.stdout.contains(&named), "{}", listed.stdout);
    assert!(!repo.path.join(".unleak").exists(), "nothing was decided, nothing is written");
    let said = unleak(&repo.path, ["baseline", "review", "--accept", &named, "--reason", "made up"]);
    assert_eq!(said.status, Some(1), "two are left: {}", said.stdout);
    assert_eq!(leaks(&report(&repo.path, &["scan"], 1)), ["b.env", "c.py"]);
    assert_eq!(unleak(&repo.path, ["baseline", "review", "--accept", "all"]).status, Some(2), "it wants a reason");
    let said = unleak(&repo.path, ["baseline", "review", "--accept", "all", "--reason", "made up too"]);
    assert_eq!(said.status, Some(0), "{}", said.stdout);
    assert_eq!(report(&repo.path, &["scan"], 0)["summary"]["waived"], 3);
}

#[test]
fn a_range_counts_the_marks_that_it_brings_in() {
    let repo = Repo::new();
    let line = |seed| format!("OPENAI_API_KEY={} # unleak:allow\n", project_key(seed));
    repo.commit("a.env", &line(1));
    repo.commit("a.env", &format!("# moved\n{}{}", line(1), line(2)));
    let told = report(&repo.path, &["range", "HEAD~1..HEAD"], 0);
    assert_eq!((&told["summary"]["waived"], &told["summary"]["new_marks"]), (&2.into(), &1.into()));
    assert!(unleak(&repo.path, ["range", "HEAD~1..HEAD"]).stdout.contains("1 new inline mark"));
    // One commit alone is compared with what came before it; the first of all with nothing.
    for (commit, marks) in [("HEAD", 1), ("HEAD~1", 1)] {
        assert_eq!(report(&repo.path, &["range", commit], 0)["summary"]["new_marks"], marks, "{commit}");
    }
    report(&repo.path, &["range", "HEAD~1..HEAD", "--no-inline-waivers"], 1);
}

/// The program at a terminal, where a person types; nothing if this machine has no `script` to make one.
fn at_a_terminal(folder: &std::path::Path, command: &str, typed: &str) -> Option<String> {
    use std::io::Write;
    let line = format!("'{}' {command}", env!("CARGO_BIN_EXE_unleak"));
    let mut script = std::process::Command::new("script");
    script
        .args(["-qec", &line, "/dev/null"])
        .current_dir(folder)
        .env("HOME", "/nonexistent")
        .env_remove("XDG_CONFIG_HOME");
    script.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut child = script.spawn().ok()?;
    child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    Some(String::from_utf8_lossy(&child.wait_with_output().unwrap().stdout).into_owned())
}

#[test]
#[cfg(target_os = "linux")]
fn a_review_at_a_terminal_asks_leak_by_leak() {
    let repo = Repo::new();
    (1..=4).for_each(|seed| repo.write(&format!("{seed}.env"), project_key(seed)));
    let Some(said) = at_a_terminal(&repo.path, "baseline review", "f\n\na made up key\nR\nx\nlater\nq\n") else {
        return;
    };
    let asked =
        ["1/4", "why is it no harm?", "a reason is needed", "2/4", "make a new one", "type one of", "4/4", "1 added"];
    for words in asked {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert_eq!(leaks(&report(&repo.path, &["scan"], 1)), ["2.env", "3.env", "4.env"]);
    let told = unleak(&repo.path, ["baseline", "explain"]).stdout;
    assert!(told.contains("a made up key") && told.contains("1.env"), "{told}");
}
