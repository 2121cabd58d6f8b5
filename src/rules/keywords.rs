//! The keywords of all rules, searched for in runs. Runs are short and there are many, so what counts is how fast the
//! search is over: one look in a table for each pair of neighbouring bytes, and nothing to set up. (Measured on the
//! history of rust-lang/cargo: an Aho-Corasick automaton took three times as long.)

use std::ops::Range;

/// Keywords with the rules they bring up, arranged by their first two bytes.
#[derive(Debug)]
pub(super) struct Keywords {
    /// A bit for each pair of bytes with which a keyword begins.
    pairs: Box<[u64; 1 << 10]>,
    /// Sorted, so that those with the same beginning stand together.
    words: Vec<(Box<[u8]>, usize)>,
}

impl Keywords {
    /// Arranges keywords; each is two bytes or longer.
    pub(super) fn new(mut words: Vec<(Box<[u8]>, usize)>) -> Self {
        let mut pairs = Box::new([0u64; 1 << 10]);
        for pair in words.iter().filter_map(|(word, _)| word.first_chunk()) {
            let (slot, bit) = place(*pair);
            pairs[slot] |= bit;
        }
        words.sort();
        Self { pairs, words }
    }

    /// Calls `found` with the rule and the place of each keyword in `run`.
    pub(super) fn find(&self, run: &[u8], mut found: impl FnMut(usize, Range<usize>)) {
        for (at, pair) in run.windows(2).enumerate() {
            let (slot, bit) = place([pair[0], pair[1]]);
            if self.pairs[slot] & bit != 0 {
                for (word, rule) in self.beginning_with(pair).filter(|(word, _)| run[at..].starts_with(word)) {
                    found(*rule, at..at + word.len());
                }
            }
        }
    }

    fn beginning_with<'a>(&'a self, pair: &'a [u8]) -> impl Iterator<Item = &'a (Box<[u8]>, usize)> {
        let first = self.words.partition_point(|(word, _)| &word[..2] < pair);
        self.words[first..].iter().take_while(move |(word, _)| word.starts_with(pair))
    }
}

/// Where in the table a pair of bytes has its bit.
fn place(pair: [u8; 2]) -> (usize, u64) {
    let number = u16::from_le_bytes(pair);
    (usize::from(number >> 6), 1 << (number & 63))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_keyword_is_found_wherever_it_stands() {
        let keywords = Keywords::new(vec![
            (b"sk-".as_slice().into(), 0),
            (b"sk-a".as_slice().into(), 1),
            (b"k-ab".as_slice().into(), 2),
        ]);
        let mut found = Vec::new();
        keywords.find(b"xsk-abssk-", |rule, at| found.push((rule, at)));
        assert_eq!(found, [(0, 1..4), (1, 1..5), (2, 2..6), (0, 7..10)]);
    }
}
