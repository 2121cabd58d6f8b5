//! Gaps: the bytes of a text that can be in no key, told for a block of 64 bytes at once, with what the processor has.

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, u8x16, u8x64};

/// How many bytes a block has.
pub(super) const BLOCK: usize = 64;

/// The gaps of a block: a bit for each byte, the first byte's the lowest.
#[inline]
pub(super) fn gaps(level: Level, block: &[u8; BLOCK]) -> u64 {
    dispatch!(level, simd => gaps_among(u8x64::from_slice(simd, block)))
}

/// The gaps of a block, and which of its bytes begin escapes: `\` and `%`.
#[inline]
pub(super) fn gaps_and_escapes(level: Level, block: &[u8; BLOCK]) -> (u64, u64) {
    dispatch!(level, simd => gaps_and_escapes_among(u8x64::from_slice(simd, block)))
}

#[inline(always)]
fn gaps_and_escapes_among<S: Simd>(bytes: u8x64<S>) -> (u64, u64) {
    (gaps_among(bytes), (bytes.simd_eq(b'\\') | bytes.simd_eq(b'%')).to_bitmask())
}

#[inline(always)]
fn gaps_among<S: Simd>(bytes: u8x64<S>) -> u64 {
    let letters = ((bytes | 0x20) - b'a').simd_le(25);
    let slash_and_digits = (bytes - b'/').simd_le(10);
    let others = bytes.simd_eq(b'-') | bytes.simd_eq(b'_') | bytes.simd_eq(b'+');
    !(letters | slash_and_digits | others).to_bitmask()
}

/// Of which kinds some of the bytes in a run are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Kinds {
    pub(super) digits: bool,
    pub(super) lower: bool,
    pub(super) upper: bool,
}

/// How many bytes the kinds are told of at once: no run is shorter.
pub(super) const PIECE: usize = 16;

/// The kinds of the bytes in a piece of a run.
#[inline]
pub(super) fn kinds(piece: &[u8; PIECE]) -> Kinds {
    dispatch!(Level::baseline(), simd => kinds_with(simd, piece))
}

#[inline(always)]
fn kinds_with<S: Simd>(simd: S, piece: &[u8; PIECE]) -> Kinds {
    let bytes = u8x16::from_slice(simd, piece);
    let among = |first: u8, last: u8| (bytes - first).simd_le(last - first).any_true();
    Kinds { digits: among(b'0', b'9'), lower: among(b'a', b'z'), upper: among(b'A', b'Z') }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::is_key_byte;

    #[test]
    fn a_gap_is_what_is_no_key_byte() {
        for level in [Level::new(), Level::baseline()] {
            for place in 0..BLOCK {
                for byte in 0..=u8::MAX {
                    for other in [b'a', b' '] {
                        let mut block = [other; BLOCK];
                        block[place] = byte;
                        let others = if is_key_byte(other) { 0 } else { !(1 << place) };
                        let wanted = others | u64::from(!is_key_byte(byte)) << place;
                        assert_eq!(gaps(level, &block), wanted, "{byte} at {place}");
                        let escapes = u64::from(matches!(byte, b'\\' | b'%')) << place;
                        assert_eq!(gaps_and_escapes(level, &block), (wanted, escapes), "{byte} at {place}");
                    }
                }
            }
        }
    }

    #[test]
    fn each_byte_is_of_its_kind() {
        for place in 0..PIECE {
            for byte in 0..=u8::MAX {
                let mut piece = [b'_'; PIECE];
                piece[place] = byte;
                let (digits, lower, upper) =
                    (byte.is_ascii_digit(), byte.is_ascii_lowercase(), byte.is_ascii_uppercase());
                assert_eq!(kinds(&piece), Kinds { digits, lower, upper }, "{byte} at {place}");
            }
        }
    }
}
