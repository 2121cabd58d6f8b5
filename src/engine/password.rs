//! Passwords: values of any length that stand where people write passwords, in no run and without a form: what is assigned
//! to a name with `password` in it. Those in URLs are in `userinfo`.

use std::ops::Range;

use super::byte_kinds::{ALNUM, ByteKinds};
use super::naming::FARTHEST_NAME;

/// How far from a name or a `://` what is read of its line may stand: 97 bytes before it; behind it a name, four stretches
/// of at most 64 bytes and a value.
pub(super) const REACH: usize = 1024;

/// How long a password is.
const LENGTHS: std::ops::RangeInclusive<usize> = 5..=128;

/// What a byte may be where passwords are read, a bit for each.
mod kind {
    pub(super) const IN_NAME: u8 = 1;
    pub(super) const IN_TYPE: u8 = 1 << 1;
    pub(super) const BLANK: u8 = 1 << 2;
    /// What a name in quotes or brackets ends with.
    pub(super) const CLOSES: u8 = 1 << 3;
    /// What an assignment goes on with right behind its name, besides blanks and what closes it.
    pub(super) const ASSIGNS: u8 = 1 << 4;
    /// What stands behind a value without quotes.
    pub(super) const ENDS: u8 = 1 << 5;
    /// What stands in or behind code.
    pub(super) const CODE: u8 = 1 << 6;
}

static KINDS: ByteKinds = ByteKinds::of(&[
    (kind::IN_NAME, ALNUM),
    (kind::IN_NAME, b"_-."),
    (kind::IN_TYPE, ALNUM),
    (kind::IN_TYPE, b"_.&?"),
    (kind::BLANK, b" \t"),
    (kind::CLOSES, b"\"'`\\]"),
    (kind::ASSIGNS, b"=(>:"),
    (kind::ENDS, b" \t\n\x0c\r;\"'`\\&<"),
    (kind::CODE, b"]=(>)[{},|"),
]);

/// What was read last of one text: several literals may stand in one name, each for several rules, and a text may be made
/// of such names, touching.
#[derive(Debug, Default)]
pub(super) struct Read {
    /// Name characters around the last literal, as far as they were looked at.
    stretch: Range<usize>,
    /// The last name, and the password that is assigned to it.
    last: Option<(Range<usize>, Option<Range<usize>>)>,
}

impl Read {
    /// The next text is another one.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// The name around `at`, and the password that is assigned to it.
    pub(super) fn assigned(&mut self, text: &[u8], at: usize) -> Option<(Range<usize>, Range<usize>)> {
        // A name that is shorter was seen as a whole.
        if let Some((name, None)) = &self.last
            && name.contains(&at)
            && name.len() < FARTHEST_NAME
        {
            return None;
        }
        let name = self.name(text, at);
        // Nothing is assigned to most names, nor to one that is too long.
        if !text.get(name.end).is_some_and(|&byte| KINDS.has(byte, kind::BLANK | kind::CLOSES | kind::ASSIGNS)) {
            return None;
        }
        let value = match &self.last {
            Some((known, value)) if *known == name => value.clone(),
            _ => {
                let value = password(text, &name);
                self.last = Some((name.clone(), value.clone()));
                value
            }
        };
        let value = value?;
        (!is_other_word(&text[at..name.end])).then_some((name, value))
    }

    /// The name around `at`, as far as names reach each way.
    fn name(&mut self, text: &[u8], at: usize) -> Range<usize> {
        let in_name = |byte: &u8| KINDS.has(*byte, kind::IN_NAME);
        let floor = at.saturating_sub(FARTHEST_NAME);
        let limit = text.len().min(at + FARTHEST_NAME);
        let Range { start, end } = self.stretch.clone();
        let begins = start <= floor || !text[..start].last().is_some_and(in_name);
        if !(begins && start <= at && at <= end) {
            let start = text[floor..at].iter().rposition(|byte| !in_name(byte)).map_or(floor, |last| floor + last + 1);
            self.stretch = start..at;
        }
        let Range { start, end } = &mut self.stretch;
        if *end < limit {
            *end += text[*end..limit].iter().take_while(|byte| in_name(byte)).count();
        }
        floor.max(*start)..limit.min(*end)
    }
}

/// The password that is assigned to a name.
fn password(text: &[u8], name: &Range<usize>) -> Option<Range<usize>> {
    let after = After { text, at: name.end };
    let value = after.value(text[..name.start].last().copied()).or_else(|| after.behind_a_blank(name))?;
    (LENGTHS.contains(&value.len()) && may_be_literal(&text[value.clone()])).then_some(value)
}

/// Whether a name that begins like `pwd` goes on with small letters, and so says something else: `pwdump`.
fn is_other_word(name: &[u8]) -> bool {
    let after = name
        .strip_prefix(b"pwd")
        .or_else(|| name.strip_prefix(b"Pwd"))
        .map(|rest| rest.strip_prefix(b"s").unwrap_or(rest));
    after.and_then(|rest| rest.first()).is_some_and(u8::is_ascii_lowercase)
}

