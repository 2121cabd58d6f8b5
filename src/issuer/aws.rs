//! Signature Version 4 of AWS: a request is signed with a secret access key, which itself goes nowhere.
//!
//! Only what is needed to ask: `GET`, no body, in the region that a site belongs to. Source: "Create a signed AWS API
//! request" in the IAM User Guide; the tests are AWS's own signature test suite.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use ureq::http::Uri;
use zeroize::Zeroizing;

use crate::words::{Date, Secret, hex};

/// Which region each site of AWS signs for. Where none is named it is the first.
const REGIONS: &[(&str, &str)] = &[("aws", "us-east-1"), ("aws-cn", "cn-north-1"), ("aws-gov", "us-gov-west-1")];

/// What signs a request.
pub(super) struct Signer<'a> {
    pub(super) id: &'a Secret,
    pub(super) secret: &'a Secret,
    pub(super) token: Option<&'a Secret>,
    pub(super) service: &'a str,
}

/// The headers of a signature, name and value.
pub(super) type Headers = Vec<(&'static str, Zeroizing<Vec<u8>>)>;

/// The region of a site.
pub(super) fn region(site: &str) -> &'static str {
    REGIONS.iter().find(|(id, _)| *id == site).map_or(REGIONS[0].1, |(_, region)| region)
}

impl Signer<'_> {
    /// The headers that sign a `GET` of this address at this time, in seconds of Unix time.
    #[expect(clippy::disallowed_methods, reason = "here a secret access key becomes a signature for its issuer")]
    pub(super) fn headers(&self, uri: &Uri, region: &str, now: u64) -> Headers {
        let stamp = Date::new(now as i64).iso().replace(['-', ':'], "") + "Z";
        let (day, host) = (&stamp[..8], uri.authority().map_or("", |authority| authority.as_str()));
        let mut headers: Headers = vec![("host", bytes(host.as_bytes())), ("x-amz-date", bytes(stamp.as_bytes()))];
        headers.extend(self.token.map(|token| ("x-amz-security-token", bytes(token.expose()))));
        let names = headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");

        let mut request = Zeroizing::new(format!("GET\n{}\n{}\n", uri.path(), sorted(uri.query())).into_bytes());
        for (name, value) in &headers {
            request.extend([name.as_bytes(), b":", value, b"\n"].concat());
        }
        request.extend(format!("\n{names}\n{}", hex(&Sha256::digest(b""))).into_bytes());

        let scope = format!("{day}/{region}/{}/aws4_request", self.service);
        let text = format!("AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{}", hex(&Sha256::digest(&*request)));
        let mut key = Zeroizing::new([b"AWS4", self.secret.expose()].concat());
        for part in [day, region, self.service, "aws4_request"] {
            key = mac(&key, part.as_bytes());
        }
        let signature = hex(&mac(&key, text.as_bytes()));
        let credential = [b"AWS4-HMAC-SHA256 Credential=", self.id.expose(), b"/", scope.as_bytes()].concat();
        let rest = format!(", SignedHeaders={names}, Signature={signature}");
        headers.push(("authorization", Zeroizing::new([&credential[..], rest.as_bytes()].concat())));
        headers
    }
}

/// The parameters as they are signed: sorted. They are escaped already.
fn sorted(query: Option<&str>) -> String {
    let mut parameters: Vec<&str> = query.unwrap_or_default().split('&').collect();
    parameters.sort_unstable();
    parameters.join("&")
}

fn mac(key: &[u8], text: &[u8]) -> Zeroizing<Vec<u8>> {
    // HMAC takes keys of any length, so there is always one.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Zeroizing::default() };
    mac.update(text);
    Zeroizing::new(mac.finalize().into_bytes().to_vec())
}

fn bytes(text: &[u8]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(text.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2015-08-30 12:36:00 UTC, the time of the suite.
    const TIME: u64 = 1_440_938_160;

    #[track_caller]
    fn signature(uri: &str, token: Option<&str>) -> (String, String) {
        let secret = Secret::new(["wJalrXUtnFEMI", "/K7MDENG+bPxRfiCY", "EXAMPLEKEY"].concat().as_bytes());
        let (id, token) = (Secret::new(b"AKIDEXAMPLE"), token.map(|token| Secret::new(token.as_bytes())));
        let signer = Signer { id: &id, secret: &secret, token: token.as_ref(), service: "service" };
        let headers = signer.headers(&uri.parse().unwrap(), "us-east-1", TIME);
        let value = String::from_utf8(headers.last().unwrap().1.to_vec()).unwrap();
        let (head, signature) = value.split_once(", Signature=").unwrap();
        (head.to_owned(), signature.to_owned())
    }

    /// The cases of aws-sig-v4-test-suite that are a `GET` without headers of their own: get-vanilla,
    /// get-vanilla-query-order-key-case.
    #[test]
    fn signatures_are_those_of_the_suite() {
        let (head, plain) = signature("https://example.amazonaws.com/", None);
        let scope = "Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request";
        assert_eq!(head, format!("AWS4-HMAC-SHA256 {scope}, SignedHeaders=host;x-amz-date"));
        assert_eq!(plain, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
        let (_, query) = signature("https://example.amazonaws.com/?Param2=value2&Param1=value1", None);
        assert_eq!(query, "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
    }
}
