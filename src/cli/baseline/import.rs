//! `unleak baseline import`.

use unleak::words::Outcome;

use crate::cli::Failure;
use crate::cli::arguments::ImportArguments;

pub(super) fn run(_: ImportArguments) -> Result<Outcome, Failure> {
    Err(Failure::Import("not yet".to_owned()))
}
