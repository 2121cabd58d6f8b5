//! Packs: objects whole and as deltas, with an index that names them. What the pack says of them may be any bytes.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::git::{read, with_repository};
use super::taken::Taken;

/// The kinds of entries (`git help gitformat-pack`).
const OFS_DELTA: u8 = 6;
const REF_DELTA: u8 = 7;

/// A pack of up to 32 entries, with references that lead to the first and the last.
pub fn pack(bytes: &[u8]) {
    let mut taken = Taken(bytes);
    let (mut pack, mut offsets) = (b"PACK\0\0\0\x02\0\0\0\0".to_vec(), Vec::new());
    while !taken.is_empty() && offsets.len() < 32 {
        let offset = pack.len();
        let entry = entry(&mut taken, offset, &offsets);
        offsets.push(offset);
        pack.extend(entry);
    }
    pack[8..12].copy_from_slice(&(offsets.len() as u32).to_be_bytes());
    pack.extend_from_slice(&[0; 20]);
    let index = index(&offsets);
    let refs = [format!("{}\n", hex(0)), format!("{} refs/tags/t\n", hex(offsets.len().saturating_sub(1)))];
    let files = [
        ("refs/heads/main", refs[0].as_bytes()),
        ("packed-refs", refs[1].as_bytes()),
        ("objects/pack/pack-a.pack", &pack),
        ("objects/pack/pack-a.idx", &index),
    ];
    with_repository(&files, read);
}

/// The name of an object is its number again and again.
fn hex(number: usize) -> String {
    format!("{:02x}", number as u8 + 1).repeat(20)
}

/// One entry at `offset`; those before it begin at `offsets`.
fn entry(taken: &mut Taken<'_>, offset: usize, offsets: &[usize]) -> Vec<u8> {
    let kind = taken.byte();
    let which = usize::from(taken.byte());
    let (mut between, body) = (Vec::new(), taken.some());
    let body = match kind & 7 {
        1 => commit(which, body),
        2 => tree(body),
        4 => tag(which, body),
        OFS_DELTA => {
            between = distance(match offsets.len() {
                0 => which,
                many => offset - offsets[which % many],
            });
            body.to_vec()
        }
        REF_DELTA => {
            between = vec![which as u8; 20];
            body.to_vec()
        }
        0 | 5 => return body.to_vec(), // no entry at all
        _ => body.to_vec(),
    };
    let claimed = if kind & 0x80 == 0 { body.len() } else { taken.number() };
    let deflated = if kind & 0x40 == 0 { deflated(&body) } else { body };
    [header(kind & 7, claimed), between, deflated].concat()
}

fn header(kind: u8, size: usize) -> Vec<u8> {
    let mut header = vec![kind << 4 | (size & 15) as u8];
    let mut rest = size >> 4;
    while rest > 0 {
        *header.last_mut().unwrap() |= 0x80;
        header.push((rest & 0x7F) as u8);
        rest >>= 7;
    }
    header
}

/// How far back a base is, as git writes it: each further byte adds one.
fn distance(far: usize) -> Vec<u8> {
    let mut bytes = vec![(far & 0x7F) as u8];
    let mut rest = far >> 7;
    while rest > 0 {
        rest -= 1;
        bytes.push(0x80 | (rest & 0x7F) as u8);
        rest >>= 7;
    }
    bytes.reverse();
    bytes
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut out = ZlibEncoder::new(Vec::new(), Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

/// A commit of the tree `which`, with parents as the first bytes say.
fn commit(which: usize, body: &[u8]) -> Vec<u8> {
    let (parents, message) = body.split_at(body.len().min(2));
    let mut text = format!("tree {}\n", hex(which)).into_bytes();
    for &parent in parents {
        text.extend(format!("parent {}\n", hex(parent.into())).into_bytes());
    }
    text.extend_from_slice(b"author A <a> 5 +0000\ncommitter A <a> 9 +0000\n");
    text.extend_from_slice(message);
    text
}

fn tag(which: usize, body: &[u8]) -> Vec<u8> {
    [format!("object {}\ntype commit\n", hex(which)).as_bytes(), body].concat()
}

/// A tree: every other byte a mode and a name, every other an object.
fn tree(body: &[u8]) -> Vec<u8> {
    let mut tree = Vec::new();
    for pair in body.chunks_exact(2) {
        let mode: &[u8] = match pair[0] & 3 {
            0 => b"40000 ",
            1 => b"100644 ",
            2 => b"120000 ",
            _ => b"160000 ",
        };
        tree.extend_from_slice(&[mode, &[b'a' + (pair[0] >> 2) % 26], b"\0", &[pair[1].wrapping_add(1); 20]].concat());
    }
    tree.extend_from_slice(body.chunks_exact(2).remainder());
    tree
}

/// An index of version 2 in which each object has its place (`git help gitformat-pack`).
fn index(offsets: &[usize]) -> Vec<u8> {
    let mut index = b"\xFFtOc\0\0\0\x02".to_vec();
    for first in 0..256usize {
        index.extend_from_slice(&(first.min(offsets.len()) as u32).to_be_bytes());
    }
    (0..offsets.len()).for_each(|number| index.extend_from_slice(&[number as u8 + 1; 20]));
    index.extend(vec![0; 4 * offsets.len()]);
    offsets.iter().for_each(|&offset| index.extend_from_slice(&(offset as u32).to_be_bytes()));
    index.extend_from_slice(&[0; 40]);
    index
}
