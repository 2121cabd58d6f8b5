//! Tracked files: what a work tree's index names. A `.gitignore` does not apply to files that git tracks, so a pattern
//! such as `*` must not hide them from a scan either.

#![expect(clippy::disallowed_methods, reason = "the door to the index, which says what is tracked")]

use std::path::{Path, PathBuf};

use gix_index::decode;
use gix_index::entry::Mode;

/// The tracked files below `folder` (regular files only), by paths that begin with `folder`; nothing if it is in no
/// repository.
///
/// # Errors
/// The index is there and can't be read: a sentence that says so.
pub(super) fn tracked_below(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let Some((root, index)) = find_index(folder) else { return Ok(Vec::new()) };
    let read =
        |kind| gix_index::File::at(&index, kind, true, decode::Options { thread_limit: Some(1), ..Default::default() });
    let state = read(gix_hash::Kind::Sha1).or_else(|_| read(gix_hash::Kind::Sha256)).map_err(|error| {
        format!("{} could not be read, so ignored files that git tracks are not known: {error}", index.display())
    })?;
    let Some(inside) = folder.canonicalize().ok().and_then(|full| Some(full.strip_prefix(&root).ok()?.to_owned()))
    else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for entry in state.entries().iter().filter(|entry| matches!(entry.mode, Mode::FILE | Mode::FILE_EXECUTABLE)) {
        let Ok(path) = gix_path::from_bstr(entry.path(&state)) else { continue };
        if let Ok(below) = path.strip_prefix(&inside) {
            found.push(folder.join(below));
        }
    }
    Ok(found)
}

/// The root of the work tree around `folder` and its index. A repository that was never added to has none.
fn find_index(folder: &Path) -> Option<(PathBuf, PathBuf)> {
    let full = folder.canonicalize().ok()?;
    let root = full.ancestors().find(|parent| parent.join(".git").exists())?;
    let dot_git = root.join(".git");
    let git = if dot_git.is_file() { gix_discover::path::from_gitdir_file(&dot_git).ok()? } else { dot_git };
    let index = git.join("index");
    index.is_file().then(|| (root.to_owned(), index))
}
