//! User information: the part of a URL between `://` and `@`, in which a password may stand behind a `:` (RFC 3986,
//! section 3.2.1).

use std::ops::Range;

use memchr::{memchr, memrchr};

use super::byte_kinds::ByteKinds;
use super::password::may_be_literal;

/// How long the scheme of a URL is at most, and the part between `://` and the path.
const LONGEST_SCHEME: usize = 24;
const LONGEST_AUTHORITY: usize = 256;

/// What the scheme of a URL is made of.
const IN_SCHEME: u8 = 1;
/// What stands behind the part of a URL that may have a password.
const PAST_AUTHORITY: u8 = 1 << 1;

static KINDS: ByteKinds =
    ByteKinds::of(&[(IN_SCHEME, b"abcdefghijklmnopqrstuvwxyz0123456789+-"), (PAST_AUTHORITY, b" \t\n\x0c\r/\"'`<>?#")]);

/// The scheme of the URL whose `://` stands at `at`.
pub(super) fn scheme(text: &[u8], at: usize) -> Range<usize> {
    let near = text[at.saturating_sub(LONGEST_SCHEME)..at].iter().rev();
    let length = near.take_while(|&&byte| KINDS.has(byte, IN_SCHEME)).count();
    at - length..at
}

/// The password and the end (past the `@`) of the URL whose `://` stands at `at`, if it has a password.
pub(super) fn in_url(text: &[u8], at: usize) -> Option<(Range<usize>, usize)> {
    let begin = at + 3;
    let rest = &text[begin..text.len().min(begin + LONGEST_AUTHORITY)];
    let end = rest.iter().position(|&byte| KINDS.has(byte, PAST_AUTHORITY)).unwrap_or(rest.len());
    let authority = &rest[..end];
    let sign = memrchr(b'@', authority)?;
    let colon = memchr(b':', &authority[..sign])?;
    let secret = begin + colon + 1..begin + sign;
    let literal = secret.len() >= 3 && secret.len() <= 200 && may_be_literal(&text[secret.clone()]);
    literal.then_some((secret, begin + sign + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_may_hold_a_password() {
        let read = |text: &'static str| {
            let at = text.find("://")?;
            let (secret, end) = in_url(text.as_bytes(), at)?;
            Some((&text[scheme(text.as_bytes(), at)], &text[secret], &text[end..]))
        };
        assert_eq!(read("x postgres://u:p4ss@h:5432/d"), Some(("postgres", "p4ss", "h:5432/d")));
        assert_eq!(read("'https://u:a@b@h'"), Some(("https", "a@b", "h'")));
        assert_eq!(read("mongodb+srv://u:p4ss@h/"), Some(("mongodb+srv", "p4ss", "h/")));
        for text in ["https://h/a@b:c", "https://u@h", "https://u:${P}@h", "https://h:80/x@y", "http://u:<pw>@h"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
