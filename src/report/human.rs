//! The report for people: each leak with what it is, where it stands and what to do next; then what was accepted, what
//! was not read, and one verdict at the end, where the eye is when the run is over.
//!
//! Colour is always written; the binary takes it out where nobody can see it. Everything that comes from scanned content
//! goes through [`harmless`], so that no terminal obeys it.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::entries::Remark;
use super::story::story;
use super::tally::size;
use super::terminal::{Excerpt, harmless, width, wrap};
use super::{Detail, Ignored, Report, Run, count, grouped, liveness};
use crate::words::{Leak, LeftOut, Liveness, Outcome, Severity, Sighting, Skipped, Verified, Waived};

/// How many places of one leak a brief report shows.
const PLACES: usize = 5;

/// The flag that lists noise.
const SHOW_NOISE: &str = "--noise";

/// The flag that lists all places and what was waived.
const SHOW_ALL: &str = "--verbose";

const BOLD: Style = Style::new().bold();
const FRAME: Style = AnsiColor::BrightBlue.on_default().bold();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::BrightRed.on_default().bold();
const WARN: Style = AnsiColor::Yellow.on_default().bold();
const NOTE: Style = AnsiColor::Cyan.on_default().bold();

/// Writes the report.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page { report, run: report.run, out };
    for leak in &report.ledger.leaks {
        page.leak(leak)?;
    }
    page.noise()?;
    page.waived()?;
    page.entries()?;
    page.gone()?;
    page.skipped()?;
    page.summary()
}

/// The report being written.
struct Page<'a, 'out> {
    report: &'a Report<'a>,
    run: &'a Run,
    out: &'out mut dyn Write,
}

impl Page<'_, '_> {
    fn leak(&mut self, leak: &Leak) -> io::Result<()> {
        let style = severity_style(leak.severity);
        let (word, id, name) =
            (leak.severity.as_str(), harmless(&leak.rule), harmless(self.report.rule_name(&leak.rule)));
        let mask = leak.mask.to_string();
        writeln!(self.out, "{style}{word}[{id}]{style:#}{BOLD}: {name} {}{BOLD:#}", harmless(&mask))?;

        let shown = if self.run.places == Detail::Full { leak.sightings.len() } else { PLACES };
        let gutter = leak.sightings.iter().take(shown).map(|sighting| digits(sighting.start.line)).max().unwrap_or(1);
        for index in 0..leak.sightings.len().min(shown) {
            self.place(leak, index, gutter)?;
        }
        let hidden = leak.sightings.len().saturating_sub(shown);
        if hidden > 0 {
            let more = format!("and {} ({SHOW_ALL} shows them)", count(hidden as u64, "more place", "more places"));
            self.note(gutter, "", &more)?;
        }
        if self.run.places == Detail::Full {
            self.note(gutter, "fingerprint", leak.fingerprint.as_str())?;
        }
        let lowered = leak.lowered.as_ref().map(|lowered| ("severity", lowered.to_string()));
        let life = leak.life.as_ref().map(|life| ("history", story(life)));
        for (label, text) in lowered.into_iter().chain(life) {
            self.note(gutter, label, &harmless(&text))?;
        }
        if let Some(verified) = &leak.verified {
            self.liveness(gutter, verified)?;
        }
        if let Some(remediation) = &leak.remediation {
            self.note(gutter, "remediation", &harmless(&remediation.to_string()))?;
        }
        if let Some(rule) = self.report.rules.get(&leak.rule) {
            self.note(gutter, "next", &rule.spec().remedy)?;
        }
        writeln!(self.out)
    }

