//! Rotation: the replacement first, handed over without being shown and seen working, and only then the end of the old key.
//! A run that stopped anywhere is finished by another one: what works by the log is kept, what was made and never got that
//! far is deleted once its successor works. The old key lives until then.

use std::time::{Duration, Instant};

use super::Asks;
use super::admin::{Admin, Made};
use super::carry_out::{CarryOutError, Fate, Tools, carry_out};
use super::evidence::{Deed, Evidence, EvidenceError, State};
use super::inventory::{ApiKey, Inventory, OwnerKind};
use super::plan::{Action, Consent, Planned};
use crate::words::{Liveness, Secret};

/// The longest pause between two questions whether a new key works.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Takes a new key to where it is needed.
pub trait HandsOver {
    /// Hands it over, and says where it is now.
    ///
    /// # Errors
    /// Why it is not there, in words.
    fn hand_over(&mut self, secret: &Secret) -> Result<String, String>;
}

/// What a rotation works with.
pub struct Rotation<'a> {
    /// Asks OpenAI.
    pub admin: &'a Admin<'a>,
    /// What keys there were when the plan was made.
    pub inventory: &'a Inventory,
    /// Asks whether keys work.
    pub asks: &'a dyn Asks,
    /// What may be done besides.
    pub consent: Consent,
    /// How long a life or a death is waited for.
    pub wait: Duration,
    /// What the log said when this run began.
    pub log: &'a [Deed],
}

/// What became of a rotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rotated {
    /// There is a replacement that works; this is what became of the old key.
    Replaced {
        /// The replacement's id.
        key_id: String,
        /// Where it was taken; nothing if an earlier run did so.
        place: Option<String>,
        /// What became of the old key.
        old: Fate,
        /// Replacements of runs that stopped, which could not be deleted, and why.
        left: Vec<String>,
    },
    /// It stopped before the old key was touched.
    Stopped {
        /// Why.
        why: String,
        /// A replacement that was made for nothing, if so. The next run deletes it.
        orphan: Option<String>,
    },
}

/// The name of what replaces a key, by which another run knows it.
#[must_use]
pub fn replacement_name(key: &ApiKey) -> String {
    format!("unleak: replaces {}", key.id)
}

/// The step that says that a replacement works: from then on the old key is not needed.
const PROVEN: &str = "prove-replacement";

