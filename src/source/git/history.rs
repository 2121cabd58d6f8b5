//! `History`: everything that a repository holds, each object once.
//!
//! Not by commits but by objects: whatever is in a pack or loose is read, so branches, tags, notes, every stash, commits
//! amended or reset away and dangling blobs need no thought. Which commit brought a blob in is asked afterwards, and only
//! for blobs in which something was found: see [`super::trace`].

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use super::commits;
use super::holdings;
use super::known::{Knowledge, Recall};
use super::limited;
use super::look::{Gathered, Holders, Look, MOST_MISSING, Missing, Names};
use super::open::Repository;
use super::presence::Presence;
use super::reader::Reader;
use super::refs::Refs;
use super::store::Store;
use super::trace::trace;
use super::walk::{Kinds, Plan};
use crate::source::threads::both;
use crate::words::{GitObject, Life, ObjectId, ObjectKind, Origin, Progress, Sink, SinkMaker, Skipped, Source};

/// How many missing objects are named one by one; of the others only the number is told.
const NAMED: usize = 20;

/// How often the list of objects is made at most, if another process packs meanwhile.
const MOST_LISTS: usize = 8;

/// Which objects of a repository are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// All there are, whatever leads to them.
    #[default]
    Everything,
    /// What references lead to: nothing that only a reflog knows, nothing that dangles.
    References,
    /// What these branches, tags or commits lead to.
    Of(Vec<String>),
}

/// What to read of a history, and how.
#[derive(Clone, Debug)]
pub struct HistoryOptions {
    /// Which objects.
    pub scope: Scope,
    /// Only what commits since then brought in, in seconds since 1970 (UTC). Everything that is not in a commit counts as
    /// older, so a scope of everything becomes one of references.
    pub since: Option<i64>,
    /// Only these files and folders, from the root of the work tree; if empty, all. Makes a scope of everything one of
    /// references too.
    pub paths: Vec<PathBuf>,
    /// How many threads read.
    pub threads: NonZeroUsize,
}

/// Everything in a repository, as a source.
pub struct History {
    repo: Repository,
    options: HistoryOptions,
    progress: Arc<Progress>,
    knowledge: Option<Arc<Knowledge>>,
}

impl History {
    /// What `repo` holds; `progress` is told how much that is.
    #[must_use]
    pub fn new(repo: Repository, options: HistoryOptions, progress: Arc<Progress>) -> Self {
        Self { repo, options, progress, knowledge: None }
    }

    /// The same, but what `knowledge` says to hold nothing is not read again; it learns from what is read. A history with
    /// limits neither asks nor teaches it.
    #[must_use]
    pub fn remembering(self, knowledge: Arc<Knowledge>) -> Self {
        Self { knowledge: Some(knowledge), ..self }
    }

    /// Adds to the knowledge what was learned. Trees in which a name stands that tells something are read again next time.
    fn teach(
        &self,
        knowledge: &Knowledge,
        recall: &Recall<'_>,
        store: &Store,
        mut gathered: Gathered,
        telling: &Names,
    ) {
        if !telling.is_empty() {
            let read = |id: &ObjectId| recall.wants(id);
            let id_len = self.repo.hash.len_in_bytes();
            let plan = Plan::new(store, Kinds::of(&[ObjectKind::Tree]), Some(&read), self.options.threads.get());
            let holders = || Holders { names: telling, id_len, found: Vec::new() };
            for holders in plan.run(&holders) {
                gathered.looked.tell(&holders.found);
            }
        }
        knowledge.keep(recall, gathered.looked);
    }

