//! A repository made to deceive changes nothing outside of itself and blinds nothing in silence: one test for each way.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use crate::common::{Repo, command};
use crate::support::{project_key, text, unleak};
use crate::{entries, leaks, report};

/// A repository with a committed leak at `a.env`, and a file outside of it that exists only if something ran.
fn trap() -> (Repo, PathBuf) {
    let repo = Repo::new();
    repo.commit("a.env", &format!("OPENAI_API_KEY={}\n", project_key(1)));
    let witness = repo.dir.path().join("witness");
    (repo, witness)
}

/// Every way to look sees the leak.
#[track_caller]
fn seen(repo: &Repo) {
    repo.write("staged.env", project_key(2));
    repo.git(&["-c", "core.fsmonitor=", "add", "-f", "staged.env"]);
    for (arguments, path) in
        [(&["scan"][..], "a.env"), (&["staged"], "staged.env"), (&["range", "HEAD"], "a.env"), (&["history"], "a.env")]
    {
        let told = report(&repo.path, arguments, 1);
        assert!(leaks(&told).contains(&path.to_owned()), "{arguments:?}: {told}");
    }
}

#[test]
fn a_config_that_hides_everything_is_told_by_name_and_can_be_passed_over() {
    let (repo, _) = trap();
    repo.write("unleak.toml", "exclude = ['**']\ninline-waivers = true\n[limits]\nmax-depth = 0\n");
    let told = report(&repo.path, &["scan"], 0);
    assert_eq!(entries(&told), ["exclude in-force 0 2", "limit in-force 0 0"]);
    let said = unleak(&repo.path, ["scan"]).stdout;
    assert!(said.contains("exclude \"**\"") && said.contains("nothing to read"), "{said}");
    for (flag, value) in [("--no-config", None), ("--config-from", Some("HEAD"))] {
        let arguments: Vec<&str> = ["scan", flag].into_iter().chain(value).collect();
        assert_eq!(leaks(&report(&repo.path, &arguments, 1)), ["a.env"], "{flag}");
    }
}

#[test]
fn a_config_that_is_a_link_or_a_pipe_is_not_followed() {
    let (repo, _) = trap();
    let outside = repo.dir.path().join("outside.toml");
    fs::write(&outside, "exclude = ['**']").unwrap();
    for target in [outside.to_str().unwrap(), "/dev/zero", "/dev/stdin"] {
        symlink(target, repo.path.join("unleak.toml")).unwrap();
        let said = unleak(&repo.path, ["scan"]);
        assert!(said.status == Some(2) && said.stderr.contains("symbolic link"), "{target}: {}", said.stderr);
        fs::remove_file(repo.path.join("unleak.toml")).unwrap();
    }
    assert!(std::process::Command::new("mkfifo").arg(repo.path.join("unleak.toml")).status().unwrap().success());
    let said = unleak(&repo.path, ["scan"]);
    assert!(said.status == Some(2) && said.stderr.contains("no regular file"), "{}", said.stderr);
    fs::remove_file(repo.path.join("unleak.toml")).unwrap();
    // Through a folder that is a link, and in a commit.
    symlink(repo.dir.path(), repo.path.join("sub")).unwrap();
    repo.write("unleak.toml", "rule-files = ['sub/outside.toml']");
    assert!(unleak(&repo.path, ["scan"]).stderr.contains("symbolic link"));
    fs::remove_file(repo.path.join("unleak.toml")).unwrap();
    symlink(&outside, repo.path.join("unleak.toml")).unwrap();
    repo.git(&["add", "unleak.toml"]);
    repo.git(&["commit", "-qm", "x"]);
    fs::remove_file(repo.path.join("unleak.toml")).unwrap();
    let said = unleak(&repo.path, ["scan", "--config-from", "HEAD"]);
    assert!(said.status == Some(2) && said.stderr.contains("no regular file"), "{}", said.stderr);
}

#[test]
fn a_rule_that_the_repository_brings_takes_no_key_away() {
    let (repo, _) = trap();
    repo.write("unleak.toml", "rule-files = ['mine.toml']\n");
    let rule = |body: &str| {
        format!(
            "provider = 'mine'\nname = 'Mine'\n[[rule]]\nid = 'mine'\nname = 'Mine'\ndescription = 'Mine.'\nremedy = 'None.'\nseverity = 'low'\nspecificity = 255\n{body}hits = ['x']\nmisses = []\n"
        )
    };
    let thief = "trigger = { keywords = ['sk-proj-'] }\npattern = 'sk-proj-[A-Za-z0-9_-]+'\nchecks = ['random', { hex-time = { offset = 0, lifetime = 1 } }]\n";
    repo.write("mine.toml", rule(thief));
    let told = report(&repo.path, &["scan"], 1);
    assert_eq!(text(&told["leaks"][0]["rule"]), "openai-project-key", "{told}");
}

