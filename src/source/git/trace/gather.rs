//! One look at every commit and every tree: which trees hold what is asked for, which trees hold which trees, and how
//! commits follow one another. At the objects themselves, or at the survey of whoever has read them all.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

use crate::source::git::error::ReadError;
use crate::source::git::parse::{self, CommitLinks, Mode, TreeEntries};
use crate::source::git::survey::{Key, Survey, key};
use crate::source::git::walk::{Base, Found, Visitor};
use crate::words::{ObjectId, ObjectKind};

/// How many links between trees one thread keeps: 16 bytes each. A repository with more is looked at again for each level
/// of folders instead.
const MOST_LINKS: usize = 6 << 20;

/// A set of trees, or of what is in them.
pub(super) type Keys = HashSet<Key, RandomState>;

/// What belongs to trees, or to what is in them.
pub(super) type ByKey<T> = HashMap<Key, T, RandomState>;

/// A tree holds something under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Link {
    /// What is held: a tree, or an object that was asked for.
    pub(super) child: Key,
    /// The tree that holds it: a number in [`Gathered::trees`].
    pub(super) parent: u32,
    /// The name: a number in [`Gathered::names`].
    pub(super) name: u32,
}

/// A quick no for keys that are not in a set: most of what trees hold is not asked for.
pub(super) struct Filter(Vec<u64>);

impl Filter {
    /// A filter for a set.
    pub(super) fn of(keys: &Keys) -> Self {
        let mut bits = vec![0; 1 << 12];
        keys.iter().for_each(|&key| bits[(key >> 6) as usize & 0xfff] |= 1 << (key & 63));
        Self(bits)
    }

    /// Whether the set may have a key.
    pub(super) fn may_have(&self, key: Key) -> bool {
        self.0[(key >> 6) as usize & 0xfff] & 1 << (key & 63) != 0
    }
}

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    /// Objects in trees, by key.
    pub(super) objects: Keys,
    /// Names in trees, with the keys that stand for them.
    pub(super) names: HashMap<Vec<u8>, Key, RandomState>,
}

/// Which links between trees to keep.
#[derive(Clone, Debug)]
pub(super) enum Keep {
    /// All of them.
    All,
    /// Those to one of these trees.
    To(Keys),
}

/// What one thread saw.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// Every commit, if objects were read: a survey has its own.
    pub(super) commits: Vec<(ObjectId, CommitLinks)>,
    /// Trees that hold something in `links` or `hits`.
    pub(super) trees: Vec<Key>,
    /// Trees held by trees.
    pub(super) links: Vec<Link>,
    /// What is asked for, held by trees.
    pub(super) hits: Vec<Link>,
    /// Names in links and hits.
    pub(super) names: Vec<Vec<u8>>,
    /// Whether there were more links than are kept.
    pub(super) overflow: bool,
}

/// One thread's visitor.
pub(super) struct Gatherer<'a> {
    asked: &'a Asked,
    keep: &'a Keep,
    id_len: usize,
    filter: Filter,
    numbers: HashMap<Vec<u8>, u32, RandomState>,
    gathered: Gathered,
}

impl<'a> Gatherer<'a> {
    pub(super) fn new(asked: &'a Asked, keep: &'a Keep, id_len: usize) -> Self {
        let filter = Filter::of(&asked.objects);
        Self { asked, keep, id_len, filter, numbers: HashMap::default(), gathered: Gathered::default() }
    }

    pub(super) fn into_gathered(self) -> Gathered {
        self.gathered
    }

    /// Gathers links from what was noted of trees instead of from them; `None` if that makes no sense.
    pub(super) fn survey(mut self, survey: &Survey) -> Option<Gathered> {
        self.gathered.names = survey.names().iter().map(|name| name.to_vec()).collect();
        let asked: Vec<Option<Key>> = match self.asked.names.is_empty() {
            true => Vec::new(),
            false => survey.names().iter().map(|name| self.asked.names.get(&**name).copied()).collect(),
        };
        let whole = survey.replay(|tree, entries| {
            let parent = self.gathered.trees.len() as u32;
            let mut holds = false;
            for held in entries {
                let named = asked.get(held.name as usize).copied().flatten();
                holds |= self.entry(parent, held.key, held.is_tree, named, |_| held.name);
            }
            self.end_tree(tree, holds);
        });
        whole.then_some(self.gathered)
    }

