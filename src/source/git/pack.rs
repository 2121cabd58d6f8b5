//! A `Pack` is one file of many objects with its index, both mapped into memory.
//!
//! gix-pack maps and checks the two files and reads entry headers; nothing of it leaves this module but the parsed
//! header. Everything that a file claims is checked before it is used.

use std::path::{Path, PathBuf};

use gix_hash::Kind;
use gix_pack::data::entry::Header;
use gix_pack::{data, index};

use super::error::ReadError;
use crate::words::{ObjectId, ObjectKind};

/// What the entry of a pack is made of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Made {
    /// The object itself.
    Whole(ObjectKind),
    /// A delta to the entry at this offset.
    From(u64),
    /// A delta to the object of this name.
    FromObject(ObjectId),
}

/// The header of an entry.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// What it is made of.
    pub(super) made: Made,
    /// How many bytes inflate from it, as it claims.
    pub(super) size: u64,
    /// Where its deflated data begins in the pack.
    pub(super) data: u64,
}

/// A pack and its index.
pub(super) struct Pack {
    index: index::File,
    data: data::File,
}

impl Pack {
    /// Maps the index at `path` and the pack beside it. The error is a sentence without a subject.
    pub(super) fn open(path: &Path, hash: Kind) -> Result<Self, String> {
        let index = index::File::at(path, hash).map_err(|error| format!("its index can't be read: {error}"))?;
        let data =
            data::File::at(path.with_extension("pack"), hash).map_err(|error| format!("can't be read: {error}"))?;
        Ok(Self { index, data })
    }

    /// What is odd about pack and index, if anything is: they name each other's checksum and count.
    pub(super) fn mismatch(&self) -> Option<&'static str> {
        if self.index.pack_checksum() != self.data.checksum() {
            Some(
                "its checksum isn't the one that its index names: it is damaged or not whole; what could be read was scanned",
            )
        } else if self.index.num_objects() != self.data.num_objects() {
            Some("it holds another number of objects than its index names; those that the index names were scanned")
        } else {
            None
        }
    }

    /// How many objects there are.
    pub(super) fn len(&self) -> u32 {
        self.index.num_objects()
    }

    /// The name of the object at a place in the index.
    pub(super) fn id(&self, place: u32) -> Option<ObjectId> {
        ObjectId::new(self.index.oid_at_index(place).as_bytes())
    }

    /// Where in the pack the object at a place in the index begins.
    pub(super) fn offset(&self, place: u32) -> u64 {
        self.index.pack_offset_at_index(place)
    }

    /// The place of an object in the index.
    pub(super) fn find(&self, id: &ObjectId) -> Option<u32> {
        let place = self.place_from(id);
        (place < self.len() && self.index.oid_at_index(place).as_bytes() == id.as_bytes()).then_some(place)
    }

    /// The first place in the index whose object's name is not before `id`.
    ///
    /// Names are evenly spread, so the place can be reckoned from a name's first bytes, and again from what stands there:
    /// three or four looks instead of the eighteen that halving needs.
    pub(super) fn place_from(&self, id: &ObjectId) -> u32 {
        let first = |bytes: &[u8]| bytes.first_chunk().map_or(0, |chunk| u64::from_be_bytes(*chunk));
        let wanted = first(id.as_bytes());
        let (mut low, mut high) = (0, self.len());
        let (mut low_name, mut high_name) = (0u64, u64::MAX);
        let mut looks = 0;
        while low < high {
            // Half of those bytes is enough to reckon with, and no product is too large for a register.
            let span = ((high_name - low_name) >> 32) + 1;
            let reckoned = (((wanted - low_name) >> 32) * u64::from(high - low) / span) as u32;
            let middle = if looks < 8 { low + reckoned } else { low + (high - low) / 2 };
            looks += 1;
            let name = self.index.oid_at_index(middle).as_bytes();
            let name_first = first(name);
            if name_first < wanted || name_first == wanted && name < id.as_bytes() {
                (low, low_name) = (middle + 1, name_first.clamp(low_name, wanted));
            } else {
                (high, high_name) = (middle, name_first.clamp(wanted, high_name));
            }
        }
        low
    }

    /// Where the entries end.
    pub(super) fn end(&self) -> u64 {
        self.data.pack_end() as u64
    }

    /// The header of the entry at an offset.
    pub(super) fn entry(&self, offset: u64) -> Result<Entry, ReadError> {
        const BROKEN: ReadError = ReadError::Corrupt("its entry in the pack makes no sense");
        let bytes = self.bytes(offset, self.end()).ok_or(ReadError::Corrupt("its entry lies beyond the pack's end"))?;
        let entry = data::Entry::from_bytes(bytes, offset, self.data.object_hash()).map_err(|_| BROKEN)?;
        let made = match entry.header {
            Header::Blob => Made::Whole(ObjectKind::Blob),
            Header::Tree => Made::Whole(ObjectKind::Tree),
            Header::Commit => Made::Whole(ObjectKind::Commit),
            Header::Tag => Made::Whole(ObjectKind::Tag),
            Header::OfsDelta { base_distance } => {
                let base = offset.checked_sub(base_distance).filter(|_| base_distance > 0).ok_or(BROKEN)?;
                Made::From(base)
            }
            Header::RefDelta { base_id } => Made::FromObject(ObjectId::new(base_id.as_bytes()).ok_or(BROKEN)?),
        };
        Ok(Entry { made, size: entry.decompressed_size, data: entry.data_offset })
    }

    /// Has the bytes at some offsets brought into the processor's caches, all at the same time. Who reads header after
    /// header waits for memory at each.
    pub(super) fn touch(&self, offsets: impl Iterator<Item = u64>) {
        let all = self.bytes(0, self.end()).unwrap_or_default();
        let sum = offsets.fold(0, |sum, offset| sum ^ all.get(offset as usize).copied().unwrap_or_default());
        std::hint::black_box(sum);
    }

    /// The pack's bytes from `start` to `end`.
    pub(super) fn bytes(&self, start: u64, end: u64) -> Option<&[u8]> {
        if start > end || end > self.end() {
            return None;
        }
        self.data.entry_slice(start..end)
    }

    /// The pack's file.
    pub(super) fn path(&self) -> PathBuf {
        self.data.path().to_owned()
    }
}
