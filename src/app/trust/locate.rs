//! `Locate` says which path of the repository a sighting stands at, so that entries speak of the same place whatever
//! folder a run began in and whatever it read: files, the index or commits.

use std::path::{Component, Path, PathBuf};

use crate::words::{GitObject, Life, ObjectKind, Origin, Sighting};

/// What is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// Files and folders on the disk.
    Disk,
    /// The repository that the user stands in.
    Ours,
    /// Another repository, whose paths are none of ours.
    Foreign,
}

/// Turns origins into paths from the root.
#[derive(Clone, Debug)]
pub(super) struct Locate {
    pub(super) base: PathBuf,
    pub(super) here: PathBuf,
    pub(super) ground: Ground,
}

impl Locate {
    /// The path of a blob as it was reached; nothing if it is not in the repository.
    pub(super) fn path(&self, origin: &Origin) -> Option<String> {
        match (origin, self.ground) {
            (_, Ground::Foreign) | (Origin::Stdin, _) => None,
            (Origin::File(path) | Origin::TreeName(path), Ground::Disk) => self.below(path),
            (Origin::Index(path) | Origin::TreeName(path) | Origin::File(path), Ground::Ours) => Some(slashed(path)),
            (Origin::RefName(name), _) => Some(name.clone()),
            (Origin::Object(GitObject { path: Some(path), .. }), _) => Some(slashed(path)),
            (Origin::Object(GitObject { kind, .. }), _) => Some(
                match kind {
                    ObjectKind::Commit => "<commit message>",
                    ObjectKind::Tag => "<tag>",
                    ObjectKind::Blob | ObjectKind::Tree => "<no path>",
                }
                .to_owned(),
            ),
            (Origin::Index(_), Ground::Disk) => None,
        }
    }

    /// Every path that a sighting stands at: a git object may have several. None if it is not in the repository.
    pub(super) fn paths(&self, sighting: &Sighting, life: Option<&Life>) -> Vec<String> {
        if let (Origin::Object(object), Ground::Ours, Some(life)) = (&sighting.origin, self.ground, life)
            && let Some(place) = life.place_of(object)
            && !place.paths.is_empty()
        {
            return place.paths.iter().map(|path| slashed(path)).collect();
        }
        self.path(&sighting.origin).into_iter().collect()
    }

    /// The same for what does not ask whose repository it is.
    pub(super) fn folders(&self, sighting: &Sighting, life: Option<&Life>) -> Vec<String> {
        match self.ground {
            Ground::Foreign => Self { ground: Ground::Ours, ..self.clone() }.paths(sighting, life),
            Ground::Disk | Ground::Ours => self.paths(sighting, life),
        }
    }

    /// A path on the disk, from the root; by name alone, so that no link is followed.
    fn below(&self, path: &Path) -> Option<String> {
        normal(&self.here.join(path)).strip_prefix(&self.base).ok().map(slashed)
    }
}

/// A path without `.` and `..`, by name alone.
pub(super) fn normal(path: &Path) -> PathBuf {
    let mut full = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                full.pop();
            }
            Component::CurDir => {}
            part => full.push(part),
        }
    }
    full
}

fn slashed(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() }
}
