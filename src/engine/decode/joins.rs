//! Joins: what stands between two pieces of one text and means nothing there: the end of one string literal, an operator
//! and the beginning of the next; the end of a line; markup; the kerning of a PDF.
//!
//! Only what a program or a reader would put together is joined: a comma or a colon between two literals parts them.

use std::ops::Range;

use memchr::memchr;

use super::unescape::Token;
use crate::engine::gaps;
use crate::engine::heir::BEFORE;
use crate::engine::runs::is_key_byte;
use crate::words::Encoding;

/// The farthest two literals that belong together may be apart: an operator, a line end, an indent, a short comment. So far
/// markup in a blob may reach, too: what is made from the blob is looked at again no farther from what is new in it.
pub(super) const FARTHEST: usize = 240;

/// How far markup may reach in what is always looked at whole: a word processor describes each stretch of text at length.
pub(super) const FARTHEST_WHOLE: usize = 8 * FARTHEST;

/// A line that goes on ends in at least so many key characters.
const LEAST_OF_LINE: usize = 4;

/// Most line ends between two literals.
const MOST_LINES: usize = 3;

/// Inline elements, which do not part what they stand between: of HTML, of Word, Excel and PowerPoint.
const INLINE: &[&[u8]] = &[
    b"b",
    b"i",
    b"u",
    b"em",
    b"strong",
    b"span",
    b"code",
    b"font",
    b"wbr",
    b"mark",
    b"tt",
    b"kbd",
    b"var",
    b"samp",
    b"small",
    b"big",
    b"ins",
    b"a",
    b"text:span",
    b"w:t",
    b"w:r",
    b"w:rPr",
    b"w:proofErr",
    b"w:lang",
    b"w:rFonts",
    b"w:bookmarkStart",
    b"w:bookmarkEnd",
    b"w:sz",
    b"w:color",
    b"w:noProof",
    b"w:softHyphen",
    b"w:lastRenderedPageBreak",
    b"w:szCs",
    b"w:b",
    b"w:i",
    b"a:t",
    b"a:r",
    b"a:rPr",
    b"t",
    b"r",
    b"rPr",
    b"sz",
    b"rFont",
    b"family",
    b"scheme",
];

/// From a literal's closing quote to behind the next one's opening quote, if a key may go on from the one to the other.
pub(super) fn literals(text: &[u8], at: usize) -> Option<Token> {
    if !text.get(at + 1).is_some_and(|&next| may_stand_between(next)) || !ends_a_piece(&text[..at]) {
        return None;
    }
    let mut between =
        Between { text, at: at + 1, end: text.len().min(at + FARTHEST), lines: 0, operators: 0, braced: false };
    while between.step()? {}
    let quote = between.opening()?;
    let joined = between.operators > 0 || are_neighbours(text, at, quote);
    (joined && begins_a_piece(text, quote + 1)).then(|| Token::nothing(quote + 1 - at, Encoding::Joined))
}

/// Whether two literals without an operator between them are one: no template; indented if on the next line, where a
/// literal that begins the line is rather a name, unless the line end is escaped; two quotes alone only within a key.
fn are_neighbours(text: &[u8], closing: usize, opening: usize) -> bool {
    if opening == closing + 1 {
        let within = |at: usize| text.get(at).is_some_and(|&byte| is_key_byte(byte));
        return text[opening] == text[closing] && closing > 0 && within(closing - 1) && within(opening + 1);
    }
    let line_end = text[..opening].strip_suffix(b"\n").map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let begins_line = line_end.is_some_and(|line| !line.ends_with(b"\\"));
    text[closing] != b'`' && text[opening] != b'`' && !begins_line
}

/// Whether the literal whose opening quote stands at `at` goes on another one.
pub(super) fn goes_on(text: &[u8], at: usize) -> bool {
    if !begins_a_piece(text, at + 1) {
        return false;
    }
    let floor = at.saturating_sub(FARTHEST);
    let before = &text[floor..at];
    let mut end = before.len();
    let mut broken = false;
    while let Some((&last, rest)) = before[..end].split_last() {
        end = match last {
            b' ' | b'\t' => before_blanks(rest),
            b'n' | b'r' | b't' if rest.last() == Some(&b'\\') => end - 2,
            b'b' | b'r' | b'f' | b'u' | b'L' | b'R' | b'F' | b'$' | b'@' if before.len() - end < 2 => end - 1,
            b'"' | b'\'' | b'`' => return joins(text, floor + end - 1, at),
            b'\r' | b'+' | b'.' | b'&' | b'|' | b'~' | b'\\' | b'_' | b'<' | b'>' => end - 1,
            b'(' | b')' | b'{' | b'}' => end - 1,
            b'\n' => {
                broken = true;
                end - 1
            }
            _ => break,
        };
    }
    let words = before[..end].last().is_some_and(|&last| is_key_byte(last));
    broken && words && goes_on_behind_comment(text, floor, floor + end, at)
}

