//! `unleak rules`: the catalogue for people, and its self-test.

use std::io::{self, Write};
use std::path::PathBuf;

use anstyle::{AnsiColor, Style};
use unleak::app::catalogue::{Checked, check};
use unleak::app::{RuleChoice, find_rule, import, load_rules};
use unleak::report::{harmless, rule_json, rule_markdown, rules_json, rules_markdown};
use unleak::rules::{Rule, RuleSet};
use unleak::words::Outcome;

use super::arguments::{RulesCommand, RulesFormat};
use super::{Failure, terminal};

const BOLD: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::BrightRed.on_default().bold();

/// Does what was asked for.
pub(super) fn run(command: RulesCommand) -> Result<Outcome, Failure> {
    match command {
        RulesCommand::List { files, format } => {
            let rules = with(files)?;
            terminal::to_stdout(|out| match format {
                RulesFormat::Table => list(&rules, out),
                RulesFormat::Json => writeln!(out, "{:#}", rules_json(&rules)),
                RulesFormat::Markdown => rules_markdown(&rules, out),
            })?;
            Ok(Outcome::Clean)
        }
        RulesCommand::Show { id, files, format } => {
            let rules = with(files)?;
            let rule = find_rule(&rules, &id)?;
            terminal::to_stdout(|out| match format {
                RulesFormat::Table => show(rule, out),
                RulesFormat::Json => writeln!(out, "{:#}", rule_json(rule)),
                RulesFormat::Markdown => rule_markdown(rule, out),
            })?;
            Ok(Outcome::Clean)
        }
        RulesCommand::Import { file } => {
            let (text, notes) = import(&file)?;
            terminal::tell_notes(&notes);
            terminal::to_stdout(|out| out.write_all(text.as_bytes()))?;
            Ok(Outcome::Clean)
        }
        RulesCommand::Check { files } => {
            let checked = check(with(files)?)?;
            terminal::to_stdout(|out| tell(&checked, out))?;
            Ok(if checked.failures.is_empty() { Outcome::Clean } else { Outcome::Incomplete })
        }
    }
}

fn with(files: Vec<PathBuf>) -> Result<RuleSet, Failure> {
    let rules = load_rules(&RuleChoice { files, ..RuleChoice::default() })?;
    terminal::tell_notes(rules.notes());
    Ok(rules)
}

fn list(rules: &RuleSet, out: &mut dyn Write) -> io::Result<()> {
    let widest = rules.rules().iter().map(|rule| rule.id().len()).max().unwrap_or(0);
    for rule in rules.rules() {
        let (id, severity, name) = (rule.id(), rule.severity().as_str(), harmless(&rule.spec().name));
        writeln!(out, "{BOLD}{id:widest$}{BOLD:#}  {severity:8}  {name}")?;
    }
    writeln!(out, "\n{} rules; `unleak rules show ID` tells all about one", rules.rules().len())
}

fn show(rule: &Rule, out: &mut dyn Write) -> io::Result<()> {
    let spec = rule.spec();
    writeln!(out, "{BOLD}{}{BOLD:#}  {}", rule.id(), harmless(&spec.name))?;
    writeln!(out, "{FAINT}{} · {}{FAINT:#}\n", harmless(&rule.provider().name), rule.severity().as_str())?;
    writeln!(out, "{}\n", harmless(&spec.description))?;
    writeln!(out, "{BOLD}If one leaks{BOLD:#}\n  {}\n", harmless(&spec.remedy))?;
    if let Some(pattern) = &spec.pattern {
        writeln!(out, "{BOLD}Pattern{BOLD:#}\n  {}\n", harmless(pattern))?;
    }
    for (title, lines) in [("Hits", &spec.hits), ("Misses", &spec.misses), ("References", &spec.references)] {
        if !lines.is_empty() {
            writeln!(out, "{BOLD}{title}{BOLD:#}")?;
        }
        for line in lines {
            writeln!(out, "  {}", harmless(line))?;
        }
    }
    Ok(())
}

fn tell(checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
    for failure in &checked.failures {
        let (rule, recipe, why) = (&failure.rule, harmless(&failure.recipe), harmless(&failure.why));
        writeln!(out, "{BAD}failed{BAD:#} {BOLD}{rule}{BOLD:#}: {recipe}\n  {why}")?;
    }
    let Checked { rules, hits, misses, failures } = checked;
    let (style, word) = if failures.is_empty() { (GOOD, "ok") } else { (BAD, "failed") };
    writeln!(out, "{style}{word}{style:#}: {rules} rules, {hits} hits, {misses} misses, {} failures", failures.len())
}
