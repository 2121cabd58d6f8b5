//! Digits: runs that are base64 or hex of something worth reading, whatever stands before them in the same run.
//!
//! Most long runs are names, digests and random values, whose bytes read as nothing. A run is worth decoding if a few
//! digits of it, at its beginning or in its middle and at any alignment, are the bytes of text (also of UTF-16) or of a
//! container, or if OpenAI's marker stands in it in encoded form. Base64: RFC 4648, sections 4 and 5.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::containers::is_container;
use super::view::{Builder, View};
use crate::words::Encoding;

/// The shortest run that can be base64 of a secret.
const SHORTEST_BASE64: usize = 24;

/// The shortest run that can be hex of a secret.
const SHORTEST_HEX: usize = 32;

/// How many digits are decoded to see whether they are text.
const PROBE: usize = 12;

/// A run of at least so many digits is probed in its middle too.
const LONG: usize = 40;

/// `T3BlbkFJ` in base64, at each of the three alignments: the digits that do not depend on what stands around it, and how
/// many digits after a multiple of four they begin.
const MARKERS: [(&[u8], usize); 3] = [(b"VDNCbGJrRk", 0), (b"QzQmxia0ZK", 2), (b"UM0JsYmtGS", 3)];

/// What finds them.
static FIND_MARKERS: LazyLock<[(Finder<'static>, usize); 3]> =
    LazyLock::new(|| MARKERS.map(|(marker, after)| (Finder::new(marker), after)));

/// How much of the line before the digits a view shows, so that the name of what is assigned stands there too.
const BEFORE: usize = 160;

/// How much after them.
const AFTER: usize = 48;

/// Digits to decode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Digits {
    /// Where they stand, padding included.
    pub(super) range: Range<usize>,
    /// Whether they are base64 or hex.
    pub(super) encoding: Encoding,
    /// Whether the text goes on after them in some way: a line that is wrapped, a literal that is joined.
    pub(super) goes_on: bool,
}

/// The digits in a run, if they are worth decoding.
#[inline]
pub(super) fn spot(text: &[u8], run: &Range<usize>, goes_on: bool) -> Option<Digits> {
    if run.len() < SHORTEST_BASE64 {
        return None;
    }
    let bytes = &text[run.clone()];
    if let Some(skip) = base64_begins(bytes) {
        let padding = text[run.end..].iter().take(2).take_while(|&&byte| byte == b'=').count();
        return Some(Digits { range: run.start + skip..run.end + padding, encoding: Encoding::Base64, goes_on });
    }
    let hex = hex_in(bytes)?;
    Some(Digits { range: run.start + hex.start..run.start + hex.end, encoding: Encoding::Hex, goes_on })
}

/// How many characters of a run stand before base64 that is worth decoding.
fn base64_begins(run: &[u8]) -> Option<usize> {
    if is_text(&run[..PROBE]) || is_container_in_base64(run) {
        return Some(0);
    }
    if run.len() < LONG {
        return None;
    }
    let middle = (run.len() / 2) & !3;
    if let Some(skip) = (0..4).find(|skip| is_text(&run[middle + skip..middle + skip + PROBE])) {
        return Some(skip);
    }
    (run.len() >= 2 * LONG)
        .then(|| FIND_MARKERS.iter().find_map(|(marker, after)| Some((marker.find(run)? + 4 - after) % 4)))?
}

/// Whether these digits, which are a multiple of four, are the bytes of text.
#[inline]
fn is_text(digits: &[u8]) -> bool {
    digits.chunks_exact(4).all(|four| {
        let [_, a, b, c] = four_digits(four).to_be_bytes();
        is_readable(a) && is_readable(b) && is_readable(c)
    })
}

/// The bits that up to four digits stand for.
#[inline]
fn four_digits(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |value, &digit| value << 6 | u32::from(SEXTETS[usize::from(digit)]))
}

/// Whether a byte stands in texts, as they are or in UTF-16.
#[inline]
fn is_readable(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | b'\r' | b' '..=b'~')
}

/// Whether the first digits are those of a container's magic number: gzip, zip, zstd, xz, bzip2, PDF.
fn is_container_in_base64(run: &[u8]) -> bool {
    matches!(
        run,
        [b'H', b'4', b's', b'I', ..]
            | [b'U', b'E', b's', b'D', ..]
            | [b'K', b'L', b'U', b'v', ..]
            | [b'/', b'T', b'd', b'6', ..]
            | [b'Q', b'l', b'p', b'o', b'O', ..]
            | [b'J', b'V', b'B', b'E', ..]
    )
}

