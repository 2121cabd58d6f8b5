//! The object database: the repository's own folder and every alternate, each with loose objects and packs.
//!
//! A single object is looked for loose first, so that a hook which needs one fresh blob opens no pack; once the packs
//! are open they come first. Reading many objects in a row goes through a [`Reader`], which keeps what it may need again.
//!
//! Another process may pack or prune meanwhile. A pack stays readable once it is open, so what counts is that the list of
//! packs was the same before and after: if it was not, it is read again.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use gix_hash::Kind;

use super::loose;
use super::open::{Repository, path_of};
use super::pack::Pack;
use crate::words::{ObjectId, Skipped};

/// How far alternates of alternates are followed: as far as git does.
const DEEPEST_ALTERNATE: usize = 5;

/// How often the packs are opened at most, if some can't be and the list of them changes meanwhile.
const MOST_OPENINGS: usize = 10;

/// How long a process that packs may need between the first and the last file of a pack that it moves or deletes.
const MOVING: Duration = Duration::from_millis(20);

/// For how many objects that are not here the list of packs is read again.
const MOST_MISSES: usize = 64;

/// Every place where objects of a repository are kept.
pub(super) struct Store {
    folders: Vec<PathBuf>,
    hash: Kind,
    packs: OnceLock<Packs>,
    skipped: Vec<Skipped>,
    later: OnceLock<Box<Store>>,
    misses: AtomicUsize,
}

/// The packs of all folders, and what could not be opened.
struct Packs {
    /// The files that were there, in order.
    listed: Vec<PathBuf>,
    packs: Vec<Pack>,
    partial: bool,
    skipped: Vec<Skipped>,
}

impl Store {
    /// The object database of a repository. Reads the lists of alternates, no object.
    pub(super) fn open(repo: &Repository) -> Self {
        let mut store = Self::of(Vec::new(), repo.hash);
        store.add(&repo.objects_dir, 0);
        for folder in &repo.alternates {
            store.add(folder, 0);
        }
        store
    }

    fn of(folders: Vec<PathBuf>, hash: Kind) -> Self {
        let (packs, later, misses) = (OnceLock::new(), OnceLock::new(), AtomicUsize::new(0));
        Self { folders, hash, packs, skipped: Vec::new(), later, misses }
    }

    /// Adds a folder and its alternates, each once.
    fn add(&mut self, folder: &Path, depth: usize) {
        let folder = match folder.canonicalize() {
            Ok(folder) => folder,
            Err(error) => return self.skip(folder, format!("this folder of objects can't be read: {error}")),
        };
        if self.folders.contains(&folder) {
            return;
        }
        let list = folder.join("info").join("alternates");
        let text = match std::fs::read(&list) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return self.skip(&list, format!("this list of alternates can't be read: {error}")),
            Ok(text) => text,
        };
        self.folders.push(folder.clone());
        for line in text.split(|&byte| byte == b'\n').filter(|line| !line.is_empty() && line[0] != b'#') {
            if depth == DEEPEST_ALTERNATE {
                return self.skip(&list, "alternates are nested too deeply".to_owned());
            }
            self.add(&folder.join(path_of(&unquoted(line))), depth + 1);
        }
    }

    fn skip(&mut self, what: &Path, why: String) {
        self.skipped.push(Skipped { what: what.display().to_string(), why });
    }

    /// The folders, the repository's own first.
    pub(super) fn folders(&self) -> &[PathBuf] {
        &self.folders
    }

    /// Whether the packs have been opened.
    pub(super) fn has_opened_packs(&self) -> bool {
        self.packs.get().is_some()
    }

    /// The packs; opens them the first time.
    pub(super) fn packs(&self) -> &[Pack] {
        &self.opened().packs
    }

    /// What of the object database can't be read, in sentences. Opens the packs.
    pub(super) fn skipped(&self) -> impl Iterator<Item = &Skipped> {
        self.skipped.iter().chain(&self.opened().skipped)
    }

    /// The same, of what was opened so far: a reading that needed no pack needs none of their mistakes.
    pub(super) fn skipped_if_open(&self) -> impl Iterator<Item = &Skipped> {
        self.skipped.iter().chain(self.packs.get().into_iter().flat_map(|packs| &packs.skipped))
    }

    /// Whether a remote has promised objects that are not here. Opens the packs.
    pub(super) fn is_partial(&self) -> bool {
        self.opened().partial
    }

    /// Whether the packs are still those that were opened, so that what was listed since is all there is. Opens the packs.
    pub(super) fn is_settled(&self) -> bool {
        self.opened().listed == Packs::listed(&self.folders)
    }

    /// Where to look for an object that is not here: the same folders, if their packs are no longer those that were opened.
    pub(super) fn later(&self) -> Option<&Store> {
        if self.later.get().is_none() {
            let looks = self.misses.fetch_add(1, Ordering::Relaxed);
            if looks >= MOST_MISSES || self.is_settled() {
                return None;
            }
        }
        Some(self.later.get_or_init(|| Box::new(Self::of(self.folders.clone(), self.hash))))
    }

    fn opened(&self) -> &Packs {
        self.packs.get_or_init(|| {
            let mut packs = Packs::open(&self.folders, self.hash);
            for _ in 1..MOST_OPENINGS {
                if packs.skipped.is_empty() {
                    break;
                }
                std::thread::sleep(MOVING);
                if packs.listed == Packs::listed(&self.folders) {
                    break;
                }
                packs = Packs::open(&self.folders, self.hash);
            }
            packs
        })
    }

    /// Which pack holds an object, and where in that pack's index.
    pub(super) fn find_packed(&self, id: &ObjectId) -> Option<(usize, u32)> {
        self.packs().iter().enumerate().find_map(|(number, pack)| Some((number, pack.find(id)?)))
    }

    /// The objects whose name begins with some hexadecimal digits, two of them at most. Opens the packs.
    pub(super) fn named_from(&self, start: &str) -> Vec<ObjectId> {
        let start = start.to_ascii_lowercase();
        let mut found = BTreeSet::new();
        let full = format!("{start:0<width$}", width = 2 * self.hash.len_in_bytes());
        if let Some(first) = ObjectId::from_hex(full.as_bytes()) {
            for pack in self.packs() {
                let ids = (pack.place_from(&first)..pack.len()).map_while(|place| pack.id(place));
                found.extend(ids.take_while(|id| id.to_string().starts_with(&start)).take(2));
            }
            for folder in &self.folders {
                let ids = loose::list(folder, first.as_bytes()[0]).unwrap_or_default();
                found.extend(ids.into_iter().filter(|id| id.to_string().starts_with(&start)).take(2));
            }
        }
        found.into_iter().take(2).collect()
    }

    /// Whether any place holds an object, also one to which it was moved since the packs were opened. Opens the packs.
    pub(super) fn contains(&self, id: &ObjectId) -> bool {
        self.find_packed(id).is_some()
            || self.folders.iter().any(|folder| loose::path(folder, id).is_file())
            || self.later().is_some_and(|later| later.contains(id))
    }
}

