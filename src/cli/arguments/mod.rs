//! What was typed, one file for each command. Nothing here decides anything: each command says what its arguments mean.

mod baseline;
mod config;
mod generate;
mod git;
mod hook;
mod judge;
mod network;
mod report;
mod rules;
mod scan;
mod trust;
mod verify;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{ArgAction, CommandFactory, Parser, Subcommand};

pub(crate) use baseline::{AcceptArguments, BaselineCommand, ImportArguments, ReviewArguments, WhereArguments};
pub(crate) use config::ConfigCommand;
pub(crate) use generate::{GenerateCommand, SchemaOf};
pub(crate) use git::{HistoryArguments, RangeArguments, StagedArguments};
pub(crate) use hook::{HookCommand, HookPlace, HookRun};
pub(crate) use judge::JudgeArguments;
pub(crate) use network::NetworkArguments;
pub(crate) use report::{Color, ReportArguments};
pub(crate) use rules::{RulesCommand, RulesFormat};
pub(crate) use scan::ScanArguments;
pub(crate) use trust::TrustArguments;
pub(crate) use verify::{LivenessArguments, VerifyArguments};

const AFTER_HELP: &str = "\
Exit codes: 0 clean, 1 leaks, 2 incomplete or failed. Leaks win over incomplete.";

/// Find leaked OpenAI keys, and the keys beside them.
#[derive(Debug, Parser)]
#[command(name = "unleak", version, after_help = AFTER_HELP, args_conflicts_with_subcommands = true)]
#[command(disable_help_subcommand = true, subcommand_precedence_over_arg = true, disable_help_flag = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    scan: ScanArguments,
    /// Show this help
    #[arg(short, long, global = true, action = ArgAction::HelpShort, help_heading = "Help")]
    help: Option<bool>,
}

impl Arguments {
    /// The arguments of this process. A refusal has been told already; it is the exit code.
    pub(crate) fn read() -> Result<Self, ExitCode> {
        Self::try_parse().map_err(|error| {
            let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            let _ = error.print();
            if asked { ExitCode::SUCCESS } else { ExitCode::from(2) }
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
            Some(Command::Verify(verify)) => verify.report.color,
            Some(
                Command::Hook(_) | Command::Rules(_) | Command::Baseline(_) | Command::Config(_) | Command::Generate(_),
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
