//! The report as a table, for spreadsheets and scripts: RFC 4180 (<https://www.rfc-editor.org/rfc/rfc4180>), one row for
//! each place, with leaks, waived, noise if it was asked for, and what was not read told apart by their first column.
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, wherever it came from: such a cell gets
//! an apostrophe in front (<https://owasp.org/www-community/attacks/CSV_Injection>).

use std::io::{self, Write};

use super::human::place;
use super::terminal::harmless;
use super::{Report, liveness, path};
use crate::words::{Severity, Sighting};

const COLUMNS: [&str; 15] = [
    "kind",
    "severity",
    "rule",
    "name",
    "masked",
    "fingerprint",
    "path",
    "line",
    "column",
    "end_line",
    "end_column",
    "place",
    "why",
    "liveness",
    "detail",
];

/// Writes the report.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    row(COLUMNS.map(str::to_owned), out)?;
    for leak in &report.ledger.leaks {
        for sighting in leak.sightings.iter() {
            let fingerprint = leak.fingerprint.as_str();
            let mut cells = cells(report, "leak", Some(leak.severity), sighting, fingerprint, String::new());
            cells[12] = liveness::said(leak.lowered.as_ref(), leak.verified.as_ref()).unwrap_or_default();
            if let Some(verified) = &leak.verified {
                cells[13] = verified.liveness.as_str().to_owned();
                cells[14] = verified.liveness.detail().to_owned();
            }
            row(cells, out)?;
        }
    }
    for waived in &report.ledger.waived {
        let (sighting, why) = (&waived.sighting, waived.waiver.to_string());
        let severity = report.rules.get(&sighting.rule).map(|rule| rule.severity());
        row(cells(report, "waived", severity, sighting, sighting.fingerprint().as_str(), why), out)?;
    }
    for (sighting, noise) in report.noise() {
        row(cells(report, "noise", None, sighting, sighting.fingerprint().as_str(), noise.to_string()), out)?;
    }
    for skipped in &report.ledger.skipped {
        let mut cells = COLUMNS.map(|_| String::new());
        cells[0] = "not-read".to_owned();
        cells[11].clone_from(&skipped.what);
        cells[12].clone_from(&skipped.why);
        row(cells, out)?;
    }
    Ok(())
}

fn cells(
    report: &Report<'_>,
    kind: &str,
    severity: Option<Severity>,
    sighting: &Sighting,
    fingerprint: &str,
    why: String,
) -> [String; 15] {
    [
        kind.to_owned(),
        severity.map_or("", Severity::as_str).to_owned(),
        sighting.rule.to_string(),
        report.rule_name(&sighting.rule).to_owned(),
        sighting.mask.to_string(),
        fingerprint.to_owned(),
        path::text(&sighting.origin, report.run.folder.as_deref()).unwrap_or_default(),
        sighting.start.line.to_string(),
        sighting.start.column.to_string(),
        sighting.end.line.to_string(),
        sighting.end.column.to_string(),
        place(sighting),
        why,
        String::new(),
        String::new(),
    ]
}

fn row(cells: [String; 15], out: &mut dyn Write) -> io::Result<()> {
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    write!(out, "{}\r\n", cells.join(","))
}

/// A text as a cell: quoted where it has to be, and never a formula.
fn cell(text: &str) -> String {
    let text = harmless(text);
    let formula = text.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    let text = if formula { format!("'{text}") } else { text.into_owned() };
    if formula || text.contains(['"', ',', ';', '\'', ' ']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_quoted_where_it_has_to_be() {
        assert_eq!(cell("a/b.env"), "a/b.env");
        assert_eq!(cell("a,\"b\"\r\n"), "\"a,\"\"b\"\"\\r\\n\"");
    }

    #[test]
    fn a_cell_is_no_formula() {
        for evil in ["=1+1", "+1", "-1", "@SUM(A1)", "＝1"] {
            assert_eq!(cell(evil), format!("\"'{evil}\""));
        }
        assert_eq!(cell("\t=1"), "\\t=1");
    }
}
