//! Plain patterns: those in which the next byte decides every choice, as it does in nearly all that describe a key (a
//! prefix, so many characters of a kind, sometimes an ending). They are matched by walking down a list of steps: nothing
//! is compiled, nothing is tried twice, and what is found is what a regular expression finds (a test compares them).
//!
//! Measured on the history of openai/openai-python: to compile the patterns that a scan meets as regular expressions took
//! a tenth of its time.

mod parse;
mod stretches;

use std::ops::Range;

use regex_syntax::hir::{Class, Hir, HirKind};
pub(crate) use stretches::Stretches;

/// A set of bytes, a bit for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Set([u64; 4]);

impl Set {
    /// Key characters, and those that part and end tokens.
    const OF_TOKENS: Self = {
        let (mut bits, mut byte) = ([0; 4], 0);
        while byte < 128 {
            if is_key_byte(byte) || matches!(byte, b'.' | b'=') {
                bits[(byte >> 6) as usize] |= 1 << (byte & 63);
            }
            byte += 1;
        }
        Self(bits)
    };

    /// One byte.
    pub(super) fn of(byte: u8) -> Self {
        let mut set = Self::default();
        set.add(byte);
        set
    }

    /// Those of a class; nothing if it is not one of bytes.
    pub(super) fn of_class(class: &Class) -> Option<Self> {
        let Class::Bytes(class) = class else { return None };
        let mut set = Self::default();
        class.iter().flat_map(|range| range.start()..=range.end()).for_each(|byte| set.add(byte));
        Some(set)
    }

    fn add(&mut self, byte: u8) {
        self.0[usize::from(byte >> 6)] |= 1 << (byte & 63);
    }

    /// Whether a byte is in it.
    #[inline]
    pub(super) fn has(&self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6)] & 1 << (byte & 63) != 0
    }

    fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(one, other)| one & other != 0)
    }

    fn and(mut self, other: &Self) -> Self {
        self.0.iter_mut().zip(&other.0).for_each(|(one, other)| *one |= other);
        self
    }
}

/// One step of a pattern.
#[derive(Clone, Debug)]
enum Step {
    /// These bytes.
    Literal(Box<[u8]>),
    /// As many bytes of a set as there are, within bounds.
    Run { set: Set, least: usize, most: usize },
    /// The one of these that is there.
    OneOf(Box<[Box<[Step]>]>),
    /// This, if it is there.
    Maybe(Box<[Step]>),
    /// Here the secret begins.
    Begin,
    /// Here it ends.
    End,
}

/// A pattern in which the next byte decides every choice.
#[derive(Debug)]
pub(crate) struct Plain {
    steps: Box<[Step]>,
    longest: usize,
    stays_in_runs: bool,
    tail: Option<usize>,
}

impl Plain {
    /// The pattern, if it is so plain; it is read as bytes.
    pub(super) fn of(pattern: &Hir) -> Option<Self> {
        let steps = parse::steps(pattern)?;
        let (longest, stays_in_runs, tail) = (longest(&steps), are_keys(&steps), tail(&steps));
        Some(Self { steps: steps.into(), longest, stays_in_runs, tail })
    }

    /// How many bytes it looks at, at most.
    pub(crate) fn longest(&self) -> usize {
        self.longest
    }

    /// Whether it is made of key characters only, so that a run says whether it stands in it.
    pub(crate) fn stays_in_runs(&self) -> bool {
        self.stays_in_runs
    }

    /// How many key characters it ends in, if they are of one kind and always as many.
    pub(crate) fn tail(&self) -> Option<usize> {
        self.tail
    }

    /// The match that begins at `start` and ends no later than `limit`, and the secret in it: its first group, or all.
    pub(crate) fn match_at(
        &self,
        text: &[u8],
        start: usize,
        limit: usize,
        stretches: &mut Stretches,
    ) -> Option<(Range<usize>, Range<usize>)> {
        let mut secret = None;
        let end = walk(&self.steps, &text[..limit], start, &mut secret, stretches)?;
        Some((start..end, secret.unwrap_or(start..end)))
    }
}

/// Whether a byte can be in a run.
pub(crate) const fn is_key_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'+' | b'/')
}

/// Whether all bytes of a set can be in a run.
fn is_of_keys(set: &Set) -> bool {
    (0..=255).all(|byte| !set.has(byte) || is_key_byte(byte))
}

/// Whether steps go past key characters only.
fn are_keys(steps: &[Step]) -> bool {
    steps.iter().all(|step| match step {
        Step::Literal(literal) => literal.iter().all(|&byte| is_key_byte(byte)),
        Step::Run { set, .. } => is_of_keys(set),
        Step::OneOf(branches) => branches.iter().all(|branch| are_keys(branch)),
        Step::Maybe(steps) => are_keys(steps),
        Step::Begin | Step::End => true,
    })
}

