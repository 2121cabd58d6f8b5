//! A `Companion` is the other part of a credential that opens nothing by itself: the access key id beside a secret access
//! key, the public key beside a secret one. A sighting has those that stand near it, so that its issuer can be asked.

use std::sync::Arc;

use super::Secret;

/// What stands near a secret and may belong to it. It goes to the secret's own issuer and nowhere else, and is hidden like
/// it wherever lines are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Companion {
    /// Which part it is, as its rule calls it: `access-key-id`.
    pub part: Arc<str>,
    /// The part itself.
    pub secret: Secret,
}
