//! What a history does with each object: contents and messages go to the sink, and so does each file name, once; what an
//! object leads to must be there.

use std::collections::HashSet;

use super::error::ReadError;
use super::kept_entries::KeptEntries;
use super::known::Looked;
use super::open::path_of;
use super::parse::{self, Mode, TreeEntries};
use super::presence::Presence;
use super::reader::Reader;
use super::survey::{Survey, Surveyor, key};
use super::walk::{Base, Found, Visitor};
use crate::words::{Blob, GitObject, Heritage, ObjectId, ObjectKind, Origin, Sink, Skipped, Watches};

/// How many ids that are known to be there, though in no pack, are remembered: a power of two.
const REMEMBERED: usize = 1 << 16;

/// From how many on a missing object is noted for the first only that leads to it.
pub(super) const MOST_MISSING: usize = 100_000;

/// An object that something leads to and that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Missing {
    /// What is not there.
    pub(super) id: ObjectId,
    /// What leads to it.
    pub(super) from: ObjectId,
    /// What that is.
    pub(super) from_kind: ObjectKind,
}

/// What visitors keep until all is read.
#[derive(Default)]
pub(super) struct Gathered {
    /// What is not there.
    pub(super) missing: Vec<Missing>,
    /// What each thread noted of trees and commits.
    pub(super) surveys: Vec<Survey>,
    /// All objects, if they are to be remembered.
    pub(super) looked: Looked,
}

impl Gathered {
    /// Adds what another thread kept.
    pub(super) fn add(&mut self, other: Self) {
        self.missing.extend(other.missing);
        self.surveys.extend(other.surveys);
        self.looked.extend(other.looked);
    }

    /// Hands every name to the sink, once, in order. Those in which something was found are returned.
    pub(super) fn look_at_names(&self, sink: &mut dyn Sink) -> Names {
        let mut telling = Names::default();
        let mut names: Vec<&[u8]> = self.surveys.iter().flat_map(|survey| survey.names()).map(|name| &**name).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let origin = Origin::TreeName(path_of(name));
            sink.blob(&Blob::whole(&origin, name));
            if !sink.is_silent() {
                telling.insert(name.into());
            }
        }
        telling
    }
}

/// A set of names.
pub(super) type Names = HashSet<Box<[u8]>, foldhash::fast::RandomState>;

/// What is kept of an object that others are made from.
#[derive(Default)]
pub(super) struct Note {
    /// Of a blob or a message: what the sink has to look at again.
    watches: Watches,
    /// Of a tree: where each entry begins, and where the last ends.
    starts: Vec<u32>,
    /// Of a tree: its number in the survey.
    number: Option<u32>,
}

/// One thread's visitor.
pub(super) struct Look<'s, 'k> {
    sink: Box<dyn Sink + Send + 'k>,
    reader: Reader<'s>,
    surveyor: Surveyor,
    packed: &'s Presence,
    there: Vec<u64>,
    missing: Vec<Missing>,
    looked: Option<Looked>,
    id_len: usize,
}

impl<'s, 'k> Look<'s, 'k> {
    /// A visitor that hands on to `sink`; `packed` is what the packs hold, and `id_len` the length of an id in bytes.
    pub(super) fn new(
        sink: Box<dyn Sink + Send + 'k>,
        reader: Reader<'s>,
        packed: &'s Presence,
        id_len: usize,
    ) -> Self {
        let there = vec![0; REMEMBERED];
        Self { sink, reader, surveyor: Surveyor::default(), packed, there, missing: Vec::new(), looked: None, id_len }
    }

    /// The same; if wanted it keeps the names of all objects.
    pub(super) fn remembering(self, wanted: bool) -> Self {
        Self { looked: wanted.then(Looked::default), ..self }
    }

    /// What it keeps until all is read.
    pub(super) fn into_gathered(self) -> Gathered {
        let surveys = vec![self.surveyor.into_survey()];
        Gathered { missing: self.missing, surveys, looked: self.looked.unwrap_or_default() }
    }

    fn look(&mut self, object: &Found<'_>, base: Option<&Base<'_, Note>>) -> Note {
        let Found { id, kind, bytes } = *object;
        let gaps = self.missing.len();
        let sound = match kind {
            ObjectKind::Blob => true,
            ObjectKind::Tree => return self.tree(id, bytes, base),
            ObjectKind::Commit => self.commit(id, bytes),
            ObjectKind::Tag => {
                parse::tag_target(bytes).iter().for_each(|target| self.leads_to(id, kind, target.as_bytes()));
                true
            }
        };
        let origin = Origin::Object(GitObject { path: None, commit: None, id, kind });
        let heritage =
            base.map(|base| Heritage { shared: base.shared, base_len: base.len, watches: &base.note.watches });
        let mut note = Note::default();
        self.sink.heir(&Blob::whole(&origin, bytes), heritage.as_ref(), &mut note.watches);
        let silent = sound && self.sink.is_silent();
        self.remember(object, silent, gaps);
        self.sink.done(bytes.len() as u64);
        note
    }

