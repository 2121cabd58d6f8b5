//! `Staged`: what the next commit would contain, from the index and never from the work tree.
//!
//! Without paths, what differs from HEAD: folders whose tree the index has cached and that HEAD holds unchanged are not
//! looked into, so the work grows with what was staged, not with the repository. Where HEAD can't be read, or there is
//! none yet, everything in the index counts as new: more is read, never less.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::path::{Path, PathBuf};

use gix_index::entry::{Flags, Mode};
use gix_index::extension::Tree;

use super::commits::head_tree;
use super::fetch::{self, Wanted};
use super::open::{Repository, path_of};
use super::parse;
use super::reader::Reader;
use super::store::Store;
use super::trees;
use crate::rules::SHORTEST_RUN;
use crate::source::{Disk, DiskOptions, Follow, Ignored};
use crate::words::{Blob, LeftOut, ObjectId, Origin, Sink, SinkMaker, Skipped, Source};

/// What to read of an index.
#[derive(Clone, Debug)]
pub struct StagedOptions {
    /// The index content of these files and folders, changed or not; if empty, all that differs from HEAD.
    pub paths: Vec<PathBuf>,
    /// What becomes of paths that the index holds nothing of.
    pub absent: Absent,
    /// How many threads read, if there is much to read.
    pub threads: NonZeroUsize,
}

/// What becomes of a path that was named and that the index holds nothing of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// It was not read, and that is said.
    Skipped,
    /// It is read from the disk: who named it wants it read.
    FromDisk,
}

/// What is staged, as a source.
pub struct Staged {
    repo: Repository,
    options: StagedOptions,
}

impl Staged {
    /// What is staged in `repo`.
    #[must_use]
    pub fn new(repo: Repository, options: StagedOptions) -> Self {
        Self { repo, options }
    }

    /// The index. One that does not exist is empty: nothing was ever staged.
    fn index(&self) -> Result<gix_index::State, Skipped> {
        let options = gix_index::decode::Options { thread_limit: Some(1), ..Default::default() };
        gix_index::File::at_or_default(&self.repo.index_file, self.repo.hash, true, options).map(Into::into).map_err(
            |error| {
                let why = format!(
                    "the index can't be read, so what is staged is not known: {error}; `git status` may say more"
                );
                Skipped { what: self.repo.index_file.display().to_string(), why }
            },
        )
    }

    /// The given paths as the index writes them.
    fn wanted(&self, sink: &mut dyn Sink) -> Vec<(PathBuf, Vec<u8>)> {
        let root = self.repo.work_tree().map(|root| root.canonicalize().unwrap_or_else(|_| root.to_owned()));
        let mut wanted = Vec::new();
        for path in &self.options.paths {
            let inside = root.as_deref().and_then(|root| below(root, path));
            match inside {
                Some(inside) => wanted.push((path.clone(), inside)),
                None => {
                    let why = "it is not in the work tree, so it can't be staged".to_owned();
                    sink.skipped(Skipped { what: path.display().to_string(), why });
                }
            }
        }
        wanted
    }
}

impl Source for Staged {
    fn pour<'s>(&self, sink: &SinkMaker<'s>) {
        let mut first = sink();
        let state = match self.index() {
            Ok(state) => state,
            Err(skipped) => return first.skipped(skipped),
        };
        let store = Store::open(&self.repo);
        let (reader, absent) = (Reader::new(&store), self.options.absent);
        let mut gather =
            Gather { state: &state, reader, sink: &mut *first, files: Vec::new(), absent, on_disk: Vec::new() };
        if self.options.paths.is_empty() {
            let head = head_tree(&self.repo, &mut gather.reader);
            gather.folder(0, 0..state.entries().len(), state.tree(), head);
        } else {
            let wanted = self.wanted(gather.sink);
            gather.paths(&wanted);
        }
        let Gather { files, on_disk, .. } = gather;
        drop(first);
        fetch::pour(&store, files, self.options.threads, sink);
        if !on_disk.is_empty() {
            let threads = self.options.threads.get();
            Disk::new(on_disk, DiskOptions { ignored: Ignored::Read, follow: Follow::Never, threads }).pour(sink);
        }
    }
}

/// A path below `root`, with slashes; empty for `root` itself.
fn below(root: &Path, path: &Path) -> Option<Vec<u8>> {
    let absolute = std::path::absolute(path).ok()?;
    // The folder may be reached through a link, and the file may be gone from the work tree or be a link itself.
    let folder = absolute.parent().and_then(|folder| folder.canonicalize().ok());
    let full = match (folder, absolute.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => absolute.clone(),
    };
    let inside = full.strip_prefix(root).or_else(|_| absolute.strip_prefix(root));
    let inside = inside
        .map(Path::to_owned)
        .or_else(|error| absolute.canonicalize().map_err(|_| error)?.strip_prefix(root).map(Path::to_owned));
    let inside = inside.ok()?;
    Some(gix_path::to_unix_separators_on_windows(gix_path::into_bstr(&*inside).ok()?).to_vec())
}

/// Finds the files that are to be read.
struct Gather<'a, 's> {
    state: &'a gix_index::State,
    reader: Reader<'s>,
    sink: &'a mut dyn Sink,
    files: Vec<Wanted>,
    absent: Absent,
    on_disk: Vec<PathBuf>,
}

impl Gather<'_, '_> {
    fn path(&self, number: usize) -> &[u8] {
        self.state.entries()[number].path(self.state)
    }

