//! The words that a rule's context asks for near a match. In a text full of matches each stretch is searched once for them,
//! and not once for each match.

use std::collections::HashMap;
use std::ops::Range;

use foldhash::fast::RandomState;
use memchr::memmem;

use super::heir::BEFORE;
use super::lines::LONGEST_LINE;
use super::naming::Named;
use super::neighbours::Neighbours;
use crate::rules::spec::{ContextSpec, WithinSpec};
use crate::rules::{Plain, Rule, place, threes};

/// How far from a match a context word may stand that is wanted in the same blob.
const SAME_BLOB: usize = 64 * 1024;

/// How far around what brought it up a rule looks.
pub(super) fn looked_around(rule: &Rule) -> u32 {
    let spec = rule.spec();
    2 * spec.reach + spec.context.as_ref().map_or(0, reach) + BEFORE as u32
}

/// How far from a match what a rule's context asks for may stand.
fn reach(context: &ContextSpec) -> u32 {
    match context.within {
        WithinSpec::Name | WithinSpec::Line | WithinSpec::Lines => LONGEST_LINE as u32,
        WithinSpec::Blob => SAME_BLOB as u32,
    }
}

/// Whether one of the rule's context words stands in the name.
pub(super) fn is_named(rule: &Rule, named: &Named) -> bool {
    let mut words = rule.spec().context.iter().flat_map(|context| &context.words);
    named.may_hold(rule.glance().beginnings) && words.any(|word| named.holds(word))
}

/// What is known of one text. A value that many rules may be for is asked about by each of them.
#[derive(Debug, Default)]
pub(super) struct Near {
    /// For each rule, by its number.
    known: HashMap<usize, Known, RandomState>,
    neighbours: Neighbours,
    threes: Threes,
}

/// Which three characters in a row stand in a stretch of a text: a quick no for most words, one look at the text for the
/// words of all rules. What was looked at stays in two parts, of which the older one is forgotten when the other is full: so
/// each byte is looked at once where what is near moves on through a text.
#[derive(Debug)]
struct Threes {
    /// What was looked at, and where in it the newer part begins.
    stretch: Range<usize>,
    newer: usize,
    /// A bit for each hash, of both parts.
    bits: [[u64; 1 << (THREES - 6)]; 2],
}

/// A stretch that no other goes on: nothing was looked at.
const NOWHERE: Range<usize> = usize::MAX..usize::MAX;

/// How many bits of a hash tell threes apart.
const THREES: u32 = 13;

/// So long a part leaves most of them unset.
const FEW: usize = 3072;

/// What is known of the words of one rule.
#[derive(Debug, Default)]
struct Known {
    /// No word stands wholly in here.
    without: Range<usize>,
    /// One stands here.
    found: Range<usize>,
}

impl Near {
    /// The next text is another one.
    pub(super) fn clear(&mut self) {
        self.known.clear();
        self.neighbours.clear();
        self.threes.stretch = NOWHERE;
    }

    /// Whether one of the context words of the rule, which has this number, stands as near to its match as wanted, in any
    /// case of letters.
    pub(super) fn holds(
        &mut self,
        (index, rule): (usize, &Rule),
        text: &[u8],
        whole: &Range<usize>,
        context: &ContextSpec,
        named: Option<&Named>,
    ) -> bool {
        let near = match context.within {
            WithinSpec::Name => match named {
                Some(named) if is_named(rule, named) => return true,
                Some(named) if named.bare => self.neighbours.lines(text, whole),
                _ => return false,
            },
            WithinSpec::Line => self.neighbours.line(text, whole),
            WithinSpec::Lines => self.neighbours.lines(text, whole),
            WithinSpec::Blob => whole.start.saturating_sub(SAME_BLOB)..text.len().min(whole.end + SAME_BLOB),
        };
        if context.within != WithinSpec::Blob && !self.threes.may_hold(text, &near, &rule.glance().threes) {
            return false;
        }
        self.known.entry(index).or_default().search(text, near, &context.words)
    }

    /// Whether no match of a rule in this run, which is given to that name, has a context word near it: a quick look.
    pub(super) fn rules_out(&mut self, rule: &Rule, text: &[u8], run: &Range<usize>, named: Option<&Named>) -> bool {
        let Some(named) = named.filter(|named| named.bare) else { return false };
        let stays = rule.plain().is_some_and(Plain::stays_in_runs);
        match &rule.spec().context {
            Some(context) if stays && context.within == WithinSpec::Name && !is_named(rule, named) => {
                let near = self.neighbours.lines(text, run);
                !self.threes.may_hold(text, &near, &rule.glance().threes)
            }
            _ => false,
        }
    }
}

