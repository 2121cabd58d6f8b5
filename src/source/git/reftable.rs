//! Reftables: references in binary files, as git keeps them with `extensions.refStorage = reftable`.
//!
//! Format: git's `Documentation/technical/reftable.adoc`. Only what names references and says where they lead is read:
//! the blocks of references, one after the other; logs are in blocks of their own, see [`logs`].

use std::collections::BTreeMap;
use std::path::Path;

use super::inflate::{Buffer, Inflater};
use super::refs::Target;
use crate::words::{ObjectId, Skipped};

/// Names and targets of all references in a stack of tables, and what could not be read.
pub(super) fn read(folder: &Path, id_len: usize) -> (BTreeMap<Vec<u8>, Target>, Vec<Skipped>) {
    let (mut refs, mut skipped) = (BTreeMap::new(), Vec::new());
    for (what, table) in tables(folder, &mut skipped) {
        if table_refs(&table, id_len, &mut refs).is_none() {
            let why =
                "this table of references makes no sense from some point on; all objects were read anyway".to_owned();
            skipped.push(Skipped { what, why });
        }
    }
    (refs, skipped)
}

/// The inflated log blocks of all tables: names, identities and messages of reflogs as they are stored.
pub(super) fn logs(folder: &Path) -> (Vec<(String, Vec<u8>)>, Vec<Skipped>) {
    let (mut logs, mut skipped) = (Vec::new(), Vec::new());
    for (what, table) in tables(folder, &mut skipped) {
        match table_logs(&table) {
            Some(blocks) => logs.extend(blocks.into_iter().map(|block| (what.clone(), block))),
            None => {
                let why = "the reflogs in this table make no sense".to_owned();
                skipped.push(Skipped { what, why });
            }
        }
    }
    (logs, skipped)
}

/// The tables of a stack, the oldest first, with their paths.
fn tables(folder: &Path, skipped: &mut Vec<Skipped>) -> Vec<(String, Vec<u8>)> {
    let list = folder.join("tables.list");
    let names = std::fs::read_to_string(&list).unwrap_or_else(|error| {
        let why = format!("the list of reftables can't be read: {error}");
        skipped.push(Skipped { what: list.display().to_string(), why });
        String::new()
    });
    let mut tables = Vec::new();
    for name in names.lines().filter(|name| !name.contains(['/', '\\'])) {
        let path = folder.join(name);
        let what = path.display().to_string();
        match std::fs::read(&path) {
            Ok(table) => tables.push((what, table)),
            Err(error) => skipped.push(Skipped { what, why: format!("this reftable can't be read: {error}") }),
        }
    }
    tables
}

/// Header and footer of a table.
struct Layout {
    block_size: usize,
    header: usize,
    /// Where blocks other than of references begin.
    refs_end: usize,
    /// Where the log blocks begin and end, if there are any.
    logs: Option<(usize, usize)>,
}

impl Layout {
    fn of(table: &[u8]) -> Option<Self> {
        let (header, footer) = match (table.get(..4)?, table.get(4)?) {
            (b"REFT", 1) => (24, 68),
            (b"REFT", 2) => (28, 72),
            _ => return None,
        };
        let block_size = be(table.get(5..8)?);
        let foot = table.len().checked_sub(footer)?;
        let number = |place: usize| Some(be(table.get(foot + header + 8 * place..)?.get(..8)?));
        // Where the index of references, the objects, their index, the logs and their index begin.
        let (ref_index, objects, log, log_index) = (number(0)?, number(1)? >> 5, number(3)?, number(4)?);
        let nonzero = |at: usize| (at > 0).then_some(at);
        let is_log_first = table.get(header) == Some(&b'g');
        let log = if is_log_first { Some(header) } else { nonzero(log) };
        let refs_end = [nonzero(ref_index), nonzero(objects), log].into_iter().flatten().min().unwrap_or(foot);
        let logs = log.map(|start| (start, nonzero(log_index).unwrap_or(foot)));
        Some(Self { block_size, header, refs_end: if is_log_first { 0 } else { refs_end.min(foot) }, logs })
    }
}

fn table_refs(table: &[u8], id_len: usize, refs: &mut BTreeMap<Vec<u8>, Target>) -> Option<()> {
    let layout = Layout::of(table)?;
    let mut block = 0;
    while block < layout.refs_end {
        let start = if block == 0 { layout.header } else { block };
        if start >= layout.refs_end || table.get(start) != Some(&b'r') {
            return (start >= layout.refs_end || table[start] == 0).then_some(());
        }
        let len = be(table.get(start + 1..start + 4)?);
        let records = table.get(start + 4..block + len)?;
        block_refs(records, id_len, refs)?;
        block = if layout.block_size > 0 { block + layout.block_size } else { block + len };
        if len == 0 {
            return None;
        }
    }
    Some(())
}

/// The references of one block, which ends with its restart table.
fn block_refs(records: &[u8], id_len: usize, refs: &mut BTreeMap<Vec<u8>, Target>) -> Option<()> {
    let restarts = be(records.get(records.len().checked_sub(2)?..)?);
    let mut rest = records.get(..records.len().checked_sub(2 + 3 * restarts)?)?;
    let mut name = Vec::new();
    while !rest.is_empty() {
        let shared = varint(&mut rest)?;
        let suffix_and_kind = varint(&mut rest)?;
        let suffix = take(&mut rest, suffix_and_kind >> 3)?;
        if shared > name.len() {
            return None;
        }
        name.truncate(shared);
        name.extend_from_slice(suffix);
        varint(&mut rest)?;
        match suffix_and_kind & 7 {
            0 => drop(refs.remove(&name)),
            kind @ (1 | 2) => {
                let id = ObjectId::new(take(&mut rest, id_len)?)?;
                take(&mut rest, if kind == 2 { id_len } else { 0 })?;
                refs.insert(name.clone(), Target::Object(id));
            }
            3 => {
                let len = varint(&mut rest)?;
                refs.insert(name.clone(), Target::Symbolic(take(&mut rest, len)?.to_vec()));
            }
            _ => return None,
        }
    }
    Some(())
}

fn table_logs(table: &[u8]) -> Option<Vec<Vec<u8>>> {
    let layout = Layout::of(table)?;
    let Some((mut at, end)) = layout.logs else { return Some(Vec::new()) };
    let (mut blocks, mut inflater) = (Vec::new(), Inflater::default());
    while at < end && table.get(at) == Some(&b'g') {
        let header = if at == layout.header { layout.header } else { 0 };
        let size = be(table.get(at + 1..at + 4)?).checked_sub(4 + header)?;
        let mut block = Buffer::default();
        inflater.whole(table.get(at + 4..end)?, size as u64, &mut block).ok()?;
        at += 4 + inflater.consumed();
        blocks.push(block.as_slice().to_vec());
    }
    Some(blocks)
}

fn take<'a>(rest: &mut &'a [u8], len: usize) -> Option<&'a [u8]> {
    let (taken, after) = rest.split_at_checked(len)?;
    *rest = after;
    Some(taken)
}

/// A number: seven bits a byte, the highest first, each further byte adding one (as offsets in packs are written).
fn varint(rest: &mut &[u8]) -> Option<usize> {
    let mut byte = *take(rest, 1)?.first()?;
    let mut value = usize::from(byte & 0x7f);
    while byte & 0x80 != 0 {
        byte = *take(rest, 1)?.first()?;
        value = value.checked_add(1)?.checked_mul(128)? | usize::from(byte & 0x7f);
    }
    Some(value)
}

/// A number of up to eight bytes, the highest first.
fn be(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |value, &byte| value << 8 | usize::from(byte))
}
