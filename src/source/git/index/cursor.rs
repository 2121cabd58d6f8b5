//! Reading single entries of an index: forwards from one to the next, or from the nearest mark.

use super::entry::Entry;
use super::window::Window;
use super::{FIRST, Index, STEP};

/// What is told of an entry that was there when the index was surveyed and is no more.
const CHANGED: &str = "it was changed while it was read";

/// Stands at one entry of an index.
pub(in crate::source::git) struct Cursor<'i> {
    index: &'i Index,
    window: Window<'i>,
    /// How many entries are before the next, and where that begins.
    next: usize,
    at: u32,
    path: Vec<u8>,
    entry: Option<Entry>,
}

impl<'i> Cursor<'i> {
    pub(super) fn new(index: &'i Index) -> Self {
        let window = Window::new(&index.bytes);
        Self { index, window, next: 0, at: FIRST, path: Vec::new(), entry: None }
    }

    /// Goes to an entry; nothing if there are not so many.
    ///
    /// # Errors
    /// It can't be read, in a sentence without a subject.
    pub(in crate::source::git) fn go_to(&mut self, number: usize) -> Result<Option<Entry>, String> {
        if number >= self.index.count {
            return Ok(None);
        }
        if self.next != number + 1 || self.entry.is_none() {
            let mark = number / STEP;
            if self.entry.is_none() || number < self.next || mark * STEP > self.next {
                let start = self.index.marks.get(mark).ok_or(CHANGED)?.start;
                (self.next, self.at) = (mark * STEP, start);
                self.path.clear();
                self.path.extend_from_slice(self.index.before(mark));
            }
            while self.next < number {
                self.step(false)?;
            }
            self.step(true)?;
        }
        Ok(self.entry)
    }

    /// The path of the entry it stands at.
    pub(in crate::source::git) fn path(&self) -> &[u8] {
        &self.path
    }

    /// The first entry whose path is not before `wanted`, in an index as git writes it: in the order of paths.
    ///
    /// # Errors
    /// As [`go_to`](Self::go_to).
    pub(in crate::source::git) fn find(&mut self, wanted: &[u8]) -> Result<usize, String> {
        // The last mark that is before it, or the first. Paths that are asked for come in order, mostly.
        let (mut low, mut high) = (0, self.index.marks.len());
        let here = self.next.saturating_sub(1) / STEP;
        let near = self.entry.is_some() && self.path() <= wanted;
        if near && let Some(before) = self.last_before(&[here, here.saturating_sub(1)], wanted)? {
            low = before;
            let mut stride = 1;
            while low + stride < high {
                if self.is_before(low + stride, wanted)? {
                    low += stride;
                    stride *= 2;
                } else {
                    high = low + stride;
                }
            }
        }
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if self.is_before(middle, wanted)? { low = middle } else { high = middle }
        }
        let mut number = low * STEP;
        while self.go_to(number)?.is_some() && self.path() < wanted {
            number += 1;
        }
        Ok(number)
    }

    /// The first of these marks that is before `wanted`.
    fn last_before(&mut self, marks: &[usize], wanted: &[u8]) -> Result<Option<usize>, String> {
        for &mark in marks {
            if self.is_before(mark, wanted)? {
                return Ok(Some(mark));
            }
        }
        Ok(None)
    }

    /// Whether the path at a mark is before `wanted`.
    fn is_before(&mut self, mark: usize, wanted: &[u8]) -> Result<bool, String> {
        self.go_to(mark * STEP)?;
        Ok(self.path() < wanted)
    }

    /// Goes over the next entry; stands at it then if it is the one that is wanted.
    fn step(&mut self, wanted: bool) -> Result<(), String> {
        let Self { index, window, .. } = self;
        self.entry = None;
        let found = window.entry(self.at, index.end, &index.form).map_err(|error| error.to_string())?;
        let (bytes, parts) = found.ok_or(CHANGED)?;
        if (wanted || index.form.builds_on_the_last()) && !parts.write_path(bytes, &mut self.path) {
            return Err(CHANGED.to_owned());
        }
        if wanted {
            self.entry = Some(index.form.entry(bytes));
        }
        self.at += parts.length as u32;
        self.next += 1;
        Ok(())
    }
}
