//! `unleak revoke`: what would be done about a report's keys, and, when told so, doing it.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use unleak::app::{
    self, Action, ApiKey, Consent, Desk, Fate, Incident, OwnerKind, Plan, Planned, RuleChoice, Sure, open_evidence,
};
use unleak::report::harmless;
use unleak::words::Outcome;

use super::arguments::RevokeArguments;
use super::{Failure, terminal};

const BOLD: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::BrightRed.on_default().bold();
const CARE: Style = AnsiColor::Yellow.on_default().bold();

/// Plans, and carries the plan out if told so.
pub(super) fn run(arguments: RevokeArguments) -> Result<Outcome, Failure> {
    let rules = app::load_rules(&RuleChoice::default())?;
    let Incident { leaks, skipped, rules } = app::read_incident(&arguments.report, rules)?;
    let key = app::admin_key(arguments.admin.admin_key_command.as_deref())?;
    let desk = Desk::new(&arguments.network.network(), key, rules)?;
    let consent = arguments.consent.consent();
    let mut plan = desk.plan(leaks, consent)?;
    plan.blind.extend(skipped.into_iter().map(|skipped| format!("{}: {}", skipped.what, skipped.why)));
    terminal::to_stdout(|out| tell_plan(&plan, out))?;
    if !arguments.apply {
        if plan.deletions() > 0 {
            terminal::to_stdout(|out| writeln!(out, "\nNothing was done. Add {BOLD}--apply{BOLD:#} to do it."))?;
        }
        return Ok(planned_outcome(&plan));
    }
    let path = app::evidence_path(arguments.admin.evidence.as_deref())?;
    if plan.deletions() > 0 && !arguments.yes && !agreed(plan.deletions())? {
        terminal::to_stdout(|out| writeln!(out, "Nothing was done."))?;
        return Ok(planned_outcome(&plan));
    }
    let mut evidence = open_evidence(&path)?;
    let mut fates = Vec::new();
    for planned in &plan.cases {
        let fate = desk.carry_out(planned, consent, arguments.wait, &mut evidence)?;
        terminal::to_stdout(|out| tell_fate(planned, &fate, consent, out))?;
        fates.push(fate);
    }
    terminal::to_stdout(|out| writeln!(out, "{FAINT}Evidence: {}{FAINT:#}", harmless(&path.display().to_string())))?;
    Ok(outcome(&plan, &fates))
}

/// One question for the whole plan.
fn agreed(deletions: usize) -> Result<bool, Failure> {
    let keys = if deletions == 1 { "this key" } else { "these keys" };
    terminal::ask(&format!("Delete {keys}? What works with {keys} stops. [y/N] ")).ok_or(Failure::NobodyToAsk)
}

/// What a plan comes down to: whatever is not dead is a leak still.
fn planned_outcome(plan: &Plan) -> Outcome {
    if plan.cases.iter().any(|case| !matches!(case.action, Action::Nothing)) {
        Outcome::Leaks
    } else if plan.blind.is_empty() {
        Outcome::Clean
    } else {
        Outcome::Incomplete
    }
}

/// What was reached: leaks that are known to work win over what is not known.
fn outcome(plan: &Plan, fates: &[Fate]) -> Outcome {
    let is_live = |(case, fate): (&Planned, &Fate)| match fate {
        Fate::Dead { .. } | Fate::Unproven { .. } => false,
        Fate::StillAlive { .. } => true,
        _ => case.verified.as_ref().is_some_and(|verified| verified.liveness.is_live()),
    };
    if plan.cases.iter().zip(fates).any(is_live) {
        Outcome::Leaks
    } else if plan.blind.is_empty() && fates.iter().all(|fate| matches!(fate, Fate::Dead { .. })) {
        Outcome::Clean
    } else {
        Outcome::Incomplete
    }
}

fn tell_plan(plan: &Plan, out: &mut dyn Write) -> io::Result<()> {
    for case in &plan.cases {
        let leaked = &case.leaked;
        writeln!(out, "{BOLD}{} {}{BOLD:#}", harmless(&leaked.name), harmless(&leaked.masked))?;
        writeln!(out, "  {FAINT}at{FAINT:#}    {}", harmless(leaked.places.first().map_or("", String::as_str)))?;
        match &case.verified {
            Some(verified) => writeln!(out, "  {FAINT}life{FAINT:#}  {}", harmless(&verified.liveness.to_string()))?,
            None => writeln!(
                out,
                "  {FAINT}life{FAINT:#}  {CARE}not asked{CARE:#}: the key no longer stands there, so its death can't be \
                 proven"
            )?,
        }
        tell_action(case, out)?;
        writeln!(out)?;
    }
    for blind in &plan.blind {
        writeln!(out, "{CARE}not seen{CARE:#}: {}", harmless(blind))?;
    }
    let count = plan.deletions();
    writeln!(
        out,
        "{} of {} to delete",
        count,
        if plan.cases.len() == 1 { "1 key".into() } else { format!("{} keys", plan.cases.len()) }
    )
}

