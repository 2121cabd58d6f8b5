//! The report as JUnit XML, for CI systems that show test results: each place is a test that failed, what was accepted is
//! skipped, what was not read is an error, and a clean run is one test that passed.
//!
//! There is no standard; this keeps to what Jenkins, GitLab and CircleCI read alike
//! (<https://github.com/testmoapp/junitxml>).

use std::io::{self, Write};

use super::finds::{Find, finds};
use super::human::place;
use super::markup::Text;
use super::{Report, TOOL, path, sentence};

/// Writes the report.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let finds = finds(report);
    let (skipped, errors) = (report.ledger.waived.len(), report.ledger.skipped.len());
    let failures = finds.len() - skipped;
    let tests = (finds.len() + errors).max(1);
    let counts = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\"");
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites name=\"{TOOL}\" {counts}>")?;
    writeln!(out, "  <testsuite name=\"{TOOL} {}\" {counts}>", Text(&report.run.command))?;
    for find in &finds {
        test(report, find, out)?;
    }
    for skipped in &report.ledger.skipped {
        let (what, why) = (Text(&skipped.what), Text(&skipped.why));
        writeln!(out, "    <testcase classname=\"{TOOL}.not-read\" name=\"{what}\">")?;
        writeln!(out, "      <error type=\"not-read\" message=\"{why}\">{what}: {why}</error>")?;
        writeln!(out, "    </testcase>")?;
    }
    if finds.is_empty() && errors == 0 {
        writeln!(out, "    <testcase classname=\"{TOOL}\" name=\"{}\"/>", Text(report.verdict()))?;
    }
    said(report, out)?;
    writeln!(out, "  </testsuite>\n</testsuites>")
}

/// What entries of configs and baselines did: no test, but what the run said.
fn said(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let remarks = report.remarks();
    if remarks.is_empty() {
        return Ok(());
    }
    writeln!(out, "    <system-out>")?;
    for remark in remarks {
        writeln!(out, "{}", Text(format!("{}: {}", remark.what, remark.text)))?;
    }
    writeln!(out, "    </system-out>")
}

fn test(report: &Report<'_>, find: &Find<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (sighting, rule) = (find.sighting, Text(&**find.rule));
    let place = place(sighting);
    let what = format!("{} {}", report.rule_name(find.rule), sighting.mask);
    write!(out, "    <testcase classname=\"{TOOL}.{rule}\" name=\"{}\"", Text(format!("{what} at {place}")))?;
    if let Some(path) = path::through(sighting, report.run.folder.as_deref()) {
        write!(out, " file=\"{}\"", Text(path))?;
        // What has no name in its container has lines that no path leads to.
        if !sighting.via.is_opened() || sighting.via.member().is_some() {
            write!(out, " line=\"{}\"", sighting.start.line)?;
        }
    }
    writeln!(out, ">")?;
    match find.waiver {
        Some(waiver) => writeln!(out, "      <skipped message=\"{}\"/>", Text(waiver.to_string()))?,
        None => {
            let severity = find.severity.as_str();
            writeln!(out, "      <failure type=\"{rule}\" message=\"{}\">", Text(format!("{severity} leak: {what}")))?;
            writeln!(out, "At {}", Text(&place))?;
            if let Some(life) = find.life() {
                writeln!(out, "{}", Text(life))?;
            }
            if let Some(rule) = report.rules.get(find.rule) {
                writeln!(out, "Next: {}", Text(sentence(&rule.spec().remedy)))?;
            }
            writeln!(out, "Fingerprint: {}</failure>", Text(find.fingerprint.as_str()))?;
        }
    }
    writeln!(out, "    </testcase>")
}
