//! Zip and its family. A zip archive is read by its central directory; if that is missing or damaged, by what stands
//! before each member.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use memchr::memmem;
use zip::read::ZipFile;
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::{DrainEnd, Member, Trouble, Visitor, damaged, drain};
use crate::engine::decode::map::{How, Map};
use crate::words::Container;

/// How far from the end the end of the central directory may begin: its comment has at most 65,535 bytes.
const LONGEST_END: usize = 22 + 0xFFFF;

/// Whether these bytes begin with the header of a member that makes sense (APPNOTE.TXT, section 4.3.7): its version and
/// method are assigned, and it has a name.
pub(super) fn begins_as_zip(bytes: &[u8]) -> bool {
    let number = |at: usize| bytes.get(at..at + 2).map_or(0, |two| u16::from_le_bytes([two[0], two[1]]));
    let version = number(4) & 0xFF;
    let method = matches!(number(8), 0..=10 | 12 | 14 | 16 | 18..=20 | 93..=99);
    version < 100 && method && (1..=4096).contains(&number(26))
}

/// Whether a zip archive ends here: one that stands behind a program, such as a self-extracting one.
pub(super) fn ends_as_zip(bytes: &[u8]) -> bool {
    memmem::rfind(&bytes[bytes.len().saturating_sub(LONGEST_END)..], b"PK\x05\x06").is_some()
}

/// Shows the files of an archive.
pub(super) fn open(bytes: &[u8], visitor: &mut dyn Visitor) {
    let mut archive = match ZipArchive::new(Cursor::new(bytes)) {
        Ok(archive) => archive,
        Err(error) => return salvage(bytes, &error, visitor),
    };
    for index in 0..archive.len() {
        if let Err(limit) = visitor.budget().enter() {
            return visitor.trouble("", limit.into());
        }
        let (name, method) = match archive.by_index_raw(index) {
            Ok(file) if file.is_dir() => continue,
            Ok(file) => (name(&file), file.compression()),
            Err(error) => {
                visitor.trouble("", damaged(&error));
                continue;
            }
        };
        match archive.by_index(index) {
            Ok(file) => {
                let start = usize::try_from(file.data_start().unwrap_or(0)).unwrap_or(0).min(bytes.len());
                let size = usize::try_from(file.compressed_size()).unwrap_or(usize::MAX);
                let from = start..start.saturating_add(size).min(bytes.len());
                show(name, file, &from, method, visitor);
            }
            Err(error) => visitor.trouble(&name, unread(&error)),
        }
    }
}

/// A file's name, as UTF-8 if it can be.
fn name<R: Read>(file: &ZipFile<'_, R>) -> String {
    file.name().map_or_else(|_| String::from_utf8_lossy(file.name_raw()).into_owned(), Cow::into_owned)
}

/// Shows one file.
fn show(
    name: String,
    file: impl Read,
    from: &std::ops::Range<usize>,
    method: CompressionMethod,
    visitor: &mut dyn Visitor,
) {
    let (inside, end) = drain(file, from.len(), visitor.budget());
    let how =
        if method == CompressionMethod::Stored && inside.len() == from.len() { How::Copied } else { How::Unpacked };
    let map = Map::one(inside.len(), from.clone(), how);
    visitor.member(&Member { container: Container::Zip, name: name.clone(), bytes: Cow::Owned(inside), map });
    match end {
        Some(DrainEnd::Error(error)) => visitor.trouble(&name, damaged(&error)),
        Some(limit) => visitor.trouble(&name, limit.into()),
        None => {}
    }
}

/// Reads what an archive without a directory holds, as far as it goes.
fn salvage(bytes: &[u8], error: &ZipError, visitor: &mut dyn Visitor) {
    let mut rest = Cursor::new(bytes);
    loop {
        if let Err(limit) = visitor.budget().enter() {
            return visitor.trouble("", limit.into());
        }
        let start = usize::try_from(rest.position()).unwrap_or(usize::MAX).min(bytes.len());
        match zip::read::read_zipfile_from_stream(&mut rest) {
            Ok(Some(file)) if file.is_dir() => {}
            Ok(Some(file)) => {
                let name = name(&file);
                let size = usize::try_from(file.compressed_size()).unwrap_or(usize::MAX);
                let from = start..start.saturating_add(size).min(bytes.len());
                show(name, file, &from, CompressionMethod::Deflated, visitor);
            }
            Ok(None) | Err(_) => break,
        }
    }
    visitor.trouble("", damaged(error));
}

/// Why a member was not read.
fn unread(error: &ZipError) -> Trouble {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
            Trouble::Unread("is encrypted and was not read; unpack it and scan what comes out".to_owned())
        }
        ZipError::CompressionMethodNotSupported(_) | ZipError::UnsupportedArchive(_) => {
            Trouble::Unread("is compressed in a way that is not read; unpack it and scan what comes out".to_owned())
        }
        error => damaged(error),
    }
}
