//! Arguments of `rotate`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use unleak::app::HandOver;

use super::revoke::{AdminArguments, ConsentArguments, wait};
use super::{Color, NetworkArguments};

/// Arguments of `rotate`.
#[derive(Debug, Args)]
pub(crate) struct RotateArguments {
    /// A JSON report, whose leaks are found again where they stood; - reads it from standard input
    #[arg(value_name = "REPORT")]
    pub(crate) report: PathBuf,
    /// Which key, by the beginning of its fingerprint or by its key id, if the report has several
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Option<String>,
    /// Do what the plan says, after one question on the terminal
    #[arg(long)]
    pub(crate) apply: bool,
    /// Do it without the question
    #[arg(long, requires = "apply")]
    pub(crate) yes: bool,
    /// How many seconds to ask whether the new key works, and whether the old one is dead
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = wait)]
    pub(crate) wait: Duration,
    #[command(flatten)]
    pub(crate) to: HandOverArguments,
    #[command(flatten)]
    pub(crate) consent: ConsentArguments,
    #[command(flatten)]
    pub(crate) admin: AdminArguments,
    #[command(flatten)]
    pub(crate) network: NetworkArguments,
    /// When to use colour
    #[arg(long, value_enum, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
}

/// Where the new key goes. It is never shown.
#[derive(Debug, Args)]
#[command(next_help_heading = "Where the new key goes")]
pub(crate) struct HandOverArguments {
    /// Into this file, which only you can read (0600) and which is replaced
    #[arg(long, value_name = "FILE")]
    to_file: Option<PathBuf>,
    /// To this command, on its standard input, such as 'gh secret set OPENAI_API_KEY'; what it prints is not shown
    #[arg(long, value_name = "COMMAND", conflicts_with = "to_file")]
    to_command: Option<String>,
    /// To standard output, if that is no terminal; all else is then told on standard error
    #[arg(long, conflicts_with_all = ["to_file", "to_command"])]
    to_stdout: bool,
    /// Write NAME=key instead of the key alone
    #[arg(long, value_name = "NAME", value_parser = variable)]
    pub(crate) variable: Option<String>,
}

impl HandOverArguments {
    /// Where to, if that was said.
    pub(crate) fn hand_over(&self) -> Option<HandOver> {
        match (&self.to_file, &self.to_command, self.to_stdout) {
            (Some(path), ..) => Some(HandOver::File(path.clone())),
            (_, Some(command), _) => Some(HandOver::Command(command.clone())),
            (.., true) => Some(HandOver::Stdout),
            _ => None,
        }
    }
}

fn variable(text: &str) -> Result<String, String> {
    let fits = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') && !text.is_empty();
    let fits = fits && !text.starts_with(|first: char| first.is_ascii_digit());
    fits.then(|| text.to_owned()).ok_or_else(|| "write a name such as OPENAI_API_KEY".to_owned())
}
