//! The index as a hook needs it: where its entries are, and the trees that it has cached.
//!
//! A file is passed once, in pieces, to see where every so many entries begin and what stands behind them; a [`Cursor`]
//! then reads the few entries that matter. Nothing is kept of the others, so an index of a hundred thousand entries takes a
//! few milliseconds and no memory. What is in no plain form (a split index, or anything that this reader does not know) is
//! read by gix-index and laid out again as if it were.
//!
//! The form: `git help gitformat-index`.

mod cached;
mod cursor;
mod entry;
mod window;

use std::fs::File;

use gix_hash::Kind;
use gix_index::entry::Flags;

pub(super) use self::cached::CachedTrees;
pub(super) use self::cursor::Cursor;
pub(super) use self::entry::Entry;
use self::entry::Form;
use self::window::{Bytes, Window};
use super::open::Repository;

/// How many entries stand between two marks.
const STEP: usize = 16;

/// Where the first entry begins.
const FIRST: u32 = 12;

/// An index that was looked at.
pub(super) struct Index {
    bytes: Bytes,
    form: Form,
    /// Where the entries end.
    end: u32,
    count: usize,
    marks: Vec<Mark>,
    /// The paths of the entries before the marks, one behind the other; all empty where no path builds on another.
    before: Vec<u8>,
    trees: CachedTrees,
}

/// A place to begin reading: every so many entries there is one.
#[derive(Clone, Copy)]
struct Mark {
    /// Where the entry begins.
    start: u32,
    /// Where, among all such paths, the path of the entry before ends.
    before: u32,
}

impl Index {
    /// The index of a repository; one that is not there is empty.
    ///
    /// # Errors
    /// It can't be read: what the system or the reader says.
    pub(super) fn read(repo: &Repository) -> Result<Self, String> {
        let file = match File::open(&repo.index_file) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::empty(repo.hash)),
            other => other.map_err(|error| error.to_string())?,
        };
        let length = file.metadata().map_err(|error| error.to_string())?.len();
        let mut index = Self { bytes: Bytes::File(file, length), ..Self::empty(repo.hash) };
        match index.survey(length).map_err(|error| error.to_string())? {
            Some(()) => Ok(index),
            None => Self::by_gix(repo),
        }
    }

    fn empty(hash: Kind) -> Self {
        Self {
            bytes: Bytes::Held(Vec::new()),
            form: Form::plain(hash.len_in_bytes()),
            end: 0,
            count: 0,
            marks: Vec::new(),
            before: Vec::new(),
            trees: CachedTrees::default(),
        }
    }

    /// Passes over a file; nothing if it is in no plain form.
    fn survey(&mut self, length: u64) -> std::io::Result<Option<()>> {
        let Self { bytes, form, end, count, marks, before, trees } = self;
        let mut window = Window::new(bytes);
        let Some(file_end) = length.checked_sub(form.id_len() as u64).and_then(|end| u32::try_from(end).ok()) else {
            return Ok(None);
        };
        let header = window.from(0, FIRST as usize)?;
        let (Some(b"DIRC"), Some(version), Some(said)) = (header.get(..4), number(header, 4), number(header, 8)) else {
            return Ok(None);
        };
        let Some(version) = Form::of(version, form.id_len()) else { return Ok(None) };
        (*form, *end, *count) = (version, file_end, said as usize);
        match mark(&mut window, form, *count, file_end, (marks, before))? {
            Some(at) => *end = at,
            None => return Ok(None),
        }
        let mut at = *end;
        while at < file_end {
            let header = window.from(at, 8)?;
            let (Some(name), Some(size)) = (header.first_chunk::<4>().copied(), number(header, 4)) else {
                return Ok(None);
            };
            let next = at.checked_add(8).and_then(|body| body.checked_add(size));
            let Some(next) = next.filter(|&next| next <= file_end) else { return Ok(None) };
            match &name {
                b"TREE" => {
                    let body = window.from(at + 8, size as usize)?.get(..size as usize);
                    let Some(read) = body.and_then(|body| CachedTrees::parse(body, form.id_len())) else {
                        return Ok(None);
                    };
                    *trees = read;
                }
                b"sdir" => {}
                _ if name[0].is_ascii_uppercase() => {}
                _ => return Ok(None),
            }
            at = next;
        }
        Ok(Some(()))
    }

    /// An index in any form that gix-index knows, laid out in the plain form.
    fn by_gix(repo: &Repository) -> Result<Self, String> {
        let options = gix_index::decode::Options { thread_limit: Some(1), ..Default::default() };
        let file = gix_index::File::at_or_default(&repo.index_file, repo.hash, true, options);
        let state: gix_index::State = file.map_err(|error| error.to_string())?.into();
        let mut index = Self::empty(repo.hash);
        let mut bytes = Vec::new();
        for (number, entry) in state.entries().iter().enumerate() {
            let start = u32::try_from(bytes.len()).map_err(|_| "it is larger than 4 GiB".to_owned())?;
            if number % STEP == 0 {
                index.marks.push(Mark { start, before: 0 });
            }
            let later = entry.flags.contains(Flags::INTENT_TO_ADD);
            entry::lay_out(&mut bytes, entry.path(&state), entry.mode.bits(), entry.id.as_bytes(), later);
        }
        index.count = state.entries().len();
        index.end = u32::try_from(bytes.len()).map_err(|_| "it is larger than 4 GiB".to_owned())?;
        index.bytes = Bytes::Held(bytes);
        if let Some(tree) = state.tree() {
            index.trees.add(tree);
        }
        Ok(index)
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// The trees that are cached.
    pub(super) fn trees(&self) -> &CachedTrees {
        &self.trees
    }

    /// Something to read entries with.
    pub(super) fn cursor(&self) -> Cursor<'_> {
        Cursor::new(self)
    }

    /// The path of the entry before a mark, if paths build on one another.
    fn before(&self, mark: usize) -> &[u8] {
        let end = |mark: &Mark| mark.before as usize;
        let start = mark.checked_sub(1).and_then(|last| self.marks.get(last)).map_or(0, end);
        let end = self.marks.get(mark).map_or(0, end);
        self.before.get(start..end).unwrap_or_default()
    }
}

/// Passes over all entries and marks some; where they end, or nothing if one makes no sense.
fn mark(
    window: &mut Window<'_>,
    form: &Form,
    count: usize,
    end: u32,
    (marks, before): (&mut Vec<Mark>, &mut Vec<u8>),
) -> std::io::Result<Option<u32>> {
    let (mut at, mut path, mut number, mut least) = (FIRST, Vec::new(), 0, 1);
    while number < count {
        let there = end.saturating_sub(at) as usize;
        let bytes = window.from(at, least.min(there))?;
        let bytes = &bytes[..bytes.len().min(there)];
        let mut passed = 0;
        while number < count
            && let Some(parts) = form.parts(&bytes[passed..])
        {
            if number % STEP == 0 {
                before.extend(&path);
                let Ok(before) = u32::try_from(before.len()) else { return Ok(None) };
                marks.push(Mark { start: at + passed as u32, before });
            }
            if form.builds_on_the_last() && !parts.write_path(&bytes[passed..], &mut path) {
                return Ok(None);
            }
            passed += parts.length;
            number += 1;
        }
        let rest = bytes.len() - passed;
        if number < count && rest == there - passed {
            return Ok(None);
        }
        // The next is not whole in what was read, so more than that has to be read.
        least = if passed == 0 { 2 * rest } else { rest + 1 };
        at += passed as u32;
    }
    Ok(Some(at))
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|bytes| u32::from_be_bytes(*bytes))
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|bytes| u16::from_be_bytes(*bytes))
}
