//! The keywords of all rules, searched for in runs. Runs are short and there are many, so what counts is how fast the
//! search is over: a sieve tells where one may begin, and a look in a small table by the three bytes there whether one does.
//! Nothing has to be set up. (Measured on the history of rust-lang/cargo: an Aho-Corasick automaton took three times as long
//! as the table alone.)

use std::ops::Range;

use super::sieve::{PLACES, Sieve, Stretch};

/// How many bits of a hash the table is looked up with: 4 KiB, so that it stays near.
const BITS: u32 = 15;

/// Keywords with the rules they bring up, arranged by their first three bytes.
#[derive(Debug)]
pub(super) struct Keywords {
    sieve: Sieve,
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
        let mut threes: Vec<[u8; 3]> = words.iter().filter_map(|(word, _)| word.first_chunk().copied()).collect();
        threes.dedup();
        Self { sieve: Sieve::new(&threes), beginnings, firsts, words }
    }

    /// Calls `found` with the rules and the place in `text` of each keyword in a run of it.
    pub(super) fn find(&self, text: &[u8], run: &Range<usize>, mut found: impl FnMut(&[usize], Range<usize>)) {
        for begin in run.clone().step_by(PLACES) {
            let within = run.end - begin;
            let mut passed = match text[begin..].first_chunk() {
                Some(stretch) => self.sieve.pass(stretch),
                None => self.sieve.pass(&filled(&text[begin..])),
            };
            if within < PLACES {
                passed &= (1 << within) - 1;
            }
            while passed != 0 {
                let at = begin + passed.trailing_zeros() as usize;
                passed &= passed - 1;
                if let Some(&[first, second, third]) = text[at..run.end].first_chunk()
                    && self.may_begin(u32::from_le_bytes([first, second, third, 0]))
                {
                    self.find_at(text, at..run.end, &mut found);
                }
            }
        }
    }

    /// Whether a keyword may begin with these three bytes.
    #[inline]
    fn may_begin(&self, first: u32) -> bool {
        let (slot, bit) = place::<BITS>(first);
        self.beginnings[slot] & bit != 0
    }

    /// Calls `found` with each keyword at the beginning of what is left of a run.
    fn find_at(&self, text: &[u8], rest: Range<usize>, found: &mut impl FnMut(&[usize], Range<usize>)) {
        let Range { start, end } = rest;
        let rest = &text[start..end];
        for (word, rules) in self.beginning_with(rest).filter(|(word, _)| rest.starts_with(word)) {
            found(rules, start..start + word.len());
        }
    }

    fn beginning_with<'a>(&'a self, beginning: &'a [u8]) -> impl Iterator<Item = &'a (Box<[u8]>, Vec<usize>)> {
        let wanted = number(beginning);
        let first = self.firsts.partition_point(|&first| first < wanted);
        let count = self.firsts[first..].iter().take_while(|&&first| first == wanted).count();
        self.words[first..first + count].iter()
    }
}

/// What is left of a text, and NULs.
#[cold]
fn filled(rest: &[u8]) -> Stretch {
    let mut stretch = [0; size_of::<Stretch>()];
    stretch[..rest.len()].copy_from_slice(rest);
    stretch
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
        keywords.find(b"xsk-abssk-", &(0..10), |rules, at| found.push((rules.to_vec(), at)));
        assert_eq!(found, [(vec![0, 3], 1..4), (vec![1], 1..5), (vec![2], 2..6), (vec![0, 3], 7..10)]);
        for before in 0..100 {
            for behind in 0..100 {
                let text = [&vec![b'x'; before][..], b"sk-a", &vec![b'b'; behind]].concat();
                let mut found = Vec::new();
                keywords.find(&text, &(before..text.len()), |rules, at| found.push((rules.to_vec(), at)));
                let mut wanted = vec![(vec![0, 3], before..before + 3), (vec![1], before..before + 4)];
                if behind > 0 {
                    wanted.push((vec![2], before + 1..before + 5));
                }
                assert_eq!(found, wanted);
                keywords
                    .find(&text, &(before..before + 2), |_, at| panic!("no keyword is in the run, but one at {at:?}"));
            }
        }
    }
}
