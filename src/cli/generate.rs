//! `unleak generate`: files that are made from the program itself.

use std::io::{self, Write};
use std::path::Path;

use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;
use unleak::app::{RuleChoice, baseline, config, load_rules};
use unleak::report::{rules_markdown, save, schema};
use unleak::words::Outcome;

use super::arguments::{GenerateCommand, SchemaOf};
use super::{Arguments, Failure, terminal};

/// Does what was asked for.
pub(super) fn run(command: GenerateCommand) -> Result<Outcome, Failure> {
    match command {
        GenerateCommand::Schema { of } => {
            let schema = match of {
                SchemaOf::Report => schema(),
                SchemaOf::Config => config::schema(),
                SchemaOf::Baseline => baseline::schema(),
            };
            terminal::to_stdout(|out| writeln!(out, "{schema:#}"))?;
        }
        GenerateCommand::RulesDoc => {
            let rules = load_rules(&RuleChoice::default())?;
            terminal::to_stdout(|out| rules_markdown(&rules, out))?;
        }
        GenerateCommand::Completions { shell } => terminal::to_stdout(|out| out.write_all(&completions(shell)))?,
        GenerateCommand::Man { folder } => manual(&folder)?,
    }
    Ok(Outcome::Clean)
}

/// The library panics where it can't write, so that it writes to memory.
fn completions(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::described(), "unleak", &mut script);
    script
}

/// Writes a page for the program and one for each of its commands: `unleak.1`, `unleak-scan.1`, `unleak-rules-list.1`.
fn manual(folder: &Path) -> Result<(), Failure> {
    let mut program = Arguments::described().disable_help_subcommand(true);
    program.build();
    pages(&program, folder)
}

fn pages(command: &Command, folder: &Path) -> Result<(), Failure> {
    let man = Man::new(command.clone());
    let path = folder.join(man.get_filename());
    let write = |out: &mut dyn Write| -> io::Result<()> {
        let mut page = Vec::new();
        man.render(&mut page)?;
        out.write_all(&page)
    };
    save(&path, write).map_err(|cause| Failure::Output { path, cause })?;
    command.get_subcommands().filter(|command| !command.is_hide_set()).try_for_each(|command| pages(command, folder))
}
