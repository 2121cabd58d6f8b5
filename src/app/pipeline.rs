//! The pipeline: where sources and engine meet. Each thread of a source gets a worker with a scanner of its own; what
//! they learn is collected once, at the end.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Sender, channel};

use super::collect::{Part, collect};
use super::now;
use super::trust::Policy;
use crate::engine::decode::Limits;
use crate::engine::{Engine, KeepNoise, ObeyMarks, Options, Scanner};
use crate::rules::RuleSet;
use crate::words::{Blob, Halt, Heritage, Ledger, LeftOut, Progress, Sink, Skipped, Source, Watches};

/// How many blobs a worker reads before it tells so: counting together costs time.
const TELL_EVERY: u64 = 128;

/// A blob that is told of at once.
const LARGE: u64 = 1 << 20;

/// How to scan, whatever the source.
#[derive(Clone, Copy, Debug)]
pub struct ScanOptions {
    /// What becomes of noise.
    pub noise: KeepNoise,
    /// Whether marks on a line are obeyed.
    pub marks: ObeyMarks,
    /// How much decoding one blob may cost.
    pub limits: Limits,
}

/// Scans all that the sources hold and says what was learned. What `policy` leaves out is counted and not
/// scanned. How far it is can be seen in `progress`.
#[must_use]
pub fn scan(
    sources: &[Box<dyn Source>],
    rules: RuleSet,
    options: ScanOptions,
    policy: Option<&Policy>,
    progress: &Progress,
) -> (Ledger, RuleSet) {
    let now = now();
    let ScanOptions { noise, marks, limits } = options;
    let engine = Engine::new(rules, Options { now, noise, marks, limits }).until(progress.halt().clone());
    let (sender, receiver) = channel();
    for source in sources.iter().take_while(|_| !progress.halt().is_on()) {
        let sender = &sender;
        let leave = policy.filter(|policy| policy.leaves_out());
        let pour = || source.pour(&|| Box::new(Worker::new(&engine, sender.clone(), progress, leave)));
        if let Err(panic) = catch_unwind(AssertUnwindSafe(pour)) {
            let _ = sender.send(Part::failed("the scan", &*panic));
        }
    }
    drop(sender);
    let mut ledger = collect(receiver, engine.rules());
    if progress.halt().is_on() {
        ledger.interrupt();
    }
    (ledger, engine.into_rules())
}

/// One thread's sink: scans blobs and gathers what it learns until it is dropped.
struct Worker<'e> {
    scanner: Scanner<'e>,
    part: Part,
    sender: Sender<Part>,
    progress: &'e Progress,
    told: Told,
    leave: Option<&'e Policy>,
    /// The entry by which the input that is being read is left out.
    leaving: Option<usize>,
    /// Whether nothing was learned from the last blob.
    silent: bool,
}

/// What a worker has told of its progress.
#[derive(Default)]
struct Told {
    blobs: u64,
    bytes: u64,
    sightings: u64,
}

impl<'e> Worker<'e> {
    fn new(engine: &'e Engine, sender: Sender<Part>, progress: &'e Progress, leave: Option<&'e Policy>) -> Self {
        let (scanner, part, told) = (engine.scanner(), Part::default(), Told::default());
        Self { scanner, part, sender, progress, told, leave, leaving: None, silent: false }
    }

    /// Tells what is new since the last time.
    fn tell(&mut self) {
        let Part { inputs, found, .. } = &self.part;
        let now = Told { blobs: inputs.blobs, bytes: inputs.bytes, sightings: found.sightings.len() as u64 };
        let Told { blobs, bytes, sightings } = std::mem::replace(&mut self.told, now);
        let now = &self.told;
        self.progress.add(now.blobs - blobs, now.bytes - bytes, now.sightings - sightings);
    }
}

impl Sink for Worker<'_> {
    fn at_once(&self, head: &[u8]) -> Option<u64> {
        self.scanner.at_once(head)
    }

    fn halt(&self) -> Option<&Halt> {
        Some(self.progress.halt())
    }

    fn blob(&mut self, blob: &Blob<'_>) {
        self.silent = false;
        if let Some(policy) = self.leave {
            self.leaving = policy.left_out(blob.origin);
            if self.leaving.is_some() {
                return;
            }
        }
        let Self { scanner, part, .. } = self;
        let before = part.found.volume();
        let scan = AssertUnwindSafe(|| scanner.scan(blob, &mut part.found));
        match catch_unwind(scan) {
            Ok(()) => self.silent = self.part.found.volume() == before,
            Err(panic) => self.part.fail(&blob.origin.name(), &*panic),
        }
    }

    fn heir(&mut self, blob: &Blob<'_>, heritage: Option<&Heritage<'_>>, watches: &mut Watches) {
        let Self { scanner, part, .. } = self;
        let before = part.found.volume();
        let scan = AssertUnwindSafe(|| scanner.scan_heir(blob, heritage, watches, &mut part.found));
        match catch_unwind(scan) {
            Ok(()) => self.silent = self.part.found.volume() == before,
            Err(panic) => {
                self.silent = false;
                watches.watch_all();
                self.part.fail(&blob.origin.name(), &*panic);
            }
        }
    }

    fn is_silent(&self) -> bool {
        self.silent
    }

    fn known(&mut self, inputs: u64, bytes: u64) {
        let all = &mut self.part.inputs;
        (all.blobs, all.bytes, all.known) = (all.blobs + inputs, all.bytes + bytes, all.known + inputs);
    }

    fn done(&mut self, bytes: u64) {
        if let Some(entry) = self.leaving.take() {
            *self.part.inputs.excluded.entry(entry).or_default() += 1;
            return;
        }
        self.part.inputs.blobs += 1;
        self.part.inputs.bytes += bytes;
        if self.part.inputs.blobs.is_multiple_of(TELL_EVERY) || bytes > LARGE {
            self.tell();
        }
    }

    fn skipped(&mut self, skipped: Skipped) {
        self.part.skipped.push(skipped);
    }

    fn left_out(&mut self, what: LeftOut) {
        *self.part.inputs.left_out.entry(what).or_default() += 1;
    }
}

impl Drop for Worker<'_> {
    fn drop(&mut self) {
        let unopened = self.part.found.unopened;
        if unopened > 0 {
            *self.part.inputs.left_out.entry(LeftOut::Archive).or_default() += unopened;
        }
        let _ = self.sender.send(std::mem::take(&mut self.part));
    }
}

impl Part {
    fn failed(what: &str, panic: &(dyn Any + Send)) -> Self {
        let mut part = Self::default();
        part.fail(what, panic);
        part
    }

    /// Notes a mistake of ours as something that was not read. The panic's message may hold anything, so it is not shown.
    fn fail(&mut self, what: &str, _panic: &(dyn Any + Send)) {
        let why = "unleak failed on it, which is a mistake in unleak; please report it".to_owned();
        self.skipped.push(Skipped { what: what.to_owned(), why });
    }
}
