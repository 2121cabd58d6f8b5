//! The trees that an index has cached: for each folder below which nothing was changed since, its tree and how many entries
//! are below it (the extension `TREE`).
//!
//! git commits a cached tree without another look at the entries below it, so what it says of the tree is so; what it says
//! of the number of entries is held against their paths.

use crate::words::ObjectId;

/// The cached trees, each before those below it.
#[derive(Default)]
pub(in crate::source::git) struct CachedTrees {
    /// The names and ids.
    bytes: Vec<u8>,
    id_len: usize,
    trees: Vec<CachedTree>,
}

/// A folder whose tree is cached.
struct CachedTree {
    /// Where its name begins and ends.
    name: u32,
    name_end: u32,
    /// How many entries are below it, and where its id is; nothing if something below it was changed.
    held: Option<(u32, u32)>,
    /// Where in the list the trees below it end.
    end: u32,
}

impl CachedTrees {
    /// Reads the extension; nothing if it makes no sense.
    pub(super) fn parse(bytes: &[u8], id_len: usize) -> Option<Self> {
        let mut trees: Vec<CachedTree> = Vec::new();
        // Those that are not yet whole: which it is, and how many of its own are to come.
        let mut open: Vec<(usize, u32)> = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            let (name, name_end) = (at as u32, (at + memchr::memchr(0, &bytes[at..])?) as u32);
            let (count, next) = decimal(bytes, name_end as usize + 1, b' ')?;
            let (children, next) = decimal(bytes, next, b'\n')?;
            at = next;
            let mut held = None;
            if let Ok(count) = u32::try_from(count) {
                held = Some((count, at as u32));
                at = at.checked_add(id_len).filter(|&end| end <= bytes.len())?;
            }
            match open.last_mut() {
                Some((_, to_come)) => *to_come = to_come.checked_sub(1)?,
                None if trees.is_empty() => {}
                None => return None,
            }
            open.push((trees.len(), u32::try_from(children).ok()?));
            trees.push(CachedTree { name, name_end, held, end: 0 });
            while let Some(&(number, 0)) = open.last() {
                trees[number].end = trees.len() as u32;
                open.pop();
            }
        }
        open.is_empty().then(|| Self { bytes: bytes.to_vec(), id_len, trees })
    }

    /// Adds a tree as gix-index gives it, and those below it.
    pub(super) fn add(&mut self, tree: &gix_index::extension::Tree) {
        let id = tree.id.as_bytes();
        let name = self.bytes.len() as u32;
        self.bytes.extend(&tree.name);
        let name_end = self.bytes.len() as u32;
        self.bytes.extend(id);
        self.id_len = id.len();
        let number = self.trees.len();
        self.trees.push(CachedTree { name, name_end, held: tree.num_entries.map(|count| (count, name_end)), end: 0 });
        tree.children.iter().for_each(|child| self.add(child));
        self.trees[number].end = self.trees.len() as u32;
    }

    /// The one of the root.
    pub(in crate::source::git) fn root(&self) -> Option<usize> {
        (!self.trees.is_empty()).then_some(0)
    }

    /// Those right below one, by their names.
    pub(in crate::source::git) fn below(&self, tree: usize) -> Vec<(&[u8], usize)> {
        let mut found = Vec::new();
        let mut at = tree + 1;
        while let Some(below) = self.trees[..self.trees[tree].end as usize].get(at) {
            found.push((&self.bytes[below.name as usize..below.name_end as usize], at));
            at = below.end as usize;
        }
        found.sort_unstable();
        found
    }

    /// How many entries are said to be below one, if its tree is this.
    pub(in crate::source::git) fn entries(&self, tree: usize, id: &ObjectId) -> Option<usize> {
        let (count, at) = self.trees[tree].held?;
        let held = self.bytes.get(at as usize..at as usize + self.id_len);
        (held == Some(id.as_bytes())).then_some(count as usize)
    }
}

/// A number in decimal, -1 or more, that `stop` ends; and where it goes on.
fn decimal(bytes: &[u8], start: usize, stop: u8) -> Option<(i64, usize)> {
    let rest = bytes.get(start..)?;
    let length = memchr::memchr(stop, rest)?;
    let number = std::str::from_utf8(&rest[..length]).ok()?.parse().ok()?;
    Some((number, start + length + 1))
}
