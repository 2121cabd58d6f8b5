//! PDF documents: text stands in streams, most of them compressed with zlib, some of those in ASCII85 too.
//!
//! What a page shows is put together from the strings of its content stream (`text`). Fonts with a simple encoding show
//! plain text; those that number their glyphs say in a map of their own what these stand for (`cmap`). Which font a string
//! is in is not looked up: the text is read once with each map, and only the right one makes sense of it. All other
//! streams are scanned as they are. ISO 32000-1, sections 7.3.8 and 7.4.
//!
//! No library is used. pdf-extract panics on damaged documents (its issues 96 and 141) and overflows the stack in some,
//! which nobody can catch; lopdf brings 64 crates, ciphers and random numbers among them.

mod cmap;
mod text;

use std::borrow::Cow;
use std::ops::Range;

use cmap::Codes;
use memchr::memmem;
use text::{Piece, Shown};

use super::stream::{beginning, inflate};
use super::{Member, Trouble, Visitor};
use crate::engine::decode::limits::Limit;
use crate::engine::decode::map::{How, Map};
use crate::rules::SHORTEST_RUN;
use crate::words::Container;

/// The most fonts whose maps are read.
const MOST_FONTS: usize = 32;

/// So many bytes of a stream are looked at to see whether it is the map of a font.
const PROBE: usize = 256;

/// Shows the compressed streams of a document. A stream that is none of ours (a picture, a font) is no trouble.
pub(super) fn open(bytes: &[u8], visitor: &mut dyn Visitor) {
    let streams = Streams::of(bytes);
    if streams.encrypted {
        let why = "is encrypted and was not read; save it without a password and scan that";
        visitor.trouble("", Trouble::Unread(why.to_owned()));
    }
    let fonts = fonts(bytes, &streams.ranges, visitor);
    for (number, range) in (1..).zip(streams.ranges) {
        if let Err(limit) = visitor.budget().enter() {
            return visitor.trouble("", limit.into());
        }
        let name = format!("stream {number}");
        if let Err(limit) = show(&name, bytes, &range, &fonts, visitor) {
            visitor.trouble(&name, limit.into());
        }
    }
}

/// Where the streams of a document stand.
struct Streams {
    ranges: Vec<Range<usize>>,
    encrypted: bool,
}

impl Streams {
    fn of(bytes: &[u8]) -> Self {
        let (begins, ends) = (memmem::Finder::new(b"stream"), memmem::Finder::new(b"endstream"));
        let mut streams = Self { ranges: Vec::new(), encrypted: false };
        let (mut at, mut gap) = (0, 0);
        while let Some(found) = begins.find(&bytes[at..]) {
            let keyword = at + found;
            at = keyword + b"stream".len();
            let Some(start) = begin(bytes, keyword) else { continue };
            let end = ends.find(&bytes[start..]).map_or(bytes.len(), |length| start + length);
            streams.encrypted |= is_encrypted(&bytes[gap..keyword]);
            streams.ranges.push(start..end);
            at = (end + b"endstream".len()).min(bytes.len());
            gap = at;
        }
        streams.encrypted |= is_encrypted(&bytes[gap..]);
        streams
    }
}

/// Whether what stands between streams says how the document is encrypted.
fn is_encrypted(between: &[u8]) -> bool {
    memmem::find_iter(between, b"/Encrypt").any(|at| {
        let rest = between[at + b"/Encrypt".len()..].trim_ascii_start();
        matches!(rest, [b'0'..=b'9', ..] | [b'<', b'<', ..])
    })
}

/// Where the bytes of a stream begin; nothing if the word is the end of one.
fn begin(bytes: &[u8], keyword: usize) -> Option<usize> {
    let after = keyword + b"stream".len();
    match bytes.get(after..)? {
        [b'\r', b'\n', ..] => Some(after + 2),
        [b'\n' | b'\r', ..] => Some(after + 1),
        _ => None,
    }
    .filter(|_| !bytes[..keyword].ends_with(b"end"))
}

/// The maps of all fonts that have one.
fn fonts(bytes: &[u8], streams: &[Range<usize>], visitor: &mut dyn Visitor) -> Vec<Codes> {
    let mut fonts = Vec::new();
    for range in streams {
        let raw = &bytes[range.clone()];
        if fonts.len() < MOST_FONTS && is_zlib(raw) && cmap::may_be(&beginning(raw, PROBE)) {
            let (map, _) = inflate(raw, visitor);
            fonts.extend(Codes::read(&map).filter(|codes| !fonts.contains(codes)));
        }
    }
    fonts
}

/// Shows what a stream holds: the text that it shows, or else its bytes.
fn show(
    name: &str,
    bytes: &[u8],
    range: &Range<usize>,
    fonts: &[Codes],
    visitor: &mut dyn Visitor,
) -> Result<(), Limit> {
    let raw = &bytes[range.clone()];
    let unwrapped = if is_zlib(raw) { Cow::Borrowed(raw) } else { Cow::Owned(ascii85(raw)) };
    if !is_zlib(&unwrapped) {
        return Ok(());
    }
    let (inside, trouble) = inflate(&unwrapped, visitor);
    let mut member = |text: Vec<u8>| {
        let map = Map::one(text.len(), range.clone(), How::Unpacked);
        visitor.budget().take(text.len())?;
        visitor.member(&Member { container: Container::Pdf, name: name.to_owned(), bytes: Cow::Owned(text), map });
        Ok(())
    };
    let shown = text::shown(&inside);
    if let Some(shown) = &shown {
        for codes in fonts {
            if let Some(text) = written(shown, |string, text| codes.decode(string, text)) {
                member(text)?;
            }
        }
    }
    let plainly = shown.filter(|shown| shown.is_certain).and_then(|shown| written(&shown, plain));
    member(plainly.unwrap_or(inside))?;
    match trouble {
        Some(Trouble::Cut(limit)) => Err(limit),
        _ => Ok(()),
    }
}

/// What is shown, with `decode` reading the strings; nothing if it knows too little of it for a key.
fn written(shown: &Shown, decode: impl Fn(&[u8], &mut Vec<u8>) -> usize) -> Option<Vec<u8>> {
    let (mut text, mut known) = (Vec::new(), 0);
    for piece in &shown.pieces {
        match piece {
            Piece::Shown(string) => known += decode(string, &mut text),
            Piece::Gap => text.push(b' '),
            Piece::Line => text.push(b'\n'),
        }
    }
    (known >= SHORTEST_RUN).then_some(text)
}

/// A string in a font with a simple encoding.
fn plain(string: &[u8], text: &mut Vec<u8>) -> usize {
    text.extend_from_slice(string);
    string.iter().filter(|byte| byte.is_ascii_graphic()).count()
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
