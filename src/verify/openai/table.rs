//! The table of OpenAI's answers. The first row that fits counts; tests walk it row by row.
//!
//! It goes by code and message, never by the status alone: a 401 may come from a key without a scope, from a key that works
//! from other addresses, or from somebody on the way. Bodies are `{"error": {"message", "type", "param", "code"}}`
//! (openai/openai-openapi, `ErrorResponse`); codes and wordings are from OpenAI's guide to error codes, its help pages
//! (9132009, 9687866) and what users of its API report. All wordings can change: what no row knows is unknown.

use serde_json::Value;

use crate::issuer::Answer;
use crate::words::{Dead, Live, Liveness, Secret, ShownLength, Unknown};

/// Which call was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// `/v1/me`
    Me,
    /// `/v1/models`
    Models,
    /// `/v1/organization/admin_api_keys`
    AdminKeys,
    /// `whoami` of Codex's accounts
    Whoami,
}

/// What an answer means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// This.
    Is(Liveness),
    /// The key is to be asked about in another region.
    OtherRegion,
}

/// One row: when it fits, and what it means then.
#[derive(Debug)]
pub struct Row {
    /// What an answer has to be.
    pub when: When,
    /// What it means.
    pub means: Meaning,
}

/// What an answer has to be. An empty list asks for nothing.
#[derive(Debug)]
pub struct When {
    /// One of these statuses.
    pub status: &'static [u16],
    /// One of these codes; one that begins with `*` is an ending.
    pub code: &'static [&'static str],
    /// One of these types.
    pub kind: &'static [&'static str],
    /// One of these texts in the message, in any case of letters.
    pub says: &'static [&'static str],
    /// What is known of the key that the message shows.
    pub echo: Echo,
}

/// The key that an error shows, masked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Echo {
    /// Whichever.
    Any,
    /// It is ours, by what its mask shows.
    Ours,
}

const ANY: When = When { status: &[], code: &[], kind: &[], says: &[], echo: Echo::Any };

const fn live(live: Live, when: When) -> Row {
    Row { when, means: Meaning::Is(Liveness::Live(live)) }
}

const fn dead(dead: Dead, when: When) -> Row {
    Row { when, means: Meaning::Is(Liveness::Dead(dead)) }
}

const fn unknown(why: Unknown, when: When) -> Row {
    Row { when, means: Meaning::Is(Liveness::Unknown(why)) }
}

/// What is said of a key that OpenAI does not know.
const INCORRECT: &[&str] = &["incorrect api key provided", "invalid api key"];

/// The table.
pub const ROWS: &[Row] = &[
    // The key works, and something else is missing: these come first, because their statuses are those of dead keys.
    live(Live::Restricted, When { status: &[401, 403], says: &["insufficient permissions", "missing scopes:"], ..ANY }),
    live(Live::Restricted, When { status: &[401, 403], code: &["missing_scope", "insufficient_permissions"], ..ANY }),
    live(Live::IpLocked, When { status: &[401, 403], code: &["ip_not_authorized"], ..ANY }),
    unknown(
        Unknown::Certificate,
        When { status: &[400, 401, 403], says: &["client certificate", "mutual tls", "mtls"], ..ANY },
    ),
    Row { when: When { code: &["incorrect_hostname"], ..ANY }, means: Meaning::OtherRegion },
    live(Live::Full, When { status: &[401, 403], code: &["mismatched_organization", "mismatched_project"], ..ANY }),
    // The account.
    dead(Dead::AccountClosed, When { status: &[401, 403], code: &["account_deactivated"], ..ANY }),
    dead(Dead::Terminated, When { status: &[401, 403, 429], kind: &["access_terminated"], ..ANY }),
    dead(Dead::Terminated, When { status: &[401, 403, 429], code: &["access_terminated"], ..ANY }),
    dead(Dead::NoOrganization, When { status: &[401, 403], says: &["must be a member of an organization"], ..ANY }),
    unknown(Unknown::Country, When { status: &[401, 403], code: &["unsupported_country_region_territory"], ..ANY }),
    live(
        Live::Unfunded,
        When {
            status: &[400, 402, 403, 429],
            code: &[
                "insufficient_quota",
                "credit_balance_exhausted",
                "billing_not_active",
                "billing_hard_limit_reached",
                "*_spend_limit_exceeded",
                "*_usage_limit_exceeded",
            ],
            ..ANY
        },
    ),
    live(Live::Unfunded, When { status: &[402, 403, 429], kind: &["insufficient_quota"], ..ANY }),
    // Tokens of OAuth.
    dead(Dead::Expired, When { status: &[401], code: &["token_expired"], ..ANY }),
    dead(Dead::Revoked, When { status: &[401], code: &["token_revoked", "token_invalidated"], ..ANY }),
    // The key itself. Proxies and failures have answered for other keys than the one that was sent, so the one that is
    // shown has to be ours.
    dead(Dead::Refused, When { status: &[401], code: &["invalid_api_key"], says: INCORRECT, echo: Echo::Ours, ..ANY }),
    unknown(Unknown::OtherKey, When { status: &[401], code: &["invalid_api_key"], ..ANY }),
    unknown(Unknown::OtherKey, When { status: &[401], says: INCORRECT, ..ANY }),
    // Not now.
    unknown(Unknown::RateLimited, When { status: &[429], ..ANY }),
];

