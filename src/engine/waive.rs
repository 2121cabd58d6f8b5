//! Inline waivers: a mark on the line of a leak accepts it. Ours, and the marks of tools that people come from.

use std::ops::Range;

use memchr::memmem;

use super::lines::line_around;
use crate::words::{Mark, Verdict, Waiver};

/// `Waived` if there is a mark on the line of `secret`, else `Real`. A mark inside the secret is none.
pub(super) fn by_mark(text: &[u8], secret: &Range<usize>) -> Verdict {
    let line = line_around(text, secret);
    let parts = [&text[line.start..secret.start], &text[secret.end..line.end]];
    let marked = |mark: &Mark| parts.iter().any(|part| memmem::find(part, mark.as_str().as_bytes()).is_some());
    match Mark::ALL.into_iter().find(marked) {
        Some(mark) => Verdict::Waived(Waiver::Inline(mark)),
        None => Verdict::Real,
    }
}
