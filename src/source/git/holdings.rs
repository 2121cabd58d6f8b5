//! What a git folder holds besides objects: its config (with the addresses of remotes), reflogs, hooks, notes to itself
//! such as `COMMIT_EDITMSG`, recorded conflicts, and the names of references.

use std::path::{Path, PathBuf};

use super::open::Repository;
use super::refs::Refs;
use super::reftable;
use crate::words::{Blob, LeftOut, Origin, Sink, Skipped};

/// Pushes all of it. Files are named by their path.
pub(super) fn pour(repo: &Repository, refs: &Refs, sink: &mut dyn Sink) {
    for name in refs.names() {
        let origin = Origin::RefName(String::from_utf8_lossy(name).into_owned());
        sink.blob(&Blob::whole(&origin, name));
    }
    refs.skipped.iter().for_each(|skipped| sink.skipped(skipped.clone()));
    if repo.reftable {
        let folder = repo.common_dir.join("reftable");
        let (logs, skipped) = reftable::logs(&folder);
        for (table, block) in logs {
            sink.blob(&Blob::whole(&Origin::File(PathBuf::from(table)), &block));
        }
        skipped.into_iter().for_each(|skipped| sink.skipped(skipped));
    }
    pour_folder(&repo.common_dir, &repo.common_dir, sink);
    if !repo.git_dir.starts_with(&repo.common_dir) {
        pour_folder(&repo.git_dir, &repo.git_dir, sink);
    }
}

/// Whether something at the top of a git folder is read in another way: objects and references, or is a repository of
/// its own.
fn is_read_elsewhere(name: &std::ffi::OsStr) -> bool {
    ["objects", "refs", "packed-refs", "reftable", "modules"].iter().any(|other| name == *other)
}

fn pour_folder(folder: &Path, top: &Path, sink: &mut dyn Sink) {
    let mut entries: Vec<_> = match std::fs::read_dir(folder) {
        Ok(entries) => entries.flatten().collect(),
        Err(error) => return skip(folder, &error, sink),
    };
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let (path, name) = (entry.path(), entry.file_name());
        if folder == top && is_read_elsewhere(&name) {
            if name == "modules" {
                sink.left_out(LeftOut::Submodule);
            }
            continue;
        }
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => pour_folder(&path, top, sink),
            Ok(kind) if kind.is_file() => pour_file(path, sink),
            Ok(kind) if kind.is_symlink() => sink.left_out(LeftOut::SymbolicLink),
            Ok(_) => sink.left_out(LeftOut::SpecialFile),
            Err(error) => skip(&path, &error, sink),
        }
    }
}

fn pour_file(path: PathBuf, sink: &mut dyn Sink) {
    match std::fs::read(&path) {
        Ok(bytes) => {
            sink.blob(&Blob::whole(&Origin::File(path), &bytes));
            sink.done(bytes.len() as u64);
        }
        // Another process may have finished with it: locks and temporary files come and go.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => skip(&path, &error, sink),
    }
}

fn skip(path: &Path, error: &std::io::Error, sink: &mut dyn Sink) {
    sink.skipped(Skipped { what: path.display().to_string(), why: format!("it can't be read: {error}") });
}