fn tell_action(case: &Planned, out: &mut dyn Write) -> io::Result<()> {
    match &case.action {
        Action::Nothing => {
            writeln!(out, "  {GOOD}plan{GOOD:#}  nothing: it is dead. It stays in history; take it out there.")
        }
        Action::Delete { key, sure, siblings } => {
            writeln!(out, "  {BAD}plan{BAD:#}  delete {}", describe(key))?;
            let why = match sure {
                Sure::Confirmed => "the only key that looks like it and has its owner or project",
                Sure::ByMask => "the only key that looks like it (--by-mask)",
            };
            writeln!(out, "  {FAINT}why{FAINT:#}   {why}")?;
            if !siblings.is_empty() {
                writeln!(
                    out,
                    "  {FAINT}note{FAINT:#}  if OpenAI does not delete it alone, its service account has to go, \
                     (--service-accounts), and these die with it:"
                )?;
            }
            siblings.iter().try_for_each(|key| writeln!(out, "        {}", describe(key)))
        }
        Action::Withheld { key, why } => {
            writeln!(out, "  {CARE}plan{CARE:#}  leave {}", describe(key))?;
            writeln!(out, "  {FAINT}why{FAINT:#}   {}", why.as_str())
        }
        Action::Choose(keys) => {
            writeln!(
                out,
                "  {CARE}plan{CARE:#}  none: it may be any of these; look at them and delete the right one yourself"
            )?;
            keys.iter().try_for_each(|key| writeln!(out, "        {}", describe(key)))
        }
        Action::Person { why } => {
            writeln!(out, "  {CARE}plan{CARE:#}  by hand: {}", harmless(&case.leaked.remedy))?;
            writeln!(out, "  {FAINT}why{FAINT:#}   {}", harmless(why))
        }
    }
}

/// `key_abc "My key" sk-proj-***abcd of Ada (user-1) in project Web (proj_1)`
pub(super) fn describe(key: &ApiKey) -> String {
    let owner = match key.owner.kind {
        OwnerKind::Person => "person",
        OwnerKind::ServiceAccount => "service account",
    };
    let project = key.project.as_ref().map_or_else(
        || "the organization".to_owned(),
        |project| {
            let archived = if project.archived { ", archived" } else { "" };
            format!("project {:?} ({}{archived})", project.name, project.id)
        },
    );
    let text = format!("{} {:?} of {owner} {:?} ({}) in {project}", key.id, key.name, key.owner.name, key.owner.id);
    harmless(&text).into_owned()
}

pub(super) fn tell_fate(planned: &Planned, fate: &Fate, consent: Consent, out: &mut dyn Write) -> io::Result<()> {
    let masked = harmless(&planned.leaked.masked);
    match fate {
        Fate::Dead { after: Some(after) } => {
            writeln!(out, "{GOOD}dead{GOOD:#}      {masked} after {:.1} s", after.as_secs_f64())
        }
        Fate::Dead { after: None } => writeln!(out, "{GOOD}dead{GOOD:#}      {masked} already"),
        Fate::Unproven { why } => writeln!(out, "{CARE}deleted{CARE:#}   {masked}, not proven dead: {}", harmless(why)),
        Fate::StillAlive { waited } => writeln!(
            out,
            "{BAD}alive{BAD:#}     {masked} is deleted and still worked after {:.0} s; run this again in some minutes, and \
             then ask OpenAI",
            waited.as_secs_f64()
        ),
        Fate::NeedsAccount { said, siblings } => {
            let flag = if consent.service_accounts { "" } else { "; --service-accounts deletes the account" };
            writeln!(
                out,
                "{CARE}left{CARE:#}      {masked}: OpenAI does not delete it alone ({}){flag}",
                harmless(said)
            )?;
            siblings.iter().try_for_each(|key| writeln!(out, "          dies with it: {}", describe(key)))
        }
        Fate::Failed { why } => writeln!(out, "{BAD}failed{BAD:#}    {masked}: {}", harmless(why)),
        Fate::Untouched => writeln!(out, "{CARE}left{CARE:#}      {masked}"),
    }
}
