//! Runs: stretches of at least [`SHORTEST_RUN`] key characters. They are the prefilter of every rule.
//!
//! A key is long and has no spaces; ordinary text is made of short words. So the search asks of blocks of bytes which of
//! them can be in no key: [`gaps`]. What it costs does not depend on how many rules there are. On its way it stops where
//! escapes may follow each other, of which it looks at one gap in sixteen bytes: a text in which every character is escaped
//! has no runs, and one gap of it is as good as another.

use std::ops::Range;

use super::gaps::{BLOCK, gaps};
use crate::rules::{self, SHORTEST_RUN};

const LOWER: u8 = 1;
const UPPER: u8 = 2;
const DIGIT: u8 = 4;
const JOINT: u8 = 8;

/// The class of each byte: 0 for what is in no key.
const CLASS: [u8; 256] = {
    let mut class = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        class[byte] = match byte as u8 {
            b'a'..=b'z' => LOWER,
            b'A'..=b'Z' => UPPER,
            b'0'..=b'9' => DIGIT,
            byte if rules::is_key_byte(byte) => JOINT,
            _ => 0,
        };
        byte += 1;
    }
    class
};

/// What two bytes in a row may be a part of: a byte in no run wants it, the one before it offers it, and the one before
/// that lets it pass.
mod sign {
    /// An escape that follows another.
    pub(super) const ESCAPE: u16 = 1;
    /// `\u{`.
    pub(super) const BRACED: u16 = 1 << 1;
    /// A character reference that follows another.
    pub(super) const REFERENCE: u16 = 1 << 2;
    /// A line that goes on.
    pub(super) const LINE: u16 = 1 << 3;
    /// What stands behind a key character.
    pub(super) const KEY: u16 = 1 << 4;
    /// A literal that begins behind an operator.
    pub(super) const OPENING: u16 = 1 << 5;
    /// A literal that begins behind a blank.
    pub(super) const INDENTED: u16 = 1 << 6;
    /// A literal that begins behind a letter which says of what kind it is.
    pub(super) const PREFIXED: u16 = 1 << 7;
    /// A blank behind a literal.
    pub(super) const CLOSED: u16 = 1 << 8;
    /// A blank behind an operator.
    pub(super) const OPERATOR: u16 = 1 << 9;
    /// A NUL behind a letter.
    pub(super) const WIDE: u16 = 1 << 10;
    /// A NUL behind another.
    pub(super) const WIDER: u16 = 1 << 11;
}

/// What each byte wants, what it offers, what it lets pass.
struct Near {
    wants: [u16; 256],
    offers: [u16; 256],
    lets: [u16; 256],
}

static NEAR: Near = {
    use sign::*;
    let mut near = Near { wants: [0; 256], offers: [0; 256], lets: [0; 256] };
    let mut number = 0;
    while number < 256 {
        let byte = number as u8;
        let key = CLASS[number] != 0;
        let wants = match byte {
            b'\\' | b'%' => ESCAPE | KEY,
            b'}' | b'=' => ESCAPE,
            b';' => KEY,
            b'{' => BRACED,
            b'#' | b'&' => REFERENCE,
            b'"' | b'\'' | b'`' => OPENING | INDENTED | PREFIXED,
            b' ' => CLOSED | OPERATOR,
            b'\n' => LINE,
            0 => WIDE | WIDER,
            _ => 0,
        };
        let offers = match byte {
            b'u' => BRACED | PREFIXED,
            b'b' | b'f' => ESCAPE | PREFIXED,
            b'r' => PREFIXED,
            b'0'..=b'9' | b'A'..=b'F' | b'a' | b'c'..=b'e' | b'}' => ESCAPE,
            b'\\' => ESCAPE | LINE,
            b';' => REFERENCE,
            b'&' => REFERENCE | OPENING | OPERATOR,
            b'+' | b'.' | b'|' => OPENING | OPERATOR,
            b'"' | b'\'' | b'`' => CLOSED,
            b' ' => INDENTED,
            0 => WIDER,
            _ => 0,
        };
        near.wants[number] = wants;
        near.offers[number] = offers | if key { KEY } else { 0 } | if byte > b' ' && byte < 0x7F { WIDE } else { 0 };
        let blank = matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
        let joint = blank || matches!(byte, b'+' | b'.' | b'&' | b'|' | b'~' | b'"' | b'\'' | b'`' | b')' | b'}');
        let piece = key || matches!(byte, b'.' | b'=' | b';' | b'}' | b'~' | b'\\');
        let word = byte.is_ascii_alphanumeric() && !matches!(byte, b'b' | b'r' | b'f');
        let bars = if joint || matches!(byte, b'\\' | b'_' | b'n') { 0 } else { INDENTED }
            | if joint { 0 } else { OPERATOR }
            | if piece { 0 } else { CLOSED }
            | if word { PREFIXED } else { 0 }
            | if byte == 0 { 0 } else { WIDE };
        near.lets[number] = !bars;
        number += 1;
    }
    near
};