impl Rotation<'_> {
    /// Replaces a key whose deletion is planned.
    ///
    /// # Errors
    /// What is done could not be written down, so that nothing more was.
    pub fn rotate(
        &self,
        planned: &Planned,
        hands: &mut dyn HandsOver,
        evidence: &mut Evidence,
    ) -> Result<Rotated, CarryOutError> {
        let Action::Delete { key, .. } = &planned.action else {
            let old = carry_out(planned, &self.tools(), evidence)?;
            return Ok(Rotated::Replaced { key_id: String::new(), place: None, old, left: Vec::new() });
        };
        let (id, place) = match self.proven(planned) {
            Some(id) => (id, None),
            None => match self.replace(planned, key, hands, evidence)? {
                Ok((id, place)) => (id, Some(place)),
                Err(stopped) => return Ok(stopped),
            },
        };
        let left = self.clear(planned, key, &id, evidence)?;
        let old = carry_out(planned, &self.tools(), evidence)?;
        Ok(Rotated::Replaced { key_id: id, place, old, left })
    }

    fn tools(&self) -> Tools<'_> {
        let Self { admin, asks, consent, wait, .. } = *self;
        Tools { client: admin.client(), admin: Some(admin), asks, consent, wait }
    }

    /// The replacement that an earlier run handed over and saw working, if it is still there.
    fn proven(&self, planned: &Planned) -> Option<String> {
        let is_it = |deed: &&Deed| {
            deed.fingerprint == planned.leaked.fingerprint && deed.step == PROVEN && deed.state == State::Done
        };
        let id = self.log.iter().rfind(is_it)?.key_id.clone()?;
        self.inventory.keys.iter().any(|key| key.id == id).then_some(id)
    }

    /// Makes the replacement, hands it over and sees it working.
    fn replace(
        &self,
        planned: &Planned,
        key: &ApiKey,
        hands: &mut dyn HandsOver,
        evidence: &mut Evidence,
    ) -> Result<Result<(String, String), Rotated>, EvidenceError> {
        let deed = |step, key_id: Option<&str>| Deed {
            key_id: key_id.map(str::to_owned),
            project_id: key.project.as_ref().map(|project| project.id.clone()),
            ..Deed::new(step, State::Begin, &planned.leaked.fingerprint, &planned.leaked.masked)
        };
        let stopped =
            |why: String, orphan: Option<&str>| Ok(Err(Rotated::Stopped { why, orphan: orphan.map(str::to_owned) }));
        let name = replacement_name(key);
        let make = deed("make-replacement", None);
        evidence.record(&make.then(State::Begin, name.clone()))?;
        let Made { id, secret, request } = match self.admin.make_key(key, &name) {
            Ok(made) => made,
            Err(error) => {
                let state = if error.is_ambiguous() { State::Unclear } else { State::Failed };
                evidence.record(&make.then(state, error.to_string()))?;
                return stopped(format!("no replacement was made: {error}"), None);
            }
        };
        let made = Deed { key_id: Some(id.clone()), request_id: request, ..make.then(State::Done, name) };
        evidence.record(&made)?;

        let hand = deed("hand-over", Some(&id));
        evidence.record(&hand)?;
        let place = match hands.hand_over(&secret) {
            Ok(place) => place,
            Err(why) => {
                evidence.record(&hand.then(State::Failed, why.clone()))?;
                return stopped(format!("the replacement could not be handed over: {why}"), Some(&id));
            }
        };
        evidence.record(&hand.then(State::Done, place.clone()))?;

        let prove = deed(PROVEN, Some(&id));
        evidence.record(&prove)?;
        let rule = if secret.mask(11).ends().is_some_and(|(head, _)| head == "sk-svcacct-") {
            "openai-service-account-key"
        } else {
            &planned.leaked.rule
        };
        let liveness = self.see_alive(rule, &secret);
        let state = if liveness.is_live() { State::Done } else { State::Failed };
        evidence.record(&prove.then(state, liveness.to_string()))?;
        if !liveness.is_live() {
            return stopped(format!("the replacement was handed over and does not work ({liveness})"), Some(&id));
        }
        Ok(Ok((id, place)))
    }

    fn see_alive(&self, rule: &str, secret: &Secret) -> Liveness {
        let (begin, client, mut asked) = (Instant::now(), self.admin.client(), 0);
        loop {
            let liveness = self.asks.ask(rule, secret).liveness;
            asked += 1;
            let pause = client.backoff().pause(asked).min(LONGEST_PAUSE);
            if liveness.is_live() || begin.elapsed() + pause > self.wait || client.rest(pause).is_err() {
                return liveness;
            }
        }
    }

    /// Deletes replacements that runs before this one made and did not see working: known by their name, and only if the
    /// log says that there was such a run.
    fn clear(
        &self,
        planned: &Planned,
        key: &ApiKey,
        proven: &str,
        evidence: &mut Evidence,
    ) -> Result<Vec<String>, EvidenceError> {
        let name = replacement_name(key);
        let ours = |deed: &Deed| {
            deed.fingerprint == planned.leaked.fingerprint && deed.step == "make-replacement" && deed.meaning == name
        };
        if !self.log.iter().any(ours) {
            return Ok(Vec::new());
        }
        let account = |other: &ApiKey| other.owner.kind == OwnerKind::ServiceAccount && other.owner.name == name;
        let is_orphan = |other: &&ApiKey| {
            other.id != proven && other.project == key.project && (other.name == name || account(other))
        };
        let mut left = Vec::new();
        for orphan in self.inventory.keys.iter().filter(is_orphan) {
            let deed = Deed {
                key_id: Some(orphan.id.clone()),
                project_id: key.project.as_ref().map(|project| project.id.clone()),
                ..Deed::new("delete-orphan", State::Begin, &planned.leaked.fingerprint, &planned.leaked.masked)
            };
            evidence.record(&deed)?;
            let gone = match (&orphan.project, account(orphan)) {
                (Some(project), true) => self.admin.delete_service_account(project, &orphan.owner.id),
                _ => self.admin.delete_key(orphan),
            };
            match gone {
                Ok(gone) => evidence.record(&Deed { request_id: gone.request, ..deed.then(State::Done, "") })?,
                Err(error) => {
                    evidence.record(&deed.then(State::Failed, error.to_string()))?;
                    left.push(format!("{}: {error}", orphan.id));
                }
            }
        }
        Ok(left)
    }
}
