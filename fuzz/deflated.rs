//! Deflated streams: what zlib inflates is inflated to the same bytes from as many bytes of input, and is never taken for a
//! stream of another size.

use flate2::{Decompress, FlushDecompress, Status};
use unleak::source::git::{Buffer, Inflater};

/// No stream inflates to more here, in bytes.
const MOST: usize = 1 << 20;

/// What begins every stream.
const HEAD: [u8; 2] = [0x78, 0x9C];

/// A stream of any bytes; if they make sense, the right checksum is put behind them.
pub fn deflated(bytes: &[u8]) {
    let (mut zlib, mut made) = (Decompress::new(false), vec![0; MOST]);
    let status = zlib.decompress(bytes, &mut made, FlushDecompress::Finish);
    let (taken, size) = (zlib.total_in() as usize, zlib.total_out() as usize);
    if size == MOST {
        return;
    }
    let is_whole = matches!(status, Ok(Status::StreamEnd));
    let checksum = adler(&made[..size]).to_be_bytes();
    let stream = [&HEAD[..], if is_whole { &bytes[..taken] } else { bytes }, &checksum].concat();
    let (mut inflater, mut out) = (Inflater::default(), Buffer::default());
    for behind in [&[][..], &bytes[..bytes.len().min(64)]] {
        let input = [&stream[..], behind].concat();
        let inflated = inflater.whole(&input, size as u64, &mut out).is_ok();
        if is_whole {
            assert!(inflated, "zlib inflates it");
            assert_eq!((out.as_slice(), inflater.consumed()), (&made[..size], stream.len()));
        }
        assert!(inflater.whole(&input, size as u64 + 1, &mut out).is_err() || !is_whole);
    }
}

/// The checksum of a stream. Source: RFC 1950, 8.2.
fn adler(bytes: &[u8]) -> u32 {
    let sums =
        |(low, high): (u32, u32), &byte: &u8| ((low + u32::from(byte)) % 65521, (high + low + u32::from(byte)) % 65521);
    let (low, high) = bytes.iter().fold((1, 0), sums);
    high << 16 | low
}
