//! Escapes: what stands for one character or for nothing at all in a text, undone from left to right.
//!
//! All kinds are undone in one pass, since real text mixes them (`%5Cu002d`, `"a\x2d" + "b"`); which of them a secret
//! went through is read from the map afterwards. Facts: RFC 8259 section 7 (JSON), ECMA-262 section 12.9.4, the Python
//! and C string literals, YAML 1.2.2 section 5.7, RFC 3986 section 2.1, HTML section 13.2.5.72, RFC 2045 section 6.7.

use std::ops::Range;

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, u8x16};

use super::joins;
use super::view::{Builder, View};
use crate::words::Encoding;

/// The named character references that keys and what stands around them need.
const NAMED: &[(&[u8], &[u8])] = &[
    (b"quot;", b"\""),
    (b"amp;", b"&"),
    (b"apos;", b"'"),
    (b"lt;", b"<"),
    (b"gt;", b">"),
    (b"nbsp;", b" "),
    (b"hyphen;", b"-"),
    (b"dash;", b"-"),
    (b"lowbar;", b"_"),
    (b"UnderBar;", b"_"),
    (b"sol;", b"/"),
    (b"plus;", b"+"),
    (b"equals;", b"="),
    (b"period;", b"."),
    (b"colon;", b":"),
    (b"num;", b"#"),
    (b"Tab;", b"\t"),
    (b"NewLine;", b"\n"),
    (b"shy;", b""),
];

/// What stands at a place instead of itself: how long it is, and what it means.
pub(super) struct Token {
    /// Bytes of the text.
    pub(super) length: usize,
    bytes: [u8; 4],
    count: usize,
    encoding: Encoding,
}

impl Token {
    pub(super) fn nothing(length: usize, encoding: Encoding) -> Self {
        Self { length, bytes: [0; 4], count: 0, encoding }
    }

    fn byte(length: usize, byte: u8, encoding: Encoding) -> Self {
        Self { length, bytes: [byte, 0, 0, 0], count: 1, encoding }
    }

    fn character(length: usize, code: u32, encoding: Encoding) -> Option<Self> {
        let mut bytes = [0; 4];
        let count = char::from_u32(code)?.encode_utf8(&mut bytes).len();
        Some(Self { length, bytes, count, encoding })
    }
}

/// The views of `window` with all escapes undone, as far as there are any. Quoted-printable is undone in a view of its
/// own: a transport encoding hides all others, and breaks them at the ends of lines.
/// Markup may reach so far in this text.
pub(super) fn unescaped(text: &[u8], window: &Range<usize>, reach: usize) -> impl Iterator<Item = View> + use<> {
    let transported = is_quoted_printable(&text[window.clone()]);
    let mail = transported.then(|| undone(text, window, |text, at| (text[at] == b'=').then(|| equals(text, at))?));
    [mail.flatten(), undone(text, window, |text, at| token(text, at, reach))].into_iter().flatten()
}

/// Where the first token from `at` on may begin.
#[inline]
fn beginning(text: &[u8], at: usize) -> Option<usize> {
    let (pieces, rest) = text[at..].as_chunks();
    let may_begin = |byte: &u8| MAY_BEGIN[usize::from(*byte)];
    for (number, piece) in pieces.iter().enumerate() {
        let mut among = dispatch!(Level::baseline(), simd => may_begin_among(simd, piece));
        while among != 0 {
            let place = among.trailing_zeros() as usize;
            if may_begin(&piece[place]) {
                return Some(at + number * piece.len() + place);
            }
            among &= among - 1;
        }
    }
    rest.iter().position(may_begin).map(|place| text.len() - rest.len() + place)
}

/// The bytes of a piece that a token may begin with, and `#`, `$` and `(`, which stand among them in ASCII.
#[inline(always)]
fn may_begin_among<S: Simd>(simd: S, piece: &[u8; 16]) -> u16 {
    let bytes = u8x16::from_slice(simd, piece);
    let quotes_and_marks = (bytes - b'"').simd_le(b')' - b'"') | bytes.simd_eq(b'`');
    let line_ends = bytes.simd_eq(b'\n') | bytes.simd_eq(b'\r');
    let others = bytes.simd_eq(b'\\') | (bytes - b'<').simd_le(b'=' - b'<');
    (quotes_and_marks | line_ends | others).to_bitmask() as u16
}

/// What a token may begin with.
const MAY_BEGIN: [bool; 256] = {
    let mut may = [false; 256];
    let begins = b"\\%&\"'`\n\r<)=";
    let mut at = 0;
    while at < begins.len() {
        may[begins[at] as usize] = true;
        at += 1;
    }
    may
};

/// The view of `window` with these tokens put in place.
fn undone(text: &[u8], window: &Range<usize>, token: impl Fn(&[u8], usize) -> Option<Token>) -> Option<View> {
    let mut view = Builder::new(text, window.start);
    let mut at = window.start;
    while let Some(next) = beginning(&text[..window.end], at) {
        at = next;
        let Some(token) = token(text, at).filter(|token| at + token.length <= window.end) else {
            at += 1;
            continue;
        };
        view.put(&(at..at + token.length), &token.bytes[..token.count], token.encoding);
        at += token.length;
    }
    view.finish(window.end)
}

