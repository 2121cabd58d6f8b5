//! Literals that may stand anywhere, not only in runs: `://`, the middle of `password`. They are looked for in a few passes
//! at the speed of memory, where the machine has the instructions for it.

use std::ops::Range;

use aho_corasick::{Span, packed};
use regex_automata::util::prefilter::Prefilter;

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

/// So many literals are looked for in one pass at most: with more, the few bits by which a pass tells them apart say yes
/// nearly everywhere. (Measured on the sources of vercel/ai and openai-python: 48 literals in one pass 0.9 GB/s, 44
/// in three passes 2.4.)
const ONE_PASS: usize = 16;

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
    /// Finders of all beginnings, each with the number of its first.
    fn of(beginnings: &[&[u8]]) -> Vec<(Self, usize)> {
        let passes = beginnings.len().div_ceil(ONE_PASS).max(1);
        let share = beginnings.len().div_ceil(passes).max(1);
        let packed = |part: &[&[u8]]| packed::Config::new().builder().extend(part).build();
        let each: Option<Vec<_>> = beginnings.chunks(share).map(packed).collect();
        match each {
            Some(each) => each.into_iter().enumerate().map(|(at, one)| (Self::Packed(one), at * share)).collect(),
            None => {
                let all = Prefilter::new(regex_automata::MatchKind::All, beginnings);
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
        // Those of one pass differ least in the bits that it looks at: fewer texts look like a mixture of two of them.
        families.sort_by_key(|(beginning, _)| [1, 2].map(|at| beginning.get(at).map(|byte| byte & 15)));
        let beginnings: Vec<&[u8]> = families.iter().map(|(beginning, _)| &**beginning).collect();
        let longest = beginnings.iter().map(|beginning| beginning.len()).max().unwrap_or_default();
        let finders = Finder::of(&beginnings);
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
