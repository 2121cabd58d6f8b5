//! The program: arguments in, exit code out. What it does is in the library; here is only how a person asks for it.

mod cli;

use std::panic::catch_unwind;
use std::process::ExitCode;

fn main() -> ExitCode {
    cli::keep_panics_quiet();
    cli::leave_no_core();
    // A mistake of ours has been told when it comes here. What it left undone is incomplete.
    catch_unwind(run).unwrap_or(ExitCode::from(2))
}

fn run() -> ExitCode {
    let outcome = match cli::Arguments::read() {
        Ok(command) => cli::run(command),
        Err(refused) => return refused,
    };
    match outcome {
        Ok(outcome) => ExitCode::from(outcome.exit_code()),
        Err(failure) => cli::complain(&failure),
    }
}
