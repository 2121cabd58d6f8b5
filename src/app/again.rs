//! Finding a report's leaks again. A report holds no secret, so what it recorded is read once more at its place (a file, the
//! index, a git object), with all decoders, and each secret found there is recognised by its fingerprint. What is no longer
//! there is said; the same file may hold it on another line.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::num::NonZeroUsize;
use std::path::PathBuf;

use super::pipeline::{ScanOptions, scan};
use crate::engine::decode::Limits;
use crate::engine::{KeepNoise, ObeyMarks};
use crate::report::{Recorded, RecordedPlace, Recording};
use crate::rules::RuleSet;
use crate::source::git::{Absent, Objects, Repository, Staged, StagedOptions};
use crate::source::{Disk, DiskOptions, Follow, Ignored};
use crate::words::{GitObject, Inputs, Leak, Noise, Origin, Progress, Sighting, Skipped, Source, Verdict};

/// What became of a report's leaks.
#[derive(Debug)]
pub struct Again {
    /// Each leak of the report, in its order.
    pub cases: Vec<Case>,
    /// What was read for it.
    pub inputs: Inputs,
    /// What could not be read or decoded. A place in it counts as gone.
    pub skipped: Vec<Skipped>,
}

/// One leak of a report, and what is left of it.
#[derive(Debug)]
pub struct Case {
    /// What the report says.
    pub recorded: Recorded,
    /// The leak as it stands now, with the secret; nothing if all its places are gone.
    pub leak: Option<Leak>,
    /// A place of the secret, if it still stands somewhere but is no leak any more: it says itself that it has expired.
    pub expired: Option<Sighting>,
    /// The places where it no longer stands, and why.
    pub gone: Vec<Gone>,
}

/// A place of a report at which its secret no longer stands.
#[derive(Clone, Debug)]
pub struct Gone {
    /// The place.
    pub place: RecordedPlace,
    /// Why the secret can't be read there.
    pub why: &'static str,
}

const MOVED_ON: &str = "it is no longer there";
const NO_FILE: &str = "there is no such file here; run this where the report was made";
const NO_REPOSITORY: &str = "there is no repository here; run this in the one that the report is of";

/// Finds what the report recorded. `repo` is where its git objects are, if it has any.
#[must_use]
pub fn find_again(
    recording: Recording,
    rules: RuleSet,
    repo: Option<&Repository>,
    threads: NonZeroUsize,
) -> (Again, RuleSet) {
    let mut wanted = Wanted::default();
    for place in recording.leaks.iter().flat_map(|leak| &leak.places) {
        wanted.add(place, repo);
    }
    let sources = wanted.sources(repo, threads);
    let options = ScanOptions { noise: KeepNoise::Whole, marks: ObeyMarks::No, limits: Limits::default() };
    let (ledger, rules) = scan(&sources, rules, options, None, &Progress::default());

    let mut leaks: HashMap<String, Leak> = HashMap::new();
    for leak in ledger.leaks {
        let names: HashSet<String> = leak.sightings.iter().map(|seen| seen.fingerprint().to_string()).collect();
        leaks.extend(names.into_iter().map(|name| (name, leak.clone())));
    }
    let expired: HashMap<String, &Sighting> = ledger
        .noise
        .iter()
        .filter(|sighting| sighting.verdict == Verdict::Noise(Noise::Expired))
        .map(|sighting| (sighting.fingerprint().to_string(), sighting))
        .collect();
    let case = |recorded: Recorded| {
        let leak = leaks.get(&recorded.fingerprint).cloned();
        let expired = expired.get(&recorded.fingerprint).map(|&sighting| sighting.clone());
        let stands = |origin: &Origin| {
            expired.is_some()
                || leak.as_ref().is_some_and(|leak| leak.sightings.iter().any(|seen| seen.origin == *origin))
        };
        let gone = recorded.places.iter().filter_map(|place| wanted.gone(place, repo, &stands)).collect();
        Case { leak, expired: expired.filter(|_| !leaks.contains_key(&recorded.fingerprint)), gone, recorded }
    };
    let cases = recording.leaks.into_iter().map(case).collect();
    (Again { cases, inputs: ledger.inputs, skipped: ledger.skipped }, rules)
}

/// What has to be read.
#[derive(Default)]
struct Wanted {
    files: BTreeSet<PathBuf>,
    missing: BTreeSet<PathBuf>,
    index: BTreeSet<PathBuf>,
    objects: BTreeSet<GitObject>,
}

impl Wanted {
    fn add(&mut self, place: &RecordedPlace, repo: Option<&Repository>) {
        match place.origin() {
            Some(Origin::File(path)) => {
                let files = if is_there(&path) { &mut self.files } else { &mut self.missing };
                files.insert(path);
            }
            Some(Origin::Index(path)) if repo.is_some() => {
                self.index.insert(path);
            }
            Some(Origin::Object(object)) if repo.is_some() => {
                self.objects.insert(object);
            }
            _ => {}
        }
    }

    fn sources(&self, repo: Option<&Repository>, threads: NonZeroUsize) -> Vec<Box<dyn Source>> {
        let mut sources: Vec<Box<dyn Source>> = Vec::new();
        if !self.files.is_empty() {
            let options = DiskOptions { ignored: Ignored::Read, follow: Follow::Never, threads: threads.get() };
            sources.push(Box::new(Disk::new(self.files.iter().cloned().collect(), options)));
        }
        let Some(repo) = repo else { return sources };
        if let Some(root) = repo.work_tree().filter(|_| !self.index.is_empty()) {
            let paths = self.index.iter().map(|path| root.join(path)).collect();
            sources
                .push(Box::new(Staged::new(repo.clone(), StagedOptions { paths, absent: Absent::Skipped, threads })));
        }
        if !self.objects.is_empty() {
            sources.push(Box::new(Objects::new(repo.clone(), self.objects.iter().cloned().collect(), threads)));
        }
        sources
    }

    /// A place at which the secret does not stand, and why.
    fn gone(&self, place: &RecordedPlace, repo: Option<&Repository>, stands: &dyn Fn(&Origin) -> bool) -> Option<Gone> {
        let why = match place.origin() {
            None => place.why_lost(),
            Some(Origin::Index(_) | Origin::Object(_)) if repo.is_none() => NO_REPOSITORY,
            Some(Origin::File(path)) if self.missing.contains(&path) => NO_FILE,
            Some(origin) if stands(&origin) => return None,
            Some(_) => MOVED_ON,
        };
        Some(Gone { place: place.clone(), why })
    }
}

#[expect(clippy::disallowed_methods, reason = "a first look; the source says what can't be read")]
fn is_there(path: &std::path::Path) -> bool {
    path.is_file()
}
