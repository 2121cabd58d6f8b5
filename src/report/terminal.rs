//! Text on a terminal: made harmless, measured, cut and wrapped.
//!
//! Paths and source lines are written by whoever wrote what was scanned. A terminal obeys some characters in them: this
//! is where they lose that power, for every report that a person may look at. So does what the log of a CI run obeys
//! wherever it stands in a line.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr;

/// Whether a terminal would obey this character rather than show it: C0, DEL, C1, line and paragraph separators, and
/// those that turn the direction of text.
pub(super) fn is_obeyed(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether the log of a CI run would take this for the beginning of a command, even within a line: `##[` in GitHub
/// Actions (<https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs>, `TryParse`), `##vso[` in
/// Azure Pipelines.
pub(super) fn is_command(text: &str) -> bool {
    text.starts_with("##[") || text.starts_with("##vso[")
}

/// The text with every character that a terminal or a log would obey written as an escape: `\n`, `\t`, `\u{1b}`.
#[must_use]
pub fn harmless(text: &str) -> Cow<'_, str> {
    if !text.contains("##") && !text.chars().any(is_obeyed) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for (at, character) in text.char_indices() {
        match character {
            '\n' | '\r' | '\t' => safe.extend(character.escape_default()),
            _ if is_obeyed(character) || is_command(&text[at..]) => safe.extend(character.escape_unicode()),
            _ => safe.push(character),
        }
    }
    Cow::Owned(safe)
}

/// How many columns harmless text fills.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// Breaks text at spaces into lines of at most `room` columns, the first of which goes on where `start` columns and a
/// space are filled. A longer word stands alone, whole, so that links work.
pub(super) fn wrap(text: &str, room: usize, start: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut filled = start;
    for word in text.split_whitespace() {
        let word = harmless(word);
        let wide = width(&word);
        match lines.last_mut() {
            Some(line) if filled == 0 || filled + 1 + wide <= room => {
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(&word);
                filled += wide + usize::from(filled > 0);
            }
            _ => {
                lines.push(word.into_owned());
                filled = wide;
            }
        }
    }
    lines
}

/// A source line with the stretch that matters in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// What stands before it.
    pub(super) before: String,
    /// The stretch; empty if it is not known where it is.
    pub(super) marked: String,
    /// What stands after it.
    pub(super) after: String,
}

impl Excerpt {
    /// Marks the `nth` (from zero) of the places where `mark` stands in `line`, if there are `of` of them: with more or
    /// fewer it is not known which one is meant, and nothing is marked. Indentation is dropped and tabs are spaces.
    pub(super) fn new(line: &str, mark: &str, nth: usize, of: usize) -> Self {
        let (line, mark) = (line.trim().replace('\t', "    "), mark.replace('\t', "    "));
        let (line, mark) = (harmless(&line).into_owned(), harmless(&mark));
        if mark.is_empty() || line.matches(&*mark).count() != of {
            return Self { before: line, marked: String::new(), after: String::new() };
        }
        let start = line.match_indices(&*mark).nth(nth).map_or(line.len(), |(start, _)| start);
        let end = (start + mark.len()).min(line.len());
        Self { before: line[..start].to_owned(), marked: line[start..end].to_owned(), after: line[end..].to_owned() }
    }

    /// Whether there is anything beside the stretch, so that pointing at it tells something.
    pub(super) fn has_company(&self) -> bool {
        !self.before.is_empty() || !self.after.is_empty()
    }

    /// Cuts both sides, most of all the longer one, so that all of it fits into `room` columns with the stretch whole.
    pub(super) fn fit(mut self, room: usize) -> Self {
        let room = room.saturating_sub(width(&self.marked));
        let (before, after) = (width(&self.before), width(&self.after));
        if before + after <= room {
            return self;
        }
        if self.marked.is_empty() {
            self.before = head(&self.before, room);
            return self;
        }
        let for_after = after.min((room / 2).max(room.saturating_sub(before)));
        self.before = tail(&self.before, room - for_after);
        self.after = head(&self.after, for_after);
        self
    }
}

/// The beginning of a text, in at most `room` columns.
fn head(text: &str, room: usize) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let kept = kept_bytes(text.chars(), room);
    if room == 0 { String::new() } else { format!("{}…", &text[..kept]) }
}

/// The end of a text, in at most `room` columns.
fn tail(text: &str, room: usize) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let kept = kept_bytes(text.chars().rev(), room);
    if room == 0 { String::new() } else { format!("…{}", &text[text.len() - kept..]) }
}

/// How many bytes of these characters fit into `room` columns, one of them kept for an ellipsis.
fn kept_bytes(characters: impl Iterator<Item = char>, room: usize) -> usize {
    let (mut filled, mut bytes, mut buffer) = (1, 0, [0; 4]);
    for character in characters {
        filled += width(character.encode_utf8(&mut buffer));
        if filled > room {
            break;
        }
        bytes += character.len_utf8();
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_obeys_nothing() {
        let evil = "a\u{1b}[2J\u{9b}31m\u{7f}\r\n\t\u{202e}cod.exe\u{2066}\u{0}";
        let safe = harmless(evil);
        assert!(!safe.chars().any(is_obeyed), "{safe:?}");
        assert_eq!(safe, r"a\u{1b}[2J\u{9b}31m\u{7f}\r\n\t\u{202e}cod.exe\u{2066}\u{0}");
        assert!(matches!(harmless("schön/鍵.env 👩‍💻"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_log_obeys_nothing() {
        assert_eq!(
            harmless("a ##[add-mask]b ##vso[x]c ###[d] ## e"),
            "a \\u{23}#[add-mask]b \\u{23}#vso[x]c #\\u{23}#[d] ## e"
        );
    }

    #[test]
    fn wrapping_keeps_links_whole() {
        let lines = wrap("Go to https://example.com/a/very/long/link and press the button", 20, 0);
        assert_eq!(lines, ["Go to", "https://example.com/a/very/long/link", "and press the button"]);
        assert_eq!(wrap("one two", 10, 6), ["one", "two"]);
        assert_eq!(wrap("one two", 10, 9), ["", "one two"]);
    }

    #[test]
    fn an_excerpt_marks_one_place_or_none() {
        let excerpt = Excerpt::new("\ta = k…1, b = k…1", "k…1", 1, 2);
        assert_eq!((&*excerpt.before, &*excerpt.marked, &*excerpt.after), ("a = k…1, b = ", "k…1", ""));
        assert_eq!(Excerpt::new("a = k…1, b = k…1", "k…1", 0, 1).marked, "");
        assert_eq!(Excerpt::new("a = b", "k…1", 0, 1).before, "a = b");
        assert!(!Excerpt::new("  k…1 ", "k…1", 0, 1).has_company());
    }

    #[test]
    fn an_excerpt_is_cut_on_both_sides_of_its_mark() {
        let line = format!("{}KEY{}", "鍵".repeat(50), "z".repeat(100));
        for room in [3, 4, 5, 10, 33, 60] {
            let fit = Excerpt::new(&line, "KEY", 0, 1).fit(room);
            assert_eq!(fit.marked, "KEY");
            assert!(width(&fit.before) + 3 + width(&fit.after) <= room, "{room}: {fit:?}");
        }
        let short = Excerpt::new("a=KEY;zzzzzzzzzzzzzzzzzzzzzzzzzzz", "KEY", 0, 1).fit(20);
        assert_eq!(format!("{}{}{}", short.before, short.marked, short.after), "a=KEY;zzzzzzzzzzzzz…");
        assert_eq!(Excerpt::new("abcdefghij", "KEY", 0, 1).fit(5).before, "abcd…");
    }
}
