//! The structure of OpenAI's `sk-` keys: two bodies of one length around the marker.
//!
//! Facts: the marker is base64 of "OpenAI" and stands in the middle of every key; seen lengths of the bodies are 20/20,
//! 45/46, 46/46, 57/58, 58/58, 59/60 and 74/74 (fixtures and public code of several scanners, one recorded answer of the
//! Admin API). No pair is required here, only the symmetry. In long keys the two bodies together decode to bytes of which
//! the last is zero (measured on some 35 keys, documented nowhere), which makes us surer and never rejects.

use memchr::memmem;

/// Base64 of "OpenAI".
pub(super) const MARKER: &[u8] = b"T3BlbkFJ";

/// Where another key begins, this one is over: no body holds one of these by chance.
const BEGINNINGS: [&[u8]; 4] = [b"sk-proj-", b"sk-svcacct-", b"sk-admin-", b"sk-None-"];

/// Lengths of first halves whose second half is known to be as long.
const SAME_LENGTH: [usize; 4] = [20, 46, 58, 74];

/// Lengths of first whose second half is known to be one longer.
const ONE_LONGER: [usize; 3] = [45, 57, 59];

/// The two bodies of a key whose prefix is this long.
pub(super) fn bodies(key: &[u8], prefix: usize) -> Option<(&[u8], &[u8])> {
    let rest = key.get(prefix..)?;
    let at = memmem::find(rest, MARKER)?;
    Some((&rest[..at], &rest[at + MARKER.len()..]))
}

/// How long the key at the beginning of `text` really is: text may be glued to it, which the symmetry tells. Nothing if
/// the marker is that of another key, which begins in between.
pub(in crate::engine) fn true_length(text: &[u8], prefix: usize) -> Option<usize> {
    let (before, after) = bodies(text, prefix)?;
    if another_key(before).is_some() {
        return None;
    }
    let after = &after[..another_key(after).unwrap_or(after.len())];
    let body = match after.len().checked_sub(before.len()) {
        None | Some(0) => after.len(),
        Some(_) if SAME_LENGTH.contains(&before.len()) => before.len(),
        Some(_) => longer_or_not(before, after),
    };
    Some(prefix + before.len() + MARKER.len() + body)
}

/// Where another key begins in this body.
fn another_key(body: &[u8]) -> Option<usize> {
    BEGINNINGS.iter().filter_map(|beginning| memmem::find(body, beginning)).min()
}

/// Whether the second body is as long as the first or one longer, where both are there: what ends in a zero byte is
/// complete; else the pair that has been seen.
fn longer_or_not(before: &[u8], after: &[u8]) -> usize {
    let (same, longer) = (before.len(), before.len() + 1);
    match (ends_in_zero(before, &after[..same]), ends_in_zero(before, &after[..longer])) {
        (true, false) => same,
        (false, true) => longer,
        _ if ONE_LONGER.contains(&same) || after.len() == longer => longer,
        _ => same,
    }
}

/// Whether part of the key is missing: its second body is shorter than the first by more than one.
pub(in crate::engine) fn is_truncated(key: &[u8], prefix: usize) -> bool {
    bodies(key, prefix).is_some_and(|(before, after)| after.len() + 1 < before.len())
}

/// Whether a long key ends as long keys do, and so is no invention.
pub(in crate::engine) fn is_well_made(key: &[u8], prefix: usize) -> bool {
    bodies(key, prefix).is_some_and(|(before, after)| before.len() >= 40 && ends_in_zero(before, after))
}

/// Whether both bodies together, decoded as base64url without padding, end in a zero byte.
fn ends_in_zero(before: &[u8], after: &[u8]) -> bool {
    let total = before.len() + after.len();
    let [.., last_but_one, last] = after else { return false };
    let value = sextet(*last_but_one);
    *last == b'A'
        && match total % 4 {
            0 => value & 0b11 == 0,
            2 => value == 0,
            3 => value & 0b1111 == 0,
            _ => false,
        }
}

/// The six bits that a base64url digit stands for; all ones for what is none.
fn sextet(digit: u8) -> u8 {
    match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'-' => 62,
        _ => 63,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(before: usize, after: &str) -> Vec<u8> {
        [&b"sk-proj-"[..], &b"b".repeat(before), MARKER, after.as_bytes()].concat()
    }

    fn length_of_second_body(before: usize, after: &str) -> Option<usize> {
        true_length(&key(before, after), 8).map(|length| length - 8 - before - MARKER.len())
    }

    #[test]
    fn symmetry_tells_where_a_key_ends() {
        let x = |n: usize| "x".repeat(n);
        for (before, after, wanted) in [
            (74, 74, 74),
            (74, 90, 74),
            (58, 58, 58),
            (20, 20, 20),
            (20, 21, 20),
            (20, 25, 20),
            (46, 46, 46),
            (57, 57, 57),
            (74, 75, 74),
        ] {
            assert_eq!(length_of_second_body(before, &x(after)), Some(wanted), "{before}/{after}");
        }
        for before in ONE_LONGER {
            assert_eq!(length_of_second_body(before, &x(before + 1)), Some(before + 1));
            assert_eq!(length_of_second_body(before, &x(before + 9)), Some(before + 1));
        }
    }

    #[test]
    fn a_zero_byte_at_the_end_outweighs_the_lengths_seen() {
        let same = format!("{}AAx", "x".repeat(55));
        assert_eq!(length_of_second_body(57, &same), Some(57));
        let longer = format!("{}AAx", "x".repeat(45));
        assert_eq!(length_of_second_body(45, &longer[..46]), Some(46));
    }

    #[test]
    fn the_last_byte_is_read_at_every_length() {
        use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as B64};
        for bytes in 20..60u8 {
            for last in [0u8, 1, 64, 128] {
                let text = B64.encode([&vec![0xA5; bytes.into()][..], &[last]].concat());
                let (before, after) = text.as_bytes().split_at(text.len() / 2);
                assert_eq!(ends_in_zero(before, after), last == 0, "{bytes} bytes, {last}");
            }
        }
    }
}
