//! How far before a place of a text something may begin that a change at that place makes or unmakes: two pieces of a key
//! with a join between them, an escape that others follow.
//!
//! Whether there is something to decode can be told from either of the two pieces that it joins (`spots`). So it is enough
//! to look again at the first of them: the one that ends before all that may stand between two pieces.

use memchr::{memrchr, memrchr2, memrchr3};

use super::joins;
use crate::engine::runs::is_key_byte;

/// So far before a change a look begins in any case: an escape may stand there, or a chain of them, that the change
/// completes, and a search has to begin so far around such a place to stop there.
pub(in crate::engine) const ALWAYS_BEFORE: usize = 32;

/// Where in `text` to begin to look if something changed at `at`. No join reaches farther than [`joins::FARTHEST`].
pub(in crate::engine) fn begins_before(text: &[u8], at: usize) -> usize {
    let floor = at.saturating_sub(joins::FARTHEST + ALWAYS_BEFORE);
    let near = &text[floor..at];
    floor + first_piece(near).min(near.len().saturating_sub(ALWAYS_BEFORE))
}

/// Where the first piece ends of which what follows may be joined to what stands behind this text.
fn first_piece(near: &[u8]) -> usize {
    // The piece that was changed may be too short to be looked at on its own.
    let changed = near.iter().rposition(|&byte| !is_key_byte(byte) && byte != b'=').map_or(0, |last| last + 1);
    let between = before_between(&near[..changed]);
    let first = match memrchr3(b'#', b'/', b'\n', &near[..between]) {
        Some(comment) if near[comment] != b'\n' => memrchr(b'\n', &near[..comment]).map_or(0, |newline| newline + 1),
        _ => between,
    };
    first.min(before_markup(&near[..changed]))
}

/// How much of a text stands before what may stand between two pieces: blanks, quotes, operators, marks of comments, and
/// one or two letters that say what kind of literal follows, or that a `\` makes a line end of.
fn before_between(text: &[u8]) -> usize {
    let mut end = text.len();
    loop {
        end = text[..end].iter().rposition(|&byte| !may_stand_between(byte)).map_or(0, |last| last + 1);
        let letters = text[..end].iter().rev().take(3).take_while(|byte| byte.is_ascii_alphabetic()).count();
        let is_letter_of_literal =
            (1..3).contains(&letters) && end > letters && may_stand_between(text[end - letters - 1]);
        if !is_letter_of_literal {
            return end;
        }
        end -= letters;
    }
}

#[inline]
fn may_stand_between(byte: u8) -> bool {
    static MAY: [bool; 256] = {
        let mut may = [false; 256];
        let mut number = 0;
        while number < 256 {
            let byte = number as u8;
            let is_sign = !byte.is_ascii_alphabetic() && joins::may_stand_between(byte);
            may[number] = is_sign || matches!(byte, b'>' | b'(' | b'{' | b'*');
            number += 1;
        }
        may
    };
    MAY[usize::from(byte)]
}

/// How much of a text stands before the inline elements that it ends behind, or within.
fn before_markup(text: &[u8]) -> usize {
    let mut end = match memrchr2(b'<', b'>', text) {
        Some(open) if text[open] == b'<' && joins::may_be_inline(&text[open + 1..]) => open,
        _ => text.len(),
    };
    while let Some(before) = text[..end].strip_suffix(b">")
        && let Some(open) = memrchr(b'<', before)
        && joins::may_be_inline(&before[open + 1..])
    {
        end = open;
    }
    end
}
