//! The object database: the repository's own folder and every alternate, each with loose objects and packs.
//!
//! A single object is looked for loose first, so that a hook which needs one fresh blob opens no pack; once the packs
//! are open they come first. Reading many objects in a row goes through a [`Reader`], which keeps what it may need again.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use gix_hash::Kind;

use super::loose;
use super::open::{Repository, path_of};
use super::pack::Pack;
use crate::words::{ObjectId, Skipped};

/// How far alternates of alternates are followed: as far as git does.
const DEEPEST_ALTERNATE: usize = 5;

/// Every place where objects of a repository are kept.
pub(super) struct Store {
    folders: Vec<PathBuf>,
    hash: Kind,
    packs: OnceLock<Packs>,
    skipped: Vec<Skipped>,
}

/// The packs of all folders, and what could not be opened.
struct Packs {
    packs: Vec<Pack>,
    partial: bool,
    skipped: Vec<Skipped>,
}

impl Store {
    /// The object database of a repository. Reads the lists of alternates, no object.
    pub(super) fn open(repo: &Repository) -> Self {
        let mut store = Self { folders: Vec::new(), hash: repo.hash, packs: OnceLock::new(), skipped: Vec::new() };
        store.add(&repo.objects_dir, 0);
        for folder in &repo.alternates {
            store.add(folder, 0);
        }
        store
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

    fn opened(&self) -> &Packs {
        self.packs.get_or_init(|| {
            let mut packs = Packs { packs: Vec::new(), partial: false, skipped: Vec::new() };
            for folder in &self.folders {
                packs.open_all(&folder.join("pack"), self.hash);
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

    /// Whether any place holds an object. Opens the packs.
    pub(super) fn contains(&self, id: &ObjectId) -> bool {
        self.find_packed(id).is_some() || self.folders.iter().any(|folder| loose::path(folder, id).is_file())
    }
}

impl Packs {
    fn open_all(&mut self, folder: &Path, hash: Kind) {
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
            Err(error) => return self.skip(folder, format!("this folder of packs can't be read: {error}")),
        };
        let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.sort();
        for path in &paths {
            let is = |extension: &str| path.extension().is_some_and(|found| found == extension);
            self.partial |= is("promisor");
            if is("idx") {
                match Pack::open(path, hash) {
                    Ok(pack) => {
                        if let Some(why) = pack.mismatch() {
                            self.skip(&pack.path(), why.to_owned());
                        }
                        self.packs.push(pack);
                    }
                    Err(why) => self.skip(&path.with_extension("pack"), format!("this pack {why}")),
                }
            } else if is("pack") && !path.with_extension("idx").exists() {
                self.skip(path, "this pack has no index; `git index-pack` makes one".to_owned());
            }
        }
    }

    fn skip(&mut self, what: &Path, why: String) {
        self.skipped.push(Skipped { what: what.display().to_string(), why });
    }
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
