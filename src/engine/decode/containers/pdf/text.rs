//! The text that a content stream shows: its strings, in the order and the lines in which they are shown.
//!
//! Facts: ISO 32000-1, sections 7.3.4 (strings), 7.8.2 (content streams), 8.9.7 (inline images), 9.4 (text objects).

use memchr::memmem;

/// Moved so far to the right (in thousandths of the font's size) a string stands apart from the one before it.
const APART: f64 = -180.0;

/// A part of what is shown.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A string, in the codes of some font.
    Shown(Vec<u8>),
    /// A gap as wide as a blank.
    Gap,
    /// The end of a line.
    Line,
}

/// What a content stream shows.
#[derive(Debug, Default)]
pub(super) struct Shown {
    /// Its parts.
    pub(super) pieces: Vec<Piece>,
    /// Whether there was nothing in the stream that may have been read wrongly.
    pub(super) is_certain: bool,
}

/// Reads a content stream; nothing if it shows no text.
pub(super) fn shown(stream: &[u8]) -> Option<Shown> {
    let is_one = memmem::find(stream, b"BT").is_some() && memmem::find(stream, b"ET").is_some();
    let mut reader =
        Reader { rest: stream, shown: Shown { is_certain: true, ..Shown::default() }, ..Reader::default() };
    while is_one && reader.step() {}
    (!reader.shown.pieces.is_empty()).then_some(reader.shown)
}

#[derive(Default)]
struct Reader<'s> {
    rest: &'s [u8],
    shown: Shown,
    /// The operands before the operator that comes next.
    numbers: Vec<f64>,
    operands: Vec<Piece>,
    in_array: bool,
    /// How high the line is in which text is shown next, and that in which some was shown last.
    height: f64,
    last: Option<f64>,
}

impl Reader<'_> {
    /// Reads one word. Whether there was one.
    fn step(&mut self) -> bool {
        self.rest = self.rest.trim_ascii_start();
        match *self.rest {
            [] => return false,
            [b'(', ..] => self.string(),
            [b'<', b'<', ..] | [b'>', b'>', ..] => self.rest = &self.rest[2..],
            [b'<', ..] => {
                let end = memchr::memchr(b'>', self.rest).unwrap_or(self.rest.len() - 1);
                self.operands.push(Piece::Shown(hex(&self.rest[1..end.max(1)])));
                self.rest = &self.rest[end + 1..];
            }
            [mark @ (b'[' | b']'), ..] => {
                self.in_array = mark == b'[';
                self.rest = &self.rest[1..];
            }
            [b'%', ..] => {
                let end = memchr::memchr2(b'\n', b'\r', self.rest).unwrap_or(self.rest.len());
                self.rest = &self.rest[end..];
            }
            _ => self.word(),
        }
        true
    }

    /// A number, a name or an operator.
    fn word(&mut self) {
        let ends = |byte: &u8| byte.is_ascii_whitespace() || b"()<>[]{}/%".contains(byte);
        let end = self.rest.iter().skip(1).position(ends).map_or(self.rest.len(), |end| end + 1);
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        match *word {
            [b'+' | b'-' | b'.' | b'0'..=b'9', ..] => {
                let number = std::str::from_utf8(word).ok().and_then(|word| word.parse().ok()).unwrap_or(0.0);
                if !self.in_array {
                    self.numbers.push(number);
                } else if number <= APART {
                    self.operands.push(Piece::Gap);
                }
            }
            [b'/', ..] => {}
            _ => self.operator(word),
        }
    }

    fn operator(&mut self, word: &[u8]) {
        match (word, self.numbers.as_slice()) {
            (b"BT", _) => self.height = 0.0,
            (b"Td" | b"TD", [.., _, up]) => self.height += up,
            (b"Tm", [.., height]) => self.height = *height,
            (b"T*", _) => self.height -= 1.0,
            (b"Tj" | b"TJ", _) => self.show(),
            (b"'" | b"\"", _) => {
                self.height -= 1.0;
                self.show();
            }
            (b"BI", _) => self.image(),
            _ => {}
        }
        self.numbers.clear();
        self.operands.clear();
        self.in_array = false;
    }

    fn show(&mut self) {
        if self.last.is_some_and(|last| last != self.height) {
            self.shown.pieces.push(Piece::Line);
        }
        self.last = Some(self.height);
        self.shown.pieces.append(&mut self.operands);
    }

    /// Passes over an image. Where it ends is a guess.
    fn image(&mut self) {
        self.shown.is_certain = false;
        let end = memmem::find(self.rest, b"EI").map_or(self.rest.len(), |end| end + 2);
        self.rest = &self.rest[end..];
    }

    /// A string in parentheses.
    fn string(&mut self) {
        let (mut bytes, mut depth, mut at) = (Vec::new(), 0, 0);
        while let Some(&byte) = self.rest.get(at) {
            at += 1;
            match byte {
                b'(' => depth += 1,
                b')' => depth -= 1,
                b'\\' => {
                    at += escape(&self.rest[at..], &mut bytes);
                    continue;
                }
                _ => {}
            }
            if depth == 0 {
                break;
            }
            if depth > 1 || byte != b'(' {
                bytes.push(byte);
            }
        }
        self.shown.is_certain &= depth == 0;
        self.rest = &self.rest[at.min(self.rest.len())..];
        self.operands.push(Piece::Shown(bytes));
    }
}