    /// One place as an editor opens it, and the line with the secret pointed at.
    fn place(&mut self, leak: &Leak, index: usize, gutter: usize) -> io::Result<()> {
        // Sightings are sorted by place: those on one line stand side by side.
        let (before, from) = leak.sightings.iter().as_slice().split_at(index);
        let [sighting, after @ ..] = from else { return Ok(()) };
        writeln!(self.out, "{:gutter$}{FRAME}-->{FRAME:#} {}", "", place(sighting))?;
        if sighting.snippet.trim().is_empty() {
            return Ok(());
        }
        let same = |other: &Sighting| other.origin == sighting.origin && other.via == sighting.via;
        let on_line = |other: &&Sighting| same(other) && other.start.line == sighting.start.line;
        let nth = before.iter().rev().take_while(on_line).count();
        let of = nth + 1 + after.iter().take_while(on_line).count();
        let room = self.run.width.saturating_sub(gutter + 3);
        let excerpt = Excerpt::new(&sighting.snippet, &sighting.mask.to_string(), nth, of).fit(room);
        let (line, style) = (sighting.start.line, severity_style(leak.severity));
        let Excerpt { before, marked, after } = &excerpt;
        writeln!(self.out, "{FRAME}{line:>gutter$} |{FRAME:#} {before}{style}{marked}{style:#}{after}")?;
        if !marked.is_empty() && excerpt.has_company() {
            let (space, carets) = (" ".repeat(width(before)), "^".repeat(width(marked)));
            writeln!(self.out, "{:gutter$} {FRAME}|{FRAME:#} {space}{style}{carets}{style:#}", "")?;
        }
        Ok(())
    }

    /// Whether it still works, and what it opens.
    fn liveness(&mut self, gutter: usize, verified: &Verified) -> io::Result<()> {
        let style = match verified.liveness {
            Liveness::Live(_) => BAD,
            Liveness::Dead(_) => GOOD,
            Liveness::Unknown(_) => WARN,
        };
        let text = liveness::sentence(verified);
        for (index, line) in wrap(&harmless(&text), self.room(gutter + 3), 0).iter().enumerate() {
            let sign = if index == 0 { "=" } else { " " };
            writeln!(self.out, "{:gutter$} {FRAME}{sign}{FRAME:#} {style}{line}{style:#}", "")?;
        }
        for (label, text) in liveness::facts(&verified.identity) {
            self.note(gutter, label, &harmless(&text))?;
        }
        Ok(())
    }

    /// A remark below a leak, wrapped, with its label in front.
    fn note(&mut self, gutter: usize, label: &str, text: &str) -> io::Result<()> {
        let label = if label.is_empty() { String::new() } else { format!("{label}: ") };
        let indent = gutter + 3 + width(&label);
        for (index, line) in wrap(text, self.room(indent), 0).iter().enumerate() {
            if index == 0 {
                writeln!(self.out, "{:gutter$} {FRAME}={FRAME:#} {BOLD}{label}{BOLD:#}{line}", "")?;
            } else {
                writeln!(self.out, "{:indent$}{line}", "")?;
            }
        }
        Ok(())
    }

    /// What looks like a leak and is none, if it was asked for.
    fn noise(&mut self) -> io::Result<()> {
        let report = self.report;
        let mut listed = report.noise().peekable();
        if listed.peek().is_none() {
            return Ok(());
        }
        writeln!(self.out, "{NOTE}noise{NOTE:#}{BOLD}: looks like a leak and is none{BOLD:#}")?;
        for (sighting, noise) in listed {
            self.line_of(sighting, &noise.to_string())?;
        }
        writeln!(self.out)
    }

    /// What somebody accepted, if everything is to be shown.
    fn waived(&mut self) -> io::Result<()> {
        let waived = &self.report.ledger.waived;
        if waived.is_empty() || self.run.places == Detail::Brief {
            return Ok(());
        }
        writeln!(self.out, "{NOTE}waived{NOTE:#}{BOLD}: leaks that somebody accepted{BOLD:#}")?;
        for Waived { sighting, waiver } in waived {
            self.line_of(sighting, &waiver.to_string())?;
        }
        writeln!(self.out)
    }