#[test]
fn a_baseline_that_is_a_link_accepts_nothing() {
    let (repo, _) = trap();
    assert_eq!(unleak(&repo.path, ["baseline", "create"]).status, Some(0));
    let outside = repo.dir.path().join("outside.json");
    fs::rename(repo.path.join(".unleak/baseline.json"), &outside).unwrap();
    symlink(&outside, repo.path.join(".unleak/baseline.json")).unwrap();
    let told = report(&repo.path, &["scan"], 1);
    assert_eq!(leaks(&told), ["a.env"]);
    assert!(told["skipped"].to_string().contains("symbolic link"), "{}", told["skipped"]);
}

#[test]
fn a_baseline_for_everything_is_told_by_name() {
    let (repo, _) = trap();
    assert_eq!(unleak(&repo.path, ["baseline", "create"]).status, Some(0));
    let path = repo.path.join(".unleak/baseline.json");
    fs::write(&path, fs::read_to_string(&path).unwrap().replace("\"a.env\"", "\"**\"")).unwrap();
    repo.write("b.env", project_key(1));
    repo.write("c.env", project_key(3));
    let told = report(&repo.path, &["scan"], 1);
    assert_eq!((leaks(&told), entries(&told)), (vec!["c.env".to_owned()], vec!["baseline in-force 2 0".to_owned()]));
}

#[test]
fn attributes_hide_nothing() {
    let (repo, _) = trap();
    repo.write(".gitattributes", "* binary -diff -text export-ignore linguist-generated filter=x\n");
    repo.write(".ignore", "*\n");
    repo.write(".rgignore", "*\n");
    repo.write(".unleakignore", "*\n");
    repo.write(".git/info/attributes", "* binary -diff\n");
    seen(&repo);
}

/// Everything in git's config that runs something, made to leave a witness.
fn armed(repo: &Repo, witness: &std::path::Path, keys: &[&str]) {
    let script = repo.dir.path().join("run.sh");
    fs::write(&script, format!("#!/bin/sh\ntouch '{}'\ncat\n", witness.display())).unwrap();
    std::process::Command::new("chmod").arg("+x").arg(&script).status().unwrap();
    for key in keys {
        repo.git(&["config", key, script.to_str().unwrap()]);
    }
}

#[test]
fn hooks_do_not_run() {
    let (repo, witness) = trap();
    for hook in ["pre-commit", "post-index-change", "post-checkout", "reference-transaction", "fsmonitor-watchman"] {
        let path = repo.path.join(".git/hooks").join(hook);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, format!("#!/bin/sh\ntouch '{}'\n", witness.display())).unwrap();
        std::process::Command::new("chmod").arg("+x").arg(&path).status().unwrap();
    }
    // Git itself runs them while this test stages a file: what counts is what we do.
    repo.write("staged.env", project_key(2));
    let staged = command(&repo.path, &["-c", "core.hooksPath=/nonexistent", "add", "-f", "staged.env"]);
    assert!({ staged }.status().unwrap().success());
    let _ = fs::remove_file(&witness);
    for arguments in [&["scan"][..], &["staged"], &["range", "HEAD"], &["history"]] {
        report(&repo.path, arguments, 1);
    }
    assert!(!witness.exists());
}

#[test]
fn text_conversions_do_not_run() {
    let (repo, witness) = trap();
    repo.write(".gitattributes", "* diff=x\n");
    armed(&repo, &witness, &["diff.x.textconv", "diff.x.command", "diff.external", "core.pager"]);
    seen(&repo);
    assert!(!witness.exists());
}

#[test]
fn a_file_system_monitor_does_not_run() {
    let (repo, witness) = trap();
    armed(&repo, &witness, &["core.fsmonitor", "core.sshCommand", "core.editor", "core.askPass", "gpg.program"]);
    seen(&repo);
    assert!(!witness.exists());
}