    /// Keeps the name of an object, and whether it told nothing, nor that what it leads to is missing: there were `gaps`
    /// before. After too many of them they are no longer noted for each object.
    fn remember(&mut self, object: &Found<'_>, silent: bool, gaps: usize) {
        if let Some(looked) = &mut self.looked {
            let leads = object.kind != ObjectKind::Blob;
            let tells = !silent || leads && (self.missing.len() > gaps || gaps >= MOST_MISSING);
            looked.add(&object.id, object.kind, object.bytes.len(), tells);
        }
    }

    /// Whether it is one.
    fn commit(&mut self, id: ObjectId, bytes: &[u8]) -> bool {
        let Some(links) = parse::commit_links(bytes) else {
            self.sink.skipped(skipped(ObjectKind::Commit, &id, "its headers make no sense"));
            return false;
        };
        self.leads_to(id, ObjectKind::Commit, links.tree.as_bytes());
        links.parents.iter().for_each(|parent| self.leads_to(id, ObjectKind::Commit, parent.as_bytes()));
        self.surveyor.commit(id, links);
        true
    }

    /// Looks at a tree's entries, but for those that it has from its base.
    fn tree(&mut self, id: ObjectId, bytes: &[u8], base: Option<&Base<'_, Note>>) -> Note {
        let (mut starts, missing) = (Vec::new(), self.missing.len());
        let mut entries = TreeEntries::new(bytes, self.id_len);
        let mut kept = base.map(|base| KeptEntries::new(base.shared, &base.note.starts));
        loop {
            if let Some(kept) = &mut kept
                && let Some(kept) = kept.at(entries.at(), &mut starts)
            {
                self.surveyor.kept(kept.first, kept.count);
                entries.go_to(kept.past);
            }
            let start = entries.at();
            let Some(entry) = entries.next() else { break };
            starts.push(start as u32);
            self.surveyor.entry(&entry);
            if entry.mode != Mode::Submodule {
                self.leads_to(id, ObjectKind::Tree, entry.raw_id);
            }
        }
        starts.push(entries.at() as u32);
        let number = self.surveyor.tree(&id, base.and_then(|base| base.note.number));
        if self.missing.len() > missing {
            starts.clear(); // each tree that leads to what is not here has to say so
        }
        self.remember(&Found { id, kind: ObjectKind::Tree, bytes }, entries.is_whole(), missing);
        if !entries.is_whole() {
            self.sink.skipped(skipped(ObjectKind::Tree, &id, "its entries make no sense from some point on"));
        }
        Note { starts, number: Some(number), ..Note::default() }
    }

    /// Checks that what an object leads to is there.
    #[inline]
    fn leads_to(&mut self, from: ObjectId, from_kind: ObjectKind, raw: &[u8]) {
        let key = key(raw);
        if self.packed.has(key) {
            return;
        }
        let place = key as usize & (REMEMBERED - 1);
        if self.there[place] == key {
            return;
        }
        if let Some(id) = ObjectId::new(raw)
            && !self.reader.store().contains(&id)
        {
            // All that lead to it are kept, since it depends on them whether it matters; but not without end.
            self.missing.push(Missing { id, from, from_kind });
            if self.missing.len() < MOST_MISSING {
                return;
            }
        }
        self.there[place] = key;
    }
}

fn skipped(kind: ObjectKind, id: &ObjectId, why: &str) -> Skipped {
    Skipped { what: format!("{} {id}", kind.as_str()), why: why.to_owned() }
}

impl Visitor for Look<'_, '_> {
    type Note = Note;

    fn is_halted(&self) -> bool {
        self.sink.is_halted()
    }

    fn found(&mut self, object: &Found<'_>, base: Option<&Base<'_, Note>>) -> Note {
        self.look(object, base)
    }

    /// Gives an object that is broken in one place a second chance: another pack may hold it whole.
    fn broken(&mut self, id: &ObjectId, why: ReadError) {
        let second = self.reader.read(id).map(|(kind, bytes)| (kind, bytes.to_vec()));
        match second {
            Ok((kind, bytes)) => {
                self.surveyor.give_up(); // it comes between a base and what is made from it
                self.look(&Found { id: *id, kind, bytes: &bytes }, None);
            }
            Err(_) => {
                self.sink.skipped(Skipped { what: format!("object {id}"), why: why.to_string() });
                self.remember(&Found { id: *id, kind: ObjectKind::Blob, bytes: &[] }, false, 0);
            }
        }
    }
}

/// A visitor that looks for trees in which one of some names stands.
pub(super) struct Holders<'n> {
    /// The names.
    pub(super) names: &'n Names,
    /// The length of an id in bytes.
    pub(super) id_len: usize,
    /// The trees.
    pub(super) found: Vec<ObjectId>,
}

impl Visitor for Holders<'_> {
    type Note = ();

    fn found(&mut self, object: &Found<'_>, _: Option<&Base<'_, ()>>) {
        let mut entries = TreeEntries::new(object.bytes, self.id_len);
        if entries.any(|entry| self.names.contains(entry.name)) {
            self.found.push(object.id);
        }
    }

    fn broken(&mut self, id: &ObjectId, _: ReadError) {
        self.found.push(*id); // it can't be said, so it is read again
    }
}
