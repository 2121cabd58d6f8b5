//! What the formats for code hosts list: one [`Find`] for each place.
//!
//! The first place of every leak comes before the second of any, and what is waived comes last: readers stop early, and
//! this way the first of them speak of all leaks.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use super::{Report, liveness, sentence};
use crate::words::{Fingerprint, Lowered, Remediation, RuleId, Severity, Sighting, Verified, Waiver, hex};

/// A place, the leak it belongs to, and how it was accepted if it was.
#[derive(Clone, Debug)]
pub(super) struct Find<'a> {
    pub(super) rule: &'a RuleId,
    pub(super) severity: Severity,
    pub(super) sighting: &'a Sighting,
    pub(super) fingerprint: Fingerprint,
    /// Which of the sightings of this secret in this blob it is, from one.
    pub(super) occurrence: usize,
    pub(super) waiver: Option<&'a Waiver>,
    pub(super) verified: Option<&'a Verified>,
    /// Why it counts for less than its kind.
    pub(super) lowered: Option<&'a Lowered>,
    pub(super) remediation: Option<&'a Remediation>,
}

/// Every place, in the order in which a reader who stops early should see them.
pub(super) fn finds<'a>(report: &Report<'a>) -> Vec<Find<'a>> {
    let (mut first, mut further) = (Vec::new(), Vec::new());
    for leak in &report.ledger.leaks {
        let mut seen = HashMap::new();
        for (index, sighting) in leak.sightings.iter().enumerate() {
            let occurrence = seen.entry(&sighting.origin).or_insert(0);
            *occurrence += 1;
            let (rule, severity, fingerprint) = (&leak.rule, leak.severity, leak.fingerprint.clone());
            let (occurrence, waiver, lowered) = (*occurrence, None, leak.lowered.as_ref());
            let (verified, remediation) = (leak.verified.as_ref(), leak.remediation.as_ref());
            let find =
                Find { rule, severity, sighting, fingerprint, occurrence, waiver, verified, lowered, remediation };
            if index == 0 { first.push(find) } else { further.push(find) }
        }
    }
    first.append(&mut further);
    let mut seen = HashMap::new();
    for waived in &report.ledger.waived {
        let sighting = &waived.sighting;
        let fingerprint = sighting.fingerprint();
        let occurrence = seen.entry((&sighting.origin, fingerprint.clone())).or_insert(0);
        *occurrence += 1;
        first.push(Find {
            rule: &sighting.rule,
            severity: report.rules.get(&sighting.rule).map_or(Severity::Low, |rule| rule.severity()),
            sighting,
            fingerprint,
            occurrence: *occurrence,
            waiver: Some(&waived.waiver),
            verified: None,
            lowered: None,
            remediation: None,
        });
    }
    first
}

impl Find<'_> {
    /// How loud it is, by its kind and by whether it works.
    pub(super) fn weight(&self) -> Severity {
        liveness::weight(self.severity, self.verified)
    }

    /// Why it counts for less than its kind, whether it still works and what it opens, as sentences; nothing if there is
    /// nothing to say.
    pub(super) fn life(&self) -> Option<String> {
        liveness::said(self.lowered, self.verified)
    }

    /// What was done about it, as a sentence; nothing if that is not known.
    pub(super) fn answer(&self) -> Option<String> {
        self.remediation.map(|remediation| sentence(&format!("Remediation: {remediation}")))
    }

    /// 64 hex digits that stay the same when lines move and commits are rewritten: they speak of the secret, of the path
    /// (as the format writes it) and of which of the secret's places in that path it is.
    pub(super) fn identity(&self, path: &str) -> String {
        let occurrence = self.occurrence.to_string();
        let mut hash = Sha256::new_with_prefix(b"unleak sighting 1\0");
        for part in [self.fingerprint.as_str(), path, &occurrence] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        hex(&hash.finalize())
    }
}
