//! What is found: a `Sighting` is one place where a rule matched and how it was judged; a `Leak` is one distinct
//! secret with all its sightings.

use std::fmt;
use std::sync::Arc;

use super::{Companion, Fingerprint, Life, Mask, Origin, Position, Remediation, Secret, Span, Verified, Via, Written};

/// A rule's id, such as `openai-project-key`.
pub type RuleId = Arc<str>;

/// How bad it is when a secret of a kind leaks. Ordered: `Critical` is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth a look: a generic value that looks like a secret.
    Low,
    /// Limited in time or in what it opens.
    Medium,
    /// Opens an account or a service.
    High,
    /// Opens much, costs money, or opens other keys.
    Critical,
}

impl Severity {
    /// The word used in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// Why a candidate is no leak.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Noise {
    /// The same few characters again and again: `xxxxxxxx`, or far fewer kinds of characters than chance gives.
    Repetitive,
    /// `abcdefgh`, `12345678`, `qwertyui`.
    Sequence,
    /// A block of eight or more characters stands in it twice.
    RepeatedBlock,
    /// It is made of words: the one that gave it away.
    Word(&'static str),
    /// Less random than a key of its kind.
    LowEntropy,
    /// It looks like a name, a path or a version rather than a key.
    Identifier,
    /// It looks like a digest or an id, or is a part of encoded bytes, which are random but open nothing.
    Digest,
    /// A value from public documentation.
    Published,
    /// Too short to work: part of the key is missing.
    Truncated,
    /// The checksum in it is wrong.
    Checksum,
    /// It says itself that it has expired.
    Expired,
    /// It is encrypted, and opens nothing without a key that is elsewhere.
    Encrypted,
}

impl fmt::Display for Noise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Repetitive => f.write_str("a placeholder: few different characters"),
            Self::Sequence => f.write_str("a placeholder: a sequence such as abcdef or 123456"),
            Self::RepeatedBlock => f.write_str("a placeholder: the same block twice"),
            Self::Word(word) => write!(f, "a placeholder: it says \u{201c}{word}\u{201d}"),
            Self::LowEntropy => f.write_str("less random than a real key"),
            Self::Identifier => f.write_str("a name, a path or a version"),
            Self::Digest => f.write_str("a digest, an id or a part of encoded bytes"),
            Self::Published => f.write_str("a value from public documentation"),
            Self::Truncated => f.write_str("incomplete: part of the key is missing"),
            Self::Checksum => f.write_str("not a real key: its checksum is wrong"),
            Self::Expired => f.write_str("expired, by the time written in it"),
            Self::Encrypted => f.write_str("encrypted: it opens nothing without a key that is elsewhere"),
        }
    }
}

/// An inline mark that accepts a finding on its line: ours, and those of tools people come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// `unleak:allow-live`, which accepts a key although it is known to work.
    UnleakLive,
    /// `unleak:allow`
    Unleak,
    /// `gitleaks:allow`
    Gitleaks,
    /// `pragma: allowlist secret` (detect-secrets)
    DetectSecrets,
    /// `trufflehog:ignore`
    Trufflehog,
}

impl Mark {
    /// Every mark; one that begins like another stands before it.
    pub const ALL: [Self; 5] = [Self::UnleakLive, Self::Unleak, Self::Gitleaks, Self::DetectSecrets, Self::Trufflehog];

    /// The mark as it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UnleakLive => "unleak:allow-live",
            Self::Unleak => "unleak:allow",
            Self::Gitleaks => "gitleaks:allow",
            Self::DetectSecrets => "pragma: allowlist secret",
            Self::Trufflehog => "trufflehog:ignore",
        }
    }

    /// Whether it accepts a key that is known to work.
    #[must_use]
    pub fn accepts_live(self) -> bool {
        self == Self::UnleakLive
    }
}

/// Why a leak is accepted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Waiver {
    /// A mark on the line itself.
    Inline(Mark),
    /// An entry of a config or a baseline.
    Entry(Arc<Written>),
}

impl fmt::Display for Waiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inline(mark) => write!(f, "{} on the line", mark.as_str()),
            Self::Entry(entry) if entry.reason.is_empty() => write!(f, "{}: {}", entry.file, entry.name),
            Self::Entry(entry) => write!(f, "{}: {}: {}", entry.file, entry.name, entry.reason),
        }
    }
}

