//! The corpus: every kind of OpenAI credential in every place where people leave one, and what only looks like it.
//!
//! [`kinds`] times [`contexts`] make the [`placements`]; [`logins`] are a shape of their own. Each has to be found by
//! exactly its rule, with exactly its bytes, at exactly its place, and nothing else may be found in it. Of the
//! [`negatives`] none may be found. All keys are made when the tests run.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test makes files and fails by panicking"
)]

mod catalogue;
mod contexts;
mod foreign;
mod kinds;
mod logins;
mod negatives;
mod placements;
mod property;
mod recall;
#[path = "../support/mod.rs"]
mod support;

use std::sync::OnceLock;

use unleak::app::{Limits, load_rules};
use unleak::engine::{Engine, Found, KeepNoise, ObeyMarks, Options};
use unleak::words::{Blob, Origin};

/// The engine with the built-in rules, noise kept.
fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let rules = load_rules(&Default::default()).unwrap();
        let (now, limits) = (support::now(), Limits::default());
        Engine::new(rules, Options { now, noise: KeepNoise::Whole, marks: ObeyMarks::Yes, limits })
    })
}

/// All that is found in `bytes`, noise included.
fn found(engine: &Engine, bytes: &[u8]) -> Found {
    let mut found = Found::default();
    engine.scanner().scan(&Blob::whole(&Origin::Stdin, bytes), &mut found);
    found
}

/// Fails with all complaints, if there are any.
fn holds(complaints: &[String], of: usize) {
    let shown = complaints.iter().take(60).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(complaints.is_empty(), "{} of {of}:\n{shown}", complaints.len());
}