/// Whether it is no reference to a password, by its first sight: `$PASSWORD`, `{{ password }}`, `<password>`, `%s`.
pub(super) fn may_be_literal(value: &[u8]) -> bool {
    let opens = matches!(value.first(), Some(b'$' | b'<' | b'{' | b'%' | b'[' | b'(' | b'\\' | b'/' | b'.'));
    let holds = |part: &[u8]| memchr::memmem::find(value, part).is_some();
    let blank = value.iter().any(|byte| byte.is_ascii_whitespace() || byte.is_ascii_control());
    !opens && !blank && ![&b"${"[..], b"{{", b"#{", b"%(", b"$(", b"<%", b"{0}", b"..."].iter().any(|part| holds(part))
}

/// The text after a name, read forwards.
#[derive(Clone, Copy)]
struct After<'a> {
    text: &'a [u8],
    at: usize,
}

impl After<'_> {
    fn first(self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    #[inline]
    fn past(self, skip: impl Fn(u8) -> bool) -> Self {
        // Mostly there is nothing to go past.
        if !self.first().is_some_and(&skip) {
            return self;
        }
        let count = self.text[self.at..].iter().take(64).take_while(|&&byte| skip(byte)).count();
        Self { at: self.at + count, ..self }
    }

    fn blanks(self) -> Self {
        self.past(|byte| KINDS.has(byte, kind::BLANK))
    }

    /// The value; `before` is what stands before the name.
    fn value(self, before: Option<u8>) -> Option<Range<usize>> {
        if self.first() == Some(b'>') && before == Some(b'<') {
            return self.element();
        }
        let closed = self.past(|byte| KINDS.has(byte, kind::CLOSES));
        let quoted_name = closed.at > self.at;
        let blank = closed.blanks();
        let (past, call) = match (blank.first()?, self.text.get(blank.at + 1)) {
            (b'=', Some(b'=' | b'~')) | (b':', Some(b':')) => return None,
            (b'=', Some(b'>')) | (b':', Some(b'=')) => (2, false),
            (b'=' | b':', _) => (1, false),
            (b'(', _) => (1, true),
            (b',', _) if quoted_name => (1, true),
            _ => return None,
        };
        let spaced = blank.at > closed.at;
        let after = Self { at: blank.at + past, ..self }.blanks();
        let after = if call { after } else { after.past_type() };
        match after.quoted() {
            Some(value) => Some(value),
            None if call || spaced && !self.begins_line(before) => None,
            None => after.bare(before == Some(b'(') && after.text[after.at - 1] == b':'),
        }
    }

    /// The value of an option (`--password x`) or a definition (`#define PASSWORD "x"`), with but blanks before it.
    fn behind_a_blank(self, name: &Range<usize>) -> Option<Range<usize>> {
        let after = self.blanks();
        if after.at == self.at {
            return None;
        }
        let option = self.text[name.start] == b'-';
        match after.quoted() {
            Some(value) if option || self.is_defined(name) => Some(value),
            None if option => after.word(),
            _ => None,
        }
    }

    /// Whether the word before a name says that what follows it is its value.
    fn is_defined(self, name: &Range<usize>) -> bool {
        let line = &self.text[name.start.saturating_sub(16)..name.start];
        let word = line.trim_ascii_end().rsplit(|byte| !byte.is_ascii_alphabetic()).next().unwrap_or_default();
        [&b"define"[..], b"global", b"set"].iter().any(|wanted| word.eq_ignore_ascii_case(wanted))
    }

    /// The word of a command line: up to a blank, with a digit in it, and neither code nor an option.
    fn word(self) -> Option<Range<usize>> {
        let rest = &self.text[self.at..self.text.len().min(self.at + 2 * LENGTHS.end())];
        let length = rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
        let value = &rest[..length];
        let code = |byte: &u8| matches!(byte, b'(' | b'[' | b'{' | b',' | b'|' | b'"' | b'\'' | b'`');
        let plain = value.iter().any(u8::is_ascii_digit) && !value.starts_with(b"-") && !value.iter().any(code);
        plain.then(|| self.at..self.at + length)
    }

    /// Past a type and the operator after it: `password: str = "x"`.
    fn past_type(self) -> Self {
        let word = self.past(|byte| KINDS.has(byte, kind::IN_TYPE));
        let operator = word.blanks();
        let assigns = operator.first() == Some(b'=') && word.at > self.at && operator.at > word.at;
        if assigns { Self { at: operator.at + 1, ..self }.blanks() } else { self }
    }

    /// Whether nothing but blanks stands before the name in its line, or it cannot be told.
    fn begins_line(self, before: Option<u8>) -> bool {
        matches!(before, None | Some(b'\n' | b' ' | b'\t' | b'-'))
    }

    /// What stands between quotes, a prefix before them.
    fn quoted(self) -> Option<Range<usize>> {
        let prefix = matches!(self.first(), Some(b'b' | b'r' | b'u' | b'@' | b'N'));
        let start = self.past(|byte| byte == b'\\');
        let start = if prefix { Self { at: self.at + 1, ..self } } else { start };
        let quote = start.first().filter(|byte| matches!(byte, b'"' | b'\'' | b'`'))?;
        let begin = start.at + 1;
        let rest = &self.text[begin..];
        let end = rest.iter().take(2 * LENGTHS.end()).position(|&byte| byte == quote || byte == b'\n')?;
        let value = begin..begin + end;
        let escaped = self.text[value.clone()].ends_with(b"\\");
        (rest[end] == quote).then(|| value.start..value.end - usize::from(escaped))
    }

    /// What stands without quotes to the end of its line, or of the parentheses that it is in with its name: letters and
    /// digits with what passwords have between them, but no code.
    fn bare(self, in_parentheses: bool) -> Option<Range<usize>> {
        let rest = &self.text[self.at..self.text.len().min(self.at + LENGTHS.end() + 1)];
        let length = rest.iter().position(|&byte| KINDS.has(byte, kind::ENDS | kind::CODE)).unwrap_or(rest.len());
        let closed = in_parentheses && rest.get(length) == Some(&b')');
        if length > *LENGTHS.end() || !closed && rest.get(length).is_some_and(|&byte| KINDS.has(byte, kind::CODE)) {
            return None;
        }
        let value = &rest[..length];
        let line = || After { text: self.text, at: self.at + length }.blanks().first();
        let ended =
            || matches!(line(), None | Some(b'\n' | b'\r' | b';' | b'&' | b'"' | b'\'' | b'<' | b'#' | b'\\' | b'`'));
        let names =
            || value.split(|byte| matches!(byte, b'.' | b':' | b'/')).all(is_identifier) && !is_identifier(value);
        (value.iter().any(u8::is_ascii_digit) && (closed || ended()) && !names()).then(|| self.at..self.at + length)
    }

    /// What stands in an element: `<password>x</password>`.
    fn element(self) -> Option<Range<usize>> {
        let begin = self.at + 1;
        let rest = self.text.get(begin..)?;
        let end = rest.iter().take(2 * LENGTHS.end()).position(|&byte| matches!(byte, b'<' | b'\n'))?;
        (rest[end..].starts_with(b"</")).then(|| begin..begin + end)
    }
}

