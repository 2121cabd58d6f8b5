//! Hot trees: those that hold something that is asked for, directly or further down; and the paths that lead there.

use super::gather::{ByKey, Filter, Gathered, Keys, Link};
use crate::source::git::survey::Key;

/// How many paths to one thing are followed: more than are kept, so that those kept are the first of nearly all.
const MOST_PATHS: usize = 10 * crate::words::Place::MOST_PATHS;

/// The hot trees and how they hold one another.
#[derive(Debug, Default)]
pub(super) struct Hot {
    /// What each hot tree holds: key and name of hot trees and of what is asked for.
    holds: ByKey<Vec<(Key, u32)>>,
    /// Which hot trees hold a thing.
    held_by: ByKey<Vec<Key>>,
    names: Vec<Vec<u8>>,
}

impl Hot {
    /// Climbs from what is asked for to every tree above it, along the links that were gathered.
    pub(super) fn climb(gathered: &Gathered) -> Self {
        let mut hot = Self { names: gathered.names.clone(), ..Self::default() };
        let mut frontier: Keys = gathered.hits.iter().map(|hit| hot.add(gathered, hit)).collect();
        let mut seen = frontier.clone();
        while !frontier.is_empty() {
            let filter = Filter::of(&frontier);
            let mut next = Keys::default();
            for link in &gathered.links {
                if filter.may_have(link.child) && frontier.contains(&link.child) {
                    let parent = hot.add(gathered, link);
                    if seen.insert(parent) {
                        next.insert(parent);
                    }
                }
            }
            frontier = next;
        }
        hot
    }

    /// Notes a link; returns the tree that holds.
    fn add(&mut self, gathered: &Gathered, link: &Link) -> Key {
        let parent = gathered.trees[link.parent as usize];
        self.holds.entry(parent).or_default().push((link.child, link.name));
        self.held_by.entry(link.child).or_default().push(parent);
        parent
    }

    /// The trees that hold something asked for.
    pub(super) fn trees(&self) -> impl Iterator<Item = Key> {
        self.holds.keys().copied()
    }

    /// Whether a tree holds something asked for.
    pub(super) fn has(&self, tree: Key) -> bool {
        self.holds.contains_key(&tree)
    }

    /// Which of up to 64 things each tree holds, given which bits stand for the things.
    pub(super) fn masks(&self, bits: &ByKey<u64>) -> ByKey<u64> {
        let mut masks = bits.clone();
        let mut waiting: Vec<Key> = bits.keys().copied().collect();
        while let Some(child) = waiting.pop() {
            let mask = masks.get(&child).copied().unwrap_or_default();
            for &parent in self.held_by.get(&child).into_iter().flatten() {
                let held = masks.entry(parent).or_default();
                if *held | mask != *held {
                    *held |= mask;
                    waiting.push(parent);
                }
            }
        }
        masks
    }

    /// The first path, by name, that leads from a tree to something it holds.
    pub(super) fn path(&self, tree: Key, to: Key) -> Option<Vec<u8>> {
        let mut tried = Keys::from_iter([tree]);
        let mut waiting = vec![(tree, Vec::new())];
        while let Some((at, path)) = waiting.pop() {
            if at == to {
                return Some(path);
            }
            let mut held: Vec<_> = self.holds.get(&at).into_iter().flatten().copied().collect();
            held.sort_by(|a, b| self.names[b.1 as usize].cmp(&self.names[a.1 as usize]));
            for (child, name) in held {
                if child == to || tried.insert(child) {
                    waiting.push((child, self.joined(&path, name)));
                }
            }
        }
        None
    }

    /// All paths from these trees to each thing that is not a tree of its own here.
    pub(super) fn paths(&self, roots: &Keys) -> ByKey<Vec<Vec<u8>>> {
        let mut paths: ByKey<Vec<Vec<u8>>> = ByKey::default();
        let mut waiting: Vec<(Key, Vec<u8>)> = Vec::new();
        for &root in roots.iter().filter(|root| self.has(**root)) {
            paths.entry(root).or_default().push(Vec::new());
            waiting.push((root, Vec::new()));
        }
        while let Some((tree, path)) = waiting.pop() {
            for &(child, name) in self.holds.get(&tree).into_iter().flatten() {
                let path = self.joined(&path, name);
                let known = paths.entry(child).or_default();
                if known.len() < MOST_PATHS && !known.contains(&path) {
                    known.push(path.clone());
                    waiting.push((child, path));
                }
            }
        }
        paths
    }

    fn joined(&self, path: &[u8], name: u32) -> Vec<u8> {
        let name = &self.names[name as usize];
        if path.is_empty() { name.clone() } else { [path, b"/", name].concat() }
    }
}