/// Whether a byte is a hex digit; one look, since of long runs most are digests.
#[inline]
fn is_hex_digit(byte: &u8) -> bool {
    NIBBLES[usize::from(*byte)] < 16
}

/// Where in a run hex stands that is worth decoding.
fn hex_in(run: &[u8]) -> Option<Range<usize>> {
    let middle = run.len() / 2;
    let is_hex = |at: usize| is_hex_digit(&run[at]);
    if run.len() < SHORTEST_HEX || !is_hex(middle) || !(is_hex(middle - 8) || is_hex(middle + 8)) {
        return None;
    }
    let (before, after) = run.split_at(middle);
    let start = before.iter().rposition(|byte| !is_hex_digit(byte)).map_or(0, |other| other + 1);
    let end = middle + after.iter().position(|byte| !is_hex_digit(byte)).unwrap_or(after.len());
    if end - start < SHORTEST_HEX {
        return None;
    }
    let readable = |from: usize| {
        let probe = &run[from..from + 16];
        probe.chunks_exact(2).all(|pair| pair_value(pair).is_some_and(is_readable))
    };
    let from = (start..start + 2).find(|&from| readable(from) || is_container_in_hex(&run[from..])).or_else(|| {
        let probe = start + (((end - start) / 2) & !1);
        (0..2).find(|skip| probe + skip + 16 <= end && readable(probe + skip)).map(|skip| start + skip)
    })?;
    Some(from..from + ((end - from) & !1))
}

/// Whether the first digits are those of a container's magic number: gzip, zip, zstd, xz, bzip2, PDF.
fn is_container_in_hex(digits: &[u8]) -> bool {
    let value = |at: usize| digits.get(at..at + 2).and_then(pair_value);
    let begin: &[u8] = match value(0) {
        Some(0x1F) => &[0x8B, 8],
        Some(b'P') => b"K\x03\x04",
        Some(0x28) => &[0xB5, 0x2F, 0xFD],
        Some(0xFD) => b"7zXZ\0",
        Some(b'B') => b"Zh",
        Some(b'%') => b"PDF-",
        _ => return false,
    };
    (1..).zip(begin).all(|(at, &byte)| value(2 * at) == Some(byte))
}

/// The view in which digits are decoded, with some of the line around them; without, if they hold a container or must
/// stand alone.
pub(super) fn decoded(text: &[u8], digits: &Digits) -> Option<View> {
    let bytes = match digits.encoding {
        Encoding::Hex => text[digits.range.clone()].chunks_exact(2).filter_map(pair_value).collect(),
        _ => base64(&text[digits.range.clone()]),
    };
    let holds = is_container(&bytes);
    if holds && digits.goes_on {
        return None; // it is whole in the view in which the lines are joined
    }
    let (before, after) = if holds { (0, 0) } else { (BEFORE, AFTER) };
    let floor = digits.range.start.saturating_sub(before);
    let ceiling = text.len().min(digits.range.end + after);
    let start = memchr::memrchr(b'\n', &text[floor..digits.range.start]).map_or(floor, |at| floor + at + 1);
    let end = memchr::memchr(b'\n', &text[digits.range.end..ceiling]).map_or(ceiling, |at| digits.range.end + at);
    let around = digits.range.start - start + (end - digits.range.end);
    let mut view = Builder::new(text, start).with_room(around + bytes.len());
    view.put(&digits.range, &bytes, digits.encoding);
    view.finish(end)
}

/// Decodes base64 of either alphabet, with padding at its end or without. What is left over at the end is no byte.
fn base64(digits: &[u8]) -> Vec<u8> {
    let padding = digits.iter().rev().take_while(|&&digit| digit == b'=').count();
    let (fours, rest) = digits[..digits.len() - padding].as_chunks::<4>();
    let mut bytes = Vec::with_capacity(3 * fours.len() + rest.len());
    bytes.resize(3 * fours.len(), 0);
    for (three, four) in bytes.as_chunks_mut::<3>().0.iter_mut().zip(fours) {
        let [_, decoded @ ..] = four_digits(four).to_be_bytes();
        *three = decoded;
    }
    let all = (four_digits(rest) << (6 * (4 - rest.len()))).to_be_bytes();
    bytes.extend_from_slice(&all[1..1 + rest.len().saturating_sub(1)]);
    bytes
}

