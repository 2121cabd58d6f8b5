//! The client against a local server: what goes out, what comes back, and everything that a network can do to it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test plays the other side and fails by panicking"
)]

#[path = "../support/server.rs"]
mod server;

mod list;
mod network;
mod polite;

use std::time::Duration;

use server::{Authority, Server};
use unleak::issuer::{Backoff, BaseUrl, Client, Credential, Request, Settings};
use unleak::words::Secret;

/// Settings for a quick test: `openai` is this server.
fn settings(server: &Server) -> Settings {
    Settings {
        bases: vec![base("openai", &server.url("/v1"))],
        call: Duration::from_millis(1500),
        deadline: Duration::from_secs(20),
        per_second: Some(10_000),
        backoff: Backoff { first: Duration::from_millis(5) },
        ..Settings::default()
    }
}

fn base(site: &str, url: &str) -> BaseUrl {
    format!("{site}={url}").parse().unwrap()
}

fn client(server: &Server) -> Client {
    Client::new(settings(server)).unwrap()
}

/// A client that trusts an authority.
fn trusting(server: &Server, authority: &Authority) -> Client {
    Client::new(Settings { roots: Some(authority.pem().as_bytes().to_vec()), ..settings(server) }).unwrap()
}

fn secret() -> Secret {
    Secret::new(b"a token that opens nothing")
}

/// `GET /v1/models`.
fn models<'a>(client: &'a Client, secret: &'a Secret) -> Request<'a> {
    Request::get(client.site("openai").unwrap(), "models", Credential::Bearer(secret))
}
