//! JSON as text that is safe to look at: every character that a terminal or a CI log would obey is written as `\u001b`,
//! which means the same to every reader of JSON.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};

use super::terminal::{is_command, is_obeyed};

/// Writes a value over many lines, and a newline.
pub(super) fn pretty(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    encode(value, PrettyFormatter::new(), out)
}

/// Writes a value on one line, and a newline.
pub(super) fn line(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    encode(value, CompactFormatter, out)
}

fn encode(value: &impl Serialize, formatter: impl Formatter, out: &mut dyn Write) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *out, Harmless(formatter)))?;
    out.write_all(b"\n")
}

/// Lays JSON out as `F` does, with strings made harmless.
struct Harmless<F>(F);

impl<F: Formatter> Formatter for Harmless<F> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut written = 0;
        let obeyed = |&(at, character): &(usize, char)| is_obeyed(character) || is_command(&fragment[at..]);
        for (start, obeyed) in fragment.char_indices().filter(obeyed) {
            out.write_all(&fragment.as_bytes()[written..start])?;
            // None of them is above U+FFFF, so that one unit is enough.
            write!(out, "\\u{:04x}", u32::from(obeyed))?;
            written = start + obeyed.len_utf8();
        }
        out.write_all(&fragment.as_bytes()[written..])
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_escaped_and_means_the_same() {
        let value = serde_json::json!({ "pa\u{7f}th": ["\u{1b}[2J \u{9b}31m \u{202e}\u{2028} schön ##[x]\n"] });
        let mut bytes = Vec::new();
        line(&value, &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(!text.trim_end().chars().any(is_obeyed), "{text:?}");
        assert!(text.contains("schön \\u0023#[x]"));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }

    #[test]
    fn pretty_is_laid_out_as_serde_json_does() {
        let value = serde_json::json!({ "a": [1, { "b": [] }], "c": {} });
        let mut bytes = Vec::new();
        pretty(&value, &mut bytes).unwrap();
        assert_eq!(String::from_utf8(bytes).unwrap(), serde_json::to_string_pretty(&value).unwrap() + "\n");
    }
}
