//! Spots: the places of a text that are worth a decoder's while. They are noted while the matcher walks through the runs
//! of a text, so that a text without any costs next to nothing.
//!
//! A spot is a hint, not a find: a run of key characters with an escape, a quote that is followed by another or a line end
//! beside it, a run that reads as text when it is decoded, a chain of escapes, NULs between letters.

use std::ops::Range;

use super::digits::{self, Digits};
use super::unescape::MOST_BRACED;
use super::{joins, wide};
use crate::engine::runs::is_key_byte;

/// How far apart two spots may be and count as one.
const TOGETHER: usize = 64;

/// How far around a sign a search has to begin and end to stop at it, or at its neighbours: it looks at one gap in sixteen
/// bytes.
const AGAIN: usize = 32;

/// The shortest run that may be a line of a wrapped text.
const LINE: usize = 32;

/// What was noted in one text.
#[derive(Debug)]
pub(in crate::engine) struct Spots {
    /// Stretches in or beside which there is something to unescape.
    pub(super) escapes: Vec<Range<usize>>,
    /// Runs that are base64 or hex of something.
    pub(super) digits: Vec<Digits>,
    /// Letters with NULs between them.
    pub(super) wide: Vec<usize>,
    /// How far markup may reach in this text.
    pub(super) reach: usize,
}

/// Those of a blob.
impl Default for Spots {
    fn default() -> Self {
        Self { escapes: Vec::new(), digits: Vec::new(), wide: Vec::new(), reach: joins::FARTHEST }
    }
}

impl Spots {
    /// Those of a text that is always looked at whole.
    pub(in crate::engine) fn of_whole() -> Self {
        Self { reach: joins::FARTHEST_WHOLE, ..Self::default() }
    }

    /// Forgets everything.
    pub(in crate::engine) fn clear(&mut self) {
        self.escapes.clear();
        self.digits.clear();
        self.wide.clear();
    }

    /// Whether there is nothing to decode.
    pub(in crate::engine) fn is_empty(&self) -> bool {
        self.escapes.is_empty() && self.digits.is_empty() && self.wide.is_empty()
    }

    /// Where they are in a text of `len` bytes, in no order, with as much around each as a search needs to stop there again.
    pub(in crate::engine) fn places(&self, len: usize) -> impl Iterator<Item = Range<usize>> {
        let digits = self.digits.iter().map(|digits| digits.range.clone());
        let all = self.escapes.iter().cloned().chain(digits).chain(self.wide.iter().map(|&at| at..at + 1));
        all.map(move |place| place.start.saturating_sub(AGAIN)..len.min(place.end + AGAIN))
    }

    /// Looks at a run and what stands on both sides of it.
    #[inline]
    pub(in crate::engine) fn run(&mut self, text: &[u8], run: &Range<usize>) {
        let goes_on = follows(text, run, self.reach);
        if goes_on || precedes(text, run, self.reach) {
            let covered = self.escapes.last().is_some_and(|last| last.end > run.end);
            let end = if covered { run.end } else { joins::end_of_fold(text, run.end) };
            let end = joins::markup(text, end, self.reach).map_or(end, |token| end + token.length);
            self.escape(run.start.saturating_sub(1)..text.len().min(end + 1));
        }
        if let Some(digits) = digits::spot(text, run, goes_on) {
            self.digits.push(digits);
        }
    }

    /// Looks at a byte that is in no run and may be part of a chain of escapes.
    #[inline]
    pub(in crate::engine) fn sign(&mut self, text: &[u8], at: usize) {
        let byte = |offset: isize| at.checked_add_signed(offset).and_then(|at| text.get(at)).copied();
        match text[at] {
            b'\\' if is_chained(text, at) => self.escape(at - 1..at + 1),
            b'{' if byte(-1) == Some(b'u') && byte(-2) == Some(b'\\') => self.escape(at - 1..at + 1),
            b'\n' if joins::is_between_pieces(text, at) => self.escape(at - 1..at + 1),
            b'%' if matches!((byte(-3), byte(-6)), (Some(b'%'), _) | (_, Some(b'%')))
                || is_chained_percent(text, at) =>
            {
                self.escape(at - 1..at + 1)
            }
            b'=' if byte(-3) == Some(b'=') && byte(3) == Some(b'=') => self.escape(at - 1..at + 1),
            b'=' if byte(1) == Some(b'3') && byte(2) == Some(b'D') => self.escape(at..at + 1),
            b'#' if byte(-1) == Some(b';') || byte(-1) == Some(b'&') && byte(-2) == Some(b';') => {
                self.escape(at - 1..at + 1)
            }
            b'&' if byte(-1) == Some(b';') && matches!(byte(1), Some(b'#' | b'a')) => self.escape(at - 1..at + 1),
            b'"' | b'\'' | b'`' if joins::goes_on(text, at) || joins::literals(text, at).is_some() => {
                self.escape(at - 1..at + 1)
            }
            b' ' if joins::is_quote(byte(-1)) && joins::literals(text, at - 1).is_some()
                || joins::is_quote(byte(1)) && joins::goes_on(text, at + 1) =>
            {
                self.escape(at - 1..at + 1)
            }
            0 if wide::may_be_in(text, at) => self.wide.push(at),
            _ => {}
        }
    }

    fn escape(&mut self, range: Range<usize>) {
        match self.escapes.last_mut() {
            Some(last) if range.start <= last.end + TOGETHER => last.end = last.end.max(range.end),
            _ => self.escapes.push(range),
        }
    }
}

