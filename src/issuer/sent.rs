//! A request as it goes out, with the secret in it: the one place where a secret is read.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ureq::http::header::{AUTHORIZATION, CONTENT_TYPE};
use ureq::http::{HeaderMap, HeaderName, HeaderValue, Request as HttpRequest, Uri};
use zeroize::Zeroizing;

use super::aws::{Signer, region};
use super::failure::Failure;
use super::request::{Credential, Request, escape};
use crate::words::Secret;

/// The request as it goes out at this time, in seconds of Unix time.
pub(super) fn build(base: &str, request: &Request<'_>, now: u64) -> Result<HttpRequest<Vec<u8>>, Failure> {
    let uri: Uri = format!("{base}{}{}", request.path, request.query).parse().map_err(|_| Failure::Unsendable)?;
    let mut headers: HeaderMap = request.headers.iter().cloned().collect();
    let mut body = request.body.clone().unwrap_or_default();
    if request.body.is_some() || matches!(request.credential, Credential::Body { .. }) {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    match &request.credential {
        Credential::Form { field, secret } => {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
            body = form(field, secret);
        }
        Credential::Body { field, secret, list } => {
            body = with_secret(request.body.as_deref(), field, secret, *list)?;
        }
        Credential::Aws { id, secret, token, service } => {
            let signer = Signer { id, secret, token: *token, service };
            for (name, value) in signer.headers(&uri, region(&request.site.id), now) {
                headers.insert(HeaderName::from_static(name), hidden(&value)?);
            }
        }
        simple => headers.extend(credential(simple)?),
    }
    let mut http = HttpRequest::builder().method(request.method.clone()).uri(uri);
    if let Some(all) = http.headers_mut() {
        *all = headers;
    }
    http.body(body).map_err(|_| Failure::Unsendable)
}

/// The header that says who asks.
#[expect(clippy::disallowed_methods, reason = "the one place where a secret becomes part of a request to its issuer")]
fn credential(credential: &Credential<'_>) -> Result<Option<(HeaderName, HeaderValue)>, Failure> {
    let (name, value) = match credential {
        Credential::None | Credential::Form { .. } | Credential::Body { .. } | Credential::Aws { .. } => {
            return Ok(None);
        }
        Credential::Bearer(secret) => (AUTHORIZATION, joined(b"Bearer ", secret)),
        Credential::Header { name, secret } => {
            (HeaderName::from_bytes(name.as_bytes()).map_err(|_| Failure::Unsendable)?, joined(b"", secret))
        }
        Credential::Scheme { scheme, secret } => (AUTHORIZATION, joined(format!("{scheme} ").as_bytes(), secret)),
        Credential::Basic { user, password } => {
            let pair = Zeroizing::new([user.expose(), b":", password.expose()].concat());
            let encoded = Zeroizing::new(STANDARD.encode(&*pair));
            (AUTHORIZATION, Zeroizing::new([b"Basic ", encoded.as_bytes()].concat()))
        }
    };
    Ok(Some((name, hidden(&value)?)))
}

/// A value that no log shows.
fn hidden(value: &[u8]) -> Result<HeaderValue, Failure> {
    let mut value = HeaderValue::from_bytes(value).map_err(|_| Failure::Unsendable)?;
    value.set_sensitive(true);
    Ok(value)
}

#[expect(clippy::disallowed_methods, reason = "the one place where a secret becomes part of a request to its issuer")]
fn joined(before: &[u8], secret: &Secret) -> Zeroizing<Vec<u8>> {
    Zeroizing::new([before, secret.expose()].concat())
}

/// A JSON object with one field more, which holds the secret.
#[expect(clippy::disallowed_methods, reason = "the one place where a secret becomes part of a request to its issuer")]
fn with_secret(object: Option<&[u8]>, field: &str, secret: &Secret, list: bool) -> Result<Vec<u8>, Failure> {
    let text = str::from_utf8(secret.expose()).map_err(|_| Failure::Unsendable)?;
    let quote = |text: &str| serde_json::to_vec(text).map(Zeroizing::new).map_err(|_| Failure::Unsendable);
    let (name, quoted) = (quote(field)?, quote(text)?);
    let start = object.unwrap_or(b"{}").strip_suffix(b"}").ok_or(Failure::Unsendable)?;
    let comma: &[u8] = if start == b"{" { b"" } else { b"," };
    let (open, close): (&[u8], &[u8]) = if list { (b":[", b"]}") } else { (b":", b"}") };
    Ok([start, comma, &name, open, &quoted, close].concat())
}

/// A form with one field.
#[expect(clippy::disallowed_methods, reason = "the one place where a secret becomes part of a request to its issuer")]
fn form(field: &str, secret: &Secret) -> Vec<u8> {
    let mut text = format!("{field}=");
    escape(secret.expose(), &mut text);
    text.into_bytes()
}
