//! Runs: stretches of at least [`SHORTEST_RUN`] key characters. They are the prefilter of every rule.
//!
//! A key is long and has no spaces; ordinary text is made of short words. So the search looks at every sixteenth byte or
//! so: where that byte can't be in a key, nothing before it can be in a run either, and it jumps on. What it costs does
//! not depend on how many rules there are. On its way it stops where escapes may follow each other: a text in which every
//! character is escaped has no runs, and a byte that it jumps on from is one of those escapes.

use std::ops::Range;

use crate::rules::{self, SHORTEST_RUN};

const LOWER: u8 = 1;
const UPPER: u8 = 2;
const DIGIT: u8 = 4;
const JOINT: u8 = 8;
const KEY_CLASSES: u16 = (LOWER | UPPER | DIGIT | JOINT) as u16;

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

/// What each byte wants, in the upper bits, and its class, in the lower four; what it offers; what it lets pass.
struct Near {
    look: [u16; 256],
    offers: [u16; 256],
    lets: [u16; 256],
}

static NEAR: Near = {
    use sign::*;
    let mut near = Near { look: [0; 256], offers: [0; 256], lets: [0; 256] };
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
        near.look[number] = wants << 4 | CLASS[number] as u16;
        near.offers[number] =
            (offers | if key { KEY } else { 0 } | if byte > b' ' && byte < 0x7F { WIDE } else { 0 }) << 4;
        let blank = matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
        let joint = blank || matches!(byte, b'+' | b'.' | b'&' | b'|' | b'~' | b'"' | b'\'' | b'`' | b')' | b'}');
        let piece = key || matches!(byte, b'.' | b'=' | b';' | b'}' | b'~' | b'\\');
        let word = byte.is_ascii_alphanumeric() && !matches!(byte, b'b' | b'r' | b'f');
        let bars = if joint || matches!(byte, b'\\' | b'_' | b'n') { 0 } else { INDENTED }
            | if joint { 0 } else { OPERATOR }
            | if piece { 0 } else { CLOSED }
            | if word { PREFIXED } else { 0 }
            | if byte == 0 { 0 } else { WIDE };
        near.lets[number] = !(bars << 4);
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
    Stops { bytes: &bytes[..window.end], at: window.start }
}

/// The runs of a window of `bytes` in which a key can be, from left to right. The window cuts no run.
pub(super) fn runs_in(bytes: &[u8], window: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    Stops::<'_, false> { bytes: &bytes[..window.end], at: window.start }.filter_map(|stop| match stop {
        Stop::Run(run) => Some(run),
        Stop::Sign(_) => None,
    })
}

/// The runs of `bytes` in which a key can be, from left to right.
pub(super) fn runs(bytes: &[u8]) -> impl Iterator<Item = Range<usize>> {
    runs_in(bytes, 0..bytes.len())
}

/// How many bytes before a window are looked at.
const BEFORE: usize = 2;

/// See [`stops`]. Without `SIGNS` it stops at runs only, which takes half the time.
pub(super) struct Stops<'a, const SIGNS: bool> {
    bytes: &'a [u8],
    at: usize,
}

impl<const SIGNS: bool> Iterator for Stops<'_, SIGNS> {
    type Item = Stop;

    fn next(&mut self) -> Option<Stop> {
        while self.at < BEFORE {
            match self.bytes.get(self.at..)?.first_chunk::<SHORTEST_RUN>()?.iter().rposition(|&byte| !is_key_byte(byte))
            {
                Some(gap) => self.at += gap + 1,
                None => {
                    if let Some(run) = self.run() {
                        return Some(run);
                    }
                }
            }
        }
        // A window, and the bytes before it.
        while let Some(near) =
            self.bytes.get(self.at - BEFORE..).and_then(<[u8]>::first_chunk::<{ BEFORE + SHORTEST_RUN }>)
        {
            let [_, _, window @ ..] = near;
            let mut look = 0;
            let is_gap = |&byte: &u8| {
                look = NEAR.look[usize::from(byte)];
                look & KEY_CLASSES == 0
            };
            let Some(gap) = window.iter().rposition(is_gap) else {
                if let Some(run) = self.run() {
                    return Some(run);
                }
                continue;
            };
            self.at += gap + 1;
            let (beyond, before) = (usize::from(near[gap]), usize::from(near[gap + 1]));
            if SIGNS && look & NEAR.offers[before] & NEAR.lets[beyond] != 0 {
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
        let (first, rest) = self.bytes[start..].split_at(SHORTEST_RUN);
        let mut classes = first.iter().fold(0, |classes, &byte| classes | CLASS[usize::from(byte)]);
        let more = rest.iter().map(|&byte| CLASS[usize::from(byte)]).take_while(|&class| class != 0);
        let more = more.inspect(|class| classes |= class).count();
        let end = start + SHORTEST_RUN + more;
        self.at = end + 1;
        is_mixed(classes, end - start).then_some(Stop::Run(start..end))
    }
}

/// How long an AWS access key id is, which may be all upper case: one in thirty has no digit.
const AWS_ID: usize = 20;

/// Whether a key can be in a run of these classes and this length: every key has a digit, or letters of both cases. Names in
/// lower or upper case, and paths made of them, have neither.
fn is_mixed(classes: u8, length: usize) -> bool {
    classes & DIGIT != 0 || classes & (LOWER | UPPER) == LOWER | UPPER || classes == UPPER && length == AWS_ID
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
                let classes = bytes[start..end].iter().fold(0, |classes, &byte| classes | CLASS[usize::from(byte)]);
                if end - start >= SHORTEST_RUN && is_mixed(classes, end - start) {
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
