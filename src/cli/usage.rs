//! `unleak usage`: were a report's keys used since they leaked?

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use serde_json::json;
use unleak::app::{self, Consent, Desk, Incident, Planned, RuleChoice, Usage, now, read_log};
use unleak::report::harmless;
use unleak::words::{Outcome, day};

use super::arguments::UsageArguments;
use super::{Failure, terminal};

const BOLD: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();
const BAD: Style = AnsiColor::BrightRed.on_default().bold();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const CARE: Style = AnsiColor::Yellow.on_default().bold();

const DAY: u64 = 86_400;

/// As many columns as a sparkline fills at most.
const COLUMNS: u64 = 60;

/// What became known of one key.
struct Told<'p> {
    case: &'p Planned,
    /// Nothing if the key's id is not known.
    usage: Option<Usage>,
    /// Whether the day of the leak is a guess.
    guessed: bool,
}

/// Asks what the keys did, and tells it.
pub(super) fn run(arguments: UsageArguments) -> Result<Outcome, Failure> {
    let rules = app::load_rules(&RuleChoice::default())?;
    let Incident { leaks, skipped, rules } = app::read_incident(&arguments.report, rules)?;
    let key = app::admin_key(arguments.admin.admin_key_command.as_deref())?;
    let desk = Desk::new(&arguments.network.network(), key, &rules)?;
    let (plan, _) = desk.plan_rotation(leaks, Consent { by_mask: true, admin_keys: true, ..Consent::default() })?;
    let log = match app::evidence_path(arguments.admin.evidence.as_deref()) {
        Ok(path) => read_log(&path)?,
        Err(_) => Vec::new(),
    };
    let mut told = Vec::new();
    for case in plan.cases.iter().filter(|case| case.leaked.provider.as_deref() == Some("openai")) {
        let known = arguments.since.or(case.leaked.committed);
        let since = known.unwrap_or_else(|| now().saturating_sub(30 * DAY));
        let usage = case.key_id(&log).map(|id| desk.usage(id, since)).transpose()?;
        told.push(Told { case, usage, guessed: known.is_none() });
    }
    if arguments.json {
        let keys: Vec<_> = told.iter().map(as_json).collect();
        terminal::to_stdout(|out| writeln!(out, "{:#}", json!({"schema": "unleak.usage/1", "keys": keys})))?;
    } else {
        terminal::to_stdout(|out| told.iter().try_for_each(|told| tell(told, out)))?;
    }
    let used = told.iter().filter_map(|told| told.usage.as_ref()).any(|usage| !usage.total.after.is_none());
    let unread = told.iter().any(|told| told.usage.as_ref().is_none_or(|usage| !usage.unread.is_empty()));
    Ok(match (used, unread || !skipped.is_empty() || !plan.blind.is_empty()) {
        (true, _) => Outcome::Leaks,
        (false, true) => Outcome::Incomplete,
        (false, false) => Outcome::Clean,
    })
}

fn as_json(told: &Told<'_>) -> serde_json::Value {
    let leaked = &told.case.leaked;
    json!({"masked": leaked.masked, "fingerprint": leaked.fingerprint, "usage": told.usage, "day_is_a_guess": told.guessed,
           "verdict": told.usage.as_ref().map(Usage::verdict)})
}

fn tell(told: &Told<'_>, out: &mut dyn Write) -> io::Result<()> {
    let leaked = &told.case.leaked;
    writeln!(out, "{BOLD}{} {}{BOLD:#}", harmless(&leaked.name), harmless(&leaked.masked))?;
    let Some(usage) = &told.usage else {
        return writeln!(
            out,
            "  {CARE}unknown{CARE:#}  its id at OpenAI is not known, so nobody can be asked what it did\n"
        );
    };
    let since = day(usage.leaked.cast_signed());
    let guess =
        if told.guessed { " (nobody knows when it leaked: thirty days ago; --since says otherwise)" } else { "" };
    writeln!(out, "  {FAINT}key{FAINT:#}      {}, leaked {since}{guess}", harmless(&usage.key_id))?;
    let style = if usage.total.after.is_none() { GOOD } else { BAD };
    writeln!(out, "  {style}verdict{style:#}  {}", harmless(&usage.verdict()))?;
    if !usage.days.is_empty() {
        writeln!(out, "  {FAINT}by day{FAINT:#}   {}", sparkline(usage))?;
        writeln!(
            out,
            "  {FAINT}         {:<32} {:>12} {:>14} {:>14}{FAINT:#}",
            "model", "before", "since", "tokens since"
        )?;
    }
    for (model, both) in &usage.models {
        let new = if both.before.is_none() && !both.after.is_none() { " new" } else { "" };
        let model = harmless(model);
        let (before, after, tokens) = (both.before.requests, both.after.requests, both.after.tokens);
        writeln!(out, "           {model:<32} {before:>12} {after:>14} {tokens:>14}{BAD}{new}{BAD:#}")?;
    }
    for event in &usage.events {
        let (when, what, who) = (day(event.at.cast_signed()), harmless(&event.what), harmless(&event.who));
        writeln!(out, "  {FAINT}log{FAINT:#}      {when} {what} by {who}")?;
    }
    for unread in &usage.unread {
        writeln!(out, "  {CARE}unread{CARE:#}   {}", harmless(unread))?;
    }
    writeln!(out)
}

/// Requests by day, with a bar before the day of the leak.
fn sparkline(usage: &Usage) -> String {
    const BARS: [char; 9] = ['·', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let (Some(first), Some(last)) = (usage.days.keys().next(), usage.days.keys().last()) else { return String::new() };
    let first = *first.min(&usage.leaked);
    let days = (last.max(&usage.leaked) - first) / DAY + 1;
    let width = days.div_ceil(COLUMNS).max(1) * DAY;
    let column = |start: u64| usage.days.range(start..start + width).map(|(_, amount)| amount.requests).sum::<u64>();
    let starts = (0..(days * DAY).div_ceil(width)).map(|number| first + number * width);
    let columns: Vec<(u64, u64)> = starts.map(|start| (start, column(start))).collect();
    let most = columns.iter().map(|(_, requests)| *requests).max().unwrap_or(0).max(1);
    let mut text = String::new();
    for (start, requests) in columns {
        if (start..start + width).contains(&usage.leaked) {
            text.push('|');
        }
        text.push(BARS[usize::try_from((requests * 8).div_ceil(most)).unwrap_or(8).min(8)]);
    }
    text
}