/// What stands behind a backslash, put at the end of `bytes`, and how long it is.
fn escape(rest: &[u8], bytes: &mut Vec<u8>) -> usize {
    let digits = rest.iter().take(3).take_while(|byte| (b'0'..=b'7').contains(byte)).count();
    if digits > 0 {
        bytes.push(rest[..digits].iter().fold(0, |value: u8, digit| value.wrapping_mul(8).wrapping_add(digit - b'0')));
        return digits;
    }
    match rest {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        [b'n', ..] => push(bytes, b'\n'),
        [b'r', ..] => push(bytes, b'\r'),
        [b't', ..] => push(bytes, b'\t'),
        [b'b', ..] => push(bytes, 8),
        [b'f', ..] => push(bytes, 12),
        [other, ..] => push(bytes, *other),
        [] => 0,
    }
}

fn push(bytes: &mut Vec<u8>, byte: u8) -> usize {
    bytes.push(byte);
    1
}

/// The bytes that hex digits stand for; a digit that is missing is 0.
pub(super) fn hex(digits: &[u8]) -> Vec<u8> {
    let values = digits.iter().filter_map(|&digit| char::from(digit).to_digit(16));
    let values: Vec<u8> = values.filter_map(|value| u8::try_from(value).ok()).collect();
    values.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines that a stream shows, in a font whose codes are ASCII.
    fn read(stream: &str) -> String {
        let pieces = shown(stream.as_bytes()).map(|shown| shown.pieces).unwrap_or_default();
        let text = pieces.into_iter().map(|piece| match piece {
            Piece::Shown(bytes) => String::from_utf8(bytes).unwrap(),
            Piece::Gap => " ".to_owned(),
            Piece::Line => "\n".to_owned(),
        });
        text.collect()
    }

    #[test]
    fn strings_are_put_together_as_they_are_shown() {
        assert_eq!(read("BT /F1 9 Tf 72 700 Td [(a)-20(b) -333 (c)] TJ 5 0 Td (d) Tj 0 -11 Td (e) Tj ET"), "ab cd\ne");
        assert_eq!(read("BT 1 0 0 1 9 700 Tm <61 62> Tj 1 0 0 1 30 700 Tm <6> Tj (z) ' ET"), "ab`\nz");
        assert_eq!(read("BT(a\\(b\\))Tj ET BT (\\143\\\n(d)) Tj ET"), "a(b)c(d)");
        assert_eq!(read("BT % (no)\n/S <</A (no)>> BDC (yes) Tj EMC ET"), "yes");
        assert_eq!(read("BT (a) Tj ET BI /W 1 ID ((\\ EI BT (b) Tj ET"), "ab");
        assert_eq!(read("(nothing is shown) Tj"), "");
    }

    #[test]
    fn what_is_cut_off_ends() {
        for stream in ["BT ET (a", "BT ET (a\\", "BT ET <6", "BT ET <", "BT ET BI", "BT ET [", "BT ET %", "BT ET ("] {
            assert_eq!(read(&format!("{stream} ")), "");
            assert_eq!(read(stream), "");
        }
    }
}
