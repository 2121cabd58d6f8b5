//! Commands of `config`.

use clap::Subcommand;

use super::JudgeArguments;

/// Commands of `config`.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Show every value and where it comes from
    Show {
        #[command(flatten)]
        judge: Box<JudgeArguments>,
    },
}
