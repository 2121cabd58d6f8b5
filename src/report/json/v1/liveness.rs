//! Whether a secret still works, and what it opens, in `unleak.report/1`.

use schemars::JsonSchema;
use serde::Serialize;

/// Whether a secret still works.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Liveness<'a> {
    /// Alive, dead, or not known. Dead is no reason to leave it where it is; unknown is not dead.
    pub state: State,
    /// What kind of that: for `live` `full`, `restricted`, `ip-locked`, `unfunded`, `elsewhere`; for `dead` `refused`,
    /// `revoked`, `expired`, `account-closed`, `terminated`, `no-organization`; for `unknown` why. More may be added.
    pub detail: &'a str,
    /// The same in words.
    pub why: String,
    /// When the issuer was asked, as RFC 3339 in UTC; absent if nobody was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked: Option<String>,
    /// Whether the answer is from an earlier run.
    pub remembered: bool,
    /// Whose it is and what it opens; absent if nothing was learned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity<'a>>,
}

/// Whether a secret still works, in one word.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::report) enum State {
    /// It works.
    Live,
    /// It does not work any more.
    Dead,
    /// It could not be found out.
    Unknown,
}

/// Whose a secret is and what it opens, as far as it was learned.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Identity<'a> {
    /// Its owner's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<&'a str>,
    /// Its owner's id at the issuer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<&'a str>,
    /// Its owner's e-mail, masked: `a…@example.com`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<&'a str>,
    /// The organizations it acts for.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub organizations: &'a [String],
    /// The project it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<&'a str>,
    /// What it may do, and may not.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub scopes: &'a [String],
    /// The models it may use.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub models: &'a [String],
    /// How much it may do.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub limits: &'a [String],
}
