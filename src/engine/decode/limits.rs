//! Limits on what decoding one blob may cost, and the `Budget` that is left of them. What a limit cuts is told by name.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use crate::words::Halt;

/// Limits on decoding one blob: against archives made to fill memory or time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many decoders deep: an archive in an archive, base64 in JSON in base64. 0 decodes nothing.
    pub depth: u32,
    /// Bytes of the largest container that is opened; larger ones are still scanned as they are.
    pub container: u64,
    /// Bytes that decoding one blob may make in all.
    pub decoded: u64,
    /// How many times larger than itself a compressed input may become, once it is over [`Limits::RATIO_FREE`] bytes.
    pub ratio: u64,
    /// Members of all containers in one blob.
    pub entries: u64,
    /// Time that decoding one blob may take.
    pub time: Duration,
}

impl Limits {
    /// Up to this size of its result a compressed input may be of any ratio: a small file of zeros is no bomb.
    pub const RATIO_FREE: u64 = 16 << 20;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 12,
            container: 256 << 20,
            decoded: 1 << 30,
            ratio: 500,
            entries: 100_000,
            time: Duration::from_secs(60),
        }
    }
}

/// A limit that cut something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::engine) enum Limit {
    Depth,
    Container,
    Decoded,
    Ratio,
    Entries,
    Time,
    Halt,
}

impl Limit {
    /// What was cut, and what raises the limit.
    pub(in crate::engine) fn sentence(self, limits: &Limits) -> String {
        match self {
            Self::Depth => format!("is nested more than {} deep; --max-depth raises the limit", limits.depth),
            Self::Container => format!(
                "is a container of more than {} bytes and was not opened; --max-container raises the limit",
                limits.container
            ),
            Self::Decoded => {
                format!("decodes to more than {} bytes; --max-decoded raises the limit", limits.decoded)
            }
            Self::Ratio => {
                format!("decodes to more than {} times its size; --max-ratio raises the limit", limits.ratio)
            }
            Self::Entries => format!("holds more than {} members; --max-entries raises the limit", limits.entries),
            Self::Time => {
                format!("takes more than {} seconds to decode; --max-seconds raises the limit", limits.time.as_secs())
            }
            Self::Halt => "was not decoded to its end, since the run was interrupted".to_owned(),
        }
    }
}

/// What is left for one blob.
#[derive(Debug)]
pub(in crate::engine) struct Budget {
    limits: Limits,
    decoded: u64,
    entries: u64,
    begun: Instant,
    halt: Halt,
    /// What was cut so far, so that it is told once.
    told: BTreeSet<(String, Limit)>,
}

impl Budget {
    pub(in crate::engine) fn new(limits: Limits, halt: Halt) -> Self {
        Self { limits, decoded: 0, entries: 0, begun: Instant::now(), halt, told: BTreeSet::new() }
    }

    /// The limits it began with.
    pub(in crate::engine) fn limits(&self) -> Limits {
        self.limits
    }

    /// How many bytes a decoder may make of `input` bytes, and which limit it is that ends there.
    pub(super) fn room(&self, input: u64) -> (u64, Limit) {
        let left = self.limits.decoded.saturating_sub(self.decoded);
        let by_ratio = input.saturating_mul(self.limits.ratio).max(Limits::RATIO_FREE);
        if by_ratio < left { (by_ratio, Limit::Ratio) } else { (left, Limit::Decoded) }
    }

    /// Takes bytes that a decoder made. Whether there is anything left.
    pub(in crate::engine) fn take(&mut self, bytes: usize) -> Result<(), Limit> {
        self.decoded = self.decoded.saturating_add(bytes as u64);
        if self.decoded > self.limits.decoded {
            return Err(Limit::Decoded);
        }
        if self.halt.is_on() {
            return Err(Limit::Halt);
        }
        if self.begun.elapsed() > self.limits.time { Err(Limit::Time) } else { Ok(()) }
    }

    /// Takes a member.
    pub(super) fn enter(&mut self) -> Result<(), Limit> {
        self.entries += 1;
        if self.entries > self.limits.entries { Err(Limit::Entries) } else { Ok(()) }
    }

    /// Whether a cut is news.
    pub(in crate::engine) fn tell(&mut self, what: &str, limit: Limit) -> bool {
        self.told.insert((what.to_owned(), limit))
    }
}
