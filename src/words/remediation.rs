//! `Remediation`: what was done about a leak at its issuer, or what would be.

use std::fmt;

/// What was done about a leak, or what would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remediation {
    /// How far it is.
    pub state: Remedied,
    /// Why, or how: a sentence without its period.
    pub why: String,
    /// The key's id at its issuer.
    pub key_id: Option<String>,
    /// The issuer's name for the request that did it.
    pub request_id: Option<String>,
    /// When it was done, as RFC 3339 in UTC.
    pub done_at: Option<String>,
    /// When the secret was first seen dead, as RFC 3339 in UTC.
    pub dead_at: Option<String>,
    /// The page on which a person does it.
    pub link: Option<String>,
}

/// How far it is with a leak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Remedied {
    /// It was revoked: `dead_at` says since when it is known not to work.
    Revoked,
    /// It was dead when it was looked at.
    FoundDead,
    /// It works for less, or not for long.
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

impl Remedied {
    /// The word used in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::FoundDead => "found-dead",
            Self::Contained => "contained",
            Self::Planned => "planned",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Unclear => "unclear",
            Self::Manual => "manual",
        }
    }
}

impl Remediation {
    /// A state with its reason.
    #[must_use]
    pub fn new(state: Remedied, why: impl Into<String>) -> Self {
        let why = why.into();
        Self { state, why, key_id: None, request_id: None, done_at: None, dead_at: None, link: None }
    }
}

/// `revoked 2026-11-23T17:09:51Z (key_abc, request req_1), dead since 2026-11-23T17:09:53Z: the issuer says so`
impl fmt::Display for Remediation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.state.as_str())?;
        if let Some(at) = &self.done_at {
            write!(f, " {at}")?;
        }
        let request = self.request_id.as_ref().map(|id| format!("request {id}"));
        let ids: Vec<&str> = [self.key_id.as_deref(), request.as_deref()].into_iter().flatten().collect();
        if !ids.is_empty() {
            write!(f, " ({})", ids.join(", "))?;
        }
        match (&self.dead_at, self.state) {
            (Some(at), _) => write!(f, ", dead since {at}")?,
            (None, Remedied::Revoked) => f.write_str(", not seen dead")?,
            (None, _) => {}
        }
        if !self.why.is_empty() {
            write!(f, ": {}", self.why)?;
        }
        match &self.link {
            Some(link) => write!(f, "; {link}"),
            None => Ok(()),
        }
    }
}
