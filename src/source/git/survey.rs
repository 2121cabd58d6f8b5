//! A `Survey`: what a reading of all objects notes of trees and commits in passing, so that to say where something comes
//! from none of them has to be read again.
//!
//! A tree is noted as it is read: which entries it has from the tree it was made from, and what is new in it. A tree of a
//! thousand entries of which one is new takes three steps, and all trees of a repository about as much memory as they take
//! in its packs.

use std::collections::HashMap;

use super::parse::{CommitLinks, Mode, TreeEntry};
use crate::words::ObjectId;

/// How many steps and commits one thread notes, at some 16 and 100 bytes each. Of a repository with more only the names are
/// noted.
const MOST_STEPS: usize = 4 << 20;
const MOST_COMMITS: usize = 1 << 20;

/// A tree, or what one holds, by the first eight bytes of its name.
pub(super) type Key = u64;

/// The first eight bytes of a name: enough to tell trees apart when nothing worse than a wrong path could come of it.
pub(super) fn key(raw: &[u8]) -> Key {
    raw.first_chunk().map_or(0, |chunk| u64::from_le_bytes(*chunk))
}

/// An entry of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Held {
    /// What it leads to.
    pub(super) key: Key,
    /// Its name: a number in [`Survey::names`].
    pub(super) name: u32,
    /// Whether that is a tree.
    pub(super) is_tree: bool,
}

/// How to make the entries of a tree, from the first to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// So many entries of its base, from the one of this number on.
    Kept { first: u32, count: u32 },
    /// An entry that its base does not have there.
    New(Held),
}

/// A tree as it is noted.
#[derive(Clone, Copy, Debug)]
struct Noted {
    key: Key,
    /// The number of the tree it was made from.
    base: Option<u32>,
    /// Where its steps end; they begin where those of the tree before it end.
    end: u32,
}

/// What one thread has read.
#[derive(Debug, Default)]
pub(super) struct Survey {
    names: Vec<Box<[u8]>>,
    commits: Vec<(ObjectId, CommitLinks)>,
    trees: Vec<Noted>,
    steps: Vec<Step>,
    /// Whether it is not all: something was too much, or not read in its turn.
    partial: bool,
}

impl Survey {
    /// The names of all files and folders, each once.
    pub(super) fn names(&self) -> &[Box<[u8]>] {
        &self.names
    }

    /// Every commit.
    pub(super) fn commits(&self) -> &[(ObjectId, CommitLinks)] {
        &self.commits
    }

    /// Whether it tells of every commit and tree.
    pub(super) fn is_whole(&self) -> bool {
        !self.partial
    }

    /// Calls `each` with every tree and its entries, from the first to the last. Whether that was all of them.
    ///
    /// What is made from a tree comes after it, and before anything else that is made from what that was made from: so few
    /// have to be held at a time, each until the last that is made from it.
    #[must_use]
    pub(super) fn replay(&self, mut each: impl FnMut(Key, &[Held])) -> bool {
        let lasts = self.lasts();
        let mut open: Vec<(u32, Vec<Held>)> = Vec::new();
        let (mut spare, mut begin) = (Vec::new(), 0);
        for (number, tree) in (0u32..).zip(&self.trees) {
            let base = tree.base.is_some().then(|| open.pop_if(|(number, _)| Some(*number) == tree.base)).flatten();
            let mut entries = spare.pop().unwrap_or_default();
            let kept = base.as_ref().map_or(&[][..], |(_, entries)| entries);
            if !make(&self.steps[begin..tree.end as usize], kept, &mut entries) {
                return false;
            }
            begin = tree.end as usize;
            each(tree.key, &entries);
            if let Some((base, kept)) = base {
                if lasts[base as usize] > number { open.push((base, kept)) } else { spare.push(kept) }
            }
            if lasts[number as usize] > number { open.push((number, entries)) } else { spare.push(entries) }
        }
        !self.partial
    }

    /// The number of the last tree that is made from each one; of one from which none is made, 0.
    fn lasts(&self) -> Vec<u32> {
        let mut lasts = vec![0; self.trees.len()];
        for (number, tree) in (0u32..).zip(&self.trees) {
            if let Some(last) = tree.base.and_then(|base| lasts.get_mut(base as usize)) {
                *last = number;
            }
        }
        lasts
    }
}

/// Makes the entries of a tree. Whether its base has what it keeps.
fn make(steps: &[Step], base: &[Held], entries: &mut Vec<Held>) -> bool {
    entries.clear();
    for step in steps {
        match *step {
            Step::New(held) => entries.push(held),
            Step::Kept { first, count } => match base.get(first as usize..(first + count) as usize) {
                Some(kept) => entries.extend_from_slice(kept),
                None => return false,
            },
        }
    }
    true
}

/// Takes notes for one thread.
#[derive(Debug, Default)]
pub(super) struct Surveyor {
    numbers: HashMap<Box<[u8]>, u32, foldhash::fast::RandomState>,
    survey: Survey,
}