    /// What differs from HEAD in a folder: the entries of `range`, whose paths have `prefix` bytes in common, against the
    /// tree `head`.
    fn folder(&mut self, prefix: usize, range: Range<usize>, cached: Option<&Tree>, head: Option<ObjectId>) {
        if let (Some(cached), Some(head)) = (cached, head)
            && cached.num_entries == u32::try_from(range.len()).ok()
            && cached.id.as_bytes() == head.as_bytes()
        {
            return;
        }
        let old =
            head.map(|head| trees::entries(&mut self.reader, &head)).transpose().ok().flatten().unwrap_or_default();
        let old = |name: &[u8]| trees::named(&old, name);
        let mut number = range.start;
        while number < range.end {
            let path = self.path(number);
            let Some(slash) = memchr::memchr(b'/', &path[prefix..]).map(|at| prefix + at) else {
                let old = old(&path[prefix..]).filter(|item| item.mode != parse::Mode::Tree).map(|item| item.id);
                self.entry(number, old);
                number += 1;
                continue;
            };
            let folder = path[..=slash].to_vec();
            let below = &self.state.entries()[number..range.end];
            let end = number + below.partition_point(|entry| entry.path(self.state).starts_with(&folder));
            let name = &folder[prefix..slash];
            let old = old(name).filter(|item| item.mode == parse::Mode::Tree).map(|item| item.id);
            if self.state.entries()[number].mode == Mode::DIR && end == number + 1 {
                self.sparse(number, old);
            } else {
                let cached = cached.and_then(|tree| tree.children.iter().find(|child| child.name[..] == *name));
                self.folder(slash + 1, number..end, cached, old);
            }
            number = end.max(number + 1);
        }
    }

    /// One entry, unless HEAD holds the same.
    fn entry(&mut self, number: usize, old: Option<ObjectId>) {
        let state = self.state;
        let entry = &state.entries()[number];
        let id = ObjectId::new(entry.id.as_bytes());
        if id == old || entry.flags.contains(Flags::INTENT_TO_ADD) {
            return;
        }
        if old.is_none() {
            self.name(entry.path(state));
        }
        if entry.mode == Mode::COMMIT {
            return self.sink.left_out(LeftOut::Submodule);
        }
        if let Some(id) = id {
            self.files.push(file(entry.path(state), id));
        }
    }

    /// Looks at the path of what is new, in which a key may stand like anywhere else.
    fn name(&mut self, path: &[u8]) {
        if path.len() >= SHORTEST_RUN {
            self.sink.blob(&Blob::whole(&Origin::TreeName(path_of(path)), path));
        }
    }

    /// A folder that a sparse index holds as one entry.
    fn sparse(&mut self, number: usize, old: Option<ObjectId>) {
        let entry = &self.state.entries()[number];
        let Some(new) = ObjectId::new(entry.id.as_bytes()) else { return };
        let folder = entry.path(self.state).to_vec();
        let olds: Vec<ObjectId> = old.into_iter().collect();
        let found = trees::changes(&mut self.reader, &olds, &new, &folder, &mut |change| {
            if change.path.len() >= SHORTEST_RUN {
                self.sink.blob(&Blob::whole(&Origin::TreeName(path_of(change.path)), change.path));
            }
            match change.item.mode {
                parse::Mode::Submodule => self.sink.left_out(LeftOut::Submodule),
                _ => self.files.push(file(change.path, change.item.id)),
            }
        });
        found.into_iter().for_each(|skipped| self.sink.skipped(skipped));
    }

    /// The index content of files and folders.
    fn paths(&mut self, wanted: &[(PathBuf, Vec<u8>)]) {
        for (typed, wanted) in wanted {
            let entries = self.state.entries();
            let start = entries.partition_point(|entry| entry.path(self.state)[..] < wanted[..]);
            let mut held = false;
            for (number, entry) in entries.iter().enumerate().skip(start) {
                let path = entry.path(self.state);
                if !path.starts_with(wanted) {
                    break;
                }
                if !wanted.is_empty() && path.len() > wanted.len() && path[wanted.len()] != b'/' {
                    continue;
                }
                held = true;
                if entry.mode == Mode::DIR { self.sparse(number, None) } else { self.entry(number, None) }
            }
            if held || self.is_in_sparse(wanted) || wanted.is_empty() {
                continue;
            }
            if self.absent == Absent::FromDisk {
                self.on_disk.push(typed.clone());
            } else {
                let why =
                    "the index holds nothing there; `git add` stages it, and `unleak scan` reads it from the disk"
                        .to_owned();
                self.sink.skipped(Skipped { what: typed.display().to_string(), why });
            }
        }
    }

    /// Reads a path that lies in a folder which a sparse index holds as one entry; `false` if it doesn't.
    fn is_in_sparse(&mut self, wanted: &[u8]) -> bool {
        let sparse = self
            .state
            .entries()
            .iter()
            .position(|entry| entry.mode == Mode::DIR && wanted.starts_with(entry.path(self.state)));
        let Some(number) = sparse else { return false };
        let before = self.files.len();
        self.sparse(number, None);
        let wanted = path_of(wanted);
        let found = self.files.split_off(before);
        self.files.extend(
            found.into_iter().filter(|file| matches!(&file.origin, Origin::Index(path) if path.starts_with(&wanted))),
        );
        self.files.len() > before
    }
}

fn file(path: &[u8], id: ObjectId) -> Wanted {
    Wanted { id, origin: Origin::Index(path_of(path)) }
}
