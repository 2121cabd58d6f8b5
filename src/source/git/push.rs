//! `Push`: what references that are to move bring to a place which has others already: annotated tags, commits with all
//! that they bring in, and whatever else a reference may lead to.

use std::collections::HashSet;
use std::num::NonZeroUsize;

use super::brought::Files;
use super::commits::{self, Span};
use super::fetch::Wanted;
use super::open::{Repository, path_of};
use super::parse::{self, Mode};
use super::range::{self, RangeError};
use super::reader::Reader;
use super::refs::Refs;
use super::revision::{peel, resolve};
use super::store::Store;
use super::trees::{self, Places};
use crate::words::{Blob, GitObject, LeftOut, ObjectId, ObjectKind, Origin, Sink, SinkMaker, Skipped, Source};

/// What is pushed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tips {
    /// These objects.
    Objects(Vec<ObjectId>),
    /// What this name leads to.
    Named(String),
}

/// What the other side is known to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// What every reference of this repository leads to.
    Everything,
    /// What the tracking branches of this remote lead to. A remote that is only an address has none.
    ByRemote(String),
}

/// What a push brings, as a source.
pub struct Push {
    repo: Repository,
    tips: Tips,
    held: Held,
    also: Vec<ObjectId>,
    threads: NonZeroUsize,
}

impl Push {
    /// What `tips` lead to and neither what is `held` nor the commits in `also` do. Of these, some may not be here.
    #[must_use]
    pub fn new(repo: Repository, tips: Tips, held: Held, also: Vec<ObjectId>, threads: NonZeroUsize) -> Self {
        Self { repo, tips, held, also, threads }
    }

    /// The commits that need not be read.
    fn without(&self) -> Vec<ObjectId> {
        let refs = Refs::read(&self.repo);
        let prefix = match &self.held {
            Held::Everything => String::new(),
            Held::ByRemote(name) => format!("refs/remotes/{name}/"),
        };
        let held = refs.objects().filter(|(name, _)| name.starts_with(prefix.as_bytes())).map(|(_, id)| id);
        held.chain(self.also.iter().copied()).collect()
    }

    /// What is pushed, by id.
    fn tips(&self, reader: &mut Reader<'_>) -> Result<Vec<ObjectId>, RangeError> {
        match &self.tips {
            Tips::Objects(ids) => Ok(ids.clone()),
            Tips::Named(name) => match resolve(&self.repo, reader, name) {
                Ok(id) => Ok(vec![id]),
                Err(cause) => Err(RangeError { name: name.clone(), cause }),
            },
        }
    }
}

impl Push {
    /// The commits that are pushed; none if the tips lead nowhere, which reading them tells.
    pub(super) fn walk(&self) -> commits::Walked {
        let store = Store::open(&self.repo);
        let mut reader = Reader::new(&store);
        let mut commits = |ids: Vec<ObjectId>| ids.into_iter().filter_map(|id| peel(&mut reader, id).ok()).collect();
        let without: Vec<ObjectId> = commits(self.without());
        let tips = self.tips(&mut Reader::new(&store)).unwrap_or_default();
        let span = Span { tips: commits(tips), without, ..Span::default() };
        commits::walk(&self.repo, &mut Reader::new(&store), &span)
    }
}

impl Source for Push {
    fn pour<'s>(&self, sink: &SinkMaker<'s>) {
        let store = Store::open(&self.repo);
        let mut reader = Reader::new(&store);
        let mut first = sink();
        let tips = match self.tips(&mut reader) {
            Ok(tips) => tips,
            Err(error) => return first.skipped(error.into()),
        };
        let mut led = Led {
            reader: &mut reader,
            places: Places::default(),
            sink: &mut *first,
            seen: HashSet::new(),
            wanted: Vec::new(),
        };
        let commits: Vec<ObjectId> = tips.into_iter().filter_map(|tip| led.follow(tip)).collect();
        let wanted = led.wanted;
        let mut without = Vec::new();
        for id in self.without() {
            without.extend(peel(&mut reader, id));
        }
        let walked = commits::walk(&self.repo, &mut reader, &Span { tips: commits, without, ..Span::default() });
        range::pour(
            range::Reading { store: &store, reader, walked, wanted, files: Files::Below(&[]) },
            first,
            self.threads,
            sink,
        );
    }
}

/// What references lead to.
struct Led<'a, 's> {
    reader: &'a mut Reader<'s>,
    places: Places,
    sink: &'a mut dyn Sink,
    seen: HashSet<ObjectId>,
    wanted: Vec<Wanted>,
}

impl Led<'_, '_> {
    /// The commit that an object leads to, if it is one or a tag of one. Tags on the way, and what is no commit, are read.
    fn follow(&mut self, mut id: ObjectId) -> Option<ObjectId> {
        while self.seen.insert(id) {
            let (kind, bytes) = match self.reader.read(&id) {
                Ok(read) => read,
                Err(why) => {
                    self.sink.skipped(Skipped { what: format!("object {id}"), why: why.to_string() });
                    return None;
                }
            };
            match kind {
                ObjectKind::Commit => return Some(id),
                ObjectKind::Tag => {
                    self.sink.blob(&Blob::whole(&object(id, kind, None), bytes));
                    self.sink.done(bytes.len() as u64);
                    id = parse::tag_target(bytes)?;
                }
                ObjectKind::Blob => self.wanted.push(Wanted { id, origin: object(id, kind, None) }),
                ObjectKind::Tree => self.tree(id),
            }
        }
        None
    }

    /// All of a tree.
    fn tree(&mut self, id: ObjectId) {
        let Self { reader, places, sink, wanted, .. } = self;
        let skipped = trees::changes(reader, places, &[], &id, b"", &mut |change| {
            sink.blob(&Blob::whole(&Origin::TreeName(path_of(change.path)), change.path));
            match change.item.mode {
                Mode::Submodule => sink.left_out(LeftOut::Submodule),
                _ => {
                    let origin = object(change.item.id, ObjectKind::Blob, Some(change.path));
                    wanted.push(Wanted { id: change.item.id, origin });
                }
            }
        });
        skipped.into_iter().for_each(|skipped| self.sink.skipped(skipped));
    }
}

fn object(id: ObjectId, kind: ObjectKind, path: Option<&[u8]>) -> Origin {
    Origin::Object(GitObject { path: path.map(path_of), commit: None, id, kind })
}
