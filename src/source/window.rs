//! Windows: an input of any size is read in pieces that overlap, so that memory stays bounded and no key is cut.

use std::io::{self, Read};

use memchr::{memchr_iter, memrchr};

use crate::words::{Blob, Origin, Sink, columns};

/// The largest piece that is looked at in one go; most inputs are smaller and are read whole.
const WINDOW: usize = 16 << 20;

/// How much of the bytes before and after its own a window sees. No key is longer (the longest pattern reaches 16 KiB).
const OVERLAP: usize = 64 << 10;

/// Reads inputs piece by piece; keeps its memory from input to input.
#[derive(Default)]
pub(super) struct Windows {
    buffer: Vec<u8>,
}

impl Windows {
    /// Pushes all that `input` gives into `sink`, and says how many bytes that was. `expected` is its likely size.
    ///
    /// # Errors
    /// The input can't be read to its end, or the sink wants no more; what came before has been pushed.
    pub(super) fn pour(
        &mut self,
        origin: &Origin,
        input: &mut dyn Read,
        expected: u64,
        sink: &mut dyn Sink,
    ) -> io::Result<u64> {
        self.buffer.clear();
        self.buffer.reserve(usize::try_from(expected).unwrap_or(WINDOW).min(WINDOW) + 1);
        let mut place = Place::default();
        loop {
            let mut size = WINDOW;
            let mut read = self.fill(input, size);
            if let (0, true, Some(more)) = (place.base, read.is_ok(), self.wanted(sink)) {
                size = more;
                read = self.fill(input, size);
            }
            let last = self.buffer.len() < size || read.is_err();
            sink.blob(&place.window(origin, &self.buffer, last));
            if last {
                let bytes = place.base + self.buffer.len() as u64;
                self.buffer.truncate(WINDOW);
                self.buffer.shrink_to(2 * WINDOW);
                return read.map(|()| bytes);
            }
            if sink.is_halted() {
                return Err(io::Error::new(io::ErrorKind::Interrupted, "the run was interrupted"));
            }
            let passed = between_characters(&self.buffer, self.buffer.len() - 2 * OVERLAP);
            place.pass(&self.buffer[..passed]);
            self.buffer.drain(..passed);
        }
    }
}

impl Windows {
    /// Reads on until there are `size` bytes, or no more.
    fn fill(&mut self, input: &mut dyn Read, size: usize) -> io::Result<()> {
        let wanted = size.saturating_sub(self.buffer.len()) as u64;
        input.take(wanted).read_to_end(&mut self.buffer).map(|_| ())
    }

    /// How much more than a window the sink wants of an input that is larger than one. One byte more than it takes shows
    /// that the input is too large.
    fn wanted(&self, sink: &dyn Sink) -> Option<usize> {
        let full = self.buffer.len() == WINDOW;
        let more = sink.at_once(&self.buffer).filter(|_| full)?;
        usize::try_from(more).ok()?.checked_add(1).filter(|&more| more > WINDOW)
    }
}

/// Where in its input the buffer begins.
#[derive(Default)]
struct Place {
    base: u64,
    lines: u64,
    column: u64,
    /// The end of what was some window's own, from the beginning of the input.
    owned: u64,
}

/// The last place at or before `at` where no UTF-8 character is cut.
fn between_characters(bytes: &[u8], at: usize) -> usize {
    (at.saturating_sub(3)..=at).rfind(|&at| bytes[at] & 0b1100_0000 != 0b1000_0000).unwrap_or(at)
}

impl Place {
    /// The buffer as a window. Its own bytes end an overlap before its end, unless it is the last, and begin where those
    /// of the window before it ended.
    fn window<'a>(&mut self, origin: &'a Origin, bytes: &'a [u8], last: bool) -> Blob<'a> {
        let start = (self.owned - self.base) as usize;
        let end = if last { bytes.len() } else { bytes.len() - OVERLAP };
        self.owned = self.base + end as u64;
        let (base, lines_before, column_before) = (self.base, self.lines, self.column);
        Blob { origin, bytes, own: start..end, base, lines_before, column_before }
    }

    fn pass(&mut self, bytes: &[u8]) {
        self.base += bytes.len() as u64;
        self.lines += memchr_iter(b'\n', bytes).count() as u64;
        self.column = match memrchr(b'\n', bytes) {
            Some(newline) => columns(&bytes[newline + 1..]),
            None => self.column + columns(bytes),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{LeftOut, Skipped};

    /// Notes what each window owns: offset in the input, its bytes' sum and the line it begins in.
    #[derive(Default)]
    struct Owned {
        bytes: Vec<u8>,
        places: Vec<(u64, u64, u64)>,
    }

    impl Sink for Owned {
        fn blob(&mut self, blob: &Blob<'_>) {
            assert_eq!(self.bytes.len() as u64, blob.base + blob.own.start as u64, "no byte is owned twice or never");
            self.bytes.extend_from_slice(&blob.bytes[blob.own.clone()]);
            self.places.push((blob.base, blob.lines_before, blob.column_before));
        }
        fn done(&mut self, _: u64) {}
        fn skipped(&mut self, _: Skipped) {}
        fn left_out(&mut self, _: LeftOut) {}
    }

    #[test]
    fn every_byte_is_owned_once_and_lines_are_counted_on() {
        let input: Vec<u8> = (0..2 * WINDOW + 12345).map(|at| if at % 1000 == 999 { b'\n' } else { b'a' }).collect();
        for length in [0, 10, WINDOW - 1, WINDOW, WINDOW + 1, input.len()] {
            let mut owned = Owned::default();
            let read = Windows::default().pour(&Origin::Stdin, &mut &input[..length], 5, &mut owned).unwrap();
            assert_eq!((read, &owned.bytes[..]), (length as u64, &input[..length]));
            for (base, lines, column) in owned.places {
                assert_eq!((lines, column), (base / 1000, base % 1000));
            }
        }
    }
}
