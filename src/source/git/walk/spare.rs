//! Buffers that wait to be used again, by how much they hold: who needs a large one gets a large one, so that none has to
//! be made anew, which costs as much as filling it.

use crate::source::git::inflate::Buffer;

/// How much memory may lie in buffers that wait, in bytes.
const MOST: usize = 16 << 20;

/// How many times larger than needed a buffer may be, as a power of two.
const LARGER: usize = 2;

/// The buffers of one thread.
#[derive(Default)]
pub(super) struct Spare {
    /// Those whose room is a power of two, at the place of that power.
    buffers: Vec<Vec<Buffer>>,
    bytes: usize,
}

impl Spare {
    /// A buffer for so many bytes; an empty one if none of about that size waits.
    pub(super) fn take(&mut self, len: usize) -> Buffer {
        let first = power(Buffer::room_for(len));
        let near = self.buffers.iter_mut().skip(first).take(LARGER + 1);
        let buffer = near.filter_map(Vec::pop).next().unwrap_or_default();
        self.bytes -= buffer.capacity();
        buffer
    }

    /// Keeps a buffer that is no longer needed, if not too many wait.
    pub(super) fn give(&mut self, buffer: Buffer) {
        let size = buffer.capacity();
        if size == 0 || self.bytes + size > MOST {
            return;
        }
        let power = power(size);
        if self.buffers.len() <= power {
            self.buffers.resize_with(power + 1, Vec::new);
        }
        self.buffers[power].push(buffer);
        self.bytes += size;
    }
}

fn power(size: usize) -> usize {
    size.checked_ilog2().unwrap_or_default() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_is_large_enough_and_not_much_larger() {
        let mut spare = Spare::default();
        for len in [100, 10_000, 1 << 20] {
            let mut buffer = spare.take(len);
            assert_eq!(buffer.capacity(), 0, "nothing waits that would do");
            buffer.room(len).unwrap();
            spare.give(buffer);
        }
        assert!(spare.take(10_001).capacity() > 10_001);
        assert_eq!(spare.take(10_001).capacity(), 0, "one of a megabyte is too large");
        assert!(spare.take(1 << 19).capacity() > 1 << 20);
        assert!(spare.take(0).capacity() > 0);
        let mut large = Buffer::default();
        large.room(MOST).unwrap();
        spare.give(large);
        assert_eq!(spare.take(MOST).capacity(), 0, "it was too much to keep");
    }
}