/// What stands at a place, whatever its kind, but for quoted-printable.
fn token(text: &[u8], at: usize, reach: usize) -> Option<Token> {
    match text[at] {
        b'\\' => backslash(text, at),
        b'%' => percent(text, at),
        b'&' => reference(text, at),
        b'"' | b'\'' | b'`' => joins::literals(text, at),
        b'\n' | b'\r' => joins::folded(text, at),
        b'<' => joins::markup(text, at, reach),
        b')' => joins::kerning(text, at),
        _ => None,
    }
}

/// The most digits of an escape in braces. Six are enough for every character; JavaScript and PHP take zeros before them.
pub(super) const MOST_BRACED: usize = 8;

/// An escape of a string literal.
fn backslash(text: &[u8], at: usize) -> Option<Token> {
    let escapes = Encoding::Escapes;
    let next = *text.get(at + 1)?;
    match next {
        b'"' | b'\'' if let Some(token) = joins::literals(text, at + 1) => {
            Some(Token { length: token.length + 1, ..token })
        }
        b'u' | b'x' if text.get(at + 2) == Some(&b'{') => {
            let digits = hex_digits(text, at + 3, MOST_BRACED);
            (digits > 0 && text.get(at + 3 + digits) == Some(&b'}'))
                .then(|| Token::character(digits + 4, hex(text, at + 3, digits)?, escapes))?
        }
        b'u' => Token::character(6, hex(text, at + 2, 4)?, escapes),
        b'U' => Token::character(10, hex(text, at + 2, 8)?, escapes),
        b'x' => Some(Token::byte(4, u8::try_from(hex(text, at + 2, 2)?).ok()?, escapes)),
        b'0'..=b'7' => octal(text, at),
        b'n' => Some(Token::byte(2, b'\n', escapes)),
        b'r' => Some(Token::byte(2, b'\r', escapes)),
        b't' => Some(Token::byte(2, b'\t', escapes)),
        b'\\' | b'/' | b'"' | b'\'' | b'`' | b'-' | b'_' | b'=' | b'.' | b':' => Some(Token::byte(2, next, escapes)),
        b'\n' | b'\r' => joins::continued(text, at),
        _ => None,
    }
}

/// Two or three octal digits that stand for a visible character: one digit is rather a back reference.
fn octal(text: &[u8], at: usize) -> Option<Token> {
    let digits = text[at + 1..].iter().take(3).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
    let value = text[at + 1..at + 1 + digits].iter().fold(0u32, |value, digit| value * 8 + u32::from(digit - b'0'));
    let byte = u8::try_from(value).ok().filter(|byte| digits > 1 && byte.is_ascii_graphic())?;
    Some(Token::byte(1 + digits, byte, Encoding::Escapes))
}

/// `%2D`, and `%u002D` as some old servers write it.
fn percent(text: &[u8], at: usize) -> Option<Token> {
    if matches!(text.get(at + 1), Some(b'u' | b'U')) {
        return Token::character(6, hex(text, at + 2, 4)?, Encoding::Percent);
    }
    Some(Token::byte(3, u8::try_from(hex(text, at + 1, 2)?).ok()?, Encoding::Percent))
}

/// A character reference.
fn reference(text: &[u8], at: usize) -> Option<Token> {
    let after = &text[at + 1..];
    if let Some((name, means)) = NAMED.iter().find(|(name, _)| after.starts_with(name)) {
        let length = name.len() + 1;
        return Some(
            means
                .first()
                .map_or(Token::nothing(length, Encoding::Html), |&byte| Token::byte(length, byte, Encoding::Html)),
        );
    }
    if after.first() != Some(&b'#') {
        return None;
    }
    let (skip, radix) = if matches!(after.get(1), Some(b'x' | b'X')) { (2, 16) } else { (1, 10) };
    let digits = after[skip..].iter().take(8).take_while(|&&byte| char::from(byte).is_digit(radix)).count();
    let number = std::str::from_utf8(&after[skip..skip + digits]).ok()?;
    let code = u32::from_str_radix(number, radix).ok()?;
    let closed = usize::from(after.get(skip + digits) == Some(&b';'));
    Token::character(1 + skip + digits + closed, code, Encoding::Html)
}

/// `=2D`, or a line that goes on.
fn equals(text: &[u8], at: usize) -> Option<Token> {
    match text.get(at + 1)? {
        b'\n' => Some(Token::nothing(2, Encoding::QuotedPrintable)),
        b'\r' if text.get(at + 2) == Some(&b'\n') => Some(Token::nothing(3, Encoding::QuotedPrintable)),
        _ => Some(Token::byte(3, u8::try_from(hex(text, at + 1, 2)?).ok()?, Encoding::QuotedPrintable)),
    }
}

