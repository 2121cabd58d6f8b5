//! `unleak scan`: files, folders and standard input.

use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use unleak::app::baseline::Baseline;
use unleak::app::config::{Ask, Config, RuleSource};
use unleak::app::trust::{Ground, Policy, Reach};
use unleak::app::{self, DiskOptions, Follow, Ignored, KeepNoise, ObeyMarks, RuleChoice, ScanOptions};
use unleak::report::{self, Detail, Report, Run};
use unleak::rules::RuleSet;
use unleak::words::{Ledger, Outcome, Progress, Source};

use super::arguments::{AnswerArguments, JudgeArguments, ReportArguments, ScanArguments};
use super::{Failure, progress, signals, terminal};

/// Scans files, folders and standard input.
pub(super) fn run(arguments: ScanArguments) -> Result<Outcome, Failure> {
    let (run, disk) = (arguments.as_run(), arguments.disk());
    let ScanArguments { paths, judge, answer, report, .. } = arguments;
    let reach = |config: &Config| Reach::of_paths(config, paths.iter().map(PathBuf::as_path));
    let what = What { ground: Ground::Disk, reach: &reach };
    let typed = Typed { judge: &judge, answer: &answer, report: &report };
    scan_and_report(typed, run, what, |_, _, _| app::targets(&paths, disk), |_| {})
}

/// What was typed for every command that scans.
#[derive(Clone, Copy)]
pub(super) struct Typed<'a> {
    pub(super) judge: &'a JudgeArguments,
    pub(super) answer: &'a AnswerArguments,
    pub(super) report: &'a ReportArguments,
}

/// What a command reads, for the question what entries of a config or a baseline may say of it.
pub(super) struct What<'a> {
    /// What kind of place it is.
    pub(super) ground: Ground,
    /// How much of the repository that is.
    pub(super) reach: &'a dyn Fn(&Config) -> Reach,
}

/// What was learned, and by which rules, config and policy.
pub(super) struct Examined {
    pub(super) ledger: Ledger,
    pub(super) rules: RuleSet,
    pub(super) config: Config,
    pub(super) policy: Policy,
    pub(super) reach: Reach,
}

/// Scans what `sources` gives, lets `after` add to what was learned, and applies what is accepted.
pub(super) fn examine(
    judge: &JudgeArguments,
    noise: KeepNoise,
    what: What<'_>,
    sources: impl FnOnce(&Config, &RuleSet, &Arc<Progress>) -> Vec<Box<dyn Source>>,
    after: impl FnOnce(&mut Ledger),
) -> Result<Examined, Failure> {
    let config = Config::read(&judge.ask())?;
    let rules = app::load_rules(&judge.choice(&config))?;
    terminal::tell_notes(rules.notes());
    let verify = judge.liveness.options()?;
    verify.as_ref().map_or(Ok(()), |verify| verify.check(&rules))?;
    let mut policy = Policy::new(&config, what.ground, judge.only.is_empty().then_some(&rules), app::today())?;
    let marks = if config.inline_waivers.value { ObeyMarks::Yes } else { ObeyMarks::No };
    let options = ScanOptions { noise, marks, limits: config.limits() };
    let signals = signals::listen();
    let progress = Arc::new(Progress::until(signals.halt()));
    let sources = sources(&config, &rules, &progress);
    let (mut ledger, rules) =
        progress::shown(&progress, || app::scan(&sources, rules, options, Some(&policy), &progress));
    let verify = verify.filter(|_| !ledger.interrupted);
    if verify.is_some() {
        app::lift_marked(&mut ledger, &rules);
    }
    if !ledger.interrupted {
        after(&mut ledger);
    }
    ledger.fail_on = judge.liveness.asking.fail_on;
    if let Some(verify) = verify {
        progress::shown(&progress, || app::verify_leaks(&mut ledger, &rules, &verify, &progress))?;
        app::lower_marked(&mut ledger, &rules);
    }
    // With fewer rules or less decoding than usual, what is not found is not gone.
    let less = !judge.only.is_empty() || config.decodes_less() || ledger.interrupted;
    let reach = (what.reach)(&config).seen_with(less);
    // A large baseline takes milliseconds to read: where nothing was found and nothing can be stale, a hook saves them.
    let found = !ledger.leaks.is_empty() || !ledger.waived.is_empty();
    let wanted = found || judge.trust.baseline.is_some() || matches!(reach, Reach::Tree | Reach::History);
    let baseline = match wanted && !judge.trust.no_baseline {
        true => Baseline::of_run(&config, judge.trust.baseline.as_deref())?,
        false => None,
    };
    policy.apply(&mut ledger, baseline, &config, &reach, &rules); // after any verification: a live key is not accepted
    let rules = match &reach {
        Reach::Commits(ends) => app::git::count_new_marks(&mut ledger, &ends.bases, rules, options),
        _ => rules,
    };
    Ok(Examined { ledger, rules, config, policy, reach })
}

/// Scans, does about leaks what was asked for, and reports.
pub(super) fn scan_and_report(
    Typed { judge, answer, report }: Typed<'_>,
    run: Run,
    what: What<'_>,
    sources: impl FnOnce(&Config, &RuleSet, &Arc<Progress>) -> Vec<Box<dyn Source>>,
    after: impl FnOnce(&mut Ledger),
) -> Result<Outcome, Failure> {
    let begin = Instant::now();
    check_output(report.output.as_deref())?;
    let auto_revoke = answer.auto_revoke(judge)?;
    let Examined { mut ledger, rules, .. } = examine(judge, report.keep_noise(), what, sources, after)?;
    match (&auto_revoke, &answer.evidence) {
        (Some(options), _) => app::auto_revoke(&mut ledger, &rules, options),
        (None, Some(path)) => app::show_evidence(&mut ledger, path)?,
        (None, None) => {}
    }
    let roots = run.roots.into_iter().map(|root| app::without_secrets(&ledger, root)).collect();
    let run = Run { roots, elapsed: begin.elapsed(), ..run };
    deliver(&Report { ledger: &ledger, rules: &rules, run: &run }, report)?;
    #[expect(
        clippy::disallowed_methods,
        reason = "there is no secret in rules, and to free them one by one takes longer"
    )]
    std::mem::forget(rules);
    Ok(report.outcome(&ledger))
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
    /// What they say of the config.
    pub(super) fn ask(&self) -> Ask {
        Ask {
            file: self.trust.config.clone(),
            from: self.trust.config_from.clone(),
            nothing: self.trust.no_config,
            rule_files: self.files.clone(),
            no_inline_waivers: self.no_inline_waivers,
            cache: self.trust.cache,
            limits: self.decode.values(),
        }
    }

    fn choice(&self, config: &Config) -> RuleChoice {
        let mut choice = RuleChoice { only: self.only.clone(), ..RuleChoice::default() };
        for said in &config.rule_files {
            match &said.value {
                RuleSource::Path(path) => choice.files.push(path.clone()),
                RuleSource::Text(text) => choice.brought.push(text.clone()),
            }
        }
        choice
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
