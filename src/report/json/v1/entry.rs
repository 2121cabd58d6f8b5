//! What entries of configs and baselines did: a part of `unleak.report/1`.

use schemars::JsonSchema;
use serde::Serialize;

use crate::words;

/// An entry of a config or a baseline by which this run reported less, or could have.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Entry<'a> {
    /// What kind of entry it is.
    pub kind: Kind,
    /// The file it stands in: `unleak.toml`, `.unleak/baseline.json`.
    pub file: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Why it is there, if it says so.
    pub reason: &'a str,
    /// How it stands to what was read.
    pub standing: Standing,
    /// How many places it waived.
    pub waived: u64,
    /// How many inputs it left out.
    pub left_out: u64,
    /// How many leaks it gave another severity.
    pub weighed: u64,
}

/// A kind of entry.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::report) enum Kind {
    /// A path that is left out.
    Exclude,
    /// A rule that is off or weighs differently.
    Rule,
    /// A waiver in a config.
    Waiver,
    /// A limit that is lower than usual.
    Limit,
    /// A secret that a baseline accepts.
    Baseline,
}

/// How an entry stands to what was read.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::report) enum Standing {
    /// It did something, or holds for the whole run.
    InForce,
    /// It did nothing; what was read does not show whether it is still needed.
    NotMet,
    /// All that it could speak of was read, and nothing matches it.
    Stale,
    /// Its day is over: it accepts nothing.
    Expired,
    /// A key that it fits is live, which the entry does not accept: that key was not waived.
    Live,
    /// The secret also stands at a path that it does not allow.
    Elsewhere,
    /// Its file was renamed, and the entry still names the old path.
    Moved,
}

impl<'a> From<&'a words::Entry> for Entry<'a> {
    fn from(entry: &'a words::Entry) -> Self {
        let words::Entry { written, standing, waived, left_out, weighed } = entry;
        let (waived, left_out, weighed) = (*waived, *left_out, *weighed);
        let words::Written { kind, file, name, reason } = &**written;
        let kind = match kind {
            words::EntryKind::Exclude => Kind::Exclude,
            words::EntryKind::Rule => Kind::Rule,
            words::EntryKind::Waiver => Kind::Waiver,
            words::EntryKind::Limit => Kind::Limit,
            words::EntryKind::Baseline => Kind::Baseline,
        };
        let standing = match standing {
            words::Standing::InForce => Standing::InForce,
            words::Standing::NotMet => Standing::NotMet,
            words::Standing::Stale => Standing::Stale,
            words::Standing::Expired => Standing::Expired,
            words::Standing::Live => Standing::Live,
            words::Standing::Elsewhere => Standing::Elsewhere,
            words::Standing::Moved => Standing::Moved,
        };
        Self { kind, file, name, reason, standing, waived, left_out, weighed }
    }
}
