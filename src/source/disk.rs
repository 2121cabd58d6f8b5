//! Files and folders as a source: a parallel walk, in which no file is passed over because of its name.
//!
//! Hidden files are read, `.git` is not; what git ignores is left out unless asked for, but never what git tracks.
//! Symbolic links are not followed unless asked for.

#![expect(clippy::disallowed_methods, reason = "the one door to the files that are scanned")]

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{File, Metadata};
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::available_parallelism;

use ignore::{DirEntry, ParallelVisitor, ParallelVisitorBuilder, WalkBuilder, WalkState};

use super::made_up;
use super::threads;
use super::tracked::tracked_below;
use super::window::Windows;
use crate::rules::SHORTEST_RUN;
use crate::words::{Blob, LeftOut, Origin, Sink, SinkMaker, Skipped, Source};

/// How many threads walk at most where nobody says how many: more wait for the disk and for each other.
const MOST_THREADS: usize = 12;

/// Whether files that git ignores are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ignored {
    /// They are left out, unless git tracks them.
    LeftOut,
    /// They are read like any other.
    Read,
}

/// Whether symbolic links are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follow {
    /// Links are counted and left alone; those named as a path to scan are followed.
    Never,
    /// All links are followed.
    Always,
}

/// How to walk.
#[derive(Clone, Copy, Debug)]
pub struct DiskOptions {
    /// What becomes of files that git ignores.
    pub ignored: Ignored,
    /// What becomes of symbolic links.
    pub follow: Follow,
    /// How many threads read; 0 for as many as there are processors.
    pub threads: usize,
}

/// Files and folders to read.
#[derive(Clone, Debug)]
pub struct Disk {
    paths: Vec<PathBuf>,
    options: DiskOptions,
}

impl Disk {
    /// These files and folders. A path named twice, or below another, is read twice and reported once.
    #[must_use]
    pub fn new(paths: Vec<PathBuf>, options: DiskOptions) -> Self {
        Self { paths, options }
    }
}

impl Source for Disk {
    fn pour<'s>(&self, sink: &SinkMaker<'s>) {
        let (folders, files): (Vec<&PathBuf>, Vec<&PathBuf>) = self.paths.iter().partition(|path| path.is_dir());
        if !files.is_empty() {
            let mut reader = Reader::new(sink());
            for path in files {
                if !reader.sink.is_halted() {
                    reader.named(path);
                }
            }
        }
        for folder in folders {
            self.walk(folder, sink);
        }
    }
}

impl Disk {
    fn walk<'s>(&self, folder: &Path, sink: &SinkMaker<'s>) {
        if made_up::is_folder(folder) {
            return Reader::new(sink()).skip(folder, made_up::WHY.to_owned());
        }
        let made_up = Arc::new(Mutex::new(Vec::new()));
        let beside = Arc::clone(&made_up);
        let obey = self.options.ignored == Ignored::LeftOut;
        let repositories = Arc::new(Mutex::new(vec![folder.to_owned()]));
        let mut walk = WalkBuilder::new(folder);
        walk.standard_filters(false).git_ignore(obey).git_exclude(obey).git_global(obey).parents(obey);
        walk.follow_links(self.options.follow == Follow::Always);
        let below = Arc::clone(&repositories);
        walk.filter_entry(move |entry| {
            if obey
                && is_repository_within(entry)
                && let Ok(mut all) = below.lock()
            {
                all.push(entry.path().to_owned());
            }
            // They are mounted by these names; elsewhere, each file is asked.
            if ["proc", "sys"].iter().any(|name| entry.file_name() == *name)
                && made_up::is_folder(entry.path())
                && let Ok(mut all) = beside.lock()
            {
                all.push(entry.path().to_owned());
                return false;
            }
            entry.file_name() != ".git"
        });
        let seen = Seen::default();
        self.visit(walk, &mut Visitors { sink, seen: &seen });
        if let Ok(made_up) = made_up.lock()
            && !made_up.is_empty()
        {
            let mut reader = Reader::new(sink());
            made_up.iter().for_each(|path| reader.skip(path, made_up::WHY.to_owned()));
        }
        if obey && let Ok(repositories) = repositories.lock() {
            read_ignored_but_tracked(&repositories, &seen, Reader::new(sink()));
        }
    }

    /// Walks with as many threads as there is room for, or on this one.
    fn visit(&self, mut walk: WalkBuilder, visitors: &mut Visitors<'_, '_>) {
        let processors = || available_parallelism().map_or(1, NonZeroUsize::get).min(MOST_THREADS);
        let wanted = if self.options.threads == 0 { processors() } else { self.options.threads };
        let room = threads::room(wanted);
        if room > 0 {
            return walk.threads(room).build_parallel().visit(visitors);
        }
        let mut visitor = visitors.build();
        let _ = walk.build().try_for_each(|entry| match visitor.visit(entry) {
            WalkState::Quit => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        });
    }
}

