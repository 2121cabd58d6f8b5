//! Commands of `generate`.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use clap_complete::Shell;

/// Commands of `generate`.
#[derive(Debug, Subcommand)]
pub(crate) enum GenerateCommand {
    /// The JSON Schema of JSON reports, of unleak.toml or of baselines
    Schema {
        /// What to describe
        #[arg(value_enum, value_name = "WHAT", default_value = "report")]
        of: SchemaOf,
    },
    /// The catalogue of the built-in rules, as in docs/rules.md
    RulesDoc,
    /// Completions for a shell, to its standard place or into its configuration
    Completions {
        /// Which shell
        #[arg(value_enum, value_name = "SHELL")]
        shell: Shell,
    },
    /// Manual pages, one file for each command
    Man {
        /// The folder to write them to; it has to be there
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
}

/// What has a JSON Schema.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum SchemaOf {
    /// JSON reports
    Report,
    /// unleak.toml
    Config,
    /// Baselines
    Baseline,
}
