//! `unleak baseline`: what is known and accepted.

mod import;
mod review;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anstyle::Style;
use unleak::app::baseline::change::{Changed, Note};
use unleak::app::baseline::{Baseline, EntrySpec};
use unleak::app::config::Config;
use unleak::app::git::{self, HistoryLimits};
use unleak::app::trust::{Ground, Reach};
use unleak::app::{self, DiskOptions, Follow, Ignored, KeepNoise};
use unleak::report::harmless;
use unleak::words::{EntryKind, Ledger, Outcome, Standing};

use super::arguments::{AcceptArguments, BaselineCommand, JudgeArguments, WhereArguments};
use super::scan::{Examined, What, examine};
use super::{Failure, terminal};

const BOLD: Style = Style::new().bold();

/// Does what was asked for.
pub(super) fn run(command: BaselineCommand) -> Result<Outcome, Failure> {
    match command {
        BaselineCommand::Create(arguments) => create(arguments),
        BaselineCommand::Update(arguments) => update(arguments),
        BaselineCommand::Prune(arguments) => prune(arguments),
        BaselineCommand::Explain(arguments) => explain(&arguments),
        BaselineCommand::Import(arguments) => import::run(arguments),
        BaselineCommand::Review(arguments) => review::run(arguments),
    }
}

fn create(arguments: AcceptArguments) -> Result<Outcome, Failure> {
    let config = Config::read(&arguments.at.judge.ask())?;
    let path = Baseline::path(&config, arguments.at.file.as_deref());
    if !Baseline::at(&path)?.entries.is_empty() {
        return Err(Failure::BaselineThere(path));
    }
    add(&arguments, &path)
}

fn update(arguments: AcceptArguments) -> Result<Outcome, Failure> {
    let config = Config::read(&arguments.at.judge.ask())?;
    let path = Baseline::path(&config, arguments.at.file.as_deref());
    add(&arguments, &path)
}

/// Accepts what is found and not accepted yet.
fn add(arguments: &AcceptArguments, path: &Path) -> Result<Outcome, Failure> {
    let mut baseline = Baseline::at(path)?;
    let Examined { ledger, config, policy, reach, .. } = look(&arguments.at.judge, Some(path), arguments.at.history)?;
    let note = Note {
        reason: arguments.reason.clone(),
        added: app::today(),
        expires: arguments.expires.clone(),
        accept_live: arguments.accept_live,
        history: arguments.at.history,
    };
    let mut changed = Changed { kept: baseline.entries.len(), ..Changed::default() };
    baseline.follow(&ledger, &policy, &reach, &config, &mut changed);
    for leak in &ledger.leaks {
        baseline.accept(leak, &policy, &note, &mut changed);
    }
    finish(&baseline, path, changed, &ledger)
}

fn prune(arguments: WhereArguments) -> Result<Outcome, Failure> {
    let config = Config::read(&arguments.judge.ask())?;
    let path = Baseline::path(&config, arguments.file.as_deref());
    let mut baseline = Baseline::at(&path)?;
    let Examined { ledger, .. } = look(&arguments.judge, Some(&path), arguments.history)?;
    let over = ledger.entries.iter().filter(|entry| {
        let is_over = matches!(entry.standing, Standing::Stale | Standing::Expired);
        entry.written.kind == EntryKind::Baseline && is_over && ledger.skipped.is_empty()
    });
    let over: Vec<String> = over.map(|entry| entry.written.name.clone()).collect();
    let mut changed = Changed::default();
    baseline.prune(&over, &mut changed);
    changed.kept = baseline.entries.len();
    finish(&baseline, &path, changed, &ledger)
}

