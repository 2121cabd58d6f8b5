//! The collector: from what each thread learned to one ledger, in which every secret is one leak, and which is the same
//! for any order of files and any number of threads.

use std::collections::{BTreeMap, HashMap};
use std::sync::mpsc::Receiver;

use super::hide::hide_in_names;
use crate::engine::Found;
use crate::rules::RuleSet;
use crate::words::{Inputs, Leak, Ledger, NoiseCount, Secret, Severity, Sighting, Sightings, Skipped, Verdict, Waived};

/// What one thread learned.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub(super) found: Found,
    pub(super) inputs: Inputs,
    pub(super) skipped: Vec<Skipped>,
}

/// Makes one ledger of all parts.
pub(super) fn collect(parts: Receiver<Part>, rules: &RuleSet) -> Ledger {
    let mut ledger = Ledger::default();
    let mut real: HashMap<Secret, Sightings> = HashMap::new();
    let mut noise_counts = BTreeMap::new();
    for part in parts {
        ledger.skipped.extend(part.skipped);
        ledger.skipped.extend(part.found.skipped);
        add_inputs(&mut ledger.inputs, part.inputs);
        for (key, count) in part.found.noise {
            *noise_counts.entry(key).or_insert(0) += count;
        }
        for sighting in part.found.sightings {
            sort_in(sighting, &mut real, &mut ledger);
        }
    }
    ledger.noise_counts =
        noise_counts.into_iter().map(|((rule, noise), count)| NoiseCount { rule, noise, count }).collect();
    ledger.leaks = real.into_values().map(|sightings| leak(sightings, rules)).collect();
    finish(&mut ledger);
    ledger
}

fn sort_in(sighting: Sighting, real: &mut HashMap<Secret, Sightings>, ledger: &mut Ledger) {
    match &sighting.verdict {
        Verdict::Noise(_) => ledger.noise.push(sighting),
        Verdict::Waived(waiver) => {
            let waiver = waiver.clone();
            ledger.waived.push(Waived { sighting, waiver });
        }
        Verdict::Real => match real.get_mut(&sighting.secret) {
            Some(sightings) => sightings.push(sighting),
            None => {
                real.insert(sighting.secret.clone(), Sightings::new(sighting));
            }
        },
    }
}

fn add_inputs(all: &mut Inputs, part: Inputs) {
    all.blobs += part.blobs;
    all.bytes += part.bytes;
    all.known += part.known;
    for (entry, count) in part.excluded {
        *all.excluded.entry(entry).or_default() += count;
    }
    for (what, count) in part.left_out {
        *all.left_out.entry(what).or_default() += count;
    }
}

/// A leak from all sightings of one secret. It is named by its most specific sighting, and by the first of these.
pub(super) fn leak(mut sightings: Sightings, rules: &RuleSet) -> Leak {
    sightings.sort();
    let specificity = |sighting: &&Sighting| rules.get(&sighting.rule).map_or(0, |rule| rule.spec().specificity);
    let best = sightings.iter().rev().max_by_key(specificity).unwrap_or(sightings.first());
    Leak {
        rule: best.rule.clone(),
        severity: rules.get(&best.rule).map_or(Severity::Low, |rule| rule.severity()),
        lowered: None,
        fingerprint: best.fingerprint(),
        mask: best.mask.clone(),
        sightings,
        life: None,
        verified: None,
        remediation: None,
    }
}

/// Puts everything in order, and hides the secrets that stand in names.
pub(super) fn finish(ledger: &mut Ledger) {
    hide_in_names(ledger);
    ledger.leaks.sort_by(|a, b| {
        let (first, other) = (a.sightings.first(), b.sightings.first());
        // In a compressed file all have one span; what then still is the same is told apart by the secret.
        let by_place = || first.order().cmp(&other.order()).then_with(|| first.secret.cmp(&other.secret));
        b.severity.cmp(&a.severity).then_with(by_place)
    });
    ledger.waived.sort_by(|a, b| a.sighting.order().cmp(&b.sighting.order()));
    ledger.waived.dedup_by(|a, b| a.sighting.order() == b.sighting.order());
    ledger.noise.sort_by(|a, b| a.order().cmp(&b.order()));
    ledger.noise.dedup_by(|a, b| a.order() == b.order());
    ledger.skipped.sort();
    ledger.skipped.dedup();
}