#[test]
fn filters_do_not_run() {
    let (repo, witness) = trap();
    repo.write("staged.env", project_key(2));
    repo.git(&["add", "-f", "staged.env"]);
    repo.write(".gitattributes", "* filter=x\n");
    armed(&repo, &witness, &["filter.x.clean", "filter.x.smudge", "filter.x.process"]);
    repo.git(&["config", "filter.x.required", "true"]);
    for (arguments, path) in
        [(&["scan"][..], "a.env"), (&["staged"], "staged.env"), (&["range", "HEAD"], "a.env"), (&["history"], "a.env")]
    {
        assert!(leaks(&report(&repo.path, arguments, 1)).contains(&path.to_owned()), "{arguments:?}");
    }
    assert!(!witness.exists());
}

#[test]
fn links_out_of_the_tree_are_counted_and_not_followed() {
    let (repo, _) = trap();
    let outside = repo.dir.path().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("secret.env"), project_key(9)).unwrap();
    symlink(&outside, repo.path.join("folder")).unwrap();
    symlink(outside.join("secret.env"), repo.path.join("file")).unwrap();
    symlink("..", repo.path.join("loop")).unwrap();
    let told = report(&repo.path, &["scan"], 1);
    assert_eq!((leaks(&told), &told["summary"]["left_out"]["symbolic_links"]), (vec!["a.env".to_owned()], &3.into()));
    repo.git(&["add", "."]);
    assert_eq!(leaks(&report(&repo.path, &["staged"], 0)), [""; 0]);
    // A link in the place of a tracked file, and of the folder it is in.
    repo.commit("d/b.env", "nothing");
    fs::remove_dir_all(repo.path.join("d")).unwrap();
    symlink(&outside, repo.path.join("d")).unwrap();
    fs::write(outside.join("b.env"), project_key(8)).unwrap();
    assert_eq!(leaks(&report(&repo.path, &["scan"], 1)), ["a.env"]);
}

#[test]
fn submodules_with_strange_urls_are_counted_and_nothing_is_fetched() {
    let (repo, witness) = trap();
    let head = repo.git(&["rev-parse", "HEAD"]);
    let url = format!("ext::sh -c touch% {}", witness.display());
    for (name, url) in [("one", &url[..]), ("two", "-u./payload"), ("../three", "https://user:pw@evil.invalid/x")] {
        repo.git(&["config", "-f", ".gitmodules", &format!("submodule.{name}.url"), url]);
        repo.git(&["config", "-f", ".gitmodules", &format!("submodule.{name}.path"), name]);
        repo.git(&["config", "-f", ".gitmodules", &format!("submodule.{name}.update"), "!touch ../witness"]);
    }
    repo.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{head},one")]);
    repo.git(&["config", "protocol.ext.allow", "always"]);
    let told = report(&repo.path, &["staged"], 0);
    assert_eq!(told["summary"]["left_out"]["submodules"], 1);
    repo.git(&["commit", "-qm", "Submodule"]);
    for arguments in [&["scan"][..], &["history"]] {
        assert_eq!(leaks(&report(&repo.path, arguments, 1)), ["a.env"], "{arguments:?}");
    }
    assert!(!witness.exists());
}

#[test]
fn names_with_control_bytes_reach_no_terminal_and_hide_nothing() {
    let (repo, _) = trap();
    let names = ["evil\u{1b}[2J\u{1b}]0;owned\u{7}.env", "line\nbreak\r.env", "rtl\u{202e}vne.env", "*", "**", "-rf"];
    for (number, name) in names.iter().enumerate() {
        repo.write(name, project_key(20 + number as u64));
    }
    for arguments in [&["scan", "--color", "never"][..], &["scan", "--color", "never", "-v"]] {
        let said = unleak(&repo.path, arguments).stdout;
        let obeyed = |char: char| (char.is_control() && char != '\n') || char == '\u{202e}';
        assert!(!said.contains(obeyed), "{said:?}");
    }
    assert_eq!(report(&repo.path, &["scan"], 1)["summary"]["leaks"], 7);
    // Accepted, each stands for itself alone, a name of stars too.
    let said = unleak(&repo.path, ["baseline", "create"]);
    assert!(said.status == Some(0) && said.stdout.contains("7 added"), "{}", said.stdout);
    report(&repo.path, &["scan"], 0);
    let said = unleak(&repo.path, ["baseline", "explain"]).stdout;
    assert!(!said.contains('\u{1b}') && !said.contains('\u{202e}'), "{said:?}");
    repo.write("other/deep.env", project_key(23));
    repo.write("other2.env", project_key(24));
    assert_eq!(leaks(&report(&repo.path, &["scan"], 1)), ["other/deep.env", "other2.env"]);
}
