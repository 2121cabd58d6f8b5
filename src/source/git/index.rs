//! The index as a hook needs it: its bytes, where each entry begins, and the trees that it has cached.
//!
//! Nothing is made of the entries: a hundred thousand of them are passed in half a millisecond, and only the few that
//! matter are looked at. What is not in the plain form (version 4, split, or anything that this reader does not know) is
//! read by gix-index and laid out again as if it were.
//!
//! The form: `git help gitformat-index`.

use std::ops::Range;

use gix_hash::Kind;
use gix_index::entry::Flags;

use super::open::Repository;
use super::parse::Mode;
use crate::words::ObjectId;

/// Bytes of an entry before its id: times, device, inode, mode, owner, size.
const BEFORE_ID: usize = 40;

/// Where in an entry its mode is.
const MODE: usize = 24;

/// The length of a path that says only that it is this long or longer.
const LONG_PATH: usize = 0xfff;

/// The bit that says that more flags follow.
const EXTENDED: u16 = 0x4000;

/// The bit, among those, of a path that will be added later.
const INTENT_TO_ADD: u16 = 0x2000;

/// An index that was read.
pub(super) struct Index {
    bytes: Vec<u8>,
    /// Where each entry begins.
    starts: Vec<u32>,
    id_len: usize,
    /// The cached trees, each before those below it.
    trees: Vec<CachedTree>,
}

/// One entry: a path and what is staged for it.
pub(super) struct Entry<'i> {
    /// The path, from the root of the work tree.
    pub(super) path: &'i [u8],
    /// The raw bytes of the id.
    pub(super) raw_id: &'i [u8],
    /// What it is; a sparse index holds whole folders as one entry.
    pub(super) mode: Mode,
    /// Whether it only says that something will be added there.
    pub(super) intent_to_add: bool,
}

/// A folder whose tree is cached.
struct CachedTree {
    /// Where its name is.
    name: Range<usize>,
    /// How many entries are below it, and where its id is; nothing if something below it was changed.
    held: Option<(u32, usize)>,
    /// Where in the list the trees below it end.
    end: usize,
}

impl Index {
    /// The index of a repository; one that is not there is empty.
    ///
    /// # Errors
    /// It can't be read: what the system or the reader says.
    pub(super) fn read(repo: &Repository) -> Result<Self, String> {
        let bytes = match std::fs::read(&repo.index_file) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::empty(repo.hash)),
            Err(error) => return Err(error.to_string()),
            Ok(bytes) => bytes,
        };
        match Self::parse(bytes, repo.hash.len_in_bytes()) {
            Some(index) => Ok(index),
            None => Self::by_gix(repo),
        }
    }

    fn empty(hash: Kind) -> Self {
        Self { bytes: Vec::new(), starts: Vec::new(), id_len: hash.len_in_bytes(), trees: Vec::new() }
    }

    /// An index in the plain form; nothing if it is in another.
    fn parse(bytes: Vec<u8>, id_len: usize) -> Option<Self> {
        let end = u32::try_from(bytes.len().checked_sub(id_len)?).ok()? as usize;
        let count = match (bytes.get(..4)?, number(&bytes, 4)?) {
            (b"DIRC", 2 | 3) => number(&bytes, 8)? as usize,
            _ => return None,
        };
        let mut starts = Vec::with_capacity(count.min(end / (BEFORE_ID + id_len)));
        let mut at = 12;
        for _ in 0..count {
            starts.push(at as u32);
            let path = path_at(&bytes[..end], at, id_len)?;
            // At least one NUL ends a path, and as many as an entry needs to be a multiple of eight bytes long.
            at += (path.end - at + 8) & !7;
        }
        let mut trees = Vec::new();
        while at < end {
            let (name, size) = (bytes.get(at..at + 4)?, number(&bytes, at + 4)? as usize);
            let body = at + 8..at.checked_add(8)?.checked_add(size).filter(|&next| next <= end)?;
            match name {
                b"TREE" => trees = cached_trees(&bytes[..body.end], body.start, id_len)?,
                b"sdir" => {}
                _ if name[0].is_ascii_uppercase() => {}
                _ => return None,
            }
            at = body.end;
        }
        Some(Self { bytes, starts, id_len, trees })
    }

    /// An index in any form that gix-index knows, laid out in the plain form.
    fn by_gix(repo: &Repository) -> Result<Self, String> {
        let options = gix_index::decode::Options { thread_limit: Some(1), ..Default::default() };
        let file = gix_index::File::at_or_default(&repo.index_file, repo.hash, true, options);
        let state: gix_index::State = file.map_err(|error| error.to_string())?.into();
        let mut index = Self::empty(repo.hash);
        for entry in state.entries() {
            let start = u32::try_from(index.bytes.len()).map_err(|_| "it is larger than 4 GiB".to_owned())?;
            let path = entry.path(&state);
            let later = if entry.flags.contains(Flags::INTENT_TO_ADD) { INTENT_TO_ADD } else { 0 };
            index.starts.push(start);
            index.bytes.extend([0; MODE]);
            index.bytes.extend(entry.mode.bits().to_be_bytes());
            index.bytes.extend([0; BEFORE_ID - MODE - 4]);
            index.bytes.extend(entry.id.as_bytes());
            index.bytes.extend((EXTENDED | path.len().min(LONG_PATH) as u16).to_be_bytes());
            index.bytes.extend(later.to_be_bytes());
            index.bytes.extend(path.iter());
            index.bytes.push(0);
        }
        if let Some(tree) = state.tree() {
            index.add_tree(tree);
        }
        Ok(index)
    }

    fn add_tree(&mut self, tree: &gix_index::extension::Tree) {
        let mut add = |bytes: &[u8]| {
            let start = self.bytes.len();
            self.bytes.extend(bytes);
            start..self.bytes.len()
        };
        let (name, id) = (add(&tree.name), add(tree.id.as_bytes()));
        let held = tree.num_entries.map(|count| (count, id.start));
        let number = self.trees.len();
        self.trees.push(CachedTree { name, held, end: 0 });
        tree.children.iter().for_each(|child| self.add_tree(child));
        self.trees[number].end = self.trees.len();
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    /// The path of an entry.
    pub(super) fn path(&self, number: usize) -> &[u8] {
        let path = path_at(&self.bytes, self.starts[number] as usize, self.id_len);
        path.and_then(|path| self.bytes.get(path)).unwrap_or_default()
    }

    /// An entry.
    pub(super) fn entry(&self, number: usize) -> Entry<'_> {
        let start = self.starts[number] as usize;
        let id = start + BEFORE_ID..start + BEFORE_ID + self.id_len;
        let flags = short(&self.bytes, id.end).unwrap_or_default();
        let more = if flags & EXTENDED == 0 { 0 } else { short(&self.bytes, id.end + 2).unwrap_or_default() };
        Entry {
            path: self.path(number),
            mode: Mode::of(self::number(&self.bytes, start + MODE).unwrap_or_default()),
            raw_id: self.bytes.get(id).unwrap_or_default(),
            intent_to_add: more & INTENT_TO_ADD != 0,
        }
    }

    /// The first entry of `range` of which `before` does not hold; it holds of none after one of which it does not.
    pub(super) fn partition_point(&self, range: Range<usize>, before: impl Fn(&[u8]) -> bool) -> usize {
        let Range { mut start, mut end } = range;
        while start < end {
            let middle = start + (end - start) / 2;
            if before(self.path(middle)) { start = middle + 1 } else { end = middle }
        }
        start
    }

    /// The cached tree of the root.
    pub(super) fn root(&self) -> Option<usize> {
        (!self.trees.is_empty()).then_some(0)
    }

    /// The cached trees right below one, by their names.
    pub(super) fn below(&self, tree: usize) -> Vec<(&[u8], usize)> {
        let mut found = Vec::new();
        let mut at = tree + 1;
        while at < self.trees[tree].end {
            found.push((&self.bytes[self.trees[at].name.clone()], at));
            at = self.trees[at].end;
        }
        found.sort_unstable();
        found
    }

    /// Whether a cached tree is this one, and has so many entries.
    pub(super) fn is(&self, tree: usize, id: &ObjectId, entries: usize) -> bool {
        self.trees[tree].held.is_some_and(|(count, at)| {
            count as usize == entries && self.bytes.get(at..at + self.id_len) == Some(id.as_bytes())
        })
    }
}

