//! Input that is made to take memory, time or for ever: it ends, and what was not read is named.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use crate::support::{Said, made, program, project_key, unleak, write};

/// Runs the program with so many kilobytes of address space.
fn with_memory(folder: &Path, kilobytes: u64, arguments: &[&str]) -> Said {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -v {kilobytes}\nexec \"$@\""), "sh", env!("CARGO_BIN_EXE_unleak")]);
    command.args(arguments).current_dir(folder).env("HOME", "/nonexistent").output().unwrap().into()
}

#[test]
fn a_large_file_is_read_in_little_memory() {
    let folder = tempfile::tempdir().unwrap();
    let file = fs::File::create(folder.path().join("holes")).unwrap();
    file.set_len(80 << 20).unwrap();
    std::os::unix::fs::FileExt::write_at(&file, project_key(1).as_bytes(), 70 << 20).unwrap();
    let said = with_memory(folder.path(), 96_000, &["scan", "holes", "--threads", "1", "--format", "json"]);
    assert_eq!((said.status, &said.stderr[..]), (Some(1), ""), "{}", said.stdout);
}

#[test]
fn what_is_no_file_is_named_and_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    assert!(Command::new("mkfifo").arg(folder.path().join("pipe")).status().unwrap().success());
    symlink(".", folder.path().join("round")).unwrap();
    write(folder.path(), "key.txt", project_key(1));
    for (path, wanted) in [("pipe", 2), ("/dev/zero", 2), ("/dev/tty", 2), (".", 1)] {
        let said = unleak(folder.path(), ["scan", path, "--format", "json"]);
        assert_eq!(said.status, Some(wanted), "{path}: {}{}", said.stdout, said.stderr);
        let skipped = said.json()["skipped"].to_string();
        assert_eq!(skipped.contains(path), wanted == 2, "{path}: {skipped}");
    }
    let said = unleak(folder.path(), ["scan", "--follow"]);
    assert_eq!(said.status, Some(1), "{}", said.stdout);
    assert!(said.stdout.contains("round") && said.stdout.contains("loop"), "{}", said.stdout);
}

#[test]
fn what_the_kernel_makes_up_is_not_read_and_named() {
    if !cfg!(target_os = "linux") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "key.txt", project_key(1));
    for path in ["/proc", "/sys", "/proc/self/environ", "/proc/kmsg"] {
        if !Path::new(path).exists() {
            continue;
        }
        let said = unleak(folder.path(), ["scan", path, "key.txt", "--format", "json"]);
        assert_eq!(said.status, Some(1), "{path}: {}", said.stderr);
        let skipped = said.json()["skipped"].to_string();
        assert!(skipped.contains(path) && skipped.contains("kernel"), "{path}: {skipped}");
        assert!(said.json()["skipped"].as_array().unwrap().len() < 5, "it is named once: {skipped}");
    }
}

#[test]
fn beginnings_of_keys_that_lead_nowhere_do_not_take_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = "eyJ".repeat(300_000);
    write(folder.path(), "many.txt", &text);
    let said = unleak(folder.path(), ["scan", "many.txt", "--max-depth", "0", "--format", "json"]);
    assert_eq!(said.status, Some(2), "{}", said.stderr);
    assert!(said.json()["skipped"].to_string().contains("beginnings of keys"), "{}", said.stdout);
    // A few of them are followed, each to its end.
    text.truncate(3_000);
    text.push_str(&format!("\n{}\n", project_key(1)));
    write(folder.path(), "few.txt", &text);
    let said = unleak(folder.path(), ["scan", "few.txt", "--format", "json"]);
    assert_eq!((said.status, said.json()["skipped"].as_array().unwrap().len()), (Some(1), 0));
}

/// Where what brings a rule up stands again and again, its pattern is not searched around each, and no key is lost for it.
#[test]
fn keys_among_many_beginnings_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::new();
    let count = 120;
    for number in 0..count {
        text.push_str(&":AA".repeat(number % 60));
        text.push_str(&"machine ".repeat(number % 7));
        text.push_str(&made(" {digit:9}:AA{alnum:33} ", number as u64));
    }
    write(folder.path(), "many.txt", &text);
    let said = unleak(folder.path(), ["scan", "many.txt", "--format", "json", "--exit-zero"]);
    let leaks = said.json()["leaks"].as_array().unwrap().len();
    assert_eq!((said.status, leaks), (Some(0), count), "{}", said.stderr);
}

#[test]
fn files_that_nest_without_end_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.txt", "nothing");
    let deep = 100_000;
    write(folder.path(), "lists.toml", format!("a = {}{}\n", "[".repeat(deep), "]".repeat(deep)));
    write(folder.path(), "names.toml", format!("a{} = 1\n", ".a".repeat(deep)));
    write(folder.path(), "report.json", format!("{{\"leaks\":{}{}}}", "[".repeat(deep), "]".repeat(deep)));
    for arguments in [
        &["scan", "a.txt", "--rules", "lists.toml"][..],
        &["scan", "a.txt", "--rules", "names.toml"],
        &["scan", "a.txt", "--config", "lists.toml"],
        &["scan", "a.txt", "--config", "names.toml"],
        &["scan", "a.txt", "--baseline", "report.json"],
        &["verify", "report.json"],
        &["rules", "check", "names.toml"],
        &["rules", "import", "lists.toml"],
    ] {
        let said = unleak(folder.path(), arguments);
        assert_eq!(said.status, Some(2), "{arguments:?}: {}", said.stderr);
        assert!(said.stderr.len() < 1000 && !said.stderr.contains("please report"), "{arguments:?}: {}", said.stderr);
    }
}

#[test]
fn no_core_file_is_left_and_nobody_looks_into_memory() {
    if !cfg!(target_os = "linux") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut command = program(folder.path());
    command.args(["scan", "-"]).stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::null());
    let mut child = command.spawn().unwrap();
    // More than a pipe holds: when it is written, the program has begun.
    std::io::Write::write_all(child.stdin.as_mut().unwrap(), &vec![b'\n'; 1 << 20]).unwrap();
    let limits = fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
    drop(child.stdin.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
