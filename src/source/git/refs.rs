//! References: names that lead to objects, in files of their own, in `packed-refs`, and in reflogs.
//!
//! Formats: `git help gitrepository-layout`, `git help pack-refs`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::open::{Repository, path_of};
use super::reftable;
use crate::words::{ObjectId, Skipped};

/// How many symbolic references may lead to one another: as many as git follows.
const LONGEST_DETOUR: usize = 5;

/// What a reference holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// An object.
    Object(ObjectId),
    /// Another reference, by full name.
    Symbolic(Vec<u8>),
}

/// All references of a repository, and what could not be read of them.
#[derive(Debug, Default)]
pub(super) struct Refs {
    /// By full name (`refs/heads/main`), and `HEAD`.
    targets: BTreeMap<Vec<u8>, Target>,
    /// What could not be read.
    pub(super) skipped: Vec<Skipped>,
}

impl Refs {
    /// Reads every reference: of the repository, of this worktree and of the others.
    pub(super) fn read(repo: &Repository) -> Self {
        let mut refs = Self::default();
        if repo.reftable {
            let (targets, skipped) = reftable::read(&repo.common_dir.join("reftable"), repo.hash.len_in_bytes());
            refs.targets.extend(targets);
            refs.skipped = skipped;
            if repo.git_dir != repo.common_dir {
                let (own, skipped) = reftable::read(&repo.git_dir.join("reftable"), repo.hash.len_in_bytes());
                refs.targets.extend(own);
                refs.skipped.extend(skipped);
            }
            return refs;
        }
        refs.read_packed(&repo.common_dir.join("packed-refs"));
        refs.read_folder(&repo.common_dir.join("refs"), b"refs/");
        if repo.git_dir != repo.common_dir {
            refs.read_folder(&repo.git_dir.join("refs"), b"refs/");
        }
        for folder in worktrees(repo) {
            refs.read_folder(&folder.join("refs"), b"refs/");
            let name = [b"worktrees/", folder.file_name().unwrap_or_default().as_encoded_bytes(), b"/HEAD"].concat();
            refs.read_file(&folder.join("HEAD"), name);
        }
        for name in ["HEAD", "ORIG_HEAD", "FETCH_HEAD", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD"] {
            refs.read_file(&repo.git_dir.join(name), name.into());
        }
        refs
    }

    fn read_packed(&mut self, at: &Path) {
        match std::fs::read(at) {
            Ok(text) => self.targets.extend(packed(&text).map(|(name, id)| (name.to_vec(), Target::Object(id)))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => self.skip(at, &error),
        }
    }

    fn read_folder(&mut self, at: &Path, prefix: &[u8]) {
        let entries = match std::fs::read_dir(at) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
            Err(error) => return self.skip(at, &error),
        };
        for entry in entries.flatten() {
            let name = [prefix, entry.file_name().as_encoded_bytes()].concat();
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                self.read_folder(&entry.path(), &[&name[..], b"/"].concat());
            } else if !name.ends_with(b".lock") {
                self.read_file(&entry.path(), name);
            }
        }
    }

    fn read_file(&mut self, at: &Path, name: Vec<u8>) {
        match std::fs::read(at) {
            Ok(text) => match target(&text) {
                Some(target) => drop(self.targets.insert(name, target)),
                None if text.is_empty() => {}
                None => {
                    let why =
                        "this reference holds neither an id nor a name; what it led to was read anyway".to_owned();
                    self.skipped.push(Skipped { what: at.display().to_string(), why });
                }
            },
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => self.skip(at, &error),
        }
    }

    fn skip(&mut self, at: &Path, error: &std::io::Error) {
        let what = at.display().to_string();
        self.skipped.push(Skipped { what, why: format!("these references can't be read: {error}") });
    }

    /// Whether HEAD names a commit and no branch.
    pub(super) fn is_head_detached(&self) -> bool {
        matches!(self.targets.get(&b"HEAD"[..]), Some(Target::Object(_)))
    }

    /// Every name, in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &[u8]> {
        self.targets.keys().map(Vec::as_slice)
    }

    /// Every name that leads to an object, with that object, in the order of names.
    pub(super) fn objects(&self) -> impl Iterator<Item = (&[u8], ObjectId)> {
        self.targets.keys().filter_map(|name| Some((name.as_slice(), self.object(name)?)))
    }

    /// The object that a full name leads to.
    pub(super) fn object(&self, name: &[u8]) -> Option<ObjectId> {
        let mut name = name;
        for _ in 0..LONGEST_DETOUR {
            match self.targets.get(name)? {
                Target::Object(id) => return Some(*id),
                Target::Symbolic(next) => name = next,
            }
        }
        None
    }
}

