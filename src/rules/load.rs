//! Where rules come from: the built-in ones, written down by `build.rs`, and rule files as text.

use std::ops::Range;
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use super::SHORTEST_RUN;
use super::foreign;
use super::rule::{Provider, Rule};
use super::spec::{AuthSpec, ProviderSpec, RevokeSpec, RuleSpec, TriggerSpec, VerifySpec};

/// The rules that come with the program.
///
/// # Errors
/// The embedded rules are damaged: the program was not built properly.
pub fn builtin() -> Result<Vec<Rule>, Fault> {
    let specs: Vec<ProviderSpec> = postcard::from_bytes(include_bytes!(concat!(env!("OUT_DIR"), "/rules.postcard")))
        .map_err(|error| Fault {
            file: "built-in rules".to_owned(),
            line: 0,
            message: format!("damaged ({error}); install the program again"),
        })?;
    let mut rules = Vec::with_capacity(specs.iter().map(|spec| spec.rules.len()).sum());
    for ProviderSpec { provider, name, verify, revoke, rules: specs } in specs {
        let provider = Arc::new(Provider { id: provider, name, verify, revoke });
        rules.extend(specs.into_iter().map(|spec| Rule::new(provider.clone(), spec, None)));
    }
    Ok(rules)
}

/// A mistake in a rule file: where it is and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct Fault {
    /// The rule file.
    pub file: String,
    /// Its line, from one.
    pub line: usize,
    /// What is wrong and what helps.
    pub message: String,
}

/// A rule file whose rules know where they stand.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    provider: String,
    name: String,
    #[serde(default)]
    verify: Option<VerifySpec>,
    #[serde(default)]
    revoke: Option<Box<RevokeSpec>>,
    #[serde(rename = "rule", default)]
    rules: Vec<Spanned<RuleSpec>>,
}

/// Reads a rule file's text; `file` names it in messages. All its patterns are compiled, so that a mistake is found now.
///
/// # Errors
/// Its first mistake.
pub fn parse(file: &str, text: &str) -> Result<Read, Fault> {
    let line = |span: &Range<usize>| 1 + text[..span.start.min(text.len())].matches('\n').count();
    let fault = |at: Option<Range<usize>>, message: String| Fault {
        file: file.to_owned(),
        line: at.as_ref().map_or(1, line),
        message,
    };
    if foreign::is_foreign(text) {
        return foreign::parse(file, text);
    }
    let parsed: File = toml::from_str(text).map_err(|error| fault(error.span(), suggest(error.message())))?;
    if parsed.rules.is_empty() {
        return Err(fault(None, "it has no rules; write at least one [[rule]] table".to_owned()));
    }
    let provider =
        Arc::new(Provider { id: parsed.provider, name: parsed.name, verify: parsed.verify, revoke: parsed.revoke });
    let build = |spanned: Spanned<RuleSpec>| {
        let span = spanned.span();
        let line = line(&span);
        let rule = Rule::new(provider.clone(), spanned.into_inner(), Some(format!("{file}:{line}")));
        match complaint(&rule) {
            Some(message) => Err(fault(Some(span), format!("rule {:?}: {message}", rule.id()))),
            None => Ok(rule),
        }
    };
    let rules = parsed.rules.into_iter().map(build).collect::<Result<_, _>>()?;
    Ok(Read { rules, notes: Vec::new() })
}

/// Rules of one provider as the text of a rule file.
///
/// # Errors
/// They can't be written as TOML.
pub fn written(rules: &[Rule]) -> Result<String, toml::ser::Error> {
    let Some(provider) = rules.first().map(Rule::provider) else { return Ok(String::new()) };
    let specs = rules.iter().map(|rule| rule.spec().clone()).collect();
    let (id, name) = (provider.id.clone(), provider.name.clone());
    let spec = ProviderSpec { provider: id, name, verify: None, revoke: None, rules: specs };
    let mut table = toml::Table::try_from(spec)?;
    for rule in table.get_mut("rule").and_then(toml::Value::as_array_mut).into_iter().flatten() {
        if let Some(fields) = rule.as_table_mut() {
            let said = |name: &str, value: &toml::Value| {
                let needed = matches!(name, "specificity" | "hits" | "misses");
                needed || value.as_array().is_none_or(|list| !list.is_empty()) && value.as_integer() != Some(0)
            };
            fields.retain(|name, value| said(name, value));
        }
    }
    toml::to_string_pretty(&table)
}

/// What a rule file holds.
#[derive(Debug)]
pub struct Read {
    /// Its rules.
    pub rules: Vec<Rule>,
    /// What of it could not be honoured, a sentence each.
    pub notes: Vec<String>,
}

