//! SQLite databases. What fits on one page stands there in one piece and is found without any help; a longer row goes on
//! on overflow pages, and here such rows are put together.
//!
//! The file format: <https://www.sqlite.org/fileformat2.html>, sections 1.3 (header), 1.5 (b-tree pages), 1.6 (overflow).

use std::borrow::Cow;

use super::{Member, Visitor};
use crate::engine::decode::map::{How, Map};
use crate::words::Container;

/// The header of the database, before the first page's own header.
const HEADER: usize = 100;

/// Shows the rows that overflow their page.
pub(super) fn open(bytes: &[u8], visitor: &mut dyn Visitor) {
    let Some(database) = Database::new(bytes) else { return };
    for number in 1..=bytes.len().div_ceil(database.page_size) {
        for cell in database.cells(number) {
            let Some((inside, map)) = database.spilled(number, cell) else { continue };
            let budget = visitor.budget();
            if let Err(limit) = budget.enter().and_then(|()| budget.take(inside.len())) {
                return visitor.trouble("", limit.into());
            }
            let name = format!("page {number}");
            visitor.member(&Member { container: Container::Sqlite, name, bytes: Cow::Owned(inside), map });
        }
    }
}

struct Database<'b> {
    bytes: &'b [u8],
    page_size: usize,
    usable: usize,
}

impl<'b> Database<'b> {
    fn new(bytes: &'b [u8]) -> Option<Self> {
        let page_size = match u16::from_be_bytes([*bytes.get(16)?, *bytes.get(17)?]) {
            1 => 65_536,
            size => usize::from(size),
        };
        let usable = page_size.checked_sub(usize::from(*bytes.get(20)?))?;
        (page_size.is_power_of_two() && usable >= 480).then_some(Self { bytes, page_size, usable })
    }

    fn page(&self, number: usize) -> Option<&'b [u8]> {
        let start = number.checked_sub(1)?.checked_mul(self.page_size)?;
        self.bytes.get(start..start + self.page_size)
    }

    /// Where the cells of a page begin, if it is one of a b-tree that holds content.
    fn cells(&self, number: usize) -> Vec<usize> {
        let Some(page) = self.page(number) else { return Vec::new() };
        let header = if number == 1 { HEADER } else { 0 };
        let array = match page[header] {
            10 | 13 => header + 8,
            2 => header + 12,
            _ => return Vec::new(),
        };
        let count = usize::from(u16::from_be_bytes([page[header + 3], page[header + 4]]));
        let pointers = page[array..].chunks_exact(2).take(count);
        pointers.map(|pointer| usize::from(u16::from_be_bytes([pointer[0], pointer[1]]))).collect()
    }

    /// The content of a cell that overflows its page.
    fn spilled(&self, number: usize, cell: usize) -> Option<(Vec<u8>, Map)> {
        let page = self.page(number)?;
        let kind = page[if number == 1 { HEADER } else { 0 }];
        let after_child = if kind == 2 { cell + 4 } else { cell };
        let (size, mut start) = varint(page, after_child)?;
        let most = if kind == 13 { self.usable - 35 } else { (self.usable - 12) * 64 / 255 - 23 };
        if kind == 13 {
            (_, start) = varint(page, start)?;
        }
        if size <= most || size > self.bytes.len() {
            return None;
        }
        let least = (self.usable - 12) * 32 / 255 - 23;
        let fitting = least + (size - least) % (self.usable - 4);
        let local = if fitting <= most { fitting } else { least };
        let mut row = Row { bytes: Vec::with_capacity(size), map: Map::default() };
        let base = (number - 1) * self.page_size;
        row.add(page.get(start..start + local)?, base + start);
        let mut next = pointer(page.get(start + local..)?)?;
        while row.bytes.len() < size {
            let Some(page) = self.page(next) else { break };
            let length = (size - row.bytes.len()).min(self.usable - 4);
            row.add(page.get(4..4 + length)?, (next - 1) * self.page_size + 4);
            next = pointer(page)?;
        }
        Some((row.bytes, row.map))
    }
}

/// A row that is being put together.
struct Row {
    bytes: Vec<u8>,
    map: Map,
}

impl Row {
    fn add(&mut self, part: &[u8], at: usize) {
        self.bytes.extend_from_slice(part);
        self.map.push_apart(part.len(), at, How::Copied);
    }
}

fn pointer(bytes: &[u8]) -> Option<usize> {
    let number = u32::from_be_bytes(*bytes.first_chunk()?);
    usize::try_from(number).ok()
}

/// A number of one to nine bytes, and where it ends.
fn varint(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let mut value = 0u64;
    for (index, &byte) in bytes.get(at..)?.iter().take(9).enumerate() {
        if index == 8 {
            return Some((usize::try_from(value << 8 | u64::from(byte)).ok()?, at + 9));
        }
        value = value << 7 | u64::from(byte & 0x7F);
        if byte < 0x80 {
            return Some((usize::try_from(value).ok()?, at + index + 1));
        }
    }
    None
}
