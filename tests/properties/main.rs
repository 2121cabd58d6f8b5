//! Properties of what reports are made of: what is shown of a secret and what names it, where it stands, and that the same
//! inputs give the same report. Those of decoders are in `tests/encodings`, that keys are found at all in `tests/corpus`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test makes files and fails by panicking"
)]

mod order;
mod places;
mod secrets;
#[path = "../support/mod.rs"]
mod support;

use proptest::test_runner::{Config, RngSeed};

/// So many cases, the same in each run: a failure comes each time or never.
fn cases(cases: u32) -> Config {
    Config { cases, failure_persistence: None, rng_seed: RngSeed::Fixed(11), ..Config::default() }
}
