//! Wide text: UTF-16 and UTF-32 of either byte order, with and without a byte order mark, at any place and alignment.
//!
//! A key is ASCII, so wide text is letters with one NUL or three between them. Which byte order it is cannot be told from
//! that and need not be. A character that is not ASCII is shown as `?`; such characters do not end a stretch.

use std::ops::Range;

use super::view::{Builder, View};
use crate::words::Encoding;

/// The shortest stretch worth a view, in characters.
const SHORTEST: usize = 16;

/// A stretch of wide text.
struct Stretch {
    range: Range<usize>,
    width: usize,
}

/// Whether the NUL at `at` may stand in wide text: two letters near it are as far apart as there.
pub(super) fn may_be_in(text: &[u8], at: usize) -> bool {
    let byte = |offset: isize| at.checked_add_signed(offset).and_then(|at| text.get(at));
    let nul = |offset| byte(offset) == Some(&0);
    let letters = |one, other| byte(one).is_some_and(is_letter) && byte(other).is_some_and(is_letter);
    letters(-1, -3) && nul(-2)
        || letters(1, 3) && nul(2)
        || letters(-1, 3) && nul(1) && nul(2)
        || letters(1, -3) && nul(-1) && nul(-2)
        || letters(-2, 2) && nul(-1) && nul(1)
}

/// The views of wide text at these spots, each with what is not wide between stretches that stand close together.
pub(super) fn views(text: &[u8], spots: &[usize]) -> Vec<View> {
    let mut stretches: Vec<Stretch> = Vec::new();
    for &at in spots {
        let done = stretches.last().map_or(0, |last| last.range.end);
        if at >= done {
            stretches.extend(stretch(text, at, done));
        }
    }
    let mut views = Vec::new();
    let mut rest = stretches.as_slice();
    while let [first, ..] = rest {
        let apart = |pair: &[Stretch]| pair[1].range.start > pair[0].range.end + 2 * SHORTEST;
        let near = rest.windows(2).position(apart).map_or(rest.len(), |last| last + 1);
        let (group, others) = rest.split_at(near);
        rest = others;
        let mut view = Builder::new(text, first.range.start);
        let mut end = first.range.end;
        for Stretch { range, width } in group {
            let encoding = if *width == 2 { Encoding::Utf16 } else { Encoding::Utf32 };
            view.put(range, &narrow(&text[range.clone()], *width), encoding);
            end = range.end;
        }
        views.extend(view.finish(end));
    }
    views
}

/// The stretch around the NUL at `at`, no part of it before `floor`.
fn stretch(text: &[u8], at: usize, floor: usize) -> Option<Stretch> {
    let nul = |at: usize| text.get(at) == Some(&0);
    let letter = (at.saturating_sub(1).max(floor)..=at + 1).find(|&at| text.get(at).is_some_and(is_letter))?;
    let width = if (1..4).all(|more| nul(letter + more)) { 4 } else { 2 };
    let mut start = letter;
    while start >= floor + width && is_narrow(text, start - width, width) {
        start -= width;
    }
    let mut end = letter;
    while is_narrow(text, end, width) || is_other(text, end, width) {
        end += width;
    }
    // In big-endian text the last letter has no NUL behind it.
    if text.get(end).is_some_and(is_letter) && end > start && nul(end - 1) {
        end += 1;
    }
    ((end - start) / width >= SHORTEST).then_some(Stretch { range: start..end, width })
}

fn is_letter(byte: &u8) -> bool {
    byte.is_ascii_graphic() || byte.is_ascii_whitespace()
}

/// Whether a character stands at `at` and all of its other bytes are NUL.
fn is_narrow(text: &[u8], at: usize, width: usize) -> bool {
    text.get(at..at + width).is_some_and(|unit| is_letter(&unit[0]) && unit[1..].iter().all(|&byte| byte == 0))
}

/// Whether another character stands at `at`, and the text goes on after it.
fn is_other(text: &[u8], at: usize, width: usize) -> bool {
    (1..=2).all(|next| is_narrow(text, at + next * width, width))
        || is_narrow(text, at + 2 * width, width) && is_narrow(text, at + 3 * width, width)
}

/// One byte for each character.
fn narrow(wide: &[u8], width: usize) -> Vec<u8> {
    let letter = |unit: &[u8]| if unit[0] < 0x80 && unit[1..].iter().all(|&byte| byte == 0) { unit[0] } else { b'?' };
    wide.chunks(width).map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(bytes: &[u8]) -> Vec<String> {
        let spots: Vec<usize> = memchr::memchr_iter(0, bytes).collect();
        views(bytes, &spots).into_iter().map(|view| String::from_utf8_lossy(&view.bytes).into_owned()).collect()
    }

    #[test]
    fn every_width_and_order_is_read() {
        let text = "name = \"some value\"\r\nnext = 1";
        let utf16: Vec<u16> = text.encode_utf16().collect();
        let all: [Vec<u8>; 4] = [
            utf16.iter().flat_map(|unit| unit.to_le_bytes()).collect(),
            utf16.iter().flat_map(|unit| unit.to_be_bytes()).collect(),
            text.chars().flat_map(|unit| u32::from(unit).to_le_bytes()).collect(),
            text.chars().flat_map(|unit| u32::from(unit).to_be_bytes()).collect(),
        ];
        for bytes in all {
            for before in [&b""[..], b"\xFF\xFE", b"\xFE\xFF", b"\0\0\xFE\xFF", b"MZ\x90", b"\0\0\0\0\0"] {
                let views = seen(&[before, &bytes, b"\x01\x02"].concat());
                assert!(views.iter().any(|view| view.contains(text)), "{before:?} {:?} {views:?}", &bytes[..8]);
            }
        }
    }

    #[test]
    fn letters_that_are_not_ascii_do_not_end_it() {
        let bytes: Vec<u8> = "größe der Schlüssel: abc".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(seen(&bytes), ["gr??e der Schl?ssel: abc"]);
    }
}
