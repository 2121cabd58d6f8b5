//! Odd files: names that others pass over, links, pipes, sockets, and bytes that are no text.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

use super::support::{leaky_files, project_key, text, unleak, write};

#[test]
fn no_file_is_passed_over_because_of_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let mut paths = [
        "package-lock.json",
        "yarn.lock",
        "Cargo.lock",
        "poetry.lock",
        "go.sum",
        "node_modules/a/index.js",
        "icon.svg",
        "app.min.js",
        "app.js.map",
        "vendor/x.go",
        "test/fixture.py",
        "tests/a.rs",
        "example.md",
        "dist/b.css",
        "photo.png",
        "a.zip",
        "a.pdf",
        "libx.so",
        "x.pyc",
        "core",
        "db.sqlite",
        "__pycache__/x",
        "target/debug/x",
        ".venv/lib/y.py",
        "LICENSE",
        "a.woff2",
        ".DS_Store",
        "CHANGELOG.md",
    ];
    for path in paths {
        write(folder.path(), path, project_key(1));
    }
    paths.sort_unstable();
    assert_eq!(leaky_files(folder.path(), &[]), paths);
}

#[test]
fn links_are_counted_and_followed_only_when_asked() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write(other.path(), "key.txt", project_key(1));
    symlink(other.path().join("key.txt"), folder.path().join("file")).unwrap();
    symlink(other.path(), folder.path().join("folder")).unwrap();
    let said = unleak(folder.path(), ["--format", "json"]);
    assert_eq!((said.status, &said.json()["summary"]["left_out"]["symbolic_links"]), (Some(0), &2.into()));
    assert_eq!(leaky_files(folder.path(), &["--follow"]), ["file", "folder/key.txt"]);
    assert_eq!(leaky_files(folder.path(), &["file", "folder"]), ["file", "folder/key.txt"]);
}

#[test]
fn links_in_a_circle_come_to_an_end() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a/b/key.txt", project_key(1));
    symlink("../..", folder.path().join("a/b/up")).unwrap();
    symlink("self", folder.path().join("self")).unwrap();
    let said = unleak(folder.path(), ["scan", "--follow", "--format", "json"]);
    assert_eq!(said.status, Some(1));
    assert!(said.json()["leaks"][0]["sightings"].as_array().unwrap().len() == 1, "{}", said.stdout);
}

#[test]
fn a_link_to_nowhere_is_told_when_it_is_followed() {
    let folder = tempfile::tempdir().unwrap();
    symlink("nowhere", folder.path().join("dangling")).unwrap();
    assert_eq!(unleak(folder.path(), [""; 0]).status, Some(0));
    let said = unleak(folder.path(), ["--follow", "--format", "json"]);
    assert_eq!(said.status, Some(2));
    assert!(text(&said.json()["skipped"][0]["what"]).contains("dangling"), "{}", said.stdout);
}

#[test]
fn pipes_and_sockets_are_counted_and_never_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let made = Command::new("mkfifo").arg(folder.path().join("pipe")).status().unwrap();
    assert!(made.success());
    let _socket = UnixListener::bind(folder.path().join("socket")).unwrap();
    write(folder.path(), "key.txt", project_key(1));
    let said = unleak(folder.path(), ["--format", "json"]);
    assert_eq!((said.status, &said.json()["summary"]["left_out"]["special_files"]), (Some(1), &2.into()));
    let named = unleak(folder.path(), ["pipe"]);
    assert_eq!(named.status, Some(2));
    assert!(named.stdout.contains("neither a file nor a folder"), "{}", named.stdout);
}

#[test]
fn names_and_content_may_be_any_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let name = OsStr::from_bytes(b"caf\xe9\n\x1b[31m.env");
    let content = [&b"\xff\xfe\0\x80 "[..], project_key(1).as_bytes(), b"\xc3\0"].concat();
    write(folder.path(), Path::new(name), content);
    for format in ["human", "json", "jsonl", "sarif"] {
        let said = unleak(folder.path(), ["--format", format]);
        assert_eq!((said.status, &said.stderr[..]), (Some(1), ""), "{format}");
        assert!(!said.stdout.contains('\u{1b}'), "{format}: {}", said.stdout);
    }
    let place = &unleak(folder.path(), ["--format", "json"]).json()["leaks"][0]["sightings"][0];
    assert_eq!((&place["line"], &place["column"], &place["offset"]), (&1.into(), &6.into(), &5.into()));
    assert!(place["path_base64"].is_string(), "{place}");
}

#[test]
fn empty_files_and_folders_are_clean() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "empty", "");
    fs::create_dir(folder.path().join("folder")).unwrap();
    assert_eq!(unleak(folder.path(), [""; 0]).status, Some(0));
    assert_eq!(unleak(folder.path(), ["empty"]).status, Some(0));
}
