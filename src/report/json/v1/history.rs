//! A leak's life in a git repository, in `unleak.report/1`.

use schemars::JsonSchema;
use serde::Serialize;

/// A leak's life in a git repository.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct History<'a> {
    /// The commit that first brought it in; absent if no commit holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub introduced: Option<Commit<'a>>,
    /// Whether the tree of HEAD still holds it.
    pub in_head: bool,
    /// The newest commit in HEAD's history that took it out; absent if it is still there or never was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub removed: Option<Commit<'a>>,
    /// References from which a commit that holds it can be reached.
    pub refs: &'a [String],
    /// How many more references there are.
    pub more_refs: usize,
}

/// A git commit.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Commit<'a> {
    /// Its id.
    pub id: String,
    /// When it was committed, as RFC 3339 in UTC.
    pub date: String,
    /// Its author's name, never the e-mail.
    pub author: &'a str,
}
