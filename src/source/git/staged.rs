//! `Staged`: what the next commit would contain, from the index and never from the work tree.
//!
//! Without paths, what differs from HEAD: folders whose tree the index has cached and that HEAD holds unchanged are not
//! looked into, so the work grows with what was staged, not with the repository. Where HEAD can't be read, or there is
//! none yet, everything in the index counts as new: more is read, never less.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::commits::head_tree;
use super::fetch::{self, Wanted};
use super::index::Index;
use super::open::{Repository, path_of};
use super::parse::Mode;
use super::reader::Reader;
use super::store::Store;
use super::trees::{self, Places};
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

    fn index(&self) -> Result<Index, Skipped> {
        Index::read(&self.repo).map_err(|error| {
            let why =
                format!("the index can't be read, so what is staged is not known: {error}; `git status` may say more");
            Skipped { what: self.repo.index_file.display().to_string(), why }
        })
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
        let index = match self.index() {
            Ok(index) => index,
            Err(skipped) => return first.skipped(skipped),
        };
        let store = Store::open(&self.repo);
        let (reader, absent) = (Reader::new(&store), self.options.absent);
        let mut gather = Gather {
            index: &index,
            reader,
            places: Places::default(),
            sink: &mut *first,
            files: Vec::new(),
            absent,
            on_disk: Vec::new(),
        };
        if self.options.paths.is_empty() {
            let head = head_tree(&self.repo, &mut gather.reader);
            gather.folder(0, 0..index.len(), index.root(), head);
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
    index: &'a Index,
    reader: Reader<'s>,
    places: Places,
    sink: &'a mut dyn Sink,
    files: Vec<Wanted>,
    absent: Absent,
    on_disk: Vec<PathBuf>,
}

impl Gather<'_, '_> {
    /// What differs from HEAD in a folder: the entries of `range`, whose paths have `prefix` bytes in common, against the
    /// tree `head`.
    fn folder(&mut self, prefix: usize, range: Range<usize>, cached: Option<usize>, head: Option<ObjectId>) {
        let index = self.index;
        if let (Some(cached), Some(head)) = (cached, head)
            && index.is(cached, &head, range.len())
        {
            return;
        }
        let old =
            head.map(|head| trees::entries(&mut self.reader, &head)).transpose().ok().flatten().unwrap_or_default();
        let old = |name: &[u8]| trees::named(&old, name);
        let cached = cached.map(|cached| index.below(cached)).unwrap_or_default();
        let mut number = range.start;
        while number < range.end {
            let path = index.path(number);
            let Some(slash) = memchr::memchr(b'/', &path[prefix..]).map(|at| prefix + at) else {
                let old = old(&path[prefix..]).filter(|item| item.mode != Mode::Tree).map(|item| item.id);
                self.entry(number, old);
                number += 1;
                continue;
            };
            let folder = &path[..=slash];
            let end = index.partition_point(number..range.end, |path| path.starts_with(folder));
            let name = &folder[prefix..slash];
            let old = old(name).filter(|item| item.mode == Mode::Tree).map(|item| item.id);
            if index.entry(number).mode == Mode::Tree && end == number + 1 {
                self.sparse(number, old);
            } else {
                let cached = cached.binary_search_by(|(other, _)| (*other).cmp(name)).ok().map(|at| cached[at].1);
                self.folder(slash + 1, number..end, cached, old);
            }
            number = end.max(number + 1);
        }
    }

    /// One entry, unless HEAD holds the same.
    fn entry(&mut self, number: usize, old: Option<ObjectId>) {
        let entry = self.index.entry(number);
        let id = ObjectId::new(entry.raw_id);
        if id == old || entry.intent_to_add {
            return;
        }
        if old.is_none() {
            self.name(entry.path);
        }
        if entry.mode == Mode::Submodule {
            return self.sink.left_out(LeftOut::Submodule);
        }
        if let Some(id) = id {
            self.files.push(file(entry.path, id));
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
        let entry = self.index.entry(number);
        let Some(new) = ObjectId::new(entry.raw_id) else { return };
        let olds: Vec<ObjectId> = old.into_iter().collect();
        let found = trees::changes(&mut self.reader, &mut self.places, &olds, &new, entry.path, &mut |change| {
            if change.path.len() >= SHORTEST_RUN {
                self.sink.blob(&Blob::whole(&Origin::TreeName(path_of(change.path)), change.path));
            }
            match change.item.mode {
                Mode::Submodule => self.sink.left_out(LeftOut::Submodule),
                _ => self.files.push(file(change.path, change.item.id)),
            }
        });
        found.into_iter().for_each(|skipped| self.sink.skipped(skipped));
    }

    /// The index content of files and folders.
    fn paths(&mut self, wanted: &[(PathBuf, Vec<u8>)]) {
        let index = self.index;
        for (typed, wanted) in wanted {
            let start = index.partition_point(0..index.len(), |path| path < &wanted[..]);
            let mut held = false;
            for number in start..index.len() {
                let path = index.path(number);
                if !path.starts_with(wanted) {
                    break;
                }
                if !wanted.is_empty() && path.len() > wanted.len() && path[wanted.len()] != b'/' {
                    continue;
                }
                held = true;
                if index.entry(number).mode == Mode::Tree {
                    self.sparse(number, None);
                } else {
                    self.entry(number, None);
                }
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
                self.name(wanted); // it is shown, so a key in it has to be known
                self.sink.skipped(Skipped { what: typed.display().to_string(), why });
            }
        }
    }

    /// Reads a path that lies in a folder which a sparse index holds as one entry; `false` if it doesn't.
    fn is_in_sparse(&mut self, wanted: &[u8]) -> bool {
        // The folder's entry, with a slash at its end, is the last that comes before the path.
        let after = self.index.partition_point(0..self.index.len(), |path| path <= wanted);
        let Some(number) = after.checked_sub(1) else { return false };
        let entry = self.index.entry(number);
        if entry.mode != Mode::Tree || !wanted.starts_with(entry.path) {
            return false;
        }
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
