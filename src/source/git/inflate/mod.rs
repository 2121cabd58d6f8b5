//! Inflating what git deflated: a whole zlib stream into a buffer whose size is known, without trusting that size.
//!
//! Buffers are kept and used again; they only ever grow, so that no byte is cleared twice.

mod bits;
mod codes;
mod quick;
mod table;

use zlib_rs::{Inflate, InflateFlush, Status};

use super::error::ReadError;
use quick::Quick;

/// The largest object that is held in memory, in bytes.
pub(crate) const MAX_OBJECT: u64 = 2 << 30;

/// Deflate can't do better than 1032 to 1 (a match of 258 bytes in two bits), so a stream of `n` bytes can't hold more
/// than this many. Source: zlib's technical details, "maximum compression factor".
fn most_from(input: usize) -> u64 {
    (input as u64).saturating_mul(1032) + 64
}

/// Room beyond the end of what is inflated: zlib's own fast loop needs so much in hand, at the end as well, and our quick way
/// less.
const SLACK: usize = 320;

/// A buffer that is used again and again: `len` bytes of it count.
#[derive(Default)]
pub struct Buffer {
    bytes: Vec<u8>,
    len: usize,
}

impl Buffer {
    /// Room for `len` bytes, whatever they are now; `None` if the system has no such memory.
    pub fn room(&mut self, len: usize) -> Option<&mut [u8]> {
        Some(&mut self.room_and_slack(len)?[..len])
    }

    /// How much memory is taken for `len` bytes: a power of two.
    pub fn room_for(len: usize) -> usize {
        len.saturating_add(SLACK).checked_next_power_of_two().unwrap_or(usize::MAX).max(1 << 12)
    }

    /// The same with some room after it, which does not count.
    fn room_and_slack(&mut self, len: usize) -> Option<&mut [u8]> {
        let wanted = len + SLACK;
        if self.bytes.capacity() < wanted {
            self.bytes = Vec::new();
            self.bytes.try_reserve_exact(Self::room_for(len)).ok()?;
        }
        if self.bytes.len() < wanted {
            // Not all that there is room for: memory that is not needed is not touched.
            self.bytes.resize(wanted, 0);
        }
        self.len = len;
        Some(&mut self.bytes[..wanted])
    }

    /// The bytes that count.
    #[must_use]
    pub fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    /// How much memory it holds, in bytes.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.bytes.capacity()
    }
}

/// What inflates, one stream after the other; it is worth keeping.
pub struct Inflater {
    quick: Quick,
    /// Made when it is needed.
    zlib: Option<Box<Inflate>>,
    consumed: usize,
}

impl Default for Inflater {
    fn default() -> Self {
        Self { quick: Quick::new(), zlib: None, consumed: 0 }
    }
}

impl Inflater {
    /// Inflates the stream at the start of `input`, which must hold exactly `size` bytes, into `out`.
    ///
    /// # Errors
    /// Why it can't be: it is damaged, holds more or fewer bytes, or there is no memory for so many.
    pub fn whole(&mut self, input: &[u8], size: u64, out: &mut Buffer) -> Result<(), ReadError> {
        if size > most_from(input.len()) {
            return Err(ReadError::Corrupt("it claims more bytes than could inflate from its data"));
        }
        if size > MAX_OBJECT {
            return Err(ReadError::TooLarge(size));
        }
        let room = out.room_and_slack(size as usize).ok_or(ReadError::TooLarge(size))?;
        if let Some(consumed) = self.quick.inflate(input, size as usize, room) {
            self.consumed = consumed;
            return Ok(());
        }
        let zlib = self.zlib();
        let status = zlib.decompress(input, room, InflateFlush::Finish);
        let (made, consumed) = (zlib.total_out(), zlib.total_in());
        self.consumed = consumed as usize;
        match status {
            Ok(Status::StreamEnd) if made == size => Ok(()),
            Ok(Status::StreamEnd) => Err(ReadError::Corrupt("it holds more or fewer bytes than it claims")),
            Ok(_) => Err(ReadError::Corrupt("its data has no end where it should")),
            Err(_) => Err(ReadError::Corrupt("its data can't be inflated")),
        }
    }

    /// zlib, at the beginning of a stream.
    fn zlib(&mut self) -> &mut Inflate {
        let zlib = self.zlib.get_or_insert_with(|| Box::new(Inflate::new(true, 15)));
        zlib.reset(true);
        zlib
    }

    /// How many bytes of input the last whole stream took.
    #[must_use]
    pub fn consumed(&self) -> usize {
        self.consumed
    }