/// What an answer to `call` means for the key that was sent.
#[must_use]
pub fn meaning(answer: &Answer, call: Call, secret: &Secret) -> Meaning {
    let unknown = |why| Meaning::Is(Liveness::Unknown(why));
    let status = answer.status();
    let body = answer.json().filter(Value::is_object);
    match (&body, status) {
        (Some(body), 200) if call.is_answered_by(body) => return Meaning::Is(Liveness::Live(Live::Full)),
        (_, 500..) => return unknown(Unknown::Outage(status)),
        (_, 200) => return unknown(Unknown::NotTheIssuer),
        // A gateway may not have this call; the next one is for all.
        (_, 404 | 405) if call == Call::Me => return unknown(Unknown::Unfamiliar(status, String::new())),
        _ => {}
    }
    let Some(error) = body.as_ref().and_then(|body| body.get("error")).filter(|error| error.is_object()) else {
        return unknown(if status == 429 { Unknown::RateLimited } else { Unknown::NotTheIssuer });
    };
    let text = |name| error.get(name).and_then(Value::as_str).unwrap_or_default();
    let (code, kind, message) = (text("code"), text("type"), text("message"));
    let ours = shown_key(message).is_some_and(|shown| secret.is_shown_as(shown, ShownLength::Any));
    let said = Said { status, code, kind, message: message.to_lowercase(), ours };
    let unfamiliar = || {
        let name = if code.is_empty() { kind } else { code };
        let name =
            name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')).take(60).collect();
        unknown(Unknown::Unfamiliar(status, name))
    };
    ROWS.iter().find(|row| row.when.fits(&said)).map_or_else(unfamiliar, |row| row.means.clone())
}

/// What an error says.
struct Said<'a> {
    status: u16,
    code: &'a str,
    kind: &'a str,
    message: String,
    ours: bool,
}

impl When {
    fn fits(&self, said: &Said<'_>) -> bool {
        let is_code = |code: &&str| match code.strip_prefix('*') {
            Some(ending) => said.code.ends_with(ending),
            None => said.code == *code,
        };
        (self.status.is_empty() || self.status.contains(&said.status))
            && (self.code.is_empty() || self.code.iter().any(is_code))
            && (self.kind.is_empty() || self.kind.contains(&said.kind))
            && (self.says.is_empty() || self.says.iter().any(|text| said.message.contains(text)))
            && (self.echo == Echo::Any || said.ours)
    }
}

impl Call {
    /// Whether this is the body of a good answer: a gateway's login page and an empty object are none.
    fn is_answered_by(self, body: &Value) -> bool {
        let is = |name: &str, value: &str| body.get(name).and_then(Value::as_str) == Some(value);
        match self {
            Self::Me => is("object", "user") || body.get("orgs").is_some_and(Value::is_object),
            Self::Models | Self::AdminKeys => is("object", "list") && body.get("data").is_some_and(Value::is_array),
            Self::Whoami => {
                body.get("error").is_none_or(Value::is_null) && body.as_object().is_some_and(|all| !all.is_empty())
            }
        }
    }
}

/// The masked key in `Incorrect API key provided: sk-proj-****abcd. You can find …`.
fn shown_key(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("provided: ")?;
    let shown = rest.split_whitespace().next()?;
    Some(shown.trim_end_matches(['.', ',']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_that_an_error_shows_is_read_from_its_message() {
        let message = "Incorrect API key provided: sk-proj-****abcd. You can find your API key at https://x.";
        assert_eq!(shown_key(message), Some("sk-proj-****abcd"));
        assert_eq!(shown_key("Incorrect API key provided: sk-...abcd."), Some("sk-...abcd"));
        assert_eq!(shown_key("You didn't provide an API key."), None);
    }
}
