//! Carrying a plan out, one leak at a time: delete, then ask the issuer until the key is dead. What is known of each step is
//! on the disk before the next one, so that a run that was killed can be told from one that failed, and be run again.

use std::time::{Duration, Instant};

use super::Asks;
use super::admin::Admin;
use super::answers::{AdminError, Gone, HowGone};
use super::contain;
use super::death::prove_death;
use super::evidence::{Deed, Evidence, EvidenceError, State, rfc3339};
use super::inventory::{ApiKey, OwnerKind};
use super::plan::{Action, Consent, Leaked, Planned};
use super::submit::submit;
use crate::issuer::Client;

/// How often something is asked for, where no answer tells whether it was done.
pub(super) const TRIES: u32 = 3;

/// What a plan is carried out with.
#[derive(Clone, Copy)]
pub struct Tools<'a> {
    /// Makes requests.
    pub client: &'a Client,
    /// Asks OpenAI, if there is an admin key.
    pub admin: Option<&'a Admin<'a>>,
    /// Asks whether secrets still work.
    pub asks: &'a dyn Asks,
    /// What may be done besides.
    pub consent: Consent,
    /// How long a death is waited for.
    pub wait: Duration,
}

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
    /// It works for less, or not for long.
    Contained {
        /// What was taken from it.
        how: String,
        /// Whether that was seen.
        seen: bool,
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

/// Carries out what is planned for one leak.
///
/// # Errors
/// What is done could not be written down, so that nothing more was.
pub fn carry_out(planned: &Planned, tools: &Tools<'_>, evidence: &mut Evidence) -> Result<Fate, CarryOutError> {
    let leaked = &planned.leaked;
    match (&planned.action, tools.admin) {
        (Action::Nothing, _) => {
            let how = planned.verified.as_ref().map_or_else(String::new, |verified| verified.liveness.to_string());
            let mut entry = Deed::new("found-dead", State::Done, &leaked.fingerprint, &leaked.masked);
            entry.dead_at = planned.verified.as_ref().and_then(|verified| verified.asked).map(rfc3339);
            evidence.record(&entry.then(State::Done, how))?;
            Ok(Fate::Dead { after: None })
        }
        (Action::Submit(spec), _) => Ok(submit(tools, leaked, spec, evidence)?),
        (Action::Contain { key, containment, .. }, Some(admin)) => {
            Ok(contain::Work { tools, admin, leaked, key, containment }.contain(evidence)?)
        }
        (Action::Delete { key, siblings, .. }, Some(admin)) => {
            let mut work = Work { tools, leaked, key, admin, evidence };
            let begin = Instant::now();
            match work.delete()? {
                Ok(gone) => work.prove_death(gone.how, begin),
                Err(AdminError::Refused { status: 400, said, .. }) if key.owner.kind == OwnerKind::ServiceAccount => {
                    if !tools.consent.service_accounts {
                        return Ok(Fate::NeedsAccount { said, siblings: siblings.clone() });
                    }
                    match work.delete_account()? {
                        Ok(gone) => work.prove_death(gone.how, begin),
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
    tools: &'a Tools<'a>,
    leaked: &'a Leaked,
    key: &'a ApiKey,
    admin: &'a Admin<'a>,
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

    fn prove_death(&mut self, how: HowGone, begin: Instant) -> Result<Fate, CarryOutError> {
        let entry = self.entry("prove-death");
        Ok(prove_death(self.tools, self.leaked, &entry, (how, begin), self.evidence)?)
    }
}

fn meaning(how: HowGone) -> &'static str {
    match how {
        HowGone::Deleted => "the issuer says that it deleted it",
        HowGone::NotThere => "it was not there any more (404)",
        HowGone::Unanswered => "the deletion got no answer, and afterwards it was not there any more",
    }
}
