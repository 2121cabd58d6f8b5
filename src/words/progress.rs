//! How far a run has come: numbers that another thread may look at while it goes on.

use std::sync::atomic::{AtomicU64, Ordering};

use super::Halt;

/// Counts of a run. They only grow, and are handed in now and then, so they may lag behind.
#[derive(Debug, Default)]
pub struct Progress {
    expected: AtomicU64,
    blobs: AtomicU64,
    bytes: AtomicU64,
    sightings: AtomicU64,
    questions: AtomicU64,
    answers: AtomicU64,
    halt: Halt,
}

impl Progress {
    /// Nothing yet, of a run that may be told to end.
    #[must_use]
    pub fn until(halt: Halt) -> Self {
        Self { halt, ..Self::default() }
    }

    /// Whether the run should end.
    #[must_use]
    pub fn halt(&self) -> &Halt {
        &self.halt
    }

    /// So many more blobs are known to come.
    pub fn expect(&self, blobs: u64) {
        self.expected.fetch_add(blobs, Ordering::Relaxed);
    }

    /// So much more has been read, and so many leaks were seen in it.
    pub fn add(&self, blobs: u64, bytes: u64, sightings: u64) {
        self.blobs.fetch_add(blobs, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.sightings.fetch_add(sightings, Ordering::Relaxed);
    }

    /// So many secrets are asked about.
    pub fn expect_answers(&self, questions: u64) {
        self.questions.fetch_add(questions, Ordering::Relaxed);
    }

    /// One more of them is answered.
    pub fn answered(&self) {
        self.answers.fetch_add(1, Ordering::Relaxed);
    }

    /// How many secrets were asked about, and how many in all are; nothing if none is.
    #[must_use]
    pub fn answers(&self) -> Option<(u64, u64)> {
        let questions = self.questions.load(Ordering::Relaxed);
        (questions > 0).then(|| (self.answers.load(Ordering::Relaxed), questions))
    }

    /// How many blobs there are to read in all; nothing if that is not known.
    #[must_use]
    pub fn expected(&self) -> Option<u64> {
        Some(self.expected.load(Ordering::Relaxed)).filter(|&blobs| blobs > 0)
    }

    /// How many blobs have been read.
    #[must_use]
    pub fn blobs(&self) -> u64 {
        self.blobs.load(Ordering::Relaxed)
    }

    /// How many bytes have been read.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// At how many places leaks were seen.
    #[must_use]
    pub fn sightings(&self) -> u64 {
        self.sightings.load(Ordering::Relaxed)
    }
}
