//! A repository to try things on, and a sink that remembers what it was given.

use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use tempfile::TempDir;
use unleak::source::git::{GitEnv, History, HistoryOptions, Repository, Scope};
use unleak::words::{Blob, LeftOut, ObjectId, Origin, Sink, Skipped, Source};

pub(crate) const THREADS: NonZeroUsize = NonZeroUsize::new(2).unwrap();

/// A repository in a folder that goes away with it.
pub(crate) struct Repo {
    pub(crate) dir: TempDir,
    pub(crate) path: PathBuf,
}

impl Repo {
    /// An empty one.
    pub(crate) fn new() -> Self {
        Self::with(&[])
    }

    /// An empty one, made by `git init` with these arguments too.
    pub(crate) fn with(init: &[&str]) -> Self {
        let dir = TempDir::new().unwrap();
        let path = dir.path().join("repo");
        let repo = Self { dir, path };
        fs::create_dir(&repo.path).unwrap();
        repo.git(&[&["init", "-q", "-b", "main"], init].concat());
        repo
    }

    /// Runs git in it; its output without the newline at the end.
    pub(crate) fn git(&self, args: &[&str]) -> String {
        git_in(&self.path, args)
    }

    /// Runs git with something on its standard input.
    pub(crate) fn git_with(&self, args: &[&str], input: &[u8]) -> String {
        use std::io::Write;
        let mut child = command(&self.path, args).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "git {args:?}");
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    /// Writes a file of the work tree.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Writes a file and commits it.
    pub(crate) fn commit(&self, name: &str, content: &str) -> String {
        self.write(name, content);
        self.git(&["add", "-f", name]);
        self.git(&["commit", "-q", "-m", &format!("Change {name}")]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// The id of a revision.
    pub(crate) fn id(&self, name: &str) -> ObjectId {
        ObjectId::from_hex(self.git(&["rev-parse", name]).as_bytes()).unwrap()
    }

    /// What we make of it.
    pub(crate) fn open(&self) -> Repository {
        Repository::discover(&self.path, &GitEnv::default()).unwrap()
    }

    /// Every object that git knows of, but trees: name and content.
    pub(crate) fn objects(&self) -> Vec<(ObjectId, Vec<u8>)> {
        let list = self.git(&["cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)"]);
        let objects = list.lines().filter(|line| !line.ends_with(" tree")).map(|line| {
            let (id, kind) = line.split_once(' ').unwrap();
            let output = command(&self.path, &["cat-file", kind, id]).output().unwrap();
            (ObjectId::from_hex(id.as_bytes()).unwrap(), output.stdout)
        });
        objects.collect()
    }
}

/// git, with nothing of the machine's or the person's own configuration.
pub(crate) fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.current_dir(folder).args(args).env_clear().env("PATH", std::env::var_os("PATH").unwrap());
    command.env("GIT_CONFIG_NOSYSTEM", "1").env("HOME", folder).env("LC_ALL", "C");
    for (who, name) in [("AUTHOR", "Ada Author"), ("COMMITTER", "Carl Committer")] {
        command.env(format!("GIT_{who}_NAME"), name).env(format!("GIT_{who}_EMAIL"), "nobody@example.com");
    }
    command
}

/// Runs git somewhere.
pub(crate) fn git_in(folder: &Path, args: &[&str]) -> String {
    let output = command(folder, args).output().unwrap();
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

/// No limits.
pub(crate) fn all_of_it() -> HistoryOptions {
    HistoryOptions { scope: Scope::Everything, since: None, paths: Vec::new(), threads: THREADS }
}

/// All that a repository holds.
pub(crate) fn everything(repo: Repository) -> Seen {
    Seen::of(&History::new(repo, all_of_it(), Arc::default()))
}

/// What a source gave.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) blobs: Vec<(Origin, Vec<u8>)>,
    pub(crate) skipped: Vec<Skipped>,
    pub(crate) left_out: Vec<LeftOut>,
}

impl Seen {
    /// All that a source gives.
    pub(crate) fn of(source: &dyn Source) -> Self {
        let seen = Arc::new(Mutex::new(Self::default()));
        source.pour(&|| Box::new(Recorder(Arc::clone(&seen))));
        let mut seen = std::mem::take(&mut *seen.lock().unwrap());
        seen.blobs.sort();
        seen.skipped.sort();
        seen
    }

    /// Whether some blob holds these bytes.
    pub(crate) fn holds(&self, needle: &str) -> bool {
        self.blobs.iter().any(|(_, bytes)| memchr::memmem::find(bytes, needle.as_bytes()).is_some())
    }

    /// The paths of blobs from the index.
    pub(crate) fn paths(&self) -> Vec<String> {
        let paths = self.blobs.iter().filter_map(|(origin, _)| match origin {
            Origin::Index(path) => Some(path.to_str().unwrap().to_owned()),
            _ => None,
        });
        let mut paths: Vec<_> = paths.collect();
        paths.sort();
        paths
    }

    /// The paths of blobs from commits.
    pub(crate) fn object_paths(&self) -> Vec<String> {
        let paths = self.blobs.iter().filter_map(|(origin, _)| match origin {
            Origin::Object(object) => Some(object.path.as_ref()?.to_str().unwrap().to_owned()),
            _ => None,
        });
        paths.collect()
    }

    /// Name and content of all objects but trees.
    pub(crate) fn objects(&self) -> Vec<(ObjectId, Vec<u8>)> {
        let objects = self.blobs.iter().filter_map(|(origin, bytes)| match origin {
            Origin::Object(object) => Some((object.id, bytes.clone())),
            _ => None,
        });
        let mut objects: Vec<_> = objects.collect();
        objects.sort();
        objects
    }

    /// That all was read.
    #[track_caller]
    pub(crate) fn whole(self) -> Self {
        assert_eq!(self.skipped, []);
        self
    }

    /// That something was not read, and a sentence says so.
    #[track_caller]
    pub(crate) fn skips(&self, words: &str) {
        let found = self.skipped.iter().any(|skipped| format!("{}: {}", skipped.what, skipped.why).contains(words));
        assert!(found, "{words:?} is not in {:#?}", self.skipped);
    }
}

struct Recorder(Arc<Mutex<Seen>>);

impl Sink for Recorder {
    fn blob(&mut self, blob: &Blob<'_>) {
        self.0.lock().unwrap().blobs.push((blob.origin.clone(), blob.bytes.to_vec()));
    }
    fn done(&mut self, _: u64) {}
    fn skipped(&mut self, skipped: Skipped) {
        self.0.lock().unwrap().skipped.push(skipped);
    }
    fn left_out(&mut self, what: LeftOut) {
        self.0.lock().unwrap().left_out.push(what);
    }
}
