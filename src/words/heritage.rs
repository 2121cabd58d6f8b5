//! `Heritage`: what a blob has from another that it was made from, so that only what is new in it has to be looked at.
//!
//! Git keeps most blobs as deltas: copies of stretches of a base, and new bytes between them. Whoever looked at the base
//! keeps [`Watches`]: the places where something was found, or would have been with other text around. All else that is
//! copied needs no second look.

use std::ops::Range;

/// So many watches are stepped over one by one before they are searched.
const FEW: usize = 4;

/// A stretch that a blob has from its base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shared {
    /// Where it begins in the base.
    pub from: usize,
    /// Where it begins in the blob.
    pub at: usize,
    /// How many bytes it has.
    pub len: usize,
}

impl Shared {
    /// Where it ends in the blob.
    #[must_use]
    pub fn end(&self) -> usize {
        self.at + self.len
    }
}

/// What a blob has from its base.
#[derive(Clone, Copy, Debug)]
pub struct Heritage<'a> {
    /// The stretches that are copied, in the order of the blob; two that follow each other in both are one.
    pub shared: &'a [Shared],
    /// The size of the base.
    pub base_len: usize,
    /// What was noted when the base was looked at.
    pub watches: &'a Watches,
}

/// A place in a blob that what is made from the blob may have to look at again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Watch {
    /// Where it begins.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
    /// How many bytes around it decided what it is; none if it has to be looked at again whatever stands around it.
    pub around: Option<u32>,
}

/// The places of a blob to watch, by their beginnings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watches {
    list: Vec<Watch>,
    longest: u32,
    all: bool,
}

impl Watches {
    /// Forgets everything.
    pub fn clear(&mut self) {
        self.list.clear();
        self.longest = 0;
        self.all = false;
    }

    /// One more, in any order. What stands beyond 4 GiB can't be told apart, so then everything is watched.
    pub fn add(&mut self, place: Range<usize>, around: Option<u32>) {
        match (u32::try_from(place.start), u32::try_from(place.end)) {
            (Ok(start), Ok(end)) => self.push(Watch { start, end, around }),
            _ => self.all = true,
        }
    }

    /// One more, in any order.
    pub fn push(&mut self, watch: Watch) {
        self.longest = self.longest.max(watch.end - watch.start);
        self.list.push(watch);
    }

    /// Everything has to be looked at again.
    pub fn watch_all(&mut self) {
        self.all = true;
    }

    /// Whether everything has to be looked at again.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.all
    }

    /// All of them, by their beginnings once they are [sorted](Self::sort).
    #[must_use]
    pub fn list(&self) -> &[Watch] {
        &self.list
    }

    /// Puts them in order; none stays twice. Most come as a few lists that are in order, which a stable sort puts together.
    pub fn sort(&mut self) {
        if self.list.len() > 1 {
            self.list.sort();
            self.list.dedup();
        }
    }

    /// Those that overlap or touch a stretch, of sorted ones. `from` is where the search begins and ends: it is quick for
    /// stretches that follow each other, most of which have none.
    #[inline]
    pub fn near(&self, stretch: Range<usize>, from: &mut usize) -> impl Iterator<Item = &Watch> {
        let floor = stretch.start.saturating_sub(self.longest as usize);
        *from = self.first_from(floor, (*from).min(self.list.len()));
        let near = self.list[*from..].iter();
        near.take_while(move |watch| watch.start as usize <= stretch.end)
            .filter(move |watch| watch.end as usize >= stretch.start)
    }

    /// Where the first is that begins at `floor` or behind it; it is quick if that is not far behind a place.
    #[inline]
    fn first_from(&self, floor: usize, mut place: usize) -> usize {
        let is_before = |watch: &Watch| (watch.start as usize) < floor;
        if place > 0 && !is_before(&self.list[place - 1]) {
            return self.list[..place].partition_point(is_before);
        }
        for _ in 0..FEW {
            match self.list.get(place) {
                Some(watch) if is_before(watch) => place += 1,
                _ => return place,
            }
        }
        place + self.list[place..].partition_point(is_before)
    }
}
