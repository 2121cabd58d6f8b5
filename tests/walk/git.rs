//! Git: what it ignores is left out, what it tracks never is, and its own folder is not looked into. The repositories
//! are made by git.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::support::{leaky_files, project_key, text, unleak, write};

/// Runs git, with nobody's configuration.
fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.current_dir(folder).env("HOME", "/nonexistent").env("GIT_CONFIG_NOSYSTEM", "1");
    let output = command.args(arguments).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn repository() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "-q"]);
    folder
}

#[test]
fn hidden_files_are_read_and_the_repository_itself_is_not() {
    let folder = repository();
    for path in [".env", ".config/.hidden/key", "a/.b", ".git/config.bak", ".github/workflows/ci.yml", ".gitmodules"] {
        write(folder.path(), path, project_key(1));
    }
    let read = [".config/.hidden/key", ".env", ".github/workflows/ci.yml", ".gitmodules", "a/.b"];
    assert_eq!(leaky_files(folder.path(), &[]), read);
    assert_eq!(leaky_files(folder.path(), &["--ignored"]), read);
}

#[test]
fn what_git_ignores_is_left_out_unless_asked_for() {
    let folder = repository();
    write(folder.path(), ".gitignore", "*.log\n/build/\n!keep.log\n");
    write(folder.path(), ".git/info/exclude", "private\n");
    write(folder.path(), "deep/.gitignore", "only-here\n");
    for path in ["a.log", "build/x", "private", "deep/only-here", "deep/private", "keep.log", "only-here", "b.txt"] {
        write(folder.path(), path, project_key(1));
    }
    assert_eq!(leaky_files(folder.path(), &[]), ["b.txt", "keep.log", "only-here"]);
    assert_eq!(leaky_files(folder.path(), &["scan", "--ignored"]).len(), 8);
}

#[test]
fn outside_of_a_repository_nothing_is_ignored_by_git() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), ".gitignore", "*\n");
    write(folder.path(), "a.txt", project_key(1));
    assert_eq!(leaky_files(folder.path(), &[]), ["a.txt"]);
}

#[test]
fn what_git_tracks_is_read_though_it_is_ignored() {
    let folder = repository();
    write(folder.path(), "config/prod.env", project_key(1));
    write(folder.path(), "config/local.env", project_key(2));
    git(folder.path(), &["add", "config/prod.env"]);
    write(folder.path(), ".gitignore", "*\n");
    assert_eq!(leaky_files(folder.path(), &[]), ["config/prod.env"]);
    assert_eq!(leaky_files(folder.path(), &["scan", "config"]), ["config/prod.env"]);
    assert_eq!(leaky_files(&folder.path().join("config"), &["."]), ["prod.env"]);
}

#[test]
fn a_tracked_file_that_is_deleted_is_no_failure() {
    let folder = repository();
    write(folder.path(), "gone.txt", project_key(1));
    write(folder.path(), "here.txt", "nothing");
    git(folder.path(), &["add", "."]);
    std::fs::remove_file(folder.path().join("gone.txt")).unwrap();
    let said = unleak(folder.path(), ["--format", "json"]);
    assert_eq!((said.status, text(&said.json()["outcome"])), (Some(0), "clean".to_owned()));
}

#[test]
fn a_repository_within_hides_nothing_that_it_tracks() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("vendor/inner");
    write(&inner, "key.txt", project_key(1));
    write(&inner, "untracked.txt", project_key(2));
    git(&inner, &["init", "-q"]);
    git(&inner, &["add", "key.txt"]);
    write(&inner, ".gitignore", "*\n");
    assert_eq!(leaky_files(folder.path(), &[]), ["vendor/inner/key.txt"]);
}

#[test]
fn a_repository_within_a_repository_hides_nothing_that_it_tracks() {
    let folder = repository();
    let inner = folder.path().join("inner");
    write(&inner, "key.txt", project_key(1));
    git(&inner, &["init", "-q"]);
    git(&inner, &["add", "key.txt"]);
    write(&inner, ".gitignore", "*\n");
    assert_eq!(leaky_files(folder.path(), &[]), ["inner/key.txt"]);
}

#[test]
fn an_index_that_cannot_be_read_is_told() {
    let folder = repository();
    write(folder.path(), "a.txt", "nothing");
    write(folder.path(), ".git/index", "no index at all");
    let said = unleak(folder.path(), ["--format", "json"]);
    assert_eq!(said.status, Some(2));
    assert!(text(&said.json()["skipped"][0]["why"]).contains("index"), "{}", said.stdout);
}

#[test]
fn a_work_tree_apart_from_its_repository_is_known() {
    let folder = repository();
    write(folder.path(), "a.txt", "nothing");
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "first"]);
    let other = tempfile::tempdir().unwrap();
    let tree = other.path().join("tree");
    git(folder.path(), &["worktree", "add", "-q", tree.to_str().unwrap()]);
    write(&tree, "key.txt", project_key(1));
    git(&tree, &["add", "key.txt"]);
    write(&tree, ".gitignore", "*\n");
    assert_eq!(leaky_files(&tree, &[]), ["key.txt"]);
}
