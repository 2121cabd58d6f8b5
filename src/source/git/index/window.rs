//! The part of an index that is in memory: read in pieces, each over the last.
//!
//! Memory that is used again costs nothing but the copy; a vector of a whole large index costs a page fault for each of its
//! pages, which takes several times as long as the copy.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use super::entry::{Form, Parts};

/// How much is read where reading has just begun, and how much at most where it goes on.
const LEAST: usize = 4 << 10;
const MOST: usize = 64 << 10;

/// Where the bytes of an index are.
pub(super) enum Bytes {
    /// In a file of this length.
    File(File, u64),
    /// In memory.
    Held(Vec<u8>),
}

/// Some bytes of an index.
pub(super) struct Window<'i> {
    all: &'i Bytes,
    /// What was read last, and where it began.
    read: Vec<u8>,
    start: usize,
}

impl<'i> Window<'i> {
    pub(super) fn new(all: &'i Bytes) -> Self {
        Self { all, read: Vec::new(), start: 0 }
    }

    /// The bytes from a place on: so many, or as many as there are.
    ///
    /// # Errors
    /// What the system says; also if the file is shorter than it was.
    #[inline]
    pub(super) fn from(&mut self, at: u32, least: usize) -> std::io::Result<&[u8]> {
        let at = at as usize;
        if let Bytes::Held(all) = self.all {
            return Ok(all.get(at..).unwrap_or_default());
        }
        if at < self.start || at + least > self.start + self.read.len() {
            self.fill(at, least)?;
        }
        Ok(self.read.get(at - self.start..).unwrap_or_default())
    }

    /// Where the parts of the entry at a place are, with the bytes from there on; nothing if it makes no sense or does not
    /// end before `end`.
    #[inline]
    pub(super) fn entry(&mut self, at: u32, end: u32, form: &Form) -> std::io::Result<Option<(&[u8], Parts)>> {
        let there = end.saturating_sub(at) as usize;
        let mut least = 1;
        loop {
            let bytes = self.from(at, least.min(there))?;
            let bytes_len = bytes.len().min(there);
            if let Some(parts) = form.parts(&bytes[..bytes_len]) {
                return Ok(Some((self.from(at, least.min(there))?, parts)));
            }
            if bytes_len >= there {
                return Ok(None);
            }
            least = (2 * bytes_len).max(LEAST);
        }
    }

    /// Reads from a place on: more than last time if it goes on from there, and at least so much if there is so much.
    #[cold]
    fn fill(&mut self, at: usize, least: usize) -> std::io::Result<()> {
        let Bytes::File(file, length) = self.all else { return Ok(()) };
        let goes_on = (self.start..=self.start + self.read.len()).contains(&at) && !self.read.is_empty();
        let usual = if goes_on { (2 * self.read.len()).min(MOST) } else { LEAST };
        let there = usize::try_from(*length).unwrap_or(usize::MAX).saturating_sub(at);
        let mut file: &File = file;
        self.start = at;
        self.read.resize(usual.max(least).min(there), 0);
        file.seek(SeekFrom::Start(at as u64))?;
        file.read_exact(&mut self.read)
    }
}
