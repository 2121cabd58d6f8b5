//! The numbers of a run, as `unleak.report/1` has them.

use schemars::JsonSchema;
use serde::Serialize;

use super::Reason;

/// The numbers of a run.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Summary<'a> {
    /// Distinct secrets that leaked.
    pub leaks: usize,
    /// All places of them.
    pub sightings: usize,
    /// Accepted sightings.
    pub waived: usize,
    /// Inline marks that a range brought in and its base does not have; only for a range with a base.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_marks: Option<u64>,
    /// Candidates that were noise.
    pub noise: u64,
    /// Inputs that should have been read and were not.
    pub skipped: usize,
    /// What was read.
    pub inputs: Inputs,
    /// What was passed over by design. It does not make a run incomplete.
    pub left_out: LeftOut,
    /// Noise by rule and reason.
    pub noise_counts: Vec<NoiseCount<'a>>,
    /// How the run went where that is worth a word, in sentences for people: that requests went through a proxy, that a
    /// marked key is live.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub remarks: &'a [String],
}

/// What was read.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Inputs {
    /// Files, or other inputs.
    pub blobs: u64,
    /// Bytes in them.
    pub bytes: u64,
    /// How many of them were not read again, because an earlier run with a cache knows that they hold nothing; absent if
    /// all were.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub known: u64,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// What was passed over by design.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct LeftOut {
    /// Symbolic links.
    pub symbolic_links: u64,
    /// Sockets, pipes and devices.
    pub special_files: u64,
    /// Submodules, which are repositories of their own.
    pub submodules: u64,
    /// Archives that were scanned as they are and not opened, because nothing was to be decoded.
    pub archives: u64,
}

/// How often a rule's candidates were noise for one reason.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct NoiseCount<'a> {
    /// The rule's id.
    pub rule: &'a str,
    /// The reason.
    pub reason: Reason,
    /// The reason in words.
    pub why: String,
    /// How many candidates.
    pub count: u64,
}
