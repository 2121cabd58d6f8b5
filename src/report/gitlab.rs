//! The report that GitLab reads as `artifacts:reports:secret_detection` and shows in merge requests and on its
//! vulnerability pages.
//!
//! The form is GitLab's security report schema 15.0.7 for secret detection
//! (<https://gitlab.com/gitlab-org/security-products/security-report-schemas>), which lays down what is required, the form
//! of times, and that a name has at most 255 characters and a solution at most 7,000. The field for an excerpt of the
//! source is left out: the schema calls it unsanitized. Texts are GitLab's Markdown there, and are escaped. Accepted leaks are left out too: GitLab has no word for them.

use std::io::{self, Write};

use serde::Serialize;

use super::finds::{Find, finds};
use super::human::place;
use super::markdown::{code, escape, linked};
use super::{Report, TOOL, encode, path, sentence};
use crate::words::Date;
use crate::words::{GitObject, Origin, Severity};

const VERSION: &str = "15.0.7";
const SCHEMA: &str = "https://gitlab.com/gitlab-org/security-products/security-report-schemas/-/raw/v15.0.7/dist/\
                      secret-detection-report-format.json";

/// What GitLab's own analyzer writes where there is no commit.
const NO_COMMIT: &str = "0000000";

const LONGEST_NAME: usize = 255;
const LONGEST_SOLUTION: usize = 7000;

/// Writes the report.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let finds = finds(report).into_iter().filter(|find| find.waiver.is_none());
    let document = Document {
        version: VERSION,
        schema: SCHEMA,
        scan: scan(report),
        vulnerabilities: finds.map(|find| vulnerability(report, &find)).collect(),
    };
    encode::pretty(&document, out)
}

#[derive(Serialize)]
struct Document<'a> {
    version: &'static str,
    schema: &'static str,
    scan: Scan<'a>,
    vulnerabilities: Vec<Vulnerability<'a>>,
}

#[derive(Serialize)]
struct Scan<'a> {
    analyzer: Tool<'a>,
    scanner: Tool<'a>,
    #[serde(rename = "type")]
    kind: &'static str,
    start_time: String,
    end_time: String,
    status: &'static str,
    messages: Vec<Message>,
}

#[derive(Clone, Copy, Serialize)]
struct Tool<'a> {
    id: &'static str,
    name: &'static str,
    version: &'a str,
    vendor: Vendor,
}

#[derive(Clone, Copy, Serialize)]
struct Vendor {
    name: &'static str,
}

#[derive(Serialize)]
struct Message {
    level: &'static str,
    value: String,
}

#[derive(Serialize)]
struct Vulnerability<'a> {
    id: String,
    name: String,
    description: String,
    severity: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    solution: String,
    identifiers: Vec<Identifier<'a>>,
    links: Vec<Link<'a>>,
    location: Location,
}

#[derive(Serialize)]
struct Identifier<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    name: String,
    value: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'static str>,
}

#[derive(Serialize)]
struct Link<'a> {
    url: &'a str,
}

#[derive(Serialize)]
struct Location {
    file: String,
    start_line: u64,
    end_line: u64,
    commit: Commit,
}

#[derive(Serialize)]
struct Commit {
    sha: String,
}

fn scan<'a>(report: &Report<'a>) -> Scan<'a> {
    let tool = Tool { id: TOOL, name: TOOL, version: &report.run.version, vendor: Vendor { name: TOOL } };
    let began = report.run.began.unwrap_or(0);
    let time = |seconds: u64| Date::new(i64::try_from(seconds).unwrap_or(i64::MAX / 2)).iso();
    let unread = |skipped: &crate::words::Skipped| Message {
        level: "warn",
        value: sentence(&format!("{} was not read: {}", skipped.what, skipped.why)),
    };
    let accepted = |remark: super::entries::Remark| Message {
        level: if remark.wanted { "warn" } else { "info" },
        value: sentence(&format!("{}: {}", remark.what, remark.text)),
    };
    Scan {
        analyzer: tool,
        scanner: tool,
        kind: "secret_detection",
        start_time: time(began),
        end_time: time(began.saturating_add(report.run.elapsed.as_secs())),
        status: if report.ledger.skipped.is_empty() { "success" } else { "failure" },
        messages: report.ledger.skipped.iter().map(unread).chain(report.remarks().into_iter().map(accepted)).collect(),
    }
}

fn vulnerability<'a>(report: &Report<'a>, find: &Find<'a>) -> Vulnerability<'a> {
    let (sighting, rule) = (find.sighting, report.rules.get(find.rule));
    let name = report.rule_name(find.rule);
    // GitLab tells findings of a kind apart by file and lines alone, so those of two members may not look the same
    // (`fingerprint_data` of `Gitlab::Ci::Reports::Security::Locations::SecretDetection`).
    let file = path::through(sighting, report.run.folder.as_deref()).unwrap_or_else(|| sighting.origin.name());
    let spec = rule.map(|rule| rule.spec());
    let about = spec.map_or_else(String::new, |spec| format!(" {}", escape(&sentence(&spec.description))));
    let life = find.life().map_or_else(String::new, |life| format!(" {}", escape(&life)));
    let references = spec.into_iter().flat_map(|spec| &spec.references);
    Vulnerability {
        id: uuid(&find.identity(&file)),
        name: cut(name, LONGEST_NAME),
        description: format!("{} at {}.{about}{life}", code(&sighting.mask.to_string()), code(&place(sighting))),
        severity: severity(find.weight()),
        solution: spec.map_or_else(String::new, |spec| cut(&linked(&sentence(&spec.remedy)), LONGEST_SOLUTION)),
        identifiers: vec![
            Identifier { kind: "unleak_rule_id", name: format!("unleak {}", find.rule), value: find.rule, url: None },
            Identifier {
                kind: "cwe",
                name: "CWE-798".to_owned(),
                value: "798",
                url: Some("https://cwe.mitre.org/data/definitions/798.html"),
            },
        ],
        links: references.filter(|url| url.starts_with("https://")).map(|url| Link { url }).collect(),
        location: Location {
            file,
            start_line: sighting.start.line,
            end_line: sighting.end.line,
            commit: Commit { sha: commit(&sighting.origin) },
        },
    }
}

/// The commit that brought it in, where that is known.
fn commit(origin: &Origin) -> String {
    match origin {
        Origin::Object(GitObject { commit: Some(commit), .. }) => commit.to_string(),
        _ => NO_COMMIT.to_owned(),
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "Low",
        Severity::Medium => "Medium",
        Severity::High => "High",
        Severity::Critical => "Critical",
    }
}

/// The first 122 bits of a digest (or so) as a UUID of version 8, which is for whatever one likes (RFC 9562, 5.8).
fn uuid(hex: &str) -> String {
    let part = |range: std::ops::Range<usize>| hex.get(range).unwrap_or_default();
    format!("{}-{}-8{}-a{}-{}", part(0..8), part(8..12), part(13..16), part(17..20), part(20..32))
}

/// The first characters of a text.
fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}
