//! What was typed. Nothing here decides anything: each command says what its arguments mean.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{ArgAction, Args, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use unleak::report::Format;

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
            Some(Command::Rules(_) | Command::Generate(_)) => Color::Auto,
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
    /// Show and test what is looked for
    #[command(subcommand)]
    Rules(RulesCommand),
    /// Write files that are made from the program itself
    #[command(subcommand)]
    Generate(GenerateCommand),
}

/// Arguments of `scan`.
#[derive(Debug, Args)]
#[command(next_help_heading = "What to read")]
pub(crate) struct ScanArguments {
    /// Files and folders to scan; - is standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,
    /// Also read files that git ignores
    #[arg(long)]
    pub(crate) ignored: bool,
    /// Follow symbolic links
    #[arg(long)]
    pub(crate) follow: bool,
    /// How many threads read [default: one for each processor]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(crate) threads: usize,
    #[command(flatten)]
    pub(crate) judge: JudgeArguments,
    #[command(flatten)]
    pub(crate) report: ReportArguments,
}

/// Arguments of `staged`.
#[derive(Debug, Args)]
#[command(next_help_heading = "What to read")]
pub(crate) struct StagedArguments {
    /// Read all that the index holds for these files and folders, changed or not
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// How many threads read, if there is much to read [default: one for each processor]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(crate) threads: usize,
    #[command(flatten)]
    pub(crate) judge: JudgeArguments,
    #[command(flatten)]
    pub(crate) report: ReportArguments,
}

/// Arguments of `range`.
#[derive(Debug, Args)]
#[command(next_help_heading = "What to read")]
pub(crate) struct RangeArguments {
    /// BASE..TIP, A...B or one commit
    #[arg(value_name = "RANGE", required_unless_present_any = ["since", "unpushed"])]
    pub(crate) range: Option<String>,
    /// What was committed since then: 2026-01-31, 12h, 30d, 8w, 1y; RANGE is then where it ends [default: HEAD]
    #[arg(long, value_name = "WHEN", value_parser = super::since::parse)]
    pub(crate) since: Option<i64>,
    /// What no remote-tracking branch holds; RANGE is then where it ends [default: HEAD]
    #[arg(long, conflicts_with = "since")]
    pub(crate) unpushed: bool,
    /// How many threads read, if there is much to read [default: one for each processor]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(crate) threads: usize,
    #[command(flatten)]
    pub(crate) judge: JudgeArguments,
    #[command(flatten)]
    pub(crate) report: ReportArguments,
}

/// Arguments of `history`.
#[derive(Debug, Args)]
#[command(next_help_heading = "What to read")]
pub(crate) struct HistoryArguments {
    /// The repository, bare or not [default: the one around the current folder]
    #[arg(value_name = "REPO")]
    pub(crate) repo: Option<PathBuf>,
    /// Only what this branch, tag or commit leads to (may be given again)
    #[arg(long, value_name = "NAME")]
    pub(crate) branch: Vec<String>,
    /// Only what was committed since then: 2026-01-31, 12h, 30d, 8w, 1y
    #[arg(long, value_name = "WHEN", value_parser = super::since::parse)]
    pub(crate) since: Option<i64>,
    /// Only what is below this path, from the root of the work tree (may be given again)
    #[arg(long, value_name = "PATH")]
    pub(crate) path: Vec<PathBuf>,
    /// Only what references lead to: nothing that was amended or reset away, nothing that dangles
    #[arg(long, conflicts_with = "branch")]
    pub(crate) no_reflog: bool,
    /// How many threads read [default: one for each processor]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(crate) threads: usize,
    #[command(flatten)]
    pub(crate) judge: JudgeArguments,
    #[command(flatten)]
    pub(crate) report: ReportArguments,
}

/// What counts as a leak.
#[derive(Debug, Args)]
#[command(next_help_heading = "What counts")]
pub(crate) struct JudgeArguments {
    /// Use only the rule with this id (may be given again)
    #[arg(long = "rule", value_name = "ID")]
    pub(crate) only: Vec<String>,
    /// Use the rules of this file too (may be given again)
    #[arg(long = "rules", value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Pass over marks such as unleak:allow
    #[arg(long)]
    pub(crate) no_inline_waivers: bool,
}

/// What becomes of the result.
#[derive(Debug, Args)]
#[command(next_help_heading = "Report")]
pub(crate) struct ReportArguments {
    /// The form of the report
    #[arg(long, short, value_parser = format_names(), value_name = "FORMAT", default_value = "human")]
    pub(crate) format: Format,
    /// Write the report to this file, whole or not at all
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// List what looks like a leak and is none, with the reason
    #[arg(long)]
    pub(crate) noise: bool,
    /// List every place of each leak, and every waived leak
    #[arg(long, short)]
    pub(crate) verbose: bool,
    /// Say nothing if there is nothing to say
    #[arg(long, short, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Exit with 0 although there are leaks
    #[arg(long)]
    pub(crate) exit_zero: bool,
    /// When to use colour
    #[arg(long, value_enum, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
}

/// Every format by its name.
fn format_names() -> impl TypedValueParser<Value = Format> {
    let names = Format::ALL.map(|format| PossibleValue::new(format.as_str()).help(format.about()));
    let named = |name: String| Format::ALL.into_iter().find(|format| format.as_str() == name).unwrap_or_default();
    PossibleValuesParser::new(names).map(named)
}

/// When to use colour.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Commands of `rules`.
#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// List all rules
    List {
        /// List the rules of this file too (may be given again)
        #[arg(long = "rules", value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Show all that is known of a rule
    Show {
        /// The rule's id
        #[arg(value_name = "ID")]
        id: String,
        /// Show a rule of this file (may be given again)
        #[arg(long = "rules", value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Test the hits and misses of the built-in rules and of files given
    Check {
        /// Rule files to test, together with the built-in rules
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

/// Commands of `generate`.
#[derive(Debug, Subcommand)]
pub(crate) enum GenerateCommand {
    /// The JSON Schema of JSON reports
    Schema,
    /// Completions for a shell, to its standard place or into its configuration
    Completions {
        /// Which shell
        #[arg(value_enum, value_name = "SHELL")]
        shell: Shell,
    },
    /// Manual pages, one file for each command
    Man {
        /// The folder to write them to; it has to be there
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
}
