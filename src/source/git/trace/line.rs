//! The line of commits: parents before children, and what that says of up to 64 things at a time.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::gather::ByKey;
use crate::source::git::parse::CommitLinks;
use crate::source::git::survey::{Key, key};
use crate::words::ObjectId;

/// Every commit of a repository, parents before children.
pub(super) struct Line {
    commits: Vec<Row>,
    places: HashMap<ObjectId, u32, RandomState>,
    head: Option<u32>,
    /// Whether HEAD can reach a commit.
    in_head: Vec<bool>,
}

struct Row {
    id: ObjectId,
    tree: Key,
    parents: Vec<u32>,
    seconds: i64,
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
        commits.sort_unstable_by_key(|(id, _)| *id);
        let numbers: HashMap<ObjectId, usize, RandomState> =
            commits.iter().enumerate().map(|(at, (id, _))| (*id, at)).collect();
        let parents: Vec<Vec<usize>> = commits
            .iter()
            .map(|(_, links)| links.parents.iter().filter_map(|parent| numbers.get(parent).copied()).collect())
            .collect();
        let order = order(&parents);
        let mut place = vec![0u32; commits.len()];
        order.iter().enumerate().for_each(|(at, &number)| place[number] = at as u32);
        let row = |&number: &usize| {
            let (id, links) = &commits[number];
            let parents = parents[number].iter().map(|&parent| place[parent]).collect();
            Row { id: *id, tree: key(links.tree.as_bytes()), parents, seconds: links.seconds }
        };
        let rows: Vec<Row> = order.iter().map(row).collect();
        let places: HashMap<ObjectId, u32, RandomState> =
            rows.iter().enumerate().map(|(at, row)| (row.id, at as u32)).collect();
        let head = head.and_then(|head| places.get(&head).copied());
        let mut in_head = vec![false; rows.len()];
        if let Some(head) = head {
            in_head[head as usize] = true;
            for at in (0..=head as usize).rev().filter(|&at| at < rows.len()) {
                if in_head[at] {
                    rows[at].parents.iter().for_each(|&parent| in_head[parent as usize] = true);
                }
            }
        }
        Self { commits: rows, places, head, in_head }
    }

    /// The place of a commit.
    pub(super) fn place(&self, id: &ObjectId) -> Option<u32> {
        self.places.get(id).copied()
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
            let before = row.parents.iter().fold(0, |mask, &parent| mask | held[parent as usize]);
            reach[at] = row.parents.iter().fold(held[at] | own, |mask, &parent| mask | reach[parent as usize]);
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
fn order(parents: &[Vec<usize>]) -> Vec<usize> {
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); parents.len()];
    let mut waits_for: Vec<usize> = parents.iter().map(Vec::len).collect();
    for (child, parents) in parents.iter().enumerate() {
        parents.iter().for_each(|&parent| children[parent].push(child));
    }
    let mut order: Vec<usize> = (0..parents.len()).filter(|&number| waits_for[number] == 0).collect();
    let mut next = 0;
    while let Some(&number) = order.get(next) {
        next += 1;
        for &child in &children[number] {
            waits_for[child] -= 1;
            if waits_for[child] == 0 {
                order.push(child);
            }
        }
    }
    order
}