/// Whether this is the work tree of a repository of its own. Its `.git` is asked for, since its `.gitignore` may hide even
/// that from the walk.
fn is_repository_within(entry: &DirEntry) -> bool {
    let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    entry.depth() > 0 && is_folder && entry.path().join(".git").exists()
}

/// Reads what git tracks in these repositories and the walk did not come by. If that can't be known, it is said.
fn read_ignored_but_tracked(repositories: &[PathBuf], seen: &Seen, mut reader: Reader<'_>) {
    for root in repositories {
        if reader.sink.is_halted() {
            return;
        }
        match tracked_below(root) {
            Ok(tracked) => tracked
                .iter()
                .filter(|path| seen.add(path) && !leads_out(root, path))
                .for_each(|path| reader.ignored_but_tracked(path)),
            Err(why) => reader.skip(root, why),
        }
    }
}

/// Whether a folder between `root` and a tracked file is a link by now: what stands behind it is not what git tracks, and
/// may be anywhere. The walk has counted the link.
fn leads_out(root: &Path, path: &Path) -> bool {
    let folders = path.ancestors().skip(1).take_while(|folder| *folder != root && folder.starts_with(root));
    folders.into_iter().any(|folder| folder.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink()))
}

/// The paths that a walk came by, as hashes keyed at random for this run.
#[derive(Default)]
struct Seen {
    key: RandomState,
    hashes: Mutex<HashSet<u64>>,
}

impl Seen {
    /// Notes a path. Whether it is new.
    fn add(&self, path: &Path) -> bool {
        let hash = self.key.hash_one(path);
        self.hashes.lock().is_ok_and(|mut hashes| hashes.insert(hash))
    }
}

/// Makes a visitor for each thread of a walk.
struct Visitors<'v, 's> {
    sink: &'v SinkMaker<'s>,
    seen: &'v Seen,
}

impl<'v, 's: 'v> ParallelVisitorBuilder<'v> for Visitors<'v, 's> {
    fn build(&mut self) -> Box<dyn ParallelVisitor + 'v> {
        Box::new(Visitor { reader: Reader::new((self.sink)()), seen: self.seen })
    }
}

/// Reads what one thread of a walk comes by.
struct Visitor<'v, 's> {
    reader: Reader<'s>,
    seen: &'v Seen,
}

impl ParallelVisitor for Visitor<'_, '_> {
    fn visit(&mut self, entry: Result<DirEntry, ignore::Error>) -> WalkState {
        if self.reader.sink.is_halted() {
            return WalkState::Quit;
        }
        match entry {
            Ok(entry) => self.reader.entry(entry, self.seen),
            Err(error) => self.reader.sink.skipped(walk_failure(&error)),
        }
        WalkState::Continue
    }
}

/// Reads files into a sink.
struct Reader<'s> {
    sink: Box<dyn Sink + Send + 's>,
    windows: Windows,
}

