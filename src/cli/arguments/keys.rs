//! Arguments of `keys`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Color, NetworkArguments};

const DAY: u64 = 86_400;

/// Arguments of `keys`.
#[derive(Debug, Args)]
pub(crate) struct KeysArguments {
    /// A JSON report: keys that look like its leaks break the policy
    #[arg(value_name = "REPORT")]
    pub(crate) report: Option<PathBuf>,
    /// How old a key may get (90d, 12w)
    #[arg(long, value_name = "AGE", default_value = "90d", value_parser = age)]
    pub(crate) max_age: u64,
    /// How long a key may lie unused
    #[arg(long, value_name = "AGE", default_value = "90d", value_parser = age)]
    pub(crate) max_unused: u64,
    /// The form of the list
    #[arg(long, short, value_enum, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: KeysFormat,
    /// A command that prints the admin key, such as 'op read op://vault/openai/admin'; without it OPENAI_ADMIN_KEY is used
    #[arg(long, value_name = "COMMAND", help_heading = "Organization")]
    pub(crate) admin_key_command: Option<String>,
    #[command(flatten)]
    pub(crate) network: NetworkArguments,
    /// When to use colour
    #[arg(long, value_enum, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
}

/// The form of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum KeysFormat {
    /// For people at a terminal
    Human,
    /// One JSON document
    Json,
    /// A table for a page or a comment
    Markdown,
    /// Planned rotations for a calendar (iCalendar)
    Ics,
}

/// An age in days or weeks, in seconds.
fn age(text: &str) -> Result<u64, String> {
    let (number, unit) = text.split_at(text.len() - text.chars().next_back().map_or(0, char::len_utf8));
    let days = match unit {
        "d" => Some(1),
        "w" => Some(7),
        _ => None,
    };
    let seconds = number.parse::<u64>().ok().zip(days).and_then(|(number, days)| number.checked_mul(days * DAY));
    seconds
        .filter(|&age| (DAY..=100_000 * DAY).contains(&age))
        .ok_or_else(|| "write days or weeks, such as 90d or 12w".to_owned())
}
