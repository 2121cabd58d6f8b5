//! Containers: any bytes behind the beginning of each, which the first byte chooses. No seed begins as a container, so that
//! a scan of this repository opens none of them.

use super::engine::scan;

/// The beginning that the first byte chooses, and the rest.
fn begun(begins: &[&[u8]], bytes: &[u8]) -> Option<Vec<u8>> {
    let (&which, rest) = bytes.split_first()?;
    Some([begins[usize::from(which) % begins.len()], rest].concat())
}

/// Compressed streams.
pub fn stream(bytes: &[u8]) {
    const BEGINS: &[&[u8]] = &[
        &[0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3],
        &[0x1F, 0x8B, 8],
        b"BZh91AY&SY",
        &[0xFD, b'7', b'z', b'X', b'Z', 0],
        &[0x28, 0xB5, 0x2F, 0xFD],
        &[0x50, 0x2A, 0x4D, 0x18],
    ];
    if let Some(bytes) = begun(BEGINS, bytes) {
        scan(&bytes);
    }
}

/// Archives: zip, zip behind a program, tar with headers whose checksums are right.
pub fn archive(bytes: &[u8]) {
    match bytes {
        [0, rest @ ..] => drop(scan(&[b"PK\x03\x04", rest].concat())),
        [1, rest @ ..] => drop(scan(&[b"\x7FELF program ", rest, b"PK\x05\x06"].concat())),
        [2, rest @ ..] => {
            let mut archive = rest.to_vec();
            archive.chunks_exact_mut(512).for_each(check_header);
            scan(&archive);
        }
        _ => {}
    }
}

/// Puts the checksum of a tar header in its place.
fn check_header(block: &mut [u8]) {
    block[148..156].fill(b' ');
    let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
}

/// Documents: PDF, SQLite, compiled Python.
pub fn document(bytes: &[u8]) {
    const BEGINS: &[&[u8]] = &[
        b"%PDF-1.7\n",
        b"%PDF-1.4\n1 0 obj<</Filter/FlateDecode>>stream\n\x78\x9C",
        b"%PDF-1.4\n1 0 obj<</Filter[/ASCII85Decode/FlateDecode]>>stream\n",
        b"SQLite format 3\0",
        b"SQLite format 3\0\x02\0\x01\x01\0\x40\x20\x20",
        b"\xF3\r\r\n\0\0\0\0\0\0\0\0\0\0\0\0\xE3",
        b"\xA7\r\r\n\0\0\0\0\0\0\0\0\0\0\0\0\xE3",
        b"\x42\r\r\n\0\0\0\0\0\0\0\0\0\0\0\0",
    ];
    if let Some(bytes) = begun(BEGINS, bytes) {
        scan(&bytes);
    }
}