impl<'s> Reader<'s> {
    fn new(sink: Box<dyn Sink + Send + 's>) -> Self {
        Self { sink, windows: Windows::default() }
    }

    /// Reads a path that was named on its own: whatever it is, it has to be readable.
    fn named(&mut self, path: &Path) {
        self.name(path, Some(path.as_os_str()));
        match path.metadata() {
            Ok(metadata) if metadata.is_file() => self.file(path.to_owned(), metadata.len()),
            Ok(_) => {
                self.skip(path, "is neither a file nor a folder; pipe it in instead: unleak scan - < PATH".to_owned())
            }
            Err(error) => self.skip(path, reason(&error)),
        }
    }

    /// Reads what a walk came by.
    fn entry(&mut self, entry: DirEntry, seen: &Seen) {
        let typed = entry.depth() == 0;
        self.name(entry.path(), if typed { Some(entry.path().as_os_str()) } else { entry.path().file_name() });
        match entry.file_type() {
            Some(kind) if kind.is_dir() => {}
            Some(kind) if kind.is_symlink() => self.sink.left_out(LeftOut::SymbolicLink),
            Some(kind) if kind.is_file() => {
                seen.add(entry.path());
                self.file(entry.into_path(), 0);
            }
            _ => self.sink.left_out(LeftOut::SpecialFile),
        }
    }

    /// Reads a tracked file that the walk did not come by: an ignored one, unless it is deleted or no longer a file.
    fn ignored_but_tracked(&mut self, path: &Path) {
        match path.symlink_metadata() {
            Ok(metadata) if metadata.is_file() => self.file(path.to_owned(), metadata.len()),
            Err(error) if error.kind() != io::ErrorKind::NotFound => self.skip(path, reason(&error)),
            _ => {}
        }
    }

    /// Looks at a name: reports show it, so a key in it has to be known.
    fn name(&mut self, path: &Path, name: Option<&OsStr>) {
        if let Some(name) = name.filter(|name| name.len() >= SHORTEST_RUN) {
            self.sink.blob(&Blob::whole(&Origin::TreeName(shown(path)), name.as_encoded_bytes()));
        }
    }

    fn file(&mut self, path: PathBuf, expected: u64) {
        let path = shown(&path);
        let read = File::open(&path).and_then(|mut file| {
            let size = if expected > 0 { expected } else { file.metadata().as_ref().map_or(0, Metadata::len) };
            if made_up::is_file(&file, size) {
                return Err(io::Error::other(made_up::WHY));
            }
            let origin = Origin::File(path.clone());
            self.windows.pour(&origin, &mut file, size, &mut *self.sink)
        });
        match read {
            Ok(bytes) => self.sink.done(bytes),
            Err(error) => self.skip(&path, reason(&error)),
        }
    }

    fn skip(&mut self, path: &Path, why: String) {
        self.sink.skipped(Skipped { what: path.display().to_string(), why });
    }
}

/// A path as reports show it: without the `./` of a walk from here.
fn shown(path: &Path) -> PathBuf {
    path.strip_prefix(".").unwrap_or(path).to_owned()
}

/// Why a path can't be read, and what helps.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "does not exist; check the spelling".to_owned(),
        io::ErrorKind::PermissionDenied => "may not be read; run as a user who may, or leave it out".to_owned(),
        _ => format!("could not be read: {error}"),
    }
}

/// What a walk could not enter.
fn walk_failure(error: &ignore::Error) -> Skipped {
    let path = match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } => match &**err {
            ignore::Error::WithPath { path, .. } => Some(path),
            ignore::Error::Loop { child, .. } => Some(child),
            _ => None,
        },
        _ => None,
    };
    let what = path.map_or_else(|| "a folder".to_owned(), |path| path.display().to_string());
    let why = error.io_error().map_or_else(|| error.to_string(), reason);
    Skipped { what, why }
}
