//! A repository lives on, and what was accepted stays accepted: no known leak comes back, and no new one is covered.

use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use crate::common::{Repo, command};
use crate::support::{made, program, project_key, unleak};
use crate::{accepted, entries, leaks, report};

/// All ways to look at the repository find nothing that is not accepted.
#[track_caller]
fn quiet(repo: &Repo, range: &str) {
    for arguments in [&["scan"][..], &["staged"], &["history"], &["range", range]] {
        assert_eq!(leaks(&report(&repo.path, arguments, 0)), [""; 0], "{arguments:?}");
    }
}

/// A new secret and a known one at a new place are found, whatever was accepted.
#[track_caller]
fn awake(repo: &Repo) {
    repo.write("new.env", format!("OPENAI_API_KEY={}\n", project_key(77)));
    repo.write("copy.env", format!("OPENAI_API_KEY={}\n", project_key(1)));
    assert_eq!(leaks(&report(&repo.path, &["scan"], 1)), ["copy.env", "new.env"]);
    repo.git(&["add", "new.env", "copy.env"]);
    assert_eq!(leaks(&report(&repo.path, &["staged"], 1)), ["copy.env", "new.env"]);
    repo.git(&["rm", "-qf", "new.env", "copy.env"]);
}

#[test]
fn inserted_lines_and_reformatting() {
    let repo = accepted();
    let key = project_key(1);
    repo.commit("a.env", &format!("# one\n# two\n\nOPENAI_API_KEY={key}\n"));
    quiet(&repo, "HEAD~1..HEAD");
    repo.commit("a.env", &format!("{{\r\n    \"openai\": {{ 'api_key' :\t\"{key}\" }}\r\n}}\r\n"));
    quiet(&repo, "HEAD~1..HEAD");
    awake(&repo);
}

#[test]
fn renamed_files_are_followed_and_written_down() {
    let repo = accepted();
    repo.git(&["mv", "a.env", "b.env"]);
    for arguments in ["scan", "staged"] {
        let told = report(&repo.path, &[arguments], 0);
        assert_eq!(entries(&told), ["baseline moved 1 0"], "{arguments}");
    }
    repo.git(&["commit", "-qm", "Rename"]);
    quiet(&repo, "HEAD~1..HEAD");
    // Long after the rename it is one no more: a change that adds the key elsewhere is no rename.
    repo.write("c.env", project_key(1));
    repo.git(&["add", "c.env"]);
    assert_eq!(leaks(&report(&repo.path, &["staged"], 1)), ["c.env"]);
    assert_eq!(leaks(&report(&repo.path, &["scan"], 1)), ["b.env", "c.env"]);
    repo.git(&["rm", "-qf", "c.env"]);
    assert!(unleak(&repo.path, ["baseline", "update"]).stdout.contains("0 added, 1 moved, 0 removed, 1 kept"));
    assert_eq!(entries(&report(&repo.path, &["scan"], 0)), ["baseline in-force 1 0"]);
    repo.git(&["add", "."]);
    repo.git(&["commit", "-qm", "Update"]);
    assert_eq!(leaks(&report(&repo.path, &["range", "HEAD~2..HEAD"], 0)), [""; 0]);
    awake(&repo);
}

#[test]
fn rebases_and_squashes() {
    let repo = accepted();
    repo.git(&["checkout", "-qb", "topic"]);
    let key = project_key(1);
    repo.commit("a.env", &format!("# first\nOPENAI_API_KEY={key}\n"));
    repo.commit("a.env", &format!("# first\n# second\nOPENAI_API_KEY={key}\n"));
    repo.git(&["checkout", "-q", "main"]);
    repo.commit("other.txt", "other");
    repo.git(&["checkout", "-q", "topic"]);
    repo.git(&["rebase", "-q", "main"]);
    quiet(&repo, "main..topic");
    repo.git(&["checkout", "-q", "main"]);
    repo.git(&["merge", "-q", "--squash", "topic"]);
    assert_eq!(leaks(&report(&repo.path, &["staged"], 0)), [""; 0]);
    repo.git(&["commit", "-qm", "Squash"]);
    quiet(&repo, "HEAD~1..HEAD");
    awake(&repo);
}

