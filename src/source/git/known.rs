//! `Known`: the objects of which an earlier history learned that nothing is to be learned, so that they need not be read
//! again. An object's name is a hash of its content, so what was learned stays true in whatever pack the object lies.
//!
//! An object need not be read again if nothing at all was found in it, noise and what could not be read included, and if
//! all that it leads to was there. Whatever told something is read again: a second report says what the first did without
//! a word of it being kept. Of what tells something, too, only the name is kept, to notice that it is gone.

use std::collections::HashSet;
use std::sync::Mutex;

use super::loose;
use super::store::Store;
use crate::words::{ObjectId, ObjectKind};

/// How much of an object's name is kept: a hundred and twenty-eight bits, so that nobody can make another object with the
/// same ones.
const NAME: usize = 16;

/// A name, and in four bytes a kind, whether it tells something, and a size.
const RECORD: usize = NAME + 4;

/// The bits of a size. What is larger is read again, as if it told something.
const SIZE_BITS: u32 = 29;

/// The bit of what tells something.
const TELLS: u32 = 1 << SIZE_BITS;

type Record = [u8; RECORD];

/// Objects that were read, by name.
#[derive(Debug, Default)]
pub struct Known {
    /// One after the other, in order, each name once.
    records: Vec<u8>,
}

impl Known {
    /// What [`Self::as_bytes`] gave; nothing if it can't have been that.
    #[must_use]
    pub fn parse(bytes: Vec<u8>) -> Option<Self> {
        let known = Self { records: bytes };
        let (records, rest) = known.records.as_chunks::<RECORD>();
        let in_order = records.windows(2).all(|pair| name(&pair[0]) < name(&pair[1]));
        (rest.is_empty() && in_order).then_some(known)
    }

    /// It all as bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.records
    }

    fn records(&self) -> &[Record] {
        self.records.as_chunks::<RECORD>().0
    }

    /// The place of an object.
    ///
    /// Names are evenly spread, so it is reckoned from a name's first bytes and looked for around there.
    fn find(&self, id: &ObjectId) -> Option<usize> {
        let (records, wanted) = (self.records(), id.as_bytes().first_chunk::<NAME>()?);
        let first = id.as_bytes().first_chunk().map_or(0, |first| u64::from_be_bytes(*first));
        let reckoned = ((u128::from(first) * records.len() as u128) >> 64) as usize;
        let (mut low, mut high, mut step) = (reckoned, reckoned, 16);
        while low > 0 && name(&records[low]) > wanted {
            low = low.saturating_sub(step);
            step *= 2;
        }
        step = 16;
        while high < records.len() && name(&records[high]) < wanted {
            high = (high + step).min(records.len());
            step *= 2;
        }
        let end = records.len().min(high + 1);
        records[low..end].binary_search_by(|record| name(record).cmp(wanted)).ok().map(|at| low + at)
    }

    fn of(mut records: Vec<Record>) -> Self {
        records.sort_unstable();
        // Of two that differ the later stays: the one that tells something.
        records.dedup_by(|later, kept| {
            let same = name(later) == name(kept);
            if same {
                *kept = *later;
            }
            same
        });
        Self { records: records.into_flattened() }
    }
}

fn name(record: &Record) -> &[u8; NAME] {
    record.first_chunk().unwrap_or(&[0; NAME])
}

fn number(record: &Record) -> u32 {
    record.last_chunk().map_or(TELLS, |last| u32::from_be_bytes(*last))
}

fn kind_and_size(record: &Record) -> (ObjectKind, u64) {
    let number = number(record);
    let kind = match number >> (SIZE_BITS + 1) {
        0 => ObjectKind::Blob,
        1 => ObjectKind::Tree,
        2 => ObjectKind::Commit,
        _ => ObjectKind::Tag,
    };
    (kind, u64::from(number & (TELLS - 1)))
}

/// Objects that were read in a run.
#[derive(Debug, Default)]
pub(super) struct Looked(Vec<Record>);

