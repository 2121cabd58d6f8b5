//! `unleak staged`, `unleak range` and `unleak history`: what git holds.

use std::cell::OnceCell;

use unleak::app::config::Config;
use unleak::app::git::{self, HistoryLimits};
use unleak::app::trust::{Ground, Reach};
use unleak::app::{KnownFile, RangeSpec, Scope};
use unleak::report::Run;
use unleak::rules::RuleSet;
use unleak::words::Outcome;

use super::arguments::{HistoryArguments, RangeArguments, StagedArguments};
use super::scan::{Typed, What, scan_and_report};
use super::{Failure, terminal};

/// Scans what is staged.
pub(super) fn staged(arguments: StagedArguments) -> Result<Outcome, Failure> {
    let StagedArguments { paths, threads, judge, answer, report } = arguments;
    let repo = git::repository_here()?;
    let roots = paths.iter().map(|path| path.display().to_string()).collect();
    let run = Run { roots, checkout: Some(repo.checkout()), ..report.as_run("staged") };
    let what = What { ground: Ground::Ours, reach: &|_| Reach::Part };
    let typed = Typed { judge: &judge, answer: &answer, report: &report };
    scan_and_report(typed, run, what, |_, _, _| vec![git::staged(&repo, paths, threads)], |_| {})
}

/// Scans what commits bring in.
pub(super) fn range(arguments: RangeArguments) -> Result<Outcome, Failure> {
    let spec = arguments.spec();
    let RangeArguments { range, threads, judge, answer, report, .. } = arguments;
    let repo = git::repository_here()?;
    let roots = range.into_iter().collect();
    let run = Run { roots, checkout: Some(repo.checkout()), ..report.as_run("range") };
    let ends = git::ends(&repo, &spec);
    let what = What { ground: Ground::Ours, reach: &|_| Reach::Commits(ends.clone()) };
    let after = |ledger: &mut _| git::attribute(ledger, &repo, threads);
    let typed = Typed { judge: &judge, answer: &answer, report: &report };
    scan_and_report(typed, run, what, |_, _, _| vec![git::range(&repo, spec, threads)], after)
}

/// Scans all that a repository holds.
pub(super) fn history(arguments: HistoryArguments) -> Result<Outcome, Failure> {
    let limits = arguments.limits();
    let HistoryArguments { repo, threads, mut judge, answer, report, cache, .. } = arguments;
    judge.trust.cache = (cache || judge.liveness.asking.no_cache).then_some(cache);
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
    let known = OnceCell::new();
    let sources = |config: &Config, rules: &RuleSet, progress: &_| {
        let wanted = config.cache.value && whole && judge.only.is_empty();
        let known = known.get_or_init(|| wanted.then(|| KnownFile::open(&repo, rules, config.limits())).flatten());
        vec![git::history(&repo, limits, threads, progress, known.as_ref())]
    };
    let after = |ledger: &mut _| git::attribute(ledger, &repo, threads);
    let typed = Typed { judge: &judge, answer: &answer, report: &report };
    let outcome = scan_and_report(typed, run, what, sources, after)?;
    if let Some(Err(error)) = known.into_inner().flatten().map(|known| known.save()) {
        terminal::tell_notes(&[format!("what was learned can't be kept, so the next run reads it all again: {error}")]);
    }
    Ok(outcome)
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
