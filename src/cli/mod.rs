//! The command line: what was typed ([`arguments`]), what it means, and one file for each command.

mod arguments;
mod baseline;
mod config;
mod contain;
mod generate;
mod git;
mod hook;
mod incident;
mod keys;
mod limits;
mod progress;
mod revoke;
mod rotate;
mod rules;
mod scan;
mod signals;
mod since;
mod terminal;
mod usage;
mod verify;

use std::io;
use std::path::PathBuf;

use unleak::app::catalogue::CheckError;
use unleak::app::config::ConfigError;
use unleak::app::hook::{CallError, InstallError};
use unleak::app::{AdminKeyError, OpenError, RespondError, RulesError, SubjectError, VerifyError};
use unleak::words::Outcome;

pub(crate) use arguments::Arguments;
use arguments::Command;
pub(crate) use signals::leave_no_core;
pub(crate) use terminal::{complain, keep_panics_quiet};

/// Why a command could not do what it was asked for. Each is exit code 2.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Rules(#[from] RulesError),
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Repository(#[from] OpenError),
    #[error(transparent)]
    Verify(#[from] VerifyError),
    #[error("{0} goes by whether keys still work, and nobody is asked; add --verify")]
    NeedsVerify(&'static str),
    #[error("--auto-revoke needs an admin key: set OPENAI_ADMIN_KEY, or name a command with --admin-key-command")]
    NeedsAdminKey,
    #[error(transparent)]
    Subject(#[from] SubjectError),
    #[error(transparent)]
    Check(#[from] CheckError),
    #[error(transparent)]
    Call(#[from] CallError),
    #[error(transparent)]
    Install(#[from] InstallError),
    #[error(
        "{0:?} is no hook; there are pre-commit, commit-msg, pre-push and pre-receive, and options stand before them"
    )]
    NoSuchHook(String),
    #[error("where this program is, for a hook to call it, can't be said: {0}")]
    Program(io::Error),
    #[error(transparent)]
    Respond(#[from] RespondError),
    #[error(transparent)]
    AdminKey(#[from] AdminKeyError),
    #[error("{0}")]
    HandOver(String),
    #[error("{0}")]
    NoSuchKey(String),
    #[error("--apply asks before it deletes, and here is no terminal to ask on; add --yes to do it unasked")]
    NobodyToAsk,
    #[error("the report could not be written to {path}: {cause}", path = path.display())]
    Output { path: PathBuf, cause: io::Error },
    #[error("the baseline could not be written to {path}: {cause}", path = path.display())]
    Baseline { path: PathBuf, cause: io::Error },
    #[error("{path} is there already: `unleak baseline update` adds to it", path = .0.display())]
    BaselineThere(PathBuf),
    #[error("{0}")]
    Import(String),
    #[error("it was interrupted, so the baseline stays as it was")]
    Interrupted,
    #[error("standard output could not be written to: {0}")]
    Stdout(#[from] io::Error),
}

/// Does what was asked for.
pub(crate) fn run(arguments: Arguments) -> Result<Outcome, Failure> {
    terminal::choose_color(arguments.color());
    match arguments.command() {
        Command::Scan(scan) => scan::run(scan),
        Command::Staged(staged) => git::staged(staged),
        Command::Range(range) => git::range(range),
        Command::History(history) => git::history(history),
        Command::Verify(verify) => verify::run(verify),
        Command::Hook(hook) => hook::run(hook),
        Command::Revoke(revoke) => revoke::run(revoke),
        Command::Contain(contain) => contain::run(contain),
        Command::Rotate(rotate) => rotate::run(rotate),
        Command::Usage(usage) => usage::run(usage),
        Command::Keys(keys) => keys::run(keys),
        Command::Incident(incident) => incident::run(incident),
        Command::Rules(rules) => rules::run(rules),
        Command::Baseline(baseline) => baseline::run(*baseline),
        Command::Config(config) => config::run(config),
        Command::Generate(generate) => generate::run(generate),
    }
}
