//! Containers made in memory, each around one file.

use std::io::{Cursor, Write};

use flate2::Compression;

/// A named way to pack a file.
pub(crate) type Packer = (&'static str, fn(&[u8]) -> Vec<u8>);

/// Every container.
pub(crate) const PACKERS: &[Packer] = &[
    ("gzip", gzip),
    ("zip", |bytes| zip(bytes, zip::CompressionMethod::Deflated)),
    ("stored zip", |bytes| zip(bytes, zip::CompressionMethod::Stored)),
    ("bzip2 in zip", |bytes| zip(bytes, zip::CompressionMethod::Bzip2)),
    ("tar", tar),
    ("old tar", old_tar),
    ("bzip2", |bytes| {
        let mut out = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
        out.write_all(bytes).unwrap();
        out.finish().unwrap()
    }),
    ("xz", |bytes| {
        let mut out = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(1)).unwrap();
        out.write_all(bytes).unwrap();
        out.finish().unwrap()
    }),
    ("zstd", |bytes| ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)),
    ("pdf", |bytes| {
        let mut out = flate2::write::ZlibEncoder::new(Vec::new(), Compression::best());
        out.write_all(bytes).unwrap();
        let stream = out.finish().unwrap();
        [&b"%PDF-1.7\n1 0 obj\n<</Filter /FlateDecode>>\nstream\r\n"[..], &stream, b"\nendstream\nendobj\n%%EOF\n"]
            .concat()
    }),
    ("docker image", |bytes| {
        let layer = tar(bytes);
        let mut image = tar::Builder::new(Vec::new());
        add(&mut image, "manifest.json", b"[{\"Layers\": [\"0a1b/layer.tar\"]}]");
        add(&mut image, "0a1b/layer.tar", &layer);
        image.into_inner().unwrap()
    }),
];

/// gzip at its best.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), Compression::best());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

/// A zip archive of `config/.env`, with another file before it.
pub(crate) fn zip(bytes: &[u8], method: zip::CompressionMethod) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(method);
    for (name, bytes) in [("README.md", &b"nothing here\n"[..]), ("config/.env", bytes)] {
        out.start_file(name, options).unwrap();
        out.write_all(bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

/// A tar archive of `app/config/.env`.
pub(crate) fn tar(bytes: &[u8]) -> Vec<u8> {
    let mut out = tar::Builder::new(Vec::new());
    add(&mut out, "README.md", b"nothing here\n");
    add(&mut out, "app/config/.env", bytes);
    out.into_inner().unwrap()
}

fn old_tar(bytes: &[u8]) -> Vec<u8> {
    let mut out = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_old();
    header.set_path("old/.env").unwrap();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o600);
    header.set_mtime(1);
    header.set_uid(0);
    header.set_gid(0);
    header.set_cksum();
    out.append(&header, bytes).unwrap();
    out.into_inner().unwrap()
}

fn add(archive: &mut tar::Builder<Vec<u8>>, name: &str, bytes: &[u8]) {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o600);
    archive.append_data(&mut header, name, bytes).unwrap();
}

/// A SQLite database of 512-byte pages: page 1 is a leaf with one row, which goes on over as many pages as it takes.
pub(crate) fn sqlite(text: &[u8]) -> Vec<u8> {
    const PAGE: usize = 512;
    let payload = [&[3, 0, 0x81][..], text].concat();
    let size = payload.len();
    let (most, least) = (PAGE - 35, (PAGE - 12) * 32 / 255 - 23);
    let fitting = least + (size - least) % (PAGE - 4);
    let local = if fitting <= most { fitting } else { least };
    let mut page = vec![0; PAGE];
    page[..16].copy_from_slice(b"SQLite format 3\0");
    page[16..18].copy_from_slice(&512u16.to_be_bytes());
    let cell =
        [&[0x80 | (size >> 7) as u8, (size & 0x7F) as u8, 1][..], &payload[..local], &2u32.to_be_bytes()].concat();
    let start = PAGE - cell.len();
    page[start..].copy_from_slice(&cell);
    page[100] = 13;
    page[104] = 1;
    page[108..110].copy_from_slice(&(start as u16).to_be_bytes());
    let parts: Vec<&[u8]> = payload[local..].chunks(PAGE - 4).collect();
    for (next, part) in (3u32..).zip(&parts) {
        let number = if next as usize == parts.len() + 2 { 0 } else { next };
        let mut overflow = [&number.to_be_bytes()[..], part].concat();
        overflow.resize(PAGE, 0);
        page.extend(overflow);
    }
    page
}
