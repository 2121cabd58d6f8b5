//! Verification, seen from the issuer's side: the built program against local servers that answer as issuers do, and as
//! nobody should.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test plays the other side and fails by panicking"
)]

#[path = "../git/common.rs"]
#[allow(dead_code, reason = "each test crate uses what it needs of it")]
mod common;
#[path = "../support/server.rs"]
mod server;
#[path = "../support/mod.rs"]
mod support;

mod accepted;
mod crowd;
mod declared;
mod memory;
mod openai;
mod parts;
mod reach;
mod report;
mod table;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use server::{Asked, Authority, Reply, Server};
use support::{Said, program};

/// The program with an authority that it trusts and `openai` at this server.
fn asking(folder: &Path, authority: &Authority, server: &Server) -> Command {
    let certificate = folder.join("authority.pem");
    authority.save(&certificate);
    let mut command = offline(folder);
    command.env("SSL_CERT_FILE", certificate).env("UNLEAK_BASE_URL", format!("openai={}", server.url("/v1")));
    command
}

/// The program without anything that leads it to a network.
fn offline(folder: &Path) -> Command {
    let mut command = program(folder);
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy", "XDG_CACHE_HOME"] {
        command.env_remove(variable);
    }
    command.env_remove("UNLEAK_BASE_URL").env_remove("SSL_CERT_FILE");
    command
}

/// Runs it.
fn run(command: &mut Command) -> Said {
    command.output().unwrap().into()
}

/// The verdict on each file's key: `live full`, `dead refused`; nothing where nobody asked.
fn verdicts(report: &Value) -> BTreeMap<String, String> {
    let verdict = |leak: &Value| {
        let path = leak["sightings"][0]["path"].as_str().unwrap().to_owned();
        let word = |name: &str| leak["liveness"][name].as_str().unwrap_or_default().to_owned();
        (path, format!("{} {}", word("state"), word("detail")).trim().to_owned())
    };
    report["leaks"].as_array().unwrap().iter().map(verdict).collect()
}

/// A failure as OpenAI says it.
fn error(status: u16, code: &str, kind: &str, message: &str) -> Reply {
    let code = if code.is_empty() { Value::Null } else { json!(code) };
    Reply::json(status, json!({"error": {"message": message, "type": kind, "param": null, "code": code}}))
}

/// A key as OpenAI's errors show it: the first eight characters, stars, the last four.
fn shown(key: &str) -> String {
    format!("{}{}{}", &key[..8], "*".repeat(key.len() - 12), &key[key.len() - 4..])
}

/// What OpenAI says to a key that it does not know.
fn incorrect(key: &str) -> Reply {
    let message = format!(
        "Incorrect API key provided: {}. You can find your API key at https://platform.openai.com/account/api-keys.",
        shown(key)
    );
    error(401, "invalid_api_key", "invalid_request_error", &message)
}

/// What OpenAI says to a living key, by path.
fn alive(asked: &Asked) -> Reply {
    let organization = json!({"object": "organization", "id": "org-1", "title": "Acme", "role": "owner"});
    let reply = match asked.path.split('?').next().unwrap() {
        "/v1/me" => json!({"object": "user", "id": "user-1", "name": "Jane", "email": "jane@example.com",
            "orgs": {"object": "list", "data": [organization]}}),
        "/v1/models" => json!({"object": "list", "data": [{"id": "b-model", "object": "model"}, {"id": "a-model"}]}),
        "/v1/organization/admin_api_keys" => json!({"object": "list", "data": [], "has_more": false}),
        _ => return error(404, "unknown_url", "invalid_request_error", "Unknown request URL"),
    };
    Reply::json(200, reply)
        .with("openai-organization", "acme")
        .with("openai-project", "proj_1")
        .with("x-ratelimit-limit-requests", "10000")
        .with("x-request-id", "req_1")
}
