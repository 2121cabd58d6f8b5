//! Commands of `rules`.

use std::path::PathBuf;

use clap::Subcommand;

/// Commands of `rules`.
#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// List all rules
    List {
        /// List the rules of this file too (may be given again)
        #[arg(long = "rules", value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Show all that is known of a rule
    Show {
        /// The rule's id
        #[arg(value_name = "ID")]
        id: String,
        /// Show a rule of this file (may be given again)
        #[arg(long = "rules", value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Test the hits and misses of the built-in rules and of files given
    Check {
        /// Rule files to test, together with the built-in rules
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}
