//! `unleak rotate`: a new key in the place of a leaked one, and then the end of the leaked one.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use unleak::app::{
    self, Action, Desk, Fate, HandOver, Handing, Incident, OwnerKind, Plan, Planned, RotateChoice, Rotated, RuleChoice,
    check_hand_over, open_evidence, read_log, replacement_name,
};
use unleak::report::harmless;
use unleak::words::Outcome;

use super::arguments::RotateArguments;
use super::revoke::{describe, tell_fate};
use super::{Failure, terminal};

const BOLD: Style = Style::new().bold();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const CARE: Style = AnsiColor::Yellow.on_default().bold();
const BAD: Style = AnsiColor::BrightRed.on_default().bold();

/// Plans a rotation, and does it if told so.
pub(super) fn run(arguments: RotateArguments) -> Result<Outcome, Failure> {
    let to = arguments.to.hand_over();
    if let (true, Some(to)) = (arguments.apply, &to) {
        check_hand_over(to).map_err(Failure::HandOver)?;
    }
    let rules = app::load_rules(&RuleChoice::default())?;
    let Incident { leaks, rules, .. } = app::read_incident(&arguments.report, rules)?;
    let key = app::admin_key(arguments.admin.admin_key_command.as_deref())?;
    let desk = Desk::new(&arguments.network.network(), key, &rules)?;
    let consent = arguments.consent.consent();
    let (plan, inventory) = desk.plan_rotation(leaks, consent)?;
    let planned = choose(&plan, arguments.key.as_deref())?;
    let tell = |write: &dyn Fn(&mut dyn Write) -> io::Result<()>| match &to {
        Some(HandOver::Stdout) => {
            terminal::to_stderr(write);
            Ok(())
        }
        _ => terminal::to_stdout(write),
    };
    tell(&|out| tell_plan(planned, to.as_ref(), out))?;
    if !matches!(planned.action, Action::Delete { .. } | Action::Nothing) {
        return Ok(Outcome::Leaks);
    }
    if !arguments.apply {
        return Ok(if matches!(planned.action, Action::Nothing) { Outcome::Clean } else { Outcome::Leaks });
    }
    let Some(place) = &to else {
        return Err(Failure::HandOver("say where the new key goes: --to-file, --to-command or --to-stdout".to_owned()));
    };
    let question = "Make the new key, and delete the old one once the new one works? [y/N] ";
    if matches!(planned.action, Action::Delete { .. })
        && !arguments.yes
        && !terminal::ask(question).ok_or(Failure::NobodyToAsk)?
    {
        return Ok(Outcome::Leaks);
    }
    let path = app::evidence_path(arguments.admin.evidence.as_deref())?;
    let log = read_log(&path)?;
    let mut evidence = open_evidence(&path)?;
    let mut hands = Handing { to: place.clone(), variable: arguments.to.variable.clone() };
    let choice = RotateChoice { consent, wait: arguments.wait, log: &log };
    let rotated = desk.rotate(planned, &inventory, &choice, &mut hands, &mut evidence)?;
    tell(&|out| tell_rotated(planned, &rotated, consent, out))?;
    Ok(outcome(&rotated))
}

/// The one key that is meant.
fn choose<'p>(plan: &'p Plan, named: Option<&str>) -> Result<&'p Planned, Failure> {
    let id = |case: &Planned| match &case.action {
        Action::Delete { key, .. } | Action::Withheld { key, .. } => Some(key.id.clone()),
        _ => None,
    };
    let is_meant = |case: &&Planned| match named {
        Some(named) => case.leaked.fingerprint.starts_with(named) || id(case).as_deref() == Some(named),
        None => case.leaked.provider.as_deref() == Some("openai"),
    };
    let mut meant = plan.cases.iter().filter(is_meant);
    match (meant.next(), meant.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => {
            Err(Failure::NoSuchKey("no key of the report is meant; see `unleak revoke REPORT` for its keys".into()))
        }
        (Some(_), Some(_)) => {
            let list: Vec<String> = plan
                .cases
                .iter()
                .filter(is_meant)
                .map(|case| format!("--key {}  {} {}", &case.leaked.fingerprint, case.leaked.name, case.leaked.masked))
                .collect();
            Err(Failure::NoSuchKey(format!("several keys are meant; name one:\n{}", list.join("\n"))))
        }
    }
}

