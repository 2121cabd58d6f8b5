//! Rules of gitleaks and betterleaks: their TOML, read as rules of ours.
//!
//! What their files can say and ours can't is told in a note each, so that nobody believes in a rule that does not work:
//! rules for paths alone, rules that need other rules, expressions that filter or ask the network, allowed commits.
//! Facts: the README and `config/config.go` of both programs.

use std::sync::Arc;

use serde::Deserialize;
use toml::{Spanned, Table};

use super::go::translated;
use super::load::{Fault, Read, builtin, complaint};
use super::rule::{Provider, Rule};
use super::spec::{AllowSpec, CheckSpec, RuleSpec, SeveritySpec, TargetSpec, TriggerSpec};

/// How specific such a rule is: more than a guess, less than a rule of ours that knows a provider's form.
const SPECIFICITY: u8 = 9;

#[derive(Deserialize)]
struct File {
    title: Option<String>,
    extend: Option<Table>,
    #[serde(default)]
    rules: Vec<Spanned<ForeignRule>>,
    allowlist: Option<Allowlist>,
    #[serde(default)]
    allowlists: Vec<Allowlist>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ForeignRule {
    id: String,
    description: Option<String>,
    regex: Option<String>,
    path: Option<String>,
    #[serde(default)]
    secret_group: u8,
    entropy: Option<f64>,
    #[serde(default)]
    keywords: Vec<String>,
    allowlist: Option<Allowlist>,
    #[serde(default)]
    allowlists: Vec<Allowlist>,
    #[serde(flatten)]
    rest: Table,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Allowlist {
    condition: Option<String>,
    #[serde(default)]
    commits: Vec<String>,
    #[serde(default)]
    paths: Vec<String>,
    #[serde(default)]
    regexes: Vec<String>,
    regex_target: Option<String>,
    #[serde(default)]
    stopwords: Vec<String>,
    #[serde(default)]
    target_rules: Vec<String>,
}

/// Whether a rule file is one of theirs: it has `[[rules]]` and no provider.
pub(super) fn is_foreign(text: &str) -> bool {
    toml::from_str::<Table>(text).is_ok_and(|table| table.contains_key("rules") && !table.contains_key("provider"))
}

/// Reads their rule file.
///
/// # Errors
/// Its first mistake.
pub(super) fn parse(file: &str, text: &str) -> Result<Read, Fault> {
    let line = |at: usize| 1 + text[..at.min(text.len())].matches('\n').count();
    let fault = |line: usize, message: String| Fault { file: file.to_owned(), line, message };
    let parsed: File = toml::from_str(text)
        .map_err(|error| fault(error.span().map_or(1, |span| line(span.start)), error.message().to_owned()))?;
    let mut notes = Vec::new();
    if let Some(extend) = &parsed.extend {
        notes.extend(extension(file, extend));
    }
    let provider = Arc::new(Provider {
        id: "imported".to_owned(),
        name: parsed.title.clone().unwrap_or_else(|| "Imported rules".to_owned()),
        verify: None,
        revoke: None,
    });
    let global: Vec<Allowlist> = parsed.allowlist.iter().chain(&parsed.allowlists).cloned().collect();
    let mut rules = Vec::new();
    let ours = builtin()?;
    for spanned in parsed.rules {
        let place = line(spanned.span().start);
        let mut note = |what: &str| notes.push(format!("{file}:{place}: {what}"));
        let foreign = spanned.into_inner();
        let id = foreign.id.clone();
        let Some(mut spec) = convert(foreign, &global, &mut note) else { continue };
        if ours.iter().any(|rule| **rule.id() == *spec.id) {
            spec.id = format!("imported-{}", spec.id); // both are used, and the more specific one is told
        }
        let rule = Rule::new(provider.clone(), spec, Some(format!("{file}:{place}")));
        if let Some(message) = complaint(&rule) {
            return Err(fault(place, format!("rule {id:?}: {message}")));
        }
        rules.push(rule);
    }
    Ok(Read { rules, notes })
}

/// What of `[extend]` is not done.
fn extension(file: &str, extend: &Table) -> Option<String> {
    let told = |what| Some(format!("{file}: [extend] {what}"));
    if let Some(path) = extend.get("path").or_else(|| extend.get("url")) {
        return told(format!("{path} is not read; give that file with --rules too"));
    }
    extend
        .get("disabledRules")
        .and_then(|_| told("disabledRules is passed over: the built-in rules are unleak's".into()))
}

/// A rule of ours that does what theirs does; nothing if there is none.
fn convert(foreign: ForeignRule, global: &[Allowlist], note: &mut dyn FnMut(&str)) -> Option<RuleSpec> {
    let ForeignRule { id, description, regex, path, secret_group, entropy, keywords, allowlist, allowlists, rest } =
        foreign;
    let Some(pattern) = regex else {
        note(&format!("rule {id:?} is left out: it has a path and no regex, and unleak reports secrets, not files"));
        return None;
    };
    if rest.get("skipReport").and_then(toml::Value::as_bool) == Some(true) {
        note(&format!("rule {id:?} is left out: what it finds is not to be reported, but asked for by other rules"));
        return None;
    }
    for (field, what) in [
        ("required", "the rules that it requires near it are not asked for: it may find more"),
        ("filter", "its filter expression is not run: it may find more"),
        ("prefilter", "its prefilter expression is not run: it may find more"),
        ("validate", "its validation is not run: unleak asks only issuers that it knows itself"),
    ] {
        if rest.contains_key(field) {
            note(&format!("rule {id:?}: {what}"));
        }
    }
    let targets = |list: &&Allowlist| list.target_rules.is_empty() || list.target_rules.contains(&id);
    let lists = allowlist.iter().chain(&allowlists).chain(global.iter().filter(targets));
    let allow = lists.filter_map(|list| allowance(list, &id, note)).collect();
    let name = description.clone().unwrap_or_else(|| id.clone());
    Some(RuleSpec {
        id: id.to_ascii_lowercase().replace(['_', '.', ' '], "-"),
        name,
        description: description.unwrap_or_else(|| "A rule of another program.".to_owned()),
        remedy: "Replace it where it was issued, and read it from the environment.".to_owned(),
        references: Vec::new(),
        severity: SeveritySpec::High,
        specificity: SPECIFICITY,
        trigger: TriggerSpec::Search(keywords),
        pattern: Some(translated(&pattern)),
        begins: Vec::new(),
        offset: 0,
        reach: 512,
        group: (secret_group > 0).then_some(secret_group),
        path: path.as_deref().map(translated),
        allow,
        public: 0,
        context: None,
        checks: entropy.filter(|least| *least > 0.0).map(CheckSpec::Entropy).into_iter().collect(),
        not: Vec::new(),
        published: Vec::new(),
        verify: None, // nobody's secret is sent to a host that such a rule names
        revoke: None,
        hits: Vec::new(),
        misses: Vec::new(),
    })
}

/// What a list allows; nothing if that is only what can't be honoured.
fn allowance(list: &Allowlist, id: &str, note: &mut dyn FnMut(&str)) -> Option<AllowSpec> {
    if !list.commits.is_empty() {
        note(&format!("rule {id:?}: allowed commits are not honoured; put what is known into a baseline"));
    }
    let target = match list.regex_target.as_deref() {
        Some("match") => TargetSpec::Match,
        Some("line") => TargetSpec::Line,
        _ => TargetSpec::Secret,
    };
    let all = list.condition.as_deref().is_some_and(|condition| condition.eq_ignore_ascii_case("and"));
    let given = !(list.paths.is_empty() && list.regexes.is_empty() && list.stopwords.is_empty());
    given.then(|| AllowSpec {
        paths: list.paths.iter().map(|path| translated(path)).collect(),
        patterns: list.regexes.iter().map(|regex| translated(regex)).collect(),
        target,
        words: list.stopwords.clone(),
        all,
    })
}