/// Adds a leak and its entry.
fn add(repo: &Repo, name: &str, seed: u64) {
    repo.write(name, format!("OPENAI_API_KEY={}\n", project_key(seed)));
    let said = unleak(&repo.path, ["baseline", "update", "--reason", name]);
    assert_eq!(said.status, Some(0), "{}{}", said.stdout, said.stderr);
    repo.git(&["add", "."]);
    repo.git(&["commit", "-qm", name]);
}

#[test]
fn both_sides_of_a_merge_add_entries() {
    let repo = accepted();
    repo.git(&["checkout", "-qb", "topic"]);
    (10..13).for_each(|seed| add(&repo, &format!("topic{seed}.env"), seed));
    repo.git(&["checkout", "-q", "main"]);
    (20..23).for_each(|seed| add(&repo, &format!("main{seed}.env"), seed));
    repo.git(&["merge", "-q", "-m", "Merge", "topic"]);
    let told = report(&repo.path, &["scan"], 0);
    assert_eq!(entries(&told), ["baseline in-force 1 0"; 7]);
    quiet(&repo, "HEAD^1..HEAD");
    awake(&repo);
}

#[test]
fn a_conflict_in_a_baseline_is_told_and_both_sides_together_are_a_good_one() {
    let repo = accepted();
    let baseline = repo.path.join(".unleak/baseline.json");
    repo.git(&["checkout", "-qb", "topic"]);
    // So many that some fall between the same guides: git can't merge those.
    repo.write("t.env", (1000..1060).map(|seed| project_key(seed) + "\n").collect::<String>());
    assert_eq!(unleak(&repo.path, ["baseline", "update"]).status, Some(0));
    repo.git(&["add", "."]);
    repo.git(&["commit", "-qm", "topic"]);
    repo.git(&["checkout", "-q", "main"]);
    repo.write("m.env", (2000..2060).map(|seed| project_key(seed) + "\n").collect::<String>());
    assert_eq!(unleak(&repo.path, ["baseline", "update"]).status, Some(0));
    repo.git(&["add", "."]);
    repo.git(&["commit", "-qm", "main"]);
    assert!(!command(&repo.path, &["merge", "-q", "topic"]).output().unwrap().status.success());
    let told = report(&repo.path, &["scan"], 1);
    assert_eq!(leaks(&told).len(), 121, "nothing is accepted by half of a baseline");
    assert!(told["skipped"].to_string().contains("keep the lines of both sides"), "{}", told["skipped"]);
    let text = std::fs::read_to_string(&baseline).unwrap();
    let is_mark = |line: &&str| ["<<<<<<<", "=======", ">>>>>>>"].iter().any(|mark| line.starts_with(mark));
    let both: String = text.lines().filter(|line| !is_mark(line)).flat_map(|line| [line, "\n"]).collect();
    std::fs::write(&baseline, both).unwrap();
    assert_eq!(leaks(&report(&repo.path, &["scan"], 0)), [""; 0]);
    assert_eq!(unleak(&repo.path, ["baseline", "update"]).status, Some(0));
    assert_eq!(entries(&report(&repo.path, &["scan"], 0)).len(), 121);
}

#[test]
fn weak_secrets_are_known_by_their_paths_and_followed_too() {
    let repo = Repo::new();
    let weak = |seed| made("DB_PASSWORD = \"{alnum:20}\"\n", seed);
    repo.commit("app/db.py", &weak(1));
    let found = report(&repo.path, &["scan"], 1);
    assert!(found["leaks"][0]["fingerprint"].as_str().unwrap().starts_with("weak-"), "{found}");
    assert_eq!(unleak(&repo.path, ["baseline", "create"]).status, Some(0));
    for (folder, arguments) in [(".", &["scan"][..]), ("app", &["scan", "."]), ("app", &["scan", "../app/db.py"])] {
        assert_eq!(leaks(&report(&repo.path.join(folder), arguments, 0)), [""; 0], "{folder} {arguments:?}");
    }
    repo.write("app/db.py", format!("import os\n\n{}", weak(1)));
    report(&repo.path, &["scan"], 0);
    repo.write("app/db.py", weak(2));
    report(&repo.path, &["scan"], 1);
    repo.write("app/db.py", weak(1));
    repo.write("app/other.py", weak(1));
    assert_eq!(leaks(&report(&repo.path, &["scan"], 1)), ["app/other.py"]);
    std::fs::remove_file(repo.path.join("app/other.py")).unwrap();
    repo.git(&["mv", "app/db.py", "app/store.py"]);
    assert_eq!(entries(&report(&repo.path, &["scan"], 0)), ["baseline moved 1 0"]);
    assert_eq!(unleak(&repo.path, ["baseline", "update"]).status, Some(0));
    assert_eq!(entries(&report(&repo.path, &["scan"], 0)), ["baseline in-force 1 0"]);
    let baseline = std::fs::read_to_string(repo.path.join(".unleak/baseline.json")).unwrap();
    let secret = weak(1).split('"').nth(1).unwrap().to_owned();
    assert!(!baseline.contains(&secret) && !baseline.contains("characters"), "{baseline}");
}

