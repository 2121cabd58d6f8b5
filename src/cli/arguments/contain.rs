//! Arguments of `contain`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use unleak::app::{Consent, Containment, Expiry, Scopes};

use super::revoke::{AdminArguments, wait};
use super::{Color, NetworkArguments};

/// Arguments of `contain`.
#[derive(Debug, Args)]
pub(crate) struct ContainArguments {
    /// A JSON report, whose leaks are found again where they stood; - reads it from standard input
    #[arg(value_name = "REPORT")]
    pub(crate) report: PathBuf,
    #[command(flatten)]
    pub(crate) what: ContainmentArguments,
    /// Do what the plan says, after one question on the terminal
    #[arg(long)]
    pub(crate) apply: bool,
    /// Do it without the question
    #[arg(long, requires = "apply")]
    pub(crate) yes: bool,
    /// Contain keys, too, that only their visible characters name
    #[arg(long)]
    pub(crate) by_mask: bool,
    /// How many seconds to ask whether it is so
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

/// What is taken from the keys.
#[derive(Debug, Args)]
#[command(next_help_heading = "What is taken from the keys")]
#[group(required = true, multiple = true)]
pub(crate) struct ContainmentArguments {
    /// Leave them the right to read, and no other
    #[arg(long, conflicts_with = "scopes")]
    read_only: bool,
    /// Leave them these scopes, such as api.model.read,api.files.read; never none, which OpenAI takes for all
    #[arg(long, value_name = "SCOPES", value_parser = scopes)]
    scopes: Option<Scopes>,
    /// Let them expire after this time (90s, 30m, 12h, 7d), up to a year; once it is over it can't be taken back
    #[arg(long, value_name = "TIME", value_parser = expiry)]
    expire_in: Option<Expiry>,
}

impl ContainArguments {
    /// What a person has agreed to.
    pub(crate) fn consent(&self) -> Consent {
        Consent { by_mask: self.by_mask, ..Consent::default() }
    }
}

impl ContainmentArguments {
    /// What they mean; nothing only if nothing was said, which the command line does not let pass.
    pub(crate) fn containment(&self) -> Option<Containment> {
        let scopes = if self.read_only { Some(Scopes::read_only()) } else { self.scopes.clone() };
        match (scopes, self.expire_in) {
            (Some(scopes), Some(expiry)) => Some(Containment::Both(scopes, expiry)),
            (Some(scopes), None) => Some(Containment::Scopes(scopes)),
            (None, expiry) => expiry.map(Containment::Expiry),
        }
    }
}

fn scopes(text: &str) -> Result<Scopes, String> {
    let names = text.split(',').map(|name| name.trim().to_owned()).collect();
    Scopes::new(names).ok_or_else(|| "write scopes such as api.model.read,api.files.read".to_owned())
}

fn expiry(text: &str) -> Result<Expiry, String> {
    let (number, unit) = text.split_at(text.len() - text.chars().next_back().map_or(0, char::len_utf8));
    let seconds = match unit {
        "s" => Some(1),
        "m" => Some(60),
        "h" => Some(3_600),
        "d" => Some(86_400),
        _ => None,
    };
    let time = number.parse::<u64>().ok().zip(seconds).and_then(|(number, seconds)| number.checked_mul(seconds));
    time.and_then(Expiry::new).ok_or_else(|| "write a time such as 90s, 30m, 12h or 7d, up to 365d".to_owned())
}
