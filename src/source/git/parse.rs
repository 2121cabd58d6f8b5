//! Reading trees, commits and tags: what stands in them, straight from their bytes.
//!
//! Formats: `git help gitformat-...` has none for these; they are in git's `tree-walk.c` and `commit.c`.

use crate::words::{Commit, ObjectId};

/// What an entry of a tree, or of the index, is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// A file, executable or not.
    File,
    /// A symbolic link: its blob is the target.
    Link,
    /// A folder.
    Tree,
    /// A submodule: a commit of another repository.
    Submodule,
}

impl Mode {
    /// From the bits of `st_mode` that git writes.
    pub(super) fn of(bits: u32) -> Self {
        match bits & 0o170_000 {
            0o040_000 => Self::Tree,
            0o120_000 => Self::Link,
            0o160_000 => Self::Submodule,
            _ => Self::File,
        }
    }
}

/// One name in a tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct TreeEntry<'a> {
    /// What it is.
    pub(super) mode: Mode,
    /// Its name: no slash, not empty.
    pub(super) name: &'a [u8],
    /// The raw bytes of the id it leads to.
    pub(super) raw_id: &'a [u8],
}

impl TreeEntry<'_> {
    /// The id it leads to.
    pub(super) fn id(&self) -> Option<ObjectId> {
        ObjectId::new(self.raw_id)
    }
}

/// Iterates over the entries of a tree; ends early if it makes no sense, which `is_whole` then tells.
pub(super) struct TreeEntries<'a> {
    bytes: &'a [u8],
    at: usize,
    id_len: usize,
}

impl<'a> TreeEntries<'a> {
    /// The entries of a tree whose ids have `id_len` bytes.
    pub(super) fn new(bytes: &'a [u8], id_len: usize) -> Self {
        Self { bytes, at: 0, id_len }
    }

    /// Whether everything could be read, once there are no more entries.
    pub(super) fn is_whole(&self) -> bool {
        self.at == self.bytes.len()
    }

    /// Where the next entry begins.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Goes on with the entry that begins at `at`.
    pub(super) fn go_to(&mut self, at: usize) {
        self.at = at.min(self.bytes.len());
    }
}

impl<'a> Iterator for TreeEntries<'a> {
    type Item = TreeEntry<'a>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let rest = &self.bytes[self.at..];
        let mut bits = 0u32;
        let mut digits = 0;
        for &byte in rest.iter().take(7) {
            if byte == b' ' {
                break;
            }
            bits = bits << 3 | u32::from(byte & 7);
            digits += 1;
        }
        let after = rest.get(digits + 1..)?;
        let end = memchr::memchr(0, after)?;
        let raw_id = after.get(end + 1..end + 1 + self.id_len)?;
        self.at += digits + 1 + end + 1 + self.id_len;
        Some(TreeEntry { mode: Mode::of(bits), name: &after[..end], raw_id })
    }
}

/// What a commit says about its place in history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CommitLinks {
    /// Its tree.
    pub(super) tree: ObjectId,
    /// Its parents.
    pub(super) parents: Vec<ObjectId>,
    /// When it was committed, in seconds since 1970.
    pub(super) seconds: i64,
}

/// Reads a commit's headers; `None` if they make no sense.
pub(super) fn commit_links(bytes: &[u8]) -> Option<CommitLinks> {
    let (mut tree, mut parents, mut seconds) = (None, Vec::new(), 0);
    for line in headers(bytes) {
        if let Some(hex) = line.strip_prefix(b"tree ") {
            tree = tree.or(Some(ObjectId::from_hex(hex)?));
        } else if let Some(hex) = line.strip_prefix(b"parent ") {
            parents.push(ObjectId::from_hex(hex)?);
        } else if let Some(who) = line.strip_prefix(b"committer ") {
            seconds = time_of(who);
            break;
        }
    }
    Some(CommitLinks { tree: tree?, parents, seconds })
}

/// What a report says of a commit.
pub(super) fn commit_for_people(id: ObjectId, bytes: &[u8]) -> Commit {
    let (mut author, mut seconds) = (String::new(), 0);
    for line in headers(bytes) {
        if let Some(who) = line.strip_prefix(b"author ") {
            let end = memchr::memchr(b'<', who).unwrap_or(who.len());
            author = String::from_utf8_lossy(who[..end].trim_ascii()).into_owned();
        } else if let Some(who) = line.strip_prefix(b"committer ") {
            seconds = time_of(who);
            break;
        }
    }
    Commit { id, seconds, author }
}

/// The object that a tag names.
pub(super) fn tag_target(bytes: &[u8]) -> Option<ObjectId> {
    headers(bytes).find_map(|line| ObjectId::from_hex(line.strip_prefix(b"object ")?))
}

fn headers(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|&byte| byte == b'\n').take_while(|line| !line.is_empty())
}

/// The seconds in `Name <mail> 1700000000 +0100`.
fn time_of(who: &[u8]) -> i64 {
    let after = memchr::memrchr(b'>', who).map_or(who, |end| &who[end + 1..]);
    std::str::from_utf8(after).ok().and_then(|text| text.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trees() {
        let mut bytes = b"100644 a b\0".to_vec();
        bytes.extend([7; 20]);
        bytes.extend(b"40000 dir\0");
        bytes.extend([8; 20]);
        let mut entries = TreeEntries::new(&bytes, 20);
        let first = entries.next().unwrap();
        assert_eq!((first.mode, first.name, first.raw_id), (Mode::File, &b"a b"[..], &[7u8; 20][..]));
        assert_eq!(entries.next().map(|entry| entry.mode), Some(Mode::Tree));
        assert!(entries.next().is_none() && entries.is_whole());
        let mut cut = TreeEntries::new(&bytes[..40], 20);
        assert!(cut.by_ref().count() == 1 && !cut.is_whole());
    }

    #[test]
    fn commits() {
        let tree = "1".repeat(40);
        let parent = "2".repeat(40);
        let text = format!(
            "tree {tree}\nparent {parent}\nauthor A > B <a@b> 5 +0000\ncommitter C <c> 1700000000 +0100\n\ntree x\n"
        );
        let links = commit_links(text.as_bytes()).unwrap();
        assert_eq!((links.tree.to_string(), links.parents.len(), links.seconds), (tree, 1, 1_700_000_000));
        let commit = commit_for_people(links.tree, text.as_bytes());
        assert_eq!((commit.author.as_str(), commit.seconds), ("A > B", 1_700_000_000));
        assert_eq!(commit_links(b"tree 12\n\n"), None);
    }
}
