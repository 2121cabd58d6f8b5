//! PDF documents: text stands in streams, most of them compressed with zlib, some of those in ASCII85 too.
//!
//! The streams are inflated and scanned as they are: strings of fonts with a simple encoding are plain text, and what is
//! kerned is joined by `joins`. Fonts that number their glyphs freely are not read. ISO 32000-1, sections 7.3.8 and 7.4.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memmem;

use super::stream::inflate;
use super::{Member, Trouble, Visitor};
use crate::engine::decode::map::{How, Map};
use crate::words::Container;

/// Shows the compressed streams of a document. A stream that is none of ours (a picture, a font) is no trouble.
pub(super) fn open(bytes: &[u8], visitor: &mut dyn Visitor) {
    let end_of_stream = memmem::Finder::new(b"endstream");
    let mut at = 0;
    let mut number = 0;
    while let Some(found) = memmem::find(&bytes[at..], b"stream") {
        let keyword = at + found;
        at = keyword + b"stream".len();
        let Some(start) = begin(bytes, keyword) else { continue };
        let end = end_of_stream.find(&bytes[start..]).map_or(bytes.len(), |length| start + length);
        number += 1;
        at = (end + b"endstream".len()).min(bytes.len());
        if let Err(limit) = visitor.budget().enter() {
            return visitor.trouble("", limit.into());
        }
        show(number, bytes, start..end, visitor);
    }
}

/// Where the bytes of a stream begin; nothing if the word is the end of one.
fn begin(bytes: &[u8], keyword: usize) -> Option<usize> {
    let after = keyword + b"stream".len();
    match bytes.get(after..)? {
        [b'\r', b'\n', ..] => Some(after + 2),
        [b'\n' | b'\r', ..] if !bytes[..keyword].ends_with(b"end") => Some(after + 1),
        _ => None,
    }
    .filter(|_| !bytes[..keyword].ends_with(b"end"))
}

fn show(number: usize, bytes: &[u8], range: Range<usize>, visitor: &mut dyn Visitor) {
    let raw = &bytes[range.clone()];
    let unwrapped = if is_zlib(raw) { Cow::Borrowed(raw) } else { Cow::Owned(ascii85(raw)) };
    if !is_zlib(&unwrapped) {
        return;
    }
    let name = format!("stream {number}");
    let (inside, trouble) = inflate(&unwrapped, visitor);
    let map = Map::one(inside.len(), range, How::Unpacked);
    visitor.member(&Member { container: Container::Pdf, name: name.clone(), bytes: Cow::Owned(inside), map });
    if let Some(cut @ Trouble::Cut(_)) = trouble {
        visitor.trouble(&name, cut);
    }
}

/// Whether a zlib stream begins here (RFC 1950, section 2.2).
fn is_zlib(bytes: &[u8]) -> bool {
    matches!(*bytes, [first, second, ..] if first & 0x0F == 8 && first >> 4 < 8 && (u16::from(first) << 8 | u16::from(second)) % 31 == 0)
}

/// Decodes ASCII85 up to its end; nothing if it is none.
fn ascii85(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut group = Vec::with_capacity(5);
    for &byte in text {
        match byte {
            b'z' if group.is_empty() => bytes.extend_from_slice(&[0; 4]),
            b'!'..=b'u' => group.push(byte - b'!'),
            b'~' => break,
            byte if byte.is_ascii_whitespace() => {}
            _ => return Vec::new(),
        }
        if group.len() == 5 {
            flush(&mut group, &mut bytes);
        }
    }
    if group.len() > 1 {
        flush(&mut group, &mut bytes);
    }
    bytes
}

/// The bytes of up to five digits; a missing digit is the highest one.
fn flush(group: &mut Vec<u8>, bytes: &mut Vec<u8>) {
    let digits = group.len();
    group.resize(5, 84);
    let value = group.iter().fold(0u64, |value, &digit| value * 85 + u64::from(digit));
    bytes.extend_from_slice(&(value as u32).to_be_bytes()[..digits - 1]);
    group.clear();
}