    /// What configs and baselines hid, and what there is to do about their entries.
    fn entries(&mut self) -> io::Result<()> {
        let all = self.report.remarks();
        if all.is_empty() {
            return Ok(());
        }
        let (wanted, done): (Vec<&Remark>, Vec<&Remark>) = all.iter().partition(|remark| remark.wanted);
        let shown = if self.run.places == Detail::Full { wanted.len() } else { PLACES };
        writeln!(self.out, "{NOTE}accepted{NOTE:#}{BOLD}: what configs and baselines did{BOLD:#}")?;
        for remark in done.into_iter().chain(wanted.iter().take(shown).copied()) {
            let style = if remark.wanted { WARN } else { FRAME };
            writeln!(self.out, " {style}-->{style:#} {}", harmless(&remark.what))?;
            for line in wrap(&remark.text, self.room(5), 0) {
                writeln!(self.out, "     {line}")?;
            }
        }
        let hidden = wanted.len().saturating_sub(shown);
        if hidden > 0 {
            writeln!(
                self.out,
                "     and {} ({SHOW_ALL} shows them)",
                count(hidden as u64, "more entry", "more entries")
            )?;
        }
        writeln!(self.out)
    }

    /// A sighting on a line of its own, and why it is no leak below it.
    fn line_of(&mut self, sighting: &Sighting, why: &str) -> io::Result<()> {
        writeln!(self.out, " {FRAME}-->{FRAME:#} {}", place(sighting))?;
        let what = format!("{} {} ({why})", self.report.rule_name(&sighting.rule), sighting.mask);
        for line in wrap(&what, self.room(5), 0) {
            writeln!(self.out, "     {line}")?;
        }
        Ok(())
    }

    /// What should have been read and was not, by name.
    fn skipped(&mut self) -> io::Result<()> {
        let skipped = &self.report.ledger.skipped;
        if skipped.is_empty() {
            return Ok(());
        }
        writeln!(self.out, "{WARN}incomplete{WARN:#}{BOLD}: {}{BOLD:#}", self.report.unread())?;
        for input in skipped {
            writeln!(self.out, " {FRAME}-->{FRAME:#} {}", harmless(&input.what))?;
            for line in wrap(&input.why, self.room(5), 0) {
                writeln!(self.out, "     {line}")?;
            }
        }
        writeln!(self.out)
    }

    /// Where leaks of an earlier report no longer stand.
    fn gone(&mut self) -> io::Result<()> {
        let gone = &self.report.ledger.gone;
        if gone.is_empty() {
            return Ok(());
        }
        writeln!(self.out, "{NOTE}gone{NOTE:#}{BOLD}: places of the report at which a leak no longer stands{BOLD:#}")?;
        for Skipped { what, why } in gone {
            writeln!(self.out, " {FRAME}-->{FRAME:#} {}: {why}", harmless(what))?;
        }
        writeln!(self.out)
    }

    /// The verdict: what was found, what was read, what the exit code says and what to do next.
    fn summary(&mut self) -> io::Result<()> {
        let ledger = self.report.ledger;
        let outcome = ledger.outcome();
        let (style, verdict, mut rest) = match outcome {
            Outcome::Clean if ledger.inputs.blobs == 0 => (WARN, "clean:".to_owned(), self.report.verdict()),
            Outcome::Clean if !ledger.leaks.is_empty() => (GOOD, "clean:".to_owned(), self.report.verdict()),
            Outcome::Clean => (GOOD, "clean:".to_owned(), format!("no leak in {} ({})", self.inputs(), self.cost())),
            Outcome::Leaks => (BAD, self.report.found(), format!("({} read, {})", self.inputs(), self.cost())),
            Outcome::Incomplete if !ledger.leaks.is_empty() => (WARN, "incomplete:".to_owned(), self.report.verdict()),
            Outcome::Incomplete => {
                let read = format!("no leak in {} ({}); {}", self.inputs(), self.cost(), self.report.unread());
                (WARN, "incomplete:".to_owned(), read)
            }
        };
        if outcome == Outcome::Leaks && !ledger.skipped.is_empty() {
            rest.push_str(&format!("; incomplete: {}", self.report.unread()));
        }
        if outcome == Outcome::Leaks
            && let Some(lives) = self.report.lives()
        {
            rest.push_str(&format!("; {lives}"));
        }
        for set_aside in self.set_aside() {
            rest.push_str("; ");
            rest.push_str(&set_aside);
        }
        if outcome != Outcome::Clean {
            rest.push_str(&format!("; exit code {} ({})", outcome.exit_code(), outcome.as_str()));
        }
        let rest = wrap(&rest, self.room(0), width(&verdict)).join("\n");
        writeln!(self.out, "{style}{verdict}{style:#} {rest}")?;
        self.advice(outcome)
    }

