//! `unleak revoke`: what would be done about a report's keys, and, when told so, doing it.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use unleak::app::{
    self, Action, ApiKey, Consent, Containment, Desk, Fate, Incident, OwnerKind, Plan, Planned, RuleChoice, Sure, Wish,
    open_evidence,
};
use unleak::report::harmless;
use unleak::words::Outcome;

use super::arguments::{AdminArguments, NetworkArguments, RevokeArguments};
use super::{Failure, terminal};

const BOLD: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::BrightRed.on_default().bold();
const CARE: Style = AnsiColor::Yellow.on_default().bold();

/// What was typed for every command that answers a report's leaks with a plan.
pub(super) struct Asked {
    pub(super) report: PathBuf,
    pub(super) apply: bool,
    pub(super) yes: bool,
    pub(super) wait: Duration,
    pub(super) consent: Consent,
    pub(super) admin: AdminArguments,
    pub(super) network: NetworkArguments,
    /// Whose keys; everybody's if there is nobody.
    pub(super) only: Vec<String>,
}

/// Plans, and carries the plan out if told so.
pub(super) fn run(arguments: RevokeArguments) -> Result<Outcome, Failure> {
    let consent = arguments.consent.consent();
    let RevokeArguments { report, apply, yes, wait, admin, network, only, .. } = arguments;
    answer(Asked { report, apply, yes, wait, consent, admin, network, only }, None)
}

/// Plans to end a report's keys, or to contain them, and does it if told so.
pub(super) fn answer(asked: Asked, contain: Option<&Containment>) -> Result<Outcome, Failure> {
    let rules = app::load_rules(&RuleChoice::default())?;
    let Incident { mut leaks, skipped, rules } = app::read_incident(&asked.report, rules)?;
    leaks.retain(|leaked| asked.only.is_empty() || leaked.provider.as_ref().is_some_and(|it| asked.only.contains(it)));
    let key = app::admin_key(asked.admin.admin_key_command.as_deref())?;
    let desk = Desk::new(&asked.network.network(), key, &rules)?;
    let mut plan = desk.plan(leaks, Wish { consent: asked.consent, contain })?;
    plan.blind.extend(skipped.into_iter().map(|skipped| format!("{}: {}", skipped.what, skipped.why)));
    terminal::to_stdout(|out| tell_plan(&plan, contain, out))?;
    if !asked.apply {
        if plan.changes() > 0 {
            terminal::to_stdout(|out| writeln!(out, "\nNothing was done. Add {BOLD}--apply{BOLD:#} to do it."))?;
        }
        return Ok(planned_outcome(&plan));
    }
    let path = app::evidence_path(asked.admin.evidence.as_deref())?;
    if plan.changes() > 0 && !asked.yes && !agreed(plan.changes(), contain)? {
        terminal::to_stdout(|out| writeln!(out, "Nothing was done."))?;
        return Ok(planned_outcome(&plan));
    }
    let mut evidence = open_evidence(&path)?;
    let mut fates = Vec::new();
    for planned in &plan.cases {
        let fate = desk.carry_out(planned, asked.consent, asked.wait, &mut evidence)?;
        terminal::to_stdout(|out| tell_fate(planned, &fate, asked.consent, out))?;
        fates.push(fate);
    }
    terminal::to_stdout(|out| writeln!(out, "{FAINT}Evidence: {}{FAINT:#}", harmless(&path.display().to_string())))?;
    Ok(outcome(&plan, &fates))
}

/// One question for the whole plan.
fn agreed(changes: usize, contain: Option<&Containment>) -> Result<bool, Failure> {
    let keys = if changes == 1 { "this key" } else { "these keys" };
    let question = match contain {
        Some(contain) => format!("Contain {keys} ({contain})? [y/N] "),
        None => format!("End {keys}? What works with {keys} stops. [y/N] "),
    };
    terminal::ask(&question).ok_or(Failure::NobodyToAsk)
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
        Fate::Dead { .. } | Fate::Unproven { .. } | Fate::Contained { .. } => false,
        Fate::StillAlive { .. } => true,
        _ => case.verified.as_ref().is_some_and(|verified| verified.liveness.is_live()),
    };
    if plan.cases.iter().zip(fates).any(is_live) {
        Outcome::Leaks
    } else if plan.blind.is_empty() && fates.iter().all(is_over) {
        Outcome::Clean
    } else {
        Outcome::Incomplete
    }
}

