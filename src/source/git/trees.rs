//! Comparing trees: what one holds that none of some others holds at the same path.
//!
//! With the trees of a commit and of all its parents that is the commit's own content, a merge's too. Subtrees that some
//! other tree holds at the same path are not looked into.

use std::collections::{HashMap, HashSet};

use super::error::ReadError;
use super::open::path_of;
use super::parse::{Mode, TreeEntries};
use super::reader::Reader;
use crate::words::{ObjectId, ObjectKind, Skipped};

/// How many places of one folder below one commit are looked into. Ten folders of ten that are all the same have ten
/// thousand million, and in a pack that lies about names a folder may be in itself.
const MOST_PLACES: u32 = 10_000;

/// How much of folders that were looked into before is looked into again, in bytes of their paths and entries: as much for
/// nothing, and so many times what they hold themselves. So what is done grows with what there is. Three thousand commits of
/// cargo need a thousandth of it.
const AGAIN: u64 = 4 << 20;
const AGAIN_TIMES: u64 = 16;

/// What an entry of a tree takes besides its name, in bytes: its mode and the name of its object.
const ENTRY: u64 = 27;

/// The longest path that is looked into, in bytes: no system has longer ones.
const LONGEST_PATH: usize = 4096;

/// Why a folder is not looked into once more.
const TOO_MANY: &str = "it stands in too many places, or too deep; what it holds here was not read";

/// One name of a tree, owned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// What it is.
    pub(super) mode: Mode,
    /// Its name.
    pub(super) name: Vec<u8>,
    /// What it leads to.
    pub(super) id: ObjectId,
}

/// Something that is new at its path.
pub(super) struct Change<'a> {
    /// What it is: anything but a folder.
    pub(super) item: &'a Item,
    /// The whole path.
    pub(super) path: &'a [u8],
}

/// Which folders were looked into, and how much of them may be looked into again: one for all commits that are read.
#[derive(Debug, Default)]
pub(super) struct Places {
    seen: HashSet<ObjectId>,
    told: HashSet<ObjectId>,
    earned: u64,
    spent: u64,
}

impl Places {
    /// Whether these entries of a folder may be looked at below a path of so many bytes.
    fn allow(&mut self, tree: &ObjectId, items: &[Item], prefix: usize) -> bool {
        let held: u64 = items.iter().map(|item| ENTRY + item.name.len() as u64).sum();
        if self.seen.insert(*tree) {
            self.earned += AGAIN_TIMES * held;
            return true;
        }
        self.spent += held + (items.len() as u64 + 1) * prefix as u64;
        self.spent <= AGAIN + self.earned
    }
}

/// The entries of a tree, in the order of their names.
pub(super) fn entries(reader: &mut Reader<'_>, tree: &ObjectId) -> Result<Vec<Item>, ReadError> {
    let id_len = tree.as_bytes().len();
    let mut entries = TreeEntries::new(reader.read_kind(tree, ObjectKind::Tree)?, id_len);
    let mut items: Vec<Item> = entries
        .by_ref()
        .filter_map(|entry| Some(Item { mode: entry.mode, name: entry.name.to_vec(), id: entry.id()? }))
        .collect();
    items.sort_by(|a, b| a.name.cmp(&b.name));
    if entries.is_whole() { Ok(items) } else { Err(ReadError::Corrupt("its entries make no sense")) }
}

/// The item of this name.
pub(super) fn named<'a>(items: &'a [Item], name: &[u8]) -> Option<&'a Item> {
    items.binary_search_by(|item| item.name.as_slice().cmp(name)).ok().map(|at| &items[at])
}

/// Calls `found` for each thing in `new` that no tree of `olds` holds at the same path. `prefix` is the path of the trees:
/// empty, or with a slash at its end. Returns the trees that can't be read, each once for all that `places` has seen; an old
/// one of these counts as empty.
pub(super) fn changes(
    reader: &mut Reader<'_>,
    places: &mut Places,
    olds: &[ObjectId],
    new: &ObjectId,
    prefix: &[u8],
    found: &mut dyn FnMut(&Change<'_>),
) -> Vec<Skipped> {
    let (mut skipped, mut visits) = (Vec::new(), HashMap::new());
    let mut waiting = vec![(olds.to_vec(), *new, prefix.to_vec())];
    while let Some((olds, new, prefix)) = waiting.pop() {
        if olds.contains(&new) {
            continue;
        }
        let visit: &mut u32 = visits.entry(new).or_default();
        *visit = visit.saturating_add(1);
        let items = match *visit > MOST_PLACES || prefix.len() > LONGEST_PATH {
            true => Err(TOO_MANY.to_owned()),
            false => entries(reader, &new).map_err(|why| why.to_string()),
        };
        let items = match items {
            Ok(items) if places.allow(&new, &items, prefix.len()) => items,
            broken => {
                let why = broken.err().unwrap_or_else(|| TOO_MANY.to_owned());
                if places.told.insert(new) {
                    let what = format!("folder /{} (tree {new})", path_of(&prefix).display());
                    skipped.push(Skipped { what, why });
                }
                continue;
            }
        };
        let olds: Vec<Vec<Item>> = olds.iter().filter_map(|old| entries(reader, old).ok()).collect();
        for item in &items {
            let same_name = || olds.iter().filter_map(|old| named(old, &item.name));
            if same_name().any(|other| other.id == item.id) {
                continue;
            }
            let mut path = [&prefix[..], &item.name[..]].concat();
            if item.mode == Mode::Tree {
                path.push(b'/');
                let olds = same_name().filter(|other| other.mode == Mode::Tree).map(|other| other.id).collect();
                waiting.push((olds, item.id, path));
            } else {
                found(&Change { item, path: &path });
            }
        }
    }
    skipped
}
