//! The `Bits` of a stream, taken from the lowest of each byte on, eight bytes at a time.

use super::table::Entry;

/// The bits that are yet to be taken.
#[derive(Clone, Copy)]
pub(super) struct Bits<'a> {
    input: &'a [u8],
    /// Where the first byte is that is not among the next bits, or not as a whole.
    at: usize,
    next: u64,
    /// How many bits of `next` count.
    count: u32,
}

/// How many bits there are at least after [`Bits::refill`].
const LEAST: u32 = 56;

impl<'a> Bits<'a> {
    /// Those of a stream from a byte on.
    pub(super) fn new(input: &'a [u8], at: usize) -> Self {
        Self { input, at, next: 0, count: 0 }
    }

    /// The next of them: at least so many that it was filled up with and that were not taken since.
    #[inline(always)]
    pub(super) fn next(&self) -> u64 {
        self.next
    }

    /// Fills up to [`LEAST`] bits or more. Behind the end of the input they are zeros.
    #[inline(always)]
    pub(super) fn refill(&mut self) {
        match self.input.get(self.at..).and_then(<[u8]>::first_chunk) {
            Some(bytes) => {
                // Bits that do not count yet come again, and are the same.
                self.next |= u64::from_le_bytes(*bytes) << self.count;
                self.at += (63 - self.count as usize) >> 3;
                self.count |= LEAST;
            }
            None => *self = self.refilled_at_end(),
        }
    }

    /// By value, so that the others may stay in registers.
    #[cold]
    #[inline(never)]
    fn refilled_at_end(mut self) -> Self {
        self.next &= (1 << self.count) - 1;
        while self.count < LEAST {
            self.next |= u64::from(self.input.get(self.at).copied().unwrap_or(0)) << self.count;
            self.count += 8;
            self.at += 1;
        }
        self
    }

    /// Takes so many bits, which must be there, and forgets them.
    #[inline(always)]
    pub(super) fn skip(&mut self, bits: u32) {
        self.next >>= bits;
        self.count -= bits;
    }

    /// Takes so many bits, which must be there.
    #[inline(always)]
    pub(super) fn take(&mut self, bits: u32) -> usize {
        let taken = self.next & ((1 << bits) - 1);
        self.skip(bits);
        taken as usize
    }

    /// Takes a code with the bits that belong to it: the length or the distance.
    #[inline(always)]
    pub(super) fn take_measure(&mut self, entry: Entry) -> usize {
        let taken = self.take(entry.taken());
        entry.value() + (taken >> entry.code_bits())
    }

    /// The whole bytes that follow; nothing if more was taken than there is.
    pub(super) fn rest(&self) -> Option<&'a [u8]> {
        self.input.get(self.at - (self.count >> 3) as usize..)
    }

    /// The same stream, from where these bytes begin that are its rest.
    pub(super) fn at_rest(&self, rest: &[u8]) -> Self {
        Self::new(self.input, self.input.len() - rest.len())
    }
}
