//! What a rule file says of how a secret is made to end at its issuer: part of [`super::spec`], and like it compiled twice.

use serde::{Deserialize, Serialize};

/// A call by which a secret ends that whoever holds it may make: a closed set of forms, each done in `respond::submit`. It
/// stands in a rule (`[rule.revoke]`), or once for all rules of a file (`[revoke]`, above the first `[[rule]]`).
///
/// ```toml
/// [rule.revoke]
/// call = { delete = "personal_access_tokens/self" } # or { post = "credentials/revoke" }, behind the site's address
/// secret = { header = "private-token" }             # or "bearer", { field = "token" }, { list = "credentials" }
/// done = [204]                                      # the statuses that say that it was done, or taken to be done
/// has = "/revoked"                                  # and what the answer holds then, where it says more
/// effect = "What else happens, in a sentence."
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevokeSpec {
    /// The call.
    pub call: RevokeCallSpec,
    /// The site, by its id in `issuer::site`, if it is not called as the provider; it has to be the provider's own.
    #[serde(default)]
    pub site: Option<String>,
    /// Where the secret goes.
    pub secret: CarrySpec,
    /// Headers that the call needs: name and value.
    #[serde(default)]
    pub with: Vec<(String, String)>,
    /// What else the body says: name and text.
    #[serde(default)]
    pub fields: Vec<(String, String)>,
    /// The statuses that say that it was done.
    pub done: Vec<u16>,
    /// A JSON pointer (RFC 6901) to something that the answer holds then, neither missing, null nor false.
    #[serde(default)]
    pub has: Option<String>,
    /// What else happens, for a person who decides.
    pub effect: String,
}

/// The call that ends a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RevokeCallSpec {
    /// `DELETE` of this path.
    Delete(String),
    /// `POST` to this path.
    Post(String),
}

impl RevokeCallSpec {
    /// The path behind the site's address.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::Delete(path) | Self::Post(path) => path,
        }
    }
}

/// Where the secret goes: into a header or the body, never into an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CarrySpec {
    /// `Authorization: Bearer …`
    Bearer,
    /// A header of its own.
    Header(String),
    /// A field of the JSON body; nobody logs in.
    Field(String),
    /// The one entry of a list in the JSON body; nobody logs in.
    List(String),
}