/// Whether a byte can be in a run.
pub(super) fn is_key_byte(byte: u8) -> bool {
    CLASS[usize::from(byte)] != 0
}

/// Where the search stops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// A run in which a key can be.
    Run(Range<usize>),
    /// A byte that may be part of a chain of escapes.
    Sign(usize),
}

/// The stops in a window of `bytes`, from left to right. The window cuts no run.
pub(super) fn stops(bytes: &[u8], window: Range<usize>) -> Stops<'_, true> {
    Stops::new(bytes, window)
}

/// The runs of a window of `bytes` in which a key can be, from left to right. The window cuts no run.
pub(super) fn runs_in(bytes: &[u8], window: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    Stops::<'_, false>::new(bytes, window).filter_map(|stop| match stop {
        Stop::Run(run) => Some(run),
        Stop::Sign(_) => None,
    })
}

/// The runs of `bytes` in which a key can be, from left to right.
pub(super) fn runs(bytes: &[u8]) -> impl Iterator<Item = Range<usize>> {
    runs_in(bytes, 0..bytes.len())
}

/// See [`stops`]. Without `SIGNS` it stops at runs only.
pub(super) struct Stops<'a, const SIGNS: bool> {
    bytes: &'a [u8],
    /// How far it has looked, and how far it has to.
    at: usize,
    end: usize,
    /// Where the last block begins, where it ends, its gaps, and the signs in it that were not told yet.
    block: usize,
    block_end: usize,
    gaps: u64,
    signs: u64,
    /// The run that follows them.
    run: Option<Range<usize>>,
}

impl<const SIGNS: bool> Iterator for Stops<'_, SIGNS> {
    type Item = Stop;

    #[inline]
    fn next(&mut self) -> Option<Stop> {
        loop {
            if SIGNS && self.signs != 0 {
                let at = self.block + self.signs.trailing_zeros() as usize;
                self.signs &= self.signs - 1;
                return Some(Stop::Sign(at));
            }
            if let Some(run) = self.run.take() {
                return Some(Stop::Run(run));
            }
            if self.at >= self.end {
                return None;
            }
            self.look();
        }
    }
}

impl<'a, const SIGNS: bool> Stops<'a, SIGNS> {
    fn new(bytes: &'a [u8], window: Range<usize>) -> Self {
        let Range { start, end } = window;
        Self { bytes, at: start, end, block: start, block_end: start, gaps: 0, signs: 0, run: None }
    }

    /// Looks at what is left of a block, or at the next, as far as its first run.
    #[inline]
    fn look(&mut self) {
        if self.at + SHORTEST_RUN > self.block_end {
            (self.block, self.block_end) = (self.at, self.at + BLOCK);
            self.gaps = self.gaps(self.at);
        }
        let rest = from(self.at - self.block);
        let first = first_run(!self.gaps & rest);
        // What ends the block may begin a run.
        let before = first.unwrap_or(BLOCK - (!self.gaps).leading_ones() as usize);
        if SIGNS {
            self.signs = self.signs(self.gaps & rest & !from(before.min(self.end - self.block)));
        }
        self.at = self.block + before;
        if first.is_some() {
            let run = self.at..self.end_of_run(before);
            self.at = run.end + 1;
            self.run = is_mixed(&self.bytes[run.clone()]).then_some(run);
        }
    }

