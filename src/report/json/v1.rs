//! `unleak.report/1`: what a program may rely on, and nothing else. Fields may be added to this version; none of them
//! ever goes away, changes its name or its meaning. What a comment says here, the JSON Schema says too.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Serialize;

mod entry;
mod history;
mod liveness;
mod remediation;
mod summary;

pub(in crate::report) use entry::Entry;
pub(in crate::report) use history::{Commit, History};
pub(in crate::report) use liveness::{Identity, Liveness, State};
pub(in crate::report) use remediation::{Remediation, Remedied};
pub(in crate::report) use summary::{Inputs, LeftOut, NoiseCount, Summary};

/// The name of this version.
pub(in crate::report) const SCHEMA: &str = "unleak.report/1";

/// A report of unleak: all that a run learned. It holds no secret, only masks and fingerprints.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "unleak report, version 1")]
pub(in crate::report) struct Report<'a> {
    /// The version of this form: `unleak.report/1`.
    pub schema: Schema,
    /// What wrote the report.
    pub tool: Tool<'a>,
    /// What the run was.
    pub run: Run<'a>,
    /// What the run comes down to.
    pub outcome: Outcome,
    /// Each distinct secret that leaked: the worst first, then by place.
    pub leaks: Vec<Leak<'a>>,
    /// What looks like a leak and is none, by place; empty unless it was asked for. `summary.noise_counts` has the
    /// numbers in any case.
    pub noise: Vec<Noise<'a>>,
    /// Leaks that somebody accepted, by place.
    pub waived: Vec<Waived<'a>>,
    /// What entries of configs and baselines did, by file: all that hides something from a report, by name.
    pub entries: Vec<Entry<'a>>,
    /// What should have been read and was not. One is enough to make a run incomplete.
    pub skipped: Vec<Skipped<'a>>,
    /// Places of the report that was verified at which a leak no longer stands, though it does elsewhere.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<Skipped<'a>>,
    /// The numbers.
    pub summary: Summary<'a>,
}

/// The version of this form.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) enum Schema {
    #[serde(rename = "unleak.report/1")]
    V1,
}

/// What wrote the report.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Tool<'a> {
    /// `unleak`.
    pub name: &'a str,
    /// Its version.
    pub version: &'a str,
}

/// What a run was.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Run<'a> {
    /// The command: `scan`.
    pub command: &'a str,
    /// What was asked to be read, as it was typed.
    pub roots: &'a [String],
    /// Whether files that git ignores were read too.
    pub ignored_included: bool,
}

/// What a run comes down to.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::report) enum Outcome {
    /// Everything was read and nothing was found; the exit code is 0.
    Clean,
    /// There are leaks; the exit code is 1.
    Leaks,
    /// No leak was found, and something was skipped; the exit code is 2.
    Incomplete,
}

/// What a secret is, and what may be shown of it.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Subject<'a> {
    /// The id of the rule that names its kind: `openai-project-key`.
    pub rule: &'a str,
    /// Who issues this kind: `openai`. Absent if the rule is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<&'a str>,
    /// The kind's name for people: `OpenAI project key`.
    pub name: &'a str,
    /// What may be shown of the secret.
    pub masked: String,
    /// The secret's length in bytes.
    pub length: usize,
    /// A name for the secret that is the same in every run. For a weak secret (`weak-…`) it is bound to rule and path and
    /// thousands of values share it.
    pub fingerprint: Cow<'a, str>,
}

/// One distinct secret with every place where it was seen.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Leak<'a> {
    #[serde(flatten)]
    pub subject: Subject<'a>,
    /// How bad it is.
    pub severity: Severity,
    /// Why it is less bad than its kind; only there if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lowered: Option<String>,
    /// Where it stands: never empty, by place.
    #[schemars(length(min = 1))]
    pub sightings: Vec<Place<'a>>,
    /// What became of it in the repository; only for what was read from git's history.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history: Option<History<'a>>,
    /// Whether it still works; only there if somebody asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub liveness: Option<Liveness<'a>>,
    /// What was done about it at its issuer; only there if that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remediation: Option<Remediation<'a>>,
}

/// How bad a leak is.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::report) enum Severity {
    /// Worth a look: a generic value that looks like a secret.
    Low,
    /// Limited in time or in what it opens.
    Medium,
    /// Opens an account or a service.
    High,
    /// Opens much, costs money, or opens other keys.
    Critical,
}

