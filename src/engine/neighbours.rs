//! The lines around a match: those around the match before it, but for a line or two. In a text full of matches each line
//! is counted a few times, and not once for each match that it is near.

use std::ops::Range;

use memchr::{memchr, memchr_iter};

use super::lines::{LONGEST_LINE, Lines};

/// How many lines up and down are near.
const NEAR_LINES: usize = 5;

/// The lines that are near the last match that was asked about.
#[derive(Debug, Default)]
pub(super) struct Neighbours {
    seen: Lines,
    last: Option<Last>,
}

/// A match, and the lines near it.
#[derive(Clone, Debug)]
struct Last {
    of: Range<usize>,
    lines: Range<usize>,
}

impl Neighbours {
    /// The next text is another one.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// The line of this match.
    pub(super) fn line(&mut self, text: &[u8], of: &Range<usize>) -> Range<usize> {
        self.seen.around(text, of, 0)
    }

    /// The lines that are near this match.
    pub(super) fn lines(&mut self, text: &[u8], of: &Range<usize>) -> Range<usize> {
        let known = self
            .last
            .as_ref()
            .and_then(|last| if last.of == *of { Some(last.lines.clone()) } else { last.moved(text, of) });
        let lines = known.unwrap_or_else(|| self.seen.around(text, of, NEAR_LINES));
        self.last = Some(Last { of: of.clone(), lines: lines.clone() });
        lines
    }
}

impl Last {
    /// Those of a match behind this one, as many lines further down; nothing if they may not be that.
    fn moved(&self, text: &[u8], of: &Range<usize>) -> Option<Range<usize>> {
        let Range { mut start, mut end } = self.lines;
        let none_is_cut =
            start > 0 && end < text.len() && self.of.start - start < LONGEST_LINE && end - self.of.end < LONGEST_LINE;
        if !none_is_cut || of.start < self.of.start || of.end < self.of.end || end < of.end {
            return None;
        }
        let passed = |stretch: Range<usize>| memchr_iter(b'\n', &text[stretch]).count();
        for _ in 0..passed(self.of.start..of.start) {
            start += memchr(b'\n', &text[start..of.start])? + 1;
        }
        let ceiling = text.len().min(of.end + LONGEST_LINE);
        for _ in 0..passed(self.of.end..of.end) {
            let next = (end + 1).min(ceiling);
            end = memchr(b'\n', &text[next..ceiling]).map_or(ceiling, |at| next + at);
        }
        (of.start - start < LONGEST_LINE).then_some(start..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::random;

    /// What is remembered changes no answer, wherever one asks next.
    #[test]
    fn they_are_those_that_a_count_from_each_match_finds() {
        let mut random = random();
        for longest in [3, 20, 900, 3000] {
            for _ in 0..40 {
                let mut text = Vec::new();
                while text.len() < 25 * longest {
                    text.resize(text.len() + random(longest), b'x');
                    text.push(b'\n');
                }
                let mut neighbours = Neighbours::default();
                let mut start = 0;
                while start < text.len() {
                    let end = text.len().min(start + random(longest));
                    let wanted = Lines::default().around(&text, &(start..end), NEAR_LINES);
                    assert_eq!(neighbours.lines(&text, &(start..end)), wanted, "{start}..{end}");
                    start = (start + random(2 * longest)).saturating_sub(random(longest) / 2);
                }
            }
        }
    }
}
