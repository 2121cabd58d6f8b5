//! Literals that may stand anywhere, not only in runs: `://`, the middle of `password`. They are looked for in one pass, or
//! a few, at the speed of memory, where the machine has the instructions for it.

use std::ops::Range;

use aho_corasick::{Span, packed};
use regex_automata::util::prefilter::Prefilter;

use super::buckets::deal;

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

/// How many literals one bucket of a pass has: with more, the few bits by which a pass tells them apart say yes nearly
/// everywhere. (Measured on the sources of vercel/ai and openai-python, 45 literals: a false yes in each 560 bytes if they
/// are dealt out by [`deal`], in each 70 if they come as they come.)
const IN_A_BUCKET: usize = 3;

/// How many buckets a pass has, if it may have many. Source: the crate's `packed::teddy`, which takes the vectors of 32
/// bytes for it that AVX2 has, and for more than 32 literals only; a literal's bucket is its number, modulo these.
const MANY_BUCKETS: usize = 16;
const FEW_BUCKETS: usize = 8;
const MOST_IN_FEW: usize = 32;

/// Literals that begin with the same bytes, so many at least, are looked for as one.
const SHORTEST: usize = 3;

/// A text is looked at in slices of so many bytes, that it is near for the second pass.
const SLICE: usize = 1 << 14;

/// Literals that begin with the same bytes, and what they bring up.
type Family = Vec<(Box<[u8]>, Around)>;

/// The literals and what they bring up.
#[derive(Debug)]
pub(crate) struct Anywhere {
    /// What finds the beginnings of families, and the number of the first family of each.
    finders: Vec<(Finder, usize)>,
    families: Vec<Family>,
    /// How long the longest beginning is.
    longest: usize,
}

/// What finds beginnings.
#[derive(Debug)]
enum Finder {
    /// The machine's own instructions, quick to set up.
    Packed(packed::Searcher),
    /// Whatever else is best; which one was found it does not say.
    Other(Prefilter),
}

impl Finder {
    /// Finders of all beginnings, each with the number of its first; puts them in the order of their numbers.
    fn of(families: &mut [(Box<[u8]>, Family)]) -> Vec<(Self, usize)> {
        let buckets = if has_wide_vectors() { MANY_BUCKETS } else { FEW_BUCKETS };
        let passes = families.len().div_ceil(buckets * IN_A_BUCKET).max(1);
        let share = families.len().div_ceil(passes).max(1);
        let packed = |part: &mut [(Box<[u8]>, Family)]| {
            deal(part, if part.len() > MOST_IN_FEW { buckets } else { FEW_BUCKETS }, |(beginning, _)| beginning);
            packed::Config::new().builder().extend(part.iter().map(|(beginning, _)| beginning)).build()
        };
        let each: Option<Vec<_>> = families.chunks_mut(share).map(packed).collect();
        match each {
            Some(each) => each.into_iter().enumerate().map(|(at, one)| (Self::Packed(one), at * share)).collect(),
            None => {
                let beginnings: Vec<&[u8]> = families.iter().map(|(beginning, _)| &**beginning).collect();
                let all = Prefilter::new(regex_automata::MatchKind::All, &beginnings);
                all.map(|all| (Self::Other(all), 0)).into_iter().collect()
            }
        }
    }

    /// Where the first beginning stands, and which of its own it is, if that is known.
    fn find(&self, text: &[u8], start: usize, end: usize) -> Option<(usize, Option<usize>)> {
        match self {
            Self::Packed(searcher) => {
                let found = searcher.find_in(text, Span { start, end })?;
                Some((found.start(), Some(found.pattern().as_usize())))
            }
            Self::Other(prefilter) => Some((prefilter.find(text, regex_automata::Span { start, end })?.start, None)),
        }
    }
}

impl Anywhere {
    pub(super) fn new(mut literals: Vec<(Box<[u8]>, Around)>) -> Self {
        literals.sort_by(|(one, _), (other, _)| one.cmp(other));
        let mut families: Vec<(Box<[u8]>, Family)> = Vec::new();
        for literal in literals {
            let shared =
                |beginning: &[u8]| beginning.iter().zip(&literal.0).take_while(|(one, other)| one == other).count();
            match families.last_mut() {
                Some((beginning, family)) if shared(beginning) >= SHORTEST.min(beginning.len()) => {
                    *beginning = beginning[..shared(beginning)].into();
                    family.push(literal);
                }
                _ => families.push((literal.0.clone(), vec![literal])),
            }
        }
        let finders = Finder::of(&mut families);
        let longest = families.iter().map(|(beginning, _)| beginning.len()).max().unwrap_or_default();
        Self { finders, families: families.into_iter().map(|(_, family)| family).collect(), longest }
    }

    /// Calls `found` with what to do at each place in this window of `text` where a literal stands, from left to right.
    pub(crate) fn find(&self, text: &[u8], window: &Range<usize>, mut found: impl FnMut(Around, Range<usize>)) {
        let mut places = Vec::new();
        let mut begin = window.start;
        while begin < window.end {
            let end = window.end.min(begin + SLICE);
            self.find_beginnings(text, begin..end, window.end, &mut places);
            for (start, which) in places.drain(..) {
                let here = &text[start..window.end];
                let families = which.map_or(&self.families[..], |which| &self.families[which..=which]);
                for (literal, around) in families.iter().flatten().filter(|(literal, _)| here.starts_with(literal)) {
                    found(*around, start..start + literal.len());
                }
            }
            begin = end;
        }
    }

    /// Adds where in a slice of a text beginnings stand, and of which family, if that is known; they end before `limit`.
    fn find_beginnings(
        &self,
        text: &[u8],
        slice: Range<usize>,
        limit: usize,
        places: &mut Vec<(usize, Option<usize>)>,
    ) {
        let limit = limit.min(slice.end + self.longest);
        for (finder, first) in &self.finders {
            let mut from = slice.start;
            while let Some((start, which)) = finder.find(text, from, limit).filter(|(start, _)| *start < slice.end) {
                places.push((start, which.map(|which| first + which)));
                from = start + 1;
            }
        }
        places.sort_unstable();
    }
}

/// Whether the machine has vectors of 32 bytes.
fn has_wide_vectors() -> bool {
    #[cfg(target_arch = "x86_64")]
    return std::is_x86_feature_detected!("avx2");
    #[cfg(not(target_arch = "x86_64"))]
    return false;
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

    #[test]
    fn no_pass_and_no_slice_hides_a_literal() {
        let words: Vec<String> =
            (0..50).map(|number| format!("{:c>3}{number:02}", ["x", "yz", "&"][number % 3])).collect();
        let literals = words.iter().enumerate().map(|(rule, word)| (word.as_bytes().into(), Around::Search(rule)));
        let anywhere = Anywhere::new(literals.collect());
        for (rule, word) in words.iter().enumerate() {
            for at in [0, 7, SLICE - 4, SLICE - 1, SLICE, 3 * SLICE - 5] {
                let mut text = vec![b'.'; 3 * SLICE];
                text[at..at + 5].copy_from_slice(word.as_bytes());
                let mut found = Vec::new();
                anywhere.find(&text, &(0..text.len()), |around, place| found.push((around, place)));
                assert_eq!(found, [(Around::Search(rule), at..at + 5)], "{word} at {at}");
            }
        }
    }
}
