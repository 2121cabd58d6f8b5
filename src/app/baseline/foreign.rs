//! What other tools' files say is accepted: detect-secrets' `.secrets.baseline`, a gitleaks report, a `.gitleaksignore`.
//!
//! None of them names a secret as we do, so that nothing is taken over on trust: what a file names is looked for here, by
//! its hash (detect-secrets keeps the SHA-1 of each secret), by the secret itself (a gitleaks report that is not redacted)
//! or by its line, and only what is found gets an entry. Formats: `detect_secrets/core/potential_secret.py`, gitleaks'
//! `report/finding.go` and its README on fingerprints (`commit:path:rule:line`, without the commit for files).

use serde::Deserialize;
use std::collections::BTreeMap;

use crate::words::{Leak, Secret, Sighting, Sightings};

/// One thing that another tool accepts.
#[derive(Clone, Debug)]
pub struct Foreign {
    /// The path from the root of the repository.
    pub path: String,
    /// The line, as it was when the file was written.
    pub line: u64,
    /// The commit in which that line is meant.
    pub commit: Option<String>,
    /// Why we accept it.
    pub reason: String,
    name: Name,
}

/// How another tool names a secret.
#[derive(Clone, Debug)]
enum Name {
    Sha1(String),
    Secret(Secret),
    Line,
}

impl Foreign {
    /// The part of a leak that this is about.
    #[must_use]
    pub fn part_of(&self, leak: &Leak, paths: impl Fn(&Sighting) -> Vec<String>) -> Option<Leak> {
        let here = |sighting: &&Sighting| {
            let named = match &self.name {
                Name::Sha1(hash) => sighting.secret.has_sha1(hash),
                Name::Secret(secret) => sighting.secret == *secret,
                Name::Line => sighting.start.line == self.line,
            };
            named && paths(sighting).contains(&self.path)
        };
        let sightings = Sightings::of(leak.sightings.iter().filter(here).cloned().collect())?;
        Some(Leak { sightings, ..leak.clone() })
    }

    /// What it is called in messages.
    #[must_use]
    pub fn shown(&self) -> String {
        let commit = self.commit.as_deref().map_or_else(String::new, |commit| format!("{commit}:"));
        format!("{commit}{}:{}", self.path, self.line)
    }
}

#[derive(Deserialize)]
struct DetectSecrets {
    results: BTreeMap<String, Vec<Potential>>,
}

#[derive(Deserialize)]
struct Potential {
    hashed_secret: String,
    #[serde(default)]
    line_number: u64,
    #[serde(default)]
    is_secret: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Finding {
    file: String,
    start_line: u64,
    #[serde(default)]
    secret: String,
    #[serde(default)]
    commit: String,
}

/// Reads another tool's file, and says which tool's.
///
/// # Errors
/// It is none that we know: a sentence.
pub fn read(text: &str) -> Result<(&'static str, Vec<Foreign>), String> {
    let start = text.trim_start();
    if start.starts_with('{') {
        let file: DetectSecrets = serde_json::from_str(text)
            .map_err(|error| format!("line {}: this is no .secrets.baseline of detect-secrets", error.line()))?;
        let all =
            file.results.into_iter().flat_map(|(path, all)| all.into_iter().map(move |one| potential(&path, one)));
        return Ok(("detect-secrets", all.collect()));
    }
    if start.starts_with('[') && start.trim_end().ends_with(']') {
        let findings: Vec<Finding> = serde_json::from_str(text)
            .map_err(|error| format!("line {}: this is no JSON report of gitleaks", error.line()))?;
        return Ok(("gitleaks", findings.into_iter().map(finding).collect()));
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let read: Option<Vec<Foreign>> = lines.map(ignored).collect();
    let found = read.filter(|found| !found.is_empty()).ok_or(
        "this is neither a .secrets.baseline, nor a JSON report of gitleaks, nor a .gitleaksignore (lines of \
         commit:path:rule:line)",
    )?;
    Ok((".gitleaksignore", found))
}

fn slashed(path: &str) -> String {
    path.replace('\\', "/").trim_start_matches("./").to_owned()
}

fn potential(path: &str, one: Potential) -> Foreign {
    let audited = match one.is_secret {
        Some(true) => ", audited as a real secret",
        Some(false) => ", audited as a false alarm",
        None => "",
    };
    let reason = format!("accepted in detect-secrets{audited}");
    let name = Name::Sha1(one.hashed_secret.to_ascii_lowercase());
    Foreign { path: slashed(path), line: one.line_number, commit: None, reason, name }
}

fn finding(one: Finding) -> Foreign {
    let redacted = one.secret.is_empty() || one.secret.contains("REDACTED") || one.secret.contains("...");
    let name = if redacted { Name::Line } else { Name::Secret(Secret::new(one.secret.as_bytes())) };
    let commit = Some(one.commit).filter(|commit| !commit.is_empty());
    Foreign { path: slashed(&one.file), line: one.start_line, commit, reason: "accepted in gitleaks".to_owned(), name }
}

/// `commit:path:rule:line` or `path:rule:line`; a path may hold colons too.
fn ignored(line: &str) -> Option<Foreign> {
    let (rest, number) = line.rsplit_once(':')?;
    let (rest, _rule) = rest.rsplit_once(':')?;
    let number = number.parse().ok()?;
    let is_id = |text: &str| (7..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let (commit, path) = match rest.split_once(':') {
        Some((commit, path)) if is_id(commit) => (Some(commit.to_owned()), path),
        _ => (None, rest),
    };
    let reason = "accepted in .gitleaksignore".to_owned();
    (!path.is_empty()).then(|| Foreign { path: slashed(path), line: number, commit, reason, name: Name::Line })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_gitleaksignore() {
        let (tool, all) = read("# old\nabcdef0123:a b/c:d.env:generic-api-key:7\nx.env:aws:12\n").unwrap();
        let told: Vec<String> = all.iter().map(Foreign::shown).collect();
        assert_eq!(
            (tool, told),
            (".gitleaksignore", vec!["abcdef0123:a b/c:d.env:7".to_owned(), "x.env:12".to_owned()])
        );
    }

    #[test]
    fn what_is_no_file_of_theirs_is_refused() {
        for text in ["", "{}", "{\"results\": 1}", "[1]", "hello", "a:b"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
