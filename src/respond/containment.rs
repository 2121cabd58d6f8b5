//! A `Containment`: what is taken from a key that is not deleted yet. Its scopes are replaced by fewer, or it expires soon, or
//! both. An empty list of scopes would give a key all of them, so a list of scopes can't be empty here.
//!
//! Facts: OpenAI's reference, "Update project API key" (`POST …/api_keys/{id}`, in openai-python since 3.30.0): `scopes`
//! replaces what the key has, `expires_in_seconds` counts from the request, from 1 to 31,536,000; what has expired can't be
//! changed any more.

use std::fmt;
use std::time::Duration;

use serde_json::{Value, json};

/// What reading everything is called.
const READ_ONLY: &str = "api.all.read";

/// The longest time until a key expires, in seconds: a year.
const LONGEST: u64 = 31_536_000;

/// Scopes of a key: never none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scopes {
    first: String,
    more: Vec<String>,
}

impl Scopes {
    /// To read, and nothing else.
    #[must_use]
    pub fn read_only() -> Self {
        Self { first: READ_ONLY.to_owned(), more: Vec::new() }
    }

    /// These; nothing if there are none, or one of them is no name of a scope (`api.model.read`).
    #[must_use]
    pub fn new(names: Vec<String>) -> Option<Self> {
        let is_name = |name: &String| {
            let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'_');
            name.contains('.') && name.bytes().all(plain) && name != "api.all"
        };
        let mut names = names.into_iter();
        let scopes = Self { first: names.next()?, more: names.collect() };
        let all_are = scopes.iter().all(is_name);
        all_are.then_some(scopes)
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.first).chain(&self.more)
    }

    /// Whether they only stand for reading, whatever the key could do before.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.first == READ_ONLY && self.more.is_empty()
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.first)?;
        self.more.iter().try_for_each(|name| write!(f, ", {name}"))
    }
}

/// How long a key may still live, counted from the request: a second at least, a year at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expiry(u32);

impl Expiry {
    /// So many seconds; nothing if an issuer takes no such time.
    #[must_use]
    pub fn new(seconds: u64) -> Option<Self> {
        (1..=LONGEST).contains(&seconds).then(|| u32::try_from(seconds).ok().map(Self)).flatten()
    }

    /// As seconds.
    #[must_use]
    pub fn seconds(self) -> u64 {
        self.0.into()
    }

    /// As a time.
    #[must_use]
    pub fn time(self) -> Duration {
        Duration::from_secs(self.0.into())
    }
}

/// What is taken from a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Containment {
    /// Its scopes become these.
    Scopes(Scopes),
    /// It expires.
    Expiry(Expiry),
    /// Both, at once.
    Both(Scopes, Expiry),
}

impl Containment {
    /// The scopes that it gets.
    #[must_use]
    pub fn scopes(&self) -> Option<&Scopes> {
        match self {
            Self::Scopes(scopes) | Self::Both(scopes, _) => Some(scopes),
            Self::Expiry(_) => None,
        }
    }

    /// How long it may live.
    #[must_use]
    pub fn expiry(&self) -> Option<Expiry> {
        match self {
            Self::Expiry(expiry) | Self::Both(_, expiry) => Some(*expiry),
            Self::Scopes(_) => None,
        }
    }

    /// What is sent. What is left out stays as it is.
    pub(super) fn body(&self) -> Value {
        let scopes = |scopes: &Scopes| scopes.iter().cloned().collect::<Vec<_>>();
        match self {
            Self::Scopes(names) => json!({ "scopes": scopes(names) }),
            Self::Expiry(expiry) => json!({ "expires_in_seconds": expiry.0 }),
            Self::Both(names, expiry) => json!({ "scopes": scopes(names), "expires_in_seconds": expiry.0 }),
        }
    }

    /// What of it can be taken back, and what can't.
    #[must_use]
    pub fn reversible(&self) -> &'static str {
        match self {
            Self::Scopes(_) => {
                "yes, by giving it scopes again; OpenAI does not tell which it has now, so note them first if that matters"
            }
            Self::Expiry(_) => "until it has expired, by another expiry; after that never",
            Self::Both(..) => {
                "until it has expired, by another expiry and scopes (OpenAI does not tell which it has now); after that never"
            }
        }
    }
}

/// `its scopes become api.all.read, and it expires in 3600 s`
impl fmt::Display for Containment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scopes(scopes) => write!(f, "its scopes become {scopes}"),
            Self::Expiry(expiry) => write!(f, "it expires in {} s", expiry.0),
            Self::Both(scopes, expiry) => write!(f, "its scopes become {scopes}, and it expires in {} s", expiry.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_list_of_scopes_can_not_be_sent() {
        assert_eq!(Scopes::new(Vec::new()), None);
        for bad in ["", " ", "all", "api.all", "API.model.read", "api.model.read,api.files.read"] {
            assert_eq!(Scopes::new(vec![bad.to_owned()]), None, "{bad}");
        }
        let scopes = Scopes::new(vec!["api.model.read".into(), "api.files.read".into()]).unwrap();
        assert_eq!(scopes.to_string(), "api.model.read, api.files.read");
        for containment in [Containment::Scopes(scopes.clone()), Containment::Both(scopes, Expiry::new(1).unwrap())] {
            assert_eq!(containment.body()["scopes"].as_array().unwrap().len(), 2);
        }
        assert!(Containment::Expiry(Expiry::new(60).unwrap()).body().get("scopes").is_none());
        assert_eq!([0, LONGEST + 1].map(Expiry::new), [None, None]);
    }
}
