//! Views: a text as seen through decoders, and containers opened, each with the map back to the bytes below it.
//!
//! Nothing is tried everywhere. While the matcher walks through a text, `Spots` notes where something encoded may stand;
//! `views` makes of each spot a view of the text around it, in which what was encoded is decoded and all else is copied.
//! A view is a text like any other: it is matched and judged in the same way, and has spots of its own, which is how
//! base64 in JSON in base64 is read. Containers (`kind`, `open`) are known by their content. [`Limits`] bound it all.

mod before;
mod containers;
mod digits;
mod joins;
mod limits;
mod map;
mod spots;
mod unescape;
mod view;
mod wide;

pub(super) use before::{ALWAYS_BEFORE, begins_before};
pub(super) use containers::{Member, Trouble, Visitor, kind, open};
pub use limits::Limits;
pub(super) use limits::{Budget, Limit};
pub(super) use map::{How, Map};
pub(super) use spots::Spots;
pub(super) use view::View;

use std::ops::Range;

use super::gaps;

/// How much of the text on both sides of an escape its view shows. A key of which one end is escaped is no longer.
const MARGIN: usize = 384;

/// How much longer than its margin a view is to end where a run ends.
const LONGEST_RUN: usize = 8192;

/// How far around a spot that led nowhere nothing may change for it to lead nowhere again: its view, and one that meets it.
pub(super) fn around(text: &[u8], spot: &Range<usize>) -> usize {
    MARGIN + MARGIN.max(view_end(text, spot.end) - spot.end)
}

/// The views of a text at its spots. In a view (`below` is its map) only what was decoded can be news: the rest has been
/// looked at in the text below.
pub(super) fn views<'t>(text: &'t [u8], spots: Spots, below: Option<&Map>) -> impl Iterator<Item = View> + use<'t> {
    let is_news = |range: &Range<usize>| below.is_none_or(|map| map.is_changed(range));
    let Spots { mut escapes, mut digits, mut wide, reach } = spots;
    escapes.retain(is_news);
    digits.retain(|digits| is_news(&digits.range));
    wide.retain(|&at| is_news(&(at..at + 1)));
    let escapes = windows(&escapes, text).into_iter().flat_map(move |window| unescape::unescaped(text, &window, reach));
    let digits = digits.into_iter().filter_map(|digits| digits::decoded(text, &digits));
    escapes.chain(digits).chain(wide::views(text, &wide))
}

/// Where the view of a spot that ends at `end` ends. Not within a run, if that is not very long: a key that is cut there would
/// be shown as one that is incomplete.
fn view_end(text: &[u8], end: usize) -> usize {
    let to = text.len().min(end + MARGIN);
    let rest = gaps::ahead(&text[to..text.len().min(to + LONGEST_RUN)]);
    if rest < LONGEST_RUN { to + rest } else { to }
}

/// Spots with their margins; those that meet are one.
fn windows(spots: &[Range<usize>], text: &[u8]) -> Vec<Range<usize>> {
    let mut windows: Vec<Range<usize>> = Vec::new();
    for spot in spots {
        let from = spot.start.saturating_sub(MARGIN);
        let to = view_end(text, spot.end);
        match windows.last_mut() {
            Some(last) if from <= last.end => last.end = last.end.max(to),
            _ => windows.push(from..to),
        }
    }
    windows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_view_shows_is_around_its_spot() {
        for run in [0, 100, 2000, LONGEST_RUN, 2 * LONGEST_RUN] {
            let text = format!("{}\\u0073{}.{}", " ".repeat(1000), "k".repeat(run), " ".repeat(1000));
            let spot = 1000..1006;
            let views = windows(std::slice::from_ref(&spot), text.as_bytes());
            let around = around(text.as_bytes(), &spot);
            assert!(spot.start <= views[0].start + around && views[0].end <= spot.end + around, "{run}");
            assert!(around < 2 * MARGIN + LONGEST_RUN, "{run}");
        }
    }
}
