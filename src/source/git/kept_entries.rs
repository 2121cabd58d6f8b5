//! `KeptEntries`: the entries that a tree has from the tree it was made from. They were looked at there; a tree of a
//! thousand entries of which one is new is one entry's work.

use crate::words::Shared;

/// Entries in a row that a tree has from its base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    /// The number of the first of them in the base.
    pub(super) first: usize,
    /// How many they are.
    pub(super) count: usize,
    /// Where they end in the tree.
    pub(super) past: usize,
}

/// What a tree has from its base, passed through from its beginning to its end.
pub(super) struct KeptEntries<'a> {
    shared: std::slice::Iter<'a, Shared>,
    now: Option<Shared>,
    /// Where each entry of the base begins, and where the last ends.
    starts: &'a [u32],
}

impl<'a> KeptEntries<'a> {
    /// What is kept in `shared` of a base whose entries begin at `starts`, the last of which is the end of the entries.
    pub(super) fn new(shared: &'a [Shared], starts: &'a [u32]) -> Self {
        let mut shared = shared.iter();
        let now = shared.next().copied();
        Self { shared, now, starts }
    }

    /// The kept entries that begin at `at`, if any do; where they begin is added to `found`.
    pub(super) fn at(&mut self, at: usize, found: &mut Vec<u32>) -> Option<Kept> {
        while self.now?.end() <= at {
            self.now = self.shared.next().copied();
        }
        let Shared { from, at: begin, len } = self.now.filter(|now| now.at <= at)?;
        let in_base = u32::try_from(at - begin + from).ok()?;
        let first = self.starts.binary_search(&in_base).ok()?;
        let count = self.starts[first..].partition_point(|&start| start as usize <= from + len) - 1;
        if count == 0 {
            return None;
        }
        let kept = &self.starts[first..=first + count];
        found.extend(kept[..count].iter().map(|start| start - in_base + at as u32));
        Some(Kept { first, count, past: at + (kept[count] - in_base) as usize })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_entries_are_passed_and_no_others() {
        // Entries of ten bytes; the third is replaced by one of twelve.
        let shared = [Shared { from: 0, at: 0, len: 21 }, Shared { from: 29, at: 31, len: 21 }];
        let starts = [0, 10, 20, 30, 40, 50];
        let mut kept = KeptEntries::new(&shared, &starts);
        let mut found = Vec::new();
        assert_eq!(kept.at(0, &mut found), Some(Kept { first: 0, count: 2, past: 20 }));
        assert_eq!(kept.at(20, &mut found), None);
        assert_eq!(kept.at(32, &mut found), Some(Kept { first: 3, count: 2, past: 52 }));
        assert_eq!(kept.at(52, &mut found), None);
        assert_eq!(found, [0, 10, 32, 42]);
    }

    #[test]
    fn bytes_that_begin_no_entry_of_the_base_are_none() {
        let shared = [Shared { from: 3, at: 0, len: 40 }];
        let mut kept = KeptEntries::new(&shared, &[0, 10, 20, 30, 40, 50]);
        assert_eq!(kept.at(0, &mut Vec::new()), None);
        assert_eq!(kept.at(7, &mut Vec::new()), Some(Kept { first: 1, count: 3, past: 37 }));
    }
}
