//! Git repositories as what is scanned: which one, what of it, and afterwards where its leaks come from.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::available_parallelism;

use super::collect::finish;
use super::given::{Given, look_at};
use super::known::KnownFile;
use super::marked::mark_on;
use super::pipeline::ScanOptions;
use super::trust::Policy;
use crate::engine::decode::Limits;
use crate::engine::{KeepNoise, ObeyMarks};
use crate::rules::RuleSet;
use crate::source::git::{
    Absent, CommitFiles, Ends, GitEnv, History, HistoryOptions, OpenError, Range, RangeSpec, Repository, Scope, Staged,
    StagedOptions, trace,
};
use crate::words::{GitObject, Leak, Ledger, Origin, Progress, Secret, Source};

/// The repository around the current folder, or the one that git names in the environment of its hooks.
///
/// # Errors
/// There is none, or it can't be read by us.
pub fn repository_here() -> Result<Repository, OpenError> {
    Repository::discover(Path::new("."), &GitEnv::of_process())
}

/// The repository that a path is in, whatever the environment says.
///
/// # Errors
/// There is none, or it can't be read by us.
pub fn repository_at(path: &Path) -> Result<Repository, OpenError> {
    Repository::discover(path, &GitEnv::default())
}

/// Whether it is the repository around the current folder.
#[must_use]
pub fn is_here(repo: &Repository) -> bool {
    repository_at(Path::new(".")).is_ok_and(|here| here.is_same(repo))
}

/// What the next commit would contain; with paths, all that the index holds there.
#[must_use]
pub fn staged(repo: &Repository, paths: Vec<PathBuf>, threads: usize) -> Box<dyn Source> {
    Box::new(Staged::new(repo.clone(), StagedOptions { paths, absent: Absent::Skipped, threads: count(threads) }))
}

/// What commits bring in.
#[must_use]
pub fn range(repo: &Repository, spec: RangeSpec, threads: usize) -> Box<dyn Source> {
    Box::new(Range::new(repo.clone(), spec, count(threads)))
}

/// Between which commits a range leads.
#[must_use]
pub fn ends(repo: &Repository, spec: &RangeSpec) -> Ends {
    Ends::of_range(repo, spec)
}

/// What commits bring in, without the files that a comparison of both ends shows and that are not named, if any are.
pub(super) fn range_named(repo: &Repository, spec: RangeSpec, named: Vec<PathBuf>) -> Box<dyn Source> {
    Box::new(Range::new(repo.clone(), spec, count(0)).named(named))
}

/// What of a history is read.
#[derive(Clone, Debug, Default)]
pub struct HistoryLimits {
    /// Which objects.
    pub scope: Scope,
    /// Only what was committed since then, in seconds since 1970 (UTC).
    pub since: Option<i64>,
    /// Only what is below these paths, from the root of the work tree.
    pub paths: Vec<PathBuf>,
}

impl HistoryLimits {
    /// Whether there are no limits.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.scope == Scope::Everything && self.since.is_none() && self.paths.is_empty()
    }
}

/// Everything a repository holds, within limits; `progress` is told how much that is. What is `known` is not read again.
#[must_use]
pub fn history(
    repo: &Repository,
    limits: HistoryLimits,
    threads: usize,
    progress: &Arc<Progress>,
    known: Option<&KnownFile>,
) -> Box<dyn Source> {
    let HistoryLimits { scope, since, paths } = limits;
    let options = HistoryOptions { scope, since, paths, threads: count(threads) };
    let history = History::new(repo.clone(), options, Arc::clone(progress));
    Box::new(match known {
        Some(known) => history.remembering(known.knowledge()),
        None => history,
    })
}

