//! Commands of `rules`.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

/// Commands of `rules`.
#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// List all rules
    List {
        /// List the rules of this file too (may be given again)
        #[arg(long = "rules", value_name = "FILE")]
        files: Vec<PathBuf>,
        /// As what to write it
        #[arg(long, value_enum, value_name = "FORMAT", default_value = "table")]
        format: RulesFormat,
    },
    /// Show all that is known of a rule
    Show {
        /// The rule's id
        #[arg(value_name = "ID")]
        id: String,
        /// Show a rule of this file (may be given again)
        #[arg(long = "rules", value_name = "FILE")]
        files: Vec<PathBuf>,
        /// As what to write it
        #[arg(long, value_enum, value_name = "FORMAT", default_value = "table")]
        format: RulesFormat,
    },
    /// Test the hits and misses of the built-in rules and of files given
    Check {
        /// Rule files to test, together with the built-in rules
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Turn a rule file of gitleaks or betterleaks into one of unleak, on standard output
    Import {
        /// Their rule file
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

/// As what rules are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RulesFormat {
    /// For people
    Table,
    /// For programs
    Json,
    /// For documents
    Markdown,
}
