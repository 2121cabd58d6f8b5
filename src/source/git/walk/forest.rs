//! The `Forest` of a pack: every whole object is the root of a tree, every delta a child of its base.
//!
//! Read from entry headers alone, nothing is inflated. Numbers count entries by their offset in the pack. Walking a tree
//! from its root inflates each entry once, whatever the length of its chains.

use std::cmp::Reverse;
use std::ops::Range;

use crate::source::git::error::ReadError;
use crate::source::git::pack::{Made, Pack};
use crate::source::threads::shared;
use crate::words::{ObjectId, ObjectKind};

/// No entry.
const NONE: u32 = u32::MAX;

/// What visiting an object costs besides its bytes, counted in bytes.
const COST_OF_ONE: u64 = 256;

/// Fewer headers are not worth a thread.
const FEWEST_HEADERS: u32 = 1 << 13;

/// Bytes after an entry that the inflater gets to see.
const SLACK: u64 = 64;

/// So many headers are asked for at once.
const AHEAD: usize = 64;

/// A family is large if it is more than such a part of one thread's work.
const LARGE_SHARE: u64 = 256;

/// The kinds of objects that a walk is about.
#[derive(Clone, Copy, Debug)]
pub(in crate::source::git) struct Kinds(u8);

impl Kinds {
    /// All four.
    pub(in crate::source::git) const ALL: Self = Self(0b1111);

    /// These.
    pub(in crate::source::git) fn of(kinds: &[ObjectKind]) -> Self {
        Self(kinds.iter().fold(0, |set, &kind| set | 1 << kind as u8))
    }

    /// Whether a kind is among them.
    pub(in crate::source::git) fn has(self, kind: ObjectKind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }
}

/// One tree of the forest.
#[derive(Clone, Copy, Debug)]
pub(super) struct Family {
    /// Its root.
    pub(super) root: u32,
    /// What its members are.
    pub(super) kind: ObjectKind,
    /// About how much work it is, in bytes.
    pub(super) cost: u64,
}

/// An entry whose object can't be reached from a root.
pub(super) struct Lost {
    /// Its place in the index.
    pub(super) place: u32,
    /// Why.
    pub(super) why: ReadError,
}

/// The number of a whole object, what it is, and its size in bytes as it claims.
type Root = (u32, ObjectKind, u64);

/// What the headers of some entries say.
#[derive(Default)]
struct Headers {
    /// The number of each entry's base; `NONE` of those that have none here.
    bases: Vec<u32>,
    roots: Vec<Root>,
    foreign: Vec<(u32, ObjectId)>,
    lost: Vec<Lost>,
}

/// The entries of one pack as trees of deltas.
pub(super) struct Forest<'p> {
    pack: &'p Pack,
    /// Offset and place in the index of each entry, in the order of offsets.
    entries: Vec<(u64, u32)>,
    first_child: Vec<u32>,
    next_sibling: Vec<u32>,
    /// How many entries hang below each one, itself included.
    below: Vec<u32>,
    /// Which entries are to be visited; empty if all are.
    wanted: Vec<bool>,
    /// Which are, or have such an entry below them; empty if all are.
    needed: Vec<bool>,
    /// The trees, the large ones first.
    pub(super) families: Vec<Family>,
    /// Roots whose base is in another pack or loose.
    pub(super) foreign: Vec<(u32, ObjectId)>,
    /// What can't be reached.
    pub(super) lost: Vec<Lost>,
}

impl<'p> Forest<'p> {
    /// Reads the headers of a pack. `wanted` says of an object whether it is to be visited; trees without such an object
    /// and trees of other kinds are left out.
    pub(super) fn plant(
        pack: &'p Pack,
        kinds: Kinds,
        wanted: Option<&dyn Fn(&ObjectId) -> bool>,
        threads: usize,
    ) -> Self {
        let entries = in_order(pack);
        let count = entries.len();
        let mut forest = Self {
            pack,
            entries,
            first_child: vec![NONE; count],
            next_sibling: vec![NONE; count],
            below: vec![1; count],
            wanted: Vec::new(),
            needed: Vec::new(),
            families: Vec::new(),
            foreign: Vec::new(),
            lost: Vec::new(),
        };
        if let Some(wanted) = wanted {
            let wants = |&(_, place): &(u64, u32)| pack.id(place).is_some_and(|id| wanted(&id));
            forest.wanted = forest.entries.iter().map(wants).collect();
        }
        let (bases, roots) = forest.read_headers(threads);
        forest.weigh(&bases, &roots, kinds, threads);
        if let Some(wanted) = wanted {
            forest.lost.retain(|lost| pack.id(lost.place).is_some_and(|id| wanted(&id)));
        }
        forest
    }

