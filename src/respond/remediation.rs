//! What became of a leak, for reports: by the plan, by what was just done, or by the evidence log of this run or an earlier
//! one. The log is the only witness of what was done; it is read in its order, and its last word on a leak counts.

use super::carry_out::Fate;
use super::evidence::{Deed, State};
use super::plan::{Action, Planned, Why};
use crate::words::{Remediation, Remedied};

/// What would be done.
#[must_use]
pub fn of_plan(planned: &Planned) -> Remediation {
    let link = planned.leaked.page().map(str::to_owned);
    let (state, why, key_id) = match &planned.action {
        Action::Nothing => (Remedied::FoundDead, "it does not work any more".to_owned(), None),
        Action::Delete { key, .. } => (Remedied::Planned, "it would be deleted".to_owned(), Some(&key.id)),
        Action::Contain { key, containment, .. } => (Remedied::Planned, containment.to_string(), Some(&key.id)),
        Action::Submit(_) => (Remedied::Planned, "its issuer ends it if told so: `unleak revoke`".to_owned(), None),
        Action::Withheld { key, why: why @ Why::InUse } => (Remedied::Refused, why.as_str().to_owned(), Some(&key.id)),
        Action::Withheld { key, why } => (Remedied::Planned, why.as_str().to_owned(), Some(&key.id)),
        Action::Choose(keys) => {
            let ids: Vec<&str> = keys.iter().map(|key| key.id.as_str()).collect();
            (Remedied::Refused, format!("it may be any of these: {}", ids.join(", ")), None)
        }
        Action::Person { why } => (Remedied::Manual, why.clone(), None),
    };
    Remediation { key_id: key_id.cloned(), link, ..Remediation::new(state, why) }
}

/// What came of trying; nothing if the log tells it better.
#[must_use]
pub fn of_fate(planned: &Planned, fate: &Fate) -> Option<Remediation> {
    let (state, why) = match fate {
        Fate::NeedsAccount { said, siblings } => {
            let others: Vec<&str> = siblings.iter().map(|key| key.id.as_str()).collect();
            let others = if others.is_empty() { "no other key".to_owned() } else { others.join(", ") };
            let how = format!(
                "OpenAI does not delete it alone ({said}); with its service account would die: {others}; \
                 `unleak revoke --service-accounts` does it"
            );
            (Remedied::Refused, how)
        }
        Fate::Failed { why } => (Remedied::Failed, why.clone()),
        Fate::Untouched => return Some(of_plan(planned)),
        Fate::Dead { .. } | Fate::Unproven { .. } | Fate::Contained { .. } | Fate::StillAlive { .. } => return None,
    };
    Some(Remediation { state, why, ..of_plan(planned) })
}

/// What a log says was done about this secret; nothing if it does not speak of it.
#[must_use]
pub fn of_log(fingerprint: &str, log: &[(String, Deed)]) -> Option<Remediation> {
    let mut known: Option<Remediation> = None;
    for (time, deed) in log.iter().filter(|(_, deed)| deed.fingerprint == fingerprint) {
        let done = |state, why: &str| Remediation {
            key_id: deed.key_id.clone(),
            request_id: deed.request_id.clone(),
            done_at: Some(time.clone()),
            ..Remediation::new(state, why)
        };
        let is_ended = known.as_ref().is_some_and(|known| known.state == Remedied::Revoked);
        match (deed.step.as_str(), deed.state) {
            ("prove-death", State::Done) => {
                let proven = known.get_or_insert_with(|| done(Remedied::Revoked, ""));
                (proven.state, proven.dead_at) = (Remedied::Revoked, deed.dead_at.clone());
            }
            ("prove-death", State::Failed | State::Unclear) => {
                if let Some(known) = &mut known {
                    known.why = deed.meaning.clone();
                }
            }
            ("found-dead", State::Done) if !is_ended => {
                let dead_at = deed.dead_at.clone();
                known = Some(Remediation { dead_at, ..done(Remedied::FoundDead, &deed.meaning) });
            }
            ("found-dead", State::Done) => {
                if let Some(known) = &mut known {
                    known.dead_at = known.dead_at.take().or_else(|| deed.dead_at.clone());
                }
            }
            ("contain", State::Done) => known = Some(done(Remedied::Contained, &deed.meaning)),
            ("see-contained", State::Done | State::Unclear) => {
                if let Some(known) = &mut known {
                    known.why = deed.meaning.clone();
                }
            }
            (step, state) if ends(step) || (step == "contain" && !is_ended) => {
                known = Some(match state {
                    State::Done => done(Remedied::Revoked, &deed.meaning),
                    State::Failed => done(Remedied::Failed, &deed.meaning),
                    State::Unclear => done(Remedied::Unclear, &deed.meaning),
                    State::Begin => done(Remedied::Unclear, "it was begun, and the log says no more"),
                });
            }
            _ => {}
        }
    }
    known
}

/// Whether a step ends the leaked secret itself.
fn ends(step: &str) -> bool {
    matches!(step, "delete-key" | "delete-admin-key" | "delete-service-account" | "revoke-secret")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deed(step: &str, state: State) -> (String, Deed) {
        let dead_at = (step == "prove-death" && state == State::Done).then(|| "later".to_owned());
        ("now".to_owned(), Deed { dead_at, ..Deed::new(step, state, "one", "sk-…abcd") })
    }

    fn told(log: &[(String, Deed)]) -> Option<(Remedied, Option<String>)> {
        of_log("one", log).map(|told| (told.state, told.dead_at))
    }

    #[test]
    fn the_last_word_on_a_leak_counts() {
        let dead = Some("later".to_owned());
        let mut log = vec![deed("delete-key", State::Begin)];
        assert_eq!(told(&log), Some((Remedied::Unclear, None)));
        log.push(deed("delete-key", State::Done));
        assert_eq!(told(&log), Some((Remedied::Revoked, None)));
        log.push(deed("prove-death", State::Failed));
        assert_eq!(told(&log), Some((Remedied::Revoked, None)));
        log.push(deed("prove-death", State::Done));
        log.push(deed("found-dead", State::Done));
        assert_eq!(told(&log), Some((Remedied::Revoked, dead)));
        assert_eq!(of_log("two", &log), None);
        assert_eq!(told(&[deed("contain", State::Done)]), Some((Remedied::Contained, None)));
        assert_eq!(told(&[deed("delete-orphan", State::Done)]), None);
    }
}
