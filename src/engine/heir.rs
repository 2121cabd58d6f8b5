//! Heirs: blobs that are made from one that was looked at, as git's deltas are. Only what is new in an heir has to be
//! looked at, and what its base watches.
//!
//! Whether a run is a candidate depends on the run, on the [`BEFORE`] bytes of its line before it and the [`BEHIND`] bytes
//! behind it, and, where some rule was brought up, on as much around it as that rule may look at; which is why the matcher
//! keeps a watch there. So a run that was copied with all that it depends on needs no second look: without a watch it is no
//! candidate again, and with one whose surroundings are copied too it comes to the same end. A candidate is always looked
//! at again, since its judgement may depend on the whole text. What is to be decoded is known by the first of two pieces or
//! by what stands between them, and is watched too; so the look begins where the first piece may end.

use std::ops::Range;

use memchr::memchr;

use super::decode;
use super::runs::is_key_byte;
use crate::words::{Heritage, Shared, Watch, Watches};

/// How far before a run, on its line, what stands there may bring up a rule: the name it is assigned to, an escape, a
/// literal that leads.
pub(super) const BEFORE: usize = 112;

/// How far behind a run what stands there may bring up a rule: the end of the value that the run is.
const BEHIND: usize = 8;

/// How far behind something new there may be an escape that what is new makes one of a chain.
const ESCAPES: usize = 48;

/// A stretch that is so short is looked at as a whole: behind it something new stands, or another stretch, and to look where
/// its line ends would cost as much.
const SHORT: usize = 32;

/// Where to look in an heir; keeps its memory from blob to blob.
#[derive(Debug, Default)]
pub(super) struct Outlook {
    windows: Vec<Range<usize>>,
    kept: Vec<Watch>,
}

impl Outlook {
    /// The windows of `text` to look at, from left to right and apart from each other; none cuts a run. Nothing if all of it
    /// has to be looked at, or so much that picking windows is no gain. Whether the text is decoded, too, makes them wider.
    pub(super) fn of(&mut self, text: &[u8], heritage: &Heritage<'_>, decodes: bool) -> Option<&[Range<usize>]> {
        self.windows.clear();
        self.kept.clear();
        if heritage.watches.is_all() || heritage.shared.is_empty() || u32::try_from(text.len()).is_err() {
            return None;
        }
        find_joins(&mut self.windows, text, heritage, decodes);
        let joins = self.windows.len();
        let (mut from, watched) = (0, !heritage.watches.list().is_empty());
        for stretch in heritage.shared.iter().filter(|_| watched) {
            self.inherit(stretch, text.len(), heritage, &mut from);
        }
        self.kept.sort();
        merge(&mut self.windows, text, joins);
        is_gain(&self.windows, text).then_some(&self.windows)
    }

    /// What of the base's watches stays as it is: those outside of all windows.
    pub(super) fn keep(&self, watches: &mut Watches) {
        let mut windows = self.windows.iter().peekable();
        for watch in &self.kept {
            while windows.next_if(|window| window.end < watch.end as usize).is_some() {}
            if windows.peek().is_none_or(|window| window.start > watch.start as usize) {
                watches.push(*watch);
            }
        }
    }

    /// Takes over the watches that lie in a stretch, or looks again where they were; `from` is where they are looked for.
    fn inherit(&mut self, stretch: &Shared, len: usize, heritage: &Heritage<'_>, from: &mut usize) {
        let (begin, end) = (stretch.from, stretch.from + stretch.len);
        // The beginning and the end of a text are something to stand beside, too.
        let is_first = begin == 0 && stretch.at == 0;
        let is_last = end == heritage.base_len && stretch.end() == len;
        for watch in heritage.watches.near(begin..end, from) {
            let (start, stop) = (watch.start as usize, watch.end as usize);
            let place = start.max(begin) - begin + stretch.at..stop.min(end) - begin + stretch.at;
            let untouched = watch.around.is_some_and(|around| {
                let around = around as usize;
                (start >= begin + around || is_first) && (stop + around <= end || is_last && stop <= end)
            });
            if untouched {
                let (start, end) = (place.start as u32, place.end as u32);
                self.kept.push(Watch { start, end, around: watch.around });
            } else {
                self.windows.push(place);
            }
        }
    }
}

/// What a window costs besides its bytes, counted in bytes.
const COST_OF_ONE: usize = 64;

/// Whether it is less work to look at these windows than at all of a text.
fn is_gain(windows: &[Range<usize>], text: &[u8]) -> bool {
    windows.iter().map(|window| window.len() + COST_OF_ONE).sum::<usize>() < text.len()
}

