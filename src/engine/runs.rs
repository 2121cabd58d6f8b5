//! Runs: stretches of at least [`SHORTEST_RUN`] key characters. They are the prefilter of every rule.
//!
//! A key is long and has no spaces; ordinary text is made of short words. So the search asks of blocks of bytes which of
//! them can be in no key: [`gaps`]. What it costs does not depend on how many rules there are. On its way it stops where
//! escapes may follow each other, at each NUL of wide text, and of what may stand between two literals it looks at one gap
//! in sixteen bytes, since where a key is in many short ones one gap is as good as another.

use std::borrow::Cow;
use std::ops::Range;

use fearless_simd::Level;

use super::gaps::{BEFORE, BLOCK, PIECE, gaps, gaps_and_asked, kinds};
use crate::rules::{self, SHORTEST_RUN};

/// Whether each byte can be in a key.
static IN_KEYS: [bool; 256] = {
    let mut in_keys = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        in_keys[byte] = rules::is_key_byte(byte as u8);
        byte += 1;
    }
    in_keys
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
    /// A NUL behind a letter behind a NUL.
    pub(super) const WIDE: u16 = 1 << 10;
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
        let key = IN_KEYS[number];
        let wants = match byte {
            b'\\' | b'%' => ESCAPE | KEY,
            b'=' => ESCAPE,
            b'{' => BRACED,
            b'#' | b'&' => REFERENCE,
            b'"' | b'\'' | b'`' => OPENING | INDENTED | PREFIXED,
            b' ' => CLOSED | OPERATOR,
            b'\n' => LINE,
            0 => WIDE,
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
            _ => 0,
        };
        near.wants[number] = wants;
        near.offers[number] = offers | if key { KEY } else { 0 } | if byte.is_ascii_graphic() { WIDE } else { 0 };
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
#[inline]
pub(super) fn is_key_byte(byte: u8) -> bool {
    IN_KEYS[usize::from(byte)]
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
    level: Level,
    /// Where the next block begins, and where the window ends.
    next: usize,
    end: usize,
    /// How many key bytes stand right before the next block, of a stretch that is no run yet.
    open: usize,
    /// Where the last block begins, its gaps, and what was not told yet: the signs in it, and where runs begin.
    block: usize,
    gaps: u64,
    signs: u64,
    begins: u64,
}

impl<const SIGNS: bool> Iterator for Stops<'_, SIGNS> {
    type Item = Stop;

    #[inline]
    fn next(&mut self) -> Option<Stop> {
        loop {
            let told = self.signs | self.begins;
            let run = if told != 0 {
                let place = told.trailing_zeros() as usize;
                let at = self.block + place;
                if SIGNS && self.signs >> place & 1 != 0 {
                    self.signs &= self.signs - 1;
                    return Some(Stop::Sign(at));
                }
                self.begins &= self.begins - 1;
                Some(at..self.end_of_run(place))
            } else if self.next < self.end {
                self.look()
            } else {
                return None;
            };
            if let Some(run) = run.filter(|run| is_mixed(&self.bytes[run.clone()])) {
                return Some(Stop::Run(run));
            }
        }
    }
}

impl<'a, const SIGNS: bool> Stops<'a, SIGNS> {
    fn new(bytes: &'a [u8], window: Range<usize>) -> Self {
        let Range { start: next, end } = window;
        Self { bytes, level: Level::new(), next, end, open: 0, block: next, gaps: 0, signs: 0, begins: 0 }
    }

    /// Looks at the next block. The run that began before it, if there is one, is told first.
    #[inline]
    fn look(&mut self) -> Option<Range<usize>> {
        (self.block, self.next) = (self.next, self.next + BLOCK);
        let block = self.with_before(self.block);
        let within = !from(self.end - self.block);
        let (gaps, asked) =
            if SIGNS { gaps_and_asked(self.level, &block) } else { (gaps(self.level, block_of(&block)), 0) };
        self.gaps = gaps | !within;
        let runs = all_keys(!self.gaps);
        self.begins = runs & !(runs << 1);
        let open = std::mem::replace(&mut self.open, self.gaps.leading_zeros() as usize);
        let ahead = self.gaps.trailing_zeros() as usize;
        let goes_on = open > 0 && open + ahead >= SHORTEST_RUN;
        if SIGNS {
            // What ends a run is looked at with it.
            let ends = runs << SHORTEST_RUN | if goes_on { !from(ahead + 1) } else { 0 };
            self.signs = signs(&block, self.gaps & within & !ends, asked);
        }
        goes_on.then(|| {
            self.begins &= !1;
            self.block - open..self.end_of_run(0)
        })
    }

