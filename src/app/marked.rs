//! What marks on lines accept, where issuers are asked: a mark that does not say so accepts no live key. So before they are
//! asked, what is marked is put among the leaks, and afterwards all but the living goes back to what is waived.

use std::collections::HashMap;

use super::collect::{finish, leak};
use crate::rules::RuleSet;
use crate::words::{Leak, Ledger, Liveness, Mark, Secret, Sighting, Sightings, Verdict, Waived, Waiver};

/// Puts what marks accept among the leaks, unless its mark accepts live keys too.
pub fn lift_marked(ledger: &mut Ledger, rules: &RuleSet) {
    let asks = |waived: &Waived| matches!(waived.waiver, Waiver::Inline(mark) if !mark.accepts_live());
    let (lifted, rest) = std::mem::take(&mut ledger.waived).into_iter().partition::<Vec<_>, _>(asks);
    ledger.waived = rest;
    if lifted.is_empty() {
        return;
    }
    let mut marked: HashMap<Secret, Vec<Sighting>> = HashMap::new();
    for Waived { sighting, .. } in lifted {
        marked.entry(sighting.secret.clone()).or_default().push(sighting);
    }
    for one in &mut ledger.leaks {
        if let Some(more) = marked.remove(&one.sightings.first().secret) {
            let all = one.sightings.iter().cloned().chain(more).collect();
            *one = renewed(one, all, rules).unwrap_or_else(|| one.clone());
        }
    }
    ledger.leaks.extend(marked.into_values().filter_map(|all| Some(leak(Sightings::of(all)?, rules))));
    finish(ledger);
}

/// Puts back among what is waived what is not known to live, and says what lives although it is marked.
pub fn lower_marked(ledger: &mut Ledger, rules: &RuleSet) {
    let mut live = 0u64;
    for one in std::mem::take(&mut ledger.leaks) {
        let lives = one.verified.as_ref().is_some_and(|verified| matches!(verified.liveness, Liveness::Live(_)));
        let (marked, rest): (Vec<_>, Vec<_>) =
            one.sightings.iter().cloned().partition(|sighting| mark_on(sighting).is_some());
        if marked.is_empty() || lives {
            live += u64::from(!marked.is_empty());
            ledger.leaks.push(one);
            continue;
        }
        ledger.leaks.extend(renewed(&one, rest, rules));
        ledger.waived.extend(marked.into_iter().filter_map(|sighting| {
            let waiver = Waiver::Inline(mark_on(&sighting)?);
            Some(Waived { sighting, waiver })
        }));
    }
    finish(ledger);
    if live > 0 {
        let keys = if live == 1 { "One key is".to_owned() } else { format!("{live} keys are") };
        ledger.remarks.push(format!(
            "{keys} live, so that no mark on a line accepts it; `{}` would, if it has to stay.",
            Mark::UnleakLive.as_str()
        ));
    }
}

/// The mark that accepts a sighting, if one does.
pub(super) fn mark_on(sighting: &Sighting) -> Option<Mark> {
    match sighting.verdict {
        Verdict::Waived(Waiver::Inline(mark)) => Some(mark),
        _ => None,
    }
}

/// A leak with other sightings, and what is known of it.
fn renewed(old: &Leak, sightings: Vec<Sighting>, rules: &RuleSet) -> Option<Leak> {
    let Leak { life, verified, .. } = old.clone();
    Some(Leak { life, verified, ..leak(Sightings::of(sightings)?, rules) })
}
