//! A view under construction: bytes that are copied from the text below or put in place of it, with the map that grows
//! along.

use std::ops::Range;

use super::map::{How, Map};
use crate::engine::gaps;
use crate::engine::runs::is_key_byte;
use crate::words::Encoding;

/// How many bytes that are in no run may be looked at again beside what was decoded: escapes are of them.
const BESIDE: usize = 8;

/// A text as seen through decoders.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct View {
    /// The bytes.
    pub(in crate::engine) bytes: Vec<u8>,
    /// What they stand for.
    pub(in crate::engine) map: Map,
}

impl View {
    /// Where in it something can be found that the text below does not show: all of it, or, if one run of digits was decoded,
    /// what touches that. In a text full of short runs the rest of each view is what other views show.
    pub(in crate::engine) fn news(&self) -> Range<usize> {
        let Some(piece) = self.map.only_digits() else { return 0..self.bytes.len() };
        let (before, after) = (&self.bytes[..piece.start], &self.bytes[piece.end..]);
        let touching = before.len() - gaps::behind(before);
        let start = touching - reach(before[..touching].iter().rev());
        let touching = gaps::ahead(after);
        start..piece.end + touching + reach(after[touching..].iter())
    }
}

/// How many of these bytes may be looked at before the next run.
fn reach<'b>(bytes: impl Iterator<Item = &'b u8>) -> usize {
    bytes.take(BESIDE).take_while(|&&byte| !is_key_byte(byte)).count()
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

    /// The same with room for so many bytes.
    pub(super) fn with_room(mut self, bytes: usize) -> Self {
        self.view.bytes.reserve_exact(bytes);
        self
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What is looked at again of a view in which `digits` stand for `decoded`.
    fn news(before: &str, digits: &str, decoded: &str, after: &str, encoding: Encoding) -> String {
        let text = [before, digits, after].concat();
        let mut view = Builder::new(text.as_bytes(), 0);
        view.put(&(before.len()..before.len() + digits.len()), decoded.as_bytes(), encoding);
        let view = view.finish(text.len()).unwrap_or_default();
        String::from_utf8_lossy(&view.bytes[view.news()]).into_owned()
    }

    #[test]
    fn of_a_view_of_digits_is_looked_at_what_touches_them() {
        let seen = |before, after| news(before, "eCB5", "x y", after, Encoding::Base64);
        assert_eq!(seen("", ""), "x y");
        assert_eq!(seen("one two=", " three"), "=x y ");
        assert_eq!(seen("one two", "three four"), " twox ythree ");
        assert_eq!(seen("one (((((((((", ""), "((((((((x y");
        assert_eq!(news("one two=", "\\u0078", "x", " three", Encoding::Escapes), "one two=x three");
    }
}
