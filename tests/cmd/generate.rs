//! `unleak generate completions` and `man`: they run, and say what the program can do. What they look like is their
//! library's matter.

use std::fs;
use std::process::Command;

fn unleak(arguments: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_unleak")).args(arguments).output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn each_shell_gets_its_completions() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (code, script) = unleak(&["generate", "completions", shell]);
        assert_eq!(code, 0, "{shell}");
        assert!(script.contains("exit-zero"), "{shell}");
    }
    assert_eq!(unleak(&["generate", "completions", "sh"]).0, 2);
}

#[test]
fn bash_takes_its_completions() {
    let (_, script) = unleak(&["generate", "completions", "bash"]);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("unleak.bash"), script).unwrap();
    let Ok(checked) = Command::new("bash").arg("-n").arg(folder.path().join("unleak.bash")).status() else { return };
    assert!(checked.success());
}

#[test]
fn each_command_has_its_manual_page() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(unleak(&["generate", "man", folder.path().to_str().unwrap()]).0, 0);
    let mut pages: Vec<String> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    pages.sort();
    for page in ["unleak.1", "unleak-scan.1", "unleak-history.1", "unleak-rules-list.1", "unleak-generate-man.1"] {
        assert!(pages.iter().any(|name| name == page), "{page}: {pages:?}");
    }
    for page in &pages {
        let text = fs::read_to_string(folder.path().join(page)).unwrap();
        assert!(text.contains(".SH NAME") && text.contains(".SH SYNOPSIS"), "{page}: {text}");
    }
    assert_eq!(unleak(&["generate", "man", folder.path().join("none").to_str().unwrap()]).0, 2);
}
