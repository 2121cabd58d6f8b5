//! The program itself, as people and hooks call it.

use std::fs;
use std::path::Path;
use std::process::Output;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::common::{Repo, command, git_in};

/// A key nobody owns: random characters around the marker.
pub(crate) fn key(seed: u64) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut random = |count: usize| -> String {
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from(LETTERS[(state >> 58) as usize])
        };
        (0..count).map(|_| next()).collect()
    };
    format!("sk-proj-{}{}{}", random(74), ["T3Blbk", "FJ"].concat(), random(74))
}

/// Runs unleak somewhere, with git's environment swept away.
fn unleak(folder: &Path, args: &[&str]) -> Output {
    let mut program = command(folder, &[]);
    let path = program.get_envs().find(|(name, _)| *name == "PATH").and_then(|(_, value)| value).unwrap().to_owned();
    program = std::process::Command::new(env!("CARGO_BIN_EXE_unleak"));
    program.current_dir(folder).args(args).env_clear().env("PATH", path).output().unwrap()
}

#[track_caller]
fn ends(output: &Output, code: i32) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(code), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    text
}

#[test]
fn staged_range_and_history_end_with_their_codes() {
    let repo = Repo::new();
    repo.commit("a.txt", "nothing to see");
    ends(&unleak(&repo.path, &["staged"]), 0);
    repo.write("src/config.py", format!("key = '{}'\n", key(1)));
    repo.git(&["add", "."]);
    repo.write("src/config.py", "clean in the work tree");
    let text = ends(&unleak(&repo.path.join("src"), &["staged"]), 1);
    assert!(text.contains("config.py"), "{text}");
    ends(&unleak(&repo.path, &["staged", "a.txt"]), 0);
    ends(&unleak(&repo.path, &["staged", "src"]), 1);
    ends(&unleak(&repo.path, &["staged", "nothing.txt"]), 2);

    repo.git(&["commit", "-qm", "leak"]);
    let leak = repo.git(&["rev-parse", "HEAD"]);
    repo.commit("src/config.py", "key = os.environ['KEY']\n");
    ends(&unleak(&repo.path, &["staged"]), 0);
    ends(&unleak(&repo.path, &["range", "HEAD~1..HEAD"]), 0);
    let text = ends(&unleak(&repo.path, &["range", "HEAD~2.."]), 1);
    assert!(text.contains("src/config.py"), "{text}");
    ends(&unleak(&repo.path, &["range", "no-such..HEAD"]), 2);
    let text = ends(&unleak(repo.dir.path(), &["history", "repo"]), 1);
    assert!(text.contains("src/config.py") && text.contains(&leak[..10]), "{text}");
    ends(&unleak(&repo.path, &["history", "--branch", "main", "--path", "a.txt"]), 0);
    ends(&unleak(&repo.path, &["history", "--since", "2100-01-01"]), 0);
    ends(&unleak(Path::new("/"), &["history"]), 2);
}

#[test]
fn a_key_in_a_name_is_seen_when_it_is_staged_and_when_it_is_committed() {
    let repo = Repo::new();
    repo.commit("a.txt", "nothing to see");
    repo.write(&format!("{}/notes.txt", key(5)), "harmless");
    repo.git(&["add", "."]);
    let hidden = |text: &str| assert!(text.contains("sk-proj-") && !text.contains(&key(5)[20..60]), "{text}");
    hidden(&ends(&unleak(&repo.path, &["staged"]), 1));
    hidden(&ends(&unleak(&repo.path, &["staged", "."]), 1));
    ends(&unleak(&repo.path, &["staged", "a.txt"]), 0);
    repo.git(&["commit", "-qm", "a name"]);
    ends(&unleak(&repo.path, &["staged"]), 0);
    hidden(&ends(&unleak(&repo.path, &["range", "HEAD~1.."]), 1));
    repo.write(&format!("{}/notes.txt", key(5)), "changed");
    repo.git(&["add", "."]);
    ends(&unleak(&repo.path, &["staged"]), 0);
}

#[test]
fn a_history_is_decoded_unless_it_is_asked_not_to() {
    let repo = Repo::new();
    repo.commit("secret.yaml", &format!("data: {}\n", BASE64_STANDARD.encode(format!("KEY={}\n", key(6)))));
    repo.commit("secret.yaml", "data: none\n");
    let text = ends(&unleak(&repo.path, &["history"]), 1);
    assert!(text.contains("base64"), "{text}");
    ends(&unleak(&repo.path, &["history", "--max-depth", "0"]), 0);
}

#[test]
#[cfg(unix)]
fn a_hook_sees_what_is_committed_and_nothing_else() {
    use std::os::unix::fs::PermissionsExt;
    let repo = Repo::new();
    repo.commit("a.txt", "a");
    repo.commit("b.txt", "b");
    repo.git(&["worktree", "add", "-q", "../linked", "-b", "linked"]);
    let hook = repo.path.join(".git/hooks/pre-commit");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, format!("#!/bin/sh\nexec '{}' staged\n", env!("CARGO_BIN_EXE_unleak"))).unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    let commit = |folder: &Path, args: &[&str]| {
        command(folder, &[&["commit", "-qm", "x"], args].concat()).output().unwrap().status.success()
    };
    // Not staged, so not the hook's business; then committed with -a, and by its path.
    repo.write("a.txt", key(2));
    repo.write("b.txt", "harmless");
    assert!(commit(&repo.path, &["b.txt"]), "only b.txt is committed");
    assert!(!commit(&repo.path, &["-a"]));
    assert!(!commit(&repo.path, &["a.txt"]));
    assert!(!commit(&repo.path, &["--amend", "a.txt"]));
    let linked = repo.dir.path().join("linked");
    fs::write(linked.join("c.txt"), key(3)).unwrap();
    git_in(&linked, &["add", "."]);
    assert!(!commit(&linked, &[]));
    fs::write(linked.join("c.txt"), "harmless").unwrap();
    git_in(&linked, &["add", "."]);
    assert!(commit(&linked, &[]));
}
