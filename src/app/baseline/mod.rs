//! A `Baseline` is what a repository's people have looked at and accepted: secrets by their fingerprints, each with a
//! reason, a day, and the paths it may stand at.
//!
//! An entry covers a secret wherever it stands in those files, whatever the line and the commit, and nowhere else: by
//! default it allows the paths where the secret was when somebody accepted it, since a test key that turns up in the
//! deployment is a new fact. One thing more is understood: if an allowed file is gone and the secret stands in exactly as
//! many others, files were renamed, and the report says so until the baseline is updated.

pub mod change;
pub mod file;
pub mod foreign;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::config::{Config, ConfigError, Shelf, read_named};
use super::trust::Pattern;
use crate::words::{Entry, EntryKind, RuleId, Sighting, Standing, Written};
pub use file::{EntrySpec, schema};

/// Where a repository keeps its baseline.
pub const FILE: &str = ".unleak/baseline.json";

/// Accepted secrets.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    /// What reports call it.
    pub name: String,
    /// Its entries.
    pub entries: Vec<EntrySpec>,
}

impl Baseline {
    /// Reads a baseline's text.
    ///
    /// # Errors
    /// Its first mistake, as a sentence that follows its name.
    pub fn parse(name: &str, text: &str) -> Result<Self, String> {
        let entries = file::parse(text).map_err(|(line, why)| match line {
            0 => why,
            line => format!("line {line}: {why}"),
        })?;
        Ok(Self { name: name.to_owned(), entries })
    }

    /// The baseline of a run: the one that was named, or the repository's; `None` if there is none. With a config from a
    /// commit, the baseline is that commit's too.
    ///
    /// # Errors
    /// One that was named is not there.
    pub fn of_run(config: &Config, named: Option<&str>) -> Result<Option<Result<Self, Unread>>, ConfigError> {
        let missing = |file: String| ConfigError::Unreadable { file, why: "there is no such file".to_owned() };
        let (name, text) = match (&config.shelf, named) {
            (Some(shelf @ Shelf::Commit(_)), Some(path)) => match shelf.read(path) {
                Ok(None) => return Err(missing(shelf.name(path))),
                read => (shelf.name(path), read),
            },
            (_, Some(path)) => (path.to_owned(), read_named(path.as_ref()).map(Some)),
            (Some(shelf), None) => (shelf.name(FILE), shelf.read(FILE)),
            (None, None) => return Ok(None),
        };
        let parsed = match text {
            Ok(None) => return Ok(None),
            Ok(Some(text)) => Self::parse(&name, &text),
            Err(why) => Err(why),
        };
        Ok(Some(parsed.map_err(|why| Unread { name, why })))
    }
}

/// A baseline that can't be used, so that nothing is accepted by it.
#[derive(Clone, Debug)]
pub struct Unread {
    /// What reports call it.
    pub name: String,
    /// Why, in a sentence that follows the name.
    pub why: String,
}

/// Whether an allowed file is gone, so that it may have been renamed.
pub(in crate::app) type Gone<'a> = dyn Fn(&str) -> bool + 'a;

/// A baseline at work: which of its entries cover what.
pub(in crate::app) struct Cover {
    accepted: Vec<Accepted>,
    strong: HashMap<String, Vec<usize>>,
    weak: HashMap<String, Vec<usize>>,
}

/// An entry at work.
struct Accepted {
    spec: EntrySpec,
    allowed: Vec<Pattern>,
    entry: Entry,
    met: bool,
}

/// A place of a secret, for the question whether it is covered.
pub(in crate::app) struct Place<'a> {
    pub(super) sighting: &'a Sighting,
    /// Every path from the root that it stands at; none if it is not in the repository.
    pub(super) paths: Vec<String>,
}

impl Cover {
    pub(super) fn new(baseline: Baseline, today: &str) -> Self {
        let (mut strong, mut weak) = (HashMap::<String, Vec<usize>>::new(), HashMap::<String, Vec<usize>>::new());
        let mut accepted = Vec::with_capacity(baseline.entries.len());
        for (number, spec) in baseline.entries.into_iter().enumerate() {
            let (index, key) = match spec.fingerprint.starts_with("weak-") {
                true => (&mut weak, spec.rule.clone()),
                false => (&mut strong, spec.fingerprint.clone()),
            };
            index.entry(key).or_default().push(number);
            let over = spec.expires.as_deref().is_some_and(|day| day < today);
            let written = Written {
                kind: EntryKind::Baseline,
                file: baseline.name.clone(),
                name: name(&spec),
                reason: spec.reason.clone(),
            };
            let standing = if over { Standing::Expired } else { Standing::NotMet };
            let allowed = spec.paths.iter().filter_map(|path| Pattern::parse(path).ok()).collect();
            accepted.push(Accepted { spec, allowed, entry: Entry::new(Arc::new(written), standing), met: false });
        }
        Self { accepted, strong, weak }
    }

