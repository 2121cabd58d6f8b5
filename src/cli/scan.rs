//! `unleak scan`: files, folders and standard input.

use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use unleak::app::{self, DiskOptions, Follow, Ignored, KeepNoise, ObeyMarks, RuleChoice, ScanOptions};
use unleak::report::{self, Detail, Report, Run};
use unleak::rules::RuleSet;
use unleak::words::{Ledger, Outcome, Progress, Source};

use super::arguments::{JudgeArguments, ReportArguments, ScanArguments};
use super::{Failure, progress, terminal};

/// Scans files, folders and standard input.
pub(super) fn run(arguments: ScanArguments) -> Result<Outcome, Failure> {
    let (run, disk) = (arguments.as_run(), arguments.disk());
    let ScanArguments { paths, judge, report, .. } = arguments;
    scan_and_report(&judge, &report, run, |_| app::targets(&paths, disk), |_| {})
}

/// Scans what `sources` gives, lets `after` add to what was learned, and reports.
pub(super) fn scan_and_report(
    judge: &JudgeArguments,
    report: &ReportArguments,
    run: Run,
    sources: impl FnOnce(&Arc<Progress>) -> Vec<Box<dyn Source>>,
    after: impl FnOnce(&mut Ledger),
) -> Result<Outcome, Failure> {
    let begin = Instant::now();
    check_output(report.output.as_deref())?;
    let (ledger, rules) = learn(judge, report.keep_noise(), sources, after)?;
    let roots = run.roots.into_iter().map(|root| app::without_secrets(&ledger, root)).collect();
    let run = Run { roots, elapsed: begin.elapsed(), ..run };
    deliver(&Report { ledger: &ledger, rules: &rules, run: &run }, report)?;
    Ok(report.outcome(&ledger))
}

/// Scans what `sources` gives, and lets `after` add to what was learned.
pub(super) fn learn(
    judge: &JudgeArguments,
    noise: KeepNoise,
    sources: impl FnOnce(&Arc<Progress>) -> Vec<Box<dyn Source>>,
    after: impl FnOnce(&mut Ledger),
) -> Result<(Ledger, RuleSet), Failure> {
    let rules = app::load_rules(&judge.choice())?;
    let options = judge.options(noise);
    let verify = judge.liveness.options()?;
    verify.as_ref().map_or(Ok(()), |verify| verify.check(&rules))?;
    let progress = Arc::new(Progress::default());
    let sources = sources(&progress);
    let (mut ledger, rules) = progress::shown(&progress, || app::scan(&sources, rules, options, &progress));
    after(&mut ledger);
    ledger.fail_on = judge.liveness.asking.fail_on;
    if let Some(verify) = verify {
        progress::shown(&progress, || app::verify_leaks(&mut ledger, &rules, &verify, &progress))?;
    }
    Ok((ledger, rules))
}

impl ScanArguments {
    fn disk(&self) -> DiskOptions {
        DiskOptions { ignored: self.ignored(), follow: self.follow(), threads: self.threads }
    }

    fn ignored(&self) -> Ignored {
        if self.ignored { Ignored::Read } else { Ignored::LeftOut }
    }

    fn follow(&self) -> Follow {
        if self.follow { Follow::Always } else { Follow::Never }
    }

    fn as_run(&self) -> Run {
        Run {
            roots: self.paths.iter().map(|path| path.display().to_string()).collect(),
            ignored: if self.ignored { report::Ignored::Included } else { report::Ignored::LeftOut },
            ..self.report.as_run("scan")
        }
    }
}

impl JudgeArguments {
    fn choice(&self) -> RuleChoice {
        RuleChoice { only: self.only.clone(), files: self.files.clone() }
    }

    fn options(&self, noise: KeepNoise) -> ScanOptions {
        let marks = if self.no_inline_waivers { ObeyMarks::No } else { ObeyMarks::Yes };
        ScanOptions { noise, marks, limits: self.decode.limits() }
    }
}

impl ReportArguments {
    fn keep_noise(&self) -> KeepNoise {
        if self.noise { KeepNoise::Whole } else { KeepNoise::Counted }
    }

    /// What the report says of the run, so far as these arguments decide it.
    pub(super) fn as_run(&self, command: &str) -> Run {
        let detail = |all| if all { Detail::Full } else { Detail::Brief };
        Run {
            command: command.to_owned(),
            folder: current_folder(),
            began: now(),
            noise: detail(self.noise),
            places: detail(self.verbose),
            width: terminal::width(),
            ..Run::default()
        }
    }

    /// What the run comes down to. Leaks may be asked to be none; what was not read never is.
    pub(super) fn outcome(&self, ledger: &Ledger) -> Outcome {
        match ledger.outcome() {
            Outcome::Leaks if self.exit_zero && ledger.skipped.is_empty() => Outcome::Clean,
            Outcome::Leaks if self.exit_zero => Outcome::Incomplete,
            outcome => outcome,
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "reports shorten paths with it")]
fn current_folder() -> Option<PathBuf> {
    env::current_dir().ok()
}

/// The time now, in seconds since 1970.
#[expect(clippy::disallowed_methods, reason = "some reports say when they were made")]
fn now() -> Option<u64> {
    SystemTime::now().duration_since(UNIX_EPOCH).ok().map(|since| since.as_secs())
}

/// A report that can't be written is told before the scan, not after it.
#[expect(clippy::disallowed_methods, reason = "a first look; the write itself tells the rest")]
pub(super) fn check_output(output: Option<&Path>) -> Result<(), Failure> {
    let Some(path) = output else { return Ok(()) };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let failure = |cause| Err(Failure::Output { path: path.to_owned(), cause });
    if path.is_dir() {
        return failure(io::Error::other("it is a folder; name a file in it"));
    }
    if !folder.is_dir() {
        return failure(io::Error::other(format!("there is no folder {}", folder.display())));
    }
    Ok(())
}

/// Writes the report where it was asked for.
pub(super) fn deliver(report: &Report<'_>, arguments: &ReportArguments) -> Result<(), Failure> {
    let format = arguments.format;
    let Some(path) = &arguments.output else {
        let silent = arguments.quiet && format == report::Format::Human && report.ledger.outcome() == Outcome::Clean;
        return if silent { Ok(()) } else { terminal::to_stdout(|out| report::write(format, report, out)) };
    };
    terminal::plain(|out| report::write(format, report, out))
        .and_then(|text| report::save(path, |out| out.write_all(&text)))
        .map_err(|cause| Failure::Output { path: path.clone(), cause })
}