/// Whether a literal before `end`, with a comment behind it, goes on in the one that is opened at `at`.
fn goes_on_behind_comment(text: &[u8], floor: usize, end: usize, at: usize) -> bool {
    let line = memchr::memrchr(b'\n', &text[floor..end]).map_or(floor, |newline| floor + newline + 1);
    let mut comments = memchr::memchr2_iter(b'#', b'/', &text[line..end])
        .map(|mark| line + mark)
        .filter(|&mark| text[mark] == b'#' || text.get(mark + 1) == Some(&b'/'));
    let last_quote = |end: usize| memchr::memrchr3(b'"', b'\'', b'`', &text[line..end]);
    comments.by_ref().take(4).filter_map(last_quote).any(|quote| joins(text, line + quote, at))
}

/// Whether the literal that is closed at `quote` goes on in the one that is opened at `at`.
fn joins(text: &[u8], quote: usize, at: usize) -> bool {
    literals(text, quote).is_some_and(|token| quote + token.length == at + 1)
}

/// Whether a byte is a quote.
pub(super) fn is_quote(byte: Option<u8>) -> bool {
    matches!(byte, Some(b'"' | b'\'' | b'`'))
}

/// Whether a byte may stand right behind a literal that goes on.
#[inline]
pub(super) const fn may_stand_between(byte: u8) -> bool {
    matches!(
        byte,
        b' ' | b'\t' | b'\n' | b'\r' | b'+' | b'.' | b'&' | b'|' | b'~' | b'\\' | b')' | b'}' | b'"' | b'\'' | b'`'
    ) || matches!(byte, b'#' | b'/' | b'_' | b'<' | b'$' | b'@' | b'b' | b'r' | b'f' | b'u' | b'L' | b'R' | b'F')
}

/// Whether a piece of a key may end here, before a quote that may be escaped: a key is cut in the middle.
fn ends_a_piece(text: &[u8]) -> bool {
    let escaped = text.iter().rev().take_while(|&&byte| byte == b'\\').count();
    let last = text[..text.len() - escaped].last();
    last.is_some_and(|&byte| is_key_byte(byte) || matches!(byte, b'.' | b'=' | b';' | b'}' | b'~'))
}

/// Whether a piece of a key may begin here.
fn begins_a_piece(text: &[u8], at: usize) -> bool {
    text.get(at).is_some_and(|&byte| is_key_byte(byte) || matches!(byte, b'.' | b'=' | b'\\' | b'%' | b'&' | b'~'))
}

/// What stands between two literals, read forwards.
struct Between<'t> {
    text: &'t [u8],
    at: usize,
    end: usize,
    lines: usize,
    operators: usize,
    /// Whether a `}` has been passed: in JSX another literal may follow in braces of its own.
    braced: bool,
}

