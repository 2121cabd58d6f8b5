//! The `Sieve` tells for many places of a text at once at which of them a keyword may begin: each of the first three bytes
//! is looked up by its low and by its high half, where a bit stands for a bucket of keywords. A bucket says yes to every
//! mixture of the halves that its keywords have, so what is left has to be looked at.

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, u8x16, u8x32};

/// How many places are told of at once.
pub(super) const PLACES: usize = 32;

/// How many bytes are looked at for each place.
const LOOKED_AT: usize = 3;

/// The bytes at which so many places can be told of.
pub(super) type Stretch = [u8; PLACES + LOOKED_AT - 1];

/// How many buckets a bit each stands for.
const BUCKETS: usize = 8;

/// For each byte that is looked at, what its low and its high half may belong to.
type Halves = [([u8; 16], [u8; 16]); LOOKED_AT];

/// The beginnings of keywords, as bits.
#[derive(Debug)]
pub(super) struct Sieve {
    level: Level,
    /// One bit is enough for few keywords; of many, twice as many bits let half as much pass.
    layers: [Halves; 2],
}

impl Sieve {
    /// One for beginnings that are in order, so that those that look alike share a bucket.
    pub(super) fn new(beginnings: &[[u8; LOOKED_AT]]) -> Self {
        let mut layers = [[([0; 16], [0; 16]); LOOKED_AT]; 2];
        let share = beginnings.len().div_ceil(layers.len() * BUCKETS).max(1);
        for (bucket, beginnings) in beginnings.chunks(share).enumerate() {
            let (layer, bit) = (&mut layers[bucket / BUCKETS], 1 << (bucket % BUCKETS));
            for beginning in beginnings {
                for ((low, high), byte) in layer.iter_mut().zip(beginning) {
                    low[usize::from(byte & 15)] |= bit;
                    high[usize::from(byte >> 4)] |= bit;
                }
            }
        }
        Self { level: Level::new(), layers }
    }

    /// The places of a stretch at which a keyword may begin, a bit for each, the first one's the lowest.
    #[inline]
    pub(super) fn pass(&self, stretch: &Stretch) -> u32 {
        dispatch!(self.level, simd => self.pass_with(simd, stretch))
    }

    #[inline(always)]
    fn pass_with<S: Simd>(&self, simd: S, stretch: &Stretch) -> u32 {
        let table = |halves: &[u8; 16]| u8x32::block_splat(u8x16::from_slice(simd, halves));
        let mut passed = [u8x32::splat(simd, u8::MAX); 2];
        for place in 0..LOOKED_AT {
            let bytes = u8x32::from_slice(simd, &stretch[place..place + PLACES]);
            let (low, high) = (bytes & 15, bytes >> 4);
            for (passed, layer) in passed.iter_mut().zip(&self.layers) {
                let (lows, highs) = &layer[place];
                let (lows, highs) = (table(lows), table(highs));
                *passed = *passed & lows.swizzle_dyn_within_blocks(low) & highs.swizzle_dyn_within_blocks(high);
            }
        }
        !(passed[0] | passed[1]).simd_eq(0).to_bitmask() as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_keyword_begins_with_passes_wherever_it_stands() {
        let mut beginnings: Vec<[u8; 3]> =
            (0..200u8).map(|number| [b'a' + number % 26, b'-' + number % 40, number]).collect();
        beginnings.sort_unstable();
        for level in [Level::new(), Level::baseline()] {
            let sieve = Sieve { level, ..Sieve::new(&beginnings) };
            for beginning in &beginnings {
                for place in 0..PLACES {
                    let mut stretch = [b' '; PLACES + 2];
                    stretch[place..place + 3].copy_from_slice(beginning);
                    assert_eq!(sieve.pass(&stretch) & 1 << place, 1 << place, "{beginning:?} at {place}");
                }
            }
            assert_eq!(sieve.pass(&[b' '; PLACES + 2]), 0);
        }
    }

    #[test]
    fn nothing_passes_where_there_are_no_keywords() {
        assert_eq!(Sieve::new(&[]).pass(&[0; PLACES + 2]), 0);
    }
}
