//! Hooks, as git calls them: what is stopped, what passes, what is said, and that what was there before stays.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Output;

use crate::common::{Repo, command, git_in};
use crate::program::key;

/// Runs unleak as a person would, with the same home as git.
fn unleak(folder: &Path, args: &[&str]) -> Output {
    let git = command(folder, &[]);
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_unleak"));
    program.current_dir(folder).args(args).env_clear();
    program.envs(git.get_envs().filter_map(|(name, value)| Some((name, value?)))).output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[track_caller]
fn does(folder: &Path, args: &[&str]) -> String {
    let output = unleak(folder, args);
    assert_eq!(output.status.code(), Some(0), "{args:?}: {}", said(&output));
    said(&output)
}

/// git, expected to be stopped; what it said.
#[track_caller]
fn stopped(folder: &Path, args: &[&str]) -> String {
    let output = command(folder, args).output().unwrap();
    assert!(!output.status.success(), "git {args:?} was not stopped: {}", said(&output));
    said(&output)
}

/// A repository with our hooks and one commit.
fn hooked() -> Repo {
    let repo = Repo::new();
    repo.commit("a.txt", "nothing to see\n");
    does(&repo.path, &["hook", "install"]);
    repo
}

fn leak(seed: u64) -> String {
    format!("api_key = \"{}\"\n", key(seed))
}

/// Every file of a folder: kind, mode and content.
fn snapshot(folder: &Path) -> BTreeMap<String, (u32, Vec<u8>)> {
    let entries = fs::read_dir(folder).into_iter().flatten().map(|entry| {
        let path = entry.unwrap().path();
        let mode = path.symlink_metadata().unwrap().permissions().mode();
        let content = match fs::read_link(&path) {
            Ok(target) => target.into_os_string().into_encoded_bytes(),
            Err(_) => fs::read(&path).unwrap(),
        };
        (path.file_name().unwrap().to_str().unwrap().to_owned(), (mode, content))
    });
    entries.collect()
}

fn script(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_commit_is_stopped_for_what_is_staged_and_for_nothing_else() {
    let repo = hooked();
    repo.write("src/config.py", leak(1));
    repo.git(&["add", "."]);
    repo.write("src/config.py", "clean in the work tree\n");
    let text = stopped(&repo.path, &["commit", "-m", "x"]);
    assert!(text.contains("unleak stopped this commit: 1 leak in what is staged"), "{text}");
    assert!(text.contains("src/config.py:1:12  OpenAI project key sk-proj-…"), "{text}");
    assert!(text.contains("git restore --staged src/config.py"), "{text}");
    assert!(text.contains("environment variable") && text.contains("unleak:allow"), "{text}");
    assert!(!text.contains(&key(1)[..30]), "{text}");
    // What it says is to be done is what helps.
    repo.git(&["restore", "--staged", "src/config.py"]);
    repo.write("src/config.py", leak(1));
    repo.write("b.txt", "fine\n");
    repo.git(&["add", "b.txt"]);
    repo.git(&["commit", "-qm", "only the work tree has the key"]);
    // -a stages on the way, into an index of its own.
    repo.git(&["add", "-N", "src/config.py"]);
    stopped(&repo.path, &["commit", "-am", "x"]);
    repo.write("src/config.py", leak(1).replace('\n', " # unleak:allow revoked in May\n"));
    repo.git(&["commit", "-qam", "waived"]);
}

#[test]
fn the_very_first_commit() {
    let repo = Repo::new();
    does(&repo.path, &["hook", "install"]);
    repo.write("it's here.txt", leak(1));
    repo.git(&["add", "."]);
    let text = stopped(&repo.path, &["commit", "-m", "x"]);
    let wanted = r"git rm --cached 'it'\''s here.txt'";
    assert!(text.contains(wanted), "{text}");
}

#[test]
fn a_message_is_read_as_it_will_be() {
    let repo = hooked();
    repo.write("a.txt", "change\n");
    repo.git(&["add", "."]);
    let text = stopped(&repo.path, &["commit", "-m", &format!("Use {}", key(2))]);
    assert!(text.contains("1 leak in its message") && text.contains("COMMIT_EDITMSG:1:5"), "{text}");
    assert!(text.contains("git commit --edit --file=.git/COMMIT_EDITMSG"), "{text}");
    // A key that goes away is shown below the scissors, and is no message.
    repo.git(&["commit", "-qm", "clean"]);
    repo.write("old.txt", leak(3));
    repo.git(&["add", "."]);
    repo.git(&["commit", "-qnm", "leak"]);
    repo.git(&["rm", "-q", "old.txt"]);
    let mut commit = command(&repo.path, &["commit", "--verbose"]);
    let output = commit.env("GIT_EDITOR", "sed -i '1i Take it out'").output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
}

#[test]
fn what_a_push_brings_and_nothing_older() {
    let repo = hooked();
    let server = repo.dir.path().join("server.git");
    git_in(repo.dir.path(), &["init", "-q", "--bare", "server.git"]);
    repo.git(&["remote", "add", "origin", server.to_str().unwrap()]);
    repo.write("old.txt", leak(1));
    repo.git(&["add", "."]);
    repo.git(&["commit", "-qnm", "leak"]);
    let text = stopped(&repo.path, &["push", "-q", "origin", "main"]);
    let commit = repo.git(&["rev-parse", "--short=10", "HEAD"]);
    assert!(text.contains("unleak stopped this push: 1 leak in its commits"), "{text}");
    assert!(text.contains(&format!("{commit}:old.txt:1:12")), "{text}");
    assert!(text.contains(&format!("git rebase -i {commit}^")), "{text}");
    repo.git(&["push", "-q", "--no-verify", "origin", "main"]);
    // It is there now: what is pushed from here on is judged alone.
    repo.commit("b.txt", "fine\n");
    repo.git(&["push", "-q", "origin", "main"]);
    repo.git(&["push", "-q", "origin", "main:other"]);
    repo.git(&["push", "-q", "origin", ":other"]);
    // A key that came and went again goes along; of two branches the second counts too.
    repo.git(&["checkout", "-qb", "second"]);
    repo.write("c.txt", leak(2));
    repo.git(&["add", "."]);
    repo.git(&["commit", "-qnm", "leak"]);
    repo.git(&["rm", "-qf", "c.txt"]);
    repo.git(&["commit", "-qm", "gone"]);
    repo.git(&["branch", "first", "main"]);
    let text = stopped(&repo.path, &["push", "-q", "origin", "first", "second"]);
    assert!(text.contains("1 leak in its commits"), "{text}");
    // So does the message of a tag, and what a tag of no commit leads to.
    repo.git(&["checkout", "-q", "main"]);
    repo.git(&["tag", "-a", "v1", "-m", &format!("with {}", key(3))]);
    let text = stopped(&repo.path, &["push", "-q", "origin", "v1"]);
    assert!(text.contains("tag "), "{text}");
    let tree = repo.git(&["rev-parse", "second~1^{tree}"]);
    repo.git(&["tag", "tree", &tree]);
    stopped(&repo.path, &["push", "-q", "origin", "tree"]);
    repo.git(&["tag", "v2", "main"]);
    repo.git(&["push", "-q", "origin", "v2"]);
}

#[test]
fn a_server_takes_no_leak_in() {
    // A separator and a quote in the path: git quotes it in the list of alternates.
    let dir = tempfile::TempDir::new().unwrap();
    let server = dir.path().join("ser:\"ver.git");
    git_in(dir.path(), &["init", "-q", "--bare", server.to_str().unwrap()]);
    let text = does(&server, &["hook", "install"]);
    assert!(text.contains("pre-receive") && !text.contains("pre-commit"), "{text}");
    let repo = Repo::new();
    repo.git(&["remote", "add", "origin", server.to_str().unwrap()]);
    repo.commit("a.txt", "fine\n");
    repo.git(&["push", "-q", "origin", "main"]);
    repo.commit("b.txt", &leak(1));
    for unpack_limit in ["100", "1"] {
        git_in(&server, &["config", "receive.unpackLimit", unpack_limit]);
        let text = stopped(&repo.path, &["push", "origin", "main"]);
        assert!(text.contains("remote: unleak stopped this push: 1 leak in its commits"), "{text}");
        assert!(text.contains("Nothing was taken in"), "{text}");
    }
    assert_eq!(git_in(&server, &["rev-list", "--count", "main"]), "1");
    repo.git(&["reset", "-q", "--hard", "HEAD~1"]);
    for n in 0..3 {
        repo.commit(&format!("{n}.txt"), "fine\n");
    }
    repo.git(&["push", "-q", "origin", "main", "main:new"]);
    repo.git(&["push", "-q", "origin", ":new"]);
}

#[test]
fn what_was_there_runs_first_and_comes_back() {
    let repo = Repo::new();
    let hooks = repo.path.join(".git/hooks");
    script(&hooks.join("pre-commit"), "#!/bin/sh\necho earlier >>log\ngit add -u\nexit ${EARLIER:-0}\n");
    script(&repo.path.join("tool/push"), "#!/bin/sh\necho push \"$@\" >>log\ncat >>log\n");
    symlink("../../tool/push", hooks.join("pre-push")).unwrap();
    fs::write(hooks.join("commit-msg"), "not executable, as git passes over it").unwrap();
    let before = snapshot(&hooks);

    let text = does(&repo.path, &["hook", "install"]);
    assert_eq!(text.matches("runs first").count(), 3, "{text}");
    let installed = snapshot(&hooks);
    let text = does(&repo.path, &["hook", "install"]);
    assert_eq!((text.matches("already").count(), snapshot(&hooks)), (3, installed), "{text}");

    // The earlier hook stages something more: we see it. It may stop git, with its own code.
    repo.commit("a.txt", "fine\n");
    repo.write("a.txt", leak(1));
    repo.write("b.txt", "fine\n");
    repo.git(&["add", "b.txt"]);
    stopped(&repo.path, &["commit", "-m", "x"]);
    repo.write("a.txt", "fine again\n");
    let output = command(&repo.path, &["commit", "-qm", "x"]).env("EARLIER", "3").output().unwrap();
    assert!(!output.status.success());
    repo.git(&["commit", "-qm", "x"]);
    let log = fs::read_to_string(repo.path.join("log")).unwrap();
    assert_eq!(log, "earlier\n".repeat(4));

    // Both read what git says is to move.
    let server = repo.dir.path().join("server.git");
    git_in(repo.dir.path(), &["init", "-q", "--bare", "server.git"]);
    repo.git(&["push", "-q", server.to_str().unwrap(), "main"]);
    let log = fs::read_to_string(repo.path.join("log")).unwrap();
    assert!(log.contains("push ") && log.contains("refs/heads/main"), "{log}");
    repo.write("c.txt", leak(2));
    repo.git(&["add", "c.txt"]);
    repo.git(&["commit", "-qnm", "leak"]);
    stopped(&repo.path, &["push", "-q", server.to_str().unwrap(), "main"]);

    let text = does(&repo.path, &["hook", "remove"]);
    assert_eq!((text.matches("is back").count(), snapshot(&hooks)), (3, before), "{text}");
    does(&repo.path, &["hook", "remove"]);
}

#[test]
fn a_changed_hook_is_nobodys_to_take_away() {
    let repo = hooked();
    let hook = repo.path.join(".git/hooks/pre-commit");
    let text = fs::read_to_string(&hook).unwrap();
    fs::write(&hook, format!("{text}echo mine\n")).unwrap();
    for command in ["install", "remove"] {
        let output = unleak(&repo.path, &["hook", command]);
        assert_eq!(output.status.code(), Some(2));
        assert!(said(&output).contains("was changed since"), "{}", said(&output));
    }
    assert!(fs::read_to_string(&hook).unwrap().ends_with("echo mine\n"));
}

#[test]
fn worktrees_share_their_hooks() {
    let repo = hooked();
    let tree = repo.dir.path().join("linked");
    repo.git(&["worktree", "add", "-q", tree.to_str().unwrap()]);
    fs::write(tree.join("x.txt"), leak(1)).unwrap();
    git_in(&tree, &["add", "."]);
    stopped(&tree, &["commit", "-m", "x"]);
    let text = does(&tree, &["hook", "remove"]);
    assert_eq!(text.matches(" removed").count(), 3, "{text}");
    git_in(&tree, &["commit", "-qm", "x"]);
}

#[test]
fn hooks_stand_where_git_looks_for_them() {
    let repo = Repo::new();
    // In a file that the repository's config includes, from the root of the work tree.
    repo.git(&["config", "include.path", "more"]);
    fs::write(repo.path.join(".git/more"), "[core]\n\thooksPath = tool/hooks\n").unwrap();
    let text = does(&repo.path, &["hook", "install"]);
    assert!(text.contains("tool/hooks") && !text.contains("note"), "{text}");
    repo.write("x.txt", leak(1));
    repo.git(&["add", "x.txt"]);
    stopped(&repo.path, &["commit", "-m", "x"]);
    does(&repo.path, &["hook", "remove"]);
    // For all of a person's repositories.
    fs::remove_file(repo.path.join(".git/more")).unwrap();
    repo.git(&["config", "--global", "core.hooksPath", "~/shared-hooks"]);
    let text = does(&repo.path, &["hook", "install", "pre-commit"]);
    assert!(text.contains("repo/shared-hooks") && text.contains("not this repository's alone"), "{text}");
    stopped(&repo.path, &["commit", "-m", "x"]);
    assert!(!repo.path.join("shared-hooks/pre-push").exists());
    // Nowhere.
    repo.git(&["config", "core.hooksPath", "/dev/null"]);
    let output = unleak(&repo.path, &["hook", "install"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("/dev/null, which is no folder"), "{}", said(&output));
}

#[test]
fn a_template_reaches_every_new_repository() {
    let home = Repo::new();
    let output = unleak(&home.path, &["hook", "install", "--template"]);
    assert!(said(&output).contains("git config --global init.templateDir"), "{}", said(&output));
    home.git(&["config", "--global", "init.templateDir", "~/template"]);
    does(&home.path, &["hook", "install", "--template"]);
    let new = home.path.join("new");
    git_in(&home.path, &["init", "-q", "new"]);
    fs::write(new.join("x.txt"), leak(1)).unwrap();
    git_in(&new, &["add", "."]);
    stopped(&new, &["commit", "-m", "x"]);
    does(&new, &["hook", "remove"]);
    git_in(&new, &["commit", "-qm", "x"]);
    does(&home.path, &["hook", "remove", "--template=template"]);
    assert_eq!(snapshot(&home.path.join("template/hooks")), BTreeMap::new());
}

#[test]
fn what_cannot_be_read_stops_too() {
    let repo = hooked();
    repo.write("x.txt", "some content that is only here\n");
    repo.git(&["add", "x.txt"]);
    let id = repo.git(&["rev-parse", ":x.txt"]);
    let object = repo.path.join(".git/objects").join(&id[..2]).join(&id[2..]);
    fs::set_permissions(&object, fs::Permissions::from_mode(0o644)).unwrap();
    fs::write(&object, "broken").unwrap();
    let text = stopped(&repo.path, &["commit", "-m", "x"]);
    assert!(text.contains("1 input was not read, so nobody knows whether it leaks"), "{text}");
    assert!(text.contains("x.txt") && text.contains("--no-verify"), "{text}");
    // The program is gone: the hook says so and stops.
    let hook = repo.path.join(".git/hooks/pre-commit");
    let text = fs::read_to_string(&hook).unwrap().replace(env!("CARGO_BIN_EXE_unleak"), "/nonexistent/unleak");
    script(&hook, &text);
    let text = stopped(&repo.path, &["commit", "-m", "x"]);
    assert!(text.contains("unleak is gone"), "{text}");
}

#[test]
fn no_file_is_taken_for_an_option() {
    let repo = Repo::new();
    for name in ["--rule=none", "-h", "--help", "--", "--no-inline-waivers"] {
        repo.write(name, leak(1));
        repo.git(&["add", "--", name]);
        let output = unleak(&repo.path, &["hook", "run", "pre-commit", name]);
        assert_eq!(output.status.code(), Some(1), "{name}: {}", said(&output));
        repo.git(&["rm", "-q", "--cached", "--", name]);
    }
}