/// One place. Lines and columns count from one; columns are Unicode code points, and a byte that is not valid UTF-8 counts
/// as one.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Place<'a> {
    /// What kind of input it is in.
    pub origin: Origin,
    /// The path it was reached through, or `<stdin>`. Bytes that are not valid UTF-8 are U+FFFD here; the path as it is
    /// stands in `path_base64` then.
    pub path: Cow<'a, str>,
    /// The path's exact bytes in Base64; only there if the path is not valid UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path_base64: Option<String>,
    /// Through which decoders and containers it was seen, from the outside in: `["zip", "base64"]`. Absent if it stands
    /// there in plain text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub via: Vec<&'a str>,
    /// The path of the member of a container that it is in, with `!` between a container and its member; only there if it
    /// is in one. Line and column are those in this member then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// Line in the text that Base64 or hex stands for; only there if it was decoded from one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decoded_line: Option<u64>,
    /// Column in the text that Base64 or hex stands for; only there if it was decoded from one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decoded_column: Option<u64>,
    /// Line of its first character.
    pub line: u64,
    /// Column of its first character.
    pub column: u64,
    /// Line of one past its last character.
    pub end_line: u64,
    /// Column of one past its last character.
    pub end_column: u64,
    /// Offset in the input of its first byte, or of the first byte that stands for it.
    pub offset: u64,
    /// How many bytes of the input it fills.
    pub length: u64,
    /// The id of the git object that it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// The commit that first brought that object in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<Commit<'a>>,
    /// Whether the tree of HEAD holds that object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_head: Option<bool>,
}

/// What kind of input a place is in.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::report) enum Origin {
    /// A file of the work tree.
    File,
    /// What git's index holds for a path.
    Index,
    /// A git object: a file's content, a commit or a tag.
    Object,
    /// The name of a file or folder in a git tree.
    TreeName,
    /// The name of a git reference.
    RefName,
    /// Standard input.
    Stdin,
}

/// Something that looks like a leak and is none.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Noise<'a> {
    #[serde(flatten)]
    pub subject: Subject<'a>,
    /// Why it is none.
    pub reason: Reason,
    /// The reason in words.
    pub why: String,
    /// Where it stands.
    pub sighting: Place<'a>,
}

/// Why something that looks like a leak is none.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::report) enum Reason {
    /// The same few characters again and again.
    Repetitive,
    /// A sequence such as `abcdef` or `123456`.
    Sequence,
    /// The same block stands in it twice.
    RepeatedBlock,
    /// It is made of words.
    Word,
    /// Less random than a key of its kind.
    LowEntropy,
    /// A name, a path or a version.
    Identifier,
    /// A digest or an id, which opens nothing.
    Digest,
    /// A value from public documentation.
    Published,
    /// Part of the key is missing.
    Truncated,
    /// The checksum in it is wrong.
    Checksum,
    /// It says itself that it has expired.
    Expired,
    /// It is encrypted, and opens nothing without a key that is elsewhere.
    Encrypted,
}

/// A leak that somebody accepted.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Waived<'a> {
    #[serde(flatten)]
    pub subject: Subject<'a>,
    /// How it is accepted.
    pub waiver: Waiver<'a>,
    /// The same in words.
    pub why: String,
    /// Where it stands.
    pub sighting: Place<'a>,
}

/// How a leak is accepted.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub(in crate::report) enum Waiver<'a> {
    /// By a mark on its line.
    Inline {
        /// The mark: `unleak:allow`.
        mark: &'a str,
    },
    /// By an entry of a config or a baseline.
    Entry {
        /// The file: `unleak.toml`, `.unleak/baseline.json`.
        file: &'a str,
        /// The entry's name: one of `entries`.
        entry: &'a str,
        /// Why, if it says so.
        reason: &'a str,
    },
}

/// Something that should have been read and was not.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Skipped<'a> {
    /// Which input.
    pub what: &'a str,
    /// Why, and what would help.
    pub why: &'a str,
}

/// One line of a report in `jsonl`. Leaks come first, then noise if it was asked for, waived, entries, skipped; the last line is
/// always the summary: a stream that ends without one was cut off.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "type")]
pub(in crate::report) enum Line<'a> {
    /// A distinct secret that leaked.
    Leak(Leak<'a>),
    /// Something that looks like a leak and is none.
    Noise(Noise<'a>),
    /// A leak that somebody accepted.
    Waived(Waived<'a>),
    /// What an entry of a config or a baseline did.
    Entry(Entry<'a>),
    /// An input that was not read.
    Skipped(Skipped<'a>),
    /// The end of the stream.
    Summary(Ending<'a>),
}

/// The last line of a report in `jsonl`.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Ending<'a> {
    /// The version of this form: `unleak.report/1`.
    pub schema: Schema,
    /// What wrote the report.
    pub tool: Tool<'a>,
    /// What the run was.
    pub run: Run<'a>,
    /// What the run comes down to.
    pub outcome: Outcome,
    /// The numbers.
    pub summary: Summary<'a>,
}
