//! The SARIF 2.1.0 report, for GitHub code scanning and everything else that reads SARIF: one result for each place.
//!
//! The first place of every leak comes before the second of any, and what is waived comes last: code scanning shows
//! 5,000 results of a run and refuses more than 25,000, and this way the first thousands speak of all leaks. There are no
//! times and no snippets in it, so that it says the same whenever and wherever it is made.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use serde_json::json;
use serde_sarif::sarif::{
    ArtifactLocation, Invocation, Location, LogicalLocation, Message, Notification, NotificationLevel,
    PhysicalLocation, PropertyBag, Region, ReportingDescriptor, ReportingDescriptorReference, Result as SarifResult,
    ResultColumnKind, Run as SarifRun, RunAutomationDetails, SCHEMA_URL, Sarif, Suppression, SupressionKind,
    SupressionStatus, ToolComponent, Version, VersionControlDetails,
};

use self::rules::{descriptor, level, plain, security_severity};
use self::uri::{Uri, uri};
use super::finds::{Find, finds};
use super::json::v1;
use super::{Report, TOOL, count, encode, sentence};
use crate::rules::Rule;
use crate::words::{Checkout, GitObject, Origin, RuleId, Sighting, Skipped, Step, Waiver};

mod rules;
mod uri;

/// As many results as code scanning takes in one run.
const MOST_RESULTS: usize = 25_000;

/// The name of the folder that relative URIs start from.
const ROOT: &str = "SRCROOT";

/// The program's page, if its manifest names one.
const HOME: &str = env!("CARGO_PKG_REPOSITORY");

/// Writes the report.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut finds = finds(report);
    let over = finds.len().saturating_sub(MOST_RESULTS);
    finds.truncate(MOST_RESULTS);
    let indices = report.rules.rules().iter().map(Rule::id).zip(0..).collect();
    let run = SarifRun::builder()
        .tool(driver(report))
        .automation_details(RunAutomationDetails::builder().id(format!("{TOOL}/{}/", report.run.command)).build())
        .column_kind(json!(ResultColumnKind::UnicodeCodePoints))
        .original_uri_base_ids([(ROOT.to_owned(), root())])
        .invocations(vec![invocation(report, over)])
        .version_control_provenance(provenance(report))
        .results(finds.iter().map(|find| result(report, &indices, find)).collect::<Vec<_>>())
        .build();
    let sarif = Sarif::builder().schema(SCHEMA_URL).version(json!(Version::V2_1_0)).runs(vec![run]).build();
    encode::pretty(&sarif, out)
}

fn result(report: &Report<'_>, indices: &HashMap<&RuleId, i64>, find: &Find<'_>) -> SarifResult {
    let artifact = artifact(report, find.sighting);
    let identity = identity(find, artifact.uri.as_deref().unwrap_or_default());
    let mut result = SarifResult::builder()
        .rule_id(&**find.rule)
        .level(level(find.weight()))
        .message(message(report, find))
        .locations(vec![location(artifact, find.sighting)])
        .partial_fingerprints(identity)
        .build();
    result.rule_index = indices.get(find.rule).copied();
    let properties = properties(find);
    if !properties.is_empty() {
        result.properties = Some(PropertyBag::builder().additional_properties(properties).build());
    }
    result.suppressions = Some(find.waiver.map(suppression).into_iter().collect());
    result
}

/// The way to what is not plain, and whether the secret still works. Code scanning sorts by its rule's number; the number here
/// is for those who look at each result.
fn properties(find: &Find<'_>) -> BTreeMap<String, serde_json::Value> {
    let mut properties = BTreeMap::new();
    if !find.sighting.via.is_plain() {
        let via: Vec<&str> = find.sighting.via.steps().iter().map(Step::as_str).collect();
        properties.insert("via".to_owned(), json!(via));
    }
    if let Some(lowered) = find.lowered {
        properties.insert("lowered".to_owned(), json!(lowered.to_string()));
    }
    if let Some(verified) = find.verified {
        properties.insert("liveness".to_owned(), json!(verified.liveness.as_str()));
        properties.insert("livenessDetail".to_owned(), json!(verified.liveness.detail()));
        properties.insert("security-severity".to_owned(), json!(security_severity(find.weight())));
    }
    if let Some(remediation) = find.remediation {
        properties.insert("remediation".to_owned(), json!(v1::Remediation::from(remediation)));
    }
    properties
}