/// Whether an escape stands at `at` and another of its kind right before it.
fn is_chained(text: &[u8], at: usize) -> bool {
    let Some(&kind @ (b'x' | b'u' | b'U' | b'0'..=b'1')) = text.get(at + 1) else { return false };
    let like = |byte: u8| byte == kind || byte.is_ascii_digit() && kind.is_ascii_digit();
    let before = &text[at.saturating_sub(14)..at];
    before.windows(2).any(|pair| pair[0] == b'\\' && like(pair[1]))
}

/// Whether the same percent escape stands right before the one at `at`: `%5Cx73%5Cx6B`.
fn is_chained_percent(text: &[u8], at: usize) -> bool {
    let Some(escape) = text.get(at..at + 3) else { return false };
    escape[1].is_ascii_hexdigit() && text[at.saturating_sub(14)..at].windows(3).any(|before| before == escape)
}

/// Whether something that can be undone stands right behind a run.
#[inline]
fn follows(text: &[u8], run: &Range<usize>, reach: usize) -> bool {
    let rest = &text[run.end..];
    match *rest {
        [b'\\', b'n' | b'r', next, ..] => run.len() >= LINE && (is_key_byte(next) || next == b'\\'),
        [b'\\', b'"' | b'\'', ..] => joins::literals(text, run.end + 1).is_some(),
        [b'\\', next, ..] => {
            matches!(next, b'u' | b'x' | b'U' | b'0'..=b'1' | b'\\' | b'/' | b'-' | b'_' | b'\n' | b'\r')
        }
        [b'%', a, b, ..] => a.is_ascii_hexdigit() && b.is_ascii_hexdigit(),
        [b'&', next, ..] => matches!(next, b'#' | b'h' | b'd' | b'l' | b'U' | b's'),
        [b'=', a @ (b'2' | b'3' | b'5'), b, ..] => matches!((a, b), (b'2', b'D') | (b'3', b'D') | (b'5', b'F')),
        [b'=', b'\n', ..] | [b'=', b'\r', b'\n', ..] => true,
        [b'"' | b'\'' | b'`', next, ..] => {
            matches!(
                next,
                b' ' | b'\t' | b'\n' | b'\r' | b'+' | b'.' | b'&' | b'\\' | b'"' | b'\'' | b'|' | b')' | b'}' | b'~'
            ) && joins::literals(text, run.end).is_some()
        }
        [b'\n' | b'\r', ..] => joins::folded(text, run.end).is_some(),
        [b'<', ..] => joins::markup(text, run.end, reach).is_some(),
        [b')', b'-' | b'0'..=b'9' | b' ', ..] => joins::kerning(text, run.end).is_some(),
        _ => false,
    }
}

/// Whether something that can be undone stands right before a run, or in its first characters.
#[inline]
fn precedes(text: &[u8], run: &Range<usize>, reach: usize) -> bool {
    let Some(before) = run.start.checked_sub(1) else { return false };
    let rest = &text[run.start..];
    match (text[before], rest[0], rest[1]) {
        (b'\\', b'u' | b'x' | b'U' | b'0'..=b'1', next) => next.is_ascii_hexdigit(),
        (b'\\', b'-' | b'_' | b'/', _) => true,
        (b'\\', b'n' | b'r', _) => run.len() >= LINE,
        (b'.', ..) => {
            let near = text[before.saturating_sub(12)..before].iter().rev();
            near.take_while(|byte| byte.is_ascii_graphic()).any(|byte| matches!(byte, b'\\' | b'%' | b';'))
        }
        (b'}', ..) => is_after_braced(text, before),
        (b'%', a, b) => a.is_ascii_hexdigit() && b.is_ascii_hexdigit() || a == b'u',
        (b'=', b'2', b'D') | (b'=', b'5', b'F') => true,
        (b';', ..) => text[before.saturating_sub(9)..before].contains(&b'&'),
        (b'"' | b'\'' | b'`', ..) => joins::goes_on(text, before),
        (b'>', ..) => joins::is_after_markup(text, run.start, reach),
        (b' ' | b'\t' | b'\n', ..) => is_after_fold(text, run.start),
        (b'(', ..) => before > 0 && text[before - 1].is_ascii_digit(),
        _ => false,
    }
}

/// Whether the `}` at a place ends an escape: `\u{2d}`.
fn is_after_braced(text: &[u8], at: usize) -> bool {
    let near = &text[at.saturating_sub(MOST_BRACED + 3)..at];
    let before = near.iter().rposition(|byte| !byte.is_ascii_hexdigit()).map_or(0, |last| last + 1);
    before < near.len() && matches!(near[..before], [.., b'\\', b'u' | b'x', b'{'])
}

/// Whether the line that a run begins, behind its indent or mark, goes on the one before it.
fn is_after_fold(text: &[u8], at: usize) -> bool {
    let floor = at.saturating_sub(TOGETHER);
    let indent = joins::before_lead(&text[floor..at]);
    let Some(newline) = indent.checked_sub(1).map(|last| floor + last).filter(|&last| text[last] == b'\n') else {
        return false;
    };
    let end = if newline > 0 && text[newline - 1] == b'\r' { newline - 1 } else { newline };
    let continued = end > 0 && text[end - 1] == b'\\' && text[newline + 1..at].iter().all(u8::is_ascii_whitespace);
    continued || joins::folded(text, end).is_some_and(|token| end + token.length == at)
}
