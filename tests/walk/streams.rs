//! Streams: standard input, a reader that goes away, and reports that are written to files.

use std::fs;
use std::io::{Read, Write};
use std::process::{Child, Stdio};
use std::thread;

use super::support::{Said, places, program, project_key, unleak, write};

/// The program reading standard input, which is still open.
fn reading(folder: &std::path::Path, arguments: &[&str]) -> Child {
    let mut command = program(folder);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

#[test]
fn standard_input_is_read_beside_files() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.txt", project_key(1));
    let mut child = reading(folder.path(), &["scan", "-", "a.txt", "--format", "json"]);
    child.stdin.take().unwrap().write_all(project_key(2).as_bytes()).unwrap();
    let said = Said::from(child.wait_with_output().unwrap());
    let paths: Vec<String> = places(&said.json()).into_iter().map(|(path, _)| path).collect();
    assert_eq!((said.status, paths), (Some(1), vec!["<stdin>".to_owned(), "a.txt".to_owned()]));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..3000 {
        write(folder.path(), format!("{number}.txt"), project_key(number));
    }
    for format in ["human", "json", "jsonl", "sarif"] {
        let mut child = reading(folder.path(), &["scan", "--format", format]);
        let mut stdout = child.stdout.take().unwrap();
        stdout.read_exact(&mut [0]).unwrap();
        drop(stdout);
        let said = Said::from(child.wait_with_output().unwrap());
        assert_eq!((said.status, &said.stderr[..]), (Some(1), ""), "{format}");
    }
}

#[test]
fn a_report_is_written_whole_and_leaves_nothing_beside_it() {
    let (folder, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write(folder.path(), "a.txt", project_key(1));
    let path = out.path().join("report.json");
    fs::write(&path, "old ".repeat(10_000)).unwrap();
    let said = unleak(folder.path(), ["--format", "json", "--output", path.to_str().unwrap()]);
    assert_eq!((said.status, &said.stdout[..], &said.stderr[..]), (Some(1), "", ""));
    let written = fs::read_to_string(&path).unwrap();
    assert_eq!(written, unleak(folder.path(), ["--format", "json"]).stdout);
    assert_eq!(fs::read_dir(out.path()).unwrap().count(), 1);
}

#[test]
fn a_report_that_is_not_finished_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "report.json", "old");
    let mut child = reading(folder.path(), &["scan", "-", "--format", "json", "--output", "report.json"]);
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(&vec![b'\n'; 1 << 20]).unwrap(); // more than a pipe holds: the scan has begun
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(fs::read_to_string(folder.path().join("report.json")).unwrap(), "old");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn files_that_come_and_go_during_the_walk_never_break_it() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "key.txt", project_key(1));
    let busy = folder.path().to_owned();
    let mut child = reading(folder.path(), &["scan", "-", ".", "--format", "json"]);
    let churn = thread::spawn(move || {
        for number in 0..400 {
            let path = busy.join(format!("{}", number % 7));
            fs::write(&path, "x").unwrap();
            fs::remove_file(path).unwrap();
        }
    });
    drop(child.stdin.take());
    let said = Said::from(child.wait_with_output().unwrap());
    churn.join().unwrap();
    let report = said.json();
    assert_eq!((said.status, &said.stderr[..]), (Some(1), ""));
    for skipped in report["skipped"].as_array().unwrap() {
        assert!(skipped["why"].as_str().unwrap().contains("does not exist"), "{skipped}");
    }
}
