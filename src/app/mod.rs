//! What a run is: the configuration that decides it, the pipeline that joins sources and engine, and the catalogue of
//! rules with its self-test. Everything the binary does, it does through here.

pub mod catalogue;
mod collect;
mod pipeline;
mod ruleset;

pub use pipeline::{ScanOptions, scan};
pub use ruleset::{RuleChoice, RulesError, load_rules};