fn outcome(rotated: &Rotated) -> Outcome {
    match rotated {
        Rotated::Replaced { old: Fate::Dead { .. }, left, .. } if left.is_empty() => Outcome::Clean,
        Rotated::Replaced { old: Fate::Dead { .. } | Fate::Unproven { .. }, .. } => Outcome::Incomplete,
        Rotated::Replaced { .. } | Rotated::Stopped { .. } => Outcome::Leaks,
    }
}

fn tell_plan(planned: &Planned, to: Option<&HandOver>, out: &mut dyn Write) -> io::Result<()> {
    let leaked = &planned.leaked;
    writeln!(out, "{BOLD}{} {}{BOLD:#}", harmless(&leaked.name), harmless(&leaked.masked))?;
    match &planned.action {
        Action::Delete { key, .. } => {
            let whose = match key.owner.kind {
                OwnerKind::ServiceAccount => format!("for the same service account, named {:?}", replacement_name(key)),
                OwnerKind::Person => format!(
                    "for a new service account {:?} of the same project: a person's key can be made by that person only",
                    replacement_name(key)
                ),
            };
            let place = match to {
                Some(HandOver::File(path)) => format!("write it to {} (0600)", path.display()),
                Some(HandOver::Command(command)) => format!("give it to `{command}`"),
                Some(HandOver::Stdout) => "write it to standard output".to_owned(),
                None => "hand it over (--to-file, --to-command or --to-stdout)".to_owned(),
            };
            writeln!(out, "  1. make a key {}", harmless(&whose))?;
            writeln!(out, "  2. {}, and see that it works", harmless(&place))?;
            writeln!(out, "  3. delete {}, and see that it is dead", describe(key))
        }
        Action::Nothing => writeln!(
            out,
            "  {GOOD}dead already{GOOD:#}: there is nothing to replace; make a new key where one is needed"
        ),
        Action::Submit(_) | Action::Contain { .. } => {
            writeln!(
                out,
                "  {CARE}not done{CARE:#}: nothing can be made in its place by a program; `unleak revoke` ends it"
            )
        }
        Action::Withheld { key, why } => writeln!(out, "  {CARE}not done{CARE:#}: {}: {}", describe(key), why.as_str()),
        Action::Choose(keys) => {
            writeln!(out, "  {CARE}not done{CARE:#}: it may be any of these")?;
            keys.iter().try_for_each(|key| writeln!(out, "     {}", describe(key)))
        }
        Action::Person { why } => {
            writeln!(out, "  {CARE}by hand{CARE:#}: {} ({})", harmless(&leaked.remedy), harmless(why))
        }
    }
}

fn tell_rotated(planned: &Planned, rotated: &Rotated, consent: app::Consent, out: &mut dyn Write) -> io::Result<()> {
    match rotated {
        Rotated::Replaced { key_id, place, old, left } => {
            match place {
                Some(place) => {
                    writeln!(out, "{GOOD}new{GOOD:#}       {} works; it is in {}", harmless(key_id), harmless(place))?
                }
                None if key_id.is_empty() => {}
                None => {
                    writeln!(out, "{GOOD}new{GOOD:#}       {} works; an earlier run handed it over", harmless(key_id))?
                }
            }
            for left in left {
                writeln!(out, "{CARE}left{CARE:#}      a replacement that nobody uses: {}", harmless(left))?;
            }
            tell_fate(planned, old, consent, out)
        }
        Rotated::Stopped { why, orphan } => {
            writeln!(out, "{BAD}stopped{BAD:#}   {}", harmless(why))?;
            writeln!(out, "          The old key is as it was. Run this again: it begins with a new replacement.")?;
            match orphan {
                Some(id) => writeln!(out, "          {} was made for nothing; the next run deletes it.", harmless(id)),
                None => Ok(()),
            }
        }
    }
}
