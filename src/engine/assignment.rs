//! Assignments: what name a run is given to, in the syntaxes that people write secrets in.
//!
//! `NAME=run`, `"name": "run"`, `name: run`, `name := 'run'`, `name: &str = "run"`, `name => "run"`, `<name>run</name>`,
//! `--name run`, `name("run")`, `ENV NAME run`, `Authorization: Bearer run`. The parse goes backwards from the run, so it
//! costs nothing where there is none.

use std::ops::Range;

use super::byte_kinds::{ALNUM, ByteKinds};
use super::escape;
use super::naming::FARTHEST_NAME;

/// What a byte may be where assignments are read, a bit for each.
mod kind {
    pub(super) const IN_NAME: u8 = 1;
    pub(super) const IN_TYPE: u8 = 1 << 1;
    pub(super) const BLANK: u8 = 1 << 2;
    /// What a name in quotes or brackets ends with.
    pub(super) const CLOSES: u8 = 1 << 3;
    /// What an operator that ends in `=` is made of.
    pub(super) const OPERATES: u8 = 1 << 4;
    /// What a value may stand right behind: a quote, a blank or an operator. Most runs have another before them.
    pub(super) const LEADS: u8 = 1 << 5;
}

static KINDS: ByteKinds = ByteKinds::of(&[
    (kind::IN_NAME, ALNUM),
    (kind::IN_NAME, b"_-."),
    (kind::IN_TYPE, ALNUM),
    (kind::IN_TYPE, b"_ '?&<>"),
    (kind::BLANK, b" \t"),
    (kind::CLOSES, b"'\"`])\\!?"),
    (kind::OPERATES, b"=:?+|"),
    (kind::LEADS, b"\"'` \t=:>(,"),
]);

/// A value and the name it is assigned to, as ranges of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Assignment {
    /// The name as written.
    pub(super) name: Range<usize>,
    /// The value, without its quotes.
    pub(super) value: Range<usize>,
    /// Whether the run is all of the value, but for `=` at its end (base64).
    pub(super) whole: bool,
}

/// The assignment whose value begins with the run at `run`, if there is one; before the value a scheme word may stand
/// (`Bearer`).
pub(super) fn assignment(text: &[u8], run: &Range<usize>) -> Option<Assignment> {
    let floor = run.start.saturating_sub(FARTHEST_NAME);
    let padding = text[run.end..].iter().take(2).take_while(|&&byte| byte == b'=').count();
    let value = run.start..run.end + padding;
    let before = Before { text, floor, at: value.start };
    if !before.last().is_some_and(|byte| KINDS.has(byte, kind::LEADS)) {
        return None;
    }
    let (before, quote) = before.scheme().quote();
    let (name_end, loose) = before.operator(quote.is_some())?;
    let name = Before { text, floor, at: name_end }.name()?;
    if loose && !stands_for_an_option(text, &name) {
        return None;
    }
    let whole = ends_value(text, value.end, quote);
    Some(Assignment { name, value, whole })
}

/// Whether a value may end here: at its quote, or where an unquoted one ends.
fn ends_value(text: &[u8], end: usize, quote: Option<u8>) -> bool {
    match (text.get(end), quote) {
        (Some(&byte), Some(quote)) => byte == quote || byte == b'\\',
        (None, _) => true,
        (Some(&byte), None) => {
            byte.is_ascii_whitespace() || matches!(byte, b',' | b';' | b'<' | b'&' | b'}' | b'"' | b'\'' | b'\\')
        }
    }
}

/// Whether a name that only a space parts from its value is an option (`--token x`), a variable (`ENV TOKEN x`), or a
/// word of `.netrc`.
fn stands_for_an_option(text: &[u8], name: &Range<usize>) -> bool {
    let line = &text[..name.start];
    line.ends_with(b"--") || [&b"ENV "[..], b"ARG ", b"setx ", b"set "].iter().any(|word| line.ends_with(word))
}

/// The text before a value, read backwards.
#[derive(Clone, Copy)]
struct Before<'a> {
    text: &'a [u8],
    floor: usize,
    at: usize,
}