/// Whether a text may be quoted-printable: as many `=` as not are followed by two upper-case digits or end a line, and
/// one at least does.
fn is_quoted_printable(text: &[u8]) -> bool {
    let (mut fits, mut others) = (0, 0);
    for at in memchr::memchr_iter(b'=', text) {
        let digit = |offset: usize| matches!(text.get(at + offset), Some(b'0'..=b'9' | b'A'..=b'F'));
        let goes_on = matches!(text.get(at + 1), Some(b'\n' | b'\r'));
        if goes_on || digit(1) && digit(2) { fits += 1 } else { others += 1 }
    }
    fits > 0 && fits >= others
}

fn hex_digits(text: &[u8], at: usize, most: usize) -> usize {
    text.get(at..).unwrap_or_default().iter().take(most).take_while(|byte| byte.is_ascii_hexdigit()).count()
}

/// The value of `digits` hex digits at a place.
fn hex(text: &[u8], at: usize, digits: usize) -> Option<u32> {
    let digits = text.get(at..at + digits)?;
    digits.iter().try_fold(0u32, |value, &digit| Some(value << 4 | char::from(digit).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn undone(text: &str) -> String {
        let view = unescaped(text.as_bytes(), &(0..text.len()), joins::FARTHEST).next();
        view.map_or_else(|| text.to_owned(), |view| String::from_utf8_lossy(&view.bytes).into_owned())
    }

    #[test]
    fn every_escape_means_its_character() {
        for text in [
            r"\u0073k\u002d",
            r"\x73k\x2d",
            r"\u{73}k\u{2d}",
            r"\163k\055",
            r"\U00000073k\-",
            "%73k%2D",
            "%u0073k%2d",
            "&#115;k&#x2D;",
            "&#0115;k&hyphen;",
            "&#x73;k&dash;",
            "=73k=2D",
            "s=\nk=2D",
        ] {
            assert_eq!(undone(text), "sk-", "{text}");
        }
    }

    #[test]
    fn what_is_no_escape_stays() {
        for text in [r"\d+\1", "100% of it", "a & b", "x == y = z", "&copy", "C:\\Users", "%zz", r"\u12"] {
            assert_eq!(undone(text), text);
        }
    }

    #[test]
    fn a_token_may_begin_anywhere() {
        for byte in 0..=u8::MAX {
            for place in 0..40 {
                let mut text = [b'k'; 40];
                text[place] = byte;
                let wanted = MAY_BEGIN[usize::from(byte)].then_some(place);
                assert_eq!((beginning(&text, 0), beginning(&text, place)), (wanted, wanted), "{byte} at {place}");
            }
        }
    }

    #[test]
    fn what_follows_a_line_without_a_mark_is_no_part_of_it() {
        for (text, joined) in [
            ("key=sk-abcd\n# efgh\n", false),
            ("# sk-abcd\n# efgh\n", true),
            ("    // sk-abcd\n    // efgh\n", true),
            ("//sk-abcd\n// efgh\n", true),
            ("/* sk-abcd\n * efgh\n */", true),
            ("> sk-abcd\n> efgh\n", true),
            ("sk-abcd\n  efgh\n", true),
            ("# one\nsk-abcd\n# efgh\n", false),
        ] {
            assert_eq!(undone(text).contains("sk-abcdefgh"), joined, "{text}");
        }
    }

    #[test]
    fn literals_are_joined() {
        for text in [
            "\"sk\" + \"-\"",
            "'sk' .\n    '-'",
            "\"sk\" \"-\"",
            "\"sk\"\n  \"-\"",
            "\"sk\" .. \"-\"",
            "\"sk\" & _\n \"-\"",
            "'sk' + \\\n '-'",
            "\"sk\\\n    -\"",
            "'sk'+`-`",
            "\"sk\" ++ \"-\"",
            "(\"sk\") + (\"-\")",
            "\"sk\"\r\n\t\"-\"",
            "'sk' || '-'",
            "\"sk\" # one\n \"-\"",
            "{\"sk\"}{\"-\"}",
            "{\"sk\"}\n  {\"-\"}",
            "\"sk\"\"-\"",
            "'sk'\\\n'-'",
            "u'sk' f'-'",
        ] {
            let joined = undone(text);
            assert!(joined.contains("sk-"), "{text} became {joined}");
        }
        for text in
            ["[\"sk\", \"-\"]", "\"sk\": \"-\"", "f(\"sk\")(\"-\")", "\"sk\" = \"-\"", "\"sk\"\n\"-\"", "x.\"\"-\""]
        {
            assert!(!undone(text).contains("sk-"), "{text}");
        }
    }

    #[test]
    fn markup_and_kerning_are_taken_out() {
        assert!(undone("<w:t>sk</w:t></w:r><w:r><w:t xml:space=\"preserve\">-</w:t>").contains("sk-"));
        assert!(undone("<b>sk</b>-").contains("sk-"));
        assert!(undone("[(sk)-20(-)] TJ").contains("(sk-)"));
        assert!(!undone("<td>sk</td><td>-</td>").contains("sk-"));
    }
}
