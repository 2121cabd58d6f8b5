//! Reading a list of objects that are known by name, and handing them to sinks.
//!
//! A few are read one by one; many are picked out of a walk over the packs, which is quicker than going down the chain of
//! deltas for each.

use std::collections::HashMap;
use std::num::NonZeroUsize;

use super::error::ReadError;
use super::reader::Reader;
use super::store::Store;
use super::walk::{Base, Found, Kinds, Plan, Visitor};
use crate::words::{Blob, ObjectId, Origin, Sink, SinkMaker, Skipped};

/// From how many objects on a walk is quicker.
const MANY: usize = 1000;

/// An object that is to be read, and where it comes from.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    /// Its name.
    pub(super) id: ObjectId,
    /// What its sightings will say of it.
    pub(super) origin: Origin,
}

/// Reads all that is wanted.
pub(super) fn pour(store: &Store, wanted: Vec<Wanted>, threads: NonZeroUsize, sink: &SinkMaker<'_>) {
    if wanted.len() < MANY {
        let (mut reader, mut sink) = (Reader::new(store), sink());
        for Wanted { id, origin } in &wanted {
            if sink.is_halted() {
                return;
            }
            match reader.read(id) {
                Ok((_, bytes)) => hand_on(origin, bytes, &mut *sink),
                Err(why) => sink.skipped(unread(id, origin, &why)),
            }
        }
        return;
    }
    let mut origins: HashMap<ObjectId, Vec<Origin>> = HashMap::with_capacity(wanted.len());
    for Wanted { id, origin } in wanted {
        origins.entry(id).or_default().push(origin);
    }
    let plan = Plan::new(store, Kinds::ALL, Some(&|id| origins.contains_key(id)), threads.get());
    let pick = || Pick { origins: &origins, reader: Reader::new(store), sink: sink(), seen: Vec::new() };
    let picks = plan.run(threads.get(), &pick);
    let mut sink = sink();
    if sink.is_halted() {
        return;
    }
    let seen: std::collections::HashSet<ObjectId> = picks.into_iter().flat_map(|pick| pick.seen).collect();
    let mut missing: Vec<_> = origins.iter().filter(|(id, _)| !seen.contains(id)).collect();
    missing.sort();
    for (id, origins) in missing {
        origins.iter().for_each(|origin| sink.skipped(unread(id, origin, &ReadError::Missing)));
    }
}

fn hand_on(origin: &Origin, bytes: &[u8], sink: &mut dyn Sink) {
    sink.blob(&Blob::whole(origin, bytes));
    sink.done(bytes.len() as u64);
}

fn unread(id: &ObjectId, origin: &Origin, why: &ReadError) -> Skipped {
    let place = if matches!(origin, Origin::Index(_)) { " in the index" } else { "" };
    Skipped { what: format!("{}{place} (object {id})", origin.name()), why: why.to_string() }
}

/// Picks what is wanted out of a walk.
struct Pick<'a, 's, 'k> {
    origins: &'a HashMap<ObjectId, Vec<Origin>>,
    reader: Reader<'s>,
    sink: Box<dyn Sink + Send + 'k>,
    seen: Vec<ObjectId>,
}

impl Visitor for Pick<'_, '_, '_> {
    type Note = ();

    fn is_halted(&self) -> bool {
        self.sink.is_halted()
    }

    fn found(&mut self, object: &Found<'_>, _: Option<&Base<'_, ()>>) {
        self.seen.push(object.id);
        for origin in self.origins.get(&object.id).into_iter().flatten() {
            hand_on(origin, object.bytes, &mut *self.sink);
        }
    }

    fn broken(&mut self, id: &ObjectId, why: ReadError) {
        let Some(origins) = self.origins.get(id) else { return };
        self.seen.push(*id);
        let second = self.reader.read(id);
        for origin in origins {
            match &second {
                Ok((_, bytes)) => hand_on(origin, bytes, &mut *self.sink),
                Err(_) => self.sink.skipped(unread(id, origin, &why)),
            }
        }
    }
}
