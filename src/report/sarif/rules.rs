//! The rules of a run as SARIF describes them: name, help and the numbers that code scanning sorts by.

use serde_json::json;
use serde_sarif::sarif::{
    MultiformatMessageString, PropertyBag, ReportingConfiguration, ReportingDescriptor, ResultLevel,
};

use crate::report::sentence;
use crate::rules::Rule;
use crate::words::Severity;

/// One rule.
pub(super) fn descriptor(rule: &Rule) -> ReportingDescriptor {
    let spec = rule.spec();
    let mut descriptor = ReportingDescriptor::builder()
        .id(spec.id.as_str())
        .name(pascal_case(&spec.id))
        .short_description(plain(&sentence(&spec.name)))
        .full_description(plain(&sentence(&spec.description)))
        .help(help(rule))
        .default_configuration(ReportingConfiguration::builder().level(json!(level(rule.severity()))).build())
        .properties(properties(rule))
        .build();
    descriptor.help_uri = spec.references.iter().find(|reference| reference.starts_with("https://")).cloned();
    descriptor
}

/// How loud a result of this severity is.
pub(super) fn level(severity: Severity) -> ResultLevel {
    match severity {
        Severity::Critical | Severity::High => ResultLevel::Error,
        Severity::Medium => ResultLevel::Warning,
        Severity::Low => ResultLevel::Note,
    }
}

/// The same on the scale of CVSS, in the bands that code scanning calls critical, high, medium and low.
pub(super) fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
    }
}

/// How seldom the rule is wrong, by how much it asks of a match.
fn precision(specificity: u8) -> &'static str {
    match specificity {
        0..10 => "low",
        10..20 => "medium",
        20..30 => "high",
        30.. => "very-high",
    }
}

fn properties(rule: &Rule) -> PropertyBag {
    let additional = [
        ("security-severity".to_owned(), json!(security_severity(rule.severity()))),
        ("precision".to_owned(), json!(precision(rule.spec().specificity))),
        ("provider".to_owned(), json!(rule.provider().id)),
    ];
    PropertyBag::builder()
        .tags(["security", "secret", "external/cwe/cwe-798"].map(str::to_owned).to_vec())
        .additional_properties(additional)
        .build()
}

fn help(rule: &Rule) -> MultiformatMessageString {
    let spec = rule.spec();
    let (what, next) = (sentence(&spec.description), sentence(&spec.remedy));
    let mut markdown = format!("# {}\n\n{what}\n\n## What to do\n\n{next}\n", spec.name);
    if !spec.references.is_empty() {
        markdown.push_str("\n## References\n\n");
        for reference in &spec.references {
            markdown.push_str(&if reference.starts_with("http") {
                format!("- <{reference}>\n")
            } else {
                format!("- {reference}\n")
            });
        }
    }
    MultiformatMessageString::builder().text(format!("{what} {next}")).markdown(markdown).build()
}

/// A text without markup.
pub(super) fn plain(text: &str) -> MultiformatMessageString {
    MultiformatMessageString::builder().text(text).build()
}

/// `OpenaiProjectKey` for `openai-project-key`: SARIF wants a name that could stand in a program.
fn pascal_case(id: &str) -> String {
    let mut name = String::with_capacity(id.len());
    for part in id.split('-') {
        let mut letters = part.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_could_stand_in_a_program() {
        assert_eq!(pascal_case("openai-project-key"), "OpenaiProjectKey");
        assert_eq!(pascal_case("a--b-"), "AB");
    }
}
