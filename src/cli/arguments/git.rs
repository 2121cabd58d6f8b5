//! Arguments of `staged`, `range` and `history`.

use std::path::PathBuf;

use clap::Args;

use super::{AnswerArguments, JudgeArguments, ReportArguments};
use crate::cli::since;

/// Arguments of `staged`.
#[derive(Debug, Args)]
#[command(next_help_heading = "What to read")]
pub(crate) struct StagedArguments {
    /// Read all that the index holds for these files and folders, changed or not
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// How many threads read, if there is much to read [default: one for each processor]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(crate) threads: usize,
    #[command(flatten)]
    pub(crate) judge: JudgeArguments,
    #[command(flatten)]
    pub(crate) answer: AnswerArguments,
    #[command(flatten)]
    pub(crate) report: ReportArguments,
}

/// Arguments of `range`.
#[derive(Debug, Args)]
#[command(next_help_heading = "What to read")]
pub(crate) struct RangeArguments {
    /// BASE..TIP, A...B or one commit
    #[arg(value_name = "RANGE", required_unless_present_any = ["since", "unpushed"])]
    pub(crate) range: Option<String>,
    /// What was committed since then: 2026-01-31, 12h, 30d, 8w, 1y; RANGE is then where it ends [default: HEAD]
    #[arg(long, value_name = "WHEN", value_parser = since::parse)]
    pub(crate) since: Option<i64>,
    /// What no remote-tracking branch holds; RANGE is then where it ends [default: HEAD]
    #[arg(long, conflicts_with = "since")]
    pub(crate) unpushed: bool,
    /// How many threads read, if there is much to read [default: one for each processor]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(crate) threads: usize,
    #[command(flatten)]
    pub(crate) judge: JudgeArguments,
    #[command(flatten)]
    pub(crate) answer: AnswerArguments,
    #[command(flatten)]
    pub(crate) report: ReportArguments,
}

/// Arguments of `history`.
#[derive(Debug, Args)]
#[command(next_help_heading = "What to read")]
pub(crate) struct HistoryArguments {
    /// The repository, bare or not [default: the one around the current folder]
    #[arg(value_name = "REPO")]
    pub(crate) repo: Option<PathBuf>,
    /// Only what this branch, tag or commit leads to (may be given again)
    #[arg(long, value_name = "NAME")]
    pub(crate) branch: Vec<String>,
    /// Only what was committed since then: 2026-01-31, 12h, 30d, 8w, 1y
    #[arg(long, value_name = "WHEN", value_parser = since::parse)]
    pub(crate) since: Option<i64>,
    /// Only what is below this path, from the root of the work tree (may be given again)
    #[arg(long, value_name = "PATH")]
    pub(crate) path: Vec<PathBuf>,
    /// Only what references lead to: nothing that was amended or reset away, nothing that dangles
    #[arg(long, conflicts_with = "branch")]
    pub(crate) no_reflog: bool,
    /// Remember in your cache folder which objects hold nothing, and don't read them again; not with the limits above
    #[arg(long, conflicts_with = "no_cache")]
    pub(crate) cache: bool,
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
