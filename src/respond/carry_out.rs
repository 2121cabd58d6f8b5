//! Carrying a plan out, one leak at a time: delete, then ask the issuer until the key is dead. What is known of each step is
//! on the disk before the next one, so that a run that was killed can be told from one that failed, and be run again.

use std::time::{Duration, Instant};

use super::Asks;
use super::admin::Admin;
use super::answers::{AdminError, Gone, HowGone};
use super::evidence::{Deed, Evidence, EvidenceError, State, rfc3339};
use super::inventory::{ApiKey, OwnerKind};
use super::plan::{Action, Consent, Leaked, Planned};
use crate::words::{Liveness, Secret};

/// How often a deletion is asked for, where no answer tells whether it was done.
const TRIES: u32 = 3;

/// The longest pause between two questions whether a key is dead. OpenAI: a deleted key stops within seconds.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Why a plan could not be carried out at all.
#[derive(Debug, thiserror::Error)]
pub enum CarryOutError {
    /// What is done could not be written down.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
}

/// What became of a leaked key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Its issuer refuses it.
    Dead {
        /// How long that took, from the deletion on; nothing if it was dead before.
        after: Option<Duration>,
    },
    /// It is deleted, and its death could not be proven.
    Unproven {
        /// Why.
        why: String,
    },
    /// It is deleted, and still worked at the end.
    StillAlive {
        /// For how long it was asked about.
        waited: Duration,
    },
    /// Its issuer does not delete a service account's key alone.
    NeedsAccount {
        /// What the issuer said.
        said: String,
        /// The other keys that would die with the account.
        siblings: Vec<ApiKey>,
    },
    /// Nothing was deleted, or nobody knows.
    Failed {
        /// Why, and what to do.
        why: String,
    },
    /// Nothing was tried.
    Untouched,
}

/// Carries out what is planned for one leak. `wait` is how long its death is waited for.
///
/// # Errors
/// What is done could not be written down, so that nothing more was.
pub fn carry_out(
    planned: &Planned,
    admin: Option<&Admin<'_>>,
    asks: &dyn Asks,
    consent: Consent,
    wait: Duration,
    evidence: &mut Evidence,
) -> Result<Fate, CarryOutError> {
    let leaked = &planned.leaked;
    match (&planned.action, admin) {
        (Action::Nothing, _) => {
            let how = planned.verified.as_ref().map_or_else(String::new, |verified| verified.liveness.to_string());
            let mut entry = Deed::new("found-dead", State::Done, &leaked.fingerprint, &leaked.masked);
            entry.dead_at = planned.verified.as_ref().and_then(|verified| verified.asked).map(rfc3339);
            evidence.record(&entry.then(State::Done, how))?;
            Ok(Fate::Dead { after: None })
        }
        (Action::Delete { key, siblings, .. }, Some(admin)) => {
            let mut work = Work { leaked, key, admin, asks, evidence };
            let begin = Instant::now();
            match work.delete()? {
                Ok(gone) => work.prove_death(gone.how, begin, wait),
                Err(AdminError::Refused { status: 400, said, .. }) if key.owner.kind == OwnerKind::ServiceAccount => {
                    if !consent.service_accounts {
                        return Ok(Fate::NeedsAccount { said, siblings: siblings.clone() });
                    }
                    match work.delete_account()? {
                        Ok(gone) => work.prove_death(gone.how, begin, wait),
                        Err(error) => Ok(Fate::Failed { why: error.to_string() }),
                    }
                }
                Err(error) => Ok(Fate::Failed { why: error.to_string() }),
            }
        }
        _ => Ok(Fate::Untouched),
    }
}

/// The deletion of one key.
struct Work<'a> {
    leaked: &'a Leaked,
    key: &'a ApiKey,
    admin: &'a Admin<'a>,
    asks: &'a dyn Asks,
    evidence: &'a mut Evidence,
}

