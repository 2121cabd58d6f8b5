//! The program: arguments in, exit code out. What it does is in the library; here is only how a person asks for it.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::keep_panics_quiet();
    cli::leave_no_core();
    let outcome = match cli::Arguments::read() {
        Ok(arguments) => cli::run(arguments),
        Err(refused) => return refused,
    };
    match outcome {
        Ok(outcome) => ExitCode::from(outcome.exit_code()),
        Err(failure) => cli::complain(&failure),
    }
}
