//! Arguments of `incident`.

use std::path::PathBuf;

use clap::Args;

use super::NetworkArguments;
use super::revoke::AdminArguments;

/// Arguments of `incident`.
#[derive(Debug, Args)]
pub(crate) struct IncidentArguments {
    /// A JSON report, whose leaks are found again where they stood; - reads it from standard input
    #[arg(value_name = "REPORT")]
    pub(crate) report: PathBuf,
    /// Ask nobody: tell what the report and the evidence log say
    #[arg(long)]
    pub(crate) offline: bool,
    /// Write it to this file, whole or not at all
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) admin: AdminArguments,
    #[command(flatten)]
    pub(crate) network: NetworkArguments,
}
