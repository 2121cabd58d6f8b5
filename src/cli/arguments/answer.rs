//! What is done about leaks at the end of a scan: arguments of `scan`, `staged`, `range` and `history`.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use unleak::app::{self, AutoRevoke};

use super::JudgeArguments;
use super::revoke::wait;
use crate::cli::Failure;

/// What is done about leaks at the end of a scan. No config can ask for it.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "What is done about leaks")]
pub(crate) struct AnswerArguments {
    /// Delete each leaked OpenAI key that --verify sees working and that is one certain key of the admin key's organization
    #[arg(long, hide_short_help = true)]
    pub(crate) auto_revoke: bool,
    /// How many keys --auto-revoke may delete in a run; what is over it is planned
    #[arg(long, hide_short_help = true, value_name = "N", default_value = "10", requires = "auto_revoke")]
    pub(crate) auto_revoke_limit: NonZeroUsize,
    /// How many seconds --auto-revoke asks whether a deleted key is dead
    #[arg(long, hide_short_help = true, value_name = "SECONDS", default_value = "60", value_parser = wait)]
    #[arg(requires = "auto_revoke")]
    pub(crate) auto_revoke_wait: Duration,
    /// A command that prints the admin key for --auto-revoke; without it OPENAI_ADMIN_KEY is used
    #[arg(long, hide_short_help = true, value_name = "COMMAND", requires = "auto_revoke")]
    pub(crate) admin_key_command: Option<String>,
    /// Say of each leak what this log says was done about it; --auto-revoke writes to it what it does
    #[arg(long, hide_short_help = true, value_name = "FILE")]
    pub(crate) evidence: Option<PathBuf>,
}

impl AnswerArguments {
    /// How to revoke, if that was asked for. What can't work is told before anything is scanned.
    pub(crate) fn auto_revoke(&self, judge: &JudgeArguments) -> Result<Option<AutoRevoke>, Failure> {
        if !self.auto_revoke {
            return Ok(None);
        }
        if judge.liveness.verify.is_none() {
            return Err(Failure::NeedsVerify("--auto-revoke"));
        }
        let key = app::admin_key(self.admin_key_command.as_deref())?;
        Ok(Some(AutoRevoke {
            admin_key: key.ok_or(Failure::NeedsAdminKey)?,
            limit: self.auto_revoke_limit,
            evidence: app::evidence_path(self.evidence.as_deref())?,
            wait: self.auto_revoke_wait,
            network: judge.liveness.asking.network.network(),
        }))
    }
}
