//! What the Admin API's answers mean: why something was refused, and whether something is gone.

use serde_json::Value;

use crate::issuer::{Answer, Failure};

/// Why the Admin API did not do or tell what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AdminError {
    /// No answer came.
    #[error("OpenAI gave no answer: {0}")]
    NoAnswer(Failure),
    /// The admin key is not known.
    #[error("OpenAI refuses the admin key: it was revoked, has expired, or is no admin key (sk-admin-…)")]
    BadKey,
    /// The admin key may not do this.
    #[error("the admin key may not do this ({said}); an organization owner makes one with all permissions")]
    NoRights {
        /// What OpenAI says.
        said: String,
    },
    /// What was asked can't be done.
    #[error("OpenAI refused ({status}): {said}")]
    Refused {
        /// The status.
        status: u16,
        /// What OpenAI says.
        said: String,
        /// Its name for the request.
        request: Option<String>,
    },
    /// The answer is not in the documented form.
    #[error("the answer is not in the form that OpenAI documents; nothing was concluded from it")]
    Odd,
}

impl AdminError {
    /// The issuer's name for the request, where it gave one.
    #[must_use]
    pub fn request(&self) -> Option<&str> {
        match self {
            Self::Refused { request, .. } => request.as_deref(),
            _ => None,
        }
    }

    /// Whether what was asked for may have been done all the same.
    #[must_use]
    pub fn is_ambiguous(&self) -> bool {
        match self {
            Self::NoAnswer(failure) => failure.may_have_arrived(),
            Self::Refused { status, .. } => *status >= 500,
            Self::Odd => true,
            Self::BadKey | Self::NoRights { .. } => false,
        }
    }
}

/// What is known of something that was to be deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// Whether it was there before.
    pub how: HowGone,
    /// The issuer's name for the request.
    pub request: Option<String>,
}

/// How something came to be gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HowGone {
    /// It was deleted.
    Deleted,
    /// It was not there (404).
    NotThere,
    /// The deletion got no answer, and it is not there now.
    Unanswered,
}

pub(super) fn read_gone(answer: Answer) -> Result<Gone, AdminError> {
    let request = answer.request_id().map(str::to_owned);
    if answer.status() == 404 {
        return Ok(Gone { how: HowGone::NotThere, request });
    }
    if !answer.is_success() {
        return Err(refusal(&answer));
    }
    let deleted = answer.json().and_then(|body| body.get("deleted")?.as_bool()).unwrap_or(false);
    if deleted { Ok(Gone { how: HowGone::Deleted, request }) } else { Err(AdminError::Odd) }
}

/// Why an answer is none that was wished for. Code and message decide, not the status alone.
pub(super) fn refusal(answer: &Answer) -> AdminError {
    let body = answer.json().unwrap_or(Value::Null);
    let one = |name: &str| body.pointer(&format!("/error/{name}")).and_then(Value::as_str).unwrap_or_default();
    let (code, message) = (one("code"), one("message"));
    // Issuers other than OpenAI say it at the top.
    let top = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
    let reasons = [message, code, top("message"), top("error"), top("error_summary")];
    let said: String = reasons.into_iter().find(|text| !text.is_empty()).unwrap_or("no reason given").into();
    let said: String = said.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect();
    match answer.status() {
        401 if code == "invalid_api_key" => AdminError::BadKey,
        401 | 403 => AdminError::NoRights { said },
        status => AdminError::Refused { status, said, request: answer.request_id().map(str::to_owned) },
    }
}
