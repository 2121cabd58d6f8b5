//! Containers: what holds other blobs, known by its content and never by its name.
//!
//! Libraries read the formats; here is only how a container is recognised, and how its members are handed on one by one,
//! with the map back to the bytes that hold them. Members are visited in order and dropped before the next is read, so
//! that memory stays bounded by the [`Budget`].

mod pdf;
mod pyc;
mod sqlite;
mod stream;
mod tar;
mod zip;

use std::borrow::Cow;
use std::io::{self, Read};

use super::limits::{Budget, Limit};
use super::map::Map;
use crate::words::Container;

/// How much is read from a decompressor before the limits are looked at again.
const CHUNK: usize = 64 << 10;

/// What stands in a container.
pub(in crate::engine) struct Member<'m> {
    /// What holds it.
    pub(in crate::engine) container: Container,
    /// Its name in the container; empty where members have none.
    pub(in crate::engine) name: String,
    /// Its bytes.
    pub(in crate::engine) bytes: Cow<'m, [u8]>,
    /// What they stand for in the container.
    pub(in crate::engine) map: Map,
}

/// Why a container or a member was not read to its end.
#[derive(Debug)]
pub(in crate::engine) enum Trouble {
    /// A limit cut it.
    Cut(Limit),
    /// It is damaged, or in a form that is not read: a sentence.
    Unread(String),
}

impl From<Limit> for Trouble {
    fn from(limit: Limit) -> Self {
        Self::Cut(limit)
    }
}

/// Who looks at members.
pub(in crate::engine) trait Visitor {
    /// Whether the container is what text may stand for, and so may be none: a few digits in a document are no archive.
    fn is_guess(&self) -> bool;
    /// What is left to spend.
    fn budget(&mut self) -> &mut Budget;
    /// Looks at a member.
    fn member(&mut self, member: &Member<'_>);
    /// Something was not read: the container itself if it is not named.
    fn trouble(&mut self, member: &str, trouble: Trouble);
}

/// What kind of container these bytes are.
pub(in crate::engine) fn kind(bytes: &[u8]) -> Option<Container> {
    match bytes {
        // RFC 1952: no reserved flag, and values of XFL and OS that are assigned.
        [0x1F, 0x8B, 8, flags, _, _, _, _, 0 | 2 | 4, 0..=13 | 255, ..] if flags & 0xE0 == 0 => Some(Container::Gzip),
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..] => Some(Container::Bzip2),
        [0xFD, b'7', b'z', b'X', b'Z', 0, ..] => Some(Container::Xz),
        [0x28, 0xB5, 0x2F, 0xFD, ..] => Some(Container::Zstd),
        [b'P', b'K', 3, 4, ..] if zip::begins_as_zip(bytes) => Some(Container::Zip),
        [b'%', b'P', b'D', b'F', b'-', ..] => Some(Container::Pdf),
        _ if bytes.starts_with(b"SQLite format 3\0") => Some(Container::Sqlite),
        [b'M', b'Z', ..] | [0x7F, b'E', b'L', b'F', ..] | [b'#', b'!', ..] if zip::ends_as_zip(bytes) => {
            Some(Container::Zip)
        }
        [_, _, b'\r', b'\n', ..] if pyc::begins_as_pyc(bytes) => Some(Container::Pyc),
        _ if tar::begins_as_tar(bytes) => Some(Container::Tar),
        _ => None,
    }
}

/// Whether these bytes are a container.
pub(super) fn is_container(bytes: &[u8]) -> bool {
    kind(bytes).is_some()
}

/// Shows the members of a container to `visitor`.
pub(in crate::engine) fn open(kind: Container, bytes: &[u8], visitor: &mut dyn Visitor) {
    match kind {
        Container::Gzip | Container::Bzip2 | Container::Xz | Container::Zstd => stream::open(kind, bytes, visitor),
        Container::Zip => zip::open(bytes, visitor),
        Container::Tar => tar::open(bytes, visitor),
        Container::Pdf => pdf::open(bytes, visitor),
        Container::Sqlite => sqlite::open(bytes, visitor),
        Container::Pyc => pyc::open(bytes, visitor),
    }
}

/// Reads a decompressor of `input` bytes to its end, to its first error or to a limit.
fn drain(mut reader: impl Read, input: usize, budget: &mut Budget) -> (Vec<u8>, Option<DrainEnd>) {
    let (room, limit) = budget.room(input as u64);
    let mut bytes = Vec::new();
    loop {
        let before = bytes.len();
        let left = room.saturating_sub(before as u64);
        if left == 0 {
            let more = reader.read(&mut [0]).is_ok_and(|read| read > 0);
            return (bytes, more.then_some(DrainEnd::Limit(limit)));
        }
        let read = reader.by_ref().take(left.min(CHUNK as u64)).read_to_end(&mut bytes);
        if let Err(limit) = budget.take(bytes.len() - before) {
            return (bytes, Some(DrainEnd::Limit(limit)));
        }
        match read {
            Ok(0) => return (bytes, None),
            Ok(_) => {}
            Err(error) => return (bytes, Some(DrainEnd::Error(error))),
        }
    }
}

/// Why a decompressor was not read to its end.
enum DrainEnd {
    Limit(Limit),
    Error(io::Error),
}

impl From<DrainEnd> for Trouble {
    fn from(end: DrainEnd) -> Self {
        match end {
            DrainEnd::Limit(limit) => Self::Cut(limit),
            DrainEnd::Error(error) => damaged(&error),
        }
    }
}

/// A sentence about a damaged container.
fn damaged(error: &dyn std::error::Error) -> Trouble {
    let why = error.to_string();
    let plain = why.chars().all(|character| !character.is_control()) && why.len() < 200;
    let why = if plain { why } else { "it makes no sense".to_owned() };
    Trouble::Unread(format!("is damaged; what could be read of it was scanned ({why})"))
}