/// The six bits that a digit of either alphabet stands for.
const SEXTETS: [u8; 256] = {
    let mut sextets = [63; 256];
    let mut value = 0;
    while value < 26 {
        sextets[b'A' as usize + value] = value as u8;
        sextets[b'a' as usize + value] = value as u8 + 26;
        if value < 10 {
            sextets[b'0' as usize + value] = value as u8 + 52;
        }
        value += 1;
    }
    sextets[b'+' as usize] = 62;
    sextets[b'-' as usize] = 62;
    sextets
};

/// The byte that two hex digits stand for.
#[inline]
fn pair_value(pair: &[u8]) -> Option<u8> {
    let &[high, low] = pair else { return None };
    let (high, low) = (NIBBLES[usize::from(high)], NIBBLES[usize::from(low)]);
    (high < 16 && low < 16).then_some(high << 4 | low)
}

/// What a hex digit stands for; `u8::MAX` for what is none.
const NIBBLES: [u8; 256] = {
    let mut nibbles = [u8::MAX; 256];
    let mut value = 0;
    while value < 16 {
        nibbles[b"0123456789abcdef"[value] as usize] = value as u8;
        nibbles[b"0123456789ABCDEF"[value] as usize] = value as u8;
        value += 1;
    }
    nibbles
};

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};

    use super::*;

    fn found(text: &str) -> Option<Vec<u8>> {
        let run = 0..text.trim_end_matches('=').len();
        let digits = spot(text.as_bytes(), &run, false)?;
        decoded(text.as_bytes(), &digits).map(|view| view.bytes)
    }

    #[test]
    fn text_is_decoded_at_every_alignment_and_behind_other_characters() {
        let plain = b"{\"key\": \"something that is read\", \"more\": [1, 2, 3]}";
        for skip in 0..3 {
            assert_eq!(found(&BASE64_STANDARD.encode(&plain[skip..])).as_deref(), Some(&plain[skip..]));
            for glue in ["", "a", "bc", "def", "ghij", "/a/b/c"] {
                let text = format!("{glue}{}", BASE64_URL_SAFE_NO_PAD.encode(&plain[skip..]));
                let bytes = found(&text).unwrap_or_default();
                assert!(bytes.ends_with(b"is read\", \"more\": [1, 2, 3]}"), "{text}");
            }
        }
    }

    #[test]
    fn padding_at_the_end_is_no_digit_and_what_is_left_over_no_byte() {
        for length in 0..12 {
            let bytes: Vec<u8> = (0..length).map(|number: u8| number.wrapping_mul(37)).collect();
            assert_eq!(base64(BASE64_STANDARD.encode(&bytes).as_bytes()), bytes);
            assert_eq!(base64(BASE64_URL_SAFE_NO_PAD.encode(&bytes).as_bytes()), bytes);
        }
        for (digits, bytes) in [("YWJj=", "abc"), ("YWJj==", "abc"), ("YWJjZ", "abc"), ("YWJjZ==", "abc"), ("==", "")] {
            assert_eq!(base64(digits.as_bytes()), bytes.as_bytes(), "{digits}");
        }
    }

    #[test]
    fn the_marker_is_known_in_encoded_form() {
        for before in 0..3usize {
            let bytes = [&vec![0xF1; 30 + before][..], b"T3Blbk", b"FJ", &[0xF3; 30]].concat();
            assert!(found(&BASE64_STANDARD.encode(&bytes)).is_some(), "{before}");
        }
    }

    #[test]
    fn digests_and_names_are_left_alone() {
        for text in [
            "8c1f0a9d3e7b42561f9e0c8d7a6b50348c1f0a9d3e7b42561f9e0c8d7a6b5034",
            "createOpenAICompatibleProviderFactory2",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn hex_of_text_is_decoded() {
        let hex: String = b"some text in hex digits".iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(found(&hex).as_deref(), Some(&b"some text in hex digits"[..]));
        assert!(found(&format!("0x{}", hex.to_uppercase())).unwrap().ends_with(b"some text in hex digits"));
    }
}
