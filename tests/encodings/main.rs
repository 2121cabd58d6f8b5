//! Every encoding and container, with several kinds of keys, nested in each other: all are found, each is one leak, and
//! what a find is mapped back to is what encodes it.
//!
//! [`keys`] makes keys and texts with keys in them, [`encoders`] hides texts in text, [`containers`] packs them; nothing
//! that looks like a key stands in the tree.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod bombs;
mod containers;
mod encoders;
mod files;
mod heirs;
mod keys;
mod matrix;
mod misses;
mod places;
mod properties;
mod splits;

use std::time::Duration;

use unleak::app::{Limits, RuleChoice, load_rules};
use unleak::engine::{Engine, Found, KeepNoise, ObeyMarks, Options};
use unleak::words::{Blob, Origin, Secret, Sighting, Verdict};

/// Seconds of Unix time at which all tests run.
const NOW: u64 = 1_764_000_000;

/// An engine with the built-in rules.
fn engine(limits: Limits) -> Engine {
    let rules = load_rules(&RuleChoice::default()).unwrap();
    Engine::new(rules, Options { now: NOW, noise: KeepNoise::Counted, marks: ObeyMarks::Yes, limits })
}

/// The usual limits, but for time: tests run on busy machines.
fn limits() -> Limits {
    Limits { time: Duration::from_secs(600), ..Limits::default() }
}

/// All that is found in a blob.
fn scan(engine: &Engine, bytes: &[u8]) -> Found {
    let mut found = Found::default();
    engine.scanner().scan(&Blob::whole(&Origin::Stdin, bytes), &mut found);
    found
}

/// The leaks among what was found.
fn leaks(found: &Found) -> Vec<&Sighting> {
    found.sightings.iter().filter(|sighting| sighting.verdict == Verdict::Real).collect()
}

/// Why not this key, and it alone, is found in these bytes; nothing if it is.
fn complaint(engine: &Engine, bytes: &[u8], key: &str) -> Option<String> {
    let found = scan(engine, bytes);
    let wanted = Secret::new(key.as_bytes());
    let others =
        leaks(&found).iter().filter(|leak| leak.secret != wanted).map(|leak| leak.rule.to_string()).collect::<Vec<_>>();
    if !leaks(&found).iter().any(|leak| leak.secret == wanted) {
        return Some(format!("not found; others: {others:?}; noise: {:?}; skipped: {:?}", found.noise, found.skipped));
    }
    if !others.is_empty() {
        return Some(format!("found, and these beside it: {others:?}"));
    }
    (!found.skipped.is_empty()).then(|| format!("found, and complained: {:?}", found.skipped))
}

/// Fails with all complaints at once.
fn holds(complaints: &[String]) {
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
}
