//! What a hook says when it stops git: what leaks, where, and the next step. Short, since somebody wants to go on. A hook
//! that stops nothing says nothing, but for what a config or a baseline hid from it.

use std::collections::BTreeSet;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::human::place;
use super::terminal::{harmless, width, wrap};
use super::{Report, count};
use crate::words::{Hook, Leak, Origin, Outcome};

/// How many leaks, and how many unread inputs, are named.
const NAMED: usize = 5;

const BAD: Style = AnsiColor::BrightRed.on_default().bold();
const BOLD: Style = Style::new().bold();
const NOTE: Style = AnsiColor::Cyan.on_default().bold();

/// Writes what a hook has to say.
///
/// # Errors
/// `out` can't be written to.
pub fn write_hook(hook: Hook, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let stopped = match hook {
        Hook::PreCommit | Hook::CommitMsg => "commit",
        Hook::PrePush | Hook::PreReceive => "push",
    };
    let ledger = report.ledger;
    let why = match ledger.outcome() {
        Outcome::Clean => return accepted(report, out),
        Outcome::Leaks => format!("{} in {}", count(ledger.leaks.len() as u64, "leak", "leaks"), looked_at(hook)),
        Outcome::Incomplete => format!("{}, so nobody knows whether it leaks", report.unread()),
    };
    writeln!(out, "{BAD}unleak stopped this {stopped}{BAD:#}{BOLD}: {why}{BOLD:#}")?;
    leaks(report, out)?;
    for skipped in ledger.skipped.iter().take(NAMED) {
        item(out, report.run.width, &format!("not read: {}: {}", skipped.what, skipped.why))?;
    }
    more(ledger.skipped.len(), out)?;
    for (label, text) in steps(hook, report) {
        step(out, report.run.width, label, &text)?;
    }
    Ok(())
}

/// What configs and baselines hid, in one line: a hook that stops nothing says nothing else.
fn accepted(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let entries = report.ledger.entries.iter();
    let (waived, left_out) = entries.fold((0, 0), |sum, entry| (sum.0 + entry.waived, sum.1 + entry.left_out));
    if waived + left_out == 0 {
        return Ok(());
    }
    let (waived, left_out) = (count(waived, "place", "places"), count(left_out, "input", "inputs"));
    writeln!(out, "unleak: {waived} waived and {left_out} left out, as config and baseline say")
}

fn looked_at(hook: Hook) -> &'static str {
    match hook {
        Hook::PreCommit => "what is staged",
        Hook::CommitMsg => "its message",
        Hook::PrePush | Hook::PreReceive => "its commits",
    }
}

/// `  config/app.ts:2:38  OpenAI project key sk-proj-…DEQA (and 2 more places)`
fn leaks(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let named: Vec<(String, &Leak)> =
        report.ledger.leaks.iter().take(NAMED).map(|leak| (place(leak.sightings.first()), leak)).collect();
    let widest = named.iter().map(|(place, _)| width(place)).max().unwrap_or(0).min(report.run.width / 2);
    for (place, leak) in named {
        let pad = " ".repeat(widest.saturating_sub(width(&place)));
        let others = leak.sightings.len() as u64 - 1;
        let others =
            if others == 0 { String::new() } else { format!(" (and {})", count(others, "more place", "more places")) };
        let (name, mask) = (harmless(report.rule_name(&leak.rule)), leak.mask.to_string());
        writeln!(out, "  {place}{pad}  {name} {BOLD}{}{BOLD:#}{others}", harmless(&mask))?;
    }
    more(report.ledger.leaks.len(), out)
}

fn more(all: usize, out: &mut dyn Write) -> io::Result<()> {
    if all > NAMED { writeln!(out, "  and {} more", all - NAMED) } else { Ok(()) }
}

