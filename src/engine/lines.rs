//! Lines: where in its blob a byte stands for a person, and what stands around it.

use std::ops::Range;

use memchr::{memchr, memchr_iter, memrchr};

use crate::words::{Position, columns};

/// The farthest a line is followed in either direction, in bytes: minified code has lines of megabytes.
pub(super) const LONGEST_LINE: usize = 4096;

/// The line around `range`, without its end, as far as [`LONGEST_LINE`].
pub(super) fn line_around(text: &[u8], range: &Range<usize>) -> Range<usize> {
    Lines::default().around(text, range, 0)
}

/// The lines of one text. What was looked at last is remembered, so that a long line is not searched for its ends once for
/// each place in it that is asked about.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// In here no line ends.
    unbroken: Range<usize>,
}

impl Lines {
    /// The line around `range` and `more` lines on either side, as far as [`LONGEST_LINE`] each way.
    pub(super) fn around(&mut self, text: &[u8], range: &Range<usize>, more: usize) -> Range<usize> {
        let floor = range.start.saturating_sub(LONGEST_LINE);
        let ceiling = text.len().min(range.end + LONGEST_LINE);
        let (mut start, mut end) = (range.start, range.end);
        for step in 0..=more {
            if step > 0 {
                (start, end) = (start.saturating_sub(1).max(floor), (end + 1).min(ceiling));
            }
            start = self.begin(text, floor..start);
            if step == 0 {
                self.go_on(text, end);
            }
            end = self.end(text, end..ceiling);
        }
        start..end
    }

    /// Where the line begins in which a stretch ends, or the stretch.
    fn begin(&mut self, text: &[u8], stretch: Range<usize>) -> usize {
        let Range { start: floor, end } = stretch;
        if !(self.unbroken.start..=self.unbroken.end).contains(&end) {
            self.unbroken = end..end;
        }
        let from = &mut self.unbroken.start;
        if *from > floor {
            *from = memrchr(b'\n', &text[floor..*from]).map_or(floor, |at| floor + at + 1);
        }
        floor.max(*from)
    }

    /// Looks whether what is known goes on up to `to`.
    fn go_on(&mut self, text: &[u8], to: usize) {
        let known = &mut self.unbroken.end;
        if *known < to && memchr(b'\n', &text[*known..to]).is_none() {
            *known = to;
        }
    }

    /// Where the line ends in which a stretch begins, or the stretch.
    fn end(&mut self, text: &[u8], stretch: Range<usize>) -> usize {
        let Range { start, end: ceiling } = stretch;
        if !(self.unbroken.start..=self.unbroken.end).contains(&start) {
            self.unbroken = start..start;
        }
        let to = &mut self.unbroken.end;
        if *to < ceiling {
            *to = memchr(b'\n', &text[*to..ceiling]).map_or(ceiling, |at| *to + at);
        }
        ceiling.min(*to)
    }
}

/// How far apart the places are that a [`Counter`] can go back to.
const STRIDE: usize = 64 << 10;

/// Counts lines and columns on a way forward through a text, so that each byte is counted once; it can go back too, and
/// then counts again from a place not far before.
pub(super) struct Counter {
    at: usize,
    begin: Position,
    here: Position,
    passed: Vec<(usize, Position)>,
}

impl Counter {
    /// Counts in a text before which so many lines and so much of a line stand.
    pub(super) fn new(lines_before: u64, column_before: u64) -> Self {
        let here = Position { line: lines_before + 1, column: column_before + 1 };
        Self { at: 0, begin: here, here, passed: Vec::new() }
    }

    /// The position of the byte at `offset` of `text`, which is the same at each call.
    pub(super) fn position(&mut self, text: &[u8], offset: usize) -> Position {
        let offset = offset.min(text.len());
        if offset < self.at {
            self.go_back(offset);
        }
        while offset - self.at > STRIDE {
            let stride = self.at + STRIDE;
            let continued = text[stride..offset].iter().take(3).take_while(|&&byte| byte & 0xC0 == 0x80).count();
            self.go_to(text, stride + continued); // a character is counted in one piece
            if self.passed.last().is_none_or(|&(at, _)| at < self.at) {
                self.passed.push((self.at, self.here));
            }
        }
        self.go_to(text, offset);
        self.here
    }

    fn go_back(&mut self, offset: usize) {
        let after = self.passed.partition_point(|&(at, _)| at <= offset);
        (self.at, self.here) = self.passed[..after].last().copied().unwrap_or((0, self.begin));
    }

    fn go_to(&mut self, text: &[u8], offset: usize) {
        let passed = &text[self.at..offset];
        self.here.line += memchr_iter(b'\n', passed).count() as u64;
        let tail = match memrchr(b'\n', passed) {
            Some(last) => {
                self.here.column = 1;
                &passed[last + 1..]
            }
            None => passed,
        };
        self.here.column += columns(tail);
        self.at = offset;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::random;

    #[test]
    fn it_counts_lines_and_code_points() {
        let text = "a\né b\n\nc".as_bytes();
        let mut counter = Counter::new(0, 0);
        let mut at = |offset| {
            let Position { line, column } = counter.position(text, offset);
            (line, column)
        };
        assert_eq!([at(0), at(2), at(4), at(5), at(8)], [(1, 1), (2, 1), (2, 2), (2, 3), (4, 1)]);
        assert_eq!([at(2), at(0)], [(2, 1), (1, 1)], "it goes back too");
    }

    #[test]
    fn it_finds_the_line_and_its_neighbours() {
        let text = b"one\ntwo\nthree\nfour";
        assert_eq!(&text[line_around(text, &(5..6))], b"two");
        assert_eq!(&text[Lines::default().around(text, &(5..6), 1)], b"one\ntwo\nthree");
        assert_eq!(&text[Lines::default().around(text, &(5..6), 5)], text);
    }

    /// What is remembered changes no answer, wherever one asks next.
    #[test]
    fn it_finds_lines_as_one_that_forgets_does() {
        let mut random = random();
        for often in [5, 50, 2000, 20_000] {
            let text: Vec<u8> = (0..10_000).map(|_| if random(often) == 0 { b'\n' } else { b'x' }).collect();
            let mut lines = Lines::default();
            let mut near = 0;
            for _ in 0..500 {
                near = if random(9) == 0 { random(text.len()) } else { (near + random(300)) % text.len() };
                let range = near..near + random((text.len() - near).min(200) + 1);
                let more = random(6);
                let wanted = Lines::default().around(&text, &range, more);
                assert_eq!(lines.around(&text, &range, more), wanted, "{range:?} and {more} more");
            }
        }
    }
}
