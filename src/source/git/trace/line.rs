//! The line of commits: parents before children, and what that says of up to 64 things at a time.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::gather::ByKey;
use crate::source::git::parse::CommitLinks;
use crate::source::git::survey::{Key, key};
use crate::words::ObjectId;

/// The place of a commit that is in no order.
const NOWHERE: u32 = u32::MAX;

/// Every commit of a repository, parents before children.
pub(super) struct Line {
    commits: Vec<Row>,
    parents: Lists,
    /// All commits by name, and the place of each.
    names: Names,
    places: Vec<u32>,
    head: Option<u32>,
    /// Whether HEAD can reach a commit.
    in_head: Vec<bool>,
}

struct Row {
    id: ObjectId,
    tree: Key,
    seconds: i64,
}

/// Names in order, to be found by their first bits, which are as good as chance: most often in one look.
struct Names {
    all: Vec<ObjectId>,
    /// How many first bits there are.
    bits: u32,
    /// Where the names with each of them begin.
    begins: Vec<u32>,
}

impl Names {
    /// Of names that are in order.
    fn of(all: Vec<ObjectId>) -> Self {
        let bits = all.len().max(1).ilog2() + 1;
        let mut names = Self { all, bits, begins: vec![0; (1 << bits) + 1] };
        for at in 0..names.all.len() {
            let first = names.first_bits(&names.all[at]);
            names.begins[first + 1] = at as u32 + 1;
        }
        let mut begin = 0;
        for next in &mut names.begins {
            begin = begin.max(*next);
            *next = begin;
        }
        names
    }

    fn first_bits(&self, id: &ObjectId) -> usize {
        (first(id) >> (u64::BITS - self.bits)) as usize
    }

    /// The number of a name.
    fn find(&self, id: &ObjectId) -> Option<u32> {
        let first = self.first_bits(id);
        let begin = self.begins[first];
        let near = &self.all[begin as usize..self.begins[first + 1] as usize];
        near.binary_search(id).ok().map(|at| begin + at as u32)
    }
}

/// The first bytes of a name, as a number that is in the order of names.
fn first(id: &ObjectId) -> u64 {
    id.as_bytes().first_chunk().map_or(0, |chunk| u64::from_be_bytes(*chunk))
}

/// A list of numbers for each number, all in one piece of memory.
#[derive(Default)]
struct Lists {
    all: Vec<u32>,
    /// Where each list ends.
    ends: Vec<u32>,
}

impl Lists {
    /// Adds a list for the next number.
    fn push(&mut self, list: impl Iterator<Item = u32>) {
        self.all.extend(list);
        self.ends.push(self.all.len() as u32);
    }

    /// The list of a number.
    fn of(&self, number: u32) -> &[u32] {
        let begin = number.checked_sub(1).map_or(0, |before| self.ends[before as usize]);
        &self.all[begin as usize..self.ends[number as usize] as usize]
    }

    /// How many numbers have one.
    fn len(&self) -> u32 {
        self.ends.len() as u32
    }

    /// For each number those in whose lists it is.
    fn turned(&self) -> Self {
        let mut ends = vec![0; self.ends.len()];
        self.all.iter().for_each(|&number| ends[number as usize] += 1);
        let mut end = 0;
        for count in &mut ends {
            (*count, end) = (end, end + *count);
        }
        let mut all = vec![0; self.all.len()];
        for number in 0..self.len() {
            for &listed in self.of(number) {
                let place = &mut ends[listed as usize];
                all[*place as usize] = number;
                *place += 1;
            }
        }
        Self { all, ends }
    }
}

/// Which of up to 64 things commits at some places are themselves; one bit of a mask stands for each.
pub(super) type Own = HashMap<u32, u64, RandomState>;

/// What became of up to 64 things; one bit of a mask stands for each.
pub(super) struct Fates {
    /// The oldest commit that holds it and none of whose parents does.
    pub(super) introduced: [Option<u32>; 64],
    /// The newest commit in HEAD's history that does not hold it although a parent does.
    pub(super) removed: [Option<u32>; 64],
    /// What HEAD's commit holds.
    pub(super) in_head: u64,
    /// From which commits a commit that holds it can be reached.
    pub(super) reach: Vec<u64>,
}

impl Line {
    /// Puts commits in order, whatever order they come in. A parent that is not there counts as none.
    pub(super) fn of(mut commits: Vec<(ObjectId, &CommitLinks)>, head: Option<ObjectId>) -> Self {
        commits.sort_unstable_by(|(a, _), (b, _)| first(a).cmp(&first(b)).then_with(|| a.cmp(b)));
        let names = Names::of(commits.iter().map(|(id, _)| *id).collect());
        let mut parents = Lists::default();
        for (_, links) in &commits {
            parents.push(links.parents.iter().filter_map(|parent| names.find(parent)));
        }
        let order = order(&parents);
        let mut places = vec![NOWHERE; commits.len()];
        (0..).zip(&order).for_each(|(place, &number)| places[number as usize] = place);
        let row = |&number: &u32| {
            let (id, links) = &commits[number as usize];
            Row { id: *id, tree: key(links.tree.as_bytes()), seconds: links.seconds }
        };
        let rows: Vec<Row> = order.iter().map(row).collect();
        let mut moved = Lists::default();
        order.iter().for_each(|&number| moved.push(parents.of(number).iter().map(|&parent| places[parent as usize])));
        let mut line = Self { commits: rows, parents: moved, names, places, head: None, in_head: Vec::new() };
        line.head = head.and_then(|head| line.place(&head));
        line.in_head = line.reached_by_head();
        line
    }

