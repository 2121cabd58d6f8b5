//! Lines: where in its blob a byte stands for a person, and what stands around it.

use std::ops::Range;

use memchr::{memchr, memchr_iter, memrchr};

use crate::words::{Blob, Position, columns};

/// The farthest a line is followed in either direction, in bytes: minified code has lines of megabytes.
const LONGEST_LINE: usize = 4096;

/// The line around `range`, without its end, as far as [`LONGEST_LINE`].
pub(super) fn line_around(text: &[u8], range: &Range<usize>) -> Range<usize> {
    lines_around(text, range, 0)
}

/// The line around `range` and `more` lines on either side, as far as [`LONGEST_LINE`] each way.
pub(super) fn lines_around(text: &[u8], range: &Range<usize>, more: usize) -> Range<usize> {
    let floor = range.start.saturating_sub(LONGEST_LINE);
    let ceiling = text.len().min(range.end + LONGEST_LINE);
    let (mut start, mut end) = (range.start, range.end);
    for step in 0..=more {
        if step > 0 {
            (start, end) = (start.saturating_sub(1).max(floor), (end + 1).min(ceiling));
        }
        start = memrchr(b'\n', &text[floor..start]).map_or(floor, |at| floor + at + 1);
        end = memchr(b'\n', &text[end..ceiling]).map_or(ceiling, |at| end + at);
    }
    start..end
}

/// Counts lines and columns on a way forward through a blob, so that each byte is counted once.
pub(super) struct Counter<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
    column: u64,
}

impl<'a> Counter<'a> {
    pub(super) fn new(blob: &Blob<'a>) -> Self {
        Self { bytes: blob.bytes, at: 0, line: blob.lines_before + 1, column: blob.column_before + 1 }
    }

    /// The position of the byte at `offset`. Offsets may only grow from call to call.
    pub(super) fn position(&mut self, offset: usize) -> Position {
        let passed = &self.bytes[self.at..offset];
        let newlines = memchr_iter(b'\n', passed).count() as u64;
        let tail = match memrchr(b'\n', passed) {
            Some(last) => {
                self.column = 1;
                &passed[last + 1..]
            }
            None => passed,
        };
        self.line += newlines;
        self.column += columns(tail);
        self.at = offset;
        Position { line: self.line, column: self.column }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Origin;

    #[test]
    fn it_counts_lines_and_code_points() {
        let text = "a\né b\n\nc".as_bytes();
        let mut counter = Counter::new(&Blob::whole(&Origin::Stdin, text));
        let mut at = |offset| {
            let Position { line, column } = counter.position(offset);
            (line, column)
        };
        assert_eq!([at(0), at(2), at(4), at(5), at(8)], [(1, 1), (2, 1), (2, 2), (2, 3), (4, 1)]);
    }

    #[test]
    fn it_finds_the_line_and_its_neighbours() {
        let text = b"one\ntwo\nthree\nfour";
        assert_eq!(&text[line_around(text, &(5..6))], b"two");
        assert_eq!(&text[lines_around(text, &(5..6), 1)], b"one\ntwo\nthree");
        assert_eq!(&text[lines_around(text, &(5..6), 5)], text);
    }
}
