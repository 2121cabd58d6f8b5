//! What was typed, one file for each command. Nothing here decides anything: each command says what its arguments mean.

mod answer;
mod baseline;
mod config;
mod contain;
mod generate;
mod git;
mod hook;
mod incident;
mod judge;
mod keys;
mod network;
mod report;
mod revoke;
mod rotate;
mod rules;
mod scan;
mod trust;
mod usage;
mod verify;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{ArgAction, CommandFactory, Parser, Subcommand};

use super::terminal;

pub(crate) use answer::AnswerArguments;
pub(crate) use baseline::{AcceptArguments, BaselineCommand, ImportArguments, ReviewArguments, WhereArguments};
pub(crate) use config::ConfigCommand;
pub(crate) use contain::ContainArguments;
pub(crate) use generate::{GenerateCommand, SchemaOf};
pub(crate) use git::{HistoryArguments, RangeArguments, StagedArguments};
pub(crate) use hook::{HookCommand, HookPlace, HookRun};
pub(crate) use incident::IncidentArguments;
pub(crate) use judge::JudgeArguments;
pub(crate) use keys::{KeysArguments, KeysFormat};
pub(crate) use network::NetworkArguments;
pub(crate) use report::{Color, ReportArguments};
pub(crate) use revoke::{AdminArguments, RevokeArguments};
pub(crate) use rotate::RotateArguments;
pub(crate) use rules::{RulesCommand, RulesFormat};
pub(crate) use scan::ScanArguments;
pub(crate) use trust::TrustArguments;
pub(crate) use usage::UsageArguments;
pub(crate) use verify::{LivenessArguments, VerifyArguments};

const AFTER_HELP: &str = "\
Exit codes: 0 clean, 1 leaks, 2 incomplete or failed. Leaks win over incomplete.";

const AFTER_REVOKE: &str = "\
Exit codes: 0 all keys are dead, 1 keys are left, 2 not known or failed. Keys that are left win.";

const AFTER_CONTAIN: &str = "\
Exit codes: 0 all keys are contained or dead, 1 keys are left, 2 not known or failed. Keys that are left win.";

const AFTER_USAGE: &str = "\
Exit codes: 0 not used since, 1 used since, 2 not known or failed. Use that is known wins.";

const AFTER_KEYS: &str = "\
Exit codes: 0 all keys keep to the policy, 1 some break it, 2 not known or failed. What breaks it wins.";

/// Find leaked OpenAI keys, and the keys beside them.
#[derive(Debug, Parser)]
#[command(name = "unleak", version, after_help = AFTER_HELP, args_conflicts_with_subcommands = true)]
#[command(disable_help_subcommand = true, subcommand_precedence_over_arg = true, disable_help_flag = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    scan: ScanArguments,
    /// Show this help; --help tells of rare flags too
    #[arg(short, long, global = true, action = ArgAction::Help, help_heading = "Help")]
    help: Option<bool>,
}

impl Arguments {
    /// The arguments of this process. A refusal has been told already; it is the exit code.
    pub(crate) fn read() -> Result<Self, ExitCode> {
        Self::try_parse().map_err(|error| {
            let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            if asked {
                let _ = error.print();
                return ExitCode::SUCCESS;
            }
            terminal::refuse(&error);
            ExitCode::from(2)
        })
    }

    /// The whole command line, for what is made from it.
    pub(crate) fn described() -> clap::Command {
        <Self as CommandFactory>::command()
    }

    /// The command; a scan if none was named.
    pub(crate) fn command(self) -> Command {
        self.command.unwrap_or(Command::Scan(self.scan))
    }

    /// When to use colour.
    pub(crate) fn color(&self) -> Color {
        match &self.command {
            None => self.scan.report.color,
            Some(Command::Scan(scan)) => scan.report.color,
            Some(Command::Staged(staged)) => staged.report.color,
            Some(Command::Range(range)) => range.report.color,
            Some(Command::History(history)) => history.report.color,
            Some(Command::Revoke(revoke)) => revoke.color,
            Some(Command::Contain(contain)) => contain.color,
            Some(Command::Rotate(rotate)) => rotate.color,
            Some(Command::Usage(usage)) => usage.color,
            Some(Command::Keys(keys)) => keys.color,
            Some(Command::Verify(verify)) => verify.report.color,
            Some(
                Command::Incident(_)
                | Command::Hook(_)
                | Command::Rules(_)
                | Command::Baseline(_)
                | Command::Config(_)
                | Command::Generate(_),
            ) => Color::Auto,
        }
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Scan files and folders, or standard input
    #[command(after_help = AFTER_HELP)]
    Scan(ScanArguments),
    /// Scan what the next commit would contain, as git's index holds it
    #[command(after_help = AFTER_HELP)]
    Staged(StagedArguments),
    /// Scan what commits bring in, merges and messages included
    #[command(after_help = AFTER_HELP)]
    Range(RangeArguments),
    /// Scan everything that a git repository holds, each object once
    #[command(after_help = AFTER_HELP)]
    History(HistoryArguments),
    /// Ask issuers whether a report's keys still work, or keys on standard input
    #[command(after_help = AFTER_HELP)]
    Verify(VerifyArguments),
    /// Put unleak into git's hooks, or take it out again
    #[command(subcommand)]
    Hook(HookCommand),
    /// End leaked keys at their issuer: a plan first, and only when told so the deed
    #[command(after_help = AFTER_REVOKE)]
    Revoke(RevokeArguments),
    /// Take rights from leaked OpenAI keys that are not to be deleted yet, or let them expire soon: a plan first
    #[command(after_help = AFTER_CONTAIN)]
    Contain(ContainArguments),
    /// Put a new key in the place of a leaked one, and then delete the leaked one
    #[command(after_help = AFTER_REVOKE)]
    Rotate(RotateArguments),
    /// Tell what leaked keys did since they leaked, by their organization's own counting
    #[command(after_help = AFTER_USAGE)]
    Usage(UsageArguments),
    /// List an organization's keys, and which of them break a policy: leaked, old, unused
    #[command(after_help = AFTER_KEYS)]
    Keys(KeysArguments),
    /// Write an incident report in Markdown: what leaked, what it did, what was done, what is left
    Incident(IncidentArguments),
    /// Show and test what is looked for
    #[command(subcommand)]
    Rules(RulesCommand),
    /// Accept what is known, and find what is stale
    #[command(subcommand)]
    Baseline(Box<BaselineCommand>),
    /// Show what configs say
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Write files that are made from the program itself
    #[command(subcommand)]
    Generate(GenerateCommand),
}
