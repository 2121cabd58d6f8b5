//! How long it takes to read everything that a repository holds, with a sink that does nothing:
//! `cargo bench --bench history -- REPO [ROUNDS]`. Compare with
//! `git -C REPO cat-file --batch-all-objects --unordered --batch --buffer >/dev/null`.
//! With `heirs` for ROUNDS, what is found in what deltas bring in is compared with what is found in every byte.
//! With `scan` for ROUNDS, all is looked at with all rules and views, three times, and nothing else is done.
//! With `compare` for ROUNDS, names and contents of all objects but trees are compared with what that command says.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a bench"
)]

use std::hash::Hasher;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use unleak::app::{KeepNoise, Limits, ObeyMarks, now};
use unleak::engine::{Engine, Found, Options, Scanner};
use unleak::rules::{RuleSet, builtin};
use unleak::source::git::{GitEnv, History, HistoryOptions, Repository, Scope, trace};
use unleak::words::{Blob, Heritage, LeftOut, Origin, Progress, Sink, Skipped, Source, Watches};

#[path = "../tests/support/twice.rs"]
mod twice;

#[derive(Default)]
struct Count {
    blobs: AtomicU64,
    bytes: AtomicU64,
    skipped: AtomicU64,
}

struct Nothing(Arc<Count>, u64, u64);

fn all(threads: std::num::NonZeroUsize) -> HistoryOptions {
    HistoryOptions { scope: Scope::Everything, since: None, paths: Vec::new(), threads }
}

/// How long it takes to say where some blobs come from: every thousandth that a first reading meets.
fn trace_some(path: &str, threads: std::num::NonZeroUsize) {
    let origins = Arc::new(std::sync::Mutex::new(Vec::new()));
    let open = || Repository::discover(path.as_ref(), &GitEnv::default()).unwrap();
    History::new(open(), all(threads), Arc::default()).pour(&|| Box::new(Sample(Arc::clone(&origins), 0)));
    let mut questions: Vec<Vec<Origin>> = origins.lock().unwrap().drain(..).map(|origin| vec![origin]).collect();
    questions.sort();
    for count in [1, 10, questions.len()] {
        let start = Instant::now();
        let lives = trace(&open(), &questions[..count], threads);
        let known = lives.iter().filter(|life| life.introduced.is_some()).count();
        println!("trace of {count}: {:?}, {known} with a commit", start.elapsed());
    }
}

struct Sample(Arc<std::sync::Mutex<Vec<Origin>>>, u64);

impl Sink for Sample {
    fn blob(&mut self, blob: &Blob<'_>) {
        self.1 += 1;
        if self.1 % 1000 == 7 && matches!(blob.origin, Origin::Object(_)) {
            self.0.lock().unwrap().push(blob.origin.clone());
        }
    }
    fn done(&mut self, _: u64) {}
    fn skipped(&mut self, _: Skipped) {}
    fn left_out(&mut self, _: LeftOut) {}
}

impl Sink for Nothing {
    fn blob(&mut self, blob: &Blob<'_>) {
        self.1 += 1;
        self.2 += blob.bytes.len() as u64;
    }
    fn done(&mut self, _: u64) {}
    fn skipped(&mut self, skipped: Skipped) {
        if self.0.skipped.fetch_add(1, Ordering::Relaxed) < 3 {
            println!("  skipped {}: {}", skipped.what, skipped.why);
        }
    }
    fn left_out(&mut self, _: LeftOut) {}
}

impl Drop for Nothing {
    fn drop(&mut self) {
        self.0.blobs.fetch_add(self.1, Ordering::Relaxed);
        self.0.bytes.fetch_add(self.2, Ordering::Relaxed);
    }
}

/// Adds up a number for each object: its name and its content, whatever the order.
fn sum(id: &[u8], bytes: &[u8]) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    hasher.write(id);
    hasher.write(bytes);
    hasher.finish()
}

struct Sum(Arc<Count>);

impl Sink for Sum {
    fn blob(&mut self, blob: &Blob<'_>) {
        if let Origin::Object(object) = blob.origin {
            self.0.blobs.fetch_add(1, Ordering::Relaxed);
            self.0.bytes.fetch_add(sum(object.id.to_string().as_bytes(), blob.bytes), Ordering::Relaxed);
        }
    }
    fn done(&mut self, _: u64) {}
    fn skipped(&mut self, _: Skipped) {}
    fn left_out(&mut self, _: LeftOut) {}
}

