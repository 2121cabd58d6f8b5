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

/// In how many places an object is looked at: in so many in any case, and in more while they are so many bytes together.
const PLACES: usize = 64;
const MOST_AGAIN: usize = 256 << 20;

/// An object that is to be read, and where it comes from.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    /// Its name.
    pub(super) id: ObjectId,
    /// What its sightings will say of it.
    pub(super) origin: Origin,
}

/// Reads all that is wanted, each object once.
pub(super) fn pour(store: &Store, wanted: Vec<Wanted>, threads: NonZeroUsize, sink: &SinkMaker<'_>) {
    let mut origins: HashMap<ObjectId, Vec<Origin>> = HashMap::with_capacity(wanted.len());
    for Wanted { id, origin } in wanted {
        origins.entry(id).or_default().push(origin);
    }
    if origins.len() < MANY {
        let (mut reader, mut sink) = (Reader::new(store), sink());
        let mut origins: Vec<_> = origins.iter().collect();
        origins.sort_unstable_by_key(|(id, _)| **id);
        for (id, origins) in origins {
            match reader.read(id) {
                Ok((_, bytes)) => hand_on(id, origins, bytes, &mut *sink),
                Err(why) => sink.skipped(unread(id, origins, why.to_string())),
            }
            if sink.is_halted() {
                return;
            }
        }
        return;
    }
    let plan = Plan::new(store, Kinds::ALL, Some(&|id| origins.contains_key(id)), threads.get());
    let pick = || Pick { origins: &origins, reader: Reader::new(store), sink: sink(), seen: Vec::new() };
    let picks = plan.run(&pick);
    let mut sink = sink();
    if sink.is_halted() {
        return;
    }
    let seen: std::collections::HashSet<ObjectId> = picks.into_iter().flat_map(|pick| pick.seen).collect();
    for (id, origins) in origins.iter().filter(|(id, _)| !seen.contains(id)) {
        sink.skipped(unread(id, origins, ReadError::Missing.to_string()));
    }
}

/// Hands on an object at each of its places. What is accepted at one is not accepted at another, so it is looked at for
/// each; a large one that stands in very many is not, since to name it once more takes no more than a name.
fn hand_on(id: &ObjectId, origins: &[Origin], bytes: &[u8], sink: &mut dyn Sink) {
    let places = (MOST_AGAIN / bytes.len().max(1)).max(PLACES);
    let (read, rest) = origins.split_at(places.min(origins.len()));
    for origin in read {
        sink.blob(&Blob::whole(origin, bytes));
        sink.done(bytes.len() as u64);
        if sink.is_halted() {
            return;
        }
    }
    if !rest.is_empty() {
        let why = format!("it stands in too many places for its size; it was read for {places} of them");
        sink.skipped(unread(id, rest, why));
    }
}

/// An object that was not read at these places: told once, however many there are.
fn unread(id: &ObjectId, origins: &[Origin], why: String) -> Skipped {
    let name = origins.iter().min().map(Origin::name).unwrap_or_default();
    let place = if matches!(origins, [Origin::Index(_), ..]) { " in the index" } else { "" };
    let others = match origins.len() {
        0 | 1 => String::new(),
        2 => " and at 1 other place".to_owned(),
        many => format!(" and at {} other places", many - 1),
    };
    Skipped { what: format!("{name}{place} (object {id}){others}"), why }
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
        if let Some(origins) = self.origins.get(&object.id) {
            hand_on(&object.id, origins, object.bytes, &mut *self.sink);
        }
    }

    fn broken(&mut self, id: &ObjectId, why: ReadError) {
        let Some(origins) = self.origins.get(id) else { return };
        self.seen.push(*id);
        match self.reader.read(id) {
            Ok((_, bytes)) => hand_on(id, origins, bytes, &mut *self.sink),
            Err(_) => self.sink.skipped(unread(id, origins, why.to_string())),
        }
    }
}