fn is_identifier(word: &[u8]) -> bool {
    word.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
        && word.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::random;

    /// The password that is read in `text`, in which it stands as `§`.
    fn read(text: &str) -> Option<String> {
        let text = text.replace('§', "x9!kQz");
        let lower = text.to_ascii_lowercase();
        let at = lower.find("assw").or_else(|| lower.find("pwd"))?;
        Read::default().assigned(text.as_bytes(), at).map(|(_, value)| text[value].replace("x9!kQz", "§"))
    }

    #[test]
    fn it_reads_the_usual_syntaxes() {
        for text in [
            "DB_PASSWORD=§",
            "password = \"§\"",
            "password: §\n",
            "  password: '§'",
            "{\"password\":\"§\"}",
            "{\\\"password\\\": \\\"§\\\"}",
            "define('DB_PASSWORD', '§');",
            "$config['password'] = '§';",
            "<password>§</password>",
            "Server=db;Password=§;Encrypt=true",
            "jdbc:mysql://h/d?user=a&password=§&b=c",
            "let password: &str = \"§\";",
            "conn.setPassword(\"§\")",
            "password => '§',",
            "run --password § now",
            "Connect -Password '§'",
            "#define PASSWORD \"§\"",
            "set password \"§\"",
            "10.1.2.3(password:§)",
            "pwd=§",
            "userPwd1=§",
            "pwds=§",
        ] {
            assert_eq!(read(text).as_deref(), Some("§"), "{text}");
        }
    }

    /// What is remembered changes no answer.
    #[test]
    fn it_reads_as_one_that_forgets_does() {
        let mut random = random();
        let long = "a".repeat(60);
        let pieces =
            ["pwd", "pwd", "Pwd", "=", "='x9!kQz'", "=x9!kQz;", "x9kQz", " ", "_", ":", "(", ")", "\n", "'", &long];
        let mut passwords = 0;
        for _ in 0..500 {
            let text: String = (0..30).map(|_| pieces[random(pieces.len())]).collect();
            let mut read = Read::default();
            for (at, _) in text.match_indices("wd") {
                let found = read.assigned(text.as_bytes(), at - 1);
                assert_eq!(found, Read::default().assigned(text.as_bytes(), at - 1), "{at} of {text}");
                passwords += usize::from(found.is_some());
            }
        }
        assert!(passwords > 100, "{passwords}");
    }

    #[test]
    fn it_reads_no_code_and_no_reference() {
        for text in [
            "password = get_password(2)",
            "password = user2.password",
            "login(password=password2)",
            "if password == '§'",
            "password: ${DB_PASSWORD2}",
            "password: '{{ password2 }}'",
            "password = os.environ['P2']",
            "PASSWORD=$1",
            "pwdump=§",
            "Password::Hash2",
            "password: string2,",
            "the password is §",
            "run --password PASSWORD now",
            "run --password --user2",
            "a password '§' in prose",
            "url = \"passwords-0.3.tar.gz\", hash = \"§\"",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
