//! A `Plan` says what a walk will read and in which order; carrying it out is done by as many threads as are wanted.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::Visitor;
use super::family::{Found, Walker};
use super::forest::{Forest, Kinds};
use crate::source::git::error::ReadError;
use crate::source::git::inflate::Buffer;
use crate::source::git::loose;
use crate::source::git::reader::Reader;
use crate::source::git::store::Store;
use crate::source::threads::shared;
use crate::words::{ObjectId, ObjectKind};

/// One piece of work for one thread.
enum Job {
    /// A family of a forest: its root, what it is.
    Family { forest: usize, root: u32, kind: ObjectKind },
    /// A delta in a forest whose base is elsewhere.
    Foreign { forest: usize, root: u32, base: ObjectId },
    /// Loose objects of one folder.
    Loose { folder: usize, ids: Vec<ObjectId> },
}

/// All that a walk will read.
pub(in crate::source::git) struct Plan<'s> {
    store: &'s Store,
    kinds: Kinds,
    threads: usize,
    forests: Vec<Forest<'s>>,
    jobs: Vec<Job>,
    objects: u64,
    unlisted: Vec<(String, String)>,
}

impl<'s> Plan<'s> {
    /// Plans to read every object of some kinds once, wherever it is; only those that are `wanted`, if that is given. So
    /// many `threads` plan and read.
    pub(in crate::source::git) fn new(
        store: &'s Store,
        kinds: Kinds,
        wanted: Option<&dyn Fn(&ObjectId) -> bool>,
        threads: usize,
    ) -> Self {
        let (forests, jobs, unlisted) = (Vec::new(), Vec::new(), Vec::new());
        let mut plan = Self { store, kinds, threads, forests, jobs, objects: 0, unlisted };
        for (number, pack) in store.packs().iter().enumerate() {
            let before = &store.packs()[..number];
            let new = |id: &ObjectId| {
                wanted.is_none_or(|wanted| wanted(id)) && before.iter().all(|pack| pack.find(id).is_none())
            };
            let filter: Option<&dyn Fn(&ObjectId) -> bool> =
                if wanted.is_some() || !before.is_empty() { Some(&new) } else { None };
            // Of a pack that holds nothing wanted, not even the headers are read.
            let wants = |wanted: &dyn Fn(&ObjectId) -> bool| {
                (0..pack.len()).filter_map(|place| pack.id(place)).any(|id| wanted(&id))
            };
            if filter.is_none_or(wants) {
                plan.add_forest(Forest::plant(pack, kinds, filter, threads));
            }
        }
        for (number, folder) in store.folders().iter().enumerate() {
            for first in 0..=u8::MAX {
                match loose::list(folder, first) {
                    Ok(ids) => plan.add_loose(number, ids, wanted),
                    Err(error) => {
                        let what = folder.join(format!("{first:02x}")).display().to_string();
                        plan.unlisted.push((what, format!("this folder of loose objects can't be read: {error}")));
                    }
                }
            }
        }
        plan
    }

    fn add_forest(&mut self, mut forest: Forest<'s>) {
        let number = self.forests.len();
        let foreign = std::mem::take(&mut forest.foreign);
        self.jobs.extend(foreign.into_iter().map(|(root, base)| Job::Foreign { forest: number, root, base }));
        self.objects += forest.visits();
        let families = std::mem::take(&mut forest.families);
        self.jobs.extend(families.iter().map(|family| Job::Family {
            forest: number,
            root: family.root,
            kind: family.kind,
        }));
        self.forests.push(forest);
    }

    fn add_loose(&mut self, folder: usize, mut ids: Vec<ObjectId>, wanted: Option<&dyn Fn(&ObjectId) -> bool>) {
        let earlier = &self.store.folders()[..folder];
        ids.retain(|id| {
            wanted.is_none_or(|wanted| wanted(id))
                && self.store.find_packed(id).is_none()
                && !earlier.iter().any(|folder| loose::path(folder, id).is_file())
        });
        self.objects += ids.len() as u64;
        if !ids.is_empty() {
            self.jobs.push(Job::Loose { folder, ids });
        }
    }

    /// How many objects other than trees will be read; those that are loose are all counted.
    pub(in crate::source::git) fn objects(&self) -> u64 {
        self.objects
    }

    /// Folders of loose objects that can't be listed: what, and why.
    pub(in crate::source::git) fn unlisted(&self) -> &[(String, String)] {
        &self.unlisted
    }

    /// Reads it all, each thread with a visitor of its own; returns the visitors.
    pub(in crate::source::git) fn run<V: Visitor + Send>(&self, visitor: &(dyn Fn() -> V + Sync)) -> Vec<V> {
        let next = AtomicUsize::new(0);
        let work = || {
            let mut visitor = visitor();
            let mut walker: Walker<V> = Walker::new();
            while !visitor.is_halted()
                && let Some(job) = self.jobs.get(next.fetch_add(1, Ordering::Relaxed))
            {
                self.work(job, &mut walker, &mut visitor);
            }
            visitor
        };
        let mut visitors = shared(vec![(); self.threads.max(1)], &|()| work());
        for forest in &self.forests {
            for lost in &forest.lost {
                if let Some(id) = forest.id_at(lost.place) {
                    visitors[0].broken(&id, lost.why.clone());
                }
            }
        }
        visitors
    }

    fn work<V: Visitor>(&self, job: &Job, walker: &mut Walker<V>, visitor: &mut V) {
        match job {
            Job::Family { forest, root, kind } => walker.family(&self.forests[*forest], *root, *kind, visitor),
            Job::Foreign { forest, root, base } => {
                let mut reader = Reader::new(self.store);
                let base = reader.read(base).map_err(|why| match why {
                    ReadError::Missing => ReadError::BaseMissing(*base),
                    _ => ReadError::BaseBroken,
                });
                if !matches!(base, Ok((kind, _)) if !self.kinds.has(kind)) {
                    walker.adopted(&self.forests[*forest], *root, base, visitor);
                }
            }
            Job::Loose { folder, ids } => self.read_loose(*folder, ids, walker, visitor),
        }
    }

    fn read_loose<V: Visitor>(&self, folder: usize, ids: &[ObjectId], walker: &mut Walker<V>, visitor: &mut V) {
        let folder = &self.store.folders()[folder];
        let mut bytes = Buffer::default();
        for id in ids.iter() {
            if visitor.is_halted() {
                return;
            }
            match loose::read(&loose::path(folder, id), walker.inflater(), &mut bytes) {
                Ok(Some(loose)) if self.kinds.has(loose.kind) => {
                    let object = Found { id: *id, kind: loose.kind, bytes: &bytes.as_slice()[loose.len..] };
                    visitor.found(&object, None);
                }
                Ok(Some(_)) => {}
                Ok(None) => visitor.broken(id, ReadError::Missing),
                Err(why) => visitor.broken(id, why),
            }
        }
    }
}
