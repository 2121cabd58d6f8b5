//! The map of a view: which bytes of the text below stand for which bytes of the view.
//!
//! A view is made of pieces that follow each other in both texts; so a piece is known by where it begins. A piece is
//! copied, or decoded at a fixed rate (two hex digits for a byte), or stands for its source as a whole.

use std::ops::Range;

use crate::words::Encoding;

/// How a piece of a view came from the text below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) enum How {
    /// Byte for byte.
    Copied,
    /// By undoing an encoding.
    Decoded(Encoding),
    /// By opening a container: nothing can be said of single bytes.
    Unpacked,
}

impl How {
    /// How many bytes of the text below stand for how many of the view; nothing if the piece has to be taken whole.
    fn rate(self) -> Option<(usize, usize)> {
        match self {
            Self::Copied => Some((1, 1)),
            Self::Decoded(Encoding::Hex | Encoding::Utf16) => Some((2, 1)),
            Self::Decoded(Encoding::Utf32) => Some((4, 1)),
            Self::Decoded(Encoding::Base64) => Some((4, 3)),
            Self::Decoded(_) | Self::Unpacked => None,
        }
    }
}

/// Where a piece begins.
#[derive(Clone, Copy, Debug)]
struct Start {
    view: usize,
    from: usize,
    how: How,
}

/// A piece with its ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::engine) struct Piece {
    /// Its bytes in the view.
    pub(in crate::engine) view: Range<usize>,
    /// The bytes of the text below that it stands for.
    pub(in crate::engine) from: Range<usize>,
    /// How the one became the other.
    pub(in crate::engine) how: How,
}

/// See the module.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct Map {
    starts: Vec<Start>,
    view_end: usize,
    from_end: usize,
}

impl Map {
    /// The map of a view that is one piece.
    pub(in crate::engine) fn one(view: usize, from: Range<usize>, how: How) -> Self {
        Self { starts: vec![Start { view: 0, from: from.start, how }], view_end: view, from_end: from.end }
    }

    /// Adds a piece at the end of both texts. Copied pieces that follow each other become one.
    pub(super) fn push(&mut self, view: usize, from: &Range<usize>, how: How) {
        let merges = how == How::Copied && self.starts.last().is_some_and(|last| last.how == How::Copied);
        if !merges {
            self.starts.push(Start { view: self.view_end, from: from.start, how });
        }
        self.view_end += view;
        self.from_end = from.end;
    }

    /// Adds a piece at the end of the view that is copied from anywhere.
    pub(super) fn push_apart(&mut self, view: usize, from: usize, how: How) {
        self.starts.push(Start { view: self.view_end, from, how });
        self.view_end += view;
        self.from_end = from + view;
    }

    fn piece(&self, index: usize) -> Option<Piece> {
        let start = self.starts.get(index)?;
        let (view, from) =
            self.starts.get(index + 1).map_or((self.view_end, self.from_end), |next| (next.view, next.from));
        let from = if start.how == How::Copied { start.from + (view - start.view) } else { from };
        Some(Piece { view: start.view..view, from: start.from..from, how: start.how })
    }

    /// The piece that the byte at `offset` of the view is in.
    pub(in crate::engine) fn piece_at(&self, offset: usize) -> Option<Piece> {
        let after = self.starts.partition_point(|start| start.view <= offset);
        self.piece(after.checked_sub(1)?)
    }

    /// The bytes of the text below that stand for `range` of the view.
    pub(in crate::engine) fn source(&self, range: &Range<usize>) -> Range<usize> {
        let last = range.end.max(range.start + 1) - 1;
        let (Some(first), Some(end)) = (self.piece_at(range.start), self.piece_at(last)) else { return 0..0 };
        let from = match first.how.rate() {
            Some((below, above)) => first.from.start + (range.start - first.view.start) * below / above,
            None => first.from.start,
        };
        let to = match end.how.rate() {
            Some((below, above)) => end.from.start + ((last + 1 - end.view.start) * below).div_ceil(above),
            None => end.from.end,
        };
        // Pieces that were put together from afar have no one range below: the first has to do.
        if to.min(end.from.end) < from { from..first.from.end } else { from..to.min(end.from.end) }
    }

    /// The pieces that `range` of the view overlaps or touches.
    pub(in crate::engine) fn pieces(&self, range: &Range<usize>) -> impl Iterator<Item = Piece> + use<'_> {
        let first = self.starts.partition_point(|start| start.view < range.start).saturating_sub(1);
        let end = range.end;
        (first..self.starts.len())
            .map_while(move |index| self.piece(index))
            .take_while(move |piece| piece.view.start <= end)
    }

    /// Where the digits stand in the view that were decoded, if nothing else was.
    pub(super) fn only_digits(&self) -> Option<Range<usize>> {
        let digits = |how| matches!(how, How::Decoded(Encoding::Base64 | Encoding::Hex));
        let index = self.starts.iter().take(2).position(|start| digits(start.how))?;
        let others = self.starts.iter().filter(|start| start.how == How::Copied).count();
        self.piece(index).filter(|_| others + 1 == self.starts.len()).map(|piece| piece.view)
    }

    /// Whether anything in `range` of the view, or right beside it, was not copied.
    pub(in crate::engine) fn is_changed(&self, range: &Range<usize>) -> bool {
        self.pieces(range).any(|piece| piece.how != How::Copied && piece.view.end >= range.start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rate_maps_back_to_what_encodes_the_byte() {
        let mut map = Map::default();
        map.push(4, &(10..14), How::Copied);
        map.push(1, &(14..20), How::Decoded(Encoding::Escapes));
        map.push(0, &(20..25), How::Decoded(Encoding::Joined));
        map.push(7, &(25..35), How::Decoded(Encoding::Base64));
        map.push(3, &(35..41), How::Decoded(Encoding::Hex));
        for (view, from) in [
            (0..4, 10..14),
            (3..5, 13..20),
            (4..5, 14..20),
            (5..6, 25..27),
            (6..8, 26..29),
            (4..6, 14..27),
            (12..13, 35..37),
            (13..15, 37..41),
        ] {
            assert_eq!(map.source(&view), from, "{view:?}");
        }
        assert!(!map.is_changed(&(0..3)));
        assert!(map.is_changed(&(0..4)), "it touches the escape");
        let hows: Vec<How> = map.pieces(&(4..6)).map(|piece| piece.how).collect();
        assert_eq!(hows.len(), 4);
    }
}
