//! `Range`: what some commits bring in: the messages, and all content that none of a commit's parents holds at the same
//! path. So what exists only in a merge is seen, and what a merge only carries over is not.

use std::collections::HashSet;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use super::brought::{Brought, Files};
use super::commits::{self, Span, Step, Walked};
use super::fetch::{self, Wanted};
use super::open::{Repository, path_of};
use super::reader::Reader;
use super::refs::Refs;
use super::revision::{RevisionError, resolve};
use super::store::Store;
use super::trees::{self, Places};
use crate::words::{Blob, ObjectId, Origin, Sink, SinkMaker, Skipped, Source};

/// Which commits to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RangeSpec {
    /// `BASE..TIP`: what TIP can reach and BASE can't. A base of zeros, as hooks write it for a new branch, is no base.
    Between {
        /// Where it begins; itself not read.
        base: String,
        /// Where it ends.
        tip: String,
    },
    /// `A...B`: what only one of the two can reach.
    Apart {
        /// One side.
        left: String,
        /// The other.
        right: String,
    },
    /// One commit alone.
    One(String),
    /// What TIP can reach and no remote-tracking branch can: what a push would bring.
    Unpushed {
        /// Where it ends.
        tip: String,
    },
    /// What TIP can reach, as far as it was committed since then.
    Since {
        /// In seconds since 1970 (UTC).
        seconds: i64,
        /// Where it ends.
        tip: String,
    },
}

impl RangeSpec {
    /// Reads `BASE..TIP`, `A...B` or one commit's name; a side that is left out is HEAD.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let or_head = |side: &str| if side.is_empty() { "HEAD".to_owned() } else { side.to_owned() };
        if let Some((left, right)) = text.split_once("...") {
            Self::Apart { left: or_head(left), right: or_head(right) }
        } else if let Some((base, tip)) = text.split_once("..") {
            Self::Between { base: or_head(base), tip: or_head(tip) }
        } else {
            Self::One(or_head(text))
        }
    }
}

/// Why a range can't be read.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {cause}")]
pub struct RangeError {
    /// The name that was given for one end of it.
    pub name: String,
    /// Why it leads nowhere.
    pub cause: RevisionError,
}

/// What a range of commits brings in, as a source.
pub struct Range {
    repo: Repository,
    spec: RangeSpec,
    named: Vec<PathBuf>,
    threads: NonZeroUsize,
}

impl Range {
    /// The commits of `repo` that `spec` names, read by so many threads.
    #[must_use]
    pub fn new(repo: Repository, spec: RangeSpec, threads: NonZeroUsize) -> Self {
        Self { repo, spec, named: Vec::new(), threads }
    }

    /// Somebody compared the two ends and names the files that count, from the root of the work tree: others that the
    /// comparison shows don't. It can't show a file that was changed and changed back, or came and went: these count.
    #[must_use]
    pub fn named(self, named: Vec<PathBuf>) -> Self {
        Self { named, ..self }
    }

