//! The `Lead` of a pattern: what its first bytes may be, as far as each of them is told for itself. A pattern takes hundreds
//! of instructions to say no; where what brings its rule up stands again and again, a look at the last of these bytes says
//! it, since those before them are mostly those of a keyword that stands there.

use regex_syntax::hir::{Hir, HirKind};

use super::plain::Set;

/// No more bytes are told of.
const LONGEST: usize = 128;

/// So many of them are looked at.
const LAST: usize = 4;

/// What the last of the first bytes may be, and how many stand before those.
#[derive(Debug, Default)]
pub(super) struct Lead {
    before: usize,
    last: Box<[Set]>,
}

impl Lead {
    /// That of a pattern, which is read as bytes.
    pub(super) fn of(pattern: &Hir) -> Self {
        let mut sets = Vec::new();
        tell(pattern, &mut sets);
        sets.truncate(LONGEST);
        let before = sets.len().saturating_sub(LAST);
        Self { before, last: sets.split_off(before).into() }
    }

    /// Whether the pattern may match where `text` begins.
    #[inline]
    pub(super) fn fits(&self, text: &[u8]) -> bool {
        let has = |(set, &byte): (&Set, &u8)| set.has(byte);
        let last = text.get(self.before..self.before + self.last.len());
        last.is_some_and(|last| self.last.iter().zip(last).rev().all(has))
    }
}

/// Adds what each byte of a match may be; says whether that is all of it.
fn tell(pattern: &Hir, sets: &mut Vec<Set>) -> bool {
    if sets.len() >= LONGEST {
        return false;
    }
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => {
            sets.extend(literal.0.iter().map(|&byte| Set::of(byte)));
            true
        }
        HirKind::Class(class) => {
            let set = Set::of_class(class);
            sets.extend(set);
            set.is_some()
        }
        HirKind::Capture(capture) => tell(&capture.sub, sets),
        HirKind::Concat(parts) => parts.iter().all(|part| tell(part, sets)),
        HirKind::Repetition(repetition) => {
            (0..repetition.min).all(|_| tell(&repetition.sub, sets)) && repetition.max == Some(repetition.min)
        }
        HirKind::Alternation(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use regex_automata::util::syntax;

    use super::*;
    use crate::rules::rule::syntax_of_patterns;

    #[test]
    fn what_does_not_fit_is_known_by_its_first_bytes() {
        let lead = |pattern: &str| Lead::of(&syntax::parse_with(pattern, &syntax_of_patterns()).unwrap());
        for (pattern, fits, others) in [
            ("key-[23]: [a-z]+", &["key-2: a", "key-3: bc"][..], &["key-4: a", "key-2:", "key-2: 1", ""][..]),
            ("(?P<secret>a(?:b)c)[^x]?", &["abc", "abcx"], &["abd", "bbc", "ab"]),
            ("(?i)aB", &["Ab", "aB"], &["bb", "a"]),
            ("\\ba$b", &["ab"], &["a b"]),
            ("a+b", &["a", "ab"], &["", "xa"]),
            ("a[bc]{2,3}d", &["abc", "abcx"], &["ab", "abx", "axb"]),
            ("x(?:ab){2}[0-9]{8}=", &["xabab12345678="], &["xabab12345678", "xabab1234567x=", "xabab12345678-"]),
            ("a?b", &["", "x"], &[]),
            ("(?:a|bc)d", &["", "x"], &[]),
            ("", &["", "x"], &[]),
        ] {
            let lead = lead(pattern);
            assert!(fits.iter().all(|text| lead.fits(text.as_bytes())), "{pattern}");
            assert!(!others.iter().any(|text| lead.fits(text.as_bytes())), "{pattern}");
        }
        let any = lead("\\xff.");
        assert!(any.fits(b"\xff\x00") && any.fits(b"\xff\xff") && !any.fits(b"\xff\n") && !any.fits(b"\xff"));
        assert!(lead(&"a".repeat(2 * LONGEST)).fits("a".repeat(LONGEST).as_bytes()));
    }
}
