//! Compressed streams: gzip, bzip2, xz and zstd, each of which holds one file without a name that matters.

use std::borrow::Cow;
use std::io::{self, Read};

use bzip2::read::MultiBzDecoder;
use flate2::read::MultiGzDecoder;
use lzma_rust2::XzReader;
use ruzstd::decoding::StreamingDecoder;

use super::{DrainEnd, Member, Visitor, damaged, drain};
use crate::engine::decode::map::{How, Map};
use crate::words::Container;

/// The most memory that xz may take for its dictionary, in KiB: enough for `xz -9`.
const XZ_MEMORY: u32 = 80 << 10;

/// The largest window of zstd: that of `zstd --ultra -22`.
const ZSTD_WINDOW: u64 = 128 << 20;

/// Shows what is compressed.
pub(super) fn open(container: Container, bytes: &[u8], visitor: &mut dyn Visitor) {
    let (inside, end) = match container {
        Container::Gzip => drain(MultiGzDecoder::new(bytes), bytes.len(), visitor.budget()),
        Container::Bzip2 => drain(MultiBzDecoder::new(bytes), bytes.len(), visitor.budget()),
        Container::Xz => drain(XzReader::new_mem_limit(bytes, true, XZ_MEMORY), bytes.len(), visitor.budget()),
        _ => drain(Frames { rest: bytes, decoder: None }, bytes.len(), visitor.budget()),
    };
    if inside.is_empty() && matches!(end, Some(DrainEnd::Error(_))) && visitor.is_guess() {
        return; // it only looked like one
    }
    let map = Map::one(inside.len(), 0..bytes.len(), How::Unpacked);
    visitor.member(&Member { container, name: String::new(), bytes: Cow::Owned(inside), map });
    match end {
        Some(DrainEnd::Error(error)) if is_padding(container, &error, bytes) => {}
        Some(end) => visitor.trouble("", end.into()),
        None => {}
    }
}

/// Whether what stands behind a gzip stream is no other one: padding, which gzip itself passes over too.
fn is_padding(container: Container, error: &io::Error, bytes: &[u8]) -> bool {
    container == Container::Gzip && error.kind() == io::ErrorKind::InvalidInput && bytes.ends_with(&[0])
}

/// All zstd frames of an input, one after the other.
struct Frames<'b> {
    rest: &'b [u8],
    decoder: Option<Box<StreamingDecoder<&'b [u8], ruzstd::decoding::FrameDecoder>>>,
}

impl Read for Frames<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(decoder) = &mut self.decoder {
                let read = decoder.read(buffer)?;
                if read > 0 || buffer.is_empty() {
                    return Ok(read);
                }
                self.rest = self.decoder.take().map_or(&[], |decoder| decoder.into_inner());
            }
            if let [0x50..=0x5F, 0x2A, 0x4D, 0x18, a, b, c, d, ..] = *self.rest {
                // A frame to be skipped: RFC 8878, section 3.1.2.
                let length = u32::from_le_bytes([a, b, c, d]) as usize;
                self.rest = self.rest.get(8 + length..).unwrap_or(&[]);
                continue;
            }
            if !self.rest.starts_with(&[0x28, 0xB5, 0x2F, 0xFD]) {
                return Ok(0);
            }
            let decoder =
                StreamingDecoder::new_with_max_window_size(self.rest, ZSTD_WINDOW).map_err(io::Error::other)?;
            self.decoder = Some(Box::new(decoder));
        }
    }
}

/// What a PDF stream or another zlib stream holds, however far it goes.
pub(super) fn inflate(bytes: &[u8], visitor: &mut dyn Visitor) -> (Vec<u8>, Option<super::Trouble>) {
    let (inside, end) = drain(flate2::read::ZlibDecoder::new(bytes), bytes.len(), visitor.budget());
    let trouble = end.map(|end| match end {
        DrainEnd::Error(error) => damaged(&error),
        limit @ DrainEnd::Limit(_) => limit.into(),
    });
    (inside, trouble)
}

/// The first bytes of what a zlib stream holds, as far as they can be read.
pub(super) fn beginning(bytes: &[u8], most: usize) -> Vec<u8> {
    let mut inside = Vec::new();
    let _ = flate2::read::ZlibDecoder::new(bytes).take(most as u64).read_to_end(&mut inside);
    inside
}
