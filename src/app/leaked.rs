//! `Leaked`, as an answer to a leak needs it: from a report whose leak was found again, or from a leak that was just found.

use std::collections::BTreeSet;

use super::again::Case;
use crate::report::{Recorded, RecordedPlace};
use crate::respond::Leaked;
use crate::rules::{Rule, RuleSet};
use crate::words::{Leak, Sighting, moment};

/// A report's leak, and the secret if it still stands there.
pub(super) fn of_case(case: Case, rules: &RuleSet) -> Leaked {
    let Case { recorded, leak, .. } = case;
    let secret = leak.as_ref().map(|leak| naming(leak).secret.clone());
    let rule = rules.get(&recorded.rule);
    let paths: BTreeSet<_> = recorded.places.iter().map(|place| place.file().to_owned()).collect();
    let history = recorded.history.as_ref();
    Leaked {
        remedy: remedy(rule),
        revoke: rule.and_then(Rule::revoke).cloned(),
        places: recorded.places.iter().map(RecordedPlace::shown).collect(),
        paths: paths.into_iter().collect(),
        refs: history.map_or_else(Vec::new, |history| history.refs.clone()),
        more_refs: history.map_or(0, |history| history.more_refs),
        committed: committed(&recorded),
        rule: recorded.rule,
        provider: recorded.provider,
        name: recorded.name,
        masked: recorded.masked,
        length: recorded.length,
        fingerprint: recorded.fingerprint,
        secret,
    }
}

/// A leak of this run.
pub(super) fn of_leak(leak: &Leak, rules: &RuleSet) -> Leaked {
    let rule = rules.get(&leak.rule);
    let places = leak.sightings.iter();
    let paths: BTreeSet<_> = places.clone().map(|sighting| sighting.origin.name().to_string()).collect();
    Leaked {
        rule: leak.rule.to_string(),
        provider: rule.map(|rule| rule.provider().id.clone()),
        name: rule.map_or_else(|| leak.rule.to_string(), |rule| rule.spec().name.clone()),
        masked: leak.mask.to_string(),
        length: leak.mask.secret_len(),
        fingerprint: leak.fingerprint.to_string(),
        remedy: remedy(rule),
        revoke: rule.and_then(Rule::revoke).cloned(),
        secret: Some(naming(leak).secret.clone()),
        places: places.map(|sighting| format!("{}:{}", sighting.origin.name(), sighting.start.line)).collect(),
        paths: paths.into_iter().collect(),
        refs: leak.life.as_ref().map_or_else(Vec::new, |life| life.refs.clone()),
        more_refs: leak.life.as_ref().map_or(0, |life| life.more_refs),
        committed: None,
    }
}

/// The sighting by which a leak is named.
fn naming(leak: &Leak) -> &Sighting {
    let named_by = leak.sightings.iter().find(|sighting| sighting.rule == leak.rule);
    named_by.unwrap_or(leak.sightings.first())
}

fn remedy(rule: Option<&Rule>) -> String {
    rule.map_or_else(String::new, |rule| rule.spec().remedy.clone())
}

/// When a leak was first committed.
fn committed(recorded: &Recorded) -> Option<u64> {
    let introduced = recorded.history.as_ref().and_then(|history| history.introduced.as_ref());
    let commits = recorded.places.iter().filter_map(|place| place.commit.as_ref());
    commits.chain(introduced).filter_map(|commit| moment(&commit.date)?.try_into().ok()).min()
}
