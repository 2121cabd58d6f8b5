//! The `Sieve` tells for many places of a text at once at which of them a keyword may begin: each of the first three bytes
//! is looked up by its low and by its high half, where a bit stands for a bucket of keywords. A bucket says yes to every
//! mixture of the halves that its keywords have, so what is left has to be looked at.

use std::ops::Range;

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, u8x16, u8x32};

/// How many places are told of at once.
pub(super) const PLACES: usize = 32;

/// How many bytes are looked at for each place.
const LOOKED_AT: usize = 3;

/// The bytes at which so many places can be told of.
pub(super) type Stretch = [u8; PLACES + LOOKED_AT - 1];

/// How many buckets a bit each stands for.
const IN_A_LAYER: usize = 8;

/// One bit for each bucket is enough for few keywords; of many, twice as many bits let half as much pass.
const LAYERS: usize = 2;

/// How many buckets keywords are put in.
pub(super) const BUCKETS: usize = LAYERS * IN_A_LAYER;

/// For each byte that is looked at, what its low and its high half may belong to.
type Halves = [([u8; 16], [u8; 16]); LOOKED_AT];

/// The same, as one instruction looks into them.
type Tables<S> = [(u8x32<S>, u8x32<S>); LOOKED_AT];

/// The beginnings of keywords, as bits.
#[derive(Debug)]
pub(super) struct Sieve {
    level: Level,
    layers: [Halves; LAYERS],
}

impl Sieve {
    /// One for beginnings that are in order, so that those that look alike share a bucket.
    pub(super) fn new(beginnings: &[[u8; LOOKED_AT]]) -> Self {
        let share = beginnings.len().div_ceil(BUCKETS).max(1);
        Self::of_buckets(beginnings.iter().enumerate().map(|(number, beginning)| (number / share, *beginning)))
    }

    /// One for beginnings, each with the number of its bucket.
    pub(super) fn of_buckets(beginnings: impl Iterator<Item = (usize, [u8; LOOKED_AT])>) -> Self {
        let mut layers = [[([0; 16], [0; 16]); LOOKED_AT]; LAYERS];
        for (bucket, beginning) in beginnings {
            let (layer, bit) = (&mut layers[bucket / IN_A_LAYER], 1 << (bucket % IN_A_LAYER));
            for ((low, high), byte) in layer.iter_mut().zip(beginning) {
                low[usize::from(byte & 15)] |= bit;
                high[usize::from(byte >> 4)] |= bit;
            }
        }
        Self { level: Level::new(), layers }
    }

    /// The places of a stretch at which a keyword may begin, a bit for each, the first one's the lowest.
    #[inline]
    pub(super) fn pass(&self, stretch: &Stretch) -> u32 {
        dispatch!(self.level, simd => pass_with(simd, &self.tables(simd), stretch))
    }

    /// Where in a window of a text the first stretch begins that a keyword may begin in, and at which places of it; each
    /// stretch is [`PLACES`] behind the one before, and the last one may reach out of the window.
    #[inline]
    pub(super) fn first(&self, text: &[u8], window: Range<usize>) -> Option<(usize, u32)> {
        dispatch!(self.level, simd => self.first_with(simd, text, window))
    }

    #[inline(always)]
    fn first_with<S: Simd>(&self, simd: S, text: &[u8], window: Range<usize>) -> Option<(usize, u32)> {
        let tables = self.tables(simd);
        let mut begin = window.start;
        while begin < window.end {
            let passed = match text[begin..].first_chunk() {
                Some(stretch) => pass_with(simd, &tables, stretch),
                None => pass_with(simd, &tables, &filled(&text[begin..])),
            };
            if passed != 0 {
                return Some((begin, passed));
            }
            begin += PLACES;
        }
        None
    }

    #[inline(always)]
    fn tables<S: Simd>(&self, simd: S) -> [Tables<S>; LAYERS] {
        let [one, other] = &self.layers;
        [tables_of(simd, one), tables_of(simd, other)]
    }
}

#[inline(always)]
fn tables_of<S: Simd>(simd: S, [first, second, third]: &Halves) -> Tables<S> {
    let table = |halves: &[u8; 16]| u8x32::block_splat(u8x16::from_slice(simd, halves));
    [(table(&first.0), table(&first.1)), (table(&second.0), table(&second.1)), (table(&third.0), table(&third.1))]
}

/// What is left of a text, and NULs.
#[cold]
pub(super) fn filled(rest: &[u8]) -> Stretch {
    let mut stretch = [0; size_of::<Stretch>()];
    stretch[..rest.len()].copy_from_slice(rest);
    stretch
}

#[inline(always)]
fn pass_with<S: Simd>(simd: S, [one, other]: &[Tables<S>; LAYERS], stretch: &Stretch) -> u32 {
    let mut passed = (u8x32::splat(simd, u8::MAX), u8x32::splat(simd, u8::MAX));
    for place in 0..LOOKED_AT {
        let bytes = u8x32::from_slice(simd, &stretch[place..place + PLACES]);
        let (low, high) = (bytes & 15, bytes >> 4);
        let buckets = |(lows, highs): (u8x32<S>, u8x32<S>)| {
            lows.swizzle_dyn_within_blocks(low) & highs.swizzle_dyn_within_blocks(high)
        };
        passed = (passed.0 & buckets(one[place]), passed.1 & buckets(other[place]));
    }
    !(passed.0 | passed.1).simd_eq(0).to_bitmask() as u32
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
    fn the_first_stretch_is_found_and_how_far_it_is() {
        let sieve = Sieve::of_buckets([(9, *b"key")].into_iter());
        for at in 0..100 {
            for behind in [3, 4, 40, 100] {
                let mut text = vec![b' '; at + behind];
                text[at..at + 3].copy_from_slice(b"key");
                let stretch = at / PLACES * PLACES;
                assert_eq!(sieve.first(&text, 0..text.len()), Some((stretch, 1 << (at - stretch))), "{at} {behind}");
                assert_eq!(sieve.first(&text, at..at + 1), Some((at, 1)), "{at} {behind}");
                assert_eq!(sieve.first(&text, at + 1..text.len()), None, "{at} {behind}");
                assert_eq!(sieve.first(&text, 0..stretch), None, "{at} {behind}");
            }
        }
    }

    #[test]
    fn nothing_passes_where_there_are_no_keywords() {
        assert_eq!(Sieve::new(&[]).pass(&[0; PLACES + 2]), 0);
    }
}
