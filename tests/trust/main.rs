//! What is known and accepted, and only that: configs, baselines, and repositories made to deceive.
#![allow(
    missing_docs,
    dead_code,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests make files, run git, and stop at once"
)]

mod baseline;
#[path = "../git/common.rs"]
mod common;
mod config;
mod hostile;
mod import;
mod life;
#[path = "../support/mod.rs"]
mod support;

use std::path::Path;

use common::Repo;
use serde_json::Value;
use support::{Said, text, unleak};

/// A repository with a leak at `a.env`, which its baseline accepts.
fn accepted() -> Repo {
    let repo = Repo::new();
    repo.commit("a.env", &format!("OPENAI_API_KEY={}\n", support::project_key(1)));
    let said = unleak(&repo.path, ["baseline", "create", "--reason", "a test key"]);
    assert_eq!(said.status, Some(0), "{}{}", said.stdout, said.stderr);
    repo.git(&["add", "."]);
    repo.git(&["commit", "-qm", "Accept what is known"]);
    repo
}

/// A JSON report, and its exit code.
#[track_caller]
fn report(folder: &Path, arguments: &[&str], status: i32) -> Value {
    let said: Said = unleak(folder, [arguments, &["--format", "json"]].concat());
    assert_eq!(said.status, Some(status), "{arguments:?}: {}{}", said.stdout, said.stderr);
    said.json()
}

/// The paths at which leaks stand.
fn leaks(report: &Value) -> Vec<String> {
    support::places(report).into_iter().map(|(path, _)| path).collect()
}

/// `standing waived left_out` of each entry, with its kind.
fn entries(report: &Value) -> Vec<String> {
    let entry = |entry: &Value| {
        format!("{} {} {} {}", text(&entry["kind"]), text(&entry["standing"]), entry["waived"], entry["left_out"])
    };
    report["entries"].as_array().unwrap().iter().map(entry).collect()
}