#[test]
fn what_only_history_holds_is_accepted_there_and_missed_nowhere_else() {
    let repo = Repo::new();
    repo.commit("old.env", &format!("OPENAI_API_KEY={}\n", project_key(1)));
    repo.commit("old.env", "OPENAI_API_KEY=\n");
    assert_eq!(unleak(&repo.path, ["baseline", "create", "--history"]).status, Some(0));
    let told = report(&repo.path, &["history"], 0);
    assert_eq!(entries(&told), ["baseline in-force 1 0"]);
    assert_eq!(entries(&report(&repo.path, &["scan"], 0)), ["baseline not-met 0 0"]);
    repo.write("again.env", project_key(1));
    assert_eq!(leaks(&report(&repo.path, &["scan"], 1)), ["again.env"]);
}

#[test]
fn what_is_outside_of_the_repository_is_never_covered() {
    let repo = accepted();
    let outside = repo.dir.path().join("a.env");
    std::fs::copy(repo.path.join("a.env"), &outside).unwrap();
    assert_eq!(leaks(&report(&repo.path, &["scan", "../a.env"], 1)), ["../a.env"]);
    let piped = unleak(Path::new("/"), [outside.as_os_str()]);
    assert_eq!(piped.status, Some(1));
}

/// What the pre-push hook says to a push of HEAD over `old`.
fn push(repo: &Repo, old: &str) -> Option<i32> {
    let line = format!("refs/heads/main {} refs/heads/main {old}\n", repo.git(&["rev-parse", "HEAD"]));
    let mut hook = program(&repo.path);
    hook.args(["hook", "run", "pre-push", "origin", "https://example.com/x.git"]);
    let mut hook = hook.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    hook.stdin.take().unwrap().write_all(line.as_bytes()).unwrap();
    hook.wait().unwrap().code()
}

/// What is pushed may rename a file, whether or not the other side has anything yet; what it copies is new.
#[test]
fn what_is_pushed_is_followed_too() {
    let repo = accepted();
    let zeros = "0".repeat(40);
    repo.git(&["mv", "a.env", "b.env"]);
    repo.git(&["commit", "-qm", "Rename"]);
    assert_eq!(leaks(&report(&repo.path, &["range", "--unpushed"], 0)), [""; 0], "all of the history is new");
    assert_eq!(push(&repo, &zeros), Some(0));
    let remote = repo.dir.path().join("remote.git");
    repo.git(&["init", "-q", "--bare", remote.to_str().unwrap()]);
    repo.git(&["remote", "add", "origin", remote.to_str().unwrap()]);
    repo.git(&["push", "-q", "origin", "HEAD~1:refs/heads/main"]);
    repo.git(&["fetch", "-q", "origin"]);
    let told = report(&repo.path, &["range", "--unpushed"], 0);
    assert_eq!(entries(&told), ["baseline moved 1 0"]);
    assert_eq!(told["summary"]["new_marks"], 0, "it has a base to count from");
    let pushed = repo.git(&["rev-parse", "origin/main"]);
    assert_eq!(push(&repo, &pushed), Some(0));
    repo.commit("c.env", &format!("OPENAI_API_KEY={}\n", project_key(1)));
    assert_eq!(leaks(&report(&repo.path, &["range", "--unpushed"], 1)), ["b.env", "c.env"]);
    assert_eq!(push(&repo, &pushed), Some(1));
}
