//! `unleak generate`: files that are made from the program itself.

use unleak::report::schema;
use unleak::words::Outcome;

use super::arguments::GenerateCommand;
use super::{Failure, terminal};

/// Does what was asked for.
pub(super) fn run(command: GenerateCommand) -> Result<Outcome, Failure> {
    match command {
        GenerateCommand::Schema => terminal::to_stdout(|out| writeln!(out, "{:#}", schema()))?,
    }
    Ok(Outcome::Clean)
}
