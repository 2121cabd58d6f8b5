//! Layers: a text that is being looked at, and the texts that it was decoded from, down to the blob.
//!
//! A layer knows the way down, and so what each of its bytes stands for: in the raw blob, and in the file that a person
//! can open, which is the blob itself or a member of a container.

use std::cell::RefCell;
use std::ops::Range;

use super::decode::{How, Map};
use super::lines::Counter;
use crate::words::{Blob, Container, Encoding, Position, Step, Via};

/// A text and what is below it.
pub(super) struct Layer<'p> {
    pub(super) bytes: &'p [u8],
    /// How many decoders are below.
    pub(super) depth: u32,
    /// A number for each file that is looked at: the blob, each member.
    file: usize,
    below: Option<Below<'p>>,
    counter: RefCell<Counter>,
}

/// What a layer was decoded from.
struct Below<'p> {
    layer: &'p Layer<'p>,
    map: &'p Map,
    member: Option<(Container, &'p str)>,
}

/// Where a secret stands, so that two places can be told to be one: in which file, and where in it.
pub(super) type Place = (usize, Range<usize>);

impl<'p> Layer<'p> {
    /// The blob itself.
    pub(super) fn blob(blob: &Blob<'p>) -> Self {
        let counter = RefCell::new(Counter::new(blob.lines_before, blob.column_before));
        Self { bytes: blob.bytes, depth: 0, file: 0, below: None, counter }
    }

    /// A view of this layer.
    pub(super) fn view<'v>(&'v self, bytes: &'v [u8], map: &'v Map) -> Layer<'v>
    where
        'p: 'v,
    {
        let below = Some(Below { layer: self, map, member: None });
        Layer { bytes, depth: self.depth + 1, file: self.file, below, counter: RefCell::new(Counter::new(0, 0)) }
    }

    /// A member of the container that this layer is; `file` is its number.
    pub(super) fn member<'v>(
        &'v self,
        bytes: &'v [u8],
        map: &'v Map,
        member: (Container, &'v str),
        file: usize,
    ) -> Layer<'v>
    where
        'p: 'v,
    {
        let below = Some(Below { layer: self, map, member: Some(member) });
        Layer { bytes, depth: self.depth + 1, file, below, counter: RefCell::new(Counter::new(0, 0)) }
    }

    /// The map of a view to the text below.
    pub(super) fn map(&self) -> Option<&'p Map> {
        self.below.as_ref().filter(|below| below.member.is_none()).map(|below| below.map)
    }

    /// Whether it is all of something, and not a window of a text with something decoded in it.
    pub(super) fn is_bare(&self) -> bool {
        let Some(below) = &self.below else { return true };
        let decoded = |how| matches!(how, How::Decoded(Encoding::Base64 | Encoding::Hex));
        let whole =
            || below.map.piece_at(0).is_some_and(|piece| decoded(piece.how) && piece.view.end == self.bytes.len());
        below.member.is_some() || whole()
    }

    /// Whether it is a file, and not a view of one.
    pub(super) fn is_file(&self) -> bool {
        self.below.as_ref().is_none_or(|below| below.member.is_some())
    }

    /// The bytes of the file that it is, or is in.
    pub(super) fn file_bytes(&self) -> &'p [u8] {
        match &self.below {
            Some(below) if below.member.is_none() => below.layer.file_bytes(),
            _ => self.bytes,
        }
    }

    /// Which file it is, or is in.
    pub(super) fn file(&self) -> usize {
        self.file
    }

    /// The raw bytes of the blob.
    pub(super) fn raw(&self, range: &Range<usize>) -> Range<usize> {
        match &self.below {
            None => range.clone(),
            Some(below) => below.layer.raw(&below.map.source(range)),
        }
    }

    /// The bytes of the file that it is in.
    pub(super) fn file_range(&self, range: &Range<usize>) -> Range<usize> {
        match &self.below {
            Some(Below { layer, map, member: None }) => layer.file_range(&map.source(range)),
            _ => range.clone(),
        }
    }

    /// The same place in this layer and in each one below it, as far as the file that it is in.
    pub(super) fn in_file(&self, range: &Range<usize>, look: &mut dyn FnMut(&Layer<'_>, &Range<usize>)) {
        look(self, range);
        if let Some(Below { layer, map, member: None }) = &self.below {
            layer.in_file(&map.source(range), look);
        }
    }

    /// Where in its file a range stands, for people: its two ends.
    pub(super) fn position(&self, range: &Range<usize>) -> (Position, Position) {
        match &self.below {
            Some(Below { layer, map, member: None }) => {
                let (mut start, mut end) = layer.position(&map.source(range));
                if let Some((first, last)) = self.wide_columns(map, range) {
                    (start.column, end.column) = (first, last);
                }
                (start, end)
            }
            _ => {
                let mut counter = self.counter.borrow_mut();
                (counter.position(self.bytes, range.start), counter.position(self.bytes, range.end))
            }
        }
    }

    /// The columns of a range in wide text, where the bytes below are not characters.
    fn wide_columns(&self, map: &Map, range: &Range<usize>) -> Option<(u64, u64)> {
        let piece = map.piece_at(range.start)?;
        if !matches!(piece.how, How::Decoded(Encoding::Utf16 | Encoding::Utf32)) {
            return None;
        }
        let before = self.bytes.get(piece.view.start..range.start)?;
        let line = memchr::memrchr(b'\n', before).map_or(piece.view.start, |at| piece.view.start + at + 1);
        let column = (range.start - line) as u64 + 1;
        Some((column, column + range.len() as u64))
    }

    /// Where in the text that base64 or hex holds a range begins: the innermost such text.
    pub(super) fn inner(&self, range: &Range<usize>) -> Option<Position> {
        let below = self.below.as_ref().filter(|below| below.member.is_none())?;
        let piece = below.map.piece_at(range.start)?;
        if matches!(piece.how, How::Decoded(Encoding::Base64 | Encoding::Hex)) {
            return Some(Counter::new(0, 0).position(&self.bytes[piece.view.start..], range.start - piece.view.start));
        }
        below.layer.inner(&below.map.source(range))
    }

    /// What tells places apart: a view's and a stored member's bytes are places of the text below, a packed member's are
    /// its own.
    pub(super) fn place(&self, range: &Range<usize>) -> Place {
        match &self.below {
            Some(below) if !below.map.pieces(range).any(|piece| piece.how == How::Unpacked) => {
                below.layer.place(&below.map.source(range))
            }
            _ => (self.file, range.clone()),
        }
    }

    /// The way from the blob to a range of this layer.
    pub(super) fn via(&self, range: &Range<usize>) -> Via {
        let mut steps = Vec::new();
        self.steps(range, &mut steps);
        Via::new(steps)
    }

    fn steps(&self, range: &Range<usize>, steps: &mut Vec<Step>) {
        let Some(below) = &self.below else { return };
        below.layer.steps(&below.map.source(range), steps);
        if let Some((container, name)) = below.member {
            steps.push(Step::Member(container, name.to_owned()));
            return;
        }
        let first = steps.len();
        for piece in below.map.pieces(range).filter(|piece| piece.view.end >= range.start) {
            if let How::Decoded(encoding) = piece.how
                && !steps[first..].contains(&Step::Decoded(encoding))
            {
                steps.push(Step::Decoded(encoding));
            }
        }
    }
}
