//! What a person names to be scanned, as sources: `-` is standard input, all else is on the disk.

use std::path::{Path, PathBuf};

use crate::source::{Disk, DiskOptions, Stdin};
use crate::words::Source;

/// The sources that these paths name.
#[must_use]
pub fn targets(paths: &[PathBuf], options: DiskOptions) -> Vec<Box<dyn Source>> {
    let (stdin, paths): (Vec<_>, Vec<_>) = paths.iter().cloned().partition(|path| path == Path::new("-"));
    let mut sources: Vec<Box<dyn Source>> = Vec::new();
    if !stdin.is_empty() {
        sources.push(Box::new(Stdin));
    }
    if !paths.is_empty() {
        sources.push(Box::new(Disk::new(paths, options)));
    }
    sources
}
