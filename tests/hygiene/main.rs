//! No secret leaves the program: in no format, at no verbosity, on no stream and in no file, neither whole nor half.
//! What may be seen is what every key of its kind has in common, and the last four characters.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test makes files and fails by panicking"
)]

#[path = "../support/mod.rs"]
mod support;

mod everything;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use support::{Said, made, program, unleak, write};
use unleak::report::Format;

/// So many characters of a secret in a row are too many.
const TOO_MANY: usize = 12;

/// A secret's recipe: what all of its kind begin with, and the rest, which is secret but for the last four characters.
const SECRETS: &[(&str, &str)] = &[
    ("sk-proj-", "{openai:74}"),
    ("sk-proj-", "{openai:20}"),
    ("sk-svcacct-", "{openai:57/58}"),
    ("sk-admin-", "{openai:58}"),
    ("sk-None-", "{openai:20}"),
    ("sk-", "{openai:20}"),
    ("sk-service-billing-", "{openai:20}"),
    ("sk-newkind-", "{openai:74}"),
    ("sess-", "{alnum:40}"),
    ("", "{jwt:{\"https://api.openai.com/auth\":{\"chatgpt_plan_type\":\"pro\"}}}"),
    ("rt_", "{b64url:43}.{b64url:43}"),
    ("rt.1.", "{b64url:86}"),
    ("ek_", "{hextime:now}{hex:24}"),
    ("whsec_", "{b64:43}="),
    ("", "{cask:AAABACOG}"),
    ("", "{hex:32}"),
    ("at-", "{b64url:43}"),
    ("", "{alnum:40}"),
    // Noise is shown when it is asked for, and not in full either.
    ("sk-proj-", "{b64url:74}T3Blbk{=FJ}{b64url:30}"),
    ("", "{alnum:52}JQQJ99BA{alnum:12}AAABACOG{alnum:4}"),
    ("", "{jwt:{\"https://api.openai.com/auth\":{},\"exp\":1700000000}}"),
];

/// Lines that secrets stand in, alone and in company.
const LINES: &[&str] = &[
    "AZURE_OPENAI_API_KEY=§",
    "OPENAI_TOKEN = \"§\" # unleak:allow",
    "OPENAI_TOKEN = \"§\" # pragma: allowlist secret",
    "CODEX_ACCESS_TOKEN='§' CODEX_ACCESS_TOKEN='§'",
    "{\"openai_token\":\"§\",\"azure_openai_token\":\"§\",\"personal_access_token\":\"§\"}",
    "openai_token=§,§;§",
    "é日本 azure_openai_token: § \u{1b}[31m日本",
    "openai x§x",
];

/// A folder full of secrets, and all of them.
fn folder() -> (tempfile::TempDir, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let mut secrets = Vec::new();
    for (number, (public, rest)) in SECRETS.iter().enumerate() {
        let mut text = String::new();
        for line in LINES {
            for part in line.split_inclusive('§') {
                text.push_str(part.trim_end_matches('§'));
                if part.ends_with('§') {
                    let secret = made(rest, (number * 1000 + secrets.len()) as u64);
                    text.extend([*public, &secret]);
                    secrets.push(secret);
                }
            }
            text.push('\n');
        }
        write(folder.path(), format!("{number}.txt"), text);
    }
    write(folder.path(), "auth.json", login(&mut secrets));
    write(folder.path(), "mixed.txt", mixed(&mut secrets));
    (folder, secrets)
}

/// A login in one line, whose other tokens no rule knows.
fn login(secrets: &mut Vec<String>) -> String {
    let [access, id] = [1, 2].map(|seed| made("{jwt:{\"sub\":\"a\",\"exp\":4102444800}}", seed));
    let refresh = made("{b64url:86}", 3);
    let text = format!(
        "{{\"OPENAI_API_KEY\":null,\"tokens\":{{\"id_token\":\"{id}\",\"refresh_token\":\"{refresh}\",\"access_token\":\"{access}\",\"account_id\":\"x\"}}}}"
    );
    // What all tokens begin with is no secret.
    secrets.extend([access, id].map(|token| token.rsplit('.').next().unwrap().to_owned()));
    secrets.push(refresh);
    text
}

/// All secrets once more, in one line without blanks: each snippet is cut in the middle of others.
fn mixed(secrets: &mut Vec<String>) -> String {
    let all = SECRETS.iter().enumerate().map(|(number, (public, rest))| {
        let secret = made(rest, 90_000 + number as u64);
        secrets.push(secret.clone());
        format!("openai_azure_openai_token=\"{public}{secret}\"")
    });
    all.collect::<Vec<_>>().join(";")
}

