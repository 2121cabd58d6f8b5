//! Commands of `baseline`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::JudgeArguments;

/// Commands of `baseline`.
#[derive(Debug, Subcommand)]
pub(crate) enum BaselineCommand {
    /// Accept every leak that the repository has now
    Create(AcceptArguments),
    /// Accept new leaks too, and follow files that were renamed
    Update(AcceptArguments),
    /// Take out what is stale or expired
    Prune(WhereArguments),
    /// Say what a baseline accepts, where and why
    Explain(WhereArguments),
    /// Accept what another tool's baseline accepts, as far as it is found here
    Import(ImportArguments),
    /// Go through the leaks one by one
    Review(ReviewArguments),
}

/// Which baseline, and what is read.
#[derive(Debug, Args)]
pub(crate) struct WhereArguments {
    /// The baseline [default: .unleak/baseline.json of the repository you stand in]
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Read everything that the repository ever held, not its files
    #[arg(long)]
    pub(crate) history: bool,
    #[command(flatten)]
    pub(crate) judge: JudgeArguments,
}

/// What new entries say.
#[derive(Debug, Args)]
pub(crate) struct AcceptArguments {
    /// Why they are accepted
    #[arg(long, value_name = "TEXT", default_value = "known before unleak looked")]
    pub(crate) reason: String,
    /// The last day on which they are: 2027-01-31
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub(crate) expires: Option<String>,
    /// Accept them although a verification says that the key is live; with --verify, entries that are there too
    #[arg(long)]
    pub(crate) accept_live: bool,
    #[command(flatten)]
    pub(crate) at: WhereArguments,
}

/// Where to import from.
#[derive(Debug, Args)]
pub(crate) struct ImportArguments {
    /// A .secrets.baseline, a gitleaks report in JSON, or a .gitleaksignore
    #[arg(value_name = "FROM")]
    pub(crate) from: PathBuf,
    /// The last day on which new entries are accepted: 2027-01-31
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub(crate) expires: Option<String>,
    #[command(flatten)]
    pub(crate) judge: JudgeArguments,
}

/// How to decide.
#[derive(Debug, Args)]
pub(crate) struct ReviewArguments {
    /// Accept the leak with this fingerprint as a false alarm, without asking (may be given again); all stands for each
    #[arg(long, value_name = "FINGERPRINT", requires = "reason")]
    pub(crate) accept: Vec<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// The last day on which they are accepted: 2027-01-31
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub(crate) expires: Option<String>,
    #[command(flatten)]
    pub(crate) at: WhereArguments,
}

/// A day as it is written in baselines.
fn day(text: &str) -> Result<String, String> {
    if unleak::app::config::is_day(text) { Ok(text.to_owned()) } else { Err("write a day: 2027-01-31".to_owned()) }
}
