//! A `Reader` reads single objects, wherever they are: loose, packed whole, or at the end of a chain of deltas.
//!
//! Each thread has its own. It keeps buffers and the bases it met last, since who reads one tree of a folder mostly reads
//! its neighbours in the delta chain next.

use std::collections::HashMap;

use super::delta::Delta;
use super::error::ReadError;
use super::inflate::{Buffer, Inflater};
use super::loose;
use super::pack::Made;
use super::store::Store;
use crate::words::{ObjectId, ObjectKind, Shared};

/// How many bytes of bases are kept.
const KEPT_BYTES: usize = 32 << 20;

/// No pack that git makes has chains this long (4095 is the most); a pack that has lies in a circle.
const LONGEST_CHAIN: usize = 1 << 14;

/// Reads objects of one store, one at a time.
pub(super) struct Reader<'s> {
    store: &'s Store,
    inflater: Inflater,
    out: Buffer,
    start: usize,
    delta: Buffer,
    base: Buffer,
    shared: Vec<Shared>,
    kept: HashMap<(usize, u64), (ObjectKind, Vec<u8>)>,
    kept_bytes: usize,
}

impl<'s> Reader<'s> {
    /// A reader for one thread.
    pub(super) fn new(store: &'s Store) -> Self {
        Self {
            store,
            inflater: Inflater::default(),
            out: Buffer::default(),
            start: 0,
            delta: Buffer::default(),
            base: Buffer::default(),
            shared: Vec::new(),
            kept: HashMap::new(),
            kept_bytes: 0,
        }
    }

    /// The store it reads.
    pub(super) fn store(&self) -> &'s Store {
        self.store
    }

    /// Reads an object: its kind and its bytes.
    pub(super) fn read(&mut self, id: &ObjectId) -> Result<(ObjectKind, &[u8]), ReadError> {
        let kind = self.load(id)?;
        Ok((kind, &self.out.as_slice()[self.start..]))
    }

    /// Reads an object that must be of a kind.
    pub(super) fn read_kind(&mut self, id: &ObjectId, kind: ObjectKind) -> Result<&[u8], ReadError> {
        match self.read(id)? {
            (found, bytes) if found == kind => Ok(bytes),
            _ => Err(ReadError::Corrupt("it is of another kind than what refers to it says")),
        }
    }

    fn load(&mut self, id: &ObjectId) -> Result<ObjectKind, ReadError> {
        let packs_first = self.store.has_opened_packs();
        if !packs_first && let Some(kind) = self.load_loose(id)? {
            return Ok(kind);
        }
        let mut error = ReadError::Missing;
        for (number, pack) in self.store.packs().iter().enumerate() {
            let Some(place) = pack.find(id) else { continue };
            match self.load_packed(number, pack.offset(place), 0) {
                Ok(kind) => return Ok(kind),
                Err(why) => error = why,
            }
        }
        if packs_first && let Some(kind) = self.load_loose(id)? {
            return Ok(kind);
        }
        match self.store.later() {
            Some(store) => self.load_later(store, id),
            None => Err(error),
        }
    }

    /// Reads an object that another process has moved since the packs were opened.
    fn load_later(&mut self, store: &Store, id: &ObjectId) -> Result<ObjectKind, ReadError> {
        let mut reader = Reader::new(store);
        let kind = reader.load(id)?;
        (self.out, self.start) = (reader.out, reader.start);
        Ok(kind)
    }

    fn load_loose(&mut self, id: &ObjectId) -> Result<Option<ObjectKind>, ReadError> {
        for folder in self.store.folders() {
            if let Some(found) = loose::read(&loose::path(folder, id), &mut self.inflater, &mut self.out)? {
                self.start = found.len;
                return Ok(Some(found.kind));
            }
        }
        Ok(None)
    }

    /// Reads the object at an offset of a pack into `out`: down the chain to a base, and up again.
    fn load_packed(&mut self, number: usize, offset: u64, depth: usize) -> Result<ObjectKind, ReadError> {
        let pack = &self.store.packs()[number];
        self.start = 0;
        let (mut chain, mut at) = (Vec::new(), offset);
        let kind = loop {
            if let Some((kind, bytes)) = self.kept.get(&(number, at)) {
                self.out.room(bytes.len()).ok_or(ReadError::TooLarge(bytes.len() as u64))?.copy_from_slice(bytes);
                break *kind;
            }
            if chain.len() + depth > LONGEST_CHAIN {
                return Err(ReadError::Corrupt("its chain of deltas has no end"));
            }
            let entry = pack.entry(at)?;
            match entry.made {
                Made::Whole(kind) => {
                    let input = pack.bytes(entry.data, pack.end()).unwrap_or_default();
                    self.inflater.whole(input, entry.size, &mut self.out)?;
                    self.keep(number, at, kind);
                    break kind;
                }
                Made::From(base) => {
                    chain.push((at, entry));
                    at = base;
                }
                Made::FromObject(base) => {
                    chain.push((at, entry));
                    match pack.find(&base) {
                        Some(place) => at = pack.offset(place),
                        None => break self.load_elsewhere(&base, depth + chain.len())?,
                    }
                }
            }
        };
        for (at, entry) in chain.into_iter().rev() {
            let input = pack.bytes(entry.data, pack.end()).unwrap_or_default();
            self.inflater.whole(input, entry.size, &mut self.delta)?;
            std::mem::swap(&mut self.out, &mut self.base);
            let base = &self.base.as_slice()[std::mem::take(&mut self.start)..];
            Delta::parse(self.delta.as_slice())?.apply(base, &mut self.out, &mut self.shared)?;
            self.keep(number, at, kind);
        }
        Ok(kind)
    }

    /// A base that another pack or a loose file holds.
    fn load_elsewhere(&mut self, id: &ObjectId, depth: usize) -> Result<ObjectKind, ReadError> {
        if let Some((number, place)) = self.store.find_packed(id) {
            return self.load_packed(number, self.store.packs()[number].offset(place), depth);
        }
        self.load_loose(id)?.ok_or(ReadError::BaseMissing(*id))
    }

    /// Keeps a tree or a commit: those are what is read again and again.
    fn keep(&mut self, number: usize, offset: u64, kind: ObjectKind) {
        let bytes = self.out.as_slice();
        if kind == ObjectKind::Blob || bytes.len() > KEPT_BYTES / 16 {
            return;
        }
        if self.kept_bytes > KEPT_BYTES {
            self.kept.clear();
            self.kept_bytes = 0;
        }
        self.kept_bytes += bytes.len();
        self.kept.insert((number, offset), (kind, bytes.to_vec()));
    }
}
