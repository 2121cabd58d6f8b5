//! Revocation at the end of a scan, without a person: for CI and cron. Only keys that were just seen working, that are one
//! certain key of the admin key's own organization, and only so many in a run, so that a mistake stays small. Everything else
//! is planned and told. Nothing that is scanned can ask for it, nor any config: only the command line can.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use super::leaked::of_leak;
use super::marked::mark_on;
use super::network::Network;
use super::respond::{Desk, RespondError, open_evidence, read_dated_log};
use crate::respond::{Action, Consent, Plan, Planned, Sure, Wish, of_fate, of_log, of_plan};
use crate::rules::RuleSet;
use crate::words::{Leak, Ledger, Remediation, Remedied, Secret};

/// How keys are revoked at the end of a scan.
#[derive(Debug)]
pub struct AutoRevoke {
    /// The organization's admin key.
    pub admin_key: Secret,
    /// How many keys a run may revoke.
    pub limit: NonZeroUsize,
    /// Where it is written down.
    pub evidence: PathBuf,
    /// How long the death of each key is waited for.
    pub wait: Duration,
    /// How issuers are reached.
    pub network: Network,
}

/// Revokes what may be revoked, and says of each leak what became of it. A failure is told in the ledger: the leaks are
/// reported in any case.
pub fn auto_revoke(ledger: &mut Ledger, rules: &RuleSet, options: &AutoRevoke) {
    // A mark on a line does not hide that its key lives; but what becomes of that key is for people to say.
    let marked = |leak: &Leak| leak.sightings.iter().any(|sighting| mark_on(sighting).is_some());
    let ends = |leak: &Leak| is_live(leak) && !marked(leak);
    let live: Vec<usize> = (0..ledger.leaks.len()).filter(|&number| ends(&ledger.leaks[number])).collect();
    if let Err(error) = revoke(ledger, &live, rules, options) {
        ledger.remarks.push(format!("Revoking went no further: {error}."));
        let told = error.to_string();
        for &number in &live {
            ledger.leaks[number].remediation.get_or_insert_with(|| Remediation::new(Remedied::Failed, told.as_str()));
        }
    }
    // What an earlier run did to leaks that this one left alone.
    if let Ok(log) = read_dated_log(&options.evidence) {
        show_log(ledger, &log);
    }
    for leak in ledger.leaks.iter_mut().filter(|leak| is_dead(leak)) {
        if leak.remediation.as_ref().is_some_and(|known| known.state == Remedied::Unclear) {
            let why = "an earlier run began to revoke it, and it does not work any more";
            leak.remediation = Some(Remediation::new(Remedied::FoundDead, why));
        }
    }
    for leak in &mut ledger.leaks {
        let dead = is_dead(leak);
        leak.remediation.get_or_insert_with(|| untouched(dead));
    }
    let revoked = ledger.leaks.iter().filter(|leak| leak.remediation.as_ref().is_some_and(is_ended)).count();
    if revoked > 0 {
        let path = options.evidence.display();
        ledger
            .remarks
            .push(format!("{revoked} of {} keys are revoked; the evidence is in {path}.", ledger.leaks.len()));
    }
}

fn is_live(leak: &Leak) -> bool {
    leak.verified.as_ref().is_some_and(|verified| verified.liveness.is_live())
}

fn is_dead(leak: &Leak) -> bool {
    leak.verified.as_ref().is_some_and(|verified| verified.liveness.is_dead())
}

fn is_ended(remediation: &Remediation) -> bool {
    remediation.state == Remedied::Revoked
}

fn untouched(dead: bool) -> Remediation {
    match dead {
        true => Remediation::new(Remedied::FoundDead, "it does not work any more"),
        false => Remediation::new(Remedied::Refused, "it was not seen working"),
    }
}

/// Says of each leak of which nothing is said yet what a log says of it.
pub(super) fn show_log(ledger: &mut Ledger, log: &[(String, crate::respond::Deed)]) {
    for leak in ledger.leaks.iter_mut().filter(|leak| leak.remediation.is_none()) {
        leak.remediation = of_log(leak.fingerprint.as_str(), log);
    }
}

fn revoke(ledger: &mut Ledger, live: &[usize], rules: &RuleSet, options: &AutoRevoke) -> Result<(), RespondError> {
    if live.is_empty() {
        return Ok(());
    }
    let leaks = live.iter().map(|&number| of_leak(&ledger.leaks[number], rules)).collect();
    let desk = Desk::new(&options.network, Some(options.admin_key.clone()), rules)?;
    // Asks again: what a verdict says that is some minutes old is no proof.
    let Plan { cases, blind } = desk.plan(leaks, Wish::default())?;
    ledger.remarks.extend(blind.into_iter().map(|blind| format!("Not looked at for revoking: {blind}.")));
    let mut evidence = open_evidence(&options.evidence)?;
    let mut left = options.limit.get();
    for (&number, case) in live.iter().zip(&cases) {
        let remediation = &mut ledger.leaks[number].remediation;
        if !may_be_revoked(case) {
            *remediation = Some(of_plan(case));
        } else if left == 0 {
            let why = format!("{} keys were revoked already, as many as one run may", options.limit);
            *remediation = Some(Remediation { why, ..of_plan(case) });
        } else {
            left -= 1;
            let fate = desk.carry_out(case, Consent::default(), options.wait, &mut evidence)?;
            let log = read_dated_log(&options.evidence)?;
            *remediation = of_fate(case, &fate).or_else(|| of_log(&case.leaked.fingerprint, &log));
        }
    }
    Ok(())
}

/// One certain key of the organization, which works.
fn may_be_revoked(case: &Planned) -> bool {
    let works = case.verified.as_ref().is_some_and(|verified| verified.liveness.is_live());
    works && matches!(case.action, Action::Delete { sure: Sure::Confirmed, .. })
}