/// What stands in a file as a commit of the repository here holds it, by its path from the root. Nothing if the file is
/// not to be had.
#[must_use]
pub fn leaks_at(commit: &str, path: &str, rules: Option<RuleSet>, policy: &Policy) -> (Vec<Leak>, Option<RuleSet>) {
    let read = || CommitFiles::open(&repository_here().ok()?, commit).ok()?.read(path).ok()?;
    let Some(bytes) = read() else { return (Vec::new(), rules) };
    let Some(rules) = rules else { return (Vec::new(), None) };
    let options = ScanOptions { noise: KeepNoise::Counted, marks: ObeyMarks::No, limits: Limits::default() };
    let given = Given(vec![(Origin::File(policy.root().join(path)), bytes)]);
    let (ledger, rules) = look_at(given, rules, options);
    (ledger.leaks, Some(rules))
}

/// Counts the inline marks in what a range brought in that its base does not have: secrets that are waived at a path now
/// and were not waived there before.
#[must_use]
pub fn count_new_marks(ledger: &mut Ledger, bases: &[String], rules: RuleSet, options: ScanOptions) -> RuleSet {
    let marked = |ledger: &Ledger| -> BTreeSet<(PathBuf, Secret)> {
        let waived = ledger.waived.iter().map(|waived| &waived.sighting);
        let leaks = ledger.leaks.iter().flat_map(|leak| leak.sightings.iter());
        let inline = waived.chain(leaks).filter(|sighting| mark_on(sighting).is_some());
        inline.filter_map(|sighting| Some((path_of(&sighting.origin)?, sighting.secret.clone()))).collect()
    };
    let now = marked(ledger);
    if now.is_empty() {
        ledger.new_marks = Some(0);
        return rules;
    }
    let paths: BTreeSet<&PathBuf> = now.iter().map(|(path, _)| path).collect();
    let repo = repository_here().ok();
    let open = |base: &String| CommitFiles::open(repo.as_ref()?, base).ok();
    let files: Vec<CommitFiles> = bases.iter().filter_map(open).collect();
    let read =
        |path: &PathBuf, files: &CommitFiles| Some((Origin::File(path.clone()), files.read(path.to_str()?).ok()??));
    let all = paths.into_iter().flat_map(|path| files.iter().filter_map(move |files| read(path, files)));
    let (before, rules) = look_at(Given(all.collect()), rules, options);
    ledger.new_marks = Some(now.difference(&marked(&before)).count() as u64);
    rules
}

/// The path of a file, on the disk or in a commit; what is none has an empty one.
fn path_of(origin: &Origin) -> Option<PathBuf> {
    match origin {
        Origin::File(path) => Some(path.clone()),
        Origin::Object(object) => Some(object.path.clone().unwrap_or_default()),
        _ => None,
    }
}

/// Finds out where each leak comes from and what became of it. Sightings get the path and the commit of what they are in.
pub fn attribute(ledger: &mut Ledger, repo: &Repository, threads: usize) {
    if ledger.leaks.is_empty() {
        return;
    }
    let questions: Vec<Vec<Origin>> = ledger
        .leaks
        .iter()
        .map(|leak| {
            let mut origins: Vec<Origin> = leak.sightings.iter().map(|sighting| sighting.origin.clone()).collect();
            origins.dedup();
            origins
        })
        .collect();
    let lives = trace(repo, &questions, count(threads));
    for ((leak, life), origins) in ledger.leaks.iter_mut().zip(lives).zip(&questions) {
        leak.sightings.place(|origin| {
            let place = origins.iter().position(|asked| asked == origin).and_then(|at| life.places.get(at));
            if let (Origin::Object(GitObject { path, commit, .. }), Some(place)) = (origin, place) {
                *path = path.take().or_else(|| place.path.clone());
                *commit = commit.take().or_else(|| place.commit.as_ref().map(|commit| commit.id));
            }
        });
        let named_by = leak.sightings.iter().find(|sighting| sighting.rule == leak.rule);
        leak.fingerprint = named_by.unwrap_or(leak.sightings.first()).fingerprint();
        leak.life = Some(life);
    }
    finish(ledger);
}

/// So many threads; none means one for each processor.
pub(super) fn count(threads: usize) -> NonZeroUsize {
    NonZeroUsize::new(threads).unwrap_or_else(|| available_parallelism().unwrap_or(NonZeroUsize::MIN))
}
