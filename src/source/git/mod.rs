//! git: what is staged, what a range of commits brings in, and everything that a repository holds.
//!
//! Read with our own eyes: no git process is run, and nothing that the repository's config chooses (hooks, filters,
//! textconv, fsmonitor) is looked at. gix-index reads the index and gix-pack maps packs; neither type leaves this module.
//!
//! - [`Repository`] finds a repository; `store`, `pack`, `loose`, `reader` read its objects, `refs` its references
//! - `walk` reads all objects, each once, in the order of their delta trees; [`History`] is made of it

#![expect(clippy::disallowed_methods, reason = "the one door to repositories")]

mod config;
mod delta;
mod error;
mod history;
mod holdings;
mod inflate;
mod look;
mod loose;
mod open;
mod pack;
mod parse;
mod progress;
mod reader;
mod refs;
mod reftable;
mod store;
mod walk;

pub use error::OpenError;
pub use history::History;
pub use open::{GitEnv, Repository};
pub use progress::Progress;
