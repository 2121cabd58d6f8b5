//! An `Entry` is one thing that somebody wrote down to change what a run reports: a path to leave out, a rule that is off,
//! a waiver, a lower limit, a line of a baseline. The ledger says what each of them did, by name; none works in silence.

use std::sync::Arc;

/// What kind of entry it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKind {
    /// A path that is left out.
    Exclude,
    /// A rule that is off, or weighs differently.
    Rule,
    /// A waiver in a config.
    Waiver,
    /// A limit that is lower than usual.
    Limit,
    /// A secret that a baseline accepts.
    Baseline,
}

impl EntryKind {
    /// The word used in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exclude => "exclude",
            Self::Rule => "rule",
            Self::Waiver => "waiver",
            Self::Limit => "limit",
            Self::Baseline => "baseline",
        }
    }
}

/// An entry as it was written: where, and what it is called in reports.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Written {
    /// What kind of entry it is.
    pub kind: EntryKind,
    /// The file it stands in, as reports name it: `unleak.toml`, `.unleak/baseline.json`.
    pub file: String,
    /// Its name: `exclude "docs"`, or the fingerprint in a baseline. May hold any character.
    pub name: String,
    /// Why, if it says so. May hold any character.
    pub reason: String,
}

/// How an entry stands to what was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// It did something, or holds for the whole run.
    InForce,
    /// It did nothing; what was read does not show whether it is still needed.
    NotMet,
    /// All that it could speak of was read, and nothing matches it any more.
    Stale,
    /// Its day is over: it accepts nothing any more.
    Expired,
    /// A key that it fits is live, which it does not say that it accepts: that key was not waived.
    Live,
    /// The secret was seen at a path that it does not allow as well.
    Elsewhere,
    /// The file it allows is gone and the secret stands in another: it was renamed, and the entry should be brought up to
    /// date.
    Moved,
}

impl Standing {
    /// The word used in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InForce => "in-force",
            Self::NotMet => "not-met",
            Self::Stale => "stale",
            Self::Expired => "expired",
            Self::Live => "live",
            Self::Elsewhere => "elsewhere",
            Self::Moved => "moved",
        }
    }

    /// What it means and what to do, for people; nothing where there is nothing to do.
    #[must_use]
    pub fn advice(self) -> Option<&'static str> {
        match self {
            Self::InForce | Self::NotMet => None,
            Self::Stale => Some("stale: nothing matches it any more; take it out"),
            Self::Expired => Some("expired: it accepts nothing any more"),
            Self::Live => Some("the key is live, which the entry does not accept: revoke it"),
            Self::Elsewhere => Some("the secret also stands at a path that it does not allow"),
            Self::Moved => Some("its file was renamed; `unleak baseline update` writes the new path down"),
        }
    }
}

/// What an entry did in a run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The entry.
    pub written: Arc<Written>,
    /// How it stands.
    pub standing: Standing,
    /// How many places it waived.
    pub waived: u64,
    /// How many inputs it left out.
    pub left_out: u64,
    /// How many leaks it gave another severity.
    pub weighed: u64,
}

impl Entry {
    /// An entry that has done nothing yet.
    #[must_use]
    pub fn new(written: Arc<Written>, standing: Standing) -> Self {
        Self { written, standing, waived: 0, left_out: 0, weighed: 0 }
    }
}