    /// Links every delta to its base; returns the number of each entry's base, and the roots with their kinds and sizes. The
    /// headers are read by so many threads.
    fn read_headers(&mut self, threads: usize) -> (Vec<u32>, Vec<Root>) {
        let all = self.entries.len() as u32;
        let share = all.div_ceil(threads.max(1) as u32).max(FEWEST_HEADERS);
        let forest = &*self;
        let begins = (0..all).step_by(share as usize).collect();
        let parts = shared(begins, &|begin: u32| forest.headers(begin..all.min(begin + share)));
        let (mut bases, mut roots) = (Vec::with_capacity(all as usize), Vec::new());
        for part in parts {
            bases.extend(part.bases);
            roots.extend(part.roots);
            self.foreign.extend(part.foreign);
            self.lost.extend(part.lost);
        }
        for (number, &base) in (0..).zip(&bases).filter(|&(_, &base)| base != NONE) {
            self.next_sibling[number as usize] = self.first_child[base as usize];
            self.first_child[base as usize] = number;
        }
        (bases, roots)
    }

    /// Reads the headers of some entries.
    fn headers(&self, numbers: Range<u32>) -> Headers {
        let (pack, mut headers) = (self.pack, Headers::default());
        for number in numbers {
            if (number as usize).is_multiple_of(AHEAD) {
                let ahead = self.entries[number as usize..].iter().take(AHEAD);
                pack.touch(ahead.map(|&(offset, _)| offset));
            }
            let (offset, place) = self.entries[number as usize];
            let mut lost = |why| headers.lost.push(Lost { place, why });
            let base = match pack.entry(offset).map(|entry| (entry.made, entry.size)) {
                Ok((Made::From(base), _)) => Some(base),
                Ok((Made::FromObject(id), _)) => {
                    let place = pack.find(&id);
                    if place.is_none() {
                        headers.foreign.push((number, id));
                    }
                    place.map(|place| pack.offset(place))
                }
                Ok((Made::Whole(kind), size)) => {
                    headers.roots.push((number, kind, size));
                    None
                }
                Err(why) => {
                    lost(why);
                    None
                }
            };
            headers.bases.push(match base.map(|base| self.number_of(base, number)) {
                Some(Some(base)) => base,
                Some(None) => {
                    lost(ReadError::Corrupt("it is a delta to something that is no entry"));
                    NONE
                }
                None => NONE,
            });
        }
        headers
    }

    /// The number of the entry at an offset, which is probably a little before the entry `from`.
    fn number_of(&self, offset: u64, from: u32) -> Option<u32> {
        let (mut begin, mut end, mut step) = (from as usize, self.entries.len(), 1);
        while begin > 0 && self.entries[begin].0 > offset {
            (begin, end) = (begin.saturating_sub(step), begin);
            step *= 2;
        }
        let found = self.entries[begin..end].binary_search_by_key(&offset, |&(offset, _)| offset);
        found.ok().map(|number| (begin + number) as u32)
    }

    /// Counts what hangs below each entry, and makes families of the roots. What no root leads to is lost.
    fn weigh(&mut self, bases: &[u32], roots: &[Root], kinds: Kinds, threads: usize) {
        let order = self.behind_roots(bases, roots);
        let mut needed = self.wanted.clone();
        for &number in order.iter().rev() {
            let base = bases[number as usize];
            if base != NONE {
                self.below[base as usize] += self.below[number as usize];
                if needed.get(number as usize) == Some(&true) {
                    needed[base as usize] = true;
                }
            }
        }
        self.note_lost(&order);
        self.needed = needed;
        let needed = |root: u32| self.needed.get(root as usize) != Some(&false);
        self.foreign.retain(|&(root, _)| needed(root));
        self.families = roots
            .iter()
            .filter(|&&(root, kind, _)| kinds.has(kind) && needed(root))
            .map(|&(root, kind, size)| {
                let cost = (size + COST_OF_ONE) * u64::from(self.below[root as usize]);
                Family { root, kind, cost }
            })
            .collect();
        put_large_first(&mut self.families, threads);
    }

