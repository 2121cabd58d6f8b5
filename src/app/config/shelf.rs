//! A `Shelf` is where the files stand that a repository brings for us: its work tree, or one of its commits.
//!
//! Only regular files below the root are read: no link, no pipe, nothing above the root, and never more than a few
//! megabytes. A file that is not there is no failure.

#![expect(clippy::disallowed_methods, reason = "the door to the config of the repository that the user stands in")]

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use crate::source::git::CommitFiles;

/// More than any config, rule file or baseline has.
const MOST_BYTES: u64 = 32 << 20;

/// Where a repository's own files for us stand.
#[derive(Clone, Debug)]
pub(crate) enum Shelf {
    /// Below the root of a work tree.
    WorkTree(PathBuf),
    /// In a commit.
    Commit(Box<CommitFiles>),
}

impl Shelf {
    /// What reports call a file of it: `unleak.toml`, or `main:unleak.toml`.
    #[must_use]
    pub(crate) fn name(&self, path: &str) -> String {
        match self {
            Self::WorkTree(_) => path.to_owned(),
            Self::Commit(commit) => format!("{}:{path}", commit.name()),
        }
    }

    /// The text of a file, by its path with slashes from the root; nothing if it is not there.
    ///
    /// # Errors
    /// It is no regular file, it is not below the root, it is too large, no text, or can't be read: a sentence that
    /// follows its name.
    pub(crate) fn read(&self, path: &str) -> Result<Option<String>, String> {
        let below = Path::new(path).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        if !below || path.is_empty() || path.contains('\\') {
            return Err("it is not below the root of the repository; write a path with slashes from there".to_owned());
        }
        let bytes = match self {
            Self::WorkTree(root) => read_below(root, Path::new(path))?,
            Self::Commit(commit) => commit.read(path).map_err(|error| error.to_string())?,
        };
        bytes.map(text).transpose()
    }
}

fn text(bytes: Vec<u8>) -> Result<String, String> {
    String::from_utf8(bytes).map_err(|_| "it is no text in UTF-8".to_owned())
}

/// Reads a regular file, going through no link.
fn read_below(root: &Path, path: &Path) -> Result<Option<Vec<u8>>, String> {
    let mut at = root.to_owned();
    for part in path.components() {
        at.push(part);
        match fs::symlink_metadata(&at) {
            Ok(metadata) if metadata.is_symlink() => {
                return Err(
                    "it is, or goes through, a symbolic link, which could lead anywhere: put the file itself there"
                        .to_owned(),
                );
            }
            Ok(_) => {}
            Err(error) if is_absent(&error) => return Ok(None),
            Err(error) => return Err(error.to_string()),
        }
    }
    read_file(&at).map(Some)
}

/// Reads a regular file that a person named.
///
/// # Errors
/// A sentence that follows its name.
pub fn read_named(path: &Path) -> Result<String, String> {
    read_file(path).and_then(text)
}

/// Reads the user's own file; nothing if it is not there, or if the folder that it would be in is closed to this user: a
/// program that was started for somebody else keeps the first one's HOME. (git passes over such a file too.)
///
/// # Errors
/// A sentence that follows its name.
pub(crate) fn read_if_there(path: &Path) -> Result<Option<String>, String> {
    match fs::metadata(path) {
        Err(error) if is_absent(&error) || error.kind() == io::ErrorKind::PermissionDenied => Ok(None),
        _ => read_named(path).map(Some),
    }
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn read_file(path: &Path) -> Result<Vec<u8>, String> {
    let told = |error: io::Error| error.to_string();
    if !fs::metadata(path).map_err(told)?.is_file() {
        return Err("it is no regular file".to_owned());
    }
    let mut bytes = Vec::new();
    File::open(path).map_err(told)?.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(told)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(format!("it has more than {MOST_BYTES} bytes"));
    }
    Ok(bytes)
}

/// The root of the work tree that `folder` is in, if it is in one: the nearest folder with a `.git` in it.
pub(super) fn root_around(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().find(|folder| fs::symlink_metadata(folder.join(".git")).is_ok()).map(Path::to_owned)
}
