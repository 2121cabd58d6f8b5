//! What becomes of the result: arguments of every command that scans.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use unleak::report::Format;

/// What becomes of the result.
#[derive(Debug, Args)]
#[command(next_help_heading = "Report")]
pub(crate) struct ReportArguments {
    /// The form of the report
    #[arg(long, short, value_parser = format_names(), value_name = "FORMAT", default_value = "human")]
    pub(crate) format: Format,
    /// Write the report to this file, whole or not at all
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// List what looks like a leak and is none, with the reason
    #[arg(long)]
    pub(crate) noise: bool,
    /// List every place of each leak, and every waived leak
    #[arg(long, short)]
    pub(crate) verbose: bool,
    /// Say nothing if there is nothing to say
    #[arg(long, short, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Exit with 0 although there are leaks
    #[arg(long)]
    pub(crate) exit_zero: bool,
    /// When to use colour
    #[arg(long, value_enum, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
}

/// Every format by its name.
fn format_names() -> impl TypedValueParser<Value = Format> {
    let names = Format::ALL.map(|format| PossibleValue::new(format.as_str()).help(format.about()));
    let named = |name: String| Format::ALL.into_iter().find(|format| format.as_str() == name).unwrap_or_default();
    PossibleValuesParser::new(names).map(named)
}

/// When to use colour.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}
