//! What was done about a leak at its issuer, in `unleak.report/1`.

use schemars::JsonSchema;
use serde::Serialize;

/// What was done about a leak at its issuer, or what would be: by `--auto-revoke`, or by the evidence log of `--evidence`.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Remediation<'a> {
    /// How far it is.
    pub state: Remedied,
    /// Why, or how, in words.
    pub why: &'a str,
    /// The key's id at its issuer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_id: Option<&'a str>,
    /// The issuer's name for the request that did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<&'a str>,
    /// When it was done, as RFC 3339 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done_at: Option<&'a str>,
    /// When the secret was first seen dead, as RFC 3339 in UTC; absent if that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dead_at: Option<&'a str>,
    /// The page on which a person ends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<&'a str>,
}

/// How far it is with a leak, in one word. More may be added.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::report) enum Remedied {
    /// It was revoked.
    Revoked,
    /// It was dead when it was looked at.
    FoundDead,
    /// It can do less, or not for long.
    Contained,
    /// It would be revoked, and was not.
    Planned,
    /// It could be revoked, and something speaks against it.
    Refused,
    /// It was tried, and nothing was changed.
    Failed,
    /// It was tried, and nobody knows what came of it.
    Unclear,
    /// A person has to do it.
    Manual,
}