/// The stretches of these secrets that no output may hold.
fn stretches(secrets: &[String]) -> Vec<&str> {
    secrets
        .iter()
        .flat_map(|secret| {
            let header = if secret.starts_with("eyJ") { secret.find('.').map_or(0, |dot| dot + 1) } else { 0 };
            (header..(secret.len() - 4).saturating_sub(TOO_MANY - 1)).map(move |at| &secret[at..at + TOO_MANY])
        })
        .collect()
}

/// Fails if a part of a secret stands in `output`.
fn holds_none(output: &str, searcher: &aho_corasick::AhoCorasick, what: &str) {
    if let Some(hit) = searcher.find(output) {
        let around = output.get(hit.start().saturating_sub(80)..(hit.end() + 80).min(output.len()));
        panic!("{what}: {around:?}");
    }
}

fn formats() -> impl Iterator<Item = &'static str> {
    Format::ALL.into_iter().map(Format::as_str)
}

const FLAGS: &[&[&str]] = &[
    &[],
    &["--verbose"],
    &["--noise"],
    &["--noise", "-v"],
    &["--noise", "-v", "--no-inline-waivers", "--color", "always"],
    &["--quiet", "--exit-zero"],
];

#[test]
fn no_report_holds_any_part_of_a_secret() {
    let (folder, secrets) = folder();
    let stretches = stretches(&secrets);
    let searcher = aho_corasick::AhoCorasick::new(&stretches).unwrap();
    let content = fs::read_to_string(folder.path().join("mixed.txt")).unwrap();
    assert!(searcher.is_match(&content), "the search would see one");
    for format in formats() {
        for flags in FLAGS {
            let what = format!("{format} {flags:?}");
            let said = unleak(folder.path(), [&["scan", ".", "--format", format], *flags].concat());
            assert!(said.stdout.len() > 5000 && said.status.is_some_and(|status| status < 2), "{what}");
            holds_none(&said.stdout, &searcher, &what);
            holds_none(&said.stderr, &searcher, &what);
        }
    }
}

#[test]
fn no_report_in_a_file_or_of_standard_input_does() {
    let (folder, secrets) = folder();
    let stretches = stretches(&secrets);
    let searcher = aho_corasick::AhoCorasick::new(&stretches).unwrap();
    let out = tempfile::tempdir().unwrap();
    for format in formats() {
        let path = out.path().join(format);
        let said =
            from_stdin(folder.path(), &["scan", "-", ".", "-v", "--noise", "-f", format, "-o", path.to_str().unwrap()]);
        assert_eq!((said.status, &said.stdout[..], &said.stderr[..]), (Some(1), "", ""), "{format}");
        let written = fs::read_to_string(path).unwrap();
        assert!(written.contains("stdin") || format == "sarif", "{format}");
        holds_none(&written, &searcher, format);
    }
}

/// A run that is given `mixed.txt` as standard input.
fn from_stdin(folder: &Path, arguments: &[&str]) -> Said {
    let mut command = program(folder);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(&fs::read(folder.join("mixed.txt")).unwrap()).unwrap();
    child.wait_with_output().unwrap().into()
}

#[test]
fn no_name_is_shown_that_holds_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    let key = support::project_key(1);
    let inner = folder.path().join(format!("{key}-dir"));
    write(&inner, format!("{key}.txt"), format!("A={key}\n").as_bytes());
    let secrets = [key[8..].to_owned()];
    let stretches = stretches(&secrets);
    let searcher = aho_corasick::AhoCorasick::new(&stretches).unwrap();
    let typed = format!("{key}-dir/{key}.txt");
    for format in formats() {
        for paths in [&["."][..], &[&typed], &[&typed, "missing"]] {
            let said = unleak(folder.path(), [&["scan", "-v", "--noise", "--format", format], paths].concat());
            assert_eq!(said.status, Some(1), "{format}");
            holds_none(&(said.stdout + &said.stderr), &searcher, format);
        }
    }
}

#[test]
fn no_complaint_quotes_the_file_it_complains_of() {
    let (folder, secrets) = folder();
    let stretches = stretches(&secrets);
    let searcher = aho_corasick::AhoCorasick::new(&stretches).unwrap();
    for name in ["0.txt", "auth.json", "mixed.txt"] {
        for arguments in
            [&["scan", "--rules", name][..], &["rules", "check", name], &["rules", "list", "--rules", name]]
        {
            let said = unleak(folder.path(), arguments);
            assert_eq!(said.status, Some(2), "{arguments:?}");
            holds_none(&(said.stdout + &said.stderr), &searcher, &format!("{arguments:?}"));
        }
    }
}