impl Packs {
    /// The packs, indexes and marks of promisors in all folders, in order; nothing of a folder that can't be read.
    fn listed(folders: &[PathBuf]) -> Vec<PathBuf> {
        folders.iter().flat_map(|folder| files(&folder.join("pack")).unwrap_or_default()).collect()
    }

    fn open(folders: &[PathBuf], hash: Kind) -> Self {
        let mut packs = Self { listed: Vec::new(), packs: Vec::new(), partial: false, skipped: Vec::new() };
        for folder in folders {
            packs.open_all(&folder.join("pack"), hash);
        }
        packs
    }

    fn open_all(&mut self, folder: &Path, hash: Kind) {
        let paths = match files(folder) {
            Ok(paths) => paths,
            Err(error) => return self.skip(folder, format!("this folder of packs can't be read: {error}")),
        };
        for path in &paths {
            if is(path, "idx") {
                match Pack::open(path, hash) {
                    Ok(pack) => {
                        if let Some(why) = pack.mismatch() {
                            self.skip(&pack.path(), why.to_owned());
                        }
                        self.packs.push(pack);
                    }
                    Err(why) => self.skip(&path.with_extension("pack"), format!("this pack {why}")),
                }
            } else if is(path, "pack") && paths.binary_search(&path.with_extension("idx")).is_err() {
                self.skip(path, "this pack has no index; `git index-pack` makes one".to_owned());
            }
            self.partial |= is(path, "promisor");
        }
        self.listed.extend(paths);
    }

    fn skip(&mut self, what: &Path, why: String) {
        self.skipped.push(Skipped { what: what.display().to_string(), why });
    }
}

/// The files of a folder of packs that matter, in order; none if there is no such folder.
fn files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if ["idx", "pack", "promisor"].iter().any(|extension| is(&path, extension)) {
            files.push(path);
        }
    }
    files.sort_unstable();
    Ok(files)
}

fn is(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found == extension)
}

/// A line of a list of alternates: plain, or in double quotes with backslashes.
fn unquoted(line: &[u8]) -> Vec<u8> {
    let Some(inner) = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")) else {
        return line.to_vec();
    };
    let mut plain = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter();
    while let Some(&byte) = bytes.next() {
        plain.extend(if byte == b'\\' { bytes.next() } else { Some(&byte) });
    }
    plain
}
