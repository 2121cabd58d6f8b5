//! Escapes: the `n` of `\n` is a letter to the eye and none of the text. Where one ends right before a secret, nothing
//! touches the secret.

/// Whether an escape sequence ends at `at`: `\n`, `\x3d`, `\u003d`, `%3D`, or a terminal's colour.
pub(super) fn ends_at(text: &[u8], at: usize) -> bool {
    let before = &text[..at];
    let hex = |digits: usize, lead: &[u8]| {
        let (rest, tail) = before.split_at(before.len().saturating_sub(digits));
        tail.len() == digits && tail.iter().all(u8::is_ascii_hexdigit) && rest.ends_with(lead)
    };
    let letter = matches!(before, [.., b'\\', b'n' | b'r' | b't' | b'f' | b'b' | b'v' | b'0']);
    letter || hex(2, b"%") || hex(2, b"\\x") || hex(4, b"\\u") || is_colour(before)
}

/// Whether `text` ends in `ESC [ ... m`, also where the escape character itself is written out.
fn is_colour(text: &[u8]) -> bool {
    let text = &text[text.len().saturating_sub(LONGEST_COLOUR)..];
    let Some(numbers) = text.strip_suffix(b"m") else { return false };
    let kept = numbers.iter().rposition(|byte| !matches!(byte, b'0'..=b'9' | b';')).map_or(0, |last| last + 1);
    let lead = &numbers[..kept];
    [&b"\x1b["[..], b"\\x1b[", b"\\u001b[", b"\\033[", b"\\e["].iter().any(|escape| lead.ends_with(escape))
}

/// Where a run at `start` really begins, if an escape sequence reaches into it.
pub(super) fn past(text: &[u8], start: usize, end: usize) -> usize {
    if !matches!(text[..start].last(), Some(b'\\' | b'%' | b'[' | b';')) {
        return start;
    }
    (start + 1..=end.min(start + LONGEST_TAIL)).find(|&at| ends_at(text, at)).unwrap_or(start)
}

/// The longest escape that sets a colour: `\u001b[1;38;2;255;255;255;48;2;255;255;255m`, and some room.
const LONGEST_COLOUR: usize = 64;

/// How many key characters an escape ends in at most: `u003d`.
const LONGEST_TAIL: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_end_where_they_end() {
        for escape in ["\\n", "\\t", "\\x3d", "\\u003D", "%3D", "\x1b[31m", "\x1b[1;31m", "\\u001b[0m", "\\033[m"] {
            let text = format!("a{escape}key");
            assert!(ends_at(text.as_bytes(), text.len() - 3), "{escape}");
            let start = text.rfind(|character: char| !character.is_ascii_alphanumeric()).unwrap() + 1;
            assert_eq!(past(text.as_bytes(), start, text.len()), text.len() - 3, "{escape}");
        }
    }

    #[test]
    fn letters_are_no_escapes() {
        for text in ["an", "x3d", "u003d", "3D", "[31m", "\\q", "%3", "", "m"] {
            assert!(!ends_at(text.as_bytes(), text.len()), "{text}");
        }
        assert_eq!(past(b"a\\quay", 2, 6), 2);
        assert_eq!(past(b"a quay", 2, 6), 2);
    }
}
