//! Passwords of URLs and of logins in base64: what stands there is a password, unless it is a placeholder or opens nothing
//! but this machine. Nobody writes a name or a reference there, so that a word may be one.

use base64::alphabet;
use base64::engine::{DecodePaddingMode, Engine, GeneralPurpose, GeneralPurposeConfig};

use super::letters::{Word, may_stand_in, words};
use crate::words::Noise;

/// Standard base64, with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Hosts of which a password opens nothing elsewhere.
const LOCAL: &[&str] = &[
    "localhost",
    "127.",
    "0.0.0.0",
    "[::1]",
    "host.docker.internal",
    "example.",
    "192.0.2.",
    "198.51.100.",
    "203.0.113.",
    "10.0.0.1:",
    "host:",
    "host/",
    "hostname",
    "server:",
    "server/",
    "myserver",
    "myhost",
    "db:",
    "db/",
    "database:",
];

/// Ends of hosts that are examples by RFC 2606 and 6761.
const EXAMPLES: &[&str] =
    &[".example", ".test", ".invalid", ".localhost", ".local", "example.com", "example.org", "example.net"];

/// Words that are the whole of a placeholder in a URL, or stand in one.
pub(super) const URL_WORDS: &[Word] = &words([
    "password",
    "passwd",
    "secret",
    "changeme",
    "example",
    "your",
    "redacted",
    "placeholder",
    "xxxx",
    "****",
    "token",
]);

/// Whole passwords of URLs that everybody writes there.
const URL_WHOLE: &[&str] = &[
    "pass",
    "pwd",
    "pw",
    "test",
    "user",
    "admin",
    "root",
    "guest",
    "postgres",
    "mysql",
    "redis",
    "foo",
    "bar",
    "baz",
    "abc",
    "abcd",
    "123",
    "1234",
    "12345",
    "123456",
    "key",
    "p",
    "pswd",
    "mypass",
    "demo",
    "local",
    "dev",
    "none",
    "null",
    "docker",
    "hunter2",
    "hello",
    "world",
    "default",
    "sa",
    "me",
    "bob",
    "alice",
    "api_key",
    "apikey",
    "auth",
    "access_token",
    "%s",
    "x",
];

/// Why the password of a URL is none; `before` is the URL up to it.
pub(super) fn noise(value: &[u8], before: &[u8]) -> Option<Noise> {
    let user = before.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
    let user = user.strip_suffix(b":").unwrap_or(user);
    let lower = value.to_ascii_lowercase();
    let said = may_stand_in(URL_WORDS, &lower).find(|word| memchr::memmem::find(&lower, word.as_bytes()).is_some());
    if let Some(word) = said.or_else(|| URL_WHOLE.iter().copied().find(|word| lower == word.as_bytes())) {
        return Some(Noise::Word(word));
    }
    if user.eq_ignore_ascii_case(value) {
        return Some(Noise::Word("user"));
    }
    if lower.starts_with(b"pass%") || lower.starts_with(b"user%") {
        return Some(Noise::Word("pass"));
    }
    let same = value.windows(4).any(|four| four.iter().all(|byte| *byte == four[0]));
    let odd = value
        .iter()
        .any(|byte| !byte.is_ascii_graphic() || matches!(byte, b'{' | b'}' | b'(' | b')' | b'[' | b']' | b'\\' | b'|'));
    if odd {
        return Some(Noise::Identifier);
    }
    same.then_some(Noise::Repetitive)
}

/// The word that says that a host is this machine or an example; `rest` begins with the host.
pub(super) fn is_local(rest: &[u8]) -> Option<&'static str> {
    let ends =
        |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>' | b',' | b'?');
    let host = &rest[..rest.iter().take(256).position(ends).unwrap_or(rest.len().min(256))];
    let lower = host.to_ascii_lowercase();
    let name = lower.split(|byte| matches!(byte, b':' | b'/')).next().unwrap_or_default();
    let local = LOCAL.iter().find(|local| lower.starts_with(local.as_bytes()));
    let reference = matches!(host.first(), None | Some(b'$' | b'{' | b'%' | b'(' | b'*' | b'.'));
    let single = !name.contains(&b'.');
    local
        .or_else(|| EXAMPLES.iter().find(|end| name.ends_with(end.as_bytes())))
        .copied()
        .or_else(|| (reference || single).then_some("localhost"))
}

/// Why base64 of `user:password` is none.
pub(super) fn basic_auth(value: &[u8]) -> Option<Noise> {
    let Ok(text) = BASE64.decode(value) else { return Some(Noise::Identifier) };
    let Some(colon) = text.iter().position(|&byte| byte == b':') else { return Some(Noise::Identifier) };
    let readable = text.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ');
    let (user, password) = (&text[..colon], &text[colon + 1..]);
    if !readable || user.is_empty() || password.len() < 4 {
        return Some(Noise::Identifier);
    }
    if user == password {
        return Some(Noise::Word("user"));
    }
    noise(password, user) // base64 hides it, so that nobody would write a name there
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_hosts_and_examples_are_known() {
        for host in
            ["localhost:5432/x", "127.0.0.1/x", "db:5432", "example.com/x", "h.example.org", "${HOST}/x", "mongo/"]
        {
            assert!(is_local(host.as_bytes()).is_some(), "{host}");
        }
        for host in ["db.acme.io:5432/x", "10.2.3.4/x", "cluster0.abcd.mongodb.net"] {
            assert_eq!(is_local(host.as_bytes()), None, "{host}");
        }
    }
}
