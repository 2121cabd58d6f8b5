//! Gaps: the bytes of a text that can be in no key, told for a block of 64 bytes at once.

use wide::u8x16;

/// How many bytes a block has.
pub(super) const BLOCK: usize = 64;

/// The gaps of a block: a bit for each byte, the first byte's the lowest.
#[inline]
pub(super) fn gaps(block: &[u8; BLOCK]) -> u64 {
    let quarters = block.as_chunks::<16>().0.iter().enumerate();
    !quarters.fold(0, |keys, (number, quarter)| keys | keys_in(quarter) << (16 * number))
}

/// The bytes of a quarter of a block that can be in a key.
#[inline]
fn keys_in(quarter: &[u8; 16]) -> u64 {
    let bytes = u8x16::new(*quarter);
    let is = |byte: u8| bytes.simd_eq(u8x16::splat(byte));
    let letters = ((bytes | u8x16::splat(0x20)) - u8x16::splat(b'a')).simd_le(u8x16::splat(25));
    let slash_and_digits = (bytes - u8x16::splat(b'/')).simd_le(u8x16::splat(10));
    u64::from((letters | slash_and_digits | is(b'-') | is(b'_') | is(b'+')).to_bitmask() & 0xFFFF)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::is_key_byte;

    #[test]
    fn a_gap_is_what_is_no_key_byte() {
        for place in 0..BLOCK {
            for byte in 0..=u8::MAX {
                for other in [b'a', b' '] {
                    let mut block = [other; BLOCK];
                    block[place] = byte;
                    let others = if is_key_byte(other) { 0 } else { !(1 << place) };
                    let wanted = others | u64::from(!is_key_byte(byte)) << place;
                    assert_eq!(gaps(&block), wanted, "{byte} at {place}");
                }
            }
        }
    }
}