impl Work<'_> {
    fn entry(&self, step: &str) -> Deed {
        Deed {
            key_id: Some(self.key.id.clone()),
            project_id: self.key.project.as_ref().map(|project| project.id.clone()),
            ..Deed::new(step, State::Begin, &self.leaked.fingerprint, &self.leaked.masked)
        }
    }

    /// Deletes the key. Where no answer tells whether that was done, looks before it asks again.
    fn delete(&mut self) -> Result<Result<Gone, AdminError>, EvidenceError> {
        let step = if self.key.is_admin() { "delete-admin-key" } else { "delete-key" };
        self.attempt(step, |admin, key| admin.delete_key(key))
    }

    fn delete_account(&mut self) -> Result<Result<Gone, AdminError>, EvidenceError> {
        self.attempt("delete-service-account", |admin, key| match &key.project {
            Some(project) => admin.delete_service_account(project, &key.owner.id),
            None => Err(AdminError::Odd),
        })
    }

    fn attempt(
        &mut self,
        step: &str,
        delete: fn(&Admin<'_>, &ApiKey) -> Result<Gone, AdminError>,
    ) -> Result<Result<Gone, AdminError>, EvidenceError> {
        let mut tried = 0;
        loop {
            let entry = self.entry(step);
            self.evidence.record(&entry)?;
            let mut result = delete(self.admin, self.key);
            tried += 1;
            if let Err(error) = &result
                && error.is_ambiguous()
            {
                self.evidence.record(&entry.then(State::Unclear, error.to_string()))?;
                match self.admin.has_key(self.key) {
                    Ok(false) => result = Ok(Gone { how: HowGone::Unanswered, request: None }),
                    Ok(true) if tried < TRIES && self.pause(tried) => continue,
                    Ok(true) | Err(_) => {}
                }
            }
            let said = match &result {
                Ok(gone) => Deed { request_id: gone.request.clone(), ..entry.then(State::Done, meaning(gone.how)) },
                Err(error) => {
                    let state = if error.is_ambiguous() { State::Unclear } else { State::Failed };
                    Deed { request_id: error.request().map(str::to_owned), ..entry.then(state, error.to_string()) }
                }
            };
            self.evidence.record(&said)?;
            return Ok(result);
        }
    }

    fn pause(&self, tried: u32) -> bool {
        let client = self.admin.client();
        client.rest(client.backoff().pause(tried)).is_ok()
    }

    /// Asks until the key is dead, or the time is over.
    fn prove_death(&mut self, how: HowGone, begin: Instant, wait: Duration) -> Result<Fate, CarryOutError> {
        let entry = self.entry("prove-death");
        let Some(secret) = self.leaked.secret.as_ref() else {
            let why = "the key itself was not found again, so nobody could be asked whether it is dead";
            self.evidence.record(&entry.then(State::Unclear, why))?;
            return Ok(Fate::Unproven { why: why.to_owned() });
        };
        self.evidence.record(&entry)?;
        let (last, after) = self.watch(secret, begin, wait);
        let fate = match &last {
            Liveness::Dead(_) => Fate::Dead { after: Some(after) },
            Liveness::Live(_) if how == HowGone::NotThere => {
                Fate::Failed { why: "the key is not where the list had it, and still works; run this again".to_owned() }
            }
            Liveness::Live(_) => Fate::StillAlive { waited: after },
            Liveness::Unknown(why) => Fate::Unproven { why: why.to_string() },
        };
        let (state, dead_at) = match &last {
            Liveness::Dead(_) => (State::Done, Some(rfc3339(self.evidence.now()))),
            Liveness::Live(_) => (State::Failed, None),
            Liveness::Unknown(_) => (State::Unclear, None),
        };
        self.evidence.record(&Deed { dead_at, ..entry.then(state, last.to_string()) })?;
        Ok(fate)
    }

    fn watch(&self, secret: &Secret, begin: Instant, wait: Duration) -> (Liveness, Duration) {
        let client = self.admin.client();
        let mut asked = 0;
        loop {
            let liveness = self.asks.ask(&self.leaked.rule, secret).liveness;
            let after = begin.elapsed();
            asked += 1;
            let pause = client.backoff().pause(asked).min(LONGEST_PAUSE);
            if liveness.is_dead() || after + pause > wait || client.rest(pause).is_err() {
                return (liveness, after);
            }
        }
    }
}

fn meaning(how: HowGone) -> &'static str {
    match how {
        HowGone::Deleted => "the issuer says that it deleted it",
        HowGone::NotThere => "it was not there any more (404)",
        HowGone::Unanswered => "the deletion got no answer, and afterwards it was not there any more",
    }
}
