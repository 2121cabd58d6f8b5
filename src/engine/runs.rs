//! Runs: stretches of at least [`SHORTEST_RUN`] key characters. They are the prefilter of every rule.
//!
//! A key is long and has no spaces; ordinary text is made of short words. So the search looks at every sixteenth byte or
//! so: where that byte can't be in a key, nothing before it can be in a run either, and it jumps on. What it costs does
//! not depend on how many rules there are. On its way it stops where escapes may follow each other: a text in which every
//! character is escaped has no runs, and a byte that it jumps on from is one of those escapes.

use std::ops::Range;

use crate::rules::SHORTEST_RUN;

const LOWER: u8 = 1;
const UPPER: u8 = 2;
const DIGIT: u8 = 4;
const JOINT: u8 = 8;
/// A byte in no run that begins or ends an escape.
const SIGN: u8 = 16;
/// A byte in no run that may stand between two literals that are joined.
const GLUE: u8 = 32;

/// The class of each byte: 0 for what is in no key.
const CLASS: [u8; 256] = {
    let mut class = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        class[byte] = match byte as u8 {
            b'a'..=b'z' => LOWER,
            b'A'..=b'Z' => UPPER,
            b'0'..=b'9' => DIGIT,
            b'-' | b'_' | b'+' | b'/' => JOINT,
            b'\\' | b'%' | b'&' | b'#' | b';' | b'=' | b'{' | b'}' | 0 => SIGN,
            b' ' | b'\n' | b'"' | b'\'' | b'`' => GLUE,
            _ => 0,
        };
        byte += 1;
    }
    class
};

/// Whether a byte can be in a run.
pub(super) fn is_key_byte(byte: u8) -> bool {
    CLASS[usize::from(byte)] & (LOWER | UPPER | DIGIT | JOINT) != 0
}

/// Where the search stops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// A run in which a key can be.
    Run(Range<usize>),
    /// A byte that may be part of a chain of escapes.
    Sign(usize),
}

/// The stops in `bytes`, from left to right.
pub(super) fn stops(bytes: &[u8]) -> Stops<'_, true> {
    Stops { bytes, at: 0 }
}

/// The runs of `bytes` in which a key can be, from left to right.
pub(super) fn runs(bytes: &[u8]) -> impl Iterator<Item = Range<usize>> {
    Stops::<'_, false> { bytes, at: 0 }.filter_map(|stop| match stop {
        Stop::Run(run) => Some(run),
        Stop::Sign(_) => None,
    })
}

/// See [`stops`]. Without `SIGNS` it stops at runs only, which takes half the time.
pub(super) struct Stops<'a, const SIGNS: bool> {
    bytes: &'a [u8],
    at: usize,
}

impl<const SIGNS: bool> Iterator for Stops<'_, SIGNS> {
    type Item = Stop;

    fn next(&mut self) -> Option<Stop> {
        while let Some(window) = self.bytes.get(self.at..self.at + SHORTEST_RUN) {
            if let Some(gap) = window.iter().rposition(|&byte| !is_key_byte(byte)) {
                let at = self.at + gap;
                self.at = at + 1;
                let class = CLASS[usize::from(window[gap])];
                if SIGNS && (class == SIGN || class == GLUE && glues(self.bytes, at)) {
                    return Some(Stop::Sign(at));
                }
                continue;
            }
            let start = self.at;
            let rest = &self.bytes[start + SHORTEST_RUN..];
            let more = rest.iter().position(|&byte| !is_key_byte(byte)).unwrap_or(rest.len());
            let end = start + SHORTEST_RUN + more;
            self.at = end + 1;
            if is_mixed(&self.bytes[start..end]) {
                return Some(Stop::Run(start..end));
            }
        }
        None
    }
}

/// Whether the byte at `at` stands beside a quote as it does between two literals that are joined.
#[inline]
fn glues(bytes: &[u8], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|before| bytes[before]) else { return false };
    match bytes[at] {
        b' ' => {
            matches!(before, b'"' | b'\'' | b'`')
                || matches!(before, b'+' | b'.' | b'&' | b'|') && matches!(bytes.get(at + 1), Some(b'"' | b'\'' | b'`'))
        }
        b'\n' => before == b'\\',
        _ => matches!(before, b' ' | b'+' | b'.' | b'&' | b'"' | b'\'' | b'|' | b'f' | b'r' | b'b' | b'u'),
    }
}

/// How long an AWS access key id is, which may be all upper case: one in thirty has no digit.
const AWS_ID: usize = 20;

/// Whether a key can be in this run: every key has a digit, or letters of both cases. Names in lower or upper case, and
/// paths made of them, have neither.
fn is_mixed(run: &[u8]) -> bool {
    let classes = run.iter().fold(0, |classes, &byte| classes | CLASS[usize::from(byte)]);
    classes & DIGIT != 0 || classes & (LOWER | UPPER) == LOWER | UPPER || classes == UPPER && run.len() == AWS_ID
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a run is, said in the plainest way.
    fn plainly(bytes: &[u8]) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut start = 0;
        for end in 0..=bytes.len() {
            if end == bytes.len() || !is_key_byte(bytes[end]) {
                if end - start >= SHORTEST_RUN && is_mixed(&bytes[start..end]) {
                    found.push(start..end);
                }
                start = end + 1;
            }
        }
        found
    }

    proptest! {
        #[test]
        fn jumping_finds_what_reading_every_byte_finds(text in "([a-zA-Z0-9_/+-]{0,40}[ .,\n\"=]{0,2}){0,12}") {
            prop_assert_eq!(runs(text.as_bytes()).collect::<Vec<_>>(), plainly(text.as_bytes()));
        }
    }
}
