//! What each kind of credential looks like: data in `rules/*.toml`, one file per provider, embedded at build time.
//!
//! A rule says what to look for and what has to hold; the engine does the looking. Nothing here does I/O.

mod anywhere;
mod asking;
mod buckets;
mod foreign;
mod glance;
mod go;
mod keywords;
mod lead;
mod load;
mod plain;
#[cfg(test)]
mod random;
mod revoking;
mod rule;
mod searched;
mod set;
mod sieve;
pub mod spec;

pub(crate) use anywhere::Around;
pub(crate) use glance::{beginning, threes};
pub(crate) use keywords::place;
pub(crate) use load::suggest;
pub use load::{Fault, Read, builtin, parse, written};
pub(crate) use plain::{Plain, Stretches, is_key_byte};
#[cfg(test)]
pub(crate) use random::random;
pub use rule::{Provider, Rule};
pub use set::{RuleSet, Unfit};

/// A run is a stretch of at least this many key characters. Every key is in one, and there are few in ordinary text:
/// finding them is the prefilter of all rules (measured on vercel/ai: 1.5 GB/s for any number of rules, where an
/// Aho-Corasick automaton over six keywords makes 0.5).
pub const SHORTEST_RUN: usize = 16;