impl Before<'_> {
    fn last(self) -> Option<u8> {
        (self.at > self.floor).then(|| self.text[self.at - 1])
    }

    #[inline]
    fn without(self, skip: impl Fn(u8) -> bool) -> Self {
        let part = &self.text[self.floor..self.at];
        let kept = part.iter().rposition(|&byte| !skip(byte)).map_or(0, |last| last + 1);
        Self { at: self.floor + kept, ..self }
    }

    #[inline]
    fn without_kind(self, kinds: u8) -> Self {
        self.without(|byte| KINDS.has(byte, kinds))
    }

    fn blanks(self) -> Self {
        self.without_kind(kind::BLANK)
    }

    fn ends_with(self, word: &[u8]) -> bool {
        let part = &self.text[self.floor..self.at];
        part.len() >= word.len() && part[part.len() - word.len()..].eq_ignore_ascii_case(word)
    }

    /// Past an authorization scheme.
    fn scheme(self) -> Self {
        if self.last() != Some(b' ') {
            return self;
        }
        let schemes: [&[u8]; 4] = [b"Bearer ", b"Basic ", b"Token ", b"ApiKey "];
        let is_word = |word: &&&[u8]| {
            let before = Self { at: self.at - word.len(), ..self }.last();
            !before.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        };
        let found = schemes.iter().filter(|word| self.ends_with(word)).find(is_word);
        found.map_or(self, |word| Self { at: self.at - word.len(), ..self })
    }

    /// Past an opening quote, escaped or not, and its prefix (`b"`, `r"`, `f"`, `@"`).
    fn quote(self) -> (Self, Option<u8>) {
        let Some(quote @ (b'"' | b'\'' | b'`')) = self.last() else { return (self, None) };
        let past = Self { at: self.at - 1, ..self }.without(|byte| byte == b'\\');
        let prefixed = matches!(past.last(), Some(b'b' | b'r' | b'f' | b'u' | b'@' | b'L'));
        let bare = Self { at: past.at - usize::from(prefixed), ..past };
        let stands_alone = prefixed && !bare.last().is_some_and(|byte| byte.is_ascii_alphanumeric());
        (if stands_alone { bare } else { past }, Some(quote))
    }

    /// Past the operator: where the name's part ends, and whether only a blank parts the two.
    fn operator(self, quoted: bool) -> Option<(usize, bool)> {
        let blank = self.blanks();
        let past = match blank.last()? {
            b'=' => {
                let name = blank.without_kind(kind::OPERATES);
                let doubled = blank.at - name.at > 1 && self.text[name.at..blank.at].iter().all(|&byte| byte == b'=');
                if doubled {
                    return None;
                }
                name
            }
            b':' => blank.without(|byte| byte == b':'),
            b'>' if blank.ends_with(b"=>") || blank.ends_with(b"->") => Self { at: blank.at - 2, ..blank },
            b'>' => Self { at: blank.at - 1, ..blank },
            b'(' if quoted => Self { at: blank.at - 1, ..blank },
            b',' if quoted => Self { at: blank.at - 1, ..blank }.past_first_argument()?,
            _ if blank.at < self.at => return Some((blank.at, true)),
            _ => return None,
        };
        let past = past.blanks().without_type();
        Some((past.at, false))
    }

    /// `setenv("NAME", "value")`: the name is the quoted argument before the comma.
    fn past_first_argument(self) -> Option<Self> {
        matches!(self.blanks().last(), Some(b'"' | b'\'')).then_some(self)
    }

    /// Past a type between the name and the operator: `name: &'static str =`, `name: string =`.
    fn without_type(self) -> Self {
        let word = self.without_kind(kind::IN_TYPE);
        match word.last() {
            Some(b':') if self.is_type(word.at) => Self { at: word.at - 1, ..word }.blanks(),
            _ => self,
        }
    }

    /// Whether a type may stand from `start` to here: one word, or a reference, with a blank before or after it. Of
    /// `12:00:01 INFO KEY =`, `$env:KEY =` and `error:KEY=` none is one.
    fn is_type(self, start: usize) -> bool {
        let written = &self.text[start..self.at];
        let word = written.trim_ascii();
        let apart = written.starts_with(b" ") || self.text.get(self.at) == Some(&b' ');
        let whole = word.starts_with(b"&") || !word.contains(&b' ');
        let variable = self.text[self.floor..start].to_ascii_lowercase().ends_with(b"$env:");
        !word.is_empty() && apart && whole && !variable
    }

    /// The name that ends here, past closing quotes and brackets.
    fn name(self) -> Option<Range<usize>> {
        let end = self.blanks().without_kind(kind::CLOSES);
        let start = end.without_kind(kind::IN_NAME).at;
        let dashes = self.text[start..end.at].iter().take_while(|&&byte| byte == b'-').count();
        let name = escape::past(self.text, start, end.at) + dashes..end.at;
        (name.len() > 1).then_some(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUE: &str = "q7Zt3mXv9Lk2Wp8R";

    /// The name that `text` assigns its `@` to.
    fn name_in(text: &str) -> Option<String> {
        let full = text.replace('@', VALUE);
        let start = full.find(VALUE)?;
        let found = assignment(full.as_bytes(), &(start..start + VALUE.len())).filter(|found| found.whole)?;
        Some(full[found.name].to_owned())
    }

    #[test]
    fn it_reads_the_usual_syntaxes() {
        for (text, name) in [
            ("API_KEY=@", "API_KEY"),
            ("export API_KEY=\"@\"\n", "API_KEY"),
            ("{\"apiKey\": \"@\"}", "apiKey"),
            ("{\\\"apiKey\\\":\\\"@\\\"}", "apiKey"),
            ("api-key: @\n", "api-key"),
            ("api_key := `@`", "api_key"),
            ("let api_key: &'static str = \"@\";", "api_key"),
            ("const apiKey: string = '@';", "apiKey"),
            ("'api_key' => '@',", "api_key"),
            ("<apiKey>@</apiKey>", "apiKey"),
            ("run --api-key @ now", "api-key"),
            ("ENV API_KEY @\n", "API_KEY"),
            ("os.environ[\"API_KEY\"] = \"@\"", "API_KEY"),
            ("os.Setenv(\"API_KEY\", \"@\")", "API_KEY"),
            ("setApiKey(\"@\")", "setApiKey"),
            ("Authorization: Bearer @", "Authorization"),
            ("headers = {\"Authorization\": \"Bearer @\"}", "Authorization"),
            ("?api_key=@&x=1", "api_key"),
            ("api_key = b'@'", "api_key"),
            ("ENV GITHUB_TOKEN @\n", "GITHUB_TOKEN"),
            ("run --token @", "token"),
            ("$env:API_KEY = \"@\"", "API_KEY"),
            ("12:00:01 INFO start API_KEY=@ pid=7", "API_KEY"),
            ("error:API_KEY=@", "API_KEY"),
            ("{\"log\": \"x\\napi_key=@\\n\"}", "api_key"),
        ] {
            assert_eq!(name_in(text).as_deref(), Some(name), "{text}");
        }
    }

    #[test]
    fn it_reads_nothing_where_nothing_is_assigned() {
        for text in [
            "if key == @",
            "the key @ here",
            "@",
            "key @",
            "\"@\"",
            "key = @.field",
            "key = @(x)",
            "set_key(@, x)",
            "x.y/@",
        ] {
            assert_eq!(name_in(text), None, "{text}");
        }
    }
}
