//! Changing a baseline: what is found is added, what was renamed gets its new paths, what nothing matches goes.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use super::file::{EntrySpec, write};
use super::{Baseline, FILE, Unread, bound};
use crate::app::config::{Config, ConfigError};
use crate::app::trust::{Policy, Reach};
use crate::report::save;
use crate::words::{Leak, Ledger};

/// What new entries say beside the secret.
#[derive(Clone, Debug, Default)]
pub struct Note {
    /// Why it is accepted.
    pub reason: String,
    /// Today: `2026-11-23`.
    pub added: String,
    /// The last day on which it is.
    pub expires: Option<String>,
    /// Whether it is although the key is live.
    pub accept_live: bool,
    /// Whether it is seen in the history only.
    pub history: bool,
}

/// What was changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// Entries that are new.
    pub added: usize,
    /// Entries whose paths are others now, or that are renewed.
    pub moved: usize,
    /// Entries that went.
    pub removed: usize,
    /// Entries that are as they were.
    pub kept: usize,
    /// Places that have no path in the repository, so that no entry can allow them.
    pub unplaced: usize,
}

impl Baseline {
    /// Where a baseline is written: the file that was named, or the repository's place for it.
    #[must_use]
    pub fn path(config: &Config, named: Option<&Path>) -> PathBuf {
        named.map_or_else(|| config.base.join(FILE), |path| config.here.join(path))
    }

    /// The baseline at this path; an empty one if there is none.
    ///
    /// # Errors
    /// It can't be read or has a mistake.
    pub fn at(path: &Path) -> Result<Self, ConfigError> {
        let name = path.display().to_string();
        let read = super::super::config::read_if_there(path).map_err(|why| Unread { name: name.clone(), why });
        let parsed = read.and_then(|text| match text {
            None => Ok(Self { name: name.clone(), entries: Vec::new() }),
            Some(text) => Self::parse(&name, &text).map_err(|why| Unread { name: name.clone(), why }),
        });
        parsed.map_err(|Unread { name: file, why }| ConfigError::Unreadable { file, why })
    }

    /// Writes the baseline, whole or not at all.
    ///
    /// # Errors
    /// What the system says.
    #[expect(clippy::disallowed_methods, reason = "the folder of a baseline that is about to be written")]
    pub fn save(&self, path: &Path) -> io::Result<()> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        save(path, |out| write(&self.entries, out))
    }

    /// Accepts a leak: an entry for its secret if it is strong, one for each rule and path if it is weak. The number of
    /// places that no entry can allow, since they are not in the repository.
    pub fn accept(&mut self, leak: &Leak, policy: &Policy, note: &Note, changed: &mut Changed) {
        let mut strong: BTreeSet<String> = BTreeSet::new();
        let mut weak: BTreeMap<(String, String), String> = BTreeMap::new();
        for sighting in leak.sightings.iter() {
            let paths = policy.paths(sighting, leak.life.as_ref());
            changed.unplaced += usize::from(paths.is_empty());
            for path in paths {
                if sighting.secret.is_strong() {
                    strong.insert(path);
                } else {
                    weak.insert((bound(sighting, &sighting.rule, &path), sighting.rule.to_string()), path);
                }
            }
        }
        if let Some(first) = leak.sightings.iter().find(|sighting| sighting.secret.is_strong()) {
            self.allow(first.fingerprint().as_str(), &leak.rule, strong, note, changed);
        }
        for ((fingerprint, rule), path) in weak {
            self.allow(&fingerprint, &rule, [path].into(), note, changed);
        }
    }

    /// Adds paths to the entry with this fingerprint, or an entry.
    fn allow(&mut self, fingerprint: &str, rule: &str, paths: BTreeSet<String>, note: &Note, changed: &mut Changed) {
        if paths.is_empty() {
            return;
        }
        let paths = paths.into_iter().map(|path| escaped(&path));
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.fingerprint == fingerprint) {
            let before = entry.clone();
            entry.paths.extend(paths);
            entry.paths.sort();
            entry.paths.dedup();
            entry.accept_live |= note.accept_live;
            if entry.expires.as_ref().is_some_and(|day| *day < note.added) {
                let Note { reason, added, expires, .. } = note.clone();
                (entry.reason, entry.added, entry.expires) = (reason, added, expires);
            }
            changed.moved += usize::from(*entry != before);
            return;
        }
        let Note { reason, added, expires, accept_live, history } = note.clone();
        let (fingerprint, rule, paths) = (fingerprint.to_owned(), rule.to_owned(), paths.collect());
        self.entries.push(EntrySpec { fingerprint, rule, paths, reason, added, expires, accept_live, history });
        changed.added += 1;
    }

    /// Gives entries whose files were renamed the paths at which their secrets stand now: `ledger` is what a run found
    /// with this baseline, and `policy` what it used.
    pub fn follow(&mut self, ledger: &Ledger, policy: &Policy, reach: &Reach, config: &Config, changed: &mut Changed) {
        let mut seen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for waived in &ledger.waived {
            let sighting = &waived.sighting;
            for path in policy.paths(sighting, None) {
                for entry in &self.entries {
                    let same = match entry.fingerprint.starts_with("weak-") {
                        true => entry.paths.iter().any(|old| bound(sighting, &sighting.rule, old) == entry.fingerprint),
                        false => sighting.fingerprint().as_str() == entry.fingerprint,
                    };
                    if same {
                        seen.entry(entry.fingerprint.clone()).or_default().insert(path.clone());
                    }
                }
            }
        }
        let mut renamed = Vec::new();
        for entry in &mut self.entries {
            let Some(now) = seen.get(&entry.fingerprint) else { continue };
            let new: Vec<&String> = now.iter().filter(|path| !allows(entry, path)).collect();
            if new.is_empty() {
                continue;
            }
            if !entry.history {
                entry.paths.retain(|path| !(super::Pattern::is_plain(path) && reach.gone(config, path)));
            }
            entry.paths.extend(new.into_iter().map(|path| escaped(path)));
            entry.paths.sort();
            entry.paths.dedup();
            changed.moved += 1;
            renamed.push(entry.fingerprint.clone());
        }
        self.bind_anew(&renamed, ledger, policy);
    }

    /// The fingerprint of a weak secret is bound to its path, so that it changes with it.
    fn bind_anew(&mut self, renamed: &[String], ledger: &Ledger, policy: &Policy) {
        for entry in self.entries.iter_mut().filter(|entry| entry.fingerprint.starts_with("weak-")) {
            if !renamed.contains(&entry.fingerprint) {
                continue;
            }
            let here = ledger.waived.iter().map(|waived| &waived.sighting).find_map(|sighting| {
                let path = policy.paths(sighting, None).into_iter().find(|path| allows(entry, path))?;
                (*sighting.rule == *entry.rule).then(|| bound(sighting, &sighting.rule, &path))
            });
            entry.fingerprint = here.unwrap_or_else(|| entry.fingerprint.clone());
        }
    }

    /// Takes out what a run found stale or expired.
    pub fn prune(&mut self, over: &[String], changed: &mut Changed) {
        let before = self.entries.len();
        self.entries.retain(|entry| !over.contains(&super::name(entry)));
        changed.removed += before - self.entries.len();
    }
}

fn allows(entry: &EntrySpec, path: &str) -> bool {
    entry.paths.iter().any(|allowed| super::Pattern::parse(allowed).is_ok_and(|pattern| pattern.matches(path)))
}

/// A path that means itself although a pattern's signs stand in it: each of them then stands for one character.
fn escaped(path: &str) -> String {
    path.replace('*', "?")
}
