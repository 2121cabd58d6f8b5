//! Commands of `generate`.

use std::path::PathBuf;

use clap::Subcommand;
use clap_complete::Shell;

/// Commands of `generate`.
#[derive(Debug, Subcommand)]
pub(crate) enum GenerateCommand {
    /// The JSON Schema of JSON reports
    Schema,
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
