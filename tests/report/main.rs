//! Reports from ledgers made by hand, through the public face of the library.
//!
//! What they look like is laid down in `golden/`. After a change that is meant, `UNLEAK_BLESS=1 cargo test --test report`
//! writes those files (and `docs/report.schema.json`) anew: look at the difference before you commit it.
#![cfg(unix)] // paths that are not UTF-8, and folders with slashes
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test makes files and fails by panicking"
)]

mod golden;
mod hosts;
mod human;
mod ledgers;
mod liveness;
mod machine;
mod page;
mod schema;
mod ways;

use unleak::report::{Format, Report, Run, write};
use unleak::words::Ledger;

/// The report as text.
fn report(format: Format, ledger: &Ledger, run: &Run) -> String {
    let (rules, mut out) = (ledgers::rules(), Vec::new());
    write(format, &Report { ledger, rules: &rules, run }, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}
