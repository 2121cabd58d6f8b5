//! What counts as a leak: arguments of every command that scans.

use std::path::PathBuf;

use clap::Args;

use super::{LivenessArguments, TrustArguments};
use crate::cli::limits::DecodeArguments;

/// What counts as a leak.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "What counts")]
pub(crate) struct JudgeArguments {
    /// Use only the rule with this id (may be given again)
    #[arg(long = "rule", value_name = "ID")]
    pub(crate) only: Vec<String>,
    /// Use the rules of this file too (may be given again)
    #[arg(long = "rules", value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Pass over marks such as unleak:allow
    #[arg(long)]
    pub(crate) no_inline_waivers: bool,
    #[command(flatten)]
    pub(crate) trust: TrustArguments,
    #[command(flatten)]
    pub(crate) liveness: LivenessArguments,
    #[command(flatten)]
    pub(crate) decode: DecodeArguments,
}
