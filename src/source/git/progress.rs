//! How far a reading has come: numbers that another thread may look at while it goes on.

use std::sync::atomic::{AtomicU64, Ordering};

/// Shared between a source and whoever shows how far it is. All numbers only grow.
#[derive(Debug, Default)]
pub struct Progress {
    objects: AtomicU64,
    done: AtomicU64,
    bytes: AtomicU64,
}

impl Progress {
    /// How many objects there are to read; zero until that is known.
    #[must_use]
    pub fn objects(&self) -> u64 {
        self.objects.load(Ordering::Relaxed)
    }

    /// How many objects have been read.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// How many bytes they had.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// So many objects will be read.
    pub(super) fn expect(&self, objects: u64) {
        self.objects.fetch_add(objects, Ordering::Relaxed);
    }
}

/// One thread's count, handed in now and then so that threads don't wait for each other.
pub(super) struct Ticker<'p> {
    progress: &'p Progress,
    done: u64,
    bytes: u64,
}

impl<'p> Ticker<'p> {
    pub(super) fn new(progress: &'p Progress) -> Self {
        Self { progress, done: 0, bytes: 0 }
    }

    /// One object more.
    pub(super) fn tick(&mut self, bytes: usize) {
        self.done += 1;
        self.bytes += bytes as u64;
        if self.done == 256 || self.bytes > (1 << 22) {
            self.hand_in();
        }
    }

    fn hand_in(&mut self) {
        self.progress.done.fetch_add(std::mem::take(&mut self.done), Ordering::Relaxed);
        self.progress.bytes.fetch_add(std::mem::take(&mut self.bytes), Ordering::Relaxed);
    }
}

impl Drop for Ticker<'_> {
    fn drop(&mut self) {
        self.hand_in();
    }
}
