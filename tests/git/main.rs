//! git sources, with the real git as the oracle: fixtures are made by git, and what it says exists must be what we see.

#![allow(
    missing_docs,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "tests make files, run git, and stop at once"
)]

mod common;
mod damage;
mod heir;
mod history;
#[cfg(unix)]
mod hook;
mod known;
mod program;
mod range;
mod staged;
#[path = "../support/mod.rs"]
mod support;
mod trace;
#[path = "../support/twice.rs"]
mod twice;
