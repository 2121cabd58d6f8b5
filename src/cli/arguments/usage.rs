//! Arguments of `usage`.

use std::path::PathBuf;

use clap::Args;
use unleak::words::moment;

use super::revoke::AdminArguments;
use super::{Color, NetworkArguments};

/// Arguments of `usage`.
#[derive(Debug, Args)]
pub(crate) struct UsageArguments {
    /// A JSON report, whose leaks are found again where they stood; - reads it from standard input
    #[arg(value_name = "REPORT")]
    pub(crate) report: PathBuf,
    /// When the keys leaked (2026-11-23) [default: when they were committed, by the report; else thirty days ago]
    #[arg(long, value_name = "DAY", value_parser = since)]
    pub(crate) since: Option<u64>,
    /// Write JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) admin: AdminArguments,
    #[command(flatten)]
    pub(crate) network: NetworkArguments,
    /// When to use colour
    #[arg(long, value_enum, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
}

fn since(text: &str) -> Result<u64, String> {
    let seconds = moment(text).and_then(|seconds| seconds.try_into().ok());
    seconds.ok_or_else(|| "write a day such as 2026-11-23".to_owned())
}
