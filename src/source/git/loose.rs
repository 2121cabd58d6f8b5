//! Loose objects: one file each, in 256 folders, a zlib stream of `blob 12\0` and the bytes.

use std::path::{Path, PathBuf};

use super::error::ReadError;
use super::inflate::{Buffer, Inflater};
use crate::words::{ObjectId, ObjectKind};

/// The longest header: a kind, a space, twenty digits and a zero byte.
const LONGEST_HEADER: usize = 32;

/// Where the loose file of an object would be.
pub(super) fn path(objects: &Path, id: &ObjectId) -> PathBuf {
    let hex = id.to_string();
    objects.join(&hex[..2]).join(&hex[2..])
}

/// Reads a loose object whole: its kind, and its bytes into `out`. `None` if there is no such file.
pub(super) fn read(path: &Path, inflater: &mut Inflater, out: &mut Buffer) -> Result<Option<Loose>, ReadError> {
    let file = match std::fs::read(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(ReadError::Io(error.to_string())),
    };
    let mut start = [0; LONGEST_HEADER];
    let got = inflater.beginning(&file, &mut start)?;
    let header = header(&start[..got]).ok_or(ReadError::Corrupt("its header makes no sense"))?;
    let size = header.size.checked_add(header.len as u64).ok_or(ReadError::TooLarge(header.size))?;
    inflater.whole(&file, size, out)?;
    Ok(Some(header))
}

/// What the header of a loose object says. The object's bytes begin `len` bytes into the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Loose {
    /// What it is.
    pub(super) kind: ObjectKind,
    /// The header's own length.
    pub(super) len: usize,
    size: u64,
}

fn header(start: &[u8]) -> Option<Loose> {
    let end = start.iter().position(|&byte| byte == 0)?;
    let (kind, size) = std::str::from_utf8(&start[..end]).ok()?.split_once(' ')?;
    let kind = match kind {
        "blob" => ObjectKind::Blob,
        "tree" => ObjectKind::Tree,
        "commit" => ObjectKind::Commit,
        "tag" => ObjectKind::Tag,
        _ => return None,
    };
    Some(Loose { kind, len: end + 1, size: size.parse().ok()? })
}

/// The names of all loose objects in the folder `first` (two hexadecimal digits), in order.
pub(super) fn list(objects: &Path, first: u8) -> std::io::Result<Vec<ObjectId>> {
    let start = format!("{first:02x}");
    let entries = match std::fs::read_dir(objects.join(&start)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut ids = Vec::new();
    for entry in entries {
        let name = format!("{start}{}", entry?.file_name().to_string_lossy());
        ids.extend(ObjectId::from_hex(name.as_bytes()));
    }
    ids.sort_unstable();
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers() {
        assert_eq!(header(b"blob 12\0hello"), Some(Loose { kind: ObjectKind::Blob, len: 8, size: 12 }));
        for bad in [&b"blob 12"[..], b"blub 1\0", b"blob x\0", b"blob 99999999999999999999\0", b""] {
            assert_eq!(header(bad), None, "{bad:?}");
        }
    }
}
