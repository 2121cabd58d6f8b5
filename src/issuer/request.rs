//! A `Request`: what is asked of a site, with which credential. Built from parts that are escaped, so that nothing in them
//! can make another path of it.

use serde_json::Value;
use ureq::http::{HeaderName, HeaderValue, Method};

use super::site::Site;
use crate::words::Secret;

/// How a request says who asks.
#[derive(Clone, Debug)]
pub enum Credential<'a> {
    /// It does not.
    None,
    /// `Authorization: Bearer …`
    Bearer(&'a Secret),
    /// A header of its own: `x-api-key: …`.
    Header {
        /// The header.
        name: &'a str,
        /// The secret.
        secret: &'a Secret,
    },
    /// `Authorization: <scheme> …`
    Scheme {
        /// What stands before the secret.
        scheme: &'a str,
        /// The secret.
        secret: &'a Secret,
    },
    /// `Authorization: Basic …`
    Basic {
        /// The name.
        user: &'a Secret,
        /// The password; may be empty.
        password: &'a Secret,
    },
    /// The body is a form, and the secret its one field.
    Form {
        /// The field.
        field: &'a str,
        /// The secret.
        secret: &'a Secret,
    },
    /// `Authorization: AWS4-HMAC-SHA256 …`: a signature that the secret makes and does not stand in.
    Aws {
        /// The access key id.
        id: &'a Secret,
        /// The secret access key.
        secret: &'a Secret,
        /// The session token, of temporary keys.
        token: Option<&'a Secret>,
        /// The service: `sts`.
        service: &'a str,
    },
    /// Nobody logs in; the secret is what the JSON body is about: `{"token": "…"}`.
    Body {
        /// The field.
        field: &'a str,
        /// The secret.
        secret: &'a Secret,
        /// Whether the field is a list, of which the secret is the one entry.
        list: bool,
    },
}

/// How often a request may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tries {
    /// Twice more if it failed in a way that may pass: for what changes nothing, or may be said again.
    Thrice,
    /// Again only if it can't have arrived, or the site says that it did nothing (429).
    OnceArrived,
}

/// One request.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    pub(super) site: &'a Site,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) query: String,
    pub(super) credential: Credential<'a>,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) body: Option<Vec<u8>>,
    pub(super) tries: Tries,
}

impl<'a> Request<'a> {
    /// `GET` of a path that we wrote ourselves: `organization/projects`.
    #[must_use]
    pub fn get(site: &'a Site, path: &str, credential: Credential<'a>) -> Self {
        Self::new(Method::GET, Tries::Thrice, site, path, credential)
    }

    /// `DELETE`. What is already gone answers so, and can be asked for again.
    #[must_use]
    pub fn delete(site: &'a Site, path: &str, credential: Credential<'a>) -> Self {
        Self::new(Method::DELETE, Tries::OnceArrived, site, path, credential)
    }

    /// `POST` with a JSON body.
    #[must_use]
    pub fn post(site: &'a Site, path: &str, credential: Credential<'a>, body: &Value) -> Self {
        Self::post_text(site, path, credential, Some(body.to_string()))
    }

    /// `POST` with a body that is JSON already, or with none but what the credential makes.
    #[must_use]
    pub fn post_text(site: &'a Site, path: &str, credential: Credential<'a>, body: Option<String>) -> Self {
        let mut request = Self::new(Method::POST, Tries::OnceArrived, site, path, credential);
        request.body = body.map(String::into_bytes);
        request
    }

    /// `POST` without a body, unless the credential is one.
    #[must_use]
    pub fn post_nothing(site: &'a Site, path: &str, credential: Credential<'a>) -> Self {
        Self::new(Method::POST, Tries::OnceArrived, site, path, credential)
    }

    fn new(method: Method, tries: Tries, site: &'a Site, path: &str, credential: Credential<'a>) -> Self {
        let path = format!("/{}", path.trim_matches('/'));
        let (query, headers, body) = (String::new(), Vec::new(), None);
        Self { site, method, path, query, credential, headers, body, tries }
    }

    /// One more segment of the path, whatever stands in it: an id from an answer.
    #[must_use]
    pub fn then(mut self, segment: &str) -> Self {
        self.path.push('/');
        escape(segment.as_bytes(), &mut self.path);
        self
    }

    /// A parameter.
    #[must_use]
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.query.push(if self.query.is_empty() { '?' } else { '&' });
        escape(name.as_bytes(), &mut self.query);
        self.query.push('=');
        escape(value.as_bytes(), &mut self.query);
        self
    }

    /// A header without a secret in it, such as a version. One that can't be sent is left out.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
            self.headers.push((name, value));
        }
        self
    }

    /// How often it may be made.
    #[must_use]
    pub fn tries(mut self, tries: Tries) -> Self {
        self.tries = tries;
        self
    }

    /// Where it goes.
    #[must_use]
    pub fn site(&self) -> &'a Site {
        self.site
    }

    /// The same request to another site.
    #[must_use]
    pub fn at(mut self, site: &'a Site) -> Self {
        self.site = site;
        self
    }
}

/// Writes text so that it is one segment of a path, or one part of a query (RFC 3986, unreserved characters).
pub(super) fn escape(text: &[u8], out: &mut String) {
    use std::fmt::Write;
    // Two dots would lead a path upwards, even escaped.
    let dots = !text.is_empty() && text.iter().all(|&byte| byte == b'.');
    for &byte in text {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'~' => out.push(char::from(byte)),
            b'.' if !dots => out.push('.'),
            b'.' => out.push_str("%252E"),
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::issuer::site;

    #[test]
    fn no_part_of_a_request_can_lead_elsewhere() {
        let request = Request::get(site("openai").unwrap(), "organization/projects", Credential::None)
            .then("proj_1/../../x?y#z")
            .then("..")
            .query("after", "a&b=c d");
        assert_eq!(request.path, "/organization/projects/proj_1%2F..%2F..%2Fx%3Fy%23z/%252E%252E");
        assert_eq!(request.query, "?after=a%26b%3Dc%20d");
    }
}
