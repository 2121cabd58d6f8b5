//! What commits bring in: their messages, the names they add, and all content that none of a commit's parents holds at
//! the same path. So what exists only in a merge is seen, and what a merge only carries over is not.

use std::collections::HashSet;
use std::path::PathBuf;

use super::commits::{self, Step};
use super::fetch::Wanted;
use super::open::path_of;
use super::parse::Mode;
use super::reader::Reader;
use super::trees::{self, Places};
use crate::words::{Blob, GitObject, LeftOut, ObjectId, ObjectKind, Origin, Sink, Skipped};

/// Which files count. Messages always do.
#[derive(Debug)]
pub(super) enum Files<'a> {
    /// Those at or below these paths; all if there are none.
    Below(&'a [PathBuf]),
    /// All but these, as trees name them.
    AllBut(HashSet<Vec<u8>>),
}

impl Files<'_> {
    fn count(&self, path: &[u8]) -> bool {
        match self {
            Self::Below(paths) => paths.is_empty() || paths.iter().any(|below| path_of(path).starts_with(below)),
            Self::AllBut(others) => !others.contains(path),
        }
    }
}

/// Finds what commits bring in.
pub(super) struct Brought<'a, 's> {
    reader: Reader<'s>,
    places: Places,
    sink: &'a mut dyn Sink,
    files: Files<'a>,
    seen: HashSet<(ObjectId, Vec<u8>)>,
    names: HashSet<Vec<u8>>,
    wanted: Vec<Wanted>,
}

impl<'a, 's> Brought<'a, 's> {
    /// Nothing yet. Messages and names go to `sink` as they are found.
    pub(super) fn new(reader: Reader<'s>, sink: &'a mut dyn Sink, files: Files<'a>) -> Self {
        Self {
            reader,
            places: Places::default(),
            sink,
            files,
            seen: HashSet::new(),
            names: HashSet::new(),
            wanted: Vec::new(),
        }
    }

    /// The contents that are to be read: each blob once for each path that it is brought in at, as the first commit that does
    /// so has it. What is accepted at one path is not accepted at another.
    pub(super) fn into_wanted(self) -> Vec<Wanted> {
        self.wanted
    }

    /// Takes in a commit. Parents come before children.
    pub(super) fn commit(&mut self, step: &Step) {
        if self.sink.is_halted() {
            return;
        }
        if let Ok(bytes) = self.reader.read_kind(&step.id, ObjectKind::Commit) {
            let origin = object(step.id, ObjectKind::Commit, step.id, None);
            self.sink.blob(&Blob::whole(&origin, bytes));
            self.sink.done(bytes.len() as u64);
        }
        let mut parents = Vec::new();
        for parent in &step.links.parents {
            match commits::tree_of(&mut self.reader, parent) {
                Ok(tree) => parents.push(tree),
                Err(why) => self.sink.skipped(Skipped { what: format!("commit {parent}"), why: why.to_string() }),
            }
        }
        let Self { reader, places, sink, files, seen, names, wanted } = self;
        let skipped = trees::changes(reader, places, &parents, &step.links.tree, b"", &mut |change| {
            if !files.count(change.path) {
                return;
            }
            if names.insert(change.path.to_vec()) {
                sink.blob(&Blob::whole(&Origin::TreeName(path_of(change.path)), change.path));
            }
            if change.item.mode == Mode::Submodule {
                sink.left_out(LeftOut::Submodule);
            } else if seen.insert((change.item.id, change.path.to_vec())) {
                let origin = object(change.item.id, ObjectKind::Blob, step.id, Some(change.path));
                wanted.push(Wanted { id: change.item.id, origin });
            }
        });
        skipped.into_iter().for_each(|skipped| sink.skipped(skipped));
    }
}

fn object(id: ObjectId, kind: ObjectKind, commit: ObjectId, path: Option<&[u8]>) -> Origin {
    Origin::Object(GitObject { path: path.map(path_of), commit: Some(commit), id, kind })
}