/// What to do next, each with a word in front.
fn steps(hook: Hook, report: &Report<'_>) -> Vec<(&'static str, String)> {
    let Some(leak) = report.ledger.leaks.first() else {
        let past = match hook {
            Hook::PreCommit | Hook::CommitMsg => "; `git commit --no-verify` goes past it, unread",
            Hook::PrePush => "; `git push --no-verify` goes past it, unread",
            Hook::PreReceive => "",
        };
        return vec![("next", format!("Make it readable and try again{past}."))];
    };
    let keep = "Keep the key in an environment variable, or in a file that git ignores.".to_owned();
    let waiver = "Write `unleak:allow` and the reason on its line".to_owned();
    match hook {
        Hook::PreCommit => vec![
            ("next", format!("Unstage it: {}", unstage(report))),
            ("then", keep),
            ("no secret?", format!("{waiver}, and stage it again.")),
        ],
        Hook::CommitMsg => vec![
            ("next", "Take it out of the message: git commit --edit --file=.git/COMMIT_EDITMSG".to_owned()),
            ("no secret?", format!("{waiver}.")),
        ],
        Hook::PrePush => vec![
            ("next", format!("It has not left this machine. Take it out of the commits: {}", rebase(report))),
            ("then", keep),
            ("no secret?", format!("{waiver}, in the commits that hold it.")),
        ],
        Hook::PreReceive => vec![
            ("next", format!("Nothing was taken in. Take it out of the commits, then push again: {}", rebase(report))),
            ("been elsewhere?", remedy(report, leak)),
            ("no secret?", format!("{waiver}, in the commits that hold it.")),
        ],
    }
}

fn remedy(report: &Report<'_>, leak: &Leak) -> String {
    report.rules.get(&leak.rule).map_or_else(|| "Revoke it.".to_owned(), |rule| rule.spec().remedy.clone())
}

/// The command that unstages the files. Before the first commit there is no earlier content to go back to.
fn unstage(report: &Report<'_>) -> String {
    let paths: BTreeSet<String> = report
        .ledger
        .leaks
        .iter()
        .flat_map(|leak| leak.sightings.iter())
        .filter_map(|sighting| match &sighting.origin {
            Origin::Index(path) | Origin::TreeName(path) => Some(quoted(&path.to_string_lossy())),
            _ => None,
        })
        .collect();
    let has_head = report.run.checkout.as_ref().is_some_and(|checkout| checkout.head.is_some());
    let command = if has_head { "git restore --staged" } else { "git rm --cached" };
    let mut named: Vec<String> = paths.iter().take(NAMED).cloned().collect();
    if paths.len() > NAMED || paths.is_empty() {
        named.push("...".to_owned());
    }
    format!("{command} {}", named.join(" "))
}

/// The command that changes commits: from the only one that holds leaks, if there is only one.
fn rebase(report: &Report<'_>) -> String {
    let commits: BTreeSet<String> = report
        .ledger
        .leaks
        .iter()
        .flat_map(|leak| leak.sightings.iter())
        .filter_map(|sighting| match &sighting.origin {
            Origin::Object(object) => object.commit.map(|commit| commit.short()),
            _ => None,
        })
        .collect();
    match (commits.first(), commits.len()) {
        (Some(only), 1) => format!("git rebase -i {only}^"),
        _ => "git rebase -i".to_owned(),
    }
}

/// A path as a shell takes it.
fn quoted(path: &str) -> String {
    let plain = |char: char| char.is_alphanumeric() || "-_./+@%,=".contains(char);
    let path = harmless(path);
    match !path.starts_with('-') && path.chars().all(plain) {
        true => path.into_owned(),
        false => format!("'{}'", path.replace('\'', r"'\''")),
    }
}

fn item(out: &mut dyn Write, room: usize, text: &str) -> io::Result<()> {
    wrap(text, room.saturating_sub(2), 0).iter().try_for_each(|line| writeln!(out, "  {line}"))
}

fn step(out: &mut dyn Write, room: usize, label: &str, text: &str) -> io::Result<()> {
    let indent = 4 + width(label) + 2;
    for (index, line) in wrap(text, room.saturating_sub(indent), 0).iter().enumerate() {
        match index {
            0 => writeln!(out, "  {NOTE}={NOTE:#} {BOLD}{label}:{BOLD:#} {line}")?,
            _ => writeln!(out, "{:indent$}{line}", "")?,
        }
    }
    Ok(())
}
