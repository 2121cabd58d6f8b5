//! Inflating what git deflated: a whole zlib stream into a buffer whose size is known, without trusting that size.
//!
//! Buffers are kept and used again; they only ever grow, so that no byte is cleared twice.

use zlib_rs::{Inflate, InflateFlush, Status};

use super::error::ReadError;

/// The largest object that is held in memory, in bytes.
pub(crate) const MAX_OBJECT: u64 = 2 << 30;

/// Deflate can't do better than 1032 to 1 (a match of 258 bytes in two bits), so a stream of `n` bytes can't hold more
/// than this many. Source: zlib's technical details, "maximum compression factor".
fn most_from(input: usize) -> u64 {
    (input as u64).saturating_mul(1032) + 64
}

/// Room beyond the end of what is inflated: the inflater's quick way needs so much in hand, at the end as well.
const SLACK: usize = 320;

/// A buffer that is used again and again: `len` bytes of it count.
#[derive(Default)]
pub(super) struct Buffer {
    bytes: Vec<u8>,
    len: usize,
}

impl Buffer {
    /// Room for `len` bytes, whatever they are now; `None` if the system has no such memory.
    pub(super) fn room(&mut self, len: usize) -> Option<&mut [u8]> {
        Some(&mut self.room_and_slack(len)?[..len])
    }

    /// How much memory is taken for `len` bytes: a power of two.
    pub(super) fn room_for(len: usize) -> usize {
        len.saturating_add(SLACK).checked_next_power_of_two().unwrap_or(usize::MAX).max(1 << 12)
    }

    /// The same with some room after it, which does not count.
    fn room_and_slack(&mut self, len: usize) -> Option<&mut [u8]> {
        if self.bytes.len() < len + SLACK {
            let size = Self::room_for(len);
            self.bytes = Vec::new();
            Vec::<u8>::new().try_reserve_exact(size).ok()?;
            self.bytes = vec![0; size];
        }
        self.len = len;
        Some(&mut self.bytes[..len + SLACK])
    }

    /// The bytes that count.
    pub(super) fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    /// How much memory it holds, in bytes.
    pub(super) fn capacity(&self) -> usize {
        self.bytes.len()
    }
}

/// The state of one inflation, used again for the next.
pub(super) struct Inflater(Inflate);

impl Inflater {
    /// A new one; it is worth keeping.
    pub(super) fn new() -> Self {
        Self(Inflate::new(true, 15))
    }

    /// Inflates the stream at the start of `input`, which must hold exactly `size` bytes, into `out`.
    pub(super) fn whole(&mut self, input: &[u8], size: u64, out: &mut Buffer) -> Result<(), ReadError> {
        if size > most_from(input.len()) {
            return Err(ReadError::Corrupt("it claims more bytes than could inflate from its data"));
        }
        if size > MAX_OBJECT {
            return Err(ReadError::TooLarge(size));
        }
        let room = out.room_and_slack(size as usize).ok_or(ReadError::TooLarge(size))?;
        self.0.reset(true);
        match self.0.decompress(input, room, InflateFlush::Finish) {
            Ok(Status::StreamEnd) if self.0.total_out() == size => Ok(()),
            Ok(Status::StreamEnd) => Err(ReadError::Corrupt("it holds more or fewer bytes than it claims")),
            Ok(_) => Err(ReadError::Corrupt("its data has no end where it should")),
            Err(_) => Err(ReadError::Corrupt("its data can't be inflated")),
        }
    }

    /// How many bytes of input the last stream took.
    pub(super) fn consumed(&self) -> usize {
        self.0.total_in() as usize
    }

    /// Inflates only the beginning of a stream: as much as fits into `room`. Says how many bytes that is.
    pub(super) fn beginning(&mut self, input: &[u8], room: &mut [u8]) -> Result<usize, ReadError> {
        self.0.reset(true);
        match self.0.decompress(input, room, InflateFlush::NoFlush) {
            Ok(_) => Ok(self.0.total_out() as usize),
            Err(_) => Err(ReadError::Corrupt("its data can't be inflated")),
        }
    }
}
