//! Literals that may stand anywhere, not only in runs: `://`, the middle of `password`. They are looked for in one pass at
//! the speed of memory: a sieve tells where one may begin, and a look at the first bytes there which one does. (A search
//! for them that tells one place at a time is set up anew behind each, which is dear in a text full of them.)

use std::ops::Range;

use super::buckets::deal;
use super::sieve::{BUCKETS, PLACES, Sieve};

/// What is done where a literal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Around {
    /// The pattern of this rule is searched around it.
    Search(usize),
    /// It is in a name, to which a password for this rule may be assigned.
    Name(usize),
    /// It parts a scheme from the rest of a URL.
    Userinfo,
}

/// How many bytes of a literal are compared at once.
const AT_ONCE: usize = size_of::<u64>();

/// A literal and what it brings up.
#[derive(Debug)]
struct Literal {
    bytes: Box<[u8]>,
    /// Its first bytes as a number, and which of that number's bits they are.
    first: u64,
    mask: u64,
    around: Around,
}

/// The literals and what they bring up.
#[derive(Debug)]
pub(crate) struct Anywhere {
    sieve: Sieve,
    /// In the order of their bytes.
    literals: Vec<Literal>,
    /// For each byte, where those begin that begin with it; last, how many there are.
    begins: Box<[usize; 257]>,
}

impl Anywhere {
    /// Arranges literals; each is three bytes or longer.
    pub(super) fn new(mut literals: Vec<(Box<[u8]>, Around)>) -> Self {
        literals.sort_by(|(one, _), (other, _)| one.cmp(other));
        let mut threes: Vec<[u8; 3]> = literals.iter().filter_map(|(bytes, _)| bytes.first_chunk().copied()).collect();
        threes.dedup();
        // Measured on the sources of vercel/ai and openai-python, 45 beginnings: the sieve says yes in vain in each 560
        // bytes if they are dealt out so, in each 70 if they come as they come.
        deal(&mut threes, BUCKETS, |three| three.as_slice());
        let sieve = Sieve::of_buckets(threes.into_iter().enumerate().map(|(number, three)| (number % BUCKETS, three)));
        let mut begins = Box::new([literals.len(); 257]);
        for (at, (bytes, _)) in literals.iter().enumerate().rev() {
            let first = bytes.first().copied().unwrap_or_default();
            begins[..=usize::from(first)].fill(at);
        }
        let literals = literals.into_iter().map(|(bytes, around)| Literal::new(bytes, around)).collect();
        Self { sieve, literals, begins }
    }

    /// Calls `found` with what to do at each place in this window of `text` where a literal stands, from left to right.
    pub(crate) fn find(&self, text: &[u8], window: &Range<usize>, mut found: impl FnMut(Around, Range<usize>)) {
        let mut from = window.start;
        while let Some((stretch, mut passed)) = self.sieve.first(text, from..window.end) {
            from = stretch + PLACES;
            while passed != 0 {
                let start = stretch + passed.trailing_zeros() as usize;
                passed &= passed - 1;
                if start < window.end {
                    let literals = self.beginning(&text[start..window.end]);
                    literals.for_each(|literal| found(literal.around, start..start + literal.bytes.len()));
                }
            }
        }
    }

    /// The literals in which what is left of a window begins.
    #[inline]
    fn beginning<'a>(&'a self, rest: &'a [u8]) -> impl Iterator<Item = &'a Literal> {
        let byte = usize::from(rest[0]);
        let first = number(rest);
        let literals = &self.literals[self.begins[byte]..self.begins[byte + 1]];
        literals
            .iter()
            .filter(move |literal| (first ^ literal.first) & literal.mask == 0 && rest.starts_with(&literal.bytes))
    }
}

impl Literal {
    fn new(bytes: Box<[u8]>, around: Around) -> Self {
        let (first, mask) = (number(&bytes), number(&vec![u8::MAX; bytes.len()]));
        Self { bytes, first, mask, around }
    }
}

/// The first bytes as a number; of what is shorter, with NULs behind it.
#[inline]
fn number(bytes: &[u8]) -> u64 {
    let first = bytes.first_chunk().copied().unwrap_or_else(|| {
        let mut first = [0; AT_ONCE];
        first[..bytes.len()].copy_from_slice(bytes);
        first
    });
    u64::from_le_bytes(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_literal_is_found_wherever_it_stands() {
        let literal = |text: &str, rule| (text.as_bytes().into(), Around::Search(rule));
        let anywhere = Anywhere::new(vec![literal("assw", 0), literal("asswo", 1), literal("://", 2)]);
        let mut found = Vec::new();
        let text = b"passassword http://x assw";
        anywhere.find(text, &(0..text.len()), |around, place| found.push((around, place.start)));
        found.sort_by_key(|&(around, at)| (at, if let Around::Search(rule) = around { rule } else { 9 }));
        let wanted = [(0, 4), (1, 4), (2, 16), (0, 21)].map(|(rule, at)| (Around::Search(rule), at));
        assert_eq!(found, wanted);
        Anywhere::new(Vec::new()).find(b"x", &(0..1), |_, _| panic!("there is nothing to find"));
    }

    /// Of literals with one beginning each is told, the shortest first, and none that the window cuts.
    #[test]
    fn literals_are_told_apart_behind_their_beginning() {
        let words: [&[u8]; 5] = [b"abc", b"abc\0", b"abcdefgh", b"abcdefghi", b"abd"];
        let literals = words.iter().enumerate().rev().map(|(rule, word)| ((*word).into(), Around::Search(rule)));
        let anywhere = Anywhere::new(literals.collect());
        for (text, wanted) in [
            (&b"xabcdefghi"[..], &[0, 2, 3][..]),
            (b"xabcdefgh", &[0, 2]),
            (b"xabcdefg", &[0]),
            (b"xabc", &[0]),
            (b"xabc\0", &[0, 1]),
            (b"xab", &[]),
            (b"xabdefghi", &[4]),
        ] {
            for end in 0..=text.len() {
                let mut found = Vec::new();
                anywhere.find(text, &(0..end), |around, place| found.push((around, place)));
                let places = wanted.iter().map(|&rule| (Around::Search(rule), 1..1 + words[rule].len()));
                let within: Vec<_> = places.filter(|(_, place)| place.end <= end).collect();
                assert_eq!(found, within, "{text:?} up to {end}");
            }
        }
    }

    #[test]
    fn no_bucket_and_no_stretch_hides_a_literal() {
        let words: Vec<String> =
            (0..50).map(|number| format!("{:c>3}{number:02}", ["x", "yz", "&"][number % 3])).collect();
        let literals = words.iter().enumerate().map(|(rule, word)| (word.as_bytes().into(), Around::Search(rule)));
        let anywhere = Anywhere::new(literals.collect());
        for (rule, word) in words.iter().enumerate() {
            for at in [0, 7, PLACES - 4, PLACES - 1, PLACES, 3 * PLACES - 5] {
                let mut text = vec![b'.'; 3 * PLACES];
                text[at..at + 5].copy_from_slice(word.as_bytes());
                let mut found = Vec::new();
                anywhere.find(&text, &(0..text.len()), |around, place| found.push((around, place)));
                assert_eq!(found, [(Around::Search(rule), at..at + 5)], "{word} at {at}");
            }
        }
    }
}
