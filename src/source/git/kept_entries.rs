//! `KeptEntries`: the entries that a tree has from the tree it was made from. They were looked at there; a tree of a
//! thousand entries of which one is new is one entry's work.

use crate::words::Shared;

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

    /// Where the kept entries that begin at `at` end, if any do; where they begin is added to `found`.
    pub(super) fn past(&mut self, at: usize, found: &mut Vec<u32>) -> Option<usize> {
        while self.now?.end() <= at {
            self.now = self.shared.next().copied();
        }
        let Shared { from, at: begin, len } = self.now.filter(|now| now.at <= at)?;
        let in_base = u32::try_from(at - begin + from).ok()?;
        let first = self.starts.binary_search(&in_base).ok()?;
        let end = self.starts[first..].partition_point(|&start| start as usize <= from + len) - 1;
        if end == 0 {
            return None;
        }
        let kept = &self.starts[first..=first + end];
        found.extend(kept[..end].iter().map(|start| start - in_base + at as u32));
        Some(at + (kept[end] - in_base) as usize)
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
        assert_eq!(kept.past(0, &mut found), Some(20));
        assert_eq!(kept.past(20, &mut found), None);
        assert_eq!(kept.past(32, &mut found), Some(52));
        assert_eq!(kept.past(52, &mut found), None);
        assert_eq!(found, [0, 10, 32, 42]);
    }

    #[test]
    fn bytes_that_begin_no_entry_of_the_base_are_none() {
        let shared = [Shared { from: 3, at: 0, len: 40 }];
        let mut kept = KeptEntries::new(&shared, &[0, 10, 20, 30, 40, 50]);
        assert_eq!(kept.past(0, &mut Vec::new()), None);
        assert_eq!(kept.past(7, &mut Vec::new()), Some(37));
    }
}
