//! Literals that may stand anywhere, not only in runs: `://`, the middle of `password`. All of them are looked for in one
//! pass, at the speed of memory where the machine has the instructions for it.

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

/// The literals and what they bring up.
#[derive(Debug)]
pub(crate) struct Anywhere {
    finder: Finder,
    /// For each that is looked for, those that begin with it, itself among them.
    literals: Vec<Vec<(Box<[u8]>, Around)>>,
}

/// What finds the first of the literals.
#[derive(Debug)]
enum Finder {
    /// The machine's own instructions, quick to set up.
    Packed(packed::Searcher),
    /// Whatever else is best.
    Other(Prefilter),
    /// There are none.
    None,
}

impl Finder {
    fn new(needles: &[&[u8]]) -> Self {
        if let Some(searcher) = packed::Config::new().builder().extend(needles).build() {
            return Self::Packed(searcher);
        }
        Prefilter::new(regex_automata::MatchKind::All, needles).map_or(Self::None, Self::Other)
    }

    /// Where the first literal begins, and which of those that were looked for it is, if that is known.
    fn find(&self, text: &[u8], start: usize, end: usize) -> Option<(usize, Option<usize>)> {
        match self {
            Self::Packed(searcher) => {
                let found = searcher.find_in(text, Span { start, end })?;
                Some((found.start(), Some(found.pattern().as_usize())))
            }
            Self::Other(prefilter) => Some((prefilter.find(text, regex_automata::Span { start, end })?.start, None)),
            Self::None => None,
        }
    }
}

impl Anywhere {
    pub(super) fn new(mut literals: Vec<(Box<[u8]>, Around)>) -> Self {
        // One that begins with another is found where that is found; each that is looked for costs all texts something.
        literals.sort_by(|(one, _), (other, _)| one.cmp(other));
        let mut families: Vec<Vec<(Box<[u8]>, Around)>> = Vec::new();
        for literal in literals {
            match families.last_mut() {
                Some(family) if literal.0.starts_with(&family[0].0) => family.push(literal),
                _ => families.push(vec![literal]),
            }
        }
        let needles: Vec<&[u8]> = families.iter().map(|family| &*family[0].0).collect();
        Self { finder: Finder::new(&needles), literals: families }
    }

    /// Calls `found` with what to do at each place in this window of `text` where a literal stands, from left to right.
    pub(crate) fn find(&self, text: &[u8], window: &Range<usize>, mut found: impl FnMut(Around, Range<usize>)) {
        let mut from = window.start;
        while let Some((start, which)) = self.finder.find(text, from, window.end) {
            let here = &text[start..window.end];
            let families = which.map_or(&self.literals[..], |which| &self.literals[which..=which]);
            for (literal, around) in families.iter().flatten().filter(|(literal, _)| here.starts_with(literal)) {
                found(*around, start..start + literal.len());
            }
            from = start + 1;
        }
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
}
