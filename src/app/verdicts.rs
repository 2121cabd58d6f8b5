//! The memory of verdicts, so that a hook or a cron job does not ask about the same key again and again: by fingerprint, in
//! the user's own cache folder, for a short time. It holds no secret. Only what an issuer said is kept, never "unknown".

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::cache;
use crate::words::{Dead, Fingerprint, Identity, Live, Liveness, Verified};

/// How long "live" is believed, in seconds: somebody may be revoking the key right now.
const LIVE: u64 = 10 * 60;

/// How long "dead" is believed. Keys do not come back, but an issuer may have been mistaken.
const DEAD: u64 = 12 * 60 * 60;

/// So many verdicts are kept at most.
const MOST: usize = 20_000;

/// The file, by its form's version.
const FILE: &str = "verdicts-1.json";

/// Verdicts of earlier runs.
#[derive(Debug, Default)]
pub(super) struct Verdicts {
    file: Option<PathBuf>,
    kept: BTreeMap<String, Kept>,
    changed: bool,
}

#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    state: String,
    detail: String,
    asked: u64,
    #[serde(default)]
    analyzed: bool,
    #[serde(default)]
    identity: KeptIdentity,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct KeptIdentity {
    owner: Option<String>,
    owner_id: Option<String>,
    email: Option<String>,
    organizations: Vec<String>,
    project: Option<String>,
    scopes: Vec<String>,
    models: Vec<String>,
    limits: Vec<String>,
}

impl Verdicts {
    /// What is remembered at this time. A folder that is not there, or a file that can't be read, is an empty memory.
    pub(super) fn open(now: u64) -> Self {
        let Some(file) = cache::folder().map(|folder| folder.join(FILE)) else { return Self::default() };
        let mut kept: BTreeMap<String, Kept> =
            cache::read(&file).and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
        kept.retain(|_, kept| kept.is_fresh(now));
        Self { file: Some(file), kept, changed: false }
    }

    /// The verdict on a secret, as this address gave it.
    pub(super) fn get(&self, fingerprint: &Fingerprint, address: &str, analyzed: bool) -> Option<Verified> {
        let kept = self.kept.get(&name(fingerprint, address)?)?;
        let liveness = kept.liveness()?;
        let enough = kept.analyzed || !analyzed || !liveness.is_live();
        let (identity, asked) = (kept.identity.identity(), Some(kept.asked));
        enough.then_some(Verified { liveness, identity, asked, remembered: true })
    }

    /// Remembers a verdict that its issuer gave.
    pub(super) fn put(&mut self, fingerprint: &Fingerprint, address: &str, analyzed: bool, verified: &Verified) {
        let (Some(name), Some(asked)) = (name(fingerprint, address), verified.asked) else { return };
        if matches!(verified.liveness, Liveness::Unknown(_)) || self.kept.len() >= MOST {
            return;
        }
        let (state, detail) = (verified.liveness.as_str().to_owned(), verified.liveness.detail().to_owned());
        let identity = KeptIdentity::of(&verified.identity);
        self.kept.insert(name, Kept { state, detail, asked, analyzed, identity });
        self.changed = true;
    }

    /// Writes the memory down, readable by its owner alone. That it can't be is no failure: the next run asks again.
    pub(super) fn save(&self) {
        if let Some(file) = self.file.as_ref().filter(|_| self.changed) {
            let _ = self.write(file);
        }
    }

    fn write(&self, file: &Path) -> std::io::Result<()> {
        cache::replace(file, &[&serde_json::to_vec(&self.kept)?])
    }
}

impl Kept {
    fn is_fresh(&self, now: u64) -> bool {
        let life = if self.state == "live" { LIVE } else { DEAD };
        self.asked <= now && now - self.asked < life
    }

    fn liveness(&self) -> Option<Liveness> {
        match self.state.as_str() {
            "live" => Live::ALL.into_iter().find(|live| live.as_str() == self.detail).map(Liveness::Live),
            "dead" => Dead::ALL.into_iter().find(|dead| dead.as_str() == self.detail).map(Liveness::Dead),
            _ => None,
        }
    }
}

impl KeptIdentity {
    fn of(identity: &Identity) -> Self {
        let Identity { owner, owner_id, email, organizations, project, scopes, models, limits } = identity.clone();
        Self { owner, owner_id, email, organizations, project, scopes, models, limits }
    }

    fn identity(&self) -> Identity {
        Identity {
            owner: self.owner.clone(),
            owner_id: self.owner_id.clone(),
            email: self.email.clone(),
            organizations: self.organizations.clone(),
            project: self.project.clone(),
            scopes: self.scopes.clone(),
            models: self.models.clone(),
            limits: self.limits.clone(),
        }
    }
}

/// What a verdict is filed under. A weak secret's fingerprint is shared by thousands of values, so nothing is filed under it.
fn name(fingerprint: &Fingerprint, address: &str) -> Option<String> {
    let strong = !fingerprint.as_str().starts_with("weak-");
    strong.then(|| format!("{fingerprint} {address}"))
}
