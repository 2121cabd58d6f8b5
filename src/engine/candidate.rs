//! A candidate: what the matcher finds, and the judge gives a verdict on.

use std::ops::Range;

/// A rule matched these bytes: no opinion yet, only places in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    /// The rule's index in its set.
    pub(super) rule: usize,
    /// All that the rule claims.
    pub(super) whole: Range<usize>,
    /// The secret in it.
    pub(super) secret: Range<usize>,
    /// The name that the secret is assigned to, for rules that look at it.
    pub(super) name: Option<Range<usize>>,
    /// Whether a letter or digit touches its beginning, so that it may really begin elsewhere.
    pub(super) joined: bool,
}