/// The object that one full name leads to, reading no more than needed.
pub(super) fn find(repo: &Repository, name: &[u8]) -> Option<ObjectId> {
    if repo.reftable {
        return Refs::read(repo).object(name);
    }
    let mut name = name.to_vec();
    for _ in 0..LONGEST_DETOUR {
        if !is_safe(&name) {
            return None;
        }
        let own = repo.git_dir.join(path_of(&name));
        let shared = repo.common_dir.join(path_of(&name));
        let text = std::fs::read(own).or_else(|_| std::fs::read(shared)).unwrap_or_default();
        match target(&text) {
            Some(Target::Object(id)) => return Some(id),
            Some(Target::Symbolic(next)) => name = next,
            None => {
                let text = std::fs::read(repo.common_dir.join("packed-refs")).ok()?;
                return packed(&text).find(|&(found, _)| found == name).map(|(_, id)| id);
            }
        }
    }
    None
}

/// The private folders of linked worktrees.
fn worktrees(repo: &Repository) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(repo.common_dir.join("worktrees"));
    let mut folders: Vec<_> = entries.into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    folders.sort();
    folders
}

/// Whether a name can't lead out of the git folder.
fn is_safe(name: &[u8]) -> bool {
    !name.is_empty()
        && !name.contains(&0)
        && name.split(|&byte| byte == b'/').all(|part| !part.is_empty() && part != b"..")
}

/// The content of a reference's file.
fn target(text: &[u8]) -> Option<Target> {
    if let Some(name) = text.strip_prefix(b"ref:") {
        let name = name.trim_ascii();
        return is_safe(name).then(|| Target::Symbolic(name.to_vec()));
    }
    let end = text.iter().position(|byte| byte.is_ascii_whitespace()).unwrap_or(text.len());
    ObjectId::from_hex(&text[..end]).map(Target::Object)
}

/// The names and objects in `packed-refs`.
fn packed(text: &[u8]) -> impl Iterator<Item = (&[u8], ObjectId)> {
    text.split(|&byte| byte == b'\n').filter_map(|line| {
        let space = line.iter().position(|&byte| byte == b' ')?;
        Some((&line[space + 1..], ObjectId::from_hex(&line[..space])?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_refs() {
        let (a, b) = ("a".repeat(40), "b".repeat(40));
        let text = format!("# pack-refs with: peeled fully-peeled sorted \n{a} refs/heads/x\n{b} refs/tags/v\n^{a}\n");
        let names: Vec<_> = packed(text.as_bytes()).map(|(name, id)| (name.to_vec(), id.to_string())).collect();
        assert_eq!(names, [(b"refs/heads/x".to_vec(), a), (b"refs/tags/v".to_vec(), b)]);
    }

    #[test]
    fn targets() {
        assert_eq!(target(b"ref: refs/heads/main\n"), Some(Target::Symbolic(b"refs/heads/main".to_vec())));
        assert_eq!(target(b"ref: ../../etc/passwd\n"), None);
        assert_eq!(target(b"hello"), None);
        assert!(matches!(target(&[b'a'; 40]), Some(Target::Object(_))));
    }
}
