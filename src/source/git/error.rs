//! Why a repository can't be opened, and why an object can't be read, in sentences that say what to do next.

use std::path::PathBuf;

use crate::words::ObjectId;

/// Why a repository can't be read at all.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Neither the folder nor any above it is a repository.
    #[error("{} is not in a git repository (no .git here or above): run this inside one, or name one", .0.display())]
    NotARepository(PathBuf),
    /// `GIT_DIR` or a `.git` file leads to something that is no repository.
    #[error("{} is not a git folder (it needs HEAD, objects and refs), though {from} leads there", at.display())]
    NotAGitDir {
        /// Where it led.
        at: PathBuf,
        /// What led there.
        from: String,
    },
    /// A file that must be read can't be.
    #[error("can't read {}: {error}", at.display())]
    Io {
        /// The file.
        at: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// The repository says that its ids are made by a hash we don't know.
    #[error("{} uses the object format `{format}`; known are sha1 and sha256", at.display())]
    ObjectFormat {
        /// The repository's git folder.
        at: PathBuf,
        /// The format it names.
        format: String,
    },
}

/// Why one object can't be read. The sentences follow its name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// No pack and no loose file holds it.
    #[error("it is not in the object database")]
    Missing,
    /// Its bytes make no sense.
    #[error("it is corrupt ({0}); `git fsck` says more, and a fresh clone may have it whole")]
    Corrupt(&'static str),
    /// The object that it is stored as a difference to is missing.
    #[error("its delta base {0} is not in the object database")]
    BaseMissing(ObjectId),
    /// Its base, or the base's base, can't be read.
    #[error("an object that it is stored as a difference to can't be read")]
    BaseBroken,
    /// It is larger than we hold in memory.
    #[error("it has {0} bytes, more than the {max} that are held in memory", max = super::inflate::MAX_OBJECT)]
    TooLarge(u64),
    /// The system refused.
    #[error("{0}")]
    Io(String),
}
