//! `unleak baseline import`: what another tool's file accepts, as far as it is found here.

use std::io::{self, Write};

use unleak::app;
use unleak::app::baseline::Baseline;
use unleak::app::baseline::change::{Changed, Note};
use unleak::app::baseline::foreign::{Foreign, read};
use unleak::app::git;
use unleak::report::harmless;
use unleak::words::{Leak, Outcome};

use super::{Examined, finish, look, path_of};
use crate::cli::arguments::ImportArguments;
use crate::cli::{Failure, terminal};

/// Imports, and says what could not be carried over.
pub(super) fn run(arguments: ImportArguments) -> Result<Outcome, Failure> {
    let from = arguments.from.display().to_string();
    let failed = |why: String| Failure::Import(format!("{from}: {why}"));
    let (tool, foreign) = app::config::read_named(&arguments.from).and_then(|text| read(&text)).map_err(failed)?;
    let path = path_of(&arguments.judge, None)?;
    let mut baseline = Baseline::at(&path)?;
    // Without the baseline and the marks, so that what is accepted already is recognised too.
    let mut judge = arguments.judge.clone();
    judge.no_inline_waivers = true;
    let Examined { ledger, rules, policy, .. } = look(&judge, None, false)?;
    let mut changed = Changed { kept: baseline.entries.len(), ..Changed::default() };
    let (mut carried, mut left) = (0, Vec::new());
    let mut rules = Some(rules);
    for one in &foreign {
        let there: Vec<Leak> = match &one.commit {
            None => Vec::new(),
            Some(commit) => {
                let (leaks, back) = git::leaks_at(commit, &one.path, rules.take(), &policy);
                rules = back;
                leaks
            }
        };
        let part = |leak: &Leak| one.part_of(leak, |sighting| policy.paths(sighting, leak.life.as_ref()));
        let found: Vec<Leak> = if one.commit.is_some() {
            there.iter().filter_map(part).collect()
        } else {
            ledger.leaks.iter().filter_map(part).collect()
        };
        let in_tree = |leak: &Leak| ledger.leaks.iter().any(|here| here.fingerprint == leak.fingerprint);
        for leak in &found {
            let note = Note {
                reason: one.reason.clone(),
                added: app::today(),
                expires: arguments.expires.clone(),
                accept_live: false,
                history: one.commit.is_some() && !in_tree(leak),
            };
            baseline.accept(leak, &policy, &note, &mut changed);
        }
        if found.is_empty() { left.push(one) } else { carried += 1 }
    }
    terminal::to_stdout(|out| tell(tool, carried, &left, out))?;
    finish(&baseline, &path, changed, &ledger)
}

fn tell(tool: &str, carried: usize, left: &[&Foreign], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{tool}: {carried} carried over, {} not", left.len())?;
    for one in left {
        writeln!(
            out,
            "  {}: unleak finds no such secret there, so that there is nothing to accept",
            harmless(&one.shown())
        )?;
    }
    Ok(())
}