/// How many key characters what a pattern matches has at least, if it has nothing else; otherwise none.
pub(super) fn least_keys(pattern: &Hir) -> usize {
    if only_keys(pattern) { pattern.properties().minimum_len().unwrap_or(0) } else { 0 }
}

/// Whether a pattern matches key characters only.
fn only_keys(pattern: &Hir) -> bool {
    match pattern.kind() {
        HirKind::Empty => true,
        HirKind::Literal(literal) => literal.0.iter().all(|&byte| is_key_byte(byte)),
        HirKind::Class(Class::Bytes(class)) => class.iter().all(|range| (range.start()..=range.end()).all(is_key_byte)),
        HirKind::Class(Class::Unicode(_)) | HirKind::Look(_) => false,
        HirKind::Repetition(repetition) => only_keys(&repetition.sub),
        HirKind::Capture(capture) => only_keys(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().all(only_keys),
    }
}

/// Whether this text stands in all that a pattern matches, by a quick look.
pub(super) fn always_holds(pattern: &Hir, text: &str) -> bool {
    let holds = |part: &Hir| match part.kind() {
        HirKind::Literal(literal) => memchr::memmem::find(&literal.0, text.as_bytes()).is_some(),
        _ => false,
    };
    match pattern.kind() {
        HirKind::Concat(parts) => parts.iter().any(holds),
        _ => holds(pattern),
    }
}

/// See [`Plain::tail`].
fn tail(steps: &[Step]) -> Option<usize> {
    match steps.iter().rfind(|step| !matches!(step, Step::Begin | Step::End))? {
        Step::Run { set, least, most } if least == most && is_of_keys(set) => Some(*most),
        _ => None,
    }
}

/// Goes along steps from `at` on; says where they end.
fn walk(
    steps: &[Step],
    text: &[u8],
    mut at: usize,
    secret: &mut Option<Range<usize>>,
    stretches: &mut Stretches,
) -> Option<usize> {
    for step in steps {
        match step {
            Step::Literal(literal) => {
                at = text[at..].starts_with(literal).then_some(at + literal.len())?;
            }
            Step::Run { set, least, most } => {
                let count = stretches.count(set, text, at, *most);
                at = (count >= *least).then_some(at + count)?;
            }
            Step::OneOf(branches) => {
                at = branches.iter().find_map(|branch| walk(branch, text, at, secret, stretches))?;
            }
            Step::Maybe(steps) => at = walk(steps, text, at, secret, stretches).unwrap_or(at),
            Step::Begin => *secret = Some(at..at),
            Step::End => *secret = secret.as_ref().map(|secret| secret.start..at),
        }
    }
    Some(at)
}

/// How many bytes these steps go along, at most.
fn longest(steps: &[Step]) -> usize {
    let length = |step: &Step| match step {
        Step::Literal(literal) => literal.len(),
        Step::Run { most, .. } => *most,
        Step::OneOf(branches) => branches.iter().map(|branch| longest(branch)).max().unwrap_or(0),
        Step::Maybe(steps) => longest(steps),
        Step::Begin | Step::End => 0,
    };
    steps.iter().map(length).fold(0, usize::saturating_add)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use proptest::prelude::*;
    use proptest::test_runner::{RngSeed, TestRunner};
    use regex_automata::util::primitives::NonMaxUsize;
    use regex_automata::util::syntax;
    use regex_automata::{Anchored, Input};

    use super::*;
    use crate::rules::rule::syntax_of_patterns;
    use crate::rules::{Rule, builtin};

    /// What the regular expression matches at `start`, and its first group.
    fn by_regex(rule: &Rule, text: &[u8], start: usize, limit: usize) -> Option<(Range<usize>, Range<usize>)> {
        let mut slots: [Option<NonMaxUsize>; 4] = [None; 4];
        let input = Input::new(text).range(start..limit).anchored(Anchored::Yes);
        rule.regex().search_slots(&input, &mut slots)?;
        let range = |first: usize| Some(slots[first]?.get()..slots[first + 1]?.get());
        let whole = range(0)?;
        Some((whole.clone(), range(2).unwrap_or(whole)))
    }

    /// Picks numbers below a bound from a list that was made up.
    struct Dice<'a>(std::iter::Cycle<std::slice::Iter<'a, u16>>);

    impl Dice<'_> {
        fn below(&mut self, bound: usize) -> usize {
            self.0.next().map_or(0, |&number| usize::from(number) % bound.max(1))
        }
    }

    /// Writes a text that these steps match.
    fn write(steps: &[Step], dice: &mut Dice<'_>, text: &mut Vec<u8>) {
        for step in steps {
            match step {
                Step::Begin | Step::End => {}
                Step::Literal(literal) => text.extend_from_slice(literal),
                Step::Run { set, least, most } => {
                    let members: Vec<u8> = (0..=255).filter(|&byte| set.has(byte)).collect();
                    let count = least + dice.below((most - least).min(5) + 1);
                    (0..count).for_each(|_| text.push(members[dice.below(members.len())]));
                }
                Step::OneOf(branches) => write(&branches[dice.below(branches.len())], dice, text),
                Step::Maybe(steps) if dice.below(2) == 1 => write(steps, dice, text),
                Step::Maybe(_) => {}
            }
        }
    }

    const TAIL: &[u8] = b"aZ09=-_.\" \n$%/+~A";

    /// A text near one that matches: a few bytes changed, left out or added, more behind it.
    fn near(plain: &Plain, dice: &mut Dice<'_>) -> Vec<u8> {
        let mut text = b"a".to_vec();
        write(&plain.steps, dice, &mut text);
        for _ in 0..dice.below(3) {
            if text.len() < 2 {
                break;
            }
            let at = 1 + dice.below(text.len() - 1);
            match dice.below(4) {
                0 => text[at] = TAIL[dice.below(TAIL.len())],
                1 => text.insert(at, TAIL[dice.below(TAIL.len())]),
                2 => drop(text.remove(at)),
                _ => text.truncate(at),
            }
        }
        (0..dice.below(6)).for_each(|_| text.push(TAIL[dice.below(TAIL.len())]));
        text
    }

    #[test]
    fn what_is_found_is_what_a_regular_expression_finds() {
        let rules = builtin().unwrap();
        let plain: Vec<&Rule> = rules.iter().filter(|rule| rule.plain().is_some()).collect();
        let with_pattern = rules.iter().filter(|rule| rule.spec().pattern.is_some()).count();
        assert!(plain.len() * 10 > with_pattern * 8, "{} of {with_pattern}", plain.len());
        let config = ProptestConfig {
            failure_persistence: None,
            rng_seed: RngSeed::Fixed(1),
            cases: 24,
            ..ProptestConfig::default()
        };
        let numbers = proptest::collection::vec(any::<u16>(), 8..64);
        let (matched, missed) = (Cell::new(0), Cell::new(0));
        TestRunner::new(config)
            .run(&numbers, |numbers| {
                for rule in &plain {
                    let mut dice = Dice(numbers.iter().cycle());
                    let text = near(rule.plain().unwrap(), &mut dice);
                    let limit = text.len() - dice.below(2) * dice.below(text.len() / 2);
                    let found = rule.plain().unwrap().match_at(&text, 1, limit.max(1), &mut Stretches::default());
                    let count = if found.is_some() { &matched } else { &missed };
                    count.set(count.get() + 1);
                    prop_assert_eq!(&found, &by_regex(rule, &text, 1, limit.max(1)), "{}: {:?}", rule.id(), text);
                }
                Ok(())
            })
            .unwrap();
        assert!(matched.get() > 1000 && missed.get() > 1000, "{matched:?} {missed:?}");
    }

    /// The pattern as it is read.
    fn read(pattern: &str) -> Hir {
        syntax::parse_with(pattern, &syntax_of_patterns()).unwrap()
    }

    #[test]
    fn what_a_pattern_needs_of_a_run_is_known_before_it_is_tried() {
        for (pattern, least) in
            [("sk-[a-z]{20,40}?T3[a-z_]{20,}", 45), ("(?:ab|c)d+", 2), ("a[^b]{4}", 0), ("a b", 0), ("ab$", 0)]
        {
            assert_eq!(least_keys(&read(pattern)), least, "{pattern}");
        }
        for (pattern, holds) in [("sk-[a-z]*?T3Ba[0-9]", true), ("(?:T3B|x)y", false), ("xT3By", true), ("T3[B]", true)]
        {
            assert_eq!(always_holds(&read(pattern), "T3B"), holds, "{pattern}");
        }
    }

    /// Whether a pattern is plain.
    fn is_plain(pattern: &str) -> bool {
        Plain::of(&read(pattern)).is_some()
    }

    #[test]
    fn what_the_next_byte_does_not_decide_is_left_to_regular_expressions() {
        for pattern in
            ["a[b-d]{2}", "a[b-d]{2,4}", "a[b-d]{2,4}=", "(?:ab|ac|x)y", "a(?:b(?:cd)?)?e", "(?:-[0-9]{2}){3}"]
        {
            assert!(is_plain(pattern), "{pattern}");
        }
        for pattern in [
            "a[b-d]{2,4}d",
            "a+?b",
            "(?:ab|abc)d",
            "a(?:bc)?b",
            "^a",
            "a$",
            "(?:a|)b",
            "(?:ab){2,3}",
            "(?:a?)?a",
            "(x)?y",
            "(?:(?:(?:ab){9}){9}){9}",
        ] {
            assert!(!is_plain(pattern), "{pattern}");
        }
    }
}