    /// Which places of one secret are covered, and by what. `live`: whether it is known that the key is live.
    pub(super) fn cover(&mut self, places: &[Place<'_>], live: bool, gone: &Gone<'_>) -> Vec<Option<Arc<Written>>> {
        let mut covered: Vec<Option<Arc<Written>>> = vec![None; places.len()];
        for number in self.entries_for(places) {
            let accepted = &mut self.accepted[number];
            accepted.met = true;
            if accepted.entry.standing == Standing::Expired {
                continue;
            }
            if live && !accepted.spec.accept_live {
                accepted.entry.standing = Standing::Live;
                continue;
            }
            let fits = accepted.fits(places, gone);
            for (place, covered) in fits.into_iter().zip(&mut covered) {
                if place && covered.is_none() {
                    *covered = Some(Arc::clone(&accepted.entry.written));
                    accepted.entry.waived += 1;
                }
            }
        }
        covered
    }

    /// The entries that speak of a secret, whatever they allow.
    fn entries_for(&self, places: &[Place<'_>]) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        for Place { sighting, .. } in places {
            if sighting.secret.is_strong() {
                found.extend(self.strong.get(sighting.fingerprint().as_str()).into_iter().flatten());
                continue;
            }
            for &number in self.weak.get(&*sighting.rule).into_iter().flatten() {
                let spec = &self.accepted[number].spec;
                let named = |path: &String| bound(sighting, &sighting.rule, path) == spec.fingerprint;
                if spec.paths.iter().any(named) {
                    found.insert(number);
                }
            }
        }
        found
    }

    /// Notes that a secret which is accepted otherwise was met.
    pub(super) fn meet(&mut self, place: &Place<'_>) {
        for number in self.entries_for(std::slice::from_ref(place)) {
            self.accepted[number].met = true;
        }
    }

    /// What each entry did. `missed` says of an entry that was not met whether it should have been.
    pub(super) fn into_entries(self, missed: impl Fn(&EntrySpec) -> bool) -> Vec<Entry> {
        let finish = |Accepted { spec, mut entry, met, .. }: Accepted| {
            if !met && missed(&spec) {
                entry.standing = Standing::Stale;
            }
            entry
        };
        self.accepted.into_iter().map(finish).collect()
    }
}

impl Accepted {
    /// Which of these places it allows.
    fn fits(&mut self, places: &[Place<'_>], gone: &Gone<'_>) -> Vec<bool> {
        let allows = |path: &String| self.allowed.iter().any(|pattern| pattern.matches(path));
        let others: BTreeSet<&String> =
            places.iter().flat_map(|place| &place.paths).filter(|path| !allows(path)).collect();
        let outside = places.iter().any(|place| place.paths.is_empty());
        let free = |path: &&String| Pattern::is_plain(path) && gone(path);
        let moved = !others.is_empty() && others.len() <= self.spec.paths.iter().filter(free).count();
        self.entry.standing = match (others.is_empty(), moved) {
            (true, _) if outside => Standing::Elsewhere,
            (true, _) => Standing::InForce,
            (false, true) => Standing::Moved,
            (false, false) => Standing::Elsewhere,
        };
        places.iter().map(|place| !place.paths.is_empty() && (moved || place.paths.iter().all(allows))).collect()
    }
}

/// The fingerprint of a sighting's secret as a baseline has it: bound to a path from the root if it is weak.
pub(super) fn bound(sighting: &Sighting, rule: &RuleId, path: &str) -> String {
    sighting.secret.fingerprint(&[rule.as_bytes(), path.as_bytes()]).to_string()
}

/// What reports call an entry: enough of its fingerprint, and where.
fn name(spec: &EntrySpec) -> String {
    let short = match spec.fingerprint.strip_prefix("weak-") {
        Some(_) => &spec.fingerprint[..],
        None => spec.fingerprint.get(..12).unwrap_or(&spec.fingerprint),
    };
    let more = if spec.paths.len() > 1 { format!(" and {} more", spec.paths.len() - 1) } else { String::new() };
    format!("{short} {} in {}{more}", spec.rule, spec.paths[0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{Origin, Position, Secret, Span, Verdict, Via};

    fn sighting() -> Sighting {
        let secret = Secret::new(b"sk-test-Zx81Qm4Tn7Vb2Kc9Lw5Rj3Hd6Gf0Sa8PyUiOe");
        let start = Position { line: 1, column: 1 };
        Sighting {
            rule: "openai-project-key".into(),
            mask: secret.mask(8),
            secret,
            origin: Origin::File("a.env".into()),
            span: Span { start: 0, end: 45 },
            via: Via::default(),
            start,
            end: start,
            inner: None,
            companions: Vec::new(),
            snippet: String::new(),
            verdict: Verdict::Real,
        }
    }

    /// Whether a key at `a.env` is covered by an entry, and how that stands then.
    fn covered(accept_live: bool, live: bool) -> (bool, Standing) {
        let sighting = sighting();
        let entry = EntrySpec {
            fingerprint: sighting.fingerprint().to_string(),
            rule: sighting.rule.to_string(),
            paths: vec!["a.env".to_owned()],
            reason: "a test".to_owned(),
            added: "2026-11-23".to_owned(),
            expires: None,
            accept_live,
            history: false,
        };
        let mut cover = Cover::new(Baseline { name: "b".to_owned(), entries: vec![entry] }, "2026-11-23");
        let place = Place { sighting: &sighting, paths: vec!["a.env".to_owned()] };
        let covered = cover.cover(&[place], live, &|_| false)[0].is_some();
        (covered, cover.into_entries(|_| true)[0].standing)
    }

    #[test]
    fn a_live_key_is_accepted_only_by_an_entry_that_says_so() {
        assert_eq!(covered(false, false), (true, Standing::InForce));
        assert_eq!(covered(false, true), (false, Standing::Live));
        assert_eq!(covered(true, true), (true, Standing::InForce));
    }
}
