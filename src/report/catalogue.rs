//! The catalogue of rules for other readers: JSON for programs, Markdown for `docs/rules.md`.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::terminal::harmless;
use crate::rules::{Rule, RuleSet};

/// All rules as one JSON document.
#[must_use]
pub fn rules_json(rules: &RuleSet) -> Value {
    json!({ "schema": "unleak.rules/1", "rules": rules.rules().iter().map(rule_json).collect::<Vec<_>>() })
}

/// A rule as JSON: all that its file says, and whose it is.
#[must_use]
pub fn rule_json(rule: &Rule) -> Value {
    let mut value = serde_json::to_value(rule.spec()).unwrap_or_default();
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|_, value| !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty()));
        fields.insert("provider".to_owned(), json!({ "id": rule.provider().id, "name": rule.provider().name }));
    }
    value
}

/// All rules as a document, provider by provider.
///
/// # Errors
/// It can't be written.
pub fn rules_markdown(rules: &RuleSet, out: &mut dyn Write) -> io::Result<()> {
    let count = rules.rules().len();
    writeln!(out, "# Rules\n\n{count} kinds of credentials. `unleak rules show ID` tells all about one.")?;
    let mut provider = "";
    for rule in rules.rules() {
        if rule.provider().id != provider {
            provider = &rule.provider().id;
            writeln!(out, "\n## {}\n", plain(&rule.provider().name))?;
            writeln!(out, "| rule | severity | what it is and what it opens |\n|---|---|---|")?;
        }
        let (id, severity, spec) = (rule.id(), rule.severity().as_str(), rule.spec());
        writeln!(out, "| `{id}` | {severity} | **{}**. {} |", plain(&spec.name), plain(&spec.description))?;
    }
    Ok(())
}

/// A rule as a section of a document.
///
/// # Errors
/// It can't be written.
pub fn rule_markdown(rule: &Rule, out: &mut dyn Write) -> io::Result<()> {
    let spec = rule.spec();
    writeln!(out, "## {}\n", plain(&spec.name))?;
    writeln!(out, "`{}` · {} · {}\n", rule.id(), plain(&rule.provider().name), rule.severity().as_str())?;
    writeln!(out, "{}\n\n**If one leaks**: {}", plain(&spec.description), plain(&spec.remedy))?;
    if !spec.references.is_empty() {
        writeln!(out, "\n**References**\n")?;
    }
    spec.references.iter().try_for_each(|reference| writeln!(out, "- <{}>", plain(reference)))
}

/// Text as it may stand in Markdown: nothing in it is markup, nor reaches a terminal.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for character in harmless(text).chars() {
        match character {
            '|' | '\\' | '`' | '*' | '[' | ']' | '<' | '>' => out.extend(['\\', character]),
            _ => out.push(character),
        }
    }
    out
}
