//! The words that a rule's context asks for near a match. In a text full of matches each stretch is searched once for them,
//! and not once for each match.

use std::collections::HashMap;
use std::ops::Range;

use memchr::memmem;

use super::heir::BEFORE;
use super::lines::{LONGEST_LINE, line_around, lines_around};
use super::naming::Named;
use crate::rules::Rule;
use crate::rules::spec::{ContextSpec, WithinSpec};

/// How far from a match a context word may stand that is wanted in the same blob.
const SAME_BLOB: usize = 64 * 1024;

/// How many lines up and down are near.
const NEAR_LINES: usize = 5;

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

/// Whether one of the context words stands in the name.
pub(super) fn is_named(context: &ContextSpec, named: &Named) -> bool {
    context.words.iter().any(|word| named.holds(word))
}

/// What is known of one text, for each rule by its number.
#[derive(Debug, Default)]
pub(super) struct Near(HashMap<usize, Known>);

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
        self.0.clear();
    }

    /// Whether one of the context words of the rule with this number stands as near to its match as wanted, in any case of
    /// letters.
    pub(super) fn holds(
        &mut self,
        rule: usize,
        text: &[u8],
        whole: &Range<usize>,
        context: &ContextSpec,
        named: Option<&Named>,
    ) -> bool {
        let near = match context.within {
            WithinSpec::Name => match named {
                Some(named) if is_named(context, named) => return true,
                Some(named) if named.bare => lines_around(text, whole, NEAR_LINES),
                _ => return false,
            },
            WithinSpec::Line => line_around(text, whole),
            WithinSpec::Lines => lines_around(text, whole, NEAR_LINES),
            WithinSpec::Blob => whole.start.saturating_sub(SAME_BLOB)..text.len().min(whole.end + SAME_BLOB),
        };
        self.0.entry(rule).or_default().search(text, near, &context.words)
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
    use super::Known;

    /// What is remembered changes no answer, wherever one asks next.
    #[test]
    fn it_answers_as_a_search_of_each_stretch_does() {
        let words = ["ab".to_owned(), "bcde".to_owned()];
        let mut seed = 7_u32;
        let mut random = |below: usize| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as usize % below
        };
        for _ in 0..300 {
            let text: Vec<u8> = (0..60).map(|_| b"aBcDexxxxx"[random(10)]).collect();
            let mut known = Known::default();
            for _ in 0..40 {
                let start = random(60);
                let end = start + random(61 - start);
                let wanted = text[start..end].windows(2).any(|part| part.eq_ignore_ascii_case(b"ab"))
                    || text[start..end].windows(4).any(|part| part.eq_ignore_ascii_case(b"bcde"));
                assert_eq!(known.search(&text, start..end, &words), wanted, "{start}..{end} of {text:?}");
            }
        }
    }
}
