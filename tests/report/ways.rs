//! What was found in an archive or behind an encoding: every format says the way to it, and none of them gives a line of a
//! member for a line of the file that holds it.

use serde_json::Value;
use unleak::report::{Detail, Format, Run};
use unleak::words::{Container, Ledger, Severity, Step};

use crate::{ledgers, report};

/// A sighting in an archive and one behind base64, as [`ledgers::full`] has them, in words.
const TOLD: [&str; 2] = ["app.tar.gz!config/\\u{1b}.env:3:7 (gzip)", "k8s.yaml:9:8 (base64 > escapes, line 2)"];

/// The ways to them, as reports for programs list them.
const LISTED: [&[&str]; 2] = [&["gzip", "tar"], &["base64", "escapes"]];

fn everything() -> Run {
    Run { places: Detail::Full, ..ledgers::run() }
}

fn parsed(format: Format, ledger: &Ledger) -> Value {
    serde_json::from_str(&report(format, ledger, &everything())).unwrap()
}

/// All values of this name, wherever they stand.
fn named<'a>(value: &'a Value, name: &str, all: &mut Vec<&'a Value>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| match key == name {
            true => all.push(value),
            false => named(value, name, all),
        }),
        Value::Array(values) => values.iter().for_each(|value| named(value, name, all)),
        _ => {}
    }
}

#[test]
fn every_format_says_the_way() {
    let ledger = ledgers::full();
    for format in Format::ALL {
        let (name, text) = (format.as_str(), report(format, &ledger, &everything()));
        let text = anstream::adapter::strip_str(&text).to_string();
        match format {
            Format::Json | Format::Jsonl | Format::Sarif => {
                let document = match format {
                    Format::Jsonl => text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).collect(),
                    _ => serde_json::from_str(&text).unwrap(),
                };
                let (mut ways, mut members) = (Vec::new(), Vec::new());
                named(&document, "via", &mut ways);
                ways.retain(|way| way.as_array().is_some_and(|steps| !steps.is_empty()));
                assert_eq!(ways, LISTED.map(|steps| Value::from(steps.to_vec())).iter().collect::<Vec<_>>(), "{name}");
                named(&document, if format == Format::Sarif { "fullyQualifiedName" } else { "member" }, &mut members);
                members.retain(|member| !member.is_null());
                assert_eq!(members, ["config/\u{1b}.env"], "{name}");
            }
            Format::Gitlab => {
                let text = text.replace("\\\\", "\\");
                assert!(TOLD.iter().all(|told| text.contains(told)), "{name}: {text}");
            }
            _ => {
                let text = text.replace("&gt;", ">");
                assert!(TOLD.iter().all(|told| text.contains(told)), "{name}: {text}");
            }
        }
    }
}

#[test]
fn a_line_of_a_member_is_no_line_of_its_archive() {
    let ledger = ledgers::full();
    let github = report(Format::Github, &ledger, &everything());
    assert!(github.contains("::warning file=app.tar.gz,title="), "{github}");
    let junit = report(Format::Junit, &ledger, &everything());
    assert!(junit.contains(" file=\"app.tar.gz!config/\\u{1b}.env\" line=\"3\">"), "{junit}");
    assert!(junit.contains(" file=\"k8s.yaml\" line=\"9\">"), "{junit}");
    let gitlab = parsed(Format::Gitlab, &ledger);
    let files = gitlab["vulnerabilities"].as_array().unwrap().iter().map(|found| &found["location"]["file"]);
    assert_eq!(files.filter(|file| *file == "app.tar.gz!config/\u{1b}.env").count(), 1);
    let sarif = parsed(Format::Sarif, &ledger);
    let places = sarif["runs"][0]["results"].as_array().unwrap().iter();
    let place = places.map(|result| &result["locations"][0]["physicalLocation"]);
    let archive = place.into_iter().find(|place| place["artifactLocation"]["uri"] == "app.tar.gz").unwrap();
    assert_eq!(archive["region"]["startLine"], 1);
}

/// A secret at the same line of two files of an archive, and of a compressed file.
fn twins() -> Ledger {
    let secret = ledgers::key("sk-proj-", 5);
    let at = |container, path: &str, name: &str| {
        let sighting = ledgers::sighting("openai-project-key", &secret, ledgers::file(path), 3, "KEY={} # the key", 0);
        ledgers::through(vec![Step::Member(container, name.to_owned())], sighting)
    };
    let sightings = vec![
        at(Container::Zip, "a.zip", "one/.env"),
        at(Container::Zip, "a.zip", "two/.env"),
        at(Container::Gzip, "b.gz", ""),
    ];
    Ledger { leaks: vec![ledgers::leak(Severity::Critical, sightings)], ..Ledger::default() }
}

#[test]
fn the_same_line_of_two_members_is_two_lines() {
    let html = report(Format::Html, &twins(), &everything());
    assert_eq!(html.matches("<mark>sk-proj-").count(), 3, "{html}");
    let gitlab = parsed(Format::Gitlab, &twins());
    let place = |found: &Value| (found["location"]["file"].to_string(), found["location"]["start_line"].to_string());
    let places: std::collections::HashSet<_> =
        gitlab["vulnerabilities"].as_array().unwrap().iter().map(place).collect();
    assert_eq!(places.len(), 3);
    let junit = report(Format::Junit, &twins(), &everything());
    assert!(junit.contains(" file=\"b.gz\">"), "a line of what has no name leads nowhere: {junit}");
}