impl Surveyor {
    /// What was noted.
    pub(super) fn into_survey(self) -> Survey {
        let Self { numbers, mut survey } = self;
        let mut names: Vec<(u32, Box<[u8]>)> = numbers.into_iter().map(|(name, number)| (number, name)).collect();
        names.sort_unstable_by_key(|(number, _)| *number);
        survey.names = names.into_iter().map(|(_, name)| name).collect();
        survey
    }

    /// A commit was read.
    pub(super) fn commit(&mut self, id: ObjectId, links: CommitLinks) {
        if self.survey.commits.len() < MOST_COMMITS {
            self.survey.commits.push((id, links));
        } else {
            self.give_up();
        }
    }

    /// An entry that is new in the tree that is being read.
    pub(super) fn entry(&mut self, entry: &TreeEntry<'_>) {
        let name = match self.numbers.get(entry.name) {
            Some(&number) => number,
            None => {
                let number = self.numbers.len() as u32;
                self.numbers.insert(entry.name.into(), number);
                number
            }
        };
        if !self.survey.partial {
            let held = Held { key: key(entry.raw_id), name, is_tree: entry.mode == Mode::Tree };
            self.survey.steps.push(Step::New(held));
        }
    }

    /// The next `count` entries of the tree that is being read are those of its base from `first` on.
    pub(super) fn kept(&mut self, first: usize, count: usize) {
        if !self.survey.partial {
            self.survey.steps.push(Step::Kept { first: first as u32, count: count as u32 });
        }
    }

    /// The tree that was being read is done; `base` is the number of the tree it was made from. Returns its own.
    pub(super) fn tree(&mut self, id: &ObjectId, base: Option<u32>) -> u32 {
        let Survey { trees, steps, partial, .. } = &mut self.survey;
        let number = trees.len() as u32;
        if !*partial {
            trees.push(Noted { key: key(id.as_bytes()), base, end: steps.len() as u32 });
        }
        if steps.len() > MOST_STEPS {
            self.give_up();
        }
        number
    }

    /// Something was too much, or was not read in its turn: whoever wants to know has to read it all again.
    pub(super) fn give_up(&mut self) {
        let Survey { commits, trees, steps, partial, .. } = &mut self.survey;
        *partial = true;
        (*commits, *trees, *steps) = Default::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(byte: u8) -> ObjectId {
        ObjectId::new(&[byte; 20]).unwrap()
    }

    fn entry<'a>(name: &'a [u8], raw_id: &'a [u8; 20]) -> TreeEntry<'a> {
        TreeEntry { mode: Mode::File, name, raw_id }
    }

    fn replayed(survey: &Survey) -> Option<Vec<(Key, Vec<Key>)>> {
        let mut trees = Vec::new();
        let whole = survey.replay(|key, held| trees.push((key, held.iter().map(|held| held.key).collect())));
        whole.then_some(trees)
    }

    #[test]
    fn a_tree_has_what_is_kept_and_what_is_new() {
        let mut surveyor = Surveyor::default();
        let [a, b, c, d] = [[1; 20], [2; 20], [3; 20], [4; 20]];
        let keys = [&a, &b, &c, &d].map(|raw| key(raw));
        for (name, raw) in [(&b"a"[..], &a), (b"b", &b), (b"c", &c)] {
            surveyor.entry(&entry(name, raw));
        }
        let root = surveyor.tree(&id(10), None);
        surveyor.kept(0, 1);
        surveyor.entry(&entry(b"b", &d));
        surveyor.kept(2, 1);
        let child = surveyor.tree(&id(11), Some(root));
        surveyor.kept(1, 2);
        surveyor.tree(&id(12), Some(child));
        surveyor.kept(0, 2);
        surveyor.tree(&id(13), Some(root));
        let survey = surveyor.into_survey();
        assert_eq!(survey.names().len(), 3);
        let wanted = vec![
            (key(&[10; 20]), vec![keys[0], keys[1], keys[2]]),
            (key(&[11; 20]), vec![keys[0], keys[3], keys[2]]),
            (key(&[12; 20]), vec![keys[3], keys[2]]),
            (key(&[13; 20]), vec![keys[0], keys[1]]),
        ];
        assert_eq!(replayed(&survey), Some(wanted));
    }

    #[test]
    fn what_makes_no_sense_is_not_all() {
        let mut surveyor = Surveyor::default();
        surveyor.kept(0, 2);
        surveyor.tree(&id(1), Some(7));
        assert_eq!(replayed(&surveyor.into_survey()), None);
        let mut surveyor = Surveyor::default();
        surveyor.tree(&id(1), None);
        surveyor.give_up();
        surveyor.entry(&entry(b"a", &[1; 20]));
        surveyor.tree(&id(1), None);
        let survey = surveyor.into_survey();
        assert_eq!((replayed(&survey), survey.names().len()), (None, 1));
    }
}