/// What the judge says of a candidate. Every candidate gets one; none is dropped silently.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// A leak.
    Real,
    /// Looks like one and is none.
    Noise(Noise),
    /// A leak that somebody accepted.
    Waived(Waiver),
}

/// A judged candidate, owned: which rule, where, and what may be shown of it.
#[derive(Clone, Debug)]
pub struct Sighting {
    /// The rule that matched.
    pub rule: RuleId,
    /// The secret itself, which nobody but verification and revocation can read.
    pub secret: Secret,
    /// What may be shown of it.
    pub mask: Mask,
    /// Where the blob comes from.
    pub origin: Origin,
    /// Its raw bytes in the blob, or the bytes that stand for it.
    pub span: Span,
    /// Through which decoders and containers it was seen.
    pub via: Via,
    /// Line and column of its first character, in the innermost file: the blob, or a member of a container.
    pub start: Position,
    /// Line and column one past its last character.
    pub end: Position,
    /// Line and column of its first character in the text that was decoded, where that has lines of its own (base64, hex).
    pub inner: Option<Position>,
    /// The line it stands in, cut to a readable length, every candidate in it masked.
    pub snippet: String,
    /// What stands near it and may be its other part, the nearest first; empty where its rule needs none.
    pub companions: Vec<Companion>,
    /// How it was judged.
    pub verdict: Verdict,
}

impl Sighting {
    /// What sightings are sorted by: place first, so that any order of files and threads gives the same report.
    pub(crate) fn order(&self) -> (&Origin, Span, &Via, Position, Option<Position>, &RuleId) {
        (&self.origin, self.span, &self.via, self.start, self.inner, &self.rule)
    }

    /// The secret's fingerprint, bound to this sighting's rule and path if the secret is weak.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.secret.fingerprint(&[self.rule.as_bytes(), self.origin.path().unwrap_or_default()])
    }
}

/// The sightings of one secret: sorted, and never none.
#[derive(Clone, Debug)]
pub struct Sightings(Vec<Sighting>);

impl Sightings {
    /// The first of them.
    #[must_use]
    pub fn new(first: Sighting) -> Self {
        Self(vec![first])
    }

    /// One more.
    pub fn push(&mut self, sighting: Sighting) {
        self.0.push(sighting);
    }

    /// The first by place.
    #[must_use]
    pub fn first(&self) -> &Sighting {
        &self.0[0]
    }

    /// All of them, by place.
    pub fn iter(&self) -> std::slice::Iter<'_, Sighting> {
        self.0.iter()
    }

    /// How many.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "never empty")]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Each of them, on its own.
    #[must_use]
    pub fn into_vec(self) -> Vec<Sighting> {
        self.0
    }

    /// All of these; `None` if there is none.
    #[must_use]
    pub fn of(sightings: Vec<Sighting>) -> Option<Self> {
        (!sightings.is_empty()).then_some(Self(sightings))
    }

    /// Says more of where each of them comes from.
    pub(crate) fn place(&mut self, mut say_more: impl FnMut(&mut Origin)) {
        self.0.iter_mut().for_each(|sighting| say_more(&mut sighting.origin));
        self.sort();
    }

    /// Puts them in order and drops what is there twice.
    pub(crate) fn sort(&mut self) {
        self.0.sort_by(|a, b| a.order().cmp(&b.order()));
        self.0.dedup_by(|a, b| a.order() == b.order());
    }
}

/// Why a leak counts for less than others of its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lowered {
    /// How bad its kind is.
    pub from: Severity,
    /// The folder that says so, of its first place: `tests`.
    pub folder: String,
}

impl fmt::Display for Lowered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "lowered from {}: it stands in folders of tests and examples alone ({})",
            self.from.as_str(),
            self.folder
        )
    }
}

/// One distinct secret, with every place where it was seen.
#[derive(Clone, Debug)]
pub struct Leak {
    /// The rule that names its kind: of its first sighting.
    pub rule: RuleId,
    /// How bad it is.
    pub severity: Severity,
    /// Why it is less bad than its kind, if it is.
    pub lowered: Option<Lowered>,
    /// Its stable name.
    pub fingerprint: Fingerprint,
    /// What may be shown of it.
    pub mask: Mask,
    /// Where it stands.
    pub sightings: Sightings,
    /// What became of it, if it was seen in a repository and somebody asked.
    pub life: Option<Life>,
    /// Whether it still works, if somebody asked.
    pub verified: Option<Verified>,
    /// What was done about it, if that is known.
    pub remediation: Option<Remediation>,
}
