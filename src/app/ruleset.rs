//! Which rules a run uses: the built-in ones, those of files given, or only those named.

use std::fs;
use std::path::PathBuf;

use crate::rules::{Fault, Read, Rule, RuleSet, Unfit, builtin, parse, written};

/// Which rules to use.
#[derive(Clone, Debug, Default)]
pub struct RuleChoice {
    /// Only the rules with these ids; all if there are none.
    pub only: Vec<String>,
    /// Rule files to use besides the built-in rules.
    pub files: Vec<PathBuf>,
    /// Rules that the repository brings: they never take a key away from a built-in rule.
    pub brought: Vec<RuleText>,
}

/// A rule file that has been read.
#[derive(Clone, Debug)]
pub struct RuleText {
    /// Its name in messages.
    pub name: String,
    /// What it says.
    pub text: String,
}

/// How specific a rule that the repository brings may be: less than any built-in rule that knows a key by more than its
/// entropy. Where several rules match the most specific one keeps the key, and must not be one that calls it noise.
const MOST_SPECIFIC_BROUGHT: u8 = 9;

/// Why there are no rules to use.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// A rule file could not be read.
    #[error("rule file {path}: {cause}", path = path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// A rule file has a mistake.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The rules don't go together.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// A rule was named that is not there.
    #[error("there is no rule {id:?}; did you mean {nearest:?}? `unleak rules list` shows all")]
    Unknown {
        /// What was named.
        id: String,
        /// The id most like it.
        nearest: String,
    },
}

/// The rules to use.
///
/// # Errors
/// A file can't be read or has a mistake, two rules have one id, or a named rule is not there.
pub fn load_rules(choice: &RuleChoice) -> Result<RuleSet, RulesError> {
    let (mut rules, mut notes) = (builtin()?, Vec::new());
    for path in &choice.files {
        let read = read(path)?;
        rules.extend(read.rules);
        notes.extend(read.notes);
    }
    for RuleText { name, text } in &choice.brought {
        let read = parse(name, text)?;
        rules.extend(read.rules.into_iter().map(|rule| rule.brought(MOST_SPECIFIC_BROUGHT)));
        notes.extend(read.notes);
    }
    if !choice.only.is_empty() {
        for id in &choice.only {
            check_known(id, &rules)?;
        }
        rules.retain(|rule| choice.only.iter().any(|id| **id == **rule.id()));
    }
    Ok(RuleSet::new(rules)?.with_notes(notes))
}

/// A rule file as text in our own form, and what of it could not be honoured.
///
/// # Errors
/// The file can't be read or has a mistake.
pub fn import(path: &PathBuf) -> Result<(String, Vec<String>), RulesError> {
    let read = read(path)?;
    let text = written(&read.rules).map_err(|cause| Fault {
        file: path.display().to_string(),
        line: 1,
        message: format!("it can't be written: {cause}"),
    })?;
    Ok((text, read.notes))
}

/// The rules of one file.
///
/// # Errors
/// The file can't be read or has a mistake.
pub(super) fn read(path: &PathBuf) -> Result<Read, RulesError> {
    #[expect(clippy::disallowed_methods, reason = "the door to rule files")]
    let text = fs::read_to_string(path).map_err(|cause| RulesError::Unreadable { path: path.clone(), cause })?;
    Ok(parse(&path.display().to_string(), &text)?)
}

/// The rule with this id.
///
/// # Errors
/// There is none; the error says which id is most like it.
pub fn find_rule<'r>(rules: &'r RuleSet, id: &str) -> Result<&'r Rule, RulesError> {
    rules.get(id).ok_or_else(|| unknown(id, rules.rules()))
}

fn check_known(id: &str, rules: &[Rule]) -> Result<(), RulesError> {
    if rules.iter().any(|rule| **rule.id() == *id) { Ok(()) } else { Err(unknown(id, rules)) }
}

fn unknown(id: &str, rules: &[Rule]) -> RulesError {
    let likeness = |rule: &&Rule| (strsim::jaro_winkler(rule.id(), id) * 1000.0) as u32;
    let nearest = rules.iter().max_by_key(likeness).map_or_else(String::new, |rule| rule.id().to_string());
    RulesError::Unknown { id: id.to_owned(), nearest }
}
