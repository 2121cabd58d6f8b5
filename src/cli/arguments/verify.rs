//! Arguments of `verify`, and of `--verify` in every command that scans.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use unleak::app::{Depth, Memory, Providers, VerifyOptions};
use unleak::words::FailOn;

use super::{NetworkArguments, ReportArguments};
use crate::cli::Failure;

/// Whether keys still work: for commands that scan.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Whether keys still work")]
pub(crate) struct LivenessArguments {
    /// Ask issuers whether the keys still work: all, or those named (--verify=openai,github)
    #[arg(long, value_name = "PROVIDER", num_args = 0..=1, require_equals = true, value_delimiter = ',')]
    #[arg(default_missing_value = EVERY)]
    pub(crate) verify: Option<Vec<String>>,
    #[command(flatten)]
    pub(crate) asking: AskingArguments,
}

/// Arguments of `verify`.
#[derive(Debug, Args)]
#[command(next_help_heading = "What to ask about")]
pub(crate) struct VerifyArguments {
    /// A JSON report, whose leaks are found again where they stood; - reads a report, or keys, from standard input
    #[arg(value_name = "REPORT")]
    pub(crate) subject: PathBuf,
    /// Ask only about keys of these providers (openai,github)
    #[arg(long, value_name = "PROVIDER", value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    /// Use only the rule with this id (may be given again)
    #[arg(long = "rule", value_name = "ID")]
    pub(crate) rule: Vec<String>,
    /// Use the rules of this file too (may be given again)
    #[arg(long = "rules", value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Say of each leak what this log says was done about it
    #[arg(long, hide_short_help = true, value_name = "FILE")]
    pub(crate) evidence: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) asking: AskingArguments,
    #[command(flatten)]
    pub(crate) report: ReportArguments,
}

/// How to ask.
#[derive(Clone, Debug, Args)]
pub(crate) struct AskingArguments {
    /// Also find out what each key may do, with calls that cost nothing and that its owner can see
    #[arg(long)]
    pub(crate) analyze: bool,
    /// Which leaks count for the exit code: any, live (known to work), unknown (live, or not known to be dead)
    #[arg(long, value_parser = fail_on(), value_name = "LIVENESS", default_value = "any")]
    pub(crate) fail_on: FailOn,
    /// Go by nothing that an earlier run learned: ask about each key, read each object, and remember nothing
    #[arg(long, hide_short_help = true)]
    pub(crate) no_cache: bool,
    #[command(flatten)]
    pub(crate) network: NetworkArguments,
}

/// Stands for every provider.
const EVERY: &str = "all";

fn fail_on() -> impl TypedValueParser<Value = FailOn> {
    PossibleValuesParser::new(["any", "live", "unknown"]).map(|name| match name.as_str() {
        "live" => FailOn::Live,
        "unknown" => FailOn::Unknown,
        _ => FailOn::Any,
    })
}

impl LivenessArguments {
    /// What to ask, if anything is asked. Nothing that depends on it goes without.
    pub(crate) fn options(&self) -> Result<Option<VerifyOptions>, Failure> {
        match &self.verify {
            Some(named) => Ok(Some(self.asking.options(named))),
            None if self.asking.fail_on != FailOn::Any => Err(Failure::NeedsVerify("--fail-on")),
            None if self.asking.analyze => Err(Failure::NeedsVerify("--analyze")),
            None => Ok(None),
        }
    }
}

impl VerifyArguments {
    /// What to ask.
    pub(crate) fn options(&self) -> VerifyOptions {
        self.asking.options(&self.only)
    }
}

impl AskingArguments {
    fn options(&self, named: &[String]) -> VerifyOptions {
        let every = named.is_empty() || named.iter().any(|name| name == EVERY);
        VerifyOptions {
            providers: if every { Providers::All } else { Providers::Only(named.to_vec()) },
            depth: if self.analyze { Depth::Analysis } else { Depth::Liveness },
            memory: if self.no_cache { Memory::None } else { Memory::Short },
            network: self.network.network(),
        }
    }
}
