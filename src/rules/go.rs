//! Patterns as Go reads them, written as this program's regular expressions are.
//!
//! Both are of RE2's family and mean the same, but for what Go takes as it stands: a `{` that begins no repetition, and `[`,
//! `&&`, `--` and `~~` in a class, which begin classes and operations here.
//! Facts: <https://pkg.go.dev/regexp/syntax>, <https://docs.rs/regex/latest/regex/#syntax>.

/// The same pattern, with `\` before what would mean something else here.
pub(super) fn translated(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 8);
    let mut rest = pattern;
    let mut in_class = false;
    while let Some(first) = rest.chars().next() {
        let taken = length(rest, first, in_class);
        let (part, after) = rest.split_at(taken);
        let literal = match first {
            '{' => !in_class && taken == 1,
            '[' => in_class && taken == 1,
            '&' | '~' => in_class && after.starts_with(first),
            '-' => in_class && after.starts_with("-"),
            _ => false,
        };
        if literal {
            out.push('\\');
        }
        out.push_str(part);
        match first {
            '[' if !in_class => in_class = true,
            ']' if in_class => in_class = false,
            _ => {}
        }
        rest = after;
    }
    out
}

/// How many bytes belong together at the beginning of `rest`: an escaped character, a named class (`[:alnum:]`), a
/// repetition, the beginning of a class with a `]` that is one of its characters, or one character.
fn length(rest: &str, first: char, in_class: bool) -> usize {
    let escaped = rest[first.len_utf8()..].chars().next().map_or(0, char::len_utf8);
    match first {
        '\\' => 1 + escaped,
        '[' if in_class && rest.starts_with("[:") => rest.find(":]").map_or(1, |end| end + 2),
        '[' if !in_class => {
            let begin = if rest.starts_with("[^") { 2 } else { 1 };
            begin + usize::from(rest[begin..].starts_with(']'))
        }
        '{' => repetition(rest).unwrap_or(1),
        _ => first.len_utf8(),
    }
}

/// The length of `{2}`, `{2,}` or `{2,5}`.
fn repetition(rest: &str) -> Option<usize> {
    let inner = &rest[1..rest.find('}')?];
    let (least, most) = inner.split_once(',').unwrap_or((inner, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    (!least.is_empty() && digits(least) && digits(most)).then_some(inner.len() + 2)
}

#[cfg(test)]
mod tests {
    use super::translated;

    #[test]
    fn what_go_takes_as_it_stands_is_escaped() {
        for (go, ours) in [
            (r"^\$(?:\d+|{\d+})$", r"^\$(?:\d+|\{\d+})$"),
            (r"a{2}b{2,}c{2,5}", r"a{2}b{2,}c{2,5}"),
            (r"{x}[a[b]", r"\{x}[a\[b]"),
            (r"[[:alnum:]_]{3}", r"[[:alnum:]_]{3}"),
            (r"[a&&b--c~~d]", r"[a\&&b\--c\~~d]"),
            (r"[]a][^]{]\[{", r"[]a][^]{]\[\{"),
            ("[ü{]{ü", "[ü{]\\{ü"),
        ] {
            assert_eq!(translated(go), ours, "{go}");
            assert!(regex_automata::meta::Regex::new(ours).is_ok(), "{ours}");
        }
    }
}
