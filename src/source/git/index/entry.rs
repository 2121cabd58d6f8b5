//! One entry of an index: where its parts are, in the versions 2, 3 and 4.

use std::ops::Range;

use super::{number, short};
use crate::source::git::parse::Mode;
use crate::words::ObjectId;

/// Bytes of an entry before its id: times, device, inode, mode, owner, size.
const BEFORE_ID: usize = 40;

/// Where in an entry its mode is.
const MODE: usize = 24;

/// The length of a path that says only that it is this long or longer.
const LONG_PATH: usize = 0xfff;

/// The bit that says that more flags follow.
const EXTENDED: u16 = 0x4000;

/// The bit, among those, of a path that will be added later.
const INTENT_TO_ADD: u16 = 0x2000;

/// How the entries of an index are written.
#[derive(Clone, Copy)]
pub(super) struct Form {
    id_len: usize,
    /// Whether a path says only in what it differs from the one before (version 4).
    short_paths: bool,
}

/// Where the parts of an entry are, from its begin.
pub(super) struct Parts {
    /// How many bytes it takes.
    pub(super) length: usize,
    /// How many bytes at the end of the last path are not in this one; nothing if all is written.
    dropped: Option<usize>,
    /// What is written of the path.
    path: Range<usize>,
}

/// What is staged for a path.
#[derive(Clone, Copy)]
pub(in crate::source::git) struct Entry {
    /// The object.
    pub(in crate::source::git) id: Option<ObjectId>,
    /// What it is; a sparse index holds whole folders as one entry.
    pub(in crate::source::git) mode: Mode,
    /// Whether it only says that something will be added there.
    pub(in crate::source::git) intent_to_add: bool,
}

impl Form {
    /// That of version 3, with ids of so many bytes.
    pub(super) fn plain(id_len: usize) -> Self {
        Self { id_len, short_paths: false }
    }

    /// That of a version, if it is known.
    pub(super) fn of(version: u32, id_len: usize) -> Option<Self> {
        (2..=4).contains(&version).then_some(Self { id_len, short_paths: version == 4 })
    }

    /// How many bytes an id takes.
    pub(super) fn id_len(&self) -> usize {
        self.id_len
    }

    /// Whether a path needs the one before it.
    pub(super) fn builds_on_the_last(&self) -> bool {
        self.short_paths
    }

    /// Where the parts of the entry are that `bytes` begin with; nothing if there are too few bytes or it makes no sense.
    #[inline]
    pub(super) fn parts(&self, bytes: &[u8]) -> Option<Parts> {
        let flags_at = BEFORE_ID + self.id_len;
        let flags = short(bytes, flags_at)?;
        let start = flags_at + if flags & EXTENDED == 0 { 2 } else { 4 };
        if self.short_paths {
            let (dropped, start) = offset(bytes, start)?;
            let end = start + memchr::memchr(0, bytes.get(start..)?)?;
            return Some(Parts { length: end + 1, dropped: Some(dropped), path: start..end });
        }
        let end = start
            + match usize::from(flags) & LONG_PATH {
                LONG_PATH => memchr::memchr(0, bytes.get(start..)?)?,
                length => length,
            };
        // At least one NUL ends a path, and as many as an entry needs to be a multiple of eight bytes long.
        let length = (end + 8) & !7;
        (bytes.get(end) == Some(&0) && length <= bytes.len()).then_some(Parts {
            length,
            dropped: None,
            path: start..end,
        })
    }

    /// What the entry says that `bytes` begin with.
    pub(super) fn entry(&self, bytes: &[u8]) -> Entry {
        let id = BEFORE_ID..BEFORE_ID + self.id_len;
        let flags = short(bytes, id.end).unwrap_or_default();
        let more = if flags & EXTENDED == 0 { 0 } else { short(bytes, id.end + 2).unwrap_or_default() };
        Entry {
            mode: Mode::of(number(bytes, MODE).unwrap_or_default()),
            id: ObjectId::new(bytes.get(id).unwrap_or_default()),
            intent_to_add: more & INTENT_TO_ADD != 0,
        }
    }
}

impl Parts {
    /// Makes of the last path this entry's; `false` if it takes more from the last than that has.
    pub(super) fn write_path(&self, bytes: &[u8], path: &mut Vec<u8>) -> bool {
        let kept = self.dropped.map_or(Some(0), |dropped| path.len().checked_sub(dropped));
        let Some((kept, new)) = kept.zip(bytes.get(self.path.clone())) else { return false };
        path.truncate(kept);
        path.extend_from_slice(new);
        true
    }
}

/// Writes an entry in the form of version 3.
pub(super) fn lay_out(bytes: &mut Vec<u8>, path: &[u8], mode: u32, id: &[u8], intent_to_add: bool) {
    let start = bytes.len();
    bytes.extend([0; MODE]);
    bytes.extend(mode.to_be_bytes());
    bytes.extend([0; BEFORE_ID - MODE - 4]);
    bytes.extend(id);
    bytes.extend((EXTENDED | path.len().min(LONG_PATH) as u16).to_be_bytes());
    bytes.extend(if intent_to_add { INTENT_TO_ADD } else { 0 }.to_be_bytes());
    bytes.extend(path);
    bytes.resize(start + ((bytes.len() - start + 8) & !7), 0);
}

/// A number as packs write offsets, and where it ends: seven bits a byte, and one more for each that follows.
fn offset(bytes: &[u8], mut at: usize) -> Option<(usize, usize)> {
    let mut byte = *bytes.get(at)?;
    let mut value = usize::from(byte & 0x7f);
    while byte & 0x80 != 0 {
        at += 1;
        byte = *bytes.get(at)?;
        value = value.checked_add(1)?.checked_mul(0x80)? | usize::from(byte & 0x7f);
    }
    Some((value, at + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_laid_out_is_read_again() {
        for (length, id_len) in
            [(0, 20), (1, 20), (5, 32), (6, 20), (7, 20), (8, 20), (0xffe, 20), (0xfff, 20), (9999, 32)]
        {
            let (form, path, mut bytes) = (Form::plain(id_len), vec![b'p'; length], Vec::new());
            lay_out(&mut bytes, &path, 0o120_000, &vec![7; id_len], true);
            let parts = form.parts(&bytes).unwrap();
            let mut read = b"another".to_vec();
            assert!(parts.write_path(&bytes, &mut read) && read == path && parts.length == bytes.len());
            let Entry { id, mode, intent_to_add } = form.entry(&bytes);
            assert!(id == ObjectId::new(&vec![7; id_len]) && mode == Mode::Link && intent_to_add);
            assert!(form.parts(&bytes[..bytes.len() - 1]).is_none());
        }
    }

    #[test]
    fn short_paths_build_on_the_last() {
        let form = Form::of(4, 20).unwrap();
        let entry = |dropped: &[u8], rest: &str| [&[0; 62][..], dropped, rest.as_bytes(), b"\0"].concat();
        let mut path = vec![b'x'; 300];
        let mut next = |dropped: &[u8], rest: &str| {
            let bytes = entry(dropped, rest);
            let parts = form.parts(&bytes).unwrap();
            (parts.length == bytes.len() && parts.write_path(&bytes, &mut path)).then(|| path.clone())
        };
        assert_eq!(next(&[0x80, 0x7f], "abc"), Some([&[b'x'; 45][..], b"abc"].concat()));
        assert_eq!(next(&[48], "d/e"), Some(b"d/e".to_vec()));
        assert_eq!(next(&[4], ""), None);
        assert!(form.parts(&entry(&[0xff; 12], "")).is_none());
    }
}
