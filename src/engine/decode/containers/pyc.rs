//! Compiled Python: its string constants, each on its own.
//!
//! They stand in the file as they are, so a key that says itself where it begins and ends is found without any help. But
//! the length of a string is written right before it and the kind of what follows right behind it, and both may be
//! letters: a key that has to stand alone does not, and one without an end of its own swallows a letter. Here each string
//! ends where its length says.
//!
//! Code objects differ from version to version, strings don't; so strings are looked for by their form, and nothing else
//! of the file is read. What is no string is still scanned as it stands. The form: CPython's `Python/marshal.c`, the
//! `TYPE_` constants and `w_object`; the header: PEP 3147, PEP 552.

use std::borrow::Cow;
use std::ops::Range;

use super::{Member, Visitor};
use crate::engine::decode::map::{How, Map};
use crate::rules::SHORTEST_RUN;
use crate::words::Container;

/// The lengths of headers: up to Python 3.2, up to 3.6, since then.
const HEADERS: [usize; 3] = [8, 12, 16];

/// A type may have this bit: other places refer to it.
const FLAG_REF: u8 = 0x80;

/// No string of so many bytes is looked at. The length of any other has a NUL in it, so that no text holds one, and no byte
/// is looked at again and again.
const LONGEST: usize = 1 << 24;

/// What stands between two strings: no line that could go on in the next.
const BETWEEN: &[u8] = b"\n\n";

/// Whether compiled Python begins here: a version with a line end behind it, and a code object behind the header, which
/// has few arguments.
pub(super) fn begins_as_pyc(bytes: &[u8]) -> bool {
    let code = |header: usize| {
        matches!(bytes.get(header..header + 5), Some([kind, _, 0, 0, 0]) if kind & !FLAG_REF == b'c')
            && (header < 16 || matches!(bytes[4..8], [0..=3, 0, 0, 0]))
    };
    matches!(bytes, [_, _, b'\r', b'\n', ..]) && HEADERS.into_iter().any(code)
}

/// Shows all strings as one text.
pub(super) fn open(bytes: &[u8], visitor: &mut dyn Visitor) {
    let (mut text, mut map) = (Vec::new(), Map::default());
    let mut at = HEADERS[0];
    while at < bytes.len() {
        let Some(string) = string(bytes, at) else {
            at += 1;
            continue;
        };
        let between = BETWEEN.len().min(bytes.len() - string.end);
        text.extend_from_slice(&bytes[string.clone()]);
        text.extend_from_slice(&BETWEEN[..between]);
        map.push_apart(string.len() + between, string.start, How::Copied);
        at = string.end;
    }
    if let Err(limit) = visitor.budget().enter().and_then(|()| visitor.budget().take(text.len())) {
        return visitor.trouble("", limit.into());
    }
    visitor.member(&Member { container: Container::Pyc, name: String::new(), bytes: Cow::Owned(text), map });
}

/// Where the characters of a string stand whose type stands at `at`, if they are text and a key could be in them.
fn string(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let (start, length) = match bytes[at] & !FLAG_REF {
        b'z' | b'Z' => (at + 2, usize::from(*bytes.get(at + 1)?)),
        b's' | b't' | b'u' | b'a' | b'A' => {
            (at + 5, u32::from_le_bytes(*bytes.get(at + 1..)?.first_chunk()?).try_into().ok()?)
        }
        _ => return None,
    };
    let range = start..start.checked_add(length)?;
    ((SHORTEST_RUN..LONGEST).contains(&length) && is_text(bytes.get(range.clone())?)).then_some(range)
}

/// Whether these are the bytes of text.
fn is_text(bytes: &[u8]) -> bool {
    let control = |byte: &u8| byte.is_ascii_control() && !byte.is_ascii_whitespace();
    !bytes.iter().any(control) && std::str::from_utf8(bytes).is_ok()
}
