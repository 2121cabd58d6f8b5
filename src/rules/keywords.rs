//! The keywords of all rules, searched for in runs. Runs are short and there are many, so what counts is how fast the
//! search is over: a sieve tells where one may begin, and a look in a small table by the three bytes there whether one does
//! and which ones may.
//! Nothing has to be set up. (Measured on the history of rust-lang/cargo: an Aho-Corasick automaton took three times as long
//! as the table alone.)

use std::ops::Range;

use super::sieve::{PLACES, Sieve, filled};

/// How many bits of a hash the table is looked up with: 4 KiB, so that it stays near.
const BITS: u32 = 15;

/// How many words of 64 bits the table has.
const SLOTS: usize = 1 << (BITS - 6);

/// Keywords with the rules they bring up, arranged by their first three bytes.
#[derive(Debug)]
pub(super) struct Keywords {
    sieve: Sieve,
    /// A bit for each hash of three bytes with which a keyword begins.
    beginnings: Box<[u64; SLOTS]>,
    /// For each word of that table, how many bits are set in those before it.
    set_before: Box<[u16; SLOTS]>,
    /// For each bit that is set, where in `words` those begin that have it; last, how many words there are.
    begins: Vec<usize>,
    /// Sorted, so that those with the same bit stand together; each once, with all its rules.
    words: Vec<(Box<[u8]>, Vec<usize>)>,
}

impl Keywords {
    /// Arranges keywords; each is three bytes or longer.
    pub(super) fn new(all: Vec<(Box<[u8]>, usize)>) -> Self {
        let mut threes: Vec<[u8; 3]> = all.iter().filter_map(|(word, _)| word.first_chunk().copied()).collect();
        threes.sort_unstable();
        threes.dedup();
        let with_place = |(word, rule): (Box<[u8]>, usize)| Some((place::<BITS>(number(&word)?), word, rule));
        let mut all: Vec<_> = all.into_iter().filter_map(with_place).collect();
        all.sort_unstable();
        let (mut beginnings, mut begins) = (Box::new([0u64; SLOTS]), Vec::new());
        let mut words: Vec<(Box<[u8]>, Vec<usize>)> = Vec::new();
        for ((slot, bit), word, rule) in all {
            if beginnings[slot] & bit == 0 {
                beginnings[slot] |= bit;
                begins.push(words.len());
            }
            match words.last_mut().filter(|(last, _)| *last == word) {
                Some((_, rules)) => rules.push(rule),
                None => words.push((word, vec![rule])),
            }
        }
        begins.push(words.len());
        let mut set = 0;
        let set_before = beginnings.map(|bits| {
            set += bits.count_ones() as u16;
            set - bits.count_ones() as u16
        });
        Self { sieve: Sieve::new(&threes), beginnings, set_before: Box::new(set_before), begins, words }
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
                for (word, rules) in self.beginning_with(&text[at..run.end]) {
                    if text[at..run.end].starts_with(word) {
                        found(rules, at..at + word.len());
                    }
                }
            }
        }
    }

    /// The keywords that may stand at the beginning of what is left of a run.
    #[inline]
    fn beginning_with(&self, rest: &[u8]) -> &[(Box<[u8]>, Vec<usize>)] {
        let Some((slot, bit)) = number(rest).map(place::<BITS>) else { return &[] };
        let bits = self.beginnings[slot];
        if bits & bit == 0 {
            return &[];
        }
        let which = usize::from(self.set_before[slot]) + (bits & (bit - 1)).count_ones() as usize;
        &self.words[self.begins[which]..self.begins[which + 1]]
    }
}

/// The first three bytes as a number.
#[inline]
fn number(bytes: &[u8]) -> Option<u32> {
    bytes.first_chunk().map(|&[first, second, third]| u32::from_le_bytes([first, second, third, 0]))
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

    /// Two beginnings may have one bit.
    #[test]
    fn keywords_whose_beginnings_have_the_same_bit_are_told_apart() {
        let first = [b'A', b'B', b'C'];
        let bit = |three: &[u8]| number(three).map(place::<BITS>);
        let all = (b'0'..b'z').flat_map(|a| (b'0'..b'z').flat_map(move |b| (b'0'..b'z').map(move |c| [a, b, c])));
        let other = all.into_iter().find(|other| *other != first && bit(other) == bit(&first)).unwrap();
        let words = [&first[..], &other[..], b"xyz", &[&first[..], b"1"].concat()];
        let keywords = Keywords::new(words.iter().zip(0..).map(|(word, rule)| ((*word).into(), rule)).collect());
        let text = [words[0], b"-", words[1], words[2], b"-", words[3]].concat();
        let mut found = Vec::new();
        keywords.find(&text, &(0..text.len()), |rules, at| found.push((rules.to_vec(), at)));
        assert_eq!(found, [(vec![0], 0..3), (vec![1], 4..7), (vec![2], 7..10), (vec![0], 11..14), (vec![3], 11..15)]);
        assert_eq!(Keywords::new(Vec::new()).beginning_with(b"abc").len(), 0);
    }

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
