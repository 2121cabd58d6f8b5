//! Which config and which baseline a run uses: arguments of every command that scans.

use std::path::PathBuf;

use clap::Args;

/// What is known and accepted.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "What is accepted")]
pub(crate) struct TrustArguments {
    /// Use this baseline [default: .unleak/baseline.json of the repository you stand in]
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<String>,
    /// Use this config instead of the repository's unleak.toml
    #[arg(long, value_name = "FILE", conflicts_with_all = ["config_from", "no_config"])]
    pub(crate) config: Option<PathBuf>,
    /// Read config and baseline from this commit, so that a change can't accept itself
    #[arg(long, value_name = "REF", conflicts_with = "no_config")]
    pub(crate) config_from: Option<String>,
    /// Read no config and no baseline of the repository
    #[arg(long)]
    pub(crate) no_config: bool,
    /// Whether no baseline is applied: for commands that make one.
    #[arg(skip)]
    pub(crate) no_baseline: bool,
    /// Whether a history remembers which objects hold nothing: for the command that reads one.
    #[arg(skip)]
    pub(crate) cache: Option<bool>,
}
