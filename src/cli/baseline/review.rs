//! `unleak baseline review`: leak by leak, a person says what it is: real, a false alarm and why, or later.

use std::io::{self, BufRead, IsTerminal, Write};

use anstyle::{AnsiColor, Style};
use unleak::app;
use unleak::app::baseline::Baseline;
use unleak::app::baseline::change::{Changed, Note};
use unleak::report::harmless;
use unleak::rules::RuleSet;
use unleak::words::{Leak, Outcome};

use super::{Examined, finish, look, path_of};
use crate::cli::arguments::ReviewArguments;
use crate::cli::{Failure, terminal};

const BOLD: Style = Style::new().bold();
const BAD: Style = AnsiColor::BrightRed.on_default().bold();

/// How many places of a leak are shown.
const PLACES: usize = 5;

/// What a person says of a leak.
enum Answer {
    /// It is one.
    Real,
    /// It is none, for this reason.
    FalseAlarm(String),
    /// Not now.
    Later,
    /// No more questions.
    Quit,
}

/// Goes through the leaks.
pub(super) fn run(arguments: ReviewArguments) -> Result<Outcome, Failure> {
    let path = path_of(&arguments.at.judge, arguments.at.file.as_deref())?;
    let mut baseline = Baseline::at(&path)?;
    let Examined { ledger, rules, policy, .. } = look(&arguments.at.judge, Some(&path), arguments.at.history)?;
    let mut changed = Changed { kept: baseline.entries.len(), ..Changed::default() };
    let mut open = 0;
    for (number, leak) in ledger.leaks.iter().enumerate() {
        let answer = match answer_by_flag(&arguments, leak) {
            Some(answer) => answer,
            None if may_ask(&arguments) => ask(leak, &rules, (number + 1, ledger.leaks.len()))?,
            None => {
                terminal::to_stdout(|out| show(leak, &rules, (number + 1, ledger.leaks.len()), out))?;
                Answer::Later
            }
        };
        match answer {
            Answer::FalseAlarm(reason) => {
                let (added, expires) = (app::today(), arguments.expires.clone());
                let note = Note { reason, added, expires, accept_live: false, history: arguments.at.history };
                baseline.accept(leak, &policy, &note, &mut changed);
                // Whoever leaves in the middle keeps what was decided.
                baseline.save(&path).map_err(|cause| Failure::Baseline { path: path.clone(), cause })?;
            }
            Answer::Real | Answer::Later => open += 1,
            Answer::Quit => {
                open += ledger.leaks.len() - number;
                break;
            }
        }
    }
    let outcome = if changed == (Changed { kept: changed.kept, ..Changed::default() }) {
        terminal::to_stdout(|out| writeln!(out, "nothing was accepted"))?;
        if ledger.skipped.is_empty() { Outcome::Clean } else { Outcome::Incomplete }
    } else {
        finish(&baseline, &path, changed, &ledger)?
    };
    Ok(if open > 0 { Outcome::Leaks } else { outcome })
}

/// What the flags say of a leak.
fn answer_by_flag(arguments: &ReviewArguments, leak: &Leak) -> Option<Answer> {
    let named = |name: &String| name == "all" || name == leak.fingerprint.as_str();
    let reason = arguments.reason.clone().filter(|_| arguments.accept.iter().any(named))?;
    Some(Answer::FalseAlarm(reason))
}

/// A person is asked only at a terminal, and not if the flags said what to do.
#[expect(clippy::disallowed_methods, reason = "the binary owns the terminal")]
fn may_ask(arguments: &ReviewArguments) -> bool {
    arguments.accept.is_empty() && io::stdin().is_terminal() && io::stdout().is_terminal()
}

fn ask(leak: &Leak, rules: &RuleSet, place: (usize, usize)) -> Result<Answer, Failure> {
    terminal::to_stdout(|out| show(leak, rules, place, out))?;
    loop {
        let typed = said("[r]eal, [f]alse alarm, [l]ater, [q]uit? ")?.map(|typed| typed.to_lowercase());
        match typed.as_deref() {
            None | Some("q" | "quit") => return Ok(Answer::Quit),
            Some("l" | "later" | "") => return Ok(Answer::Later),
            Some("r" | "real") => {
                let remedy = rules.get(&leak.rule).map_or("", |rule| &rule.spec().remedy);
                terminal::to_stdout(|out| writeln!(out, "  {}\n", harmless(remedy)))?;
                return Ok(Answer::Real);
            }
            Some("f" | "false" | "false alarm") => return Ok(reason()?.map_or(Answer::Quit, Answer::FalseAlarm)),
            Some(_) => terminal::to_stdout(|out| writeln!(out, "  type one of the letters r, f, l and q"))?,
        }
    }
}

/// Why a leak is a false alarm; nothing at the end of input.
fn reason() -> Result<Option<String>, Failure> {
    loop {
        match said("  why is it no harm? ")? {
            Some(reason) if reason.is_empty() => {
                terminal::to_stdout(|out| writeln!(out, "  a reason is needed: others will read it"))?;
            }
            reason => return Ok(reason),
        }
    }
}

/// A line that a person types; nothing at the end of input.
#[expect(clippy::disallowed_methods, reason = "the binary owns the terminal")]
fn said(question: &str) -> Result<Option<String>, Failure> {
    terminal::to_stdout(|out| write!(out, "{BOLD}{question}{BOLD:#}"))?;
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line)?;
    Ok((read > 0).then(|| line.trim().to_owned()))
}

fn show(leak: &Leak, rules: &RuleSet, (number, all): (usize, usize), out: &mut dyn Write) -> io::Result<()> {
    let name = rules.get(&leak.rule).map_or(&*leak.rule, |rule| &rule.spec().name);
    let mask = leak.mask.to_string();
    let severity = leak.severity.as_str();
    writeln!(out, "{BOLD}{number}/{all}{BOLD:#} {BAD}{severity}{BAD:#} {} {}", harmless(name), harmless(&mask))?;
    if let Some(verified) = &leak.verified {
        writeln!(out, "  {}", harmless(&verified.liveness.to_string()))?;
    }
    for sighting in leak.sightings.iter().take(PLACES) {
        writeln!(out, "  {}:{}", harmless(&sighting.origin.name()), sighting.start.line)?;
        if !sighting.snippet.trim().is_empty() {
            writeln!(out, "    {}", harmless(sighting.snippet.trim()))?;
        }
    }
    if leak.sightings.len() > PLACES {
        writeln!(out, "  and {} more places", leak.sightings.len() - PLACES)?;
    }
    writeln!(out, "  fingerprint {}", leak.fingerprint)
}