impl Default for Threes {
    fn default() -> Self {
        Self { stretch: NOWHERE, newer: 0, bits: [[0; 1 << (THREES - 6)]; 2] }
    }
}

impl Threes {
    /// Whether one of these words, of which the threes are given, may stand in `near`.
    fn may_hold(&mut self, text: &[u8], near: &Range<usize>, words: &[Box<[u32]>]) -> bool {
        self.look(text, near);
        let [older, newer] = &self.bits;
        let stands = |three: &u32| {
            let (slot, bit) = place::<THREES>(*three);
            (older[slot] | newer[slot]) & bit != 0
        };
        words.iter().any(|word| word.iter().all(stands))
    }

    /// Looks at `near`, as far as it is new; what was looked at before stays, until it is too much.
    fn look(&mut self, text: &[u8], near: &Range<usize>) {
        let Range { start, end } = self.stretch;
        if !(start..=end).contains(&near.start) {
            self.stretch = near.start..near.start;
            self.newer = near.start;
            self.bits = [[0; _]; 2];
        } else if near.end > end && end - self.newer >= FEW && near.start >= self.newer {
            self.stretch.start = self.newer;
            self.newer = end;
            self.bits.swap(0, 1);
            self.bits[1].fill(0);
        }
        if near.end > self.stretch.end {
            let from = self.stretch.end.saturating_sub(2).max(self.stretch.start);
            for three in threes(&text[from..near.end]) {
                let (slot, bit) = place::<THREES>(three);
                self.bits[1][slot] |= bit;
            }
            self.stretch.end = near.end;
        }
    }
}

impl Known {
    /// Whether one of `words` stands in `near`.
    fn search(&mut self, text: &[u8], near: Range<usize>, words: &[String]) -> bool {
        let holds =
            |place: &Range<usize>| place.end > place.start && near.start <= place.start && place.end <= near.end;
        let Self { without, found } = self;
        if holds(found) {
            return true;
        }
        // A word may begin in what is known and end beyond it.
        let longest = words.iter().map(String::len).max().unwrap_or(0);
        let edge = (without.end + 1).saturating_sub(longest);
        let from = if (without.start..=edge).contains(&near.start) {
            edge.min(near.end)
        } else {
            *without = near.start..near.start;
            near.start
        };
        let stretch = text[from..near.end].to_ascii_lowercase();
        let place = words.iter().find_map(|word| {
            let at = from + memmem::find(&stretch, word.to_ascii_lowercase().as_bytes())?;
            Some(at..at + word.len())
        });
        match place {
            Some(place) => *found = place,
            None => without.end = without.end.max(near.end),
        }
        holds(found)
    }
}

#[cfg(test)]
mod tests {
    use super::{FEW, Known, Threes};
    use crate::rules::{random, threes};

    /// In a text full of values each stretch is looked at about once, and what was looked at does not pile up.
    #[test]
    fn a_stretch_is_not_looked_at_again() {
        let text: Vec<u8> = (0..100_000_u32).map(|at| b'a' + (at.wrapping_mul(2_654_435_761) >> 28) as u8).collect();
        let mut threes = Threes::default();
        let mut longest = 0;
        for start in (0..text.len() - 600).step_by(60) {
            let before = threes.stretch.clone();
            threes.look(&text, &(start..start + 600));
            assert!(threes.stretch.start <= start && start + 600 <= threes.stretch.end);
            assert!(threes.stretch.end == start + 600 && before.contains(&start) || start == 0, "{before:?} {start}");
            longest = longest.max(threes.stretch.len());
        }
        assert!(longest <= 2 * FEW + 660, "{longest}");
    }

    /// What is remembered changes no answer, wherever one asks next.
    #[test]
    fn it_answers_as_a_search_of_each_stretch_does() {
        let words = ["ab".to_owned(), "bcde".to_owned()];
        let long_word = [threes(b"bcde").collect()];
        let mut random = random();
        for _ in 0..300 {
            let text: Vec<u8> = (0..60).map(|_| b"aBcDexxxxx"[random(10)]).collect();
            let (mut known, mut seen) = (Known::default(), Threes::default());
            for _ in 0..40 {
                let start = random(60);
                let end = start + random(61 - start);
                let long = text[start..end].windows(4).any(|part| part.eq_ignore_ascii_case(b"bcde"));
                let wanted = text[start..end].windows(2).any(|part| part.eq_ignore_ascii_case(b"ab")) || long;
                assert_eq!(known.search(&text, start..end, &words), wanted, "{start}..{end} of {text:?}");
                assert!(seen.may_hold(&text, &(start..end), &long_word) || !long, "{start}..{end} of {text:?}");
            }
        }
    }
}
