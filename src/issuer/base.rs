//! Another address for a site, from the person who runs the program: a gateway, or a server in a test.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use ureq::http::Uri;

/// `PROVIDER=URL`: requests to this site go there instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    /// The site's id.
    pub site: String,
    /// What paths are put behind; no slash at its end.
    pub url: String,
}

/// Why it is no such address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadBase {
    /// There is no `=`.
    #[error("write PROVIDER=URL, such as openai=https://gateway.example.com/v1")]
    Form,
    /// It is no URL.
    #[error("{0:?} is no URL; write one such as https://gateway.example.com/v1")]
    Url(String),
    /// It has more than a scheme, a host, a port and a path.
    #[error("a base URL has no user, query or fragment; write only scheme, host and path")]
    More,
    /// It is not encrypted.
    #[error("{0} is not encrypted: write https://; plain http is for this machine only (127.0.0.1, [::1], localhost)")]
    Plain(String),
}

impl FromStr for BaseUrl {
    type Err = BadBase;

    fn from_str(text: &str) -> Result<Self, BadBase> {
        let (site, url) = text.split_once('=').ok_or(BadBase::Form)?;
        let (site, url) = (site.trim(), url.trim().trim_end_matches('/'));
        if site.is_empty() || !site.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Err(BadBase::Form);
        }
        let uri: Uri = url.parse().map_err(|_| BadBase::Url(url.to_owned()))?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(BadBase::Url(url.to_owned()));
        };
        if authority.as_str().contains('@') || uri.query().is_some() || url.contains('#') {
            return Err(BadBase::More);
        }
        match scheme {
            "https" => {}
            "http" if is_loopback(authority.host()) => {}
            "http" => return Err(BadBase::Plain(url.to_owned())),
            _ => return Err(BadBase::Url(url.to_owned())),
        }
        Ok(Self { site: site.to_owned(), url: url.to_owned() })
    }
}

/// Whether a host is this machine.
pub(super) fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || bare.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || bare.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback())
}

/// Whether a URL leads to this machine.
pub(super) fn leads_here(url: &str) -> bool {
    url.parse::<Uri>().ok().and_then(|uri| uri.host().map(is_loopback)).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for good in [
            "openai=http://127.0.0.1:8080/v1",
            "openai=http://[::1]:80",
            "openai=http://localhost/",
            "acme-eu=https://gateway.example.com/v1",
        ] {
            assert!(good.parse::<BaseUrl>().is_ok(), "{good}");
        }
        for bad in [
            "http://127.0.0.1",
            "=https://example.com",
            "openai=http://example.com",
            "openai=http://127.0.0.1.example.com",
            "openai=http://127.0.0.1@example.com",
            "openai=https://user:word@example.com",
            "openai=https://example.com/?a=b",
            "openai=https://example.com/#x",
            "openai=ftp://127.0.0.1",
            "openai=example.com",
            "openai=",
        ] {
            assert!(bad.parse::<BaseUrl>().is_err(), "{bad}");
        }
        assert_eq!("openai=https://a.example/v1/".parse::<BaseUrl>().unwrap().url, "https://a.example/v1");
    }
}
