//! `unleak incident`: what a person can send on about a report's leaks.

use unleak::app::{self, Consent, Desk, Incident, RuleChoice, now};
use unleak::report::save;
use unleak::words::Outcome;

use super::arguments::IncidentArguments;
use super::{Failure, terminal};

/// Writes the report.
pub(super) fn run(arguments: IncidentArguments) -> Result<Outcome, Failure> {
    let rules = app::load_rules(&RuleChoice::default())?;
    let Incident { leaks, rules, .. } = app::read_incident(&arguments.report, rules)?;
    let log = match app::evidence_path(arguments.admin.evidence.as_deref()) {
        Ok(path) => app::read_dated_log(&path)?,
        Err(_) => Vec::new(),
    };
    let chapters = if arguments.offline {
        app::untold(leaks)
    } else {
        let key = app::admin_key(arguments.admin.admin_key_command.as_deref())?;
        let desk = Desk::new(&arguments.network.network(), key, &rules)?;
        let consent = Consent { by_mask: true, admin_keys: true, ..Consent::default() };
        desk.chapters(leaks, consent, &log)?
    };
    let text = app::incident_report(&chapters, &log, now());
    match &arguments.output {
        None => terminal::to_stdout(|out| out.write_all(text.as_bytes()))?,
        Some(path) => {
            let saved = save(path, |out| out.write_all(text.as_bytes()));
            saved.map_err(|cause| Failure::Output { path: path.clone(), cause })?;
        }
    }
    Ok(Outcome::Clean)
}