/// The path of the entry at `start`, which a NUL has to follow.
fn path_at(bytes: &[u8], start: usize, id_len: usize) -> Option<Range<usize>> {
    let flags_at = start + BEFORE_ID + id_len;
    let flags = short(bytes, flags_at)?;
    let path = flags_at + if flags & EXTENDED == 0 { 2 } else { 4 };
    let length = match usize::from(flags) & LONG_PATH {
        LONG_PATH => memchr::memchr(0, bytes.get(path..)?)?,
        length => length,
    };
    (bytes.get(path + length) == Some(&0)).then_some(path..path + length)
}

/// The cached trees that are written from `at` on, to the end of `bytes`.
fn cached_trees(bytes: &[u8], mut at: usize, id_len: usize) -> Option<Vec<CachedTree>> {
    let mut trees: Vec<CachedTree> = Vec::new();
    // Those that are not yet whole: which it is, and how many of its own are to come.
    let mut open: Vec<(usize, u32)> = Vec::new();
    while at < bytes.len() {
        let name = at..at + memchr::memchr(0, &bytes[at..])?;
        let (count, next) = decimal(bytes, name.end + 1, b' ')?;
        let (children, next) = decimal(bytes, next, b'\n')?;
        at = next;
        let mut held = None;
        if let Ok(count) = u32::try_from(count) {
            held = Some((count, at));
            at = at.checked_add(id_len).filter(|&end| end <= bytes.len())?;
        }
        match open.last_mut() {
            Some((_, to_come)) => *to_come = to_come.checked_sub(1)?,
            None if trees.is_empty() => {}
            None => return None,
        }
        open.push((trees.len(), u32::try_from(children).ok()?));
        trees.push(CachedTree { name, held, end: 0 });
        while let Some(&(number, 0)) = open.last() {
            trees[number].end = trees.len();
            open.pop();
        }
    }
    open.is_empty().then_some(trees)
}

/// A number in decimal, -1 or more, that `stop` ends; and where it goes on.
fn decimal(bytes: &[u8], start: usize, stop: u8) -> Option<(i64, usize)> {
    let rest = bytes.get(start..)?;
    let length = memchr::memchr(stop, rest)?;
    let number = std::str::from_utf8(&rest[..length]).ok()?.parse().ok()?;
    Some((number, start + length + 1))
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|bytes| u32::from_be_bytes(*bytes))
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|bytes| u16::from_be_bytes(*bytes))
}
