//! One file as a commit holds it: for what must not come from the work tree, such as a config that a pull request could
//! change.

use super::commits::tree_of;
use super::error::ReadError;
use super::open::Repository;
use super::parse::Mode;
use super::reader::Reader;
use super::revision::{RevisionError, resolve};
use super::store::Store;
use super::trees;
use crate::words::{ObjectId, ObjectKind};

/// Why a file of a commit can't be read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The name leads to no commit.
    #[error("{name}: {cause}")]
    Revision {
        /// The name.
        name: String,
        /// Why it leads nowhere.
        cause: RevisionError,
    },
    /// It is there and is no file.
    #[error("{path} in {name} is no regular file (a link, a folder or a submodule)")]
    NoFile {
        /// The path.
        path: String,
        /// The commit's name.
        name: String,
    },
    /// An object can't be read.
    #[error("{path} in {name} can't be read: {why}; `git fetch` may bring it")]
    Unread {
        /// The path.
        path: String,
        /// The commit's name.
        name: String,
        /// Why.
        why: String,
    },
}

/// A commit, to read files from.
#[derive(Clone, Debug)]
pub struct CommitFiles {
    repo: Repository,
    name: String,
    commit: ObjectId,
}

impl CommitFiles {
    /// The commit that `name` leads to.
    ///
    /// # Errors
    /// It leads to none.
    pub fn open(repo: &Repository, name: &str) -> Result<Self, FileError> {
        let store = Store::open(repo);
        let commit = resolve(repo, &mut Reader::new(&store), name)
            .map_err(|cause| FileError::Revision { name: name.to_owned(), cause })?;
        Ok(Self { repo: repo.clone(), name: name.to_owned(), commit })
    }

    /// The name by which the commit was asked for.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A regular file's bytes; nothing if there is none at this path (with slashes, from the root).
    ///
    /// # Errors
    /// What stands there is no regular file, or an object can't be read.
    pub fn read(&self, path: &str) -> Result<Option<Vec<u8>>, FileError> {
        let store = Store::open(&self.repo);
        let mut reader = Reader::new(&store);
        let unread =
            |why: ReadError| FileError::Unread { path: path.to_owned(), name: self.name.clone(), why: why.to_string() };
        let no_file = || FileError::NoFile { path: path.to_owned(), name: self.name.clone() };
        let mut tree = tree_of(&mut reader, &self.commit).map_err(unread)?;
        let mut parts = path.split('/').peekable();
        while let Some(part) = parts.next() {
            let items = trees::entries(&mut reader, &tree).map_err(unread)?;
            let Some(item) = trees::named(&items, part.as_bytes()) else { return Ok(None) };
            match (item.mode, parts.peek()) {
                (Mode::Tree, Some(_)) => tree = item.id,
                (Mode::File, None) => {
                    return reader
                        .read_kind(&item.id, ObjectKind::Blob)
                        .map(|bytes| Some(bytes.to_vec()))
                        .map_err(unread);
                }
                (Mode::File, Some(_)) => return Ok(None),
                (Mode::Link | Mode::Submodule, _) | (Mode::Tree, None) => return Err(no_file()),
            }
        }
        Ok(None)
    }
}
