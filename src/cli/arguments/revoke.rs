//! Arguments of `revoke`, and those of every command that answers a leak.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use unleak::app::Consent;

use super::{Color, NetworkArguments};

/// Arguments of `revoke`.
#[derive(Debug, Args)]
pub(crate) struct RevokeArguments {
    /// A JSON report, whose leaks are found again where they stood; - reads it from standard input
    #[arg(value_name = "REPORT")]
    pub(crate) report: PathBuf,
    /// Do what the plan says, after one question on the terminal
    #[arg(long)]
    pub(crate) apply: bool,
    /// Do it without the question
    #[arg(long, requires = "apply")]
    pub(crate) yes: bool,
    /// Only keys of these providers (openai,github)
    #[arg(long, value_name = "PROVIDER", value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    #[command(flatten)]
    pub(crate) consent: ConsentArguments,
    /// How many seconds to ask whether a deleted key is dead
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = wait)]
    pub(crate) wait: Duration,
    #[command(flatten)]
    pub(crate) admin: AdminArguments,
    #[command(flatten)]
    pub(crate) network: NetworkArguments,
    /// When to use colour
    #[arg(long, value_enum, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
}

/// What may be done beyond deleting the one key that is certainly the leaked one.
#[derive(Debug, Args)]
#[command(next_help_heading = "What may be done besides")]
pub(crate) struct ConsentArguments {
    /// Delete keys, too, that only their visible characters name
    #[arg(long)]
    pub(crate) by_mask: bool,
    /// Delete admin keys, too; never the one in use
    #[arg(long)]
    pub(crate) admin_keys: bool,
    /// Delete a service account with all of its keys, where OpenAI does not delete its key alone
    #[arg(long)]
    pub(crate) service_accounts: bool,
}

/// How the organization is reached, and where it is written down.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Organization")]
pub(crate) struct AdminArguments {
    /// A command that prints the admin key, such as 'op read op://vault/openai/admin'; without it OPENAI_ADMIN_KEY is used
    #[arg(long, value_name = "COMMAND")]
    pub(crate) admin_key_command: Option<String>,
    /// The log of all that is done, which is appended to [default: evidence.jsonl in the user's own folder]
    #[arg(long, value_name = "FILE")]
    pub(crate) evidence: Option<PathBuf>,
}

impl ConsentArguments {
    /// What a person has agreed to.
    pub(crate) fn consent(&self) -> Consent {
        let Self { by_mask, admin_keys, service_accounts } = *self;
        Consent { by_mask, admin_keys, service_accounts }
    }
}

/// A time in seconds, with fractions; none is allowed, a day is the most.
pub(super) fn wait(text: &str) -> Result<Duration, String> {
    let time = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let time = time.filter(|time| *time <= Duration::from_secs(86_400));
    time.ok_or_else(|| "write a number of seconds, up to 86400".to_owned())
}
