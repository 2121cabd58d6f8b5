//! It holds: signals, faults of the system, and input made to take memory or time. Each test plays one with the built
//! program, or with the source that it is about, and asks for the same three things: it ends, it says what was not read,
//! and nothing that was found is lost.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test makes files and fails by panicking"
)]

#[path = "../git/common.rs"]
#[allow(dead_code, reason = "repositories are made as the git tests make them")]
mod common;
mod faults;
mod limits;
mod panics;
#[path = "../support/server.rs"]
mod server;
mod signals;
#[path = "../support/mod.rs"]
mod support;

use serde_json::json;
use server::{Asked, Reply};

/// OpenAI's answers about a key that works.
fn alive(asked: &Asked) -> Reply {
    let organization = json!({"object": "organization", "id": "org-1", "title": "Acme", "role": "owner"});
    let reply = match asked.path.split('?').next().unwrap() {
        "/v1/me" => json!({"object": "user", "id": "user-1", "name": "Jane", "email": "jane@example.com",
            "orgs": {"object": "list", "data": [organization]}}),
        _ => json!({"object": "list", "data": [{"id": "a-model", "object": "model"}]}),
    };
    Reply::json(200, reply).with("openai-organization", "acme").with("openai-project", "proj_1")
}
