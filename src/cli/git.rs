//! `unleak staged`, `unleak range` and `unleak history`: what git holds.

use std::sync::Arc;

use unleak::app::config::Config;
use unleak::app::git::{self, HistoryLimits};
use unleak::app::trust::{Ground, Reach};
use unleak::app::{RangeSpec, Repository, Scope};
use unleak::report::Run;
use unleak::words::{Outcome, Progress, Source};

use super::Failure;
use super::arguments::{HistoryArguments, RangeArguments, StagedArguments};
use super::scan::{Typed, What, scan_and_report};

/// Scans what is staged.
pub(super) fn staged(arguments: StagedArguments) -> Result<Outcome, Failure> {
    let StagedArguments { paths, threads, judge, answer, report } = arguments;
    let repo = git::repository_here()?;
    let roots = paths.iter().map(|path| path.display().to_string()).collect();
    let run = Run { roots, checkout: Some(repo.checkout()), ..report.as_run("staged") };
    let what = What { ground: Ground::Ours, reach: &|_| Reach::Part };
    let typed = Typed { judge: &judge, answer: &answer, report: &report };
    scan_and_report(typed, run, what, |_| vec![git::staged(&repo, paths, threads)], |_| {})
}

/// Scans what commits bring in.
pub(super) fn range(arguments: RangeArguments) -> Result<Outcome, Failure> {
    let spec = arguments.spec();
    let RangeArguments { range, threads, judge, answer, report, .. } = arguments;
    let repo = git::repository_here()?;
    let roots = range.into_iter().collect();
    let run = Run { roots, checkout: Some(repo.checkout()), ..report.as_run("range") };
    let ends = spec.ends();
    let what = What { ground: Ground::Ours, reach: &|_| Reach::Commits(ends.clone()) };
    let typed = Typed { judge: &judge, answer: &answer, report: &report };
    traced(typed, run, what, &repo, threads, |_| git::range(&repo, spec, threads))
}

/// Scans all that a repository holds.
pub(super) fn history(arguments: HistoryArguments) -> Result<Outcome, Failure> {
    let limits = arguments.limits();
    let HistoryArguments { repo, threads, judge, answer, report, .. } = arguments;
    let whole = limits.is_none();
    let roots = repo.iter().map(|path| path.display().to_string()).collect();
    let (repo, ground) = match repo {
        Some(path) => {
            let repo = git::repository_at(&path)?;
            let ground = if git::is_here(&repo) { Ground::Ours } else { Ground::Foreign };
            (repo, ground)
        }
        None => (git::repository_here()?, Ground::Ours),
    };
    let reach = |_: &Config| if whole { Reach::History } else { Reach::Part };
    let what = What { ground, reach: &reach };
    let run = Run { roots, checkout: Some(repo.checkout()), ..report.as_run("history") };
    let typed = Typed { judge: &judge, answer: &answer, report: &report };
    traced(typed, run, what, &repo, threads, |progress| git::history(&repo, limits, threads, progress))
}

/// Scans, and finds out where leaks come from.
fn traced(
    typed: Typed<'_>,
    run: Run,
    what: What<'_>,
    repo: &Repository,
    threads: usize,
    source: impl FnOnce(&Arc<Progress>) -> Box<dyn Source>,
) -> Result<Outcome, Failure> {
    let after = |ledger: &mut _| git::attribute(ledger, repo, threads);
    scan_and_report(typed, run, what, |progress| vec![source(progress)], after)
}

impl RangeArguments {
    fn spec(&self) -> RangeSpec {
        let tip = || self.range.clone().unwrap_or_else(|| "HEAD".to_owned());
        match self.since {
            Some(seconds) => RangeSpec::Since { seconds, tip: tip() },
            None if self.unpushed => RangeSpec::Unpushed { tip: tip() },
            None => RangeSpec::parse(&tip()),
        }
    }
}

impl HistoryArguments {
    fn limits(&self) -> HistoryLimits {
        let scope = match self.no_reflog {
            true => Scope::References,
            false if self.branch.is_empty() => Scope::Everything,
            false => Scope::Of(self.branch.clone()),
        };
        HistoryLimits { scope, since: self.since, paths: self.path.clone() }
    }
}