    fn tree(&mut self, id: &ObjectId, bytes: &[u8]) {
        let parent = self.gathered.trees.len() as u32;
        let mut holds = false;
        for entry in TreeEntries::new(bytes, self.id_len) {
            let named = if self.asked.names.is_empty() { None } else { self.asked.names.get(entry.name).copied() };
            let (child, is_tree) = (key(entry.raw_id), entry.mode == Mode::Tree);
            holds |= self.entry(parent, child, is_tree, named, |gatherer| gatherer.number(entry.name));
        }
        self.end_tree(key(id.as_bytes()), holds);
    }

    /// An entry of a tree: what it leads to, whether that is a tree, and, if its name is asked for, the key of that.
    /// Whether something of it is kept.
    #[inline]
    fn entry(
        &mut self,
        parent: u32,
        child: Key,
        is_tree: bool,
        named: Option<Key>,
        name: impl Fn(&mut Self) -> u32,
    ) -> bool {
        let is_link = is_tree
            && match self.keep {
                Keep::All => !self.gathered.overflow,
                Keep::To(trees) => trees.contains(&child),
            };
        let is_hit = self.filter.may_have(child) && self.asked.objects.contains(&child);
        if !(is_link || is_hit || named.is_some()) {
            return false;
        }
        let name = name(self);
        if is_link {
            self.gathered.links.push(Link { child, parent, name });
        }
        let hits = is_hit.then_some(child).into_iter().chain(named);
        self.gathered.hits.extend(hits.map(|child| Link { child, parent, name }));
        true
    }

    /// All entries of a tree were seen.
    fn end_tree(&mut self, tree: Key, holds: bool) {
        if holds {
            self.gathered.trees.push(tree);
        }
        if self.gathered.links.len() > MOST_LINKS {
            self.gathered.overflow = true;
            self.gathered.links = Vec::new();
        }
    }

    fn number(&mut self, name: &[u8]) -> u32 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = self.gathered.names.len() as u32;
        self.gathered.names.push(name.to_vec());
        self.numbers.insert(name.to_vec(), number);
        number
    }
}

impl Visitor for Gatherer<'_> {
    type Note = ();

    fn found(&mut self, object: &Found<'_>, _: Option<&Base<'_, ()>>) {
        match object.kind {
            ObjectKind::Commit => {
                self.gathered.commits.extend(parse::commit_links(object.bytes).map(|links| (object.id, links)));
            }
            ObjectKind::Tree => self.tree(&object.id, object.bytes),
            ObjectKind::Blob | ObjectKind::Tag => {}
        }
    }

    /// What can't be read was told by the scan; here it only means that less is known.
    fn broken(&mut self, _: &ObjectId, _: ReadError) {}
}

/// Puts together the links that threads saw.
pub(super) fn join(parts: Vec<Gathered>) -> Gathered {
    let mut all = Gathered::default();
    let mut numbers: HashMap<Vec<u8>, u32, RandomState> = HashMap::default();
    for part in parts {
        let names: Vec<u32> = part
            .names
            .into_iter()
            .map(|name| {
                *numbers.entry(name).or_insert_with_key(|name| {
                    all.names.push(name.clone());
                    all.names.len() as u32 - 1
                })
            })
            .collect();
        let first = all.trees.len() as u32;
        let moved = |link: Link| Link { parent: link.parent + first, name: names[link.name as usize], ..link };
        all.links.extend(part.links.into_iter().map(moved));
        all.hits.extend(part.hits.into_iter().map(moved));
        all.trees.extend(part.trees);
        all.overflow |= part.overflow;
    }
    all
}