fn message(report: &Report<'_>, find: &Find<'_>) -> Message {
    let name = report.rule_name(find.rule);
    let via = &find.sighting.via;
    let mut text = match (via.member(), via.to_string()) {
        (None, way) if way.is_empty() => format!("{name} {} stands here in plain text.", find.sighting.mask),
        (None, way) => format!("{name} {} stands here, encoded ({way}).", find.sighting.mask),
        (Some(member), way) => {
            let way = if way.is_empty() { way } else { format!(" ({way})") };
            format!("{name} {} stands in {member}, line {}{way}.", find.sighting.mask, find.sighting.start.line)
        }
    };
    if let Origin::Object(GitObject { commit: Some(commit), .. }) = &find.sighting.origin {
        text.push_str(&format!(" It came in with commit {commit}."));
    }
    if let Some(life) = find.life() {
        text.push(' ');
        text.push_str(&life);
    }
    if let Some(answer) = find.answer() {
        text.push(' ');
        text.push_str(&answer);
    }
    if let Some(rule) = report.rules.get(find.rule) {
        text.push(' ');
        text.push_str(&sentence(&rule.spec().remedy));
    }
    text.as_str().into()
}

/// What stays the same when lines move and commits are rewritten. Code scanning looks at `primaryLocationLineHash` alone;
/// without it, it would hash the source line and take two keys on one line for one.
fn identity(find: &Find<'_>, uri: &str) -> BTreeMap<String, String> {
    let hex = find.identity(uri);
    let line_hash = format!("{}:1", &hex[..16]);
    [("unleak/v1".to_owned(), hex), ("primaryLocationLineHash".to_owned(), line_hash)].into()
}

fn location(artifact: ArtifactLocation, sighting: &Sighting) -> Location {
    let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    if sighting.via.is_opened() {
        // Its lines are those of a member, which the file that is shown does not have.
        let region = Region::builder().start_line(1).build();
        let place = PhysicalLocation::builder().artifact_location(artifact).region(region).build();
        let member = sighting.via.member().unwrap_or_default();
        let inside = LogicalLocation::builder().fully_qualified_name(member).kind("member").build();
        return Location::builder().physical_location(place).logical_locations(vec![inside]).build();
    }
    let region = Region::builder()
        .start_line(number(sighting.start.line))
        .start_column(number(sighting.start.column))
        .end_line(number(sighting.end.line))
        .end_column(number(sighting.end.column))
        .build();
    let place = PhysicalLocation::builder().artifact_location(artifact).region(region).build();
    Location::builder().physical_location(place).build()
}

fn artifact(report: &Report<'_>, sighting: &Sighting) -> ArtifactLocation {
    match sighting.origin.path().map(|path| uri(path, report.run.folder.as_deref())) {
        Some(Uri::Relative(uri)) => ArtifactLocation::builder().uri(uri).uri_base_id(ROOT).build(),
        Some(Uri::Absolute(uri)) => ArtifactLocation::builder().uri(uri).build(),
        None => ArtifactLocation::builder().uri("stdin").uri_base_id(ROOT).description("Standard input.").build(),
    }
}

fn root() -> ArtifactLocation {
    ArtifactLocation::builder().description("The folder in which unleak ran.").build()
}

/// Which version of which repository was read, if that can be told: the standard wants its URL.
fn provenance(report: &Report<'_>) -> Vec<VersionControlDetails> {
    let Some(Checkout { remote: Some(remote), head }) = &report.run.checkout else { return Vec::new() };
    let mut details = VersionControlDetails::builder().repository_uri(remote.as_str()).build();
    details.revision_id = head.map(|head| head.to_string());
    details.mapped_to = Some(ArtifactLocation::builder().uri_base_id(ROOT).build());
    vec![details]
}