    /// Reads what is planned, and what leads to it.
    fn read(
        &self,
        store: &Store,
        (plan, packed): (&Plan<'_>, &Presence),
        recall: Option<&Recall<'_>>,
        sink: &SinkMaker<'_>,
    ) {
        self.progress.expect(plan.objects());
        let id_len = self.repo.hash.len_in_bytes();
        let look = || Look::new(sink(), Reader::new(store), packed, id_len).remembering(recall.is_some());
        let mut gathered = Gathered::default();
        plan.run(&look).into_iter().for_each(|look| gathered.add(look.into_gathered()));
        let mut last = sink();
        if last.is_halted() {
            return;
        }
        let refs = Refs::read(&self.repo);
        let (telling, ()) = both(
            self.options.threads,
            || gathered.look_at_names(&mut *sink()),
            || holdings::pour(&self.repo, &refs, &mut *last),
        );
        store.skipped().for_each(|skipped| last.skipped(skipped.clone()));
        for (what, why) in plan.unlisted() {
            last.skipped(Skipped { what: what.clone(), why: why.clone() });
        }
        if recall.is_none_or(Recall::is_empty) {
            self.repo.keep_survey(std::mem::take(&mut gathered.surveys));
        }
        self.report_gaps(store.is_partial(), &mut gathered.missing, &mut *last);
        if let Some((knowledge, recall)) = self.knowledge.as_ref().zip(recall) {
            let (objects, bytes) = recall.sizes();
            last.known(objects, bytes);
            self.teach(knowledge, recall, store, gathered, &telling);
        }
    }

    /// Whether something limits what is read.
    fn is_limited(&self) -> bool {
        let HistoryOptions { scope, since, paths, .. } = &self.options;
        *scope != Scope::Everything || since.is_some() || !paths.is_empty()
    }

    /// Drops what only objects lead to that no reference leads to: git prunes such objects one by one, so it is no damage
    /// if some of them are gone.
    fn keep_reachable(&self, missing: &mut Vec<Missing>) {
        if missing.is_empty() || missing.len() >= MOST_MISSING {
            return;
        }
        let holder = |missing: &Missing| {
            Origin::Object(GitObject { path: None, commit: None, id: missing.from, kind: missing.from_kind })
        };
        let same = |a: &Missing, b: &Missing| a.id == b.id;
        let questions: Vec<Vec<Origin>> = missing.chunk_by(same).map(|all| all.iter().map(holder).collect()).collect();
        let mut lives = trace(&self.repo, &questions, self.options.threads).into_iter();
        let is_reachable = |life: Life| life.in_head || !life.refs.is_empty();
        *missing = missing
            .chunk_by(same)
            .filter(|_| lives.next().is_none_or(is_reachable))
            .flat_map(|all| all.first().copied())
            .collect();
    }

    /// Says what could not be read for want of an object, or of history.
    fn report_gaps(&self, partial: bool, missing: &mut Vec<Missing>, sink: &mut dyn Sink) {
        let shallow = commits::shallow(&self.repo);
        if !shallow.is_empty() {
            let why = "the clone is shallow, so older history is not here and was not read: `git fetch --unshallow` (or \
                       fetch-depth: 0 in actions/checkout) brings it";
            let what = format!("what comes before {} of the commits", shallow.len());
            sink.skipped(Skipped { what, why: why.to_owned() });
        }
        missing.retain(|missing| !shallow.contains(&missing.from));
        missing.sort_unstable();
        let partial = partial || self.repo.partial;
        if !partial {
            self.keep_reachable(missing);
        }
        missing.dedup_by_key(|missing| missing.id);
        let advice = if partial {
            "this is a partial clone: `git fetch --refetch --no-filter` (git 2.36 or later) brings it all"
        } else {
            "`git fsck --connectivity-only` says more, and a fresh clone may have it"
        };
        for gap in missing.iter().take(NAMED) {
            let why = format!("it is not here, though {} leads to it; {advice}", gap.from);
            sink.skipped(Skipped { what: format!("object {}", gap.id), why });
        }
        if missing.len() > NAMED {
            let why = format!("not here, though others lead to them; {advice}");
            sink.skipped(Skipped { what: format!("{} more objects", missing.len() - NAMED), why });
        }
    }
}

impl Source for History {
    fn pour<'s>(&self, sink: &SinkMaker<'s>) {
        if self.is_limited() {
            return limited::pour(&self.repo, &Store::open(&self.repo), &self.options, sink);
        }
        for lists in 1.. {
            let store = Store::open(&self.repo);
            let recall = self.knowledge.as_ref().map(|knowledge| knowledge.recall(&store));
            let known = recall.as_ref().filter(|recall| !recall.is_empty());
            let wanted = known.map(|known| |id: &ObjectId| known.wants(id));
            let wanted = wanted.as_ref().map(|wanted| wanted as &dyn Fn(&ObjectId) -> bool);
            let threads = self.options.threads;
            // Where most is known, hardly any object is asked for.
            let packed = || if known.is_some() { Presence::default() } else { Presence::of(store.packs()) };
            let (packed, plan) = both(threads, packed, || Plan::new(&store, Kinds::ALL, wanted, threads.get()));
            // What was loose when the packs were opened may be packed by now, and no longer be loose.
            let is_settled = store.is_settled();
            if is_settled || lists == MOST_LISTS {
                if !is_settled {
                    let what = self.repo.objects_dir.display().to_string();
                    let why =
                        "another process packed objects all the time, so some may not have been seen; run this again";
                    sink().skipped(Skipped { what, why: why.to_owned() });
                }
                return self.read(&store, (&plan, &packed), recall.as_ref(), sink);
            }
        }
    }
}
