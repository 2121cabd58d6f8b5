//! `Objects`: a few objects of a repository that are known by name, to look at them once more.

use std::num::NonZeroUsize;

use super::fetch::{self, Wanted};
use super::open::Repository;
use super::store::Store;
use crate::words::{GitObject, Origin, SinkMaker, Source};

/// Some objects, as a source.
pub struct Objects {
    repo: Repository,
    wanted: Vec<GitObject>,
    threads: NonZeroUsize,
}

impl Objects {
    /// These objects. Sightings in them will say of their place what is said here.
    #[must_use]
    pub fn new(repo: Repository, wanted: Vec<GitObject>, threads: NonZeroUsize) -> Self {
        Self { repo, wanted, threads }
    }
}

impl Source for Objects {
    fn pour<'s>(&self, sink: &SinkMaker<'s>) {
        let store = Store::open(&self.repo);
        let wanted = |object: &GitObject| Wanted { id: object.id, origin: Origin::Object(object.clone()) };
        fetch::pour(&store, self.wanted.iter().map(wanted).collect(), self.threads, sink);
    }
}
