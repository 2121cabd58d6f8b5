//! `unleak verify`: do the keys of a report still work, or those on standard input?

use std::time::Instant;

use unleak::app::{self, KeyText, RuleChoice, Subject};
use unleak::report::Report;
use unleak::words::{Outcome, Progress};

use super::arguments::VerifyArguments;
use super::scan::{check_output, deliver};
use super::{Failure, progress, signals};

/// Asks issuers about keys that are known already.
pub(super) fn run(arguments: VerifyArguments) -> Result<Outcome, Failure> {
    let begin = Instant::now();
    check_output(arguments.report.output.as_deref())?;
    let rules = app::load_rules(&RuleChoice {
        only: arguments.rule.clone(),
        files: arguments.files.clone(),
        ..RuleChoice::default()
    })?;
    let (options, key) = (arguments.options(), KeyText { only: !arguments.rule.is_empty() });
    options.check(&rules)?;
    let subject = Subject::read(&arguments.subject)?;
    let mut run = unleak::report::Run {
        roots: vec![arguments.subject.display().to_string()],
        ..arguments.report.as_run("verify")
    };
    let signals = signals::listen();
    let progress = Progress::until(signals.halt());
    let (mut ledger, rules) = app::find_subject(subject, rules, key)?;
    ledger.fail_on = arguments.asking.fail_on;
    progress::shown(&progress, || app::verify_leaks(&mut ledger, &rules, &options, &progress))?;
    if let Some(path) = &arguments.evidence {
        app::show_evidence(&mut ledger, path)?;
    }
    run.elapsed = begin.elapsed();
    deliver(&Report { ledger: &ledger, rules: &rules, run: &run }, &arguments.report)?;
    Ok(arguments.report.outcome(&ledger))
}
