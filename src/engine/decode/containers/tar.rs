//! Tar archives of every dialect; images that `docker save` wrote are such archives, of layers that are too.

use std::borrow::Cow;
use std::io::Cursor;

use tar::Archive;

use super::{Member, Trouble, Visitor, damaged};
use crate::engine::decode::map::{How, Map};
use crate::words::Container;

/// The size of a header.
const HEADER: usize = 512;

/// Whether these bytes begin with a tar header: its checksum is right (POSIX.1-2017, pax, "ustar Interchange Format").
pub(super) fn begins_as_tar(bytes: &[u8]) -> bool {
    let Some(header) = bytes.get(..HEADER) else { return false };
    let octal = |byte: &u8| matches!(byte, b'0'..=b'7' | b' ' | 0);
    if header[0] == 0 || !header[100..108].iter().all(octal) || !header[148..156].iter().all(octal) {
        return false;
    }
    let digits = header[148..156].iter().filter(|byte| byte.is_ascii_digit());
    let wanted = digits.fold(0u32, |value, digit| value * 8 + u32::from(digit - b'0'));
    let spaces = 8 * u32::from(b' ');
    let sum: u32 = header[..148].iter().chain(&header[156..]).map(|&byte| u32::from(byte)).sum();
    wanted == sum + spaces
}

/// Shows the files of an archive.
pub(super) fn open(bytes: &[u8], visitor: &mut dyn Visitor) {
    let mut archive = Archive::new(Cursor::new(bytes));
    let entries = match archive.entries_with_seek() {
        Ok(entries) => entries,
        Err(error) => return visitor.trouble("", damaged(&error)),
    };
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => return visitor.trouble("", damaged(&error)),
        };
        let size = entry.header().entry_size().unwrap_or(0).max(entry.size());
        if size == 0 {
            continue;
        }
        if let Err(limit) = visitor.budget().enter() {
            return visitor.trouble("", limit.into());
        }
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let start = usize::try_from(entry.raw_file_position()).unwrap_or(usize::MAX).min(bytes.len());
        let end = start.saturating_add(usize::try_from(size).unwrap_or(usize::MAX));
        let inside = &bytes[start..end.min(bytes.len())];
        let map = Map::one(inside.len(), start..start + inside.len(), How::Copied);
        visitor.member(&Member { container: Container::Tar, name: name.clone(), bytes: Cow::Borrowed(inside), map });
        if end > bytes.len() && !entry.header().entry_type().is_gnu_sparse() {
            let why = "is cut off: its archive ends before it does; what could be read of it was scanned".to_owned();
            return visitor.trouble(&name, Trouble::Unread(why));
        }
    }
}