    /// What to do next, and what the caller knows that helps.
    fn advice(&mut self, outcome: Outcome) -> io::Result<()> {
        let next = match outcome {
            Outcome::Clean => None,
            Outcome::Leaks => Some(
                "Revoke each key first, then take it out: what was once pushed stays readable in history. To accept \
                 one that is meant to be there, write unleak:allow on its line.",
            ),
            Outcome::Incomplete => Some("Make the inputs above readable and run again: a leak may stand in them."),
        };
        for line in next.into_iter().chain(self.run.hints.iter().chain(&self.report.ledger.remarks).map(String::as_str))
        {
            for (index, text) in wrap(line, self.room(6), 0).iter().enumerate() {
                let label = if index == 0 { "next: " } else { "      " };
                writeln!(self.out, "{NOTE}{label}{NOTE:#}{text}")?;
            }
        }
        Ok(())
    }

    /// `1,234 files`
    fn inputs(&self) -> String {
        match self.run.ignored {
            Ignored::LeftOut => self.report.inputs(),
            Ignored::Included => format!("{}, git-ignored ones included", self.report.inputs()),
        }
    }

    /// `56.7 MB, 0.42s`, `1.2 MB, 233,478 known, 0.10s`
    fn cost(&self) -> String {
        let inputs = &self.report.ledger.inputs;
        let known = if inputs.known > 0 { format!(", {} known", grouped(inputs.known)) } else { String::new() };
        format!("{}{known}, {:.2}s", size(inputs.bytes), self.run.elapsed.as_secs_f64())
    }

    /// What is counted and not listed, with the way to list it.
    fn set_aside(&self) -> Vec<String> {
        let ledger = self.report.ledger;
        let mut aside = Vec::new();
        let brief =
            |detail, flag: &str| if detail == Detail::Brief { format!(" ({flag} lists them)") } else { String::new() };
        if !ledger.waived.is_empty() {
            let waived = ledger.waived.len() as u64;
            aside.push(format!("{} waived{}", grouped(waived), brief(self.run.places, SHOW_ALL)));
        }
        aside.extend(self.report.new_marks());
        if ledger.noise_total() > 0 {
            aside.push(format!("{} noise{}", grouped(ledger.noise_total()), brief(self.run.noise, SHOW_NOISE)));
        }
        if self.run.places == Detail::Full {
            let left_out = |(what, number): (&LeftOut, &u64)| {
                let (one, many) = what.words();
                format!("{} left out", count(*number, one, many))
            };
            aside.extend(ledger.inputs.left_out.iter().map(left_out));
        }
        aside
    }

    /// How many columns are left after an indent; never so few that text becomes a ribbon.
    fn room(&self, indent: usize) -> usize {
        self.run.width.saturating_sub(indent).max(30)
    }
}

/// `path:line:column`, as terminals and editors know it; `app.zip!config/.env:3:1 (base64, line 2)` for what is not plain.
pub(super) fn place(sighting: &Sighting) -> String {
    let (name, via) = (sighting.origin.name(), &sighting.via);
    let member = via.member().map_or_else(String::new, |member| format!("!{member}"));
    let place = format!("{}:{}:{}", harmless(&format!("{name}{member}")), sighting.start.line, sighting.start.column);
    let line = sighting.inner.map(|inner| inner.line).filter(|&line| line > 1);
    let line = line.map_or_else(String::new, |line| format!(", line {line}"));
    match via.to_string() {
        way if way.is_empty() => place,
        way => format!("{place} ({way}{line})"),
    }
}

fn severity_style(severity: Severity) -> Style {
    match severity {
        Severity::Critical | Severity::High => BAD,
        Severity::Medium => WARN,
        Severity::Low => NOTE,
    }
}

fn digits(number: u64) -> usize {
    number.checked_ilog10().map_or(1, |log| log as usize + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gutter_is_as_wide_as_its_longest_number() {
        assert_eq!([0, 9, 10, 99_999].map(digits), [1, 1, 2, 5]);
    }
}
