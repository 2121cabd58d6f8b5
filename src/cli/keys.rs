//! `unleak keys`: an organization's keys against a policy, as a list, a table, or dates in a calendar.

use std::fmt::Write as _;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use serde_json::{Value, json};
use unleak::app::{self, Breach, Desk, Incident, Inventory, Judged, OwnerKind, Policy, RuleChoice, markdown, now};
use unleak::report::harmless;
use unleak::words::{Outcome, day};

use super::arguments::{KeysArguments, KeysFormat};
use super::{Failure, terminal};

const BOLD: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();
const BAD: Style = AnsiColor::BrightRed.on_default().bold();
const CARE: Style = AnsiColor::Yellow.on_default().bold();

const DAY: u64 = 86_400;

/// Lists the keys and judges them.
pub(super) fn run(arguments: KeysArguments) -> Result<Outcome, Failure> {
    let rules = app::load_rules(&RuleChoice::default())?;
    let (leaks, rules, skipped) = match &arguments.report {
        Some(path) => {
            let Incident { leaks, rules, skipped } = app::read_incident(path, rules)?;
            (leaks, rules, skipped)
        }
        None => (Vec::new(), rules, Vec::new()),
    };
    let key = app::admin_key(arguments.admin_key_command.as_deref())?;
    let inventory = Desk::new(&arguments.network.network(), key, &rules)?.inventory()?;
    let policy = Policy { max_age: arguments.max_age, max_unused: arguments.max_unused };
    let now = now();
    let judged = app::judge_keys(&inventory, policy, &leaks, now);
    let blind = inventory.blind();
    terminal::to_stdout(|out| match arguments.format {
        KeysFormat::Human => human(&judged, &inventory, &blind, out),
        KeysFormat::Json => writeln!(out, "{:#}", as_json(&judged, &blind)),
        KeysFormat::Markdown => table(&judged, &blind, out),
        KeysFormat::Ics => out.write_all(calendar(&judged, now).as_bytes()),
    })?;
    if !matches!(arguments.format, KeysFormat::Human | KeysFormat::Json | KeysFormat::Markdown) {
        terminal::to_stderr(|out| blind.iter().try_for_each(|blind| writeln!(out, "not seen: {}", harmless(blind))));
    }
    let broken = judged.iter().any(|one| !one.breaches.is_empty());
    Ok(match (broken, blind.is_empty() && skipped.is_empty()) {
        (true, _) => Outcome::Leaks,
        (false, true) => Outcome::Clean,
        (false, false) => Outcome::Incomplete,
    })
}

fn days(seconds: u64) -> String {
    match seconds / DAY {
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    }
}

fn date(seconds: Option<u64>) -> String {
    seconds.map_or_else(|| "-".to_owned(), |seconds| day(seconds.cast_signed()))
}

/// What breaks the policy, in words.
fn words(breach: &Breach) -> String {
    match breach {
        Breach::Leaked { masked } => format!("looks like the leaked {masked}"),
        Breach::Shared { files } => format!("shared: the leaked key that looks like it is in {files} files"),
        Breach::AllScopes => "over-privileged: it has all scopes".to_owned(),
        Breach::Old(age) => format!("{} old", days(*age)),
        Breach::Unused(time) => format!("unused for {}", days(*time)),
        Breach::NeverUsed(age) => format!("never used in {}", days(*age)),
        Breach::Orphaned => "its owner has no access to the project any more".to_owned(),
        Breach::Archived => "its project is archived".to_owned(),
    }
}

/// Project, or what stands for it.
fn project(one: &Judged) -> String {
    one.key.project.as_ref().map_or_else(|| "(admin key)".to_owned(), |project| project.name.clone())
}

fn owner(one: &Judged) -> String {
    let kind = if one.key.owner.kind == OwnerKind::ServiceAccount { " (service account)" } else { "" };
    format!("{}{kind}", one.key.owner.name)
}