impl Between<'_> {
    fn rest(&self) -> &[u8] {
        &self.text[self.at.min(self.end)..self.end]
    }

    /// Goes past one part of what may stand between. Whether there was one; nothing if these are no neighbours.
    fn step(&mut self) -> Option<bool> {
        let rest = self.rest();
        let length = match rest {
            [b' ' | b'\t' | b'\r' | b')', ..] => 1,
            [b'}', ..] => {
                self.braced = true;
                1
            }
            [b'\n', ..] => {
                self.lines += 1;
                1
            }
            [b'\\', b'\r', b'\n', ..] | [b'\\', b'n' | b'r' | b't', ..] => 2,
            [b'\\', b'\n', ..] | [b'_', b'\n' | b'\r', ..] => 1,
            [b'.', b'.', ..] | [b'+', b'+', ..] | [b'|', b'|', ..] | [b'<', b'>', ..] => self.operator(2),
            [b'+' | b'.' | b'&' | b'~', ..] => self.operator(1),
            [b'#', ..] | [b'/', b'/', ..] if self.lines == 0 && rest.contains(&b'\n') => memchr(b'\n', rest)?,
            _ => 0,
        };
        self.at += length;
        (self.lines <= MOST_LINES && self.operators < 2).then_some(length > 0)
    }

    fn operator(&mut self, length: usize) -> usize {
        self.operators += 1;
        length
    }

    /// Where the quote stands that opens the next literal: past a bracket if there is an operator, and a prefix.
    fn opening(&self) -> Option<usize> {
        let closed = self.text[..self.at].ends_with(b")");
        let skip = match self.rest() {
            [b'(', ..] if self.operators > 0 => 1,
            [b'{', ..] if self.braced => 1,
            _ if closed && self.operators == 0 => return None,
            _ => 0,
        };
        let rest = self.rest().get(skip..)?;
        let prefix = match rest {
            [b'b' | b'r' | b'f' | b'u' | b'L' | b'R' | b'F' | b'$' | b'@', b'"' | b'\'', ..] => 1,
            [b'b' | b'r' | b'f', b'b' | b'r' | b'f', b'"' | b'\'', ..] => 2,
            [b'\\', b'"' | b'\'', ..] => 1,
            _ => 0,
        };
        matches!(rest.get(prefix), Some(b'"' | b'\'' | b'`')).then_some(self.at + skip + prefix)
    }
}

/// Whether the line end at `at`, behind a `\`, stands between two pieces of a key.
pub(super) fn is_between_pieces(text: &[u8], at: usize) -> bool {
    let line = text[..at].strip_suffix(b"\\").unwrap_or_default();
    let next = text[at + 1..].iter().take(FARTHEST).find(|byte| !matches!(byte, b' ' | b'\t'));
    let ends = matches!(line, [.., before, last] if *before != b'\\' && is_key_byte(*last));
    ends && next.is_some_and(|&byte| is_key_byte(byte))
}

/// A `\` at the end of a line, with the indent of the next.
pub(super) fn continued(text: &[u8], at: usize) -> Option<Token> {
    let line_end = if text.get(at + 1) == Some(&b'\r') { 2 } else { 1 };
    (text.get(at + line_end) == Some(&b'\n')).then(|| {
        let indent = text[at + line_end + 1..].iter().take(FARTHEST).take_while(|byte| matches!(byte, b' ' | b'\t'));
        Token::nothing(line_end + 1 + indent.count(), Encoding::Joined)
    })
}

/// The end of a line that ends in key characters, with the indent, quote or comment mark of the next, which begins with
/// key characters.
pub(super) fn folded(text: &[u8], at: usize) -> Option<Token> {
    next_piece(text, at).map(|next| Token::nothing(next.start - at, Encoding::Folded))
}

/// The key characters at the beginning of the line that goes on the one that ends at `at`.
fn next_piece(text: &[u8], at: usize) -> Option<Range<usize>> {
    let before = &text[at.saturating_sub(LEAST_OF_LINE)..at];
    if before.len() < LEAST_OF_LINE || !before.iter().all(|&byte| is_key_byte(byte)) {
        return None;
    }
    let line_end = if text.get(at) == Some(&b'\r') { 1 } else { 0 };
    let rest = text.get(at + line_end..)?.strip_prefix(b"\n")?;
    let (lead, mark) = lead(rest);
    if mark.is_some_and(|mark| !is_marked(text, at, mark)) {
        return None;
    }
    let start = at + line_end + 1 + lead;
    let next = gaps::ahead(&text[start..]);
    let rest = &text[start + next..];
    let padding = rest.iter().take(2).take_while(|&&byte| byte == b'=').count();
    let ends = matches!(
        rest.get(padding),
        None | Some(b'\n' | b'\r' | b'"' | b'\'' | b'<' | b'`' | b'\\' | b',' | b';' | b')' | b'.')
    );
    (next > 1 && ends).then(|| start..start + next)
}

/// Where the last of the lines ends that go on the line that ends at `at`.
pub(super) fn end_of_fold(text: &[u8], at: usize) -> usize {
    let mut end = at;
    while matches!(text.get(end), Some(b'\n' | b'\r'))
        && let Some(next) = next_piece(text, end)
    {
        end = next.end;
    }
    end
}

