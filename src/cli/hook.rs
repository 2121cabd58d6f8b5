//! `unleak hook`: git calls us before it commits, pushes or takes in.

use std::env;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use unleak::app::hook::{self, Done, Looked};
use unleak::app::trust::Ground;
use unleak::app::{HookFolder, HookReach, KeepNoise, git};
use unleak::report::{Report, Run, harmless, write_hook};
use unleak::words::{Hook, Outcome};

use super::arguments::{HookCommand, HookPlace, HookRun};
use super::scan::{Examined, What, examine};
use super::{Failure, terminal};

const BOLD: Style = Style::new().bold();
const NOTE: Style = AnsiColor::Yellow.on_default().bold();

/// Does what was asked for.
pub(super) fn run(command: HookCommand) -> Result<Outcome, Failure> {
    match command {
        HookCommand::Run(call) => stand(*call),
        HookCommand::Install(place) => {
            let program = program()?;
            change(place, |folder, hook| hook::install(&folder.path, hook, &program))
        }
        HookCommand::Remove(place) => change(place, |folder, hook| hook::remove(&folder.path, hook)),
    }
}

/// Looks at what git hands over. What is said goes where git's own words go; the exit code stops git.
fn stand(call: HookRun) -> Result<Outcome, Failure> {
    let HookRun { call, judge } = call;
    let mut arguments = call.into_iter();
    let name = arguments.next().unwrap_or_default();
    let hook = Hook::ALL.into_iter().find(|hook| name.as_os_str() == hook.as_str());
    let hook = hook.ok_or_else(|| Failure::NoSuchHook(name.display().to_string()))?;
    let repo = git::repository_here()?;
    let Looked { sources, reach } = hook::look(hook, arguments.collect(), &repo)?;
    let what = What { ground: Ground::Ours, reach: &|_| reach.clone() };
    let Examined { ledger, rules, .. } = examine(&judge, KeepNoise::Counted, what, |_, _, _| sources, |_| {})?;
    let run = Run {
        command: hook.as_str().to_owned(),
        checkout: Some(repo.checkout()),
        width: terminal::width(),
        ..Run::default()
    };
    let report = Report { ledger: &ledger, rules: &rules, run: &run };
    terminal::to_stderr(|out| write_hook(hook, &report, out));
    Ok(ledger.outcome())
}

/// Installs or removes, and says what became of each hook.
fn change(
    place: HookPlace,
    change: impl Fn(&HookFolder, Hook) -> Result<Done, hook::InstallError>,
) -> Result<Outcome, Failure> {
    let (folder, usual) = match place.template {
        Some(named) => (hook::template(named)?, USUAL),
        None => {
            let repo = git::repository_here()?;
            let usual = if repo.work_tree().is_some() { USUAL } else { BARE };
            (hook::folder(&repo)?, usual)
        }
    };
    let hooks = if place.hooks.is_empty() { usual.to_vec() } else { place.hooks };
    let mut lines = Vec::new();
    for hook in hooks {
        let done = change(&folder, hook);
        if let (Err(_), false) = (&done, lines.is_empty()) {
            terminal::to_stdout(|out| tell(&folder, &lines, out))?; // what was done before it failed
        }
        lines.push((hook, done?));
    }
    terminal::to_stdout(|out| tell(&folder, &lines, out))?;
    Ok(Outcome::Clean)
}

const USUAL: &[Hook] = &[Hook::PreCommit, Hook::CommitMsg, Hook::PrePush];
const BARE: &[Hook] = &[Hook::PreReceive];

fn tell(folder: &HookFolder, lines: &[(Hook, Done)], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "in {}", harmless(&folder.path.to_string_lossy()))?;
    for (hook, done) in lines {
        let what = match done {
            Done::Installed { chains: false } => "installed",
            Done::Installed { chains: true } => "installed; the hook that was there runs first",
            Done::AlreadyThere => "was installed already",
            Done::CalledByFramework => "was installed already; the pre-commit framework calls it",
            Done::Removed { restored: false } => "removed",
            Done::Removed { restored: true } => "removed; the hook that was there before is back",
            Done::NotThere => "was not installed",
        };
        writeln!(out, "  {BOLD}{:11}{BOLD:#}  {what}", hook.as_str())?;
    }
    if folder.is_configured && folder.reach == HookReach::Everywhere {
        writeln!(
            out,
            "{NOTE}note{NOTE:#}: this folder is not this repository's alone: git's configuration names it for all"
        )?;
    }
    Ok(())
}

/// Where this program is, for hooks to call.
#[expect(clippy::disallowed_methods, reason = "a hook has to name the program that it calls")]
fn program() -> Result<String, Failure> {
    let path = env::current_exe().map_err(Failure::Program)?;
    path.into_os_string().into_string().map_err(|_| Failure::Program(io::Error::other("its path is no Unicode")))
}
