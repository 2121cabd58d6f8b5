//! A policy for an organization's keys: how old one may get, how long it may lie unused, and none that leaked. What breaks
//! it is said for each key, and when each has to be replaced.

use std::collections::BTreeSet;

use super::inventory::{ApiKey, Inventory};
use super::plan::Leaked;
use super::visible::Visible;

/// What OpenAI calls all rights at once, where it tells a key's scopes.
const ALL_SCOPES: &str = "api.all";

/// What a key has to be.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// How old it may get, in seconds.
    pub max_age: u64,
    /// How long it may lie unused, in seconds.
    pub max_unused: u64,
}

/// How a key breaks the policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Breach {
    /// A leaked key looks like it.
    Leaked {
        /// What is seen of the leaked one.
        masked: String,
    },
    /// A leaked key that looks like it stands in so many files: replacing it means all of them.
    Shared {
        /// In how many files.
        files: usize,
    },
    /// It may do everything, by the scopes that its issuer tells of it.
    AllScopes,
    /// It is older than allowed: so many seconds.
    Old(u64),
    /// It was not used for so many seconds.
    Unused(u64),
    /// It was never used, since it was made so many seconds ago.
    NeverUsed(u64),
    /// Its owner has no access to its project any more.
    Orphaned,
    /// Its project is archived.
    Archived,
}

impl Breach {
    /// Its name in reports for programs.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Leaked { .. } => "leaked",
            Self::Shared { .. } => "shared",
            Self::AllScopes => "all-scopes",
            Self::Old(_) => "old",
            Self::Unused(_) => "unused",
            Self::NeverUsed(_) => "never-used",
            Self::Orphaned => "orphaned",
            Self::Archived => "archived",
        }
    }
}

/// A key, judged.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The key.
    pub key: ApiKey,
    /// How it breaks the policy.
    pub breaches: Vec<Breach>,
    /// When it has to be replaced, in seconds since 1970; nothing if its age is not known.
    pub due: Option<u64>,
}

/// Judges each key; those that leaked come first, then by the day on which they are due.
#[must_use]
pub fn judge_keys(inventory: &Inventory, policy: Policy, leaks: &[Leaked], now: u64) -> Vec<Judged> {
    let judge = |key: &ApiKey| {
        let breaches = breaches(key, policy, leaks, now);
        let leaked = breaches.iter().any(|breach| matches!(breach, Breach::Leaked { .. }));
        let due = key.created.map(|created| if leaked { now } else { created.saturating_add(policy.max_age) });
        Judged { key: key.clone(), breaches, due }
    };
    let mut judged: Vec<Judged> = inventory.keys.iter().map(judge).collect();
    let leaked = |one: &Judged| one.breaches.iter().any(|breach| matches!(breach, Breach::Leaked { .. }));
    judged.sort_by_key(|one| (!leaked(one), one.due, one.key.id.clone()));
    judged
}

fn breaches(key: &ApiKey, policy: Policy, leaks: &[Leaked], now: u64) -> Vec<Breach> {
    let looks_like = |leaked: &&Leaked| {
        let seen = Visible::of_report(&leaked.masked, leaked.length);
        seen.zip(key.visible.as_ref()).is_some_and(|(seen, own)| seen.fits(own))
    };
    let leaked = leaks.iter().filter(looks_like);
    let mut breaches: Vec<Breach> = leaked.map(|leaked| Breach::Leaked { masked: leaked.masked.clone() }).collect();
    let files: BTreeSet<&str> =
        leaks.iter().filter(looks_like).flat_map(|leaked| leaked.paths.iter().map(String::as_str)).collect();
    if files.len() > 1 {
        breaches.push(Breach::Shared { files: files.len() });
    }
    if key.scopes.iter().any(|scope| scope == ALL_SCOPES) {
        breaches.push(Breach::AllScopes);
    }
    let since = |time: u64| now.saturating_sub(time);
    let age = key.created.map(since);
    breaches.extend(age.filter(|&age| age > policy.max_age).map(Breach::Old));
    match key.last_used {
        Some(last) if since(last) > policy.max_unused => breaches.push(Breach::Unused(since(last))),
        Some(_) => {}
        None => breaches.extend(age.filter(|&age| age > policy.max_unused).map(Breach::NeverUsed)),
    }
    if !key.has_access {
        breaches.push(Breach::Orphaned);
    }
    if key.project.as_ref().is_some_and(|project| project.archived) {
        breaches.push(Breach::Archived);
    }
    breaches
}