    /// Which files count.
    fn files(&self, reader: &mut Reader<'_>) -> Result<Files<'static>, RangeError> {
        let RangeSpec::Between { base, tip } = &self.spec else { return Ok(Files::Below(&[])) };
        if self.named.is_empty() {
            return Ok(Files::Below(&[]));
        }
        let mut tree = |name: &str| {
            let found = resolve(&self.repo, reader, name);
            let tree = found.and_then(|id| commits::tree_of(reader, &id).map_err(|_| RevisionError::NotHere));
            tree.map_err(|cause| RangeError { name: name.to_owned(), cause })
        };
        let (base, tip) = (tree(base)?, tree(tip)?);
        let mut others = HashSet::new();
        let named: HashSet<&PathBuf> = self.named.iter().collect();
        let _ = trees::changes(reader, &mut Places::default(), &[base], &tip, b"", &mut |change| {
            if !named.contains(&path_of(change.path)) {
                others.insert(change.path.to_vec());
            }
        }); // a tree that can't be read hides nothing here, and is told of when its commit is read
        Ok(Files::AllBut(others))
    }

    /// What to walk, and the only commit to read if it is one alone.
    fn span(&self, reader: &mut Reader<'_>) -> Result<(Span, Option<ObjectId>), RangeError> {
        let mut find =
            |name: &str| resolve(&self.repo, reader, name).map_err(|cause| RangeError { name: name.to_owned(), cause });
        let is_null = |name: &str| ObjectId::from_hex(name.as_bytes()).is_some_and(|id| id.is_null());
        Ok(match &self.spec {
            RangeSpec::Between { base, tip } => {
                let without = if is_null(base) { Vec::new() } else { vec![find(base)?] };
                (Span { tips: vec![find(tip)?], without, ..Span::default() }, None)
            }
            RangeSpec::Apart { left, right } => {
                (Span { apart: Some((find(left)?, find(right)?)), ..Span::default() }, None)
            }
            RangeSpec::One(name) => {
                let id = find(name)?;
                (Span { tips: vec![id], ..Span::default() }, Some(id))
            }
            RangeSpec::Unpushed { tip } => {
                let tips = vec![find(tip)?];
                let refs = Refs::read(&self.repo);
                let without = refs.objects().filter(|(name, _)| name.starts_with(b"refs/remotes/")).map(|(_, id)| id);
                (Span { tips, without: without.collect(), ..Span::default() }, None)
            }
            RangeSpec::Since { seconds, tip } => {
                (Span { tips: vec![find(tip)?], since: Some(*seconds), ..Span::default() }, None)
            }
        })
    }

    /// The commits of the range.
    pub(super) fn walk(&self, reader: &mut Reader<'_>) -> Result<Walked, RangeError> {
        let (span, only) = self.span(reader)?;
        Ok(match only {
            Some(id) => commits::one(&self.repo, reader, id),
            None => commits::walk(&self.repo, reader, &span),
        })
    }
}

impl Source for Range {
    fn pour<'s>(&self, sink: &SinkMaker<'s>) {
        let store = Store::open(&self.repo);
        let mut reader = Reader::new(&store);
        let mut first = sink();
        let (walked, files) = match self.walk(&mut reader).and_then(|walked| Ok((walked, self.files(&mut reader)?))) {
            Ok(read) => read,
            Err(error) => {
                // It is shown, so that a key that was typed for it has to be known.
                first.blob(&Blob::whole(&Origin::RefName(error.name.clone()), error.name.as_bytes()));
                return first.skipped(error.into());
            }
        };
        let reading = Reading { store: &store, reader, walked, wanted: Vec::new(), files };
        pour(reading, first, self.threads, sink);
    }
}

impl From<RangeError> for Skipped {
    fn from(error: RangeError) -> Self {
        Self { what: format!("commit {}", error.name), why: error.cause.to_string() }
    }
}

/// Commits that are to be read, and what was found before them.
pub(super) struct Reading<'a> {
    pub(super) store: &'a Store,
    pub(super) reader: Reader<'a>,
    pub(super) walked: Walked,
    pub(super) wanted: Vec<Wanted>,
    pub(super) files: Files<'a>,
}

/// Reads what commits bring in.
pub(super) fn pour<'s>(
    reading: Reading<'_>,
    mut first: Box<dyn Sink + Send + 's>,
    threads: NonZeroUsize,
    sink: &SinkMaker<'s>,
) {
    let Reading { store, reader, walked, mut wanted, files } = reading;
    for (id, why) in &walked.broken {
        first.skipped(Skipped { what: format!("commit {id}"), why: why.to_string() });
    }
    report_cut(&walked.steps, &mut *first);
    let mut brought = Brought::new(reader, &mut *first, files);
    walked.steps.iter().for_each(|step| brought.commit(step));
    wanted.extend(brought.into_wanted());
    store.skipped_if_open().for_each(|skipped| first.skipped(skipped.clone()));
    drop(first);
    fetch::pour(store, wanted, threads, sink);
}

/// Says that a shallow clone ends within the range.
fn report_cut(steps: &[Step], sink: &mut dyn Sink) {
    let Some(cut) = steps.iter().find(|step| step.cut) else { return };
    let why = format!(
        "the clone is shallow and ends here, inside the range, so what lies before it was not read (its own files were, \
         all of them): fetch at least {} commits (`git fetch --depth={}`, or fetch-depth in actions/checkout; 0 there, \
         or `git fetch --unshallow`, brings all)",
        steps.len() + 1,
        steps.len() + 1
    );
    sink.skipped(Skipped { what: format!("what comes before commit {}", cut.id), why });
}
