//! Repositories made of any bytes, on the disk as git has them. Reading one never panics, and ends.

use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use sha1::Digest;
use tempfile::TempDir;
use unleak::source::git::{
    Absent, CommitFiles, GitEnv, Held, History, HistoryOptions, Push, Range, RangeSpec, Repository, Scope, Staged,
    StagedOptions, Tips, trace,
};
use unleak::words::{Blob, Heritage, LeftOut, Origin, Sink, Skipped, Source, Watches};

use super::taken::Taken;

thread_local! {
    static FOLDER: TempDir = TempDir::new().expect("there is a folder for what is temporary");
}

/// One thread, so that each run does the same.
const ONE: NonZeroUsize = NonZeroUsize::MIN;

/// Does something with a repository that holds these files beside what each has.
pub fn with_repository(files: &[(&str, &[u8])], look: impl FnOnce(&Repository)) {
    FOLDER.with(|folder| {
        let git = folder.path().join(".git");
        for part in ["objects/pack", "refs/heads"] {
            fs::create_dir_all(git.join(part)).unwrap();
        }
        fs::write(git.join("HEAD"), "ref: refs/heads/main\n").unwrap();
        for (name, bytes) in files {
            let path = git.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        if let Ok(repository) = Repository::discover(folder.path(), &GitEnv::default()) {
            look(&repository);
        }
        fs::remove_dir_all(&git).unwrap();
    });
}

/// Where the objects stand that a source gave.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<Origin>>>);

impl Sink for Seen {
    fn blob(&mut self, blob: &Blob<'_>) {
        self.0.lock().unwrap().push(blob.origin.clone());
    }

    fn heir(&mut self, blob: &Blob<'_>, heritage: Option<&Heritage<'_>>, watches: &mut Watches) {
        if let Some(Heritage { shared, base_len, .. }) = heritage {
            let mut end = 0;
            for stretch in *shared {
                assert!(stretch.at >= end && stretch.from + stretch.len <= *base_len, "{shared:?} of {base_len}");
                end = stretch.end();
            }
            assert!(end <= blob.bytes.len(), "{shared:?} reaches beyond {}", blob.bytes.len());
        }
        watches.watch_all();
        self.blob(blob);
    }

    fn done(&mut self, _: u64) {}
    fn skipped(&mut self, _: Skipped) {}
    fn left_out(&mut self, _: LeftOut) {}
}

/// What a source gives.
fn poured(source: &dyn Source) -> Vec<Origin> {
    let seen = Seen::default();
    source.pour(&|| Box::new(seen.clone()));
    let mut origins = seen.0.lock().unwrap();
    std::mem::take(&mut *origins)
}

/// Reads a repository in every way that there is.
pub fn read(repository: &Repository) {
    let options = |scope| HistoryOptions { scope, since: None, paths: Vec::new(), threads: ONE };
    let history = |options| History::new(repository.clone(), options, Arc::default());
    let everything = poured(&history(options(Scope::Everything)));
    let questions: Vec<Vec<Origin>> = everything.iter().take(40).map(|origin| vec![origin.clone()]).collect();
    assert_eq!(trace(repository, &questions, ONE).len(), questions.len());
    poured(&history(options(Scope::References)));
    poured(&history(HistoryOptions { since: Some(5), paths: vec![PathBuf::from("a")], ..options(Scope::Everything) }));
    for text in ["HEAD~1..HEAD", "HEAD^..", "main...0101", "0"] {
        poured(&Range::new(repository.clone(), RangeSpec::parse(text), ONE));
    }
    poured(&Push::new(repository.clone(), Tips::Named("HEAD".to_owned()), Held::Everything, Vec::new(), ONE));
    if let Ok(files) = CommitFiles::open(repository, "HEAD") {
        let _ = files.read("a");
    }
    let _ = repository.hook_folder();
}

/// An index: any bytes, or entries with a right header.
pub fn index(bytes: &[u8]) {
    let mut taken = Taken(bytes);
    let mut index = match taken.byte() {
        0 => Vec::new(),
        version => [&b"DIRC\0\0\0"[..], &[2 + version % 3], &u32::from(taken.byte()).to_be_bytes()].concat(),
    };
    index.extend_from_slice(taken.0);
    let sum = sha1::Sha1::digest(&index);
    index.extend_from_slice(&sum);
    with_repository(&[("index", &index)], |repository| {
        for paths in [Vec::new(), vec![Path::new("a").to_owned()]] {
            let options = StagedOptions { paths, absent: Absent::Skipped, threads: ONE };
            poured(&Staged::new(repository.clone(), options));
        }
    });
}

/// References, reflogs, the list of alternates and the config, one after the other, parted by `0xFF`.
pub fn refs(bytes: &[u8]) {
    const NAMES: [&str; 10] = [
        "HEAD",
        "packed-refs",
        "refs/heads/main",
        "logs/HEAD",
        "config",
        "refs/stash",
        "worktrees/w/HEAD",
        "shallow",
        "FETCH_HEAD",
        "objects/info/alternates",
    ];
    let files: Vec<(&str, &[u8])> = NAMES.into_iter().zip(bytes.split(|&byte| byte == 0xFF)).collect();
    if files.last().is_some_and(|(name, text)| *name == "objects/info/alternates" && leads_out(text)) {
        return; // what else is on this machine is no business of a target
    }
    with_repository(&files, read);
}

/// Whether a list of alternates leads out of the repository.
fn leads_out(text: &[u8]) -> bool {
    text.contains(&b'/') || text.windows(2).any(|pair| pair == b"..")
}

/// A table of references: any bytes, or blocks with a right header and footer.
pub fn reftable(bytes: &[u8]) {
    let mut taken = Taken(bytes);
    let table = match taken.byte() {
        0 => taken.0.to_vec(),
        blocks => table(blocks, &mut taken),
    };
    let config = b"[core]\n\trepositoryformatversion = 1\n[extensions]\n\trefStorage = reftable\n";
    let files = [("config", &config[..]), ("reftable/tables.list", b"a.ref\n"), ("reftable/a.ref", &table)];
    with_repository(&files, read);
}

/// A table of some blocks, each with its length and its restarts; the last may be of logs.
fn table(blocks: u8, taken: &mut Taken<'_>) -> Vec<u8> {
    let mut table = b"REFT\x01\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\x01".to_vec();
    let (head, mut logs) = (table.clone(), 0);
    for _ in 0..blocks % 4 + 1 {
        let begin = if table.len() == head.len() { 0 } else { table.len() };
        let (records, is_log) = (taken.some(), taken.byte() % 4 == 3);
        let len = (table.len() - begin + 4 + records.len() + 5) as u32;
        table.push(if is_log { b'g' } else { b'r' });
        table.extend_from_slice(&len.to_be_bytes()[1..]);
        if is_log {
            logs = begin;
            let mut deflated = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
            std::io::Write::write_all(&mut deflated, &[records, &[0, 0, 0, 0, 1]].concat()).unwrap();
            table.extend(deflated.finish().unwrap());
        } else {
            table.extend_from_slice(&[records, &[0, 0, 4, 0, 1]].concat());
        }
    }
    table.extend_from_slice(&head);
    let log = if logs > 0 { logs as u64 } else { 0 };
    for place in [0, 0, 0, log, 0] {
        table.extend_from_slice(&place.to_be_bytes());
    }
    table.extend_from_slice(&[0; 4]);
    table
}
