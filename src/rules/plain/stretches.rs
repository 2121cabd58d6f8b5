//! How far bytes of one kind go on, remembered for one text: in a long run in which a key may begin at every place, each
//! byte is looked at a few times, and not once for each beginning.

use std::ops::Range;

use super::Set;

/// What goes on no farther is counted anew: most keys end within.
const SHORT: usize = 16;

/// So many stretches are remembered.
const KNOWN: usize = 6;

/// The stretches that were counted last.
#[derive(Debug, Default)]
pub(crate) struct Stretches {
    known: [(Set, Range<usize>); KNOWN],
    turn: usize,
}

impl Stretches {
    /// The next text is another one.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// How many key characters there are from `at` on, and what parts and ends tokens.
    pub(crate) fn of_tokens(&mut self, text: &[u8], at: usize) -> usize {
        self.count(&Set::OF_TOKENS, text, at, usize::MAX)
    }

    /// How many bytes of a set there are from `at` on, at most `most`. The text may be cut, but is always the same.
    pub(super) fn count(&mut self, set: &Set, text: &[u8], at: usize, most: usize) -> usize {
        let limit = text.len().min(at.saturating_add(most));
        let end = |from: usize, limit: usize| {
            text[from..limit].iter().position(|&byte| !set.has(byte)).map_or(limit, |count| from + count)
        };
        if let Some((_, range)) = self.known.iter_mut().find(|(known, range)| range.contains(&at) && known == set) {
            if range.end < limit {
                range.end = end(range.end, limit);
            }
            return range.end.min(limit) - at;
        }
        let short = limit.min(at + SHORT);
        let near = end(at, short);
        if near < short || short == limit {
            return near - at;
        }
        let end = end(near, limit);
        self.known[self.turn] = (*set, at..end);
        self.turn = (self.turn + 1) % KNOWN;
        end - at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::random;

    /// What is remembered changes no answer, wherever one asks next.
    #[test]
    fn it_counts_as_one_that_forgets_does() {
        let mut random = random();
        let sets = [Set::of(b'a'), Set::of(b'a').and(&Set::of(b'b')), Set::OF_TOKENS];
        for _ in 0..50 {
            let text: Vec<u8> = (0..2000).map(|_| b"aaaab "[(random(400) + 5).saturating_sub(399)]).collect();
            let mut stretches = Stretches::default();
            for _ in 0..300 {
                let (set, at, most) = (&sets[random(3)], random(2000), [usize::MAX, 200, 700][random(3)]);
                let text = &text[..(at + random(2000)).min(2000)];
                let wanted = text[at..].iter().take(most).take_while(|&&byte| set.has(byte)).count();
                assert_eq!(stretches.count(set, text, at, most), wanted);
            }
        }
    }
}