fn human(judged: &[Judged], inventory: &Inventory, blind: &[String], out: &mut dyn Write) -> io::Result<()> {
    for one in judged {
        let key = &one.key;
        let style = if one.breaches.is_empty() { FAINT } else { BAD };
        let what = format!("{} {:?} in {} of {}", key.id, key.name, project(one), owner(one));
        writeln!(out, "{style}{}{style:#}", harmless(&what))?;
        let (made, used, dies) = (date(key.created), date(key.last_used), date(key.expires));
        let scopes = if key.scopes.is_empty() { "not told".to_owned() } else { key.scopes.join(", ") };
        let scopes = harmless(&scopes);
        writeln!(out, "  {FAINT}made {made}, last used {used}, expires {dies}, scopes {scopes}{FAINT:#}")?;
        one.breaches.iter().try_for_each(|breach| writeln!(out, "  {CARE}{}{CARE:#}", harmless(&words(breach))))?;
    }
    for blind in blind {
        writeln!(out, "{CARE}not seen{CARE:#}: {}", harmless(blind))?;
    }
    let broken = judged.iter().filter(|one| !one.breaches.is_empty()).count();
    let projects = inventory.projects.len();
    writeln!(out, "{BOLD}{broken} of {} keys in {projects} projects break the policy{BOLD:#}", judged.len())
}

fn as_json(judged: &[Judged], blind: &[String]) -> Value {
    let one = |one: &Judged| {
        let key = &one.key;
        let breaches: Vec<Value> =
            one.breaches.iter().map(|breach| json!({"kind": breach.as_str(), "why": words(breach)})).collect();
        json!({
            "id": key.id, "name": key.name, "redacted_value": key.redacted, "created_at": key.created,
            "last_used_at": key.last_used, "expires_at": key.expires, "scopes": key.scopes,
            "owner": {"id": key.owner.id, "name": key.owner.name,
                      "kind": if key.owner.kind == OwnerKind::Person { "user" } else { "service_account" }},
            "project": key.project.as_ref().map(|project| json!({"id": project.id, "name": project.name})),
            "admin": key.is_admin(), "rotate_by": one.due, "breaches": breaches,
        })
    };
    json!({"schema": "unleak.keys/1", "keys": judged.iter().map(one).collect::<Vec<_>>(), "not_seen": blind})
}

fn table(judged: &[Judged], blind: &[String], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "| Key | Project | Owner | Made | Last used | Replace by | Breaks the policy |")?;
    writeln!(out, "|---|---|---|---|---|---|---|")?;
    for one in judged {
        let why: Vec<String> = one.breaches.iter().map(words).collect();
        let name = format!("{} ({})", one.key.name, one.key.id);
        let (made, used, due) = (date(one.key.created), date(one.key.last_used), date(one.due));
        let (name, project, owner, why) =
            (markdown(&name), markdown(&project(one)), markdown(&owner(one)), markdown(&why.join("; ")));
        writeln!(out, "| {name} | {project} | {owner} | {made} | {used} | {due} | {why} |")?;
    }
    blind.iter().try_for_each(|blind| writeln!(out, "\nNot seen: {}", markdown(blind)))
}

/// One event on the day on which each key is due (RFC 5545); what is overdue is due today.
fn calendar(judged: &[Judged], now: u64) -> String {
    let compact = |seconds: u64| day(seconds.cast_signed()).replace('-', "");
    let mut text = String::new();
    let mut line = |line: String| fold(&line, &mut text);
    line("BEGIN:VCALENDAR".into());
    line("VERSION:2.0".into());
    line("PRODID:-//unleak//keys//EN".into());
    for one in judged {
        let Some(due) = one.due.map(|due| due.max(now)) else { continue };
        let why: Vec<String> = one.breaches.iter().map(words).collect();
        let about = format!("{} in {} of {}. {}", one.key.id, project(one), owner(one), why.join("; "));
        line("BEGIN:VEVENT".into());
        line(format!("UID:{}@unleak", escape(&one.key.id)));
        line(format!("DTSTAMP:{}T000000Z", compact(now)));
        line(format!("DTSTART;VALUE=DATE:{}", compact(due)));
        line(format!("SUMMARY:{}", escape(&format!("Replace the OpenAI key {:?}", one.key.name))));
        line(format!("DESCRIPTION:{}", escape(&about)));
        line("TRANSP:TRANSPARENT".into());
        line("END:VEVENT".into());
    }
    line("END:VCALENDAR".into());
    text
}

/// Text as RFC 5545 wants it (3.3.11); control characters are left out.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => {
                let _ = write!(escaped, "\\{c}");
            }
            '\n' => escaped.push_str("\\n"),
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// A line of 75 bytes at most, and its rest on lines that begin with a space (RFC 5545, 3.1).
fn fold(line: &str, out: &mut String) {
    let mut width = 0;
    for c in line.chars() {
        if width + c.len_utf8() > 74 {
            out.push_str("\r\n ");
            width = 1;
        }
        out.push(c);
        width += c.len_utf8();
    }
    out.push_str("\r\n");
}
