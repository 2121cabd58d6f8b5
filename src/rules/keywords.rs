//! The keywords of all rules, searched for in runs. Runs are short and there are many, so what counts is how fast the
//! search is over: one look in a small table for each byte with the two after it, and nothing to set up. (Measured on the
//! history of rust-lang/cargo: an Aho-Corasick automaton took three times as long.)

use std::ops::Range;

/// How many bits of a hash the table is looked up with: 4 KiB, so that it stays near.
const BITS: u32 = 15;

/// Keywords with the rules they bring up, arranged by their first three bytes.
#[derive(Debug)]
pub(super) struct Keywords {
    /// A bit for each hash of three bytes with which a keyword begins.
    beginnings: Box<[u64; 1 << (BITS - 6)]>,
    /// The first three bytes of each word, as numbers.
    firsts: Vec<u32>,
    /// Sorted, so that those with the same beginning stand together; each once, with all its rules.
    words: Vec<(Box<[u8]>, Vec<usize>)>,
}

impl Keywords {
    /// Arranges keywords; each is three bytes or longer.
    pub(super) fn new(mut all: Vec<(Box<[u8]>, usize)>) -> Self {
        let mut beginnings = Box::new([0u64; 1 << (BITS - 6)]);
        for &[first, second, third] in all.iter().filter_map(|(word, _)| word.first_chunk()) {
            let (slot, bit) = place::<BITS>(u32::from_le_bytes([first, second, third, 0]));
            beginnings[slot] |= bit;
        }
        all.sort();
        let mut words: Vec<(Box<[u8]>, Vec<usize>)> = Vec::new();
        for (word, rule) in all {
            match words.last_mut().filter(|(last, _)| *last == word) {
                Some((_, rules)) => rules.push(rule),
                None => words.push((word, vec![rule])),
            }
        }
        let firsts = words.iter().map(|(word, _)| number(word)).collect();
        Self { beginnings, firsts, words }
    }

    /// Calls `found` with the rules and the place of each keyword in `run`.
    pub(super) fn find(&self, run: &[u8], mut found: impl FnMut(&[usize], Range<usize>)) {
        // Four bytes at once, of which three count: that is one load for each, not three.
        for (at, four) in run.windows(4).enumerate() {
            let first = four.first_chunk().map_or(0, |four| u32::from_le_bytes(*four) & 0x00FF_FFFF);
            if self.may_begin(first) {
                self.find_at(run, at, &mut found);
            }
        }
        if let Some(&[first, second, third]) = run.last_chunk()
            && self.may_begin(u32::from_le_bytes([first, second, third, 0]))
        {
            self.find_at(run, run.len() - 3, &mut found);
        }
    }

    /// Whether a keyword may begin with these three bytes.
    #[inline]
    fn may_begin(&self, first: u32) -> bool {
        let (slot, bit) = place::<BITS>(first);
        self.beginnings[slot] & bit != 0
    }

    /// Calls `found` with each keyword that stands at this place in `run`.
    fn find_at(&self, run: &[u8], at: usize, found: &mut impl FnMut(&[usize], Range<usize>)) {
        for (word, rules) in self.beginning_with(&run[at..]).filter(|(word, _)| run[at..].starts_with(word)) {
            found(rules, at..at + word.len());
        }
    }

    fn beginning_with<'a>(&'a self, beginning: &'a [u8]) -> impl Iterator<Item = &'a (Box<[u8]>, Vec<usize>)> {
        let wanted = number(beginning);
        let first = self.firsts.partition_point(|&first| first < wanted);
        let count = self.firsts[first..].iter().take_while(|&&first| first == wanted).count();
        self.words[first..first + count].iter()
    }
}

/// The first three bytes as a number, in the order of the bytes.
fn number(bytes: &[u8]) -> u32 {
    bytes.iter().take(3).fold(0, |number, &byte| number << 8 | u32::from(byte))
}

/// The characters of a text, three by three, in small letters: a number for each place.
pub(crate) fn threes(text: &[u8]) -> impl Iterator<Item = u32> {
    let with = |number: u32, byte: &u8| number << 8 | u32::from(byte.to_ascii_lowercase());
    text.windows(3).map(move |three| three.iter().fold(0, with))
}

/// Where in a table of `1 << BITS` bits three bytes have theirs: the word, and the bit in it.
#[inline]
pub(crate) fn place<const BITS: u32>(number: u32) -> (usize, u64) {
    let hash = number.wrapping_mul(0x9e37_79b1) >> (32 - BITS);
    ((hash >> 6) as usize, 1 << (hash & 63))
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
            (b"sk-".as_slice().into(), 3),
        ]);
        let mut found = Vec::new();
        keywords.find(b"xsk-abssk-", |rules, at| found.push((rules.to_vec(), at)));
        assert_eq!(found, [(vec![0, 3], 1..4), (vec![1], 1..5), (vec![2], 2..6), (vec![0, 3], 7..10)]);
    }
}
