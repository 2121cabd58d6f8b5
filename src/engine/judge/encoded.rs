//! Encoded data: a key that shows in the digits of encoded bytes by chance. What the bytes say is read where they are decoded.
//!
//! Facts: RFC 2397 (`data:image/png;base64,` and base64 up to the end of the URL); POSIX `uuencode` (a line of 45 bytes is
//! `M`, then sixty characters from blank to `` ` ``, none of them a small letter).

use std::ops::Range;

use memchr::memrchr;

use crate::engine::lines::line_around;

/// How far before a candidate its data URL may begin: an image in a page is seldom larger.
const FARTHEST: usize = 64 << 10;

/// How long a full line of uuencode is.
const FULL_LINE: usize = 61;

/// Whether `place` is in the base64 of a data URL, something of that right before it. What has other characters than base64
/// in it, such as the hyphens of an OpenAI key, does not show there by chance.
pub(super) fn is_in_data_url(text: &[u8], place: &Range<usize>) -> bool {
    let padding = text[place.clone()].iter().rev().take_while(|&&byte| byte == b'=').count();
    let digits = &text[place.start..place.end - padding];
    if place.start == 0 || !is_base64(text[place.start - 1]) || !digits.iter().all(|&byte| is_base64(byte)) {
        return false;
    }
    let floor = place.start.saturating_sub(FARTHEST);
    let Some(comma) = memrchr(b',', &text[floor..place.start]).map(|at| floor + at) else { return false };
    text[..comma].ends_with(b";base64") && text[comma + 1..place.start].iter().all(|&byte| is_base64(byte))
}

/// How many different signs stand in such a line at least: of the 28 that may, chance gives 17; a line in capitals that
/// assigns something has a few.
const SIGNS: usize = 12;

/// Whether `place` is in a full line of uuencode.
pub(super) fn is_in_uuencode(text: &[u8], place: &Range<usize>) -> bool {
    let line = &text[line_around(text, place)];
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let signs = (b' '..=b'`').filter(|byte| !byte.is_ascii_alphanumeric() && line.contains(byte));
    line.len() == FULL_LINE
        && line[0] == b'M'
        && line.iter().all(|byte| matches!(byte, b' '..=b'`'))
        && signs.count() >= SIGNS
}

/// Whether a byte is a digit of base64.
pub(super) fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str) -> (&[u8], Range<usize>) {
        let at = text.find("KEY").unwrap_or_default();
        (text.as_bytes(), at..at + 3)
    }

    #[test]
    fn what_shows_in_a_data_url_is_chance() {
        let seen = |text: &str| {
            let (text, place) = place(text);
            is_in_data_url(text, &place)
        };
        assert!(seen("<img src=\"data:image/jpg;base64,/9j/4AAQSk/KEYa+b\">"));
        let text = b"data:text/plain;base64,/9j/4AAQSk-K-Y=";
        assert!(!is_in_data_url(text, &(32..38)) && is_in_data_url(text, &(30..33)));
        assert!(is_in_data_url(b"data:text/plain;base64,/9j/4AAQKEY==", &(31..36)));
        for text in [
            "data:image/jpg;base64,KEY",
            "data:image/jpg;base64,/9j/4AAQ\", \"KEY",
            "data:image/jpg;base64,/9j/4AAQ&key=KEY",
            "data:text/plain,/9j/4AAQ/KEY",
            "KEY",
        ] {
            assert!(!seen(text), "{text}");
        }
    }

    #[test]
    fn what_shows_in_uuencode_is_chance() {
        let line = |first: &str, rest: &str| {
            format!("begin\n{first}[@%]KEY:2Z.Q?2M^S;`4G?E0C.@V&?0KY]]\"H3Y@6$#I4V*R^\"+B,2P6`A)U{rest}\nend")
        };
        let seen = |text: &str| {
            let (text, place) = place(text);
            is_in_uuencode(text, &place)
        };
        assert!(seen(&line("M", "")));
        assert!(!seen(&format!("MY_DATABASE_USER={};MY_DATABASE_PASSWORD=KEY{}", "A".repeat(9), "2".repeat(10))));
        assert!(!seen(&line("L", "")) && !seen(&line("M", "Q")) && !seen("KEY"));
    }
}
