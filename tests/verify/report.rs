//! `unleak verify`: a report's keys, found again and asked about, and keys on standard input.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::server::{Authority, Server};
use crate::support::{Said, made, project_key, unleak, write};
use crate::{alive, asking, incorrect, offline, run, verdicts};

fn piped(command: &mut Command, text: &str) -> Said {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    child.wait_with_output().unwrap().into()
}

#[test]
fn a_reports_keys_are_found_again_and_asked_about() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let (living, dead, gone) = (project_key(1), project_key(2), project_key(3));
    write(at, "living.env", format!("A={living}\n"));
    write(at, "copy.env", format!("A={living}\n"));
    write(at, "dead.env", format!("A={dead}\n"));
    write(at, "gone.env", format!("A={gone}\n"));
    let (authority, known) = (Authority::new(), living.clone());
    let server = Server::tls(&authority, move |asked| match asked.bearer() == known {
        true => alive(asked),
        false => incorrect(asked.bearer()),
    });
    for format in ["json", "jsonl"] {
        let report = unleak(at, ["scan", ".", "--format", format]).stdout;
        assert!(!report.contains(&living));
        write(at, "report.json", &report);
        fs::remove_file(at.join("gone.env")).unwrap();
        write(at, "copy.env", "A=nothing\n");
        let ask = |more: &[&str]| {
            run(asking(at, &authority, &server).args(["verify", "report.json", "--no-cache"]).args(more))
        };
        let said = ask(&["--format", "json"]);
        assert_eq!(said.status, Some(1), "{}", said.stderr);
        let document = said.json();
        let found = verdicts(&document);
        assert_eq!((found["living.env"].as_str(), found["dead.env"].as_str()), ("live full", "dead refused"));
        assert_eq!(found.len(), 2);
        let skipped = &document["skipped"][0];
        assert!(skipped["what"].as_str().unwrap().starts_with("OpenAI project key sk-proj-…"), "{skipped}");
        assert!(skipped["why"].as_str().unwrap().contains("gone.env:1:3: there is no such file here"), "{skipped}");
        assert!(document["gone"][0]["what"].as_str().unwrap().contains("copy.env:1:3"), "{document}");
        let human = ask(&[]).stdout;
        assert!(human.contains("= live") && human.contains("gone: places of the report"), "{human}");
        // Which leaks count: without the living one, what is gone is left, and nobody knows of it.
        assert_eq!(ask(&["--fail-on", "live"]).status, Some(1));
        fs::rename(at.join("living.env"), at.join("away")).unwrap();
        assert_eq!(ask(&["--fail-on", "live"]).status, Some(2));
        fs::rename(at.join("away"), at.join("living.env")).unwrap();
        write(at, "gone.env", format!("A={gone}\n"));
        write(at, "copy.env", format!("A={living}\n"));
    }
    assert!(server.asked().iter().all(|asked| asked.bearer() != gone));
}

#[test]
fn the_dead_count_only_if_they_are_asked_to() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "dead.env", format!("A={}\n", project_key(2)));
    let authority = Authority::new();
    let server = Server::tls(&authority, |asked| incorrect(asked.bearer()));
    let status = |arguments: &[&str]| {
        let mut command = asking(folder.path(), &authority, &server);
        let said = run(command.args(["scan", ".", "--no-cache", "--timeout", "2"]).args(arguments));
        (said.status, said.stdout + &said.stderr)
    };
    for (fail_on, wanted) in [("any", 1), ("unknown", 0), ("live", 0)] {
        let (status, text) = status(&["--verify", "--fail-on", fail_on]);
        assert_eq!(status, Some(wanted), "{fail_on}: {text}");
        assert!(text.contains("dead: its issuer refuses it"), "what is dead is still shown: {text}");
    }
    // Who can't be asked is no reason to pass.
    let nowhere = ["--verify", "--base-url", "openai=http://127.0.0.1:1/v1", "--fail-on"];
    assert_eq!(status(&[&nowhere[..], &["live"]].concat()).0, Some(2));
    assert_eq!(status(&[&nowhere[..], &["unknown"]].concat()).0, Some(1));
    let (without, text) = status(&["--fail-on", "live"]);
    assert!(without == Some(2) && text.contains("add --verify"), "{text}");
}

