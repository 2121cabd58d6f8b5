//! Spots: the places of a text that are worth a decoder's while. They are noted while the matcher walks through the runs
//! of a text, so that a text without any costs next to nothing.
//!
//! A spot is a hint, not a find: a run of key characters with an escape, a quote that is followed by another or a line end
//! beside it, a run that reads as text when it is decoded, a chain of escapes, NULs between letters.

use std::ops::Range;

use super::digits::{self, Digits};
use super::joins;

/// How far apart two spots may be and count as one.
const TOGETHER: usize = 64;

/// What was noted in one text.
#[derive(Debug, Default)]
pub(in crate::engine) struct Spots {
    /// Stretches in or beside which there is something to unescape.
    pub(super) escapes: Vec<Range<usize>>,
    /// Runs that are base64 or hex of something.
    pub(super) digits: Vec<Digits>,
    /// Letters with NULs between them.
    pub(super) wide: Vec<usize>,
}

impl Spots {
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

    /// Looks at a run and what stands on both sides of it.
    #[inline]
    pub(in crate::engine) fn run(&mut self, text: &[u8], run: &Range<usize>) {
        let goes_on = follows(text, run);
        if goes_on || precedes(text, run) {
            self.escape(run.start.saturating_sub(1)..text.len().min(run.end + 1));
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
            b'\\' if matches!(byte(1), Some(b'x' | b'u' | b'U' | b'0'..=b'1')) => {
                if [-4, -6, -8, -10].into_iter().any(|before| byte(before) == Some(b'\\')) {
                    self.escape(at - 1..at + 1);
                }
            }
            b'%' if byte(-3) == Some(b'%') && byte(3) == Some(b'%') => self.escape(at - 1..at + 1),
            b'=' if byte(-3) == Some(b'=') && byte(3) == Some(b'=') => self.escape(at - 1..at + 1),
            b';' if byte(1) == Some(b'&') && byte(2) == Some(b'#') => self.escape(at..at + 1),
            b'#' if byte(-1) == Some(b'&') && byte(-2) == Some(b';') => self.escape(at - 1..at + 1),
            b'&' if byte(-1) == Some(b';') && byte(1) == Some(b'#') => self.escape(at - 1..at + 1),
            0 if byte(-1).is_some_and(|byte| byte.is_ascii_graphic())
                || byte(1).is_some_and(|byte| byte.is_ascii_graphic()) =>
            {
                self.wide.push(at);
            }
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

/// Whether something that can be undone stands right behind a run.
#[inline]
fn follows(text: &[u8], run: &Range<usize>) -> bool {
    let rest = &text[run.end..];
    match *rest {
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
        [b'<', ..] => joins::markup(text, run.end).is_some(),
        [b')', b'-' | b'0'..=b'9' | b' ', ..] => joins::kerning(text, run.end).is_some(),
        _ => false,
    }
}

/// Whether something that can be undone stands right before a run, or in its first characters.
#[inline]
fn precedes(text: &[u8], run: &Range<usize>) -> bool {
    let Some(before) = run.start.checked_sub(1) else { return false };
    let rest = &text[run.start..];
    match (text[before], rest[0], rest[1]) {
        (b'\\', b'u' | b'x' | b'U' | b'0'..=b'1', next) => next.is_ascii_hexdigit(),
        (b'\\', b'-' | b'_' | b'/', _) => true,
        (b'%', a, b) => a.is_ascii_hexdigit() && b.is_ascii_hexdigit() || a == b'u',
        (b'=', b'2', b'D') | (b'=', b'5', b'F') => true,
        (b';', ..) => text[before.saturating_sub(9)..before].contains(&b'&'),
        (b'"' | b'\'' | b'`', ..) => joins::goes_on(text, before),
        (b'>', ..) => is_after_markup(text, before),
        (b' ' | b'\t' | b'\n', ..) => is_after_fold(text, run.start),
        (b'(', ..) => before > 0 && matches!(text[before - 1], b'0'..=b'9'),
        _ => false,
    }
}

/// Whether an element that ends at `at` joins what stands before it to what follows.
fn is_after_markup(text: &[u8], at: usize) -> bool {
    let before = &text[at.saturating_sub(TOGETHER)..at];
    let Some(tag) = memchr::memrchr(b'<', before) else { return false };
    let start = at - before.len() + tag;
    joins::markup(text, start).is_some_and(|token| start + token.length == at + 1)
}

/// Whether the line that begins at `at` goes on the one before it.
fn is_after_fold(text: &[u8], at: usize) -> bool {
    let before = &text[at.saturating_sub(TOGETHER)..at];
    let blanks = before.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let Some(newline) = at.checked_sub(blanks + 1).filter(|&newline| text[newline] == b'\n') else { return false };
    let end = if newline > 0 && text[newline - 1] == b'\r' { newline - 1 } else { newline };
    let continued = end > 0 && text[end - 1] == b'\\';
    continued || joins::folded(text, end).is_some_and(|token| end + token.length == at)
}
