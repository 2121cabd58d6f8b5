//! `Staged`: what the next commit would contain, from the index and never from the work tree.
//!
//! Without paths, what differs from HEAD: folders whose tree the index has cached and that HEAD holds unchanged are not
//! looked into, so the work grows with what was staged, not with the repository. Where HEAD can't be read, or there is
//! none yet, everything in the index counts as new: more is read, never less.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use super::commits::head_tree;
use super::fetch::{self, Wanted};
use super::index::{CachedTrees, Cursor, Entry, Index};
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
        Index::read(&self.repo).map_err(|error| self.unread(&error))
    }

    fn unread(&self, error: &str) -> Skipped {
        let why =
            format!("the index can't be read, so what is staged is not known: {error}; `git status` may say more");
        Skipped { what: self.repo.index_file.display().to_string(), why }
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
            trees: index.trees(),
            entries: index.len(),
            cursor: index.cursor(),
            reader,
            places: Places::default(),
            sink: &mut *first,
            files: Vec::new(),
            absent,
            on_disk: Vec::new(),
        };
        let gathered = if self.options.paths.is_empty() {
            let head = head_tree(&self.repo, &mut gather.reader);
            gather.folder(b"", 0, index.trees().root(), head).map(|_| ())
        } else {
            let wanted = self.wanted(gather.sink);
            gather.paths(&wanted)
        };
        if let Err(error) = gathered {
            gather.sink.skipped(self.unread(&error));
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
    trees: &'a CachedTrees,
    /// How many entries the index has.
    entries: usize,
    cursor: Cursor<'a>,
    reader: Reader<'s>,
    places: Places,
    sink: &'a mut dyn Sink,
    files: Vec<Wanted>,
    absent: Absent,
    on_disk: Vec<PathBuf>,
}

impl Gather<'_, '_> {
    /// What differs from HEAD in a folder: the entries from `start` on whose paths begin with `prefix`, against the tree
    /// `head`. Says where they end.
    fn folder(
        &mut self,
        prefix: &[u8],
        start: usize,
        cached: Option<usize>,
        head: Option<ObjectId>,
    ) -> Result<usize, String> {
        if let Some(end) = self.unchanged(prefix, start, cached, head)? {
            return Ok(end);
        }
        let old =
            head.map(|head| trees::entries(&mut self.reader, &head)).transpose().ok().flatten().unwrap_or_default();
        let old = |name: &[u8]| trees::named(&old, name);
        let cached = cached.map(|cached| self.trees.below(cached)).unwrap_or_default();
        let mut number = start;
        while let Some(entry) = self.cursor.go_to(number)? {
            let path = self.cursor.path();
            let Some(name) = path.strip_prefix(prefix) else { break };
            let Some(slash) = memchr::memchr(b'/', name) else {
                let old = old(name).filter(|item| item.mode != Mode::Tree).map(|item| item.id);
                self.entry(entry, old);
                number += 1;
                continue;
            };
            let name = &name[..slash];
            let folder = path[..=prefix.len() + slash].to_vec();
            let old = old(name).filter(|item| item.mode == Mode::Tree).map(|item| item.id);
            if entry.mode == Mode::Tree && folder.len() == path.len() {
                self.sparse(entry, old);
                number += 1;
            } else {
                let cached = cached.binary_search_by(|(other, _)| (*other).cmp(name)).ok().map(|at| cached[at].1);
                number = self.folder(&folder, number, cached, old)?;
            }
        }
        Ok(number)
    }

    /// Where the entries of a folder end, if the index has cached the tree that HEAD has there. What it says of their number
    /// has to agree with their paths.
    fn unchanged(
        &mut self,
        prefix: &[u8],
        start: usize,
        cached: Option<usize>,
        head: Option<ObjectId>,
    ) -> Result<Option<usize>, String> {
        let said = cached.zip(head).and_then(|(cached, head)| self.trees.entries(cached, &head));
        let Some(end) = said.and_then(|count| start.checked_add(count)) else { return Ok(None) };
        if end <= start || end > self.entries {
            return Ok(None);
        }
        self.cursor.go_to(end - 1)?;
        if !self.cursor.path().starts_with(prefix) {
            return Ok(None);
        }
        let more = self.cursor.go_to(end)?.is_some() && self.cursor.path().starts_with(prefix);
        Ok((!more).then_some(end))
    }

