//! The evidence log: JSON Lines, appended to and never rewritten, flushed to the disk before and after each step. It says who
//! did what, when, to which key id, what the issuer answered and when the key was seen dead. It holds no secret.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::words::Date;

/// The form of a line.
const SCHEMA: &str = "unleak.evidence/1";

/// The log, open for appending.
#[derive(Debug)]
pub struct Evidence {
    file: File,
    path: PathBuf,
    run: String,
    by: String,
    clock: fn() -> u64,
}

/// Why the log can't be used. Without it nothing is done.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// It can't be opened, read or written.
    #[error("the evidence log {path} can't be used: {cause}; nothing is done without it; --evidence names another", path = path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// It is a link, a folder or a pipe.
    #[error("the evidence log {path} is no regular file; --evidence names another", path = path.display())]
    NoFile {
        /// What was named.
        path: PathBuf,
    },
}

/// Where a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It is about to be taken. Alone at the end of a log, it says that nobody knows how it went.
    Begin,
    /// It was taken, and this is what came of it.
    Done,
    /// It failed. What it was to change is as it was before, unless the meaning says otherwise.
    Failed,
    /// It may have been done: no answer came.
    Unclear,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deed {
    /// Which step: `delete-key`, `prove-death`.
    pub step: String,
    /// Where it is.
    pub state: State,
    /// The leaked key's stable name.
    pub fingerprint: String,
    /// What may be shown of it.
    pub masked: String,
    /// The id of the key that the step is about.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub key_id: Option<String>,
    /// Its project.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub project_id: Option<String>,
    /// The issuer's name for the request.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub request_id: Option<String>,
    /// What it means, in words.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub meaning: String,
    /// When the key was first seen dead, as RFC 3339 in UTC.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dead_at: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Line {
    schema: String,
    time: String,
    run: String,
    by: String,
    #[serde(flatten)]
    deed: Deed,
}

impl Deed {
    /// A line about a leaked key.
    #[must_use]
    pub fn new(step: &str, state: State, fingerprint: &str, masked: &str) -> Self {
        Self {
            step: step.to_owned(),
            state,
            fingerprint: fingerprint.to_owned(),
            masked: masked.to_owned(),
            key_id: None,
            project_id: None,
            request_id: None,
            meaning: String::new(),
            dead_at: None,
        }
    }

    /// The same in another state, with what it means.
    #[must_use]
    pub fn then(&self, state: State, meaning: impl Into<String>) -> Self {
        Self { state, meaning: meaning.into(), ..self.clone() }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one door to the evidence log")]
impl Evidence {
    /// Opens the log, and makes it if it is not there; only its owner may read a new one. `by` is who runs this.
    ///
    /// # Errors
    /// It can't be appended to.
    pub fn open(path: &Path, by: &str, clock: fn() -> u64) -> Result<Self, EvidenceError> {
        let io = |cause| EvidenceError::Io { path: path.to_owned(), cause };
        if fs::symlink_metadata(path).is_ok_and(|found| !found.is_file()) {
            return Err(EvidenceError::NoFile { path: path.to_owned() });
        }
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder).map_err(io)?;
        }
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(io)?;
        end_line(&mut file).map_err(io)?;
        let run = format!("{:x}-{:x}", clock(), std::process::id());
        Ok(Self { file, path: path.to_owned(), run, by: by.to_owned(), clock })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The time now, in seconds since 1970.
    #[must_use]
    pub fn now(&self) -> u64 {
        (self.clock)()
    }

    /// Appends a line, and comes back when it is on the disk.
    ///
    /// # Errors
    /// It can't be written.
    pub fn record(&mut self, entry: &Deed) -> Result<(), EvidenceError> {
        let line = Line {
            schema: SCHEMA.to_owned(),
            time: rfc3339(self.now()),
            run: self.run.clone(),
            by: self.by.clone(),
            deed: entry.clone(),
        };
        let write = |file: &mut File| -> io::Result<()> {
            let mut text = serde_json::to_vec(&line)?;
            text.push(b'\n');
            file.write_all(&text)?;
            file.sync_data()
        };
        write(&mut self.file).map_err(|cause| EvidenceError::Io { path: self.path.clone(), cause })
    }
}

/// A program that was killed may have left half a line: what follows begins a new one.
fn end_line(file: &mut File) -> io::Result<()> {
    let end = file.seek(SeekFrom::End(0))?;
    let mut last = [b'\n'];
    if end > 0 {
        file.seek(SeekFrom::Start(end - 1))?;
        file.read_exact(&mut last)?;
    }
    if last == *b"\n" { Ok(()) } else { file.write_all(b"\n") }
}

/// What a log says, in its order. Half a line, left by a program that was killed, says nothing.
///
/// # Errors
/// It is there and can't be read.
pub fn read_evidence(path: &Path) -> Result<Vec<Deed>, EvidenceError> {
    Ok(read_dated_evidence(path)?.into_iter().map(|(_, deed)| deed).collect())
}

/// The same with the time of each line, as RFC 3339.
///
/// # Errors
/// It is there and can't be read.
#[expect(clippy::disallowed_methods, reason = "the one door to the evidence log")]
pub fn read_dated_evidence(path: &Path) -> Result<Vec<(String, Deed)>, EvidenceError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(cause) => return Err(EvidenceError::Io { path: path.to_owned(), cause }),
    };
    let ours = |line: &str| serde_json::from_str::<Line>(line).ok().filter(|line| line.schema == SCHEMA);
    Ok(text.lines().filter_map(ours).map(|line| (line.time, line.deed)).collect())
}

/// `2026-11-23T17:09:51Z`
pub(super) fn rfc3339(seconds: u64) -> String {
    format!("{}Z", Date::new(seconds.cast_signed()).iso())
}
