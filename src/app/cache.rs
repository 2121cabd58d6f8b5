//! The user's own cache folder, and the files that unleak keeps there. Nothing depends on them: one that can't be read or
//! written is one that is not there.

#![expect(clippy::disallowed_methods, reason = "the one door to the user's cache folder")]

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::{env, fs};

use tempfile::NamedTempFile;

/// The folder: `$XDG_CACHE_HOME/unleak` or what the system has in its place.
pub(super) fn folder() -> Option<PathBuf> {
    let var = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let system = || {
        if cfg!(windows) {
            var("LOCALAPPDATA")
        } else if cfg!(target_os = "macos") {
            var("HOME").map(|home| home.join("Library/Caches"))
        } else {
            var("HOME").map(|home| home.join(".cache"))
        }
    };
    var("XDG_CACHE_HOME").or_else(system).map(|folder| folder.join("unleak"))
}

/// What stands in a file.
pub(super) fn read(file: &Path) -> Option<Vec<u8>> {
    fs::read(file).ok()
}

/// What stands in a file that the user alone can have written: it is the user's own, and nobody else may write to it.
pub(super) fn read_own(file: &Path) -> Option<Vec<u8>> {
    is_own(file)?.then(|| read(file))?
}

#[cfg(unix)]
fn is_own(file: &Path) -> Option<bool> {
    use std::os::unix::fs::MetadataExt;
    let found = fs::symlink_metadata(file).ok()?;
    let mine = tempfile::tempfile_in(file.parent()?).ok()?.metadata().ok()?;
    Some(found.is_file() && found.uid() == mine.uid() && found.mode() & 0o022 == 0)
}

#[cfg(not(unix))]
fn is_own(file: &Path) -> Option<bool> {
    Some(fs::symlink_metadata(file).ok()?.is_file())
}

/// Puts these bytes into a file, readable by its owner alone: whole or not at all. Three folders above it may be new; a home
/// that is not there is not made.
///
/// # Errors
/// What the system says.
pub(super) fn replace(file: &Path, parts: &[&[u8]]) -> io::Result<()> {
    let folder = file.parent().unwrap_or(file);
    let mut new: Vec<&Path> = folder.ancestors().take(3).take_while(|folder| !folder.is_dir()).collect();
    while let Some(folder) = new.pop() {
        fs::create_dir(folder)?;
    }
    let mut new = NamedTempFile::new_in(folder)?;
    parts.iter().try_for_each(|part| new.write_all(part))?;
    new.persist(file)?;
    Ok(())
}

/// Removes the oldest files of a folder, but for so many.
pub(super) fn keep_newest(folder: &Path, most: usize) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut files: Vec<_> =
        entries.flatten().filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path()))).collect();
    files.sort_unstable_by(|a, b| b.cmp(a));
    for (_, file) in files.into_iter().skip(most) {
        let _ = fs::remove_file(file);
    }
}