/// How much of a text that ends behind a line's indent, quote or comment mark stands before these.
pub(super) fn before_lead(text: &[u8]) -> usize {
    let end = before_blanks(text);
    match &text[..end] {
        _ if end == text.len() => end,
        [before @ .., b'/', b'/'] | [before @ .., b'#' | b'>' | b'*' | b'|'] => before_blanks(before),
        _ => end,
    }
}

/// How much of a text stands before the blanks that it ends in.
fn before_blanks(text: &[u8]) -> usize {
    text.iter().rposition(|byte| !matches!(byte, b' ' | b'\t')).map_or(0, |last| last + 1)
}

/// Whether a line that ends in key characters at `at` has this mark before them: of quotes and comments each line has one,
/// and what follows a line without is a comment of its own.
fn is_marked(text: &[u8], at: usize, mark: u8) -> bool {
    let piece = gaps::behind(&text[..at]);
    let before = &text[(at - piece).saturating_sub(BEFORE)..at - piece];
    let line = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
    memchr(mark, &before[line..]).is_some() || text[at - piece..at].starts_with(b"//") && mark == b'/'
}

/// How long the indent, quote or comment mark at the beginning of a line is, and which mark there is.
fn lead(line: &[u8]) -> (usize, Option<u8>) {
    // Most lines that go on have neither.
    if line.first().is_some_and(|&first| is_key_byte(first) && first != b'/') {
        return (0, None);
    }
    let blank = |line: &[u8]| line.iter().take(FARTHEST).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let indent = blank(line);
    let mark = match &line[indent..] {
        [b'/', b'/', b' ', ..] => 2,
        [b'#' | b'>' | b'*' | b'|', b' ', ..] => 1,
        _ => return (indent, None),
    };
    (indent + mark + blank(&line[indent + mark..]), Some(line[indent]))
}

/// Inline elements that stand between key characters, no more than `reach` bytes of them.
pub(super) fn markup(text: &[u8], at: usize, reach: usize) -> Option<Token> {
    if !at.checked_sub(1).is_some_and(|before| is_key_byte(text[before])) {
        return None;
    }
    let (mut end, limit) = (at, text.len().min(at + reach));
    while text.get(end) == Some(&b'<') && end < limit {
        let tag = &text[end + 1..limit];
        let length = memchr(b'>', tag)?;
        if !is_inline(&tag[..length]) {
            return None;
        }
        end += length + 2;
    }
    text.get(end).is_some_and(|&byte| is_key_byte(byte)).then(|| Token::nothing(end - at, Encoding::Markup))
}

/// Whether elements that end before `end`, no more than `reach` bytes of them, join what stands before them to what follows.
pub(super) fn is_after_markup(text: &[u8], end: usize, reach: usize) -> bool {
    let floor = end.saturating_sub(reach);
    let mut start = end;
    while let Some(close) = start.checked_sub(1).filter(|&close| close >= floor && text[close] == b'>') {
        let Some(open) = memchr::memrchr(b'<', &text[floor..close]).map(|open| floor + open) else { break };
        if !is_inline(&text[open + 1..close]) {
            return false;
        }
        start = open;
    }
    start < end && markup(text, start, reach).is_some_and(|token| start + token.length == end)
}

fn is_inline(tag: &[u8]) -> bool {
    INLINE.contains(&name_of(tag))
}

/// The same of a tag that may be cut off: in its name, too.
pub(super) fn may_be_inline(tag: &[u8]) -> bool {
    let name = name_of(tag);
    INLINE.contains(&name) || tag.ends_with(name) && INLINE.iter().any(|inline| inline.starts_with(name))
}

fn name_of(tag: &[u8]) -> &[u8] {
    let name = tag.strip_prefix(b"/").unwrap_or(tag);
    let length = name.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b':').count();
    &name[..length]
}

/// `)-20(` between two strings of a PDF's `TJ` operator.
pub(super) fn kerning(text: &[u8], at: usize) -> Option<Token> {
    let rest = &text[at + 1..text.len().min(at + 16)];
    let length =
        rest.iter().take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b' ' | b'\n')).count();
    let kerned = rest[..length].iter().any(u8::is_ascii_digit);
    (kerned && rest.get(length) == Some(&b'(')).then(|| Token::nothing(length + 2, Encoding::Joined))
}
