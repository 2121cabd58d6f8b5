//! The JSON Lines report: what the JSON report holds, one object a line, for programs that read a stream. The last line
//! is the summary, so that a reader can tell a finished stream from one that was cut off.

use std::io::{self, Write};

use super::json::v1::{Ending, Line, Schema};
use super::{Report, encode};

/// Writes the report line by line.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    for leak in &report.ledger.leaks {
        encode::line(&Line::Leak(report.leak(leak)), out)?;
    }
    for noise in report.listed_noise() {
        encode::line(&Line::Noise(noise), out)?;
    }
    for waived in &report.ledger.waived {
        encode::line(&Line::Waived(report.waived(waived)), out)?;
    }
    for entry in &report.ledger.entries {
        encode::line(&Line::Entry(entry.into()), out)?;
    }
    for skipped in &report.ledger.skipped {
        encode::line(&Line::Skipped(skipped.into()), out)?;
    }
    let ending = Ending {
        schema: Schema::V1,
        tool: report.tool(),
        run: report.what_ran(),
        outcome: report.ledger.outcome().into(),
        summary: report.summary(),
    };
    encode::line(&Line::Summary(ending), out)
}
