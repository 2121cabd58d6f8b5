//! The report as workflow commands, which GitHub Actions shows as annotations beside the lines of a pull request.
//!
//! A step shows ten annotations of each kind and drops the rest without a word
//! (<https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md#limitations>). So the first places of all leaks
//! come first, the tenth annotation says how many there are beyond it, and those are plain lines in the log.

use std::io::{self, Write};

use super::entries::Remark;
use super::finds::{Find, finds};
use super::human::place;
use super::terminal::harmless;
use super::{Report, count, path, sentence};
use crate::words::{Severity, Skipped};

/// How many annotations of one kind a step shows.
const SHOWN: usize = 10;

/// Writes the report.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let finds = finds(report).into_iter().filter(|find| find.waiver.is_none());
    let mut notes: Vec<Note> = finds.map(|find| leak(report, &find)).collect();
    notes.extend(report.ledger.skipped.iter().map(skipped));
    notes.extend(report.remarks().into_iter().filter(|remark| remark.wanted).map(accepted));
    for kind in [Kind::Error, Kind::Warning, Kind::Notice] {
        let notes: Vec<&Note> = notes.iter().filter(|note| note.kind == kind).collect();
        let shown = if notes.len() > SHOWN { SHOWN - 1 } else { notes.len() };
        let (shown, rest) = notes.split_at(shown);
        for note in shown {
            note.annotate(out)?;
        }
        if !rest.is_empty() {
            more(kind, rest.len()).annotate(out)?;
        }
        for note in rest {
            writeln!(out, "{}: {}", kind.word(), plain(&note.message))?;
        }
    }
    let marks = report.new_marks().map_or_else(String::new, |marks| format!("; {marks}"));
    writeln!(out, "{}", plain(&format!("unleak: {}; {} read{marks}", report.verdict(), report.read())))
}

/// How loud an annotation is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Error,
    Warning,
    Notice,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }
}

impl From<Severity> for Kind {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Critical | Severity::High => Self::Error,
            Severity::Medium => Self::Warning,
            Severity::Low => Self::Notice,
        }
    }
}

/// One thing to say.
struct Note {
    kind: Kind,
    title: String,
    message: String,
    /// The place for the runner: names and values.
    at: Vec<(&'static str, String)>,
}

fn leak(report: &Report<'_>, find: &Find<'_>) -> Note {
    let sighting = find.sighting;
    let name = report.rule_name(find.rule);
    let mut message = format!("{name} {} at {}.", sighting.mask, place(sighting));
    if let Some(rule) = report.rules.get(find.rule) {
        message.push_str(&format!("\nNext: {}", sentence(&rule.spec().remedy)));
    }
    if let Some(life) = find.life() {
        message.push_str(&format!("\n{}", harmless(&life)));
    }
    let mut at = Vec::new();
    if let Some(path) = path::text(&sighting.origin, report.run.folder.as_deref()) {
        at.push(("file", harmless(&path).into_owned()));
    }
    // The lines of a member are not those of the file that is annotated; the message tells the way to it.
    if !at.is_empty() && !sighting.via.is_opened() {
        at.push(("line", sighting.start.line.to_string()));
        if sighting.end.line == sighting.start.line {
            at.push(("col", sighting.start.column.to_string()));
            at.push(("endColumn", sighting.end.column.to_string()));
        } else {
            at.push(("endLine", sighting.end.line.to_string()));
        }
    }
    Note { kind: find.weight().into(), title: format!("{} leak: {name}", find.severity.as_str()), message, at }
}

fn skipped(skipped: &Skipped) -> Note {
    Note {
        kind: Kind::Error,
        title: "not read".to_owned(),
        message: sentence(&format!("{}: {}", harmless(&skipped.what), skipped.why)),
        at: Vec::new(),
    }
}

/// What there is to do about an entry of a config or a baseline.
fn accepted(remark: Remark) -> Note {
    let message = sentence(&format!("{}: {}", harmless(&remark.what), remark.text));
    Note { kind: Kind::Warning, title: "accepted".to_owned(), message, at: Vec::new() }
}

/// The annotation that stands for those that would not be shown.
fn more(kind: Kind, number: usize) -> Note {
    let what = count(number as u64, "finding", "findings");
    Note {
        kind,
        title: format!("{what} more"),
        message: format!("GitHub shows {SHOWN} annotations of a kind for each step; {what} more in the step's log."),
        at: Vec::new(),
    }
}

impl Note {
    /// `::error file=a,line=1,title=b::message`, as
    /// <https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts> writes it.
    fn annotate(&self, out: &mut dyn Write) -> io::Result<()> {
        write!(out, "::{} ", self.kind.word())?;
        for (name, value) in &self.at {
            write!(out, "{name}={},", property(value))?;
        }
        writeln!(out, "title={}::{}", property(&plain(&self.title)), data(&self.lines()))
    }

    /// The message with its own line breaks, each line harmless.
    fn lines(&self) -> String {
        self.message.lines().map(plain).collect::<Vec<_>>().join("\n")
    }
}

/// What stands after the `::` of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// A line of the log.
fn plain(text: &str) -> String {
    harmless(&text.replace('\n', " ")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_escaped_as_the_toolkit_does() {
        assert_eq!(data("100%: a,\r\nb"), "100%25: a,%0D%0Ab");
        assert_eq!(property("100%: a,\r\nb"), "100%25%3A a%2C%0D%0Ab");
    }
}
