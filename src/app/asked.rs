//! The questions of a run: one for each secret, or one for each way in which a credential of several parts may belong
//! together; and what their answers say of the leaks and of the parts.

use std::collections::{BTreeMap, HashMap};

use crate::rules::Rule;
use crate::verify::{Question, parts_of, together};
use crate::words::{Companion, Fingerprint, Leak, Secret, Verified};

/// One question, and its answer when there is one.
pub(super) struct Asked<'a> {
    /// The number of the leak.
    leak: usize,
    pub(super) rule: &'a Rule,
    secret: &'a Secret,
    parts: Vec<&'a Secret>,
    /// What its answer is remembered by.
    pub(super) name: Option<Fingerprint>,
    pub(super) answer: Option<Verified>,
}

impl<'a> Asked<'a> {
    /// What is to be asked about a leak.
    pub(super) fn about(number: usize, leak: &'a Leak, rule: &'a Rule) -> Vec<Self> {
        let named_by = leak.sightings.iter().find(|sighting| sighting.rule == leak.rule);
        let secret = &named_by.unwrap_or(leak.sightings.first()).secret;
        let companions: Vec<&Companion> = leak.sightings.iter().flat_map(|sighting| &sighting.companions).collect();
        let one = |parts: Vec<&'a Secret>| Self {
            leak: number,
            rule,
            secret,
            name: match parts.is_empty() {
                true => Some(leak.fingerprint.clone()),
                false => secret.fingerprint_with(&parts),
            },
            parts,
            answer: None,
        };
        parts_of(rule, &companions).into_iter().map(one).collect()
    }

    pub(super) fn question(&self) -> Question<'a> {
        Question { rule: self.rule, secret: self.secret, parts: self.parts.clone() }
    }
}

/// What is known of each leak that was asked about, by its number.
pub(super) fn answers_of_leaks(asked: &[Asked<'_>]) -> BTreeMap<usize, Verified> {
    let mut all: BTreeMap<usize, Vec<Verified>> = BTreeMap::new();
    for Asked { leak, answer, .. } in asked {
        all.entry(*leak).or_default().extend(answer.clone());
    }
    all.into_iter().filter_map(|(leak, answers)| Some((leak, together(answers)?))).collect()
}

/// What is known of each other part: what is known of the credentials that it may be part of.
pub(super) fn answers_of_parts(asked: &[Asked<'_>]) -> HashMap<Secret, Verified> {
    let mut all: HashMap<Secret, Vec<Verified>> = HashMap::new();
    for Asked { parts, answer, .. } in asked {
        for &part in parts {
            all.entry(part.clone()).or_default().extend(answer.clone());
        }
    }
    all.into_iter().filter_map(|(part, answers)| Some((part, together(answers)?))).collect()
}
