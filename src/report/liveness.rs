//! Whether a secret still works, in words for people, and what that does to its weight.

use super::{Report, count};
use crate::words::Date;
use crate::words::{Identity, Leak, Lowered, Severity, Verified};

/// How many models are named.
const MODELS: usize = 5;

/// `live, restricted: …`, with the time if the answer is not of this run.
pub(super) fn sentence(verified: &Verified) -> String {
    let mut text = verified.liveness.to_string();
    if let Some(asked) = verified.asked.filter(|_| verified.remembered) {
        text.push_str(&format!(" (as of {}Z)", time(asked)));
    }
    text
}

/// A time as RFC 3339 has it, without a zone.
pub(super) fn time(seconds: u64) -> String {
    Date::new(i64::try_from(seconds).unwrap_or(i64::MAX / 2)).iso()
}

/// Whose a secret is and what it opens, fact by fact: `("owner", "Jane (user-…)")`.
pub(super) fn facts(identity: &Identity) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    let who: Vec<&str> = [&identity.email, &identity.owner_id].into_iter().flatten().map(String::as_str).collect();
    match (&identity.owner, who.join(", ")) {
        (Some(owner), more) if more.is_empty() => facts.push(("owner", owner.clone())),
        (Some(owner), more) => facts.push(("owner", format!("{owner} ({more})"))),
        (None, more) if !more.is_empty() => facts.push(("owner", more)),
        (None, _) => {}
    }
    let mut list = |label, all: &[String]| {
        if !all.is_empty() {
            facts.push((label, all.join(", ")));
        }
    };
    list("organization", &identity.organizations);
    list("project", identity.project.as_slice());
    list("permissions", &identity.scopes);
    list("limits", &identity.limits);
    let models = identity.models.len();
    if models > 0 {
        let named = identity.models.iter().take(MODELS).map(String::as_str).collect::<Vec<_>>().join(", ");
        let more = if models > MODELS { " and more" } else { "" };
        facts.push(("models", format!("{}: {named}{more}", count(models as u64, "model", "models"))));
    }
    facts
}

/// All of it as one sentence: `It is live; owner: Jane; project: proj_1.`
pub(super) fn told(verified: &Verified) -> String {
    let facts = facts(&verified.identity).into_iter().map(|(label, text)| format!("; {label}: {text}"));
    format!("It is {}{}.", sentence(verified), facts.collect::<String>())
}

/// Why a leak counts for less than its kind and whether it works, as sentences; nothing if neither is known.
pub(super) fn said(lowered: Option<&Lowered>, verified: Option<&Verified>) -> Option<String> {
    let lowered = lowered.map(|lowered| format!("Its severity is {lowered}."));
    let said: Vec<String> = lowered.into_iter().chain(verified.map(told)).collect();
    (!said.is_empty()).then(|| said.join(" "))
}

/// How loud a leak is: as bad as its kind; but what is dead is not urgent, and what is known to work is.
pub(super) fn weight(severity: Severity, verified: Option<&Verified>) -> Severity {
    match verified {
        Some(verified) if verified.liveness.is_dead() => Severity::Low,
        Some(verified) if verified.liveness.is_live() => severity.max(Severity::High),
        _ => severity,
    }
}

impl Report<'_> {
    /// `2 live, 1 dead, 3 unknown`; nothing if nobody asked.
    pub(super) fn lives(&self) -> Option<String> {
        let states = self.ledger.leaks.iter().filter_map(|leak: &Leak| Some(leak.verified.as_ref()?.liveness.as_str()));
        let states: Vec<&str> = states.collect();
        let of =
            |state| Some((states.iter().filter(|own| **own == state).count(), state)).filter(|&(count, _)| count > 0);
        let told: Vec<String> = ["live", "dead", "unknown"]
            .into_iter()
            .filter_map(of)
            .map(|(count, state)| format!("{count} {state}"))
            .collect();
        let silent = self.ledger.leaks.len() - states.len();
        let silent = (silent > 0).then(|| format!("{silent} not asked about"));
        (!told.is_empty()).then(|| told.into_iter().chain(silent).collect::<Vec<_>>().join(", "))
    }
}
