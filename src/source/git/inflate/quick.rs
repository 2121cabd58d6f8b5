//! The quick way to inflate a stream that is all in hand, into room of a known size.
//!
//! zlib inflates as bytes come and go, and can stop anywhere. The objects of a pack are there as a whole, and most are small.
//! So here bits are taken eight bytes at a time, a symbol together with the bits that belong to it, and what stands again is
//! copied sixteen bytes at a time. Whatever is not sound, or not usual, is left to zlib, which has the last word on what is
//! wrong with a stream; what is made is what the stream's own checksum says, or nothing.
//!
//! Formats: RFC 1950 (zlib) and RFC 1951 (deflate).

use fearless_simd::{Level, dispatch};

use super::bits::Bits;
use super::codes::{Codes, Distances, Literals};
use super::table::Entry;

/// Room that is needed behind what is made, in bytes: what is copied may be written a little too far.
const SLACK: usize = 32;

/// Inflates one stream after the other.
pub(super) struct Quick {
    codes: Box<Codes>,
    /// Made when they are needed.
    fixed: Option<Box<Codes>>,
    /// What the processor has.
    level: Level,
}

impl Quick {
    /// A new one; it is worth keeping.
    pub(super) fn new() -> Self {
        Self { codes: Box::new(Codes::new()), fixed: None, level: Level::new() }
    }

    /// Inflates the stream at the start of `input` to exactly `size` bytes at the start of `out`, which has [`SLACK`] more.
    /// How many bytes of input it took; nothing if zlib has to be asked.
    pub(super) fn inflate(&mut self, input: &[u8], size: usize, out: &mut [u8]) -> Option<usize> {
        let (&[method, flags], _) = input.split_first_chunk()?;
        let is_deflated = method & 0x0F == 8 && method >> 4 <= 7 && flags & 0x20 == 0;
        let is_sound = u16::from_be_bytes([method, flags]).is_multiple_of(31);
        if !is_deflated || !is_sound || out.len() < size.checked_add(SLACK)? {
            return None;
        }
        let (mut bits, mut at, mut is_last) = (Bits::new(input, 2), 0, false);
        while !is_last {
            bits.refill();
            is_last = bits.take(1) == 1;
            (bits, at) = match bits.take(2) {
                0 => stored(bits, out, at, size)?,
                1 => {
                    self.fixed = self.fixed.take().or_else(Codes::fixed);
                    block(self.level, bits, out, at, size, self.fixed.as_ref()?)?
                }
                2 => block(self.level, self.codes.read(bits)?, out, at, size, &self.codes)?,
                _ => return None,
            };
        }
        let rest = bits.rest()?;
        let checksum = u32::from_be_bytes(*rest.first_chunk()?);
        let is_whole = at == size && zlib_rs::adler32::adler32(1, &out[..size]) == checksum;
        is_whole.then_some(input.len() - rest.len() + size_of_val(&checksum))
    }
}

/// Copies a block that is not deflated. The bits that follow it, and where it ends.
fn stored<'a>(bits: Bits<'a>, out: &mut [u8], at: usize, size: usize) -> Option<(Bits<'a>, usize)> {
    let (&[a, b, c, d], rest) = bits.rest()?.split_first_chunk()?;
    let length = u16::from_le_bytes([a, b]);
    let bytes = rest.get(..usize::from(length)).filter(|_| length == !u16::from_le_bytes([c, d]))?;
    let end = Some(at + bytes.len()).filter(|&end| end <= size)?;
    out.get_mut(at..end)?.copy_from_slice(bytes);
    Some((bits.at_rest(&rest[bytes.len()..]), end))
}

/// Inflates a block from `at` on. The bits that follow it, and where it ends. Processors that shift by any register take 6 %
/// less time.
fn block<'a>(
    level: Level,
    bits: Bits<'a>,
    out: &mut [u8],
    at: usize,
    size: usize,
    codes: &Codes,
) -> Option<(Bits<'a>, usize)> {
    dispatch!(level, _ => block_with(bits, out, at, size, codes))
}

#[inline(always)]
fn block_with<'a>(
    mut bits: Bits<'a>,
    out: &mut [u8],
    mut at: usize,
    size: usize,
    codes: &Codes,
) -> Option<(Bits<'a>, usize)> {
    let Codes { literals, distances, .. } = codes;
    bits.refill();
    let mut entry = literals.at(bits.next());
    loop {
        // Three bytes take 45 bits at most, which leaves enough for a look at what follows.
        if entry.is(Entry::LITERAL) {
            entry = put(entry, &mut bits, out, &mut at, literals)?;
            if entry.is(Entry::LITERAL) {
                entry = put(entry, &mut bits, out, &mut at, literals)?;
                if entry.is(Entry::LITERAL) {
                    entry = put(entry, &mut bits, out, &mut at, literals)?;
                    bits.refill();
                    continue;
                }
            }
            bits.refill();
        }
        if entry.is(Entry::OTHER) {
            if entry.is(Entry::LINK) {
                bits.skip(entry.taken());
                entry = literals.follow(entry, bits.next());
            }
            if entry.is(Entry::LITERAL) {
                entry = put(entry, &mut bits, out, &mut at, literals)?;
                bits.refill();
                continue;
            }
            if entry.is(Entry::OTHER) {
                bits.skip(entry.taken());
                return entry.is(Entry::END).then_some((bits, at));
            }
        }
        // A length and a distance take 48 bits at most.
        let length = bits.take_measure(entry);
        let distance = distance(&mut bits, distances)?;
        bits.refill();
        entry = literals.at(bits.next());
        if distance > at || length > size.checked_sub(at)? {
            return None;
        }
        repeat(out, at, distance, length);
        at += length;
    }
}

/// Puts down the byte that an entry stands for. The entry that follows is looked up first, since it takes a while to come.
#[inline(always)]
fn put(byte: Entry, bits: &mut Bits<'_>, out: &mut [u8], at: &mut usize, literals: &Literals) -> Option<Entry> {
    bits.skip(byte.taken());
    let next = literals.at(bits.next());
    *out.get_mut(*at)? = byte.value() as u8;
    *at += 1;
    Some(next)
}

/// Takes a distance.
#[inline(always)]
fn distance(bits: &mut Bits<'_>, distances: &Distances) -> Option<usize> {
    let mut entry = distances.at(bits.next());
    if entry.is(Entry::LINK) {
        bits.skip(entry.taken());
        entry = distances.follow(entry, bits.next());
    }
    (!entry.is(Entry::OTHER)).then(|| bits.take_measure(entry))
}

/// Writes again, from `at` on, what stands `distance` before. It is written in pieces; of the room behind it, [`SLACK`] at
/// most is written over.
#[inline(always)]
fn repeat(out: &mut [u8], at: usize, distance: usize, length: usize) {
    let from = at - distance;
    let mut done = 0;
    if distance >= 16 {
        out.copy_within(from..from + 16, at);
        out.copy_within(from + 16..from + 32, at + 16);
        done = 32;
        while done < length {
            out.copy_within(from + done..from + done + 16, at + done);
            done += 16;
        }
        return;
    }
    if distance == 1 {
        let piece = [out[from]; 16];
        while done < length {
            out[at + done..at + done + 16].copy_from_slice(&piece);
            done += 16;
        }
        return;
    }
    if distance >= 8 {
        while done < length {
            out.copy_within(from + done..from + done + 8, at + done);
            done += 8;
        }
        return;
    }
    while done < length {
        out[at + done] = out[from + done];
        done += 1;
    }
}