    /// The block that begins at `at`, and what stands before it. Beyond the text is what is no sign and makes none.
    #[inline]
    fn with_before(&self, at: usize) -> Cow<'a, Block> {
        let whole = at.checked_sub(BEFORE).and_then(|first| self.bytes[first..].first_chunk());
        whole.map_or_else(|| Cow::Owned(self.filled(at)), Cow::Borrowed)
    }

    #[cold]
    fn filled(&self, at: usize) -> Block {
        let mut block = [u8::MAX; BEFORE + BLOCK];
        let before = at.min(BEFORE);
        let bytes = &self.bytes[at - before..];
        let bytes = &bytes[..bytes.len().min(before + BLOCK)];
        block[BEFORE - before..][..bytes.len()].copy_from_slice(bytes);
        block
    }

    /// Where the run ends that is at a place of the block. If that is in another block, the next begins there.
    #[inline]
    fn end_of_run(&mut self, place: usize) -> usize {
        let behind = self.gaps & from(place);
        if behind != 0 {
            return self.block + behind.trailing_zeros() as usize;
        }
        let mut end = self.next;
        while end < self.end {
            let ahead = gaps(self.level, block_of(&self.with_before(end))).trailing_zeros() as usize;
            end += ahead;
            if ahead < BLOCK {
                break;
            }
        }
        (self.next, self.open) = (end.min(self.end), 0);
        self.next
    }
}

/// A block with the bytes before it.
type Block = [u8; BEFORE + BLOCK];

/// The block without what stands before it.
#[inline]
fn block_of(block: &Block) -> &[u8; BLOCK] {
    match block.last_chunk() {
        Some(block) => block,
        None => unreachable!("it is longer"),
    }
}

/// The signs among some gaps of a block: those that have to be asked are, and of sixteen bytes the last gap.
#[inline]
fn signs(block: &Block, gaps: u64, asked: u64) -> u64 {
    let is_sign = |at: u32| {
        let near = |offset: usize| usize::from(block[at as usize + offset]);
        let (beyond, before, byte) = (near(0), near(1), near(2));
        u64::from(NEAR.wants[byte] & NEAR.offers[before] & NEAR.lets[beyond] != 0) << at
    };
    let last = |quarter: u32| (gaps & 0xFFFF << (16 * quarter)).checked_ilog2().map_or(0, is_sign);
    let mut signs = last(0) | last(1) | last(2) | last(3);
    let mut asked = gaps & asked;
    while asked != 0 {
        signs |= is_sign(asked.trailing_zeros());
        asked &= asked - 1;
    }
    signs
}

/// The bits of the bytes of a block from one of them on.
#[inline]
fn from(first: usize) -> u64 {
    if first < BLOCK { u64::MAX << first } else { 0 }
}

/// The places of a block where [`SHORTEST_RUN`] key bytes in a row begin that are all in it.
#[inline]
fn all_keys(keys: u64) -> u64 {
    const { assert!(SHORTEST_RUN == 16) };
    let two = keys & keys >> 1;
    let four = two & two >> 2;
    let eight = four & four >> 4;
    eight & eight >> 8
}

/// How long an AWS access key id is, which may be all upper case: one in thirty has no digit.
const AWS_ID: usize = 20;

/// Whether a key can be in a run: every key has a digit, or letters of both cases. Names in lower or upper case, and paths
/// made of them, have neither.
#[inline]
fn is_mixed(run: &[u8]) -> bool {
    const { assert!(PIECE <= SHORTEST_RUN) };
    let (mut lower, mut upper) = (false, false);
    for piece in run.as_chunks().0.iter().chain(run.last_chunk()) {
        let kinds = kinds(piece);
        (lower, upper) = (lower | kinds.lower, upper | kinds.upper);
        if kinds.digits || lower && upper {
            return true;
        }
    }
    !lower && run.len() == AWS_ID && run.iter().all(u8::is_ascii_uppercase)
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
        fn windows_have_their_own_runs_and_stops_from_left_to_right(
            text in "([a-zA-Z0-9_/+-]{0,40}[ .,\\\\;\"\n%&=]{0,3}){0,12}",
            begin in any::<prop::sample::Index>(),
            end in any::<prop::sample::Index>(),
        ) {
            let text = text.as_bytes();
            let (one, other) = (begin.index(text.len() + 1), end.index(text.len() + 1));
            let is_cut = |&at: &usize| at > 0 && at < text.len() && is_key_byte(text[at - 1]) && is_key_byte(text[at]);
            let uncut = |at: usize| (at..=text.len()).find(|at| !is_cut(at)).unwrap_or(text.len());
            let (begin, end) = (uncut(one.min(other)), uncut(one.max(other)));
            let all: Vec<Stop> = stops(text, begin..end).collect();
            let within = plainly(text).into_iter().filter(|run| begin <= run.start && run.end <= end);
            prop_assert_eq!(runs_in(text, begin..end).collect::<Vec<_>>(), within.clone().collect::<Vec<_>>());
            prop_assert_eq!(
                all.iter().filter(|stop| matches!(stop, Stop::Run(_))).cloned().collect::<Vec<_>>(),
                within.map(Stop::Run).collect::<Vec<_>>()
            );
            let places = all.iter().map(|stop| match stop {
                Stop::Run(run) => run.clone(),
                Stop::Sign(at) => *at..*at + 1,
            });
            prop_assert!(places.clone().is_sorted_by(|one, next| one.end <= next.start), "{:?}", all);
            prop_assert!(places.clone().all(|place| begin <= place.start && place.end <= end), "{:?}", all);
        }

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
