//! A view under construction: bytes that are copied from the text below or put in place of it, with the map that grows
//! along.

use std::ops::Range;

use super::map::{How, Map};
use crate::words::Encoding;

/// A text as seen through decoders.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct View {
    /// The bytes.
    pub(in crate::engine) bytes: Vec<u8>,
    /// What they stand for.
    pub(in crate::engine) map: Map,
}

/// Makes a view of a window of `text`, from left to right.
pub(super) struct Builder<'t> {
    /// The text below.
    pub(super) text: &'t [u8],
    view: View,
    copied: usize,
    changed: bool,
}

impl<'t> Builder<'t> {
    /// A view that begins at `start`.
    pub(super) fn new(text: &'t [u8], start: usize) -> Self {
        Self { text, view: View::default(), copied: start, changed: false }
    }

    /// Puts `bytes` where `from` stands. What was left between the last change and this one is copied.
    pub(super) fn put(&mut self, from: &Range<usize>, bytes: &[u8], encoding: Encoding) {
        self.copy(from.start);
        self.view.bytes.extend_from_slice(bytes);
        self.view.map.push(bytes.len(), from, How::Decoded(encoding));
        self.copied = from.end;
        self.changed = true;
    }

    fn copy(&mut self, end: usize) {
        if end > self.copied {
            self.view.bytes.extend_from_slice(&self.text[self.copied..end]);
            self.view.map.push(end - self.copied, &(self.copied..end), How::Copied);
            self.copied = end;
        }
    }

    /// The view, up to `end`; nothing if it is what stands below already.
    pub(super) fn finish(mut self, end: usize) -> Option<View> {
        self.copy(end);
        self.changed.then_some(self.view)
    }
}