impl Looked {
    /// One more, and whether it told something.
    pub(super) fn add(&mut self, id: &ObjectId, kind: ObjectKind, size: usize, tells: bool) {
        let size = u32::try_from(size).ok().filter(|&size| size < TELLS && !tells);
        let kind = match kind {
            ObjectKind::Blob => 0,
            ObjectKind::Tree => 1,
            ObjectKind::Commit => 2,
            ObjectKind::Tag => 3,
        };
        let number = kind << (SIZE_BITS + 1) | size.unwrap_or(TELLS);
        let mut record = [0; RECORD];
        record[..NAME].copy_from_slice(&id.as_bytes()[..NAME]);
        record[NAME..].copy_from_slice(&number.to_be_bytes());
        self.0.push(record);
    }

    /// Those of another thread.
    pub(super) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// These told something after all.
    pub(super) fn tell(&mut self, ids: &[ObjectId]) {
        let names: HashSet<&[u8]> = ids.iter().map(|id| &id.as_bytes()[..NAME]).collect();
        for record in self.0.iter_mut().filter(|record| names.contains(&name(record)[..])) {
            let number = number(record) | TELLS;
            record[NAME..].copy_from_slice(&number.to_be_bytes());
        }
    }
}

/// What is remembered from run to run: what was known before one, and what is known after it.
#[derive(Debug, Default)]
pub struct Knowledge {
    before: Known,
    after: Mutex<Option<Known>>,
}

impl Knowledge {
    /// A memory of what is known so far.
    #[must_use]
    pub fn new(before: Known) -> Self {
        Self { before, after: Mutex::new(None) }
    }

    /// What is known now, if it is more or less than before.
    #[must_use]
    pub fn learned(&self) -> Option<Known> {
        let after = self.after.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take()?;
        (after.records != self.before.records).then_some(after)
    }

    /// What of it is true of the objects that a store holds. Opens the packs.
    pub(super) fn recall(&self, store: &Store) -> Recall<'_> {
        let known = &self.before;
        let mut here = vec![false; known.records().len()];
        for pack in store.packs() {
            let mut at = 0;
            for id in (0..pack.len()).filter_map(|place| pack.id(place)) {
                let Some(wanted) = id.as_bytes().first_chunk::<NAME>() else { continue };
                while known.records().get(at).is_some_and(|record| name(record) < wanted) {
                    at += 1;
                }
                if known.records().get(at).is_some_and(|record| name(record) == wanted) {
                    here[at] = true;
                }
            }
        }
        if here.contains(&false) {
            let loose = |folder| (0..=u8::MAX).flat_map(move |first| loose::list(folder, first).unwrap_or_default());
            for at in store.folders().iter().flat_map(|folder| loose(folder)).filter_map(|id| known.find(&id)) {
                here[at] = true;
            }
        }
        let all_here = !here.contains(&false);
        Recall { known, here, all_here }
    }

    /// Keeps what is known now: what was recalled, and what was read.
    pub(super) fn keep(&self, recall: &Recall<'_>, looked: Looked) {
        let mut records = looked.0;
        records.extend(recall.passed());
        *self.after.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(Known::of(records));
    }
}

/// What is known of a store's objects.
pub(super) struct Recall<'k> {
    known: &'k Known,
    here: Vec<bool>,
    /// Whether every known object is here. If one is gone, what led to it has to say so: trees, commits and tags are read
    /// again then.
    all_here: bool,
}

impl Recall<'_> {
    /// Whether nothing is known.
    pub(super) fn is_empty(&self) -> bool {
        self.known.records.is_empty()
    }

    /// Whether an object has to be read.
    pub(super) fn wants(&self, id: &ObjectId) -> bool {
        self.known.find(id).is_none_or(|at| !self.passes(&self.known.records()[at]))
    }

    fn passes(&self, record: &Record) -> bool {
        number(record) & TELLS == 0 && (self.all_here || kind_and_size(record).0 == ObjectKind::Blob)
    }

    /// Those of the known objects that are here and not read again.
    fn passed(&self) -> impl Iterator<Item = &Record> {
        let here = self.known.records().iter().zip(&self.here).filter(|(_, here)| **here);
        here.map(|(record, _)| record).filter(|record| self.passes(record))
    }

    /// How many objects other than trees are not read again, and how many bytes they have.
    pub(super) fn sizes(&self) -> (u64, u64) {
        let contents = self.passed().map(kind_and_size).filter(|(kind, _)| *kind != ObjectKind::Tree);
        contents.fold((0, 0), |(count, bytes), (_, size)| (count + 1, bytes + size))
    }
}
