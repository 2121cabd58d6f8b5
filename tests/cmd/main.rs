//! The command line, as documents: `*.trycmd` are what a person types and what the program answers.
//!
//! After a change that is meant, `TRYCMD=overwrite cargo test --test cmd` writes them anew: look at the difference.
//! `[..]` stands for what differs from run to run, and stays. What needs keys is made when the tests run: [`leaks`],
//! [`waivers`], [`exit`].
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test makes files and fails by panicking"
)]

mod exit;
mod generate;
mod leaks;
#[path = "../support/mod.rs"]
mod support;
mod waivers;

#[test]
fn documents() {
    trycmd::TestCases::new().case("tests/cmd/*.trycmd").env("HOME", "/nonexistent").run();
}
