//! JSON Web Tokens, read without a key: what their payload claims and when it ends (RFC 7519).

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

/// Seconds after `exp` for which a token is still taken as alive: clocks differ.
const GRACE: u64 = 3600;

/// The claims of a token's payload.
fn claims(token: &[u8]) -> Option<Map<String, Value>> {
    let payload = token.split(|&byte| byte == b'.').nth(1)?;
    let json = BASE64_URL_SAFE_NO_PAD.decode(payload).ok()?;
    serde_json::from_slice(&json).ok()
}

/// Whether the payload has this claim.
pub(in crate::engine) fn has_claim(token: &[u8], claim: &str) -> bool {
    claims(token).is_some_and(|claims| claims.contains_key(claim))
}

/// Whether the token says that it has expired, `now` being seconds of Unix time.
pub(in crate::engine) fn is_expired(token: &[u8], now: u64) -> bool {
    let expires = claims(token).and_then(|claims| claims.get("exp")?.as_u64());
    expires.is_some_and(|exp| exp.saturating_add(GRACE) < now)
}

/// The signature: the part that no template has right.
pub(in crate::engine) fn signature(token: &[u8]) -> &[u8] {
    token.rsplit(|&byte| byte == b'.').next().unwrap_or_default()
}