    /// All entries to which roots lead, each behind its base.
    fn behind_roots(&self, bases: &[u32], roots: &[Root]) -> Vec<u32> {
        // Git writes bases first, and then the order of the pack is as good as any.
        if self.lost.is_empty() && (0..).zip(bases).all(|(number, &base)| base < number || base == NONE) {
            return (0..self.entries.len() as u32).collect();
        }
        let foreign = self.foreign.iter().map(|&(number, _)| number);
        let mut order: Vec<u32> = roots.iter().map(|&(number, ..)| number).chain(foreign).collect();
        let mut next = 0;
        while let Some(&number) = order.get(next) {
            next += 1;
            let mut child = self.first_child[number as usize];
            while child != NONE {
                order.push(child);
                child = self.next_sibling[child as usize];
            }
        }
        order
    }

    fn note_lost(&mut self, reached: &[u32]) {
        if reached.len() + self.lost.len() == self.entries.len() {
            return;
        }
        let mut seen = vec![false; self.entries.len()];
        reached.iter().for_each(|&number| seen[number as usize] = true);
        let known: Vec<u32> = self.lost.iter().map(|lost| lost.place).collect();
        for (&(_, place), _) in self.entries.iter().zip(seen).filter(|&(_, seen)| !seen) {
            if !known.contains(&place) {
                self.lost.push(Lost { place, why: ReadError::BaseBroken });
            }
        }
    }

    /// The name of an entry's object.
    pub(super) fn id(&self, number: u32) -> Option<ObjectId> {
        self.pack.id(self.entries[number as usize].1)
    }

    /// The name of the object at a place in the pack's index.
    pub(super) fn id_at(&self, place: u32) -> Option<ObjectId> {
        self.pack.id(place)
    }

    /// An entry's deflated bytes, and how many inflate from them, as it claims.
    pub(super) fn deflated(&self, number: u32) -> Result<(&'p [u8], u64), ReadError> {
        let entry = self.pack.entry(self.entries[number as usize].0)?;
        let end = self.entries.get(number as usize + 1).map_or(self.pack.end(), |&(offset, _)| offset);
        // A stream ends itself; with some bytes after it in hand the inflater keeps to its quick way.
        let end = (end + SLACK).min(self.pack.end());
        let bytes = self.pack.bytes(entry.data, end);
        Ok((bytes.ok_or(ReadError::Corrupt("its entry lies beyond the pack's end"))?, entry.size))
    }

    /// How many entries will be visited, trees not counted; at most.
    pub(super) fn visits(&self) -> u64 {
        if self.wanted.is_empty() {
            let counted = self.families.iter().filter(|family| family.kind != ObjectKind::Tree);
            return counted.map(|family| u64::from(self.below[family.root as usize])).sum();
        }
        self.wanted.iter().filter(|&&wanted| wanted).count() as u64
    }

    /// Whether an entry is to be visited, or only needed as a base.
    pub(super) fn wants(&self, number: u32) -> bool {
        self.wanted.get(number as usize) != Some(&false)
    }

    /// Puts the children of an entry that are needed at the end of `list`: the one with the most below it first, to be
    /// taken last.
    pub(super) fn children(&self, number: u32, list: &mut Vec<u32>) {
        let start = list.len();
        let mut child = self.first_child[number as usize];
        while child != NONE {
            if self.needed.get(child as usize) != Some(&false) {
                list.push(child);
            }
            child = self.next_sibling[child as usize];
        }
        let children = &mut list[start..];
        if children.len() > 1 {
            children.sort_unstable_by_key(|&child| (Reverse(self.below[child as usize]), child));
        }
    }
}

/// Puts the families first that are so large that one thread would be busy with one when the others are done. The rest stay
/// in the order of the pack, so that what is read next is near what was read before.
fn put_large_first(families: &mut [Family], threads: usize) {
    let all: u64 = families.iter().map(|family| family.cost).sum();
    let large = all / (LARGE_SHARE * threads.max(1) as u64);
    families.sort_by_key(|family| Reverse(if family.cost > large { family.cost } else { 0 }));
}

/// Offset and place in the index of each entry of a pack, in the order of offsets.
fn in_order(pack: &Pack) -> Vec<(u64, u32)> {
    // Nearly always one number has room for both, and numbers are sorted in a fraction of the time.
    let bits = u32::BITS - pack.len().leading_zeros();
    let word = |place: u32| {
        let offset = pack.offset(place);
        (offset.leading_zeros() >= bits).then(|| offset << bits | u64::from(place))
    };
    if let Some(mut words) = (0..pack.len()).map(word).collect::<Option<Vec<u64>>>() {
        words.sort_unstable();
        let place = |word: u64| (word & ((1 << bits) - 1)) as u32;
        return words.into_iter().map(|word| (word >> bits, place(word))).collect();
    }
    let mut entries: Vec<(u64, u32)> = (0..pack.len()).map(|place| (pack.offset(place), place)).collect();
    entries.sort_unstable();
    entries
}