#[test]
fn a_key_on_standard_input_is_asked_about() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new();
    let server = Server::tls(&authority, alive);
    let ask = |text: &str, more: &[&str]| {
        piped(asking(folder.path(), &authority, &server).args(["verify", "-", "--no-cache"]).args(more), text)
    };
    let key = project_key(1);
    let said = ask(&format!("{key}\n"), &["--format", "json"]);
    assert_eq!(verdicts(&said.json())["<stdin>"], "live full");
    assert!(!said.stdout.contains(&key) && !said.stderr.contains(&key));
    let nothing = ask("hello\n", &[]);
    assert!(nothing.status == Some(2) && nothing.stderr.contains("--rule ID"), "{}", nothing.stderr);
    // What only its name tells can be named.
    let mistral = made("{alnum:32}", 5);
    assert_eq!(ask(&mistral, &[]).status, Some(2));
    let base = format!("--base-url=mistral={}", server.url("/v1"));
    let named = ask(&mistral, &["--rule", "mistral-api-key", "--format", "json", &base]);
    assert_eq!(verdicts(&named.json())["<stdin>"], "live full");
    // A report may come that way, too.
    write(folder.path(), "a.env", format!("A={key}\n"));
    let report = unleak(folder.path(), ["scan", ".", "--format", "json"]).stdout;
    assert_eq!(verdicts(&ask(&report, &["--format", "json"]).json())["a.env"], "live full");
}

/// With stacks larger than any system has, no thread can be made.
#[test]
fn without_room_for_a_thread_every_key_is_asked_about() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new();
    let server = Server::tls(&authority, alive);
    let text: String = (1..=20).map(|seed| format!("{}\n", project_key(seed))).collect();
    let mut ask = asking(folder.path(), &authority, &server);
    ask.env("RUST_MIN_STACK", "1000000000000000").args(["verify", "-", "--no-cache", "--format", "json"]);
    let said = piped(&mut ask, &text);
    assert_eq!(said.status, Some(1), "{}", said.stderr);
    let states: Vec<Value> =
        said.json()["leaks"].as_array().unwrap().iter().map(|leak| leak["liveness"]["state"].clone()).collect();
    assert_eq!(states, vec!["live"; 20], "{}", said.stderr);
}

#[test]
fn what_cannot_be_asked_about_is_said() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "report.json", "{}");
    for (arguments, wanted) in [
        (&["verify", "report.json"][..], "no JSON report"),
        (&["verify", "nothing.json"], "nothing.json can't be read"),
        (&["verify", "-", "--base-url", "openai=http://example.com"], "not encrypted"),
        (&["verify", "-", "--only", "opanai"], "did you mean \"openai\""),
    ] {
        let said = run(offline(folder.path()).args(arguments));
        assert!(said.status == Some(2) && said.stderr.contains(wanted), "{arguments:?}: {}", said.stderr);
    }
    let said =
        run(offline(folder.path()).env("UNLEAK_BASE_URL", "openai=http://example.com").args(["scan", ".", "--verify"]));
    assert!(said.status == Some(2) && said.stderr.contains("UNLEAK_BASE_URL"), "{}", said.stderr);
    let said = run(offline(folder.path()).env("SSL_CERT_FILE", "/nonexistent.pem").args(["scan", ".", "--verify"]));
    assert!(said.status == Some(2) && said.stderr.contains("SSL_CERT_FILE"), "{}", said.stderr);
}

/// A token that says itself when it dies is judged without anybody.
#[test]
fn times_are_read_offline() {
    let folder = tempfile::tempdir().unwrap();
    let secret = |age: u64| {
        let time = crate::support::now() - age;
        format!("ek_{time:08x}{}", made("{hex:24}", age))
    };
    let ask = |text: &str| piped(offline(folder.path()).args(["verify", "-", "--format", "json"]), text).json();
    assert_eq!(verdicts(&ask(&secret(30)))["<stdin>"], "unknown unexpired");
    assert_eq!(verdicts(&ask(&secret(86_400)))["<stdin>"], "dead expired");
}
