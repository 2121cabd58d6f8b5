//! What a git repository adds to our words: an `ObjectId` names an object, a `Place` says where in the repository's
//! history a blob stands, and a `Life` what became of a leak in it.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::path::PathBuf;

/// The longest object id we know, in bytes: SHA-256.
const LONGEST: usize = 32;

/// The name of a git object: a SHA-1 (20 bytes) or a SHA-256 (32 bytes).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectId {
    bytes: [u8; LONGEST],
    len: u8,
}

/// An id is a hash already: its first bytes are as good as all.
impl Hash for ObjectId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bytes.first_chunk::<8>().hash(state);
    }
}

impl ObjectId {
    /// The id with these bytes; `None` unless there are 20 or 32.
    #[must_use]
    pub fn new(raw: &[u8]) -> Option<Self> {
        if raw.len() != 20 && raw.len() != LONGEST {
            return None;
        }
        let mut bytes = [0; LONGEST];
        bytes[..raw.len()].copy_from_slice(raw);
        Some(Self { bytes, len: raw.len() as u8 })
    }

    /// The id written as 40 or 64 hexadecimal digits.
    #[must_use]
    pub fn from_hex(text: &[u8]) -> Option<Self> {
        if text.len() != 40 && text.len() != 2 * LONGEST {
            return None;
        }
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let mut bytes = [0; LONGEST];
        for (place, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
            *place = (digit(pair[0])? << 4 | digit(pair[1])?) as u8;
        }
        Some(Self { bytes, len: (text.len() / 2) as u8 })
    }

    /// Its bytes: 20 or 32 of them.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    /// Whether it is the id of no object: all zeros, as hooks and reflogs write it.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.bytes == [0; LONGEST]
    }

    /// The first ten hexadecimal digits, for people.
    #[must_use]
    pub fn short(&self) -> String {
        let mut text = self.to_string();
        text.truncate(10);
        text
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ObjectId({self})")
    }
}

/// The four kinds of git objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectKind {
    /// A file's content.
    Blob,
    /// A folder: names of files and folders.
    Tree,
    /// A commit: its headers and its message.
    Commit,
    /// An annotated tag: its headers and its message.
    Tag,
}

impl ObjectKind {
    /// git's own word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Blob => "blob",
            Self::Tree => "tree",
            Self::Commit => "commit",
            Self::Tag => "tag",
        }
    }
}

/// A git object that was looked at, with what is known of its place in history: nothing while a history is read, which
/// goes by objects; commit and path where a range is read, or once they have been traced.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GitObject {
    /// The path it has in `commit`, from the root of the work tree.
    pub path: Option<PathBuf>,
    /// The commit that brought it in.
    pub commit: Option<ObjectId>,
    /// Its name.
    pub id: ObjectId,
    /// What it is.
    pub kind: ObjectKind,
}

/// A commit as a report names it: no e-mail, no message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its name.
    pub id: ObjectId,
    /// When it was committed, in seconds since 1970 (UTC).
    pub seconds: i64,
    /// Its author's name, as far as it is UTF-8. May hold any character: reports escape what a terminal would obey.
    pub author: String,
}

impl Commit {
    /// The author's name, without the rest of an address where that was given as the name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.author.split('@').next().unwrap_or_default()
    }
}

/// Where one git object stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The commit that first brought it in; `None` if no commit holds it (a dangling blob, an older index).
    pub commit: Option<Commit>,
    /// The path it has in that commit.
    pub path: Option<PathBuf>,
    /// Every path it has or had, sorted; [`Place::MOST_PATHS`] of them at most.
    pub paths: Vec<PathBuf>,
    /// Whether there are more paths.
    pub more_paths: bool,
    /// Whether the tree of HEAD holds it.
    pub in_head: bool,
}

impl Place {
    /// How many paths are kept for one object.
    pub const MOST_PATHS: usize = 100;
}

/// What a repository is and what it has checked out, for reports that say which version they are of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checkout {
    /// Where it was cloned from: a URL without user or password. Nothing if it was not, or from a folder.
    pub remote: Option<String>,
    /// The commit that HEAD leads to.
    pub head: Option<ObjectId>,
}

/// A reference by the name that people use: `main` for `refs/heads/main`.
#[must_use]
pub fn short_ref(name: &str) -> &str {
    ["refs/heads/", "refs/tags/", "refs/"].iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name)
}

/// What is known of a leak's life in a repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Life {
    /// The commit that first brought it in; `None` if no commit holds it.
    pub introduced: Option<Commit>,
    /// Whether the tree of HEAD still holds it, in any of its objects.
    pub in_head: bool,
    /// The newest commit in HEAD's history that took it out; `None` if it is still there or never was.
    pub removed: Option<Commit>,
    /// References from which a commit that holds it can be reached, by full name: branches, then tags, then the rest, each
    /// sorted; [`Life::MOST_REFS`] of them at most.
    pub refs: Vec<String>,
    /// How many more references there are.
    pub more_refs: usize,
    /// Each of the objects that were asked for, in the order of the question.
    pub places: Vec<Place>,
}

impl Life {
    /// The place that a git object has by this commit and path, if it is known.
    #[must_use]
    pub fn place_of(&self, object: &GitObject) -> Option<&Place> {
        let is_it = |place: &&Place| {
            place.path == object.path && place.commit.as_ref().map(|commit| commit.id) == object.commit
        };
        self.places.iter().find(is_it)
    }

    /// How many references are kept for one leak.
    pub const MOST_REFS: usize = 100;
}