/// What is wrong with a rule that could be read, if anything.
pub(super) fn complaint(rule: &Rule) -> Option<String> {
    let spec = rule.spec();
    if spec.id.is_empty() || !spec.id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
        return Some("an id is lower-case letters, digits and hyphens, such as \"acme-api-key\"".to_owned());
    }
    if let Some(complaint) = asking_complaint(rule) {
        return Some(complaint.to_owned());
    }
    let patterns = || rule.compile().and(rule.compile_paths().map(drop)).and(rule.compile_beside().map(drop));
    if let Err(error) = patterns() {
        let cause = error.syntax_error().map_or_else(|| error.to_string(), ToString::to_string);
        return Some(format!("its pattern is no regular expression: {cause}"));
    }
    if let Some(complaint) = trigger_complaint(&spec.trigger, spec.pattern.is_some()) {
        return Some(complaint.to_owned());
    }
    let foreign = matches!(spec.trigger, TriggerSpec::Search(_));
    (spec.hits.is_empty() && !foreign).then(|| "it has no hits; write one text in which it finds its secret".to_owned())
}

/// What is wrong with the way in which a rule asks, if anything.
fn asking_complaint(rule: &Rule) -> Option<&'static str> {
    let Some(VerifySpec::Ask(ask)) = rule.verify() else { return None };
    match (&ask.get, &ask.post) {
        (None, None) | (Some(_), Some(_)) => {
            return Some("it asks nothing; write get = \"path\" (or post, and not both)");
        }
        (Some(_), None) if ask.json.is_some() => return Some("what is got has no body; write post = \"path\""),
        _ => {}
    }
    if matches!(ask.auth, AuthSpec::Form(_)) && (ask.post.is_none() || ask.json.is_some()) {
        return Some("a form is posted, and is the whole body; write post = \"path\", without json");
    }
    let pair = matches!(ask.auth, AuthSpec::BasicPair | AuthSpec::Aws(_));
    (pair && ask.beside.is_empty()).then_some("it needs another part; say with beside = [...] what that looks like")
}

/// Lengths are looked up in a table of this size.
const LONGEST_LENGTH: u32 = 4096;

fn trigger_complaint(trigger: &TriggerSpec, has_pattern: bool) -> Option<&'static str> {
    let words = match trigger {
        TriggerSpec::Length(lengths) if lengths.iter().any(|&length| (length as usize) < SHORTEST_RUN) => {
            return Some("a run has 16 characters or more; ask for such a length");
        }
        TriggerSpec::Length(lengths) if lengths.iter().any(|&length| length > LONGEST_LENGTH) => {
            return Some("it asks for a length over 4096; use a keyword");
        }
        TriggerSpec::Length(lengths) if lengths.is_empty() => return Some("its trigger is empty; name a length"),
        TriggerSpec::Length(_) => return None,
        TriggerSpec::Assigned(words) => {
            return words.is_empty().then_some("its trigger is empty; name a phrase such as \"secret key\"");
        }
        TriggerSpec::Search(_) => return (!has_pattern).then_some("it has no pattern; write pattern = '...'"),
        TriggerSpec::Userinfo(schemes) => {
            return schemes.is_empty().then_some("its trigger is empty; name a scheme such as \"postgres\"");
        }
        TriggerSpec::Named(words) if words.iter().all(|word| word.len() >= 3) && !words.is_empty() => return None,
        TriggerSpec::Keywords(words)
        | TriggerSpec::LedBy(words)
        | TriggerSpec::Named(words)
        | TriggerSpec::Anywhere(words) => words,
    };
    if words.is_empty() {
        Some("its trigger is empty; name at least one keyword")
    } else if words.iter().any(|word| word.len() < 3) {
        Some("a keyword has 3 characters or more, or it would be found everywhere")
    } else if !has_pattern {
        Some("it has no pattern; write pattern = '...'")
    } else {
        None
    }
}

/// Adds what helps: the nearest known word to serde's "unknown field `x`, expected one of `y`, `z`", and where to see what
/// a missing field may hold.
pub(crate) fn suggest(message: &str) -> String {
    if let Some(field) = message.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
        return format!("{message}; write {field} = ... (`unleak rules show openai-session` shows a rule)");
    }
    let Some(rest) = message.strip_prefix("unknown field `").or_else(|| message.strip_prefix("unknown variant `"))
    else {
        return message.to_owned();
    };
    let mut words = rest.split('`').step_by(2);
    let Some(typed) = words.next() else { return message.to_owned() };
    let known: Vec<&str> = rest.split('`').skip(2).step_by(2).collect();
    match known.into_iter().max_by(|a, b| strsim::jaro_winkler(typed, a).total_cmp(&strsim::jaro_winkler(typed, b))) {
        Some(nearest) => format!("{message}; did you mean `{nearest}`?"),
        None => message.to_owned(),
    }
}
