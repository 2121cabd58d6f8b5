//! What is fuzzed: a function for each target, which takes any bytes and panics if what comes of them makes no sense.
//!
//! cargo-fuzz drives them from `fuzz_targets/`. `tests/fuzz` at the root has this file as a module too, and replays with any
//! compiler what is kept in `seeds/`: where each target begins, and all that ever went wrong.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a target makes files and fails by panicking"
)]

pub mod deflated;
pub mod engine;
pub mod files;
pub mod git;
pub mod heirs;
pub mod packs;
pub mod pieces;
pub mod reports;
pub mod taken;

/// A target: its name, and what it does.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: &[Target] = &[
    ("text", engine::text),
    ("pieces", engine::pieces),
    ("inside", engine::inside),
    ("stream", files::stream),
    ("archive", files::archive),
    ("document", files::document),
    ("planted", engine::planted),
    ("heirs", heirs::heirs),
    ("pack", packs::pack),
    ("deflated", deflated::deflated),
    ("index", git::index),
    ("refs", git::refs),
    ("reftable", git::reftable),
    ("rules", reports::rules),
    ("settings", reports::settings),
    ("report", reports::report),
    ("written", reports::written),
];