    /// Inflates only the beginning of a stream: as much as fits into `room`. Says how many bytes that is.
    ///
    /// # Errors
    /// It is damaged.
    pub fn beginning(&mut self, input: &[u8], room: &mut [u8]) -> Result<usize, ReadError> {
        let zlib = self.zlib();
        match zlib.decompress(input, room, InflateFlush::NoFlush) {
            Ok(_) => Ok(zlib.total_out() as usize),
            Err(_) => Err(ReadError::Corrupt("its data can't be inflated")),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;

    fn deflated(text: &[u8], level: u32) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(level));
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    /// What the quick way makes of a stream, and how much of it that took.
    fn quickly(stream: &[u8], size: usize) -> Option<(Vec<u8>, usize)> {
        let mut out = vec![0xAA; size + SLACK];
        let consumed = Quick::new().inflate(stream, size, &mut out)?;
        out.truncate(size);
        Some((out, consumed))
    }

    /// What zlib makes of it.
    fn plainly(stream: &[u8], size: usize) -> Option<(Vec<u8>, usize)> {
        let (mut zlib, mut out) = (Inflate::new(true, 15), vec![0; size]);
        let status = zlib.decompress(stream, &mut out, InflateFlush::Finish);
        let is_whole = matches!(status, Ok(Status::StreamEnd)) && zlib.total_out() == size as u64;
        is_whole.then_some((out, zlib.total_in() as usize))
    }

    /// Texts as there are: words again and again, few letters, many, none, bytes without order, and long ones.
    fn texts() -> impl Strategy<Value = Vec<u8>> {
        let words =
            prop::collection::vec(prop::sample::select(vec!["let ", "x = ", "\n", "        ", "}", "aaaa"]), 0..900);
        prop_oneof![
            words.prop_map(|words| words.concat().into_bytes()),
            prop::collection::vec(any::<u8>(), 0..3000),
            prop::collection::vec(b'a'..b'd', 0..3000),
            (any::<Vec<u8>>(), 1..2000usize).prop_map(|(bytes, times)| bytes.repeat(times)),
            // Codes get long where letters are ever rarer.
            prop::collection::vec(0..60_000u32, 0..20_000)
                .prop_map(|all| all.iter().map(|one| b' ' + (one + 1).ilog2() as u8 * 5 + (one % 5) as u8).collect()),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, rng_seed: RngSeed::Fixed(5), ..ProptestConfig::default() })]

        #[test]
        fn the_quick_way_makes_what_was_deflated(text in texts(), level in 0..10u32, behind in any::<Vec<u8>>()) {
            let mut stream = deflated(&text, level);
            let len = stream.len();
            stream.extend(behind);
            prop_assert_eq!(quickly(&stream, text.len()), Some((text, len)));
        }

        #[test]
        fn what_is_damaged_is_what_zlib_says(
            text in texts(),
            level in 0..10u32,
            place in any::<prop::sample::Index>(),
            bits in 1..=u8::MAX,
            cut in any::<bool>(),
            wrong in -1..2isize,
        ) {
            let mut stream = deflated(&text, level);
            let place = place.index(stream.len());
            if cut { stream.truncate(place) } else { stream[place] ^= bits };
            let size = text.len().saturating_add_signed(wrong);
            if let Some(made) = quickly(&stream, size) {
                prop_assert_eq!(Some(made), plainly(&stream, size));
            }
        }
    }

    #[test]
    fn each_byte_that_is_wrong_is_noticed() {
        let text = "a key may not be missed because a byte of a pack is wrong ".repeat(20);
        let sound = deflated(text.as_bytes(), 9);
        let (mut inflater, mut out) = (Inflater::default(), Buffer::default());
        let size = text.len() as u64;
        inflater.whole(&sound, size, &mut out).unwrap();
        assert_eq!((out.as_slice(), inflater.consumed()), (text.as_bytes(), sound.len()));
        for place in 0..sound.len() {
            let mut broken = sound.clone();
            broken[place] ^= 1;
            assert!(inflater.whole(&broken, size, &mut out).is_err(), "{place}");
            assert!(inflater.whole(&sound[..place], size, &mut out).is_err(), "{place}");
        }
        for wrong in [size - 1, size + 1, 0] {
            assert!(inflater.whole(&sound, wrong, &mut out).is_err(), "{wrong}");
        }
    }

    #[test]
    fn codes_that_cannot_be_are_left_to_zlib() {
        // A block with codes of its own, whose lengths are told in codes that do not add up: all nineteen of one bit.
        let mut block = vec![0x78, 0x9C, 0b0000_0101, 0b1110_0000];
        block.extend([0b0010_0100; 20]);
        assert_eq!(quickly(&block, 10), None);
        // The third kind of block is none.
        assert_eq!(quickly(&[0x78, 0x9C, 0b111, 0, 0, 0, 0, 0, 0, 0], 0), None);
        // A preset dictionary is wanted.
        assert_eq!(quickly(&[0x78, 0xBB, 0, 0, 0, 1, 0x03, 0, 0, 0, 0, 1], 0), None);
        // It stands again before anything stood: a length and a distance of fixed codes.
        assert_eq!(quickly(&[0x78, 0x9C, 0b0000_0011, 0b0000_0010, 0, 0, 0, 0, 0, 0], 3), None);
    }
}
