//! Arguments of `scan`.

use std::path::PathBuf;

use clap::Args;

use super::{AnswerArguments, JudgeArguments, ReportArguments};

/// Arguments of `scan`.
#[derive(Debug, Args)]
#[command(next_help_heading = "What to read")]
pub(crate) struct ScanArguments {
    /// Files and folders to scan; - is standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,
    /// Also read files that git ignores
    #[arg(long)]
    pub(crate) ignored: bool,
    /// Follow symbolic links
    #[arg(long)]
    pub(crate) follow: bool,
    /// How many threads read [default: one for each processor]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(crate) threads: usize,
    #[command(flatten)]
    pub(crate) judge: JudgeArguments,
    #[command(flatten)]
    pub(crate) answer: AnswerArguments,
    #[command(flatten)]
    pub(crate) report: ReportArguments,
}
