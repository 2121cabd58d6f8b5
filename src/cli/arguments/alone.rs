//! What hooks call, read without the rest of the command line: making all commands costs more than looking at a small file.
//! Where anything is not as usual, a call for help included, nothing is read here, and the whole command line has the word.

use std::env;
use std::ffi::OsString;

use clap::{Args, Parser};

use super::{Command, HookCommand, HookRun, StagedArguments};

/// The arguments of one command.
#[derive(Parser)]
#[command(no_binary_name = true, disable_help_flag = true)]
struct Alone<A: Args> {
    #[command(flatten)]
    arguments: A,
}

/// The command of this process, if it is one that hooks call.
#[expect(clippy::disallowed_methods, reason = "the first look at the arguments, before all commands are made")]
pub(super) fn read() -> Option<Command> {
    let mut arguments = env::args_os().skip(1);
    match arguments.next()?.to_str()? {
        "staged" => Some(Command::Staged(parse::<StagedArguments>(arguments)?)),
        "hook" if arguments.next()? == "run" => {
            Some(Command::Hook(HookCommand::Run(Box::new(parse::<HookRun>(arguments)?))))
        }
        _ => None,
    }
}

fn parse<A: Args>(arguments: impl Iterator<Item = OsString>) -> Option<A> {
    Alone::<A>::try_parse_from(arguments).ok().map(|alone| alone.arguments)
}
