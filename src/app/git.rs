//! Git repositories as what is scanned: which one, what of it, and afterwards where its leaks come from.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::available_parallelism;

use super::collect::finish;
use crate::source::git::{
    Absent, GitEnv, History, HistoryOptions, OpenError, Range, RangeSpec, Repository, Scope, Staged, StagedOptions,
    trace,
};
use crate::words::{GitObject, Ledger, Origin, Progress, Source};

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

/// Everything a repository holds, within limits; `progress` is told how much that is.
#[must_use]
pub fn history(repo: &Repository, limits: HistoryLimits, threads: usize, progress: &Arc<Progress>) -> Box<dyn Source> {
    let HistoryLimits { scope, since, paths } = limits;
    let options = HistoryOptions { scope, since, paths, threads: count(threads) };
    Box::new(History::new(repo.clone(), options, Arc::clone(progress)))
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
