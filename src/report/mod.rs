//! The door through which the ledger goes out: one file for each format, and [`save`] for a report in a file.
//!
//! A [`Report`] is a ledger, the rules behind it and what the run was. The formats turn it into words; they decide
//! nothing, read nothing and see no secret, only masks. To add a format: a variant of [`Format`], its name, a line in
//! [`write()`] and a file. Two runs over the same bytes write the same report, but for the time in those that tell it:
//! human, gitlab and html.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::time::Duration;

use crate::rules::RuleSet;
use crate::words::{Checkout, Ledger, Noise, Sighting, Verdict};

mod catalogue;
mod csv;
mod encode;
mod entries;
mod file;
mod finds;
mod github;
mod gitlab;
mod hook;
mod html;
mod human;
mod json;
mod jsonl;
mod junit;
mod liveness;
mod markdown;
mod markup;
mod path;
mod read;
mod sarif;
mod story;
mod tally;
mod terminal;

pub use catalogue::{rule_json, rule_markdown, rules_json, rules_markdown};
pub use file::save;
pub use hook::write_hook;
pub use json::schema;
pub use read::{ReadError, Recorded, RecordedCommit, RecordedHistory, RecordedPlace, Recording, read};
pub use terminal::harmless;

/// The program's name, as reports give it.
const TOOL: &str = "unleak";

/// The form of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// For people at a terminal.
    #[default]
    Human,
    /// One JSON document, described by [`schema`].
    Json,
    /// One JSON object a line, the last of them a summary.
    Jsonl,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations in a run of GitHub Actions.
    Github,
    /// A job summary, or a comment on a pull request.
    Markdown,
    /// A secret detection report for GitLab.
    Gitlab,
    /// JUnit XML, for CI that shows test results.
    Junit,
    /// A table for spreadsheets.
    Csv,
    /// One page for a browser.
    Html,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 10] = [
        Self::Human,
        Self::Json,
        Self::Jsonl,
        Self::Sarif,
        Self::Github,
        Self::Markdown,
        Self::Gitlab,
        Self::Junit,
        Self::Csv,
        Self::Html,
    ];

    /// The name by which it is asked for.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Markdown => "markdown",
            Self::Gitlab => "gitlab",
            Self::Junit => "junit",
            Self::Csv => "csv",
            Self::Html => "html",
        }
    }

    /// What it is good for, in a few words.
    #[must_use]
    pub fn about(self) -> &'static str {
        match self {
            Self::Human => "for people at a terminal",
            Self::Json => "one JSON document, with a schema",
            Self::Jsonl => "one JSON object a line, the last of them a summary",
            Self::Sarif => "SARIF 2.1.0, for code scanning",
            Self::Github => "annotations in a run of GitHub Actions",
            Self::Markdown => "a job summary, or a comment on a pull request",
            Self::Gitlab => "GitLab's secret detection report",
            Self::Junit => "JUnit XML, for CI that shows test results",
            Self::Csv => "a table for spreadsheets",
            Self::Html => "one page for a browser, with search and filters",
        }
    }
}

/// All that a report is made from.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// What was learned.
    pub ledger: &'a Ledger,
    /// The rules of the run, for names and remedies.
    pub rules: &'a RuleSet,
    /// What the run was.
    pub run: &'a Run,
}

/// What a run was, and how its report is to look. Build it from [`Run::default`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The program's version.
    pub version: String,
    /// The command: `scan`.
    pub command: String,
    /// What was asked to be read, as it was typed.
    pub roots: Vec<String>,
    /// The folder that relative paths start from, if known. Reports do not name it; they shorten paths with it.
    pub folder: Option<PathBuf>,
    /// When it began, in seconds since 1970 (UTC), if the caller looked at a clock.
    pub began: Option<u64>,
    /// The repository that was read, if it was one.
    pub checkout: Option<Checkout>,
    /// How long it took.
    pub elapsed: Duration,
    /// Whether files that git ignores were read too.
    pub ignored: Ignored,
    /// Sentences for the end of a human report: what the caller knows that helps this person now.
    pub hints: Vec<String>,
    /// Whether noise is listed or only counted.
    pub noise: Detail,
    /// Whether every place and every waived leak is listed.
    pub places: Detail,
    /// How many columns a human report may fill.
    pub width: usize,
}

impl Default for Run {
    fn default() -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            command: "scan".to_owned(),
            roots: Vec::new(),
            folder: None,
            checkout: None,
            began: None,
            elapsed: Duration::ZERO,
            ignored: Ignored::LeftOut,
            hints: Vec::new(),
            noise: Detail::Brief,
            places: Detail::Brief,
            width: 100,
        }
    }
}

/// How much of something a report says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Detail {
    /// The first few, or a count.
    #[default]
    Brief,
    /// Everything.
    Full,
}

/// What was done with files that git ignores.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Ignored {
    /// They were left out.
    #[default]
    LeftOut,
    /// They were read like any other.
    Included,
}

/// Writes a report and flushes it.
///
/// # Errors
/// `out` can't be written to.
pub fn write(format: Format, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    match format {
        Format::Human => human::write(report, &mut out)?,
        Format::Json => json::write(report, &mut out)?,
        Format::Jsonl => jsonl::write(report, &mut out)?,
        Format::Sarif => sarif::write(report, &mut out)?,
        Format::Github => github::write(report, &mut out)?,
        Format::Markdown => markdown::write(report, &mut out)?,
        Format::Gitlab => gitlab::write(report, &mut out)?,
        Format::Junit => junit::write(report, &mut out)?,
        Format::Csv => csv::write(report, &mut out)?,
        Format::Html => html::write(report, &mut out)?,
    }
    out.flush()
}

impl<'a> Report<'a> {
    /// A rule's name for people; its id if the rules of the run do not hold it.
    fn rule_name(&self, id: &'a str) -> &'a str {
        self.rules.get(id).map_or(id, |rule| &rule.spec().name)
    }

    /// Noise with its reasons, if it is to be listed.
    fn noise(&self) -> impl Iterator<Item = (&'a Sighting, &'a Noise)> + use<'a> {
        let listed: &[Sighting] = if self.run.noise == Detail::Full { &self.ledger.noise } else { &[] };
        listed.iter().filter_map(|sighting| match &sighting.verdict {
            Verdict::Noise(noise) => Some((sighting, noise)),
            Verdict::Real | Verdict::Waived(_) => None,
        })
    }
}

/// A number with its noun: `1 leak`, `2,300 leaks`.
fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// A number with its thousands set apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The text with a period at its end.
fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_at_a_glance() {
        assert_eq!(count(1, "leak", "leaks"), "1 leak");
        assert_eq!(count(0, "leak", "leaks"), "0 leaks");
        assert_eq!([999, 1000, 1_234_567].map(grouped), ["999", "1,000", "1,234,567"]);
    }

    #[test]
    fn sentences_end() {
        assert_eq!([" A key ", "Done.", "So?"].map(sentence), ["A key.", "Done.", "So?"]);
    }
}