    /// Which commits HEAD can reach.
    fn reached_by_head(&self) -> Vec<bool> {
        let mut in_head = vec![false; self.commits.len()];
        let Some(head) = self.head else { return in_head };
        in_head[head as usize] = true;
        for place in (0..=head).rev() {
            if in_head[place as usize] {
                self.parents.of(place).iter().for_each(|&parent| in_head[parent as usize] = true);
            }
        }
        in_head
    }

    /// The place of a commit.
    pub(super) fn place(&self, id: &ObjectId) -> Option<u32> {
        let number = self.names.find(id)?;
        Some(self.places[number as usize]).filter(|&place| place != NOWHERE)
    }

    /// The commit at a place.
    pub(super) fn id(&self, place: u32) -> ObjectId {
        self.commits[place as usize].id
    }

    /// The tree of the commit at a place.
    pub(super) fn tree(&self, place: u32) -> Key {
        self.commits[place as usize].tree
    }

    /// The trees of all commits.
    pub(super) fn trees(&self) -> impl Iterator<Item = Key> {
        self.commits.iter().map(|row| row.tree)
    }

    /// What became of things, given what each tree holds and which commits are asked for themselves.
    pub(super) fn fates(&self, masks: &ByKey<u64>, own: &Own) -> Fates {
        let count = self.commits.len();
        let (mut held, mut reach) = (vec![0u64; count], vec![0u64; count]);
        let mut fates = Fates { introduced: [None; 64], removed: [None; 64], in_head: 0, reach: Vec::new() };
        for (at, row) in self.commits.iter().enumerate() {
            let place = at as u32;
            let own = own.get(&place).copied().unwrap_or_default();
            held[at] = masks.get(&row.tree).copied().unwrap_or_default();
            let parents = self.parents.of(place);
            let before = parents.iter().fold(0, |mask, &parent| mask | held[parent as usize]);
            reach[at] = parents.iter().fold(held[at] | own, |mask, &parent| mask | reach[parent as usize]);
            let older = |old: &Option<u32>| old.is_none_or(|old| row.seconds < self.commits[old as usize].seconds);
            for_each_bit((held[at] & !before) | own, |bit| {
                if older(&fates.introduced[bit]) {
                    fates.introduced[bit] = Some(place);
                }
            });
            if self.in_head[at] {
                let newer = |old: &Option<u32>| old.is_none_or(|old| row.seconds >= self.commits[old as usize].seconds);
                for_each_bit(before & !held[at], |bit| {
                    if newer(&fates.removed[bit]) {
                        fates.removed[bit] = Some(place);
                    }
                });
            }
        }
        if let Some(head) = self.head {
            let own =
                own.iter().filter(|(place, _)| self.in_head[**place as usize]).fold(0, |mask, (_, bits)| mask | bits);
            fates.in_head = held[head as usize] | own;
        }
        for_each_bit(fates.in_head, |bit| fates.removed[bit] = None);
        fates.reach = reach;
        fates
    }
}

fn for_each_bit(mut mask: u64, mut each: impl FnMut(usize)) {
    while mask != 0 {
        each(mask.trailing_zeros() as usize);
        mask &= mask - 1;
    }
}

/// An order in which every number comes after its parents. Circles, which no real history has, are left out.
fn order(parents: &Lists) -> Vec<u32> {
    let children = parents.turned();
    let mut waits_for: Vec<usize> = (0..parents.len()).map(|number| parents.of(number).len()).collect();
    let mut order: Vec<u32> = (0..parents.len()).filter(|&number| waits_for[number as usize] == 0).collect();
    let mut next = 0;
    while let Some(&number) = order.get(next) {
        next += 1;
        for &child in children.of(number) {
            waits_for[child as usize] -= 1;
            if waits_for[child as usize] == 0 {
                order.push(child);
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lists(lists: &[&[u32]]) -> Lists {
        let mut made = Lists::default();
        lists.iter().for_each(|list| made.push(list.iter().copied()));
        made
    }

    #[test]
    fn lists_are_turned() {
        let turned = lists(&[&[1, 2], &[], &[1], &[0, 2]]).turned();
        let all: Vec<&[u32]> = (0..turned.len()).map(|number| turned.of(number)).collect();
        assert_eq!(all, [&[3][..], &[0, 2], &[0, 3], &[]]);
        assert_eq!(Lists::default().turned().len(), 0);
    }

    #[test]
    fn names_are_found_whatever_their_first_bits() {
        for count in [0, 1, 2, 3, 100, 255] {
            let id =
                |number: u8| ObjectId::new(&[number / 3, 7, number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
            let all: Vec<ObjectId> = (0..count).filter_map(id).collect();
            let names = Names::of(all);
            let wanted = |number: u8| (number < count).then_some(u32::from(number));
            (0..=u8::MAX)
                .for_each(|number| assert_eq!(names.find(&id(number).unwrap()), wanted(number), "{number} of {count}"));
        }
    }

    #[test]
    fn parents_come_first_and_circles_not_at_all() {
        assert_eq!(order(&lists(&[&[1, 2], &[2], &[]])), [2, 1, 0]);
        assert_eq!(order(&lists(&[&[1], &[0], &[], &[2]])), [2, 3]);
        let id = |byte| ObjectId::new(&[byte; 20]).unwrap();
        let links = |parents: &[u8]| CommitLinks {
            tree: id(9),
            parents: parents.iter().map(|&parent| id(parent)).collect(),
            seconds: 0,
        };
        let [circle, other, root] = [links(&[2]), links(&[1]), links(&[])];
        let line = Line::of(vec![(id(1), &circle), (id(2), &other), (id(3), &root)], Some(id(1)));
        assert_eq!([1, 2, 3, 4].map(|byte| line.place(&id(byte))), [None, None, Some(0), None]);
        assert_eq!((line.head, line.in_head), (None, vec![false]));
    }
}
