//! A JSON report read back: what it recorded of each leak, so that each can be found again. It holds no secret.
//!
//! Reads `json` and `jsonl`, takes what it needs and passes over the rest: a later version may say more.

use std::ffi::OsString;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::json::v1;
use crate::words::{GitObject, ObjectId, ObjectKind, Origin};

/// A report as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    /// The command that made it: `scan`.
    pub command: String,
    /// What was read, as it was typed.
    pub roots: Vec<String>,
    /// Its leaks, in its order.
    pub leaks: Vec<Recorded>,
    /// How many inputs had not been read.
    pub skipped: usize,
}

/// What a report says of one leak.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Recorded {
    /// The rule's id.
    pub rule: String,
    /// Who issues it.
    pub provider: Option<String>,
    /// The kind's name for people.
    pub name: String,
    /// What may be shown of it.
    pub masked: String,
    /// Its length in bytes.
    pub length: usize,
    /// Its name in every run.
    pub fingerprint: String,
    /// How bad it is.
    pub severity: String,
    /// Where it stood.
    #[serde(rename = "sightings")]
    pub places: Vec<RecordedPlace>,
    /// What became of it in its repository.
    pub history: Option<RecordedHistory>,
}

/// What a report says of a leak's life.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct RecordedHistory {
    /// The commit that first brought it in.
    pub introduced: Option<RecordedCommit>,
    /// Whether HEAD held it.
    pub in_head: bool,
    /// References from which it could be read.
    pub refs: Vec<String>,
    /// How many more there were.
    pub more_refs: usize,
}

/// A commit in a report.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct RecordedCommit {
    /// Its id.
    pub id: String,
    /// When it was committed, as RFC 3339 in UTC.
    pub date: String,
    /// Its author's name.
    pub author: String,
}

/// One place in a report.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct RecordedPlace {
    origin: String,
    path: String,
    path_base64: Option<String>,
    object: Option<String>,
    /// The commit that brought the object in.
    pub commit: Option<RecordedCommit>,
    /// The member of a container that it is in.
    pub member: Option<String>,
    /// Line of its first character.
    pub line: u64,
    /// Column of its first character.
    pub column: u64,
}

/// Why a text is no report that can be read back.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It is not JSON, or not ours.
    #[error("it is no JSON report of unleak ({0}); make one with --format json")]
    NotOurs(String),
    /// It is of a version that we don't know.
    #[error("it is a {0} report, and this program reads {known}; use the program that wrote it", known = v1::SCHEMA)]
    Version(String),
    /// Its last line is missing.
    #[error("it was cut off: a jsonl report ends with a summary; make it again")]
    CutOff,
}

#[derive(Deserialize)]
struct Document {
    schema: String,
    run: RecordedRun,
    leaks: Vec<Recorded>,
    #[serde(default)]
    skipped: Vec<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct RecordedRun {
    command: String,
    roots: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", tag = "type")]
enum Line {
    Leak(Box<Recorded>),
    Skipped,
    Summary {
        schema: String,
        run: RecordedRun,
    },
    #[serde(other)]
    Other,
}

/// Reads a report in `json` or `jsonl`.
///
/// # Errors
/// It is neither, or of another version, or cut off.
pub fn read(text: &str) -> Result<Recording, ReadError> {
    let whole = match serde_json::from_str::<Document>(text) {
        Ok(whole) => whole,
        Err(error) => match text.trim_start().get(..2) {
            _ if text.trim_start().starts_with("{\"type\"") => return read_lines(text),
            _ => return Err(ReadError::NotOurs(error.to_string())),
        },
    };
    check(&whole.schema)?;
    let RecordedRun { command, roots } = whole.run;
    Ok(Recording { command, roots, leaks: whole.leaks, skipped: whole.skipped.len() })
}

fn read_lines(text: &str) -> Result<Recording, ReadError> {
    let (mut leaks, mut skipped, mut end) = (Vec::new(), 0, None);
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        match serde_json::from_str(line).map_err(|error| ReadError::NotOurs(error.to_string()))? {
            Line::Leak(leak) => leaks.push(*leak),
            Line::Skipped => skipped += 1,
            Line::Summary { schema, run } => end = Some((schema, run)),
            Line::Other => {}
        }
    }
    let (schema, RecordedRun { command, roots }) = end.ok_or(ReadError::CutOff)?;
    check(&schema)?;
    Ok(Recording { command, roots, leaks, skipped })
}

fn check(schema: &str) -> Result<(), ReadError> {
    if schema == v1::SCHEMA { Ok(()) } else { Err(ReadError::Version(schema.chars().take(40).collect())) }
}

impl RecordedPlace {
    /// What it was in, as the scan that found it named it. Nothing for what can't be read again: standard input, and names,
    /// in which a report hides the secret.
    #[must_use]
    pub fn origin(&self) -> Option<Origin> {
        match (self.origin.as_str(), &self.object) {
            ("file", _) => Some(Origin::File(self.path())),
            ("index", _) => Some(Origin::Index(self.path())),
            ("object", Some(object)) => {
                let id = ObjectId::from_hex(object.as_bytes())?;
                let commit = self.commit.as_ref().and_then(|commit| ObjectId::from_hex(commit.id.as_bytes()));
                // Without a path, an object is called by its kind and the beginning of its id.
                let kind = Self::kind_in_name(&self.path, &id);
                let path = if kind.is_none() { Some(self.path()) } else { None };
                let kind = kind.unwrap_or(ObjectKind::Blob);
                Some(Origin::Object(GitObject { path, commit, id, kind }))
            }
            _ => None,
        }
    }

    /// Why it can't be read again, whatever happens.
    #[must_use]
    pub fn why_lost(&self) -> &'static str {
        match self.origin.as_str() {
            "stdin" => "it came from standard input, which nobody can read again",
            "tree-name" | "ref-name" => "it stands in a name, which the report hides; scan again with --verify",
            _ => "the report does not say well enough where it stands",
        }
    }

    /// The file's path, as the report shows it.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.path
    }

    /// `path:line:column`, for people.
    #[must_use]
    pub fn shown(&self) -> String {
        let member = self.member.as_ref().map_or_else(String::new, |member| format!("!{member}"));
        let commit = self.commit.as_ref().and_then(|commit| commit.id.get(..10));
        let commit = commit.map_or_else(String::new, |id| format!("{id}:"));
        format!("{commit}{}{member}:{}:{}", self.path, self.line, self.column)
    }

    fn kind_in_name(name: &str, id: &ObjectId) -> Option<ObjectKind> {
        let kinds = [ObjectKind::Blob, ObjectKind::Tree, ObjectKind::Commit, ObjectKind::Tag];
        kinds.into_iter().find(|kind| name == format!("{} {}", kind.as_str(), id.short()))
    }

    /// The path's exact bytes.
    fn path(&self) -> PathBuf {
        let exact = self.path_base64.as_ref().and_then(|text| STANDARD.decode(text).ok());
        exact.and_then(exact_path).unwrap_or_else(|| PathBuf::from(&self.path))
    }
}

#[cfg(unix)]
fn exact_path(bytes: Vec<u8>) -> Option<PathBuf> {
    Some(PathBuf::from(<OsString as std::os::unix::ffi::OsStringExt>::from_vec(bytes)))
}

#[cfg(not(unix))]
fn exact_path(bytes: Vec<u8>) -> Option<PathBuf> {
    String::from_utf8(bytes).ok().map(|text| PathBuf::from(OsString::from(text)))
}