/// Whether nothing is left to do about a key.
fn is_over(fate: &Fate) -> bool {
    matches!(fate, Fate::Dead { .. } | Fate::Contained { seen: true, .. })
}

fn tell_plan(plan: &Plan, contain: Option<&Containment>, out: &mut dyn Write) -> io::Result<()> {
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
    let keys = if plan.cases.len() == 1 { "1 key".into() } else { format!("{} keys", plan.cases.len()) };
    let what = if contain.is_some() { "contain" } else { "end" };
    writeln!(out, "{} of {keys} to {what}", plan.changes())
}

fn tell_action(case: &Planned, out: &mut dyn Write) -> io::Result<()> {
    match &case.action {
        Action::Nothing => {
            writeln!(out, "  {GOOD}plan{GOOD:#}  nothing: it is dead. It stays in history; take it out there.")
        }
        Action::Delete { key, sure, siblings } => {
            writeln!(out, "  {BAD}plan{BAD:#}  delete {}", describe(key))?;
            tell_sure(*sure, out)?;
            if !siblings.is_empty() {
                writeln!(
                    out,
                    "  {FAINT}note{FAINT:#}  if OpenAI does not delete it alone, its service account has to go, \
                     (--service-accounts), and these die with it:"
                )?;
            }
            siblings.iter().try_for_each(|key| writeln!(out, "        {}", describe(key)))
        }
        Action::Contain { key, sure, containment } => {
            writeln!(out, "  {BAD}plan{BAD:#}  keep {}", describe(key))?;
            writeln!(out, "        but {}", harmless(&containment.to_string()))?;
            tell_sure(*sure, out)?;
            writeln!(out, "  {FAINT}back{FAINT:#}  {}", containment.reversible())
        }
        Action::Submit(spec) => {
            let issuer = case.leaked.provider.as_deref().unwrap_or("its issuer");
            writeln!(out, "  {BAD}plan{BAD:#}  have {} end it, by {}", harmless(issuer), harmless(spec.call.path()))?;
            writeln!(out, "  {FAINT}note{FAINT:#}  {} It can't be taken back.", harmless(&spec.effect))
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
            writeln!(out, "  {FAINT}why{FAINT:#}   {}", harmless(why))?;
            match case.leaked.page() {
                Some(_) => Ok(()),
                None => writeln!(out, "  {FAINT}page{FAINT:#}  none is known on which it could be done"),
            }
        }
    }
}

fn tell_sure(sure: Sure, out: &mut dyn Write) -> io::Result<()> {
    let why = match sure {
        Sure::Confirmed => "the only key that looks like it and has its owner or project",
        Sure::ByMask => "the only key that looks like it (--by-mask)",
    };
    writeln!(out, "  {FAINT}why{FAINT:#}   {why}")
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
        Fate::Unproven { why } => writeln!(out, "{CARE}ended{CARE:#}     {masked}, not proven dead: {}", harmless(why)),
        Fate::Contained { how, seen: true } => {
            writeln!(out, "{GOOD}contained{GOOD:#} {masked}: {}; it is not dead", harmless(how))
        }
        Fate::Contained { how, seen: false } => {
            writeln!(out, "{CARE}contained{CARE:#} {masked}, and that was not seen: {}", harmless(how))
        }
        Fate::StillAlive { waited } => writeln!(
            out,
            "{BAD}alive{BAD:#}     {masked} is ended and still worked after {:.0} s; run this again in some minutes, and \
             then ask its issuer",
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
