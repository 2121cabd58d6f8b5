//! Gaps: the bytes of a text that can be in no key, told for a block of 64 bytes at once, with what the processor has.

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, u8x16, u8x64};

use super::runs::is_key_byte;

/// How many bytes a block has.
pub(super) const BLOCK: usize = 64;

/// How many bytes before one that may be a sign are asked, too.
pub(super) const BEFORE: usize = 2;

/// The gaps of a block: a bit for each byte, the first byte's the lowest.
#[inline]
pub(super) fn gaps(level: Level, block: &[u8; BLOCK]) -> u64 {
    dispatch!(level, simd => gaps_among(u8x64::from_slice(simd, block)))
}

/// The gaps of a block, and which of its bytes have each to be asked whether they are signs of something encoded: what
/// escapes are made of (and `$`, which stands among that in ASCII), a line end behind a `\`, and a NUL behind a letter
/// behind a NUL, as in wide text.
#[inline]
pub(super) fn gaps_and_asked(level: Level, block: &[u8; BEFORE + BLOCK]) -> (u64, u64) {
    dispatch!(level, simd => gaps_and_asked_among(simd, block))
}

#[inline(always)]
fn gaps_and_asked_among<S: Simd>(simd: S, block: &[u8; BEFORE + BLOCK]) -> (u64, u64) {
    let beyond = u8x64::from_slice(simd, &block[..BLOCK]);
    let before = u8x64::from_slice(simd, &block[1..=BLOCK]);
    let bytes = u8x64::from_slice(simd, &block[BEFORE..]);
    let wide = (bytes | beyond).simd_eq(0) & before.simd_gt(b' ');
    let marks = (bytes - b'#').simd_le(b'&' - b'#');
    let escapes = marks | bytes.simd_eq(b'\\') | bytes.simd_eq(b'=') | bytes.simd_eq(b'{');
    let goes_on = bytes.simd_eq(b'\n') & before.simd_eq(b'\\');
    (gaps_among(bytes), (escapes | goes_on | wide).to_bitmask())
}

#[inline(always)]
fn gaps_among<S: Simd, Bytes: SimdInt<S, Element = u8>>(bytes: Bytes) -> u64 {
    let letters = ((bytes | 0x20) - b'a').simd_le(25);
    let slash_and_digits = (bytes - b'/').simd_le(10);
    let others = bytes.simd_eq(b'-') | bytes.simd_eq(b'_') | bytes.simd_eq(b'+');
    !(letters | slash_and_digits | others).to_bitmask()
}

/// How many key bytes a text begins with.
#[inline]
pub(super) fn ahead(text: &[u8]) -> usize {
    let (pieces, rest) = text.as_chunks();
    for (number, piece) in pieces.iter().enumerate() {
        let gaps = gaps_of_piece(piece);
        if gaps != 0 {
            return number * PIECE + gaps.trailing_zeros() as usize;
        }
    }
    text.len() - rest.len() + rest.iter().take_while(|&&byte| is_key_byte(byte)).count()
}

/// How many key bytes a text ends with.
#[inline]
pub(super) fn behind(text: &[u8]) -> usize {
    let (rest, pieces) = text.as_rchunks();
    for (number, piece) in pieces.iter().rev().enumerate() {
        let gaps = gaps_of_piece(piece);
        if gaps != 0 {
            return number * PIECE + gaps.leading_zeros() as usize;
        }
    }
    text.len() - rest.len() + rest.iter().rev().take_while(|&&byte| is_key_byte(byte)).count()
}

#[inline]
fn gaps_of_piece(piece: &[u8; PIECE]) -> u16 {
    dispatch!(Level::baseline(), simd => gaps_among(u8x16::from_slice(simd, piece))) as u16
}

/// Of which kinds some of the bytes in a run are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Kinds {
    pub(super) digits: bool,
    pub(super) lower: bool,
    pub(super) upper: bool,
}

/// How many bytes some things are told of at once: no run is shorter.
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

    #[test]
    fn a_gap_is_what_is_no_key_byte() {
        for level in [Level::new(), Level::baseline()] {
            for place in 0..BLOCK {
                for byte in 0..=u8::MAX {
                    for other in [b'a', b' '] {
                        let mut block = [other; BEFORE + BLOCK];
                        block[BEFORE + place] = byte;
                        let others = if is_key_byte(other) { 0 } else { !(1 << place) };
                        let wanted = others | u64::from(!is_key_byte(byte)) << place;
                        assert_eq!(gaps(level, block.last_chunk().unwrap()), wanted, "{byte} at {place}");
                        let asked = u64::from(b"\\#$%&={".contains(&byte)) << place;
                        assert_eq!(gaps_and_asked(level, &block), (wanted, asked), "{byte} at {place}");
                    }
                }
            }
        }
    }

    #[test]
    fn some_are_asked_behind_others() {
        for level in [Level::new(), Level::baseline()] {
            for (near, asked) in [
                (*b"\0k\0", 0b10_u128),
                (*b"\0k0", 0),
                (*b"kk\0", 0),
                (*b"\0\0\0", 0),
                (*b"\0\n\0", 0),
                (*b"k\\\n", 0b11),
                (*b"kk\n", 0),
            ] {
                for place in 0..BLOCK {
                    let mut block = [u8::MAX; BEFORE + BLOCK];
                    block[place..][..near.len()].copy_from_slice(&near);
                    let wanted = (asked << place >> 1) as u64;
                    assert_eq!(gaps_and_asked(level, &block).1, wanted, "{near:?} at {place}");
                }
            }
        }
    }

    #[test]
    fn key_bytes_are_counted_from_both_ends() {
        for length in 0..70 {
            let keys = "k".repeat(length);
            assert_eq!((ahead(keys.as_bytes()), behind(keys.as_bytes())), (length, length));
            for byte in (0..=u8::MAX).filter(|&byte| !is_key_byte(byte)) {
                let text = [keys.as_bytes(), &[byte], b"key/"].concat();
                assert_eq!((ahead(&text), behind(&text)), (length, 4), "{byte} at {length}");
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
