//! A `Pattern` names paths from the root of a repository: `docs`, `tests/*.env`, `**/fixtures`.
//!
//! `*` stands for anything within a name and `?` for one character of it, `**` for any number of folders, and what names a
//! folder names all that is below it. Matching takes time in proportion to pattern times path, whatever the pattern.

/// A path, or many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    parts: Vec<Vec<char>>,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// It names nothing below the root.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let inside = text.strip_prefix("./").unwrap_or(text);
        let inside = inside.strip_suffix('/').unwrap_or(inside);
        if inside.is_empty() || inside.starts_with('/') || inside.split('/').any(|part| part.is_empty() || part == "..")
        {
            return Err(
                "a path starts at the root of the repository and stays below it: docs, tests/*.env, **/fixtures",
            );
        }
        let parts = inside.split('/').filter(|part| *part != ".").chain(["**"]);
        Ok(Self { parts: parts.map(|part| part.chars().collect()).collect() })
    }

    /// Whether it names exactly one path.
    #[must_use]
    pub fn is_plain(text: &str) -> bool {
        !text.contains(['*', '?'])
    }

    /// Whether it names this path, written with slashes.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        let path: Vec<Vec<char>> = path.split('/').map(|part| part.chars().collect()).collect();
        wild(&self.parts, &path, |part| part == &['*', '*'], |part, name| wild(part, name, |c| *c == '*', fits))
    }
}

fn fits(pattern: &char, char: &char) -> bool {
    *pattern == '?' || pattern == char
}

/// Matches with a wildcard for any number of items: on a mismatch the last wildcard takes one item more.
fn wild<P, T>(pattern: &[P], items: &[T], any: impl Fn(&P) -> bool, one: impl Fn(&P, &T) -> bool) -> bool {
    let (mut at, mut item, mut last) = (0, 0, None);
    while item < items.len() {
        if pattern.get(at).is_some_and(&any) {
            last = Some((at, item));
            at += 1;
        } else if pattern.get(at).is_some_and(|pattern| one(pattern, &items[item])) {
            at += 1;
            item += 1;
        } else if let Some((star, from)) = last {
            last = Some((star, from + 1));
            at = star + 1;
            item = from + 1;
        } else {
            return false;
        }
    }
    pattern[at..].iter().all(any)
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn patterns_name_what_people_expect() {
        for (pattern, yes, no) in [
            ("docs", &["docs", "docs/a", "docs/a/b"][..], &["docs2", "a/docs"][..]),
            ("docs/", &["docs/a"], &["docs.md"]),
            ("tests/*.env", &["tests/a.env", "tests/.env"], &["tests/a/b.env", "a.env"]),
            ("**/fixtures", &["fixtures/a", "a/b/fixtures/c"], &["a/fixtures2/b"]),
            ("a/**/z", &["a/z", "a/b/c/z", "a/b/z/q"], &["b/a/z"]),
            ("**", &["a", "a/b"], &[]),
            ("?.txt", &["a.txt"], &["ab.txt", ".txt"]),
            ("*a*b", &["xaxb", "ab", "aabb"], &["ba"]),
        ] {
            let parsed = Pattern::parse(pattern).unwrap();
            yes.iter().for_each(|path| assert!(parsed.matches(path), "{pattern} {path}"));
            no.iter().for_each(|path| assert!(!parsed.matches(path), "{pattern} {path}"));
        }
        for bad in ["", "/", "/etc", "../a", "a//b", "a/../b"] {
            assert!(Pattern::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_pattern_made_to_take_long_does_not() {
        let pattern = Pattern::parse(&"**/*a*a*a*a*a*b/".repeat(200)).unwrap();
        assert!(!pattern.matches(&format!("{}c", "aaaaaaaaaaaaaaaaaaaaaaaaaa/".repeat(400))));
    }
}
