//! Whether leaks still work, in every format.

use serde_json::Value;
use unleak::report::{Format, schema};
use unleak::words::{FailOn, Outcome};

use crate::human::plain;
use crate::schema::complaints;
use crate::{golden, ledgers, report};

#[test]
fn every_format_tells_what_is_alive() {
    let ledger = ledgers::verified();
    golden::check("tests/report/golden/verified.txt", &plain(&ledger, &ledgers::run()));
    for (format, name) in [(Format::Json, "json"), (Format::Markdown, "md"), (Format::Csv, "csv")] {
        golden::check(&format!("tests/report/golden/verified.{name}"), &report(format, &ledger, &ledgers::run()));
    }
    for format in [Format::Sarif, Format::Github, Format::Gitlab, Format::Junit, Format::Html, Format::Jsonl] {
        let text = report(format, &ledger, &ledgers::run());
        for part in ["restricted", "Acme, Inc. (org-1, owner)", "refuses it", "teapot"] {
            assert!(text.contains(part), "{format:?} does not say {part}");
        }
    }
}

#[test]
fn what_issuers_call_things_is_harmless() {
    for format in Format::ALL {
        let text = report(format, &ledgers::verified(), &ledgers::run());
        assert!(!text.contains("\u{1b}[1m`"), "{format:?}");
        if matches!(format, Format::Html | Format::Junit | Format::Markdown) {
            assert!(!text.contains("Jane <b>"), "{format:?}");
        }
    }
}

#[test]
fn the_schema_knows_it_and_programs_sort_by_it() {
    let document: Value = serde_json::from_str(&report(Format::Json, &ledgers::verified(), &ledgers::run())).unwrap();
    assert_eq!(complaints(&schema(), &schema(), &document), Vec::<String>::new());
    let sarif: Value = serde_json::from_str(&report(Format::Sarif, &ledgers::verified(), &ledgers::run())).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let told = |index: usize| {
        (results[index]["level"].as_str().unwrap(), results[index]["properties"]["security-severity"].as_str())
    };
    assert_eq!([told(0), told(1), told(2)], [("error", Some("9.5")), ("note", Some("2.0")), ("error", Some("9.5"))]);
}

#[test]
fn which_leaks_count_is_the_same_in_the_report_and_in_the_exit_code() {
    let mut ledger = ledgers::verified();
    for (fail_on, left, outcome) in [
        (FailOn::Any, 5, Outcome::Leaks),
        (FailOn::Live, 5, Outcome::Leaks),
        (FailOn::Unknown, 5, Outcome::Leaks),
        // Without the one that lives, and then without those that could not be asked about.
        (FailOn::Live, 4, Outcome::Incomplete),
        (FailOn::Unknown, 4, Outcome::Leaks),
        (FailOn::Live, 2, Outcome::Clean),
        (FailOn::Unknown, 1, Outcome::Clean),
        (FailOn::Any, 1, Outcome::Leaks),
    ] {
        ledger.fail_on = fail_on;
        while ledger.leaks.len() > left {
            match ledger.leaks.len() {
                5 => drop(ledger.leaks.remove(0)),
                _ => drop(ledger.leaks.pop()),
            }
            if ledger.leaks.len() == 3 {
                ledger.leaks.remove(2);
            }
        }
        assert_eq!(ledger.outcome(), outcome, "{fail_on:?} of {left}");
        let document: Value = serde_json::from_str(&report(Format::Json, &ledger, &ledgers::run())).unwrap();
        assert_eq!(document["outcome"], outcome.as_str());
        let text = plain(&ledger, &ledgers::run());
        let word = match outcome {
            Outcome::Leaks => "(leaks)",
            Outcome::Clean => "none of which counts",
            Outcome::Incomplete => "could not be decided",
        };
        assert!(text.replace('\n', " ").contains(word), "{fail_on:?} of {left}: {text}");
    }
}
