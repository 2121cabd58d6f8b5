//! What can't be read is told, the rest is read, and the outcome is incomplete unless there are leaks. Root may read
//! everything, so that root's run is handed to nobody.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use super::support::{Said, places, project_key, text, unleak, write};

/// Who this is.
fn is_root() -> bool {
    Command::new("id").arg("-u").output().unwrap().stdout == b"0\n"
}

/// Runs the program as somebody who may not read everything; nothing, and loudly so, where that can't be done.
fn as_nobody(folder: &Path, arguments: &[&str]) -> Option<Said> {
    if !is_root() {
        return Some(unleak(folder, arguments));
    }
    // A copy: nobody may be unable to reach the one that cargo built.
    let program = folder.parent().unwrap().join("unleak");
    fs::copy(env!("CARGO_BIN_EXE_unleak"), &program).unwrap();
    fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"])
        .arg(&program)
        .args(arguments)
        .env("HOME", "/nonexistent");
    match command.current_dir(folder).stdin(Stdio::null()).output() {
        Ok(output) => Some(output.into()),
        Err(error) => {
            eprintln!("NOT TESTED: root reads everything, and setpriv could not be run: {error}");
            None
        }
    }
}

/// A folder with a file and a folder that only their owner's permissions close, in a folder that all may enter.
fn closed() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let tree = folder.path().join("tree");
    write(&tree, "closed.txt", project_key(1));
    write(&tree, "closed/key.txt", project_key(2));
    write(&tree, "open.txt", "nothing");
    for (path, mode) in [("", 0o755), ("tree", 0o755), ("tree/closed.txt", 0), ("tree/closed", 0)] {
        fs::set_permissions(folder.path().join(path), Permissions::from_mode(mode)).unwrap();
    }
    folder
}

/// Opens what was closed, so that it can be removed.
fn open(folder: &tempfile::TempDir) {
    fs::set_permissions(folder.path().join("tree/closed"), Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn what_may_not_be_read_is_told_and_makes_the_run_incomplete() {
    let folder = closed();
    let said = as_nobody(&folder.path().join("tree"), &["--format", "json"]);
    open(&folder);
    let Some(said) = said else { return };
    assert_eq!(said.status, Some(2), "{}{}", said.stdout, said.stderr);
    let report = said.json();
    let what: Vec<String> =
        report["skipped"].as_array().unwrap().iter().map(|skipped| text(&skipped["what"])).collect();
    assert_eq!(what, ["./closed", "closed.txt"]);
    assert!(text(&report["skipped"][0]["why"]).contains("may not be read"), "{report}");
}

#[test]
fn leaks_win_over_what_may_not_be_read() {
    let folder = closed();
    write(&folder.path().join("tree"), "z.txt", project_key(3));
    let said = as_nobody(&folder.path().join("tree"), &["--format", "json"]);
    open(&folder);
    let Some(said) = said else { return };
    assert_eq!(said.status, Some(1));
    assert_eq!(places(&said.json()), [("z.txt".to_owned(), "openai-project-key".to_owned())]);
}

#[test]
fn a_path_that_does_not_exist_is_told_and_the_rest_is_read() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "here.txt", "nothing");
    let said = unleak(folder.path(), ["here.txt", "gone.txt", "--format", "json"]);
    assert_eq!((said.status, &said.json()["summary"]["inputs"]["blobs"]), (Some(2), &1.into()));
    assert_eq!(text(&said.json()["skipped"][0]["what"]), "gone.txt");
    write(folder.path(), "here.txt", project_key(1));
    assert_eq!(unleak(folder.path(), ["gone.txt", "here.txt"]).status, Some(1));
}