fn suppression(waiver: &Waiver) -> Suppression {
    match waiver {
        Waiver::Inline(_) => Suppression::builder()
            .kind(json!(SupressionKind::InSource))
            .status(json!(SupressionStatus::Accepted))
            .justification(waiver.to_string())
            .build(),
        Waiver::Entry(_) => Suppression::builder()
            .kind(json!(SupressionKind::External))
            .status(json!(SupressionStatus::Accepted))
            .justification(waiver.to_string())
            .build(),
    }
}

fn driver(report: &Report<'_>) -> ToolComponent {
    let mut driver = ToolComponent::builder()
        .name(TOOL)
        .full_name(format!("{TOOL} {}", report.run.version))
        .semantic_version(report.run.version.as_str())
        .rules(report.rules.rules().iter().map(descriptor).collect::<Vec<_>>())
        .notifications(Notice::ALL.map(Notice::descriptor).to_vec())
        .build();
    driver.information_uri = Some(HOME.to_owned()).filter(|home| !home.is_empty());
    driver
}

fn invocation(report: &Report<'_>, over: usize) -> Invocation {
    let outcome = report.ledger.outcome();
    let mut notices: Vec<Notification> = report.ledger.skipped.iter().map(skipped).collect();
    for remark in report.remarks() {
        let notice = if remark.wanted { Notice::Unfit } else { Notice::Accepted };
        notices.push(notice.notification(&sentence(&format!("{}: {}", remark.what, remark.text))));
    }
    if over > 0 {
        let more = count(over as u64, "place is", "places are");
        let text = format!(
            "{more} not in this file, which holds as many results as code scanning takes; use --format json for all."
        );
        notices.push(Notice::CutOff.notification(&text));
    }
    Invocation::builder()
        .execution_successful(report.ledger.skipped.is_empty())
        .exit_code(i64::from(outcome.exit_code()))
        .exit_code_description(outcome.as_str())
        .tool_execution_notifications(notices)
        .build()
}

fn skipped(skipped: &Skipped) -> Notification {
    Notice::Skipped.notification(&sentence(&format!("{} was not read: {}", skipped.what, skipped.why)))
}

/// What the program may have to say about the run itself.
#[derive(Clone, Copy)]
enum Notice {
    /// An input was not read.
    Skipped,
    /// There are more places than a file can hold.
    CutOff,
    /// An entry of a config or a baseline hid something.
    Accepted,
    /// There is something to do about an entry.
    Unfit,
}

impl Notice {
    /// Each of them, where its number says.
    const ALL: [Self; 4] = [Self::Skipped, Self::CutOff, Self::Accepted, Self::Unfit];

    fn id(self) -> &'static str {
        match self {
            Self::Skipped => "skipped-input",
            Self::CutOff => "cut-off-report",
            Self::Accepted => "accepted-entry",
            Self::Unfit => "unfit-entry",
        }
    }

    fn level(self) -> NotificationLevel {
        match self {
            Self::Skipped => NotificationLevel::Error,
            Self::CutOff | Self::Unfit => NotificationLevel::Warning,
            Self::Accepted => NotificationLevel::Note,
        }
    }

    fn descriptor(self) -> ReportingDescriptor {
        let (name, about, help) = match self {
            Self::Skipped => (
                "SkippedInput",
                "An input that should have been read was not.",
                "A leak may stand in it. Make it readable and run again.",
            ),
            Self::CutOff => (
                "CutOffReport",
                "There are more results than code scanning takes.",
                "The first place of every leak comes first. Use another format for all places.",
            ),
            Self::Accepted => (
                "AcceptedEntry",
                "An entry of a config or a baseline left something out or waived it.",
                "What it waived is in the results, suppressed. Look whether its reason still holds.",
            ),
            Self::Unfit => (
                "UnfitEntry",
                "An entry of a config or a baseline is stale, expired, or does not cover all places of its secret.",
                "Take it out, or bring it up to date: unleak baseline prune, unleak baseline update.",
            ),
        };
        ReportingDescriptor::builder()
            .id(self.id())
            .name(name)
            .short_description(plain(about))
            .full_description(plain(about))
            .help(plain(help))
            .build()
    }

    fn notification(self, text: &str) -> Notification {
        let descriptor = ReportingDescriptorReference::builder().id(self.id()).index(self as i64).build();
        Notification::builder().descriptor(descriptor).level(json!(self.level())).message(text).build()
    }
}