/// Scans the repository with the baseline at `path`. What was broken off changes no baseline.
fn look(judge: &JudgeArguments, path: Option<&Path>, history: bool) -> Result<Examined, Failure> {
    let mut judge = judge.clone();
    judge.trust.baseline = path.filter(|path| is_there(path)).map(|path| path.display().to_string());
    judge.trust.no_baseline = judge.trust.baseline.is_none();
    if !history {
        let what = What { ground: Ground::Disk, reach: &|_| Reach::Tree };
        let disk = DiskOptions { ignored: Ignored::LeftOut, follow: Follow::Never, threads: 0 };
        let sources = |config: &Config, _: &_, _: &_| app::targets(&[config.root()], disk);
        return whole(examine(&judge, KeepNoise::Counted, what, sources, |_| {})?);
    }
    let repo = git::repository_here()?;
    let what = What { ground: Ground::Ours, reach: &|_| Reach::History };
    let after = |ledger: &mut Ledger| git::attribute(ledger, &repo, 0);
    let limits = HistoryLimits::default();
    let sources = |_: &Config, _: &_, progress: &_| vec![git::history(&repo, limits, 0, progress, None)];
    whole(examine(&judge, KeepNoise::Counted, what, sources, after)?)
}

fn whole(examined: Examined) -> Result<Examined, Failure> {
    if examined.ledger.interrupted { Err(Failure::Interrupted) } else { Ok(examined) }
}

#[expect(clippy::disallowed_methods, reason = "whether there is a baseline to apply")]
fn is_there(path: &Path) -> bool {
    path.is_file()
}

/// Writes the baseline and says what was done.
fn finish(baseline: &Baseline, path: &Path, changed: Changed, ledger: &Ledger) -> Result<Outcome, Failure> {
    baseline.save(path).map_err(|cause| Failure::Baseline { path: path.to_owned(), cause })?;
    terminal::to_stdout(|out| tell(path, changed, ledger, out))?;
    Ok(if ledger.skipped.is_empty() { Outcome::Clean } else { Outcome::Incomplete })
}

fn tell(path: &Path, changed: Changed, ledger: &Ledger, out: &mut dyn Write) -> io::Result<()> {
    let Changed { added, moved, removed, kept, unplaced } = changed;
    let path = path.display().to_string();
    writeln!(out, "{BOLD}{}{BOLD:#}: {added} added, {moved} moved, {removed} removed, {kept} kept", harmless(&path))?;
    if unplaced > 0 {
        writeln!(out, "{unplaced} places are not in the repository, so that no entry can allow them")?;
    }
    for skipped in &ledger.skipped {
        writeln!(out, "not read: {}: {}", harmless(&skipped.what), harmless(&skipped.why))?;
    }
    Ok(())
}

fn explain(arguments: &WhereArguments) -> Result<Outcome, Failure> {
    let config = Config::read(&arguments.judge.ask())?;
    let path = Baseline::path(&config, arguments.file.as_deref());
    let baseline = Baseline::at(&path)?;
    let today = app::today();
    terminal::to_stdout(|out| {
        for entry in &baseline.entries {
            entry_for_people(entry, &today, out)?;
        }
        writeln!(out, "{} accepted; `unleak scan` says which of them are stale", baseline.entries.len())
    })?;
    Ok(Outcome::Clean)
}

fn entry_for_people(entry: &EntrySpec, today: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{BOLD}{}{BOLD:#}  {}", harmless(&entry.fingerprint), harmless(&entry.rule))?;
    for path in &entry.paths {
        writeln!(out, "  may stand at {}", harmless(path))?;
    }
    let until = match &entry.expires {
        Some(day) if day.as_str() < today => format!(", expired on {day}"),
        Some(day) => format!(", until {day}"),
        None => String::new(),
    };
    let live = if entry.accept_live { ", even if it is live" } else { "" };
    let history = if entry.history { ", in the history only" } else { "" };
    writeln!(out, "  accepted on {}{until}{live}{history}: {}\n", entry.added, harmless(&entry.reason))
}

/// The baseline that a command is about.
fn path_of(judge: &JudgeArguments, file: Option<&Path>) -> Result<PathBuf, Failure> {
    let config = Config::read(&judge.ask())?;
    Ok(Baseline::path(&config, file))
}
