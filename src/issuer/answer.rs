//! An `Answer`: status, headers and a body of bounded size. What it holds may be a secret (a new key), so it is not shown
//! by `Debug` and is wiped when dropped.

use std::fmt;

use serde_json::Value;
use ureq::http::HeaderMap;
use zeroize::Zeroize;

use crate::words::Secret;

/// What a site answered.
pub struct Answer {
    pub(super) status: u16,
    pub(super) headers: Box<HeaderMap>,
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// An answer as it would come over the wire: for the tables of decisions, which are tested without a network.
    #[must_use]
    pub fn new(status: u16, headers: HeaderMap, body: Vec<u8>) -> Self {
        Self { status, headers: headers.into(), body }
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Whether it is a 2xx.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// A header's value, if it is there and is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as JSON, whatever type it says it has.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// The body.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// A secret in the body, by its JSON pointer: a key that was just made.
    #[must_use]
    pub fn secret(&self, pointer: &str) -> Option<Secret> {
        let body = self.json()?;
        let text = body.pointer(pointer)?.as_str()?;
        Some(Secret::new(text.as_bytes()))
    }

    /// The issuer's own name for this request, which its support asks for.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        ["x-request-id", "request-id", "x-github-request-id", "x-amzn-requestid"]
            .iter()
            .find_map(|name| self.header(name))
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.body.zeroize();
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer({}, {} bytes)", self.status, self.body.len())
    }
}
