//! Commands of `hook`.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use unleak::words::Hook;

use super::JudgeArguments;

/// Commands of `hook`.
#[derive(Debug, Subcommand)]
pub(crate) enum HookCommand {
    /// Have git call unleak before it commits, pushes or takes in; a hook that is there already stays and runs first
    Install(HookPlace),
    /// Take unleak's hooks away, and put back what was there before
    Remove(HookPlace),
    /// What a hook does: look at what git hands over, say why if it stops git
    #[command(hide = true)]
    Run(Box<HookRun>),
}

/// Which hooks, and where.
#[derive(Debug, Args)]
pub(crate) struct HookPlace {
    /// Which hooks [default: pre-commit, commit-msg and pre-push; in a bare repository pre-receive]
    #[arg(value_name = "HOOK", value_parser = hook_names(), hide_possible_values = true)]
    pub(crate) hooks: Vec<Hook>,
    /// In the template for new repositories instead: in FOLDER, or where init.templateDir says
    #[arg(long, value_name = "FOLDER", num_args = 0..=1, require_equals = true)]
    pub(crate) template: Option<Option<PathBuf>>,
}

/// What git or the pre-commit framework hands over.
#[derive(Debug, Args)]
pub(crate) struct HookRun {
    /// Which hook, and its arguments. Options stand before it: what comes after it are names, whatever they look like
    #[arg(value_name = "HOOK", required = true, trailing_var_arg = true)]
    pub(crate) call: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) judge: JudgeArguments,
}

/// Every hook by its name.
fn hook_names() -> impl TypedValueParser<Value = Hook> {
    let named = |name: String| Hook::ALL.into_iter().find(|hook| hook.as_str() == name).unwrap_or(Hook::PreCommit);
    PossibleValuesParser::new(Hook::ALL.map(Hook::as_str)).map(named)
}