/// Adds a window around each place where something new stands or two stretches meet. They are in order.
fn find_joins(windows: &mut Vec<Range<usize>>, text: &[u8], heritage: &Heritage<'_>, decodes: bool) {
    let begin = |at: usize| if decodes { decode::begins_before(text, at) } else { at.saturating_sub(BEHIND) };
    let before = if decodes { decode::ALWAYS_BEFORE } else { BEHIND };
    let mut add = |end: usize, stop: usize| match windows.last_mut().filter(|last| end <= last.end + before) {
        Some(last) => last.end = last.end.max(stop),
        None => windows.push(begin(end)..stop),
    };
    let least = if decodes { ESCAPES } else { 0 };
    let (mut end, mut expected) = (0, 0);
    for stretch in heritage.shared {
        if stretch.at != end || stretch.from != expected {
            if stretch.len <= SHORT {
                add(end, stretch.end());
            } else {
                let ahead = &text[stretch.at..text.len().min(stretch.at + BEFORE)];
                let line = memchr(b'\n', ahead).unwrap_or(ahead.len()).max(least.min(ahead.len()));
                add(end, stretch.at + line);
            }
        }
        (end, expected) = (stretch.end(), stretch.from + stretch.len);
    }
    if end != text.len() || expected != heritage.base_len {
        add(end, text.len());
    }
}

/// Puts windows in order (the first of them, those of joins, are), makes one of those that touch, and lets none cut a run.
fn merge(windows: &mut Vec<Range<usize>>, text: &[u8], joins: usize) {
    if windows.len() > joins {
        windows.sort_by_key(|window| window.start); // two lists that are mostly in order
    }
    let mut merged = 0;
    for next in 0..windows.len() {
        let mut window = windows[next].clone();
        let floor = if merged > 0 { windows[merged - 1].end } else { 0 };
        if merged > 0 && window.end <= floor {
            continue;
        }
        window.start = window.start.max(floor);
        // A few bytes on both sides: to look at sixteen at once (`gaps`) takes longer.
        let before = text[floor..window.start].iter().rev().take_while(|&&byte| is_key_byte(byte)).count();
        window.start -= before;
        window.end += text[window.end..].iter().take_while(|&&byte| is_key_byte(byte)).count();
        if merged > 0 && window.start == floor {
            windows[merged - 1].end = window.end;
        } else {
            windows[merged] = window;
            merged += 1;
        }
    }
    windows.truncate(merged);
}

/// Windows that are so near each other, in bytes, are one to who looks for literals, and none is shorter: to begin a search
/// costs as much as to look at what is between.
const TOGETHER: usize = 64;

/// The same windows of a text of `len` bytes, those that are near each other put together.
pub(super) fn together(windows: &[Range<usize>], len: usize) -> impl Iterator<Item = Range<usize>> {
    let mut windows = windows.iter().peekable();
    std::iter::from_fn(move || {
        let first = windows.next()?;
        let mut end = first.end.max(first.start + TOGETHER).min(len);
        while let Some(next) = windows.next_if(|next| next.start <= end + TOGETHER) {
            end = end.max(next.end);
        }
        Some(first.start..end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The windows of a text of `len` blanks that has `shared` of a base of 10,000 bytes with a watch at 5000.
    fn windows(len: usize, shared: &[Shared], around: Option<u32>) -> (Vec<Range<usize>>, Vec<Watch>) {
        let mut watches = Watches::default();
        watches.add(5000..5020, around);
        let text = vec![b' '; len];
        let mut outlook = Outlook::default();
        let windows =
            outlook.of(&text, &Heritage { shared, base_len: 10_000, watches: &watches }, false).unwrap().to_vec();
        let mut kept = Watches::default();
        outlook.keep(&mut kept);
        (windows, kept.list().to_vec())
    }

    fn one(window: Range<usize>) -> Vec<Range<usize>> {
        std::iter::once(window).collect()
    }

    #[test]
    fn what_is_new_is_looked_at_and_what_is_watched_moves_along() {
        let shared = [Shared { from: 0, at: 0, len: 1000 }, Shared { from: 1000, at: 1050, len: 9000 }];
        let moved = Watch { start: 5050, end: 5070, around: Some(64) };
        assert_eq!(windows(10_050, &shared, Some(64)), (one(992..1162), vec![moved]));
        assert_eq!(windows(10_050, &shared, Some(4500)), (vec![992..1162, 5050..5070], vec![]));
        assert_eq!(windows(10_050, &shared, None), (vec![992..1162, 5050..5070], vec![]));
    }

    #[test]
    fn a_watch_that_is_cut_is_looked_at_on_both_sides() {
        let shared = [Shared { from: 0, at: 0, len: 5010 }, Shared { from: 5010, at: 7000, len: 4990 }];
        let (found, kept) = windows(11_990, &shared, Some(64));
        assert_eq!((found, kept), (one(5000..7112), vec![]));
    }

    #[test]
    fn near_windows_are_one_to_who_looks_for_literals() {
        let windows = [10..20, 100..110, 300..301];
        assert_eq!(together(&windows, 1000).collect::<Vec<_>>(), [10..110, 300..364]);
        assert_eq!(together(&windows[2..], 310).next(), Some(300..310));
    }

    #[test]
    fn both_ends_of_a_text_are_joins_if_they_were_none_in_the_base() {
        let shared = [Shared { from: 100, at: 0, len: 9800 }];
        assert_eq!(windows(9800, &shared, Some(64)).0, [0..112, 9792..9800]);
    }
}
