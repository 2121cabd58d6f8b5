//! The `Ledger` is all that a run learned, sorted and deterministic; the `Outcome` is what it means in one word.

use std::collections::BTreeMap;

use super::{Entry, Leak, Liveness, Noise, RuleId, Sighting, Verified, Waiver};

/// Something that should have been read and was not. One is enough to make a run incomplete.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Skipped {
    /// Which input: a path, mostly.
    pub what: String,
    /// Why, and what would help.
    pub why: String,
}

/// Something passed over by design. It is counted and shown, and does not make a run incomplete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LeftOut {
    /// A symbolic link; what it points to is read where it stands.
    SymbolicLink,
    /// A socket, pipe or device: holds nothing at rest.
    SpecialFile,
    /// A submodule: a repository of its own, scanned where it stands.
    Submodule,
    /// An archive that was scanned as it is and not opened, because nothing was to be decoded.
    Archive,
}

impl LeftOut {
    /// The words used in reports, for one and for many.
    #[must_use]
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::SymbolicLink => ("symbolic link", "symbolic links"),
            Self::SpecialFile => ("special file", "special files"),
            Self::Submodule => ("submodule", "submodules"),
            Self::Archive => ("archive unopened (--max-depth opens it)", "archives unopened (--max-depth opens them)"),
        }
    }
}

/// A sighting that somebody accepted, and how.
#[derive(Clone, Debug)]
pub struct Waived {
    /// Where it stands.
    pub sighting: Sighting,
    /// Why it is accepted.
    pub waiver: Waiver,
}

/// How often a rule's candidates were noise for one reason.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NoiseCount {
    /// The rule.
    pub rule: RuleId,
    /// The reason.
    pub noise: Noise,
    /// How many candidates.
    pub count: u64,
}

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inputs {
    /// Files, or other blobs.
    pub blobs: u64,
    /// Bytes in them.
    pub bytes: u64,
    /// How many of these blobs were not read again: an earlier run knows that they hold nothing.
    pub known: u64,
    /// What was passed over by design, by kind.
    pub left_out: BTreeMap<LeftOut, u64>,
    /// What was passed over because a config says so, by the number of its entry.
    pub excluded: BTreeMap<usize, u64>,
}

/// All that a run learned.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// Leaks: the worst first, then by place.
    pub leaks: Vec<Leak>,
    /// What somebody accepted, by place.
    pub waived: Vec<Waived>,
    /// How much was noise, by rule and reason.
    pub noise_counts: Vec<NoiseCount>,
    /// Noise in full, by place; empty unless it was asked for.
    pub noise: Vec<Sighting>,
    /// What should have been read and was not.
    pub skipped: Vec<Skipped>,
    /// What entries of configs and baselines did: those in force for this run, by file and name.
    pub entries: Vec<Entry>,
    /// How many inline marks a range brought in that its base does not have; `None` unless that was asked.
    pub new_marks: Option<u64>,
    /// What was read.
    pub inputs: Inputs,
    /// Places of an earlier report at which a leak no longer stands, though it does elsewhere.
    pub gone: Vec<Skipped>,
    /// Sentences for a person: how the run went where that is worth a word.
    pub remarks: Vec<String>,
    /// Which leaks count.
    pub fail_on: FailOn,
    /// Whether the run was interrupted before all was read or asked. [`Ledger::interrupt`] sets it.
    pub interrupted: bool,
}

/// Which leaks make a run fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum FailOn {
    /// Each of them, dead or alive.
    #[default]
    Any,
    /// Those that work, or may.
    Unknown,
    /// Those that are known to work. One that could not be asked about makes the run incomplete.
    Live,
}

impl FailOn {
    /// Whether this leak counts.
    #[must_use]
    pub fn counts(self, leak: &Leak) -> bool {
        let liveness = leak.verified.as_ref().map(|verified| &verified.liveness);
        match self {
            Self::Any => true,
            Self::Unknown => !liveness.is_some_and(Liveness::is_dead),
            Self::Live => liveness.is_some_and(Liveness::is_live),
        }
    }

    /// Whether this leak might count, and asking about it failed.
    #[must_use]
    pub fn is_undecided(self, leak: &Leak) -> bool {
        let failed = |verified: &Verified| matches!(&verified.liveness, Liveness::Unknown(why) if why.is_failure());
        self == Self::Live && leak.verified.as_ref().is_some_and(failed)
    }
}

impl Ledger {
    /// What the run means in one word. Leaks win over incomplete, but not if somebody broke the run off.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        if self.leaks.iter().any(|leak| self.fail_on.counts(leak)) && !self.interrupted {
            Outcome::Leaks
        } else if !self.skipped.is_empty() || self.leaks.iter().any(|leak| self.fail_on.is_undecided(leak)) {
            Outcome::Incomplete
        } else {
            Outcome::Clean
        }
    }

    /// Notes that the run was broken off: what comes after that was not read, and nobody was asked about it.
    pub fn interrupt(&mut self) {
        if !std::mem::replace(&mut self.interrupted, true) {
            let why = "the run was interrupted; what is reported is what was found until then".to_owned();
            self.skipped.push(Skipped { what: "the rest".to_owned(), why });
            self.skipped.sort();
        }
    }

    /// How many candidates were noise.
    #[must_use]
    pub fn noise_total(&self) -> u64 {
        self.noise_counts.iter().map(|count| count.count).sum()
    }
}

/// The one word that a run comes down to. Its number is the exit code, in every format and mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Everything was read and nothing was found.
    Clean = 0,
    /// There are leaks.
    Leaks = 1,
    /// Something could not be read, parsed or decided.
    Incomplete = 2,
}

impl Outcome {
    /// The process's exit code.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        self as u8
    }

    /// The word used in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Leaks => "leaks",
            Self::Incomplete => "incomplete",
        }
    }
}