    /// One entry, that at which the cursor stands, unless HEAD holds the same.
    fn entry(&mut self, entry: Entry, old: Option<ObjectId>) {
        if entry.id == old || entry.intent_to_add {
            return;
        }
        let path = self.cursor.path();
        if old.is_none() {
            name(self.sink, path);
        }
        if entry.mode == Mode::Submodule {
            return self.sink.left_out(LeftOut::Submodule);
        }
        if let Some(id) = entry.id {
            self.files.push(file(path, id));
        }
    }

    /// A folder that a sparse index holds as one entry, that at which the cursor stands.
    fn sparse(&mut self, entry: Entry, old: Option<ObjectId>) {
        let Some(new) = entry.id else { return };
        let olds: Vec<ObjectId> = old.into_iter().collect();
        let path = self.cursor.path();
        let found = trees::changes(&mut self.reader, &mut self.places, &olds, &new, path, &mut |change| {
            name(self.sink, change.path);
            match change.item.mode {
                Mode::Submodule => self.sink.left_out(LeftOut::Submodule),
                _ => self.files.push(file(change.path, change.item.id)),
            }
        });
        found.into_iter().for_each(|skipped| self.sink.skipped(skipped));
    }

    /// The index content of files and folders.
    fn paths(&mut self, wanted: &[(PathBuf, Vec<u8>)]) -> Result<(), String> {
        for (typed, wanted) in wanted {
            let mut number = self.cursor.find(wanted)?;
            let mut held = false;
            while let Some(entry) = self.cursor.go_to(number)? {
                number += 1;
                let path = self.cursor.path();
                if !path.starts_with(wanted) {
                    break;
                }
                if !wanted.is_empty() && path.len() > wanted.len() && path[wanted.len()] != b'/' {
                    continue;
                }
                held = true;
                if entry.mode == Mode::Tree {
                    self.sparse(entry, None);
                } else {
                    self.entry(entry, None);
                }
            }
            if held || self.is_in_sparse(wanted)? || wanted.is_empty() {
                continue;
            }
            if self.absent == Absent::FromDisk {
                self.on_disk.push(typed.clone());
            } else {
                let why =
                    "the index holds nothing there; `git add` stages it, and `unleak scan` reads it from the disk"
                        .to_owned();
                name(self.sink, wanted); // it is shown, so a key in it has to be known
                self.sink.skipped(Skipped { what: typed.display().to_string(), why });
            }
        }
        Ok(())
    }

    /// Reads a path that lies in a folder which a sparse index holds as one entry; `false` if it doesn't. The index has no
    /// entry of this path.
    fn is_in_sparse(&mut self, wanted: &[u8]) -> Result<bool, String> {
        // The folder's entry, with a slash at its end, is the last that comes before the path.
        let Some(number) = self.cursor.find(wanted)?.checked_sub(1) else { return Ok(false) };
        let Some(entry) = self.cursor.go_to(number)? else { return Ok(false) };
        if entry.mode != Mode::Tree || !wanted.starts_with(self.cursor.path()) {
            return Ok(false);
        }
        let before = self.files.len();
        self.sparse(entry, None);
        let wanted = path_of(wanted);
        let found = self.files.split_off(before);
        self.files.extend(
            found.into_iter().filter(|file| matches!(&file.origin, Origin::Index(path) if path.starts_with(&wanted))),
        );
        Ok(self.files.len() > before)
    }
}

/// Looks at the path of what is new, in which a key may stand like anywhere else.
fn name(sink: &mut dyn Sink, path: &[u8]) {
    if path.len() >= SHORTEST_RUN {
        sink.blob(&Blob::whole(&Origin::TreeName(path_of(path)), path));
    }
}

fn file(path: &[u8], id: ObjectId) -> Wanted {
    Wanted { id, origin: Origin::Index(path_of(path)) }
}
