//! Containing a key that is not to be deleted yet: fewer scopes, or an end soon; and then seeing that it is so. A run that was
//! killed is finished by the next: what was sent is sent again, but a time that was set is not moved.

use std::time::Instant;

use super::admin::Admin;
use super::answers::{AdminError, HowGone};
use super::carry_out::{Fate, TRIES, Tools};
use super::containment::Containment;
use super::death::prove_death;
use super::evidence::{Deed, Evidence, EvidenceError, State, rfc3339};
use super::inventory::ApiKey;
use super::plan::Leaked;
use crate::words::{Liveness, Secret};

/// Seconds by which an issuer's clock may differ from ours.
const SLACK: u64 = 60;

/// A key that is being contained.
pub(super) struct Work<'a> {
    pub(super) tools: &'a Tools<'a>,
    pub(super) admin: &'a Admin<'a>,
    pub(super) leaked: &'a Leaked,
    pub(super) key: &'a ApiKey,
    pub(super) containment: &'a Containment,
}

impl Work<'_> {
    /// Contains the key.
    ///
    /// # Errors
    /// What is done could not be written down, so that nothing more was.
    pub(super) fn contain(&self, evidence: &mut Evidence) -> Result<Fate, EvidenceError> {
        let begin = Instant::now();
        let due = self.containment.expiry().map(|expiry| evidence.now() + expiry.seconds());
        let is_set = self.key.expires.zip(due).is_some_and(|(set, due)| set <= due);
        if is_set && self.containment.scopes().is_none() {
            let set = self.key.expires.map(rfc3339).unwrap_or_default();
            evidence.record(&self.deed("contain").then(State::Done, format!("it expires at {set} already")))?;
        } else if let Err(error) = self.change(due, evidence)? {
            return Ok(Fate::Failed { why: error.to_string() });
        }
        if self.containment.expiry().is_some_and(|expiry| begin.elapsed() + expiry.time() <= self.tools.wait) {
            let proof = self.deed("prove-death");
            let fate = prove_death(self.tools, self.leaked, &proof, (HowGone::Deleted, begin), evidence)?;
            if matches!(fate, Fate::Dead { .. }) {
                return Ok(fate);
            }
        }
        self.see(due, begin, evidence)
    }

    fn deed(&self, step: &str) -> Deed {
        Deed {
            key_id: Some(self.key.id.clone()),
            project_id: self.key.project.as_ref().map(|project| project.id.clone()),
            ..Deed::new(step, State::Begin, &self.leaked.fingerprint, &self.leaked.masked)
        }
    }

    /// Asks the issuer for it. Where no answer tells whether it was done, looks before it asks again.
    fn change(&self, due: Option<u64>, evidence: &mut Evidence) -> Result<Result<(), AdminError>, EvidenceError> {
        let before = match (self.key.scopes.is_empty(), self.key.expires) {
            (true, None) => "scopes not told, no expiry told".to_owned(),
            (true, Some(at)) => format!("scopes not told, expires {}", rfc3339(at)),
            (false, at) => format!("scopes {}, expires {}", self.key.scopes.join(" "), at.map_or("-".into(), rfc3339)),
        };
        let entry = self.deed("contain");
        let mut tried = 0;
        loop {
            evidence.record(&entry.then(State::Begin, format!("{}; before: {before}", self.containment)))?;
            tried += 1;
            let error = match self.admin.contain_key(self.key, self.containment) {
                Ok((_, request_id)) => {
                    evidence.record(&Deed { request_id, ..entry.then(State::Done, self.containment.to_string()) })?;
                    return Ok(Ok(()));
                }
                Err(error) => error,
            };
            let state = if error.is_ambiguous() { State::Unclear } else { State::Failed };
            let request_id = error.request().map(str::to_owned);
            evidence.record(&Deed { request_id, ..entry.then(state, error.to_string()) })?;
            if !error.is_ambiguous() {
                return Ok(Err(error));
            }
            let now = self.admin.find_key(self.key);
            if now.is_ok_and(|key| key.is_some_and(|key| self.is_so(&key, due) == Some(true))) {
                evidence.record(&entry.then(State::Done, "no answer came, and afterwards it was so"))?;
                return Ok(Ok(()));
            }
            let client = self.tools.client;
            if tried >= TRIES || client.rest(client.backoff().pause(tried)).is_err() {
                return Ok(Err(error));
            }
        }
    }

    /// Whether a key is as it was to be; nothing if its issuer does not tell enough.
    fn is_so(&self, key: &ApiKey, due: Option<u64>) -> Option<bool> {
        let expires = due.map(|due| key.expires.is_some_and(|at| at <= due + SLACK));
        let scopes = self.containment.scopes().map(|wanted| {
            let told = !key.scopes.is_empty();
            told.then(|| key.scopes.len() == wanted.iter().count() && wanted.iter().all(|one| key.scopes.contains(one)))
        });
        match (expires, scopes) {
            (Some(false), _) | (_, Some(Some(false))) => Some(false),
            (_, Some(None)) => None,
            _ => Some(true),
        }
    }

    /// Looks whether it is so: by the issuer's list, and by what the key may still do.
    fn see(&self, due: Option<u64>, begin: Instant, evidence: &mut Evidence) -> Result<Fate, EvidenceError> {
        let entry = self.deed("see-contained");
        evidence.record(&entry)?;
        let listed = self.admin.find_key(self.key).ok().flatten();
        let until = listed.as_ref().and_then(|key| key.expires);
        let by_list = listed.as_ref().and_then(|key| self.is_so(key, due));
        let may = match (&self.leaked.secret, self.containment.scopes()) {
            (Some(secret), Some(_)) => Some(self.try_out(secret, begin)),
            _ => None,
        };
        let by_key = may.as_ref().map(|may| may.iter().any(|told| told.starts_with("may not")));
        let seen = by_list != Some(false) && by_key != Some(false) && (by_list, by_key) != (None, None);
        let mut how = self.containment.to_string();
        if let Some(at) = until {
            how.push_str(&format!("; OpenAI's list has its end at {}", rfc3339(at)));
        }
        match &may {
            Some(may) if seen => how.push_str(&format!("; it {}", may.join(", "))),
            Some(_) => how.push_str("; it could still do all that was tried: OpenAI takes up to 15 minutes"),
            None => {}
        }
        evidence.record(&entry.then(if seen { State::Done } else { State::Unclear }, how.clone()))?;
        Ok(Fate::Contained { how, seen })
    }

    /// What the key may do, asked until something is closed to it or the time is over.
    fn try_out(&self, secret: &Secret, begin: Instant) -> Vec<String> {
        let client = self.tools.client;
        let mut asked = 0;
        loop {
            let verified = self.tools.asks.ask_all_of(&self.leaked.rule, secret);
            let may = verified.identity.scopes;
            asked += 1;
            let closed = may.iter().any(|told| told.starts_with("may not"));
            let pause = client.backoff().pause(asked);
            let over = begin.elapsed() + pause > self.tools.wait || !matches!(verified.liveness, Liveness::Live(_));
            if closed || over || client.rest(pause).is_err() {
                return may;
            }
        }
    }
}