    /// The gaps of the block that begins at `at`. Behind the window all is a gap.
    #[inline]
    fn gaps(&self, at: usize) -> u64 {
        let rest = &self.bytes[at..];
        let gaps = match rest.first_chunk() {
            Some(block) => gaps(block),
            None => {
                let mut block = [0; BLOCK];
                block[..rest.len()].copy_from_slice(rest);
                gaps(&block)
            }
        };
        gaps | from(self.end - at)
    }

    /// The signs among some gaps of the block. At the beginning of a text there is none.
    #[inline]
    fn signs(&self, gaps: u64) -> u64 {
        const BEFORE: usize = 2;
        let block = self.block.checked_sub(BEFORE).and_then(|first| self.bytes[first..].first_chunk());
        let mut signs = 0;
        for quarter in 0..4 {
            let Some(last) = (gaps & 0xFFFF << (16 * quarter)).checked_ilog2() else { continue };
            let at = last as usize;
            let near = match block {
                Some::<&[u8; BEFORE + BLOCK]>(block) => [block[at], block[at + 1], block[at + 2]],
                None => match (self.block + at).checked_sub(BEFORE) {
                    Some(first) => [self.bytes[first], self.bytes[first + 1], self.bytes[first + 2]],
                    None => continue,
                },
            };
            let [beyond, before, byte] = near.map(usize::from);
            signs |= u64::from(NEAR.wants[byte] & NEAR.offers[before] & NEAR.lets[beyond] != 0) << last;
        }
        signs
    }

    /// Where the run ends that begins in the block.
    #[inline]
    fn end_of_run(&self, begin: usize) -> usize {
        let gaps = self.gaps & from(begin);
        if gaps != 0 {
            return self.block + gaps.trailing_zeros() as usize;
        }
        let mut at = self.block_end;
        while at < self.end {
            match self.gaps(at) {
                0 => at += BLOCK,
                gaps => return at + gaps.trailing_zeros() as usize,
            }
        }
        self.end
    }
}

/// The bits of the bytes of a block from one of them on.
#[inline]
fn from(first: usize) -> u64 {
    if first < BLOCK { u64::MAX << first } else { 0 }
}

/// Where in a block the first of [`SHORTEST_RUN`] key bytes in a row begin, if they all are in it.
#[inline]
fn first_run(keys: u64) -> Option<usize> {
    const { assert!(SHORTEST_RUN == 16) };
    let two = keys & keys >> 1;
    let four = two & two >> 2;
    let eight = four & four >> 4;
    let begins = eight & eight >> 8;
    (begins != 0).then_some(begins.trailing_zeros() as usize)
}

/// How long an AWS access key id is, which may be all upper case: one in thirty has no digit.
const AWS_ID: usize = 20;

/// Whether a key can be in a run: every key has a digit, or letters of both cases. Names in lower or upper case, and paths
/// made of them, have neither.
fn is_mixed(run: &[u8]) -> bool {
    let mut classes = 0;
    for &byte in run {
        classes |= CLASS[usize::from(byte)];
        if classes & DIGIT != 0 || classes & (LOWER | UPPER) == LOWER | UPPER {
            return true;
        }
    }
    classes == UPPER && run.len() == AWS_ID
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

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
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            rng_seed: RngSeed::Fixed(1),
            ..ProptestConfig::default()
        })]

        #[test]
        fn blocks_find_what_reading_every_byte_finds(text in "([a-zA-Z0-9_/+-]{0,40}[ .,\n\"=]{0,2}){0,12}") {
            prop_assert_eq!(runs(text.as_bytes()).collect::<Vec<_>>(), plainly(text.as_bytes()));
            let stops = stops(text.as_bytes(), 0..text.len()).filter_map(|stop| match stop {
                Stop::Run(run) => Some(run),
                Stop::Sign(_) => None,
            });
            prop_assert_eq!(stops.collect::<Vec<_>>(), plainly(text.as_bytes()));
        }
    }
}
