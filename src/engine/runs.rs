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
            _ => 0,
        };
        byte += 1;
    }
    class
};

/// An escape ends in it.
const ESCAPE: u8 = 1;
/// `\u` ends in it.
const U: u8 = 2;
/// A character reference may follow it.
const REFERENCE: u8 = 4;
/// A literal that goes on another one may follow it.
const LEAD: u8 = 8;
/// A literal or an operator between two of them ends in it.
const LITERAL: u8 = 16;
/// A line goes on after it.
const BACKSLASH: u8 = 32;
/// It may be in a key.
const KEY: u8 = 64;
/// It may be a letter of wide text, or half of one.
const WIDE: u8 = 128;

/// What each byte is to the one behind it.
const OFFERS: [u8; 256] = {
    let mut offers = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let key = if CLASS[byte] != 0 { KEY } else { 0 };
        let wide = if byte == 0 || byte as u8 > b' ' && byte < 0x7F { WIDE } else { 0 };
        offers[byte] = key
            | wide
            | match byte as u8 {
                b'u' => U | LEAD,
                b'b' | b'f' => ESCAPE | LEAD,
                b'0'..=b'9' | b'A'..=b'F' | b'a' | b'c'..=b'e' | b'}' => ESCAPE,
                b'\\' => ESCAPE | BACKSLASH,
                b'&' => REFERENCE | LEAD | LITERAL,
                b';' => REFERENCE,
                b'"' | b'\'' | b'`' | b'+' | b'.' | b'|' => LEAD | LITERAL,
                b' ' | b'r' => LEAD,
                _ => 0,
            };
        byte += 1;
    }
    offers
};

/// What a byte in no run wants right before it to be worth a stop: part of a chain of escapes, or of what stands between
/// two literals that are joined.
const WANTS: [u8; 256] = {
    let mut wants = [0; 256];
    wants[b'\\' as usize] = ESCAPE | KEY;
    wants[b'%' as usize] = ESCAPE | KEY;
    wants[b'}' as usize] = ESCAPE;
    wants[b'=' as usize] = KEY;
    wants[b';' as usize] = KEY;
    wants[b'{' as usize] = U;
    wants[b'#' as usize] = REFERENCE;
    wants[b'&' as usize] = REFERENCE;
    wants[b'"' as usize] = LEAD;
    wants[b'\'' as usize] = LEAD;
    wants[b'`' as usize] = LEAD;
    wants[b' ' as usize] = LITERAL;
    wants[b'\n' as usize] = BACKSLASH;
    wants[0] = WIDE;
    wants
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
        if self.at == 0 {
            let first = self.bytes.get(..SHORTEST_RUN)?;
            match first.iter().rposition(|&byte| !is_key_byte(byte)) {
                Some(gap) => self.at = gap + 1,
                None => {
                    if let Some(run) = self.run() {
                        return Some(run);
                    }
                }
            }
        }
        // A window, and the byte before it.
        while let Some(near) = self.bytes.get(self.at - 1..).and_then(<[u8]>::first_chunk::<{ SHORTEST_RUN + 1 }>) {
            let [_, window @ ..] = near;
            let Some(gap) = window.iter().rposition(|&byte| !is_key_byte(byte)) else {
                if let Some(run) = self.run() {
                    return Some(run);
                }
                continue;
            };
            self.at += gap + 1;
            if SIGNS && WANTS[usize::from(window[gap])] & OFFERS[usize::from(near[gap])] != 0 {
                return Some(Stop::Sign(self.at - 1));
            }
        }
        None
    }
}

impl<const SIGNS: bool> Stops<'_, SIGNS> {
    /// The run that begins here, if a key can be in it. Its first bytes are known to be key characters.
    #[inline]
    fn run(&mut self) -> Option<Stop> {
        let start = self.at;
        let rest = &self.bytes[start + SHORTEST_RUN..];
        let more = rest.iter().position(|&byte| !is_key_byte(byte)).unwrap_or(rest.len());
        let end = start + SHORTEST_RUN + more;
        self.at = end + 1;
        is_mixed(&self.bytes[start..end]).then_some(Stop::Run(start..end))
    }
}

/// Whether a key can be in this run: every key has a digit, or letters of both cases. Names in lower or upper case, and
/// paths made of them, have neither.
fn is_mixed(run: &[u8]) -> bool {
    let classes = run.iter().fold(0, |classes, &byte| classes | CLASS[usize::from(byte)]);
    classes & DIGIT != 0 || classes & (LOWER | UPPER) == LOWER | UPPER
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
        fn jumping_finds_what_reading_every_byte_finds(text in "([a-zA-Z0-9_/+-]{0,40}[ .,\n\"=]{0,2}){0,12}") {
            prop_assert_eq!(runs(text.as_bytes()).collect::<Vec<_>>(), plainly(text.as_bytes()));
        }
    }
}
