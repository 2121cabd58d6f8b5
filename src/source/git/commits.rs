//! Walking commits: from some tips, without what others hold already.
//!
//! Commits are taken the newest first. A clock that was wrong can make a walk stop too late and take in a commit that the
//! other side holds: more is read then, never less.

use std::collections::{BinaryHeap, HashMap, HashSet};

use super::error::ReadError;
use super::open::Repository;
use super::parse::{self, CommitLinks};
use super::reader::Reader;
use super::refs;
use crate::words::{ObjectId, ObjectKind};

/// How many commits that are too old may come in a row before no more are looked at: clocks differ.
const SLOP: usize = 256;

/// From where to where to walk.
#[derive(Clone, Debug, Default)]
pub(super) struct Span {
    /// Commits to begin with, and what they can reach.
    pub(super) tips: Vec<ObjectId>,
    /// Without these and what they can reach.
    pub(super) without: Vec<ObjectId>,
    /// Two tips: without what both can reach.
    pub(super) apart: Option<(ObjectId, ObjectId)>,
    /// Only commits made since then, in seconds since 1970.
    pub(super) since: Option<i64>,
}

/// A commit in a span.
#[derive(Clone, Debug)]
pub(super) struct Step {
    /// Its name.
    pub(super) id: ObjectId,
    /// Its tree, parents and time. A shallow commit has no parents here.
    pub(super) links: CommitLinks,
    /// Whether its parents are not here because the clone is shallow.
    pub(super) cut: bool,
}

/// What a walk gave.
#[derive(Debug, Default)]
pub(super) struct Walked {
    /// The commits, parents before children as far as clocks are right.
    pub(super) steps: Vec<Step>,
    /// Commits that can't be read, and why.
    pub(super) broken: Vec<(ObjectId, ReadError)>,
}

const LEFT: u8 = 1;
const RIGHT: u8 = 2;
const OUT: u8 = 4;

/// Walks a span.
pub(super) fn walk(repo: &Repository, reader: &mut Reader<'_>, span: &Span) -> Walked {
    let mut walker = Walker::new(reader, shallow(repo));
    for tip in &span.tips {
        walker.mark(*tip, LEFT);
    }
    if let Some((left, right)) = span.apart {
        walker.mark(left, LEFT);
        walker.mark(right, RIGHT);
    }
    for tip in &span.without {
        walker.mark(*tip, OUT);
    }
    walker.run(span.since);
    let Walker { mut seen, order, broken, .. } = walker;
    let steps = order.into_iter().rev().filter_map(|id| {
        let Seen { flags, step, .. } = seen.remove(&id)?;
        step.filter(|step| flags & OUT == 0 && span.since.is_none_or(|since| step.links.seconds >= since))
    });
    Walked { steps: steps.collect(), broken }
}

/// One commit alone.
pub(super) fn one(repo: &Repository, reader: &mut Reader<'_>, id: ObjectId) -> Walked {
    match read(reader, &shallow(repo), id) {
        Ok(step) => Walked { steps: vec![step], broken: Vec::new() },
        Err(why) => Walked { steps: Vec::new(), broken: vec![(id, why)] },
    }
}

/// A commit's tree.
pub(super) fn tree_of(reader: &mut Reader<'_>, commit: &ObjectId) -> Result<ObjectId, ReadError> {
    let bytes = reader.read_kind(commit, ObjectKind::Commit)?;
    Ok(parse::commit_links(bytes).ok_or(ReadError::Corrupt("its headers make no sense"))?.tree)
}

/// What is known of a commit during a walk.
#[derive(Default)]
struct Seen {
    flags: u8,
    step: Option<Step>,
    waiting: bool,
}

struct Walker<'r, 's> {
    reader: &'r mut Reader<'s>,
    shallow: HashSet<ObjectId>,
    seen: HashMap<ObjectId, Seen>,
    queue: BinaryHeap<(i64, ObjectId)>,
    /// How many commits in the queue are not known to be out.
    open: usize,
    /// Commits in the order in which they were first taken from the queue.
    order: Vec<ObjectId>,
    broken: Vec<(ObjectId, ReadError)>,
}

impl<'r, 's> Walker<'r, 's> {
    fn new(reader: &'r mut Reader<'s>, shallow: HashSet<ObjectId>) -> Self {
        let (seen, queue) = (HashMap::new(), BinaryHeap::new());
        Self { reader, shallow, seen, queue, open: 0, order: Vec::new(), broken: Vec::new() }
    }

    /// Adds flags to a commit, and puts it into the queue if that is news.
    fn mark(&mut self, id: ObjectId, flags: u8) {
        let known = self.seen.contains_key(&id);
        let seen = self.seen.entry(id).or_default();
        let old = seen.flags;
        seen.flags |= flags;
        if seen.flags & (LEFT | RIGHT) == LEFT | RIGHT {
            seen.flags |= OUT;
        }
        if known && seen.flags == old {
            return;
        }
        if !known {
            match read(self.reader, &self.shallow, id) {
                Ok(step) => seen.step = Some(step),
                Err(why) if flags & OUT == 0 => self.broken.push((id, why)),
                Err(_) => {}
            }
        }
        let Some(step) = &seen.step else { return };
        let was_open = seen.waiting && old & OUT == 0;
        let is_open = seen.flags & OUT == 0;
        self.open = self.open + usize::from(is_open) - usize::from(was_open);
        if !seen.waiting {
            seen.waiting = true;
            self.queue.push((step.links.seconds, id));
        }
    }

    fn run(&mut self, since: Option<i64>) {
        let (mut taken, mut too_old) = (HashSet::new(), 0);
        // What is out may still reach a commit that was taken, as long as it is not older than all of these.
        let mut oldest_taken = i64::MAX;
        while too_old < SLOP
            && let Some((seconds, id)) = self.queue.pop()
            && (self.open > 0 || seconds >= oldest_taken)
        {
            too_old = if since.is_some_and(|since| seconds < since) { too_old + 1 } else { 0 };
            let Some(seen) = self.seen.get_mut(&id) else { continue };
            seen.waiting = false;
            let flags = seen.flags;
            if flags & OUT == 0 {
                self.open -= 1;
                oldest_taken = oldest_taken.min(seconds);
            }
            let parents = seen.step.as_ref().map(|step| step.links.parents.clone()).unwrap_or_default();
            if taken.insert(id) {
                self.order.push(id);
            }
            parents.into_iter().for_each(|parent| self.mark(parent, flags));
        }
    }
}

fn read(reader: &mut Reader<'_>, shallow: &HashSet<ObjectId>, id: ObjectId) -> Result<Step, ReadError> {
    let bytes = reader.read_kind(&id, ObjectKind::Commit)?;
    let mut links = parse::commit_links(bytes).ok_or(ReadError::Corrupt("its headers make no sense"))?;
    let cut = shallow.contains(&id) && !links.parents.is_empty();
    if cut {
        links.parents.clear();
    }
    Ok(Step { id, links, cut })
}

/// The commits whose parents a shallow clone left behind.
pub(super) fn shallow(repo: &Repository) -> HashSet<ObjectId> {
    let text = std::fs::read(repo.common_dir.join("shallow")).unwrap_or_default();
    text.split(|&byte| byte == b'\n').filter_map(ObjectId::from_hex).collect()
}

/// The tree of the commit that HEAD names; `None` before the first commit, or if it can't be read.
pub(super) fn head_tree(repo: &Repository, reader: &mut Reader<'_>) -> Option<ObjectId> {
    let head = refs::find(repo, b"HEAD")?;
    tree_of(reader, &head).ok()
}