/// Compares all objects with what git says of them.
fn compare(path: &str, threads: std::num::NonZeroUsize) {
    let ours = Arc::new(Count::default());
    let repo = Repository::discover(path.as_ref(), &GitEnv::default()).unwrap();
    History::new(repo, all(threads), Arc::default()).pour(&|| Box::new(Sum(Arc::clone(&ours))));
    let args = ["-C", path, "cat-file", "--batch-all-objects", "--unordered", "--batch", "--buffer"];
    let mut git = Command::new("git").args(args).stdout(Stdio::piped()).spawn().unwrap();
    let mut out = BufReader::with_capacity(1 << 20, git.stdout.take().unwrap());
    let (mut line, mut bytes, mut count, mut total) = (String::new(), Vec::new(), 0, 0u64);
    while out.read_line(&mut line).unwrap() > 0 {
        let mut words = line.split_ascii_whitespace();
        let (id, kind) = (words.next().unwrap(), words.next().unwrap());
        bytes.resize(words.next().unwrap().parse::<usize>().unwrap() + 1, 0);
        out.read_exact(&mut bytes).unwrap();
        if kind != "tree" {
            count += 1;
            total = total.wrapping_add(sum(id.as_bytes(), &bytes[..bytes.len() - 1]));
        }
        line.clear();
    }
    assert!(git.wait().unwrap().success());
    let (our_count, our_total) = (ours.blobs.load(Ordering::Relaxed), ours.bytes.load(Ordering::Relaxed));
    println!("git: {count} objects, sum {total:x}; unleak: {our_count} objects, sum {our_total:x}");
    assert_eq!((count, total), (our_count, our_total));
}

/// Compares what is found in heirs with what is found plainly.
fn heirs(path: &str, threads: std::num::NonZeroUsize) {
    let rules = RuleSet::new(builtin().unwrap()).unwrap();
    let limits = Limits::default();
    let engine = Engine::new(rules, Options { now: now(), noise: KeepNoise::Whole, marks: ObeyMarks::Yes, limits });
    let compared = Arc::new(twice::Compared::default());
    let repo = Repository::discover(path.as_ref(), &GitEnv::default()).unwrap();
    let sink = || -> Box<dyn Sink + Send> { Box::new(twice::Twice::new(&engine, Arc::clone(&compared))) };
    History::new(repo, all(threads), Arc::default()).pour(&sink);
    println!("{compared:?}");
    assert_eq!(compared.differences.load(Ordering::Relaxed), 0);
}

/// Looks at everything as heirs, with all rules and views.
struct Scan<'e>(Scanner<'e>);

impl Sink for Scan<'_> {
    fn blob(&mut self, blob: &Blob<'_>) {
        self.0.scan(blob, &mut Found::default());
    }
    fn heir(&mut self, blob: &Blob<'_>, heritage: Option<&Heritage<'_>>, watches: &mut Watches) {
        self.0.scan_heir(blob, heritage, watches, &mut Found::default());
    }
    fn done(&mut self, _: u64) {}
    fn skipped(&mut self, _: Skipped) {}
    fn left_out(&mut self, _: LeftOut) {}
}

/// How long it takes to look at everything, by the depth to which it is decoded.
fn scan(path: &str, threads: std::num::NonZeroUsize) {
    for depth in [0, Limits::default().depth].repeat(3) {
        let rules = RuleSet::new(builtin().unwrap()).unwrap();
        let limits = Limits { depth, ..Limits::default() };
        let engine =
            Engine::new(rules, Options { now: now(), noise: KeepNoise::Counted, marks: ObeyMarks::Yes, limits });
        let start = Instant::now();
        let repo = Repository::discover(path.as_ref(), &GitEnv::default()).unwrap();
        History::new(repo, all(threads), Arc::default()).pour(&|| Box::new(Scan(engine.scanner())));
        println!("{:?}, {depth} deep", start.elapsed());
    }
}

fn main() {
    let mut args = std::env::args().skip(1).filter(|arg| arg != "--bench");
    let Some(path) = args.next() else { return };
    let rounds = args.next();
    if rounds.as_deref() == Some("compare") {
        return compare(&path, std::thread::available_parallelism().unwrap());
    }
    if rounds.as_deref() == Some("scan") {
        return scan(&path, std::thread::available_parallelism().unwrap());
    }
    if rounds.as_deref() == Some("heirs") {
        return heirs(&path, std::thread::available_parallelism().unwrap());
    }
    let rounds = rounds.map_or(5, |rounds| rounds.parse().unwrap());
    let threads = std::thread::available_parallelism().unwrap();
    let mut times = Vec::new();
    for _ in 0..rounds {
        let start = Instant::now();
        let repo = Repository::discover(path.as_ref(), &GitEnv::default()).unwrap();
        let count = Arc::new(Count::default());
        let progress = Arc::new(Progress::default());
        let history = History::new(repo, all(threads), Arc::clone(&progress));
        history.pour(&|| Box::new(Nothing(Arc::clone(&count), 0, 0)));
        times.push(start.elapsed());
        println!(
            "{:?}  {:?} objects expected, {} blobs pushed, {} MB, {} skipped",
            start.elapsed(),
            progress.expected(),
            count.blobs.load(Ordering::Relaxed),
            count.bytes.load(Ordering::Relaxed) / 1_000_000,
            count.skipped.load(Ordering::Relaxed)
        );
    }
    times.sort();
    trace_some(&path, threads);
    println!("median {:?} with {threads} threads", times[times.len() / 2]);
}
