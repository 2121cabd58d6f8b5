//! What each kind of credential looks like: data in `rules/*.toml`, one file per provider, embedded at build time.
//!
//! A rule says what to look for and what has to hold; the engine does the looking. Nothing here does I/O.

mod load;
mod rule;
mod set;
pub mod spec;

pub use load::{Fault, builtin, parse};
pub use rule::{Provider, Rule};
pub use set::{RuleSet, Unfit};
