//! Patterns as regular expressions, and the rules of other programs, which are searched in a whole text: their patterns
//! begin anywhere, and their own lists say what is no leak.

use std::ops::Range;

use memchr::memrchr;
use regex_automata::Input;
use regex_automata::util::primitives::NonMaxUsize;

use super::lines::line_around;
use crate::rules::spec::{AllowSpec, TargetSpec};
use crate::rules::{Plain, Rule, Stretches};

/// How many groups a pattern may have for one to be the secret.
const MOST_GROUPS: usize = 32;

/// A pattern that looks at so many bytes at most can't take long.
const SHORT: usize = 256;

/// Fewer bytes are looked through one by one: to call for a search takes longer.
const FEW: usize = 16;

/// How many bytes patterns may look at in vain, for each byte of a text and at least: with beginnings of keys in long runs
/// that no key ends, each of them would be followed to the end of what a key may be, thousands of times their length.
const IN_VAIN: usize = 64;
const IN_VAIN_AT_LEAST: usize = 8 << 20;

/// A match and the secret in it.
pub(super) type Match = (Range<usize>, Range<usize>);

/// Whether the rule is for this path; one that is not known may be.
pub(super) fn is_for(rule: &Rule, path: Option<&[u8]>) -> bool {
    rule.paths().wanted.as_ref().zip(path).is_none_or(|(wanted, path)| wanted.is_match(path))
}

/// Where a beginning of keys stands in a stretch of a text, from the last on. What was tried, up to `tried`, is left out; one
/// that ends behind that is new.
pub(super) fn beginnings<'t>(
    text: &'t [u8],
    literal: &'t [u8],
    stretch: Range<usize>,
    tried: usize,
) -> impl Iterator<Item = usize> {
    let from = stretch.start.max((tried + 1).saturating_sub(literal.len()));
    let near = text.get(from..stretch.end).unwrap_or_default();
    let mut last = (near.len() + 1).saturating_sub(literal.len());
    std::iter::from_fn(move || {
        let (&first, &end) = literal.first().zip(literal.last())?;
        // What is new is a few bytes in most cases, so that nothing is to be set up for the search.
        while let Some(at) = last_of(first, &near[..last]) {
            last = at;
            let found = &near[at..at + literal.len()];
            if found.last() == Some(&end) && found == literal {
                last = (at + 1).saturating_sub(literal.len());
                return Some(from + at);
            }
        }
        None
    })
}

/// Where a byte stands last.
#[inline]
fn last_of(wanted: u8, bytes: &[u8]) -> Option<usize> {
    if bytes.len() < FEW { bytes.iter().rposition(|&byte| byte == wanted) } else { memrchr(wanted, bytes) }
}

/// About how many bytes a rule's pattern has looked at that does not match at `start`: to the end of the run, as far as the
/// rule reaches. Patterns of short keys can't take long.
pub(super) fn in_vain(rule: &Rule, text: &[u8], start: usize, stretches: &mut Stretches) -> usize {
    let reach = rule.plain().map_or(usize::MAX, Plain::longest).min(2 * rule.spec().reach as usize);
    if reach <= SHORT {
        return 0;
    }
    let limit = text.len().min(start + reach);
    stretches.of_tokens(&text[..limit], start.min(limit))
}

/// How many bytes patterns may look at in vain in a text of so many.
pub(super) fn patience(bytes: usize) -> usize {
    bytes.saturating_mul(IN_VAIN).max(IN_VAIN_AT_LEAST)
}

/// How much farther than a rule reaches its pattern is searched for at once where what brings it up is dense, in times.
const FARTHER: usize = 16;

/// Where the searches for rules' patterns came to nothing in one text. Where what brings a rule up stands again and again,
/// all of it is searched once, and not a stretch around each; and each beginning of a key is tried once, and not for each
/// that stands behind it.
#[derive(Debug, Default)]
pub(super) struct Barren {
    /// What is known of each rule, and in which text.
    searched: Vec<(u64, Searched)>,
    /// Up to where the beginnings of each rule were tried, and in which text.
    tried: Vec<(u64, usize)>,
    /// The number of the text.
    text: u64,
}

/// From `from` on no match begins before `first` that ends by `limit`.
#[derive(Clone, Copy, Debug, Default)]
struct Searched {
    from: usize,
    first: usize,
    limit: usize,
}

impl Barren {
    /// The next text is another one.
    pub(super) fn clear(&mut self) {
        self.text += 1;
    }

    /// Whether it is known that no match of the rule with this number begins from `from` up to `trigger` and ends by
    /// `limit`.
    pub(super) fn rules_out(&self, rule: usize, from: usize, trigger: usize, limit: usize) -> bool {
        self.known(rule).is_some_and(|known| known.from <= from && trigger < known.first && limit <= known.limit)
    }

    /// What is known of the rule with this number in this text.
    fn known(&self, rule: usize) -> Option<Searched> {
        self.searched.get(rule).filter(|(text, _)| *text == self.text).map(|&(_, known)| known)
    }

    /// Notes that there is none, and if that was noted just before, looks how far there is none.
    pub(super) fn note(
        &mut self,
        (index, rule): (usize, &Rule),
        text: &[u8],
        from: usize,
        trigger: usize,
        limit: usize,
    ) {
        let dense = self.known(index).is_some_and(|known| known.limit > trigger);
        let (first, limit) = if dense {
            let limit = text.len().min(limit.saturating_add(FARTHER * rule.spec().reach as usize));
            let found = rule.regex().find(Input::new(text).range(from..limit));
            (found.map_or(limit + 1, |found| found.start()), limit)
        } else {
            (trigger + 1, limit)
        };
        if self.searched.len() <= index {
            self.searched.resize_with(index + 1, Default::default);
        }
        self.searched[index] = (self.text, Searched { from, first, limit });
    }

    /// Up to where the beginnings of the rule with this number need not be tried again for what stands at `trigger`.
    pub(super) fn tried(&self, rule: usize, trigger: usize) -> usize {
        self.tried
            .get(rule)
            .filter(|&&(text, tried)| text == self.text && tried <= trigger)
            .map_or(0, |&(_, tried)| tried)
    }

    /// Notes that no match begins at one of those before `trigger`.
    pub(super) fn note_tried(&mut self, rule: usize, trigger: usize) {
        if self.tried.len() <= rule {
            self.tried.resize(rule + 1, (0, 0));
        }
        self.tried[rule] = (self.text, trigger);
    }
}

/// Calls `found` with each match of the rule's pattern in `text`, from left to right.
pub(super) fn matches(rule: &Rule, text: &[u8], mut found: impl FnMut(Match)) {
    let mut slots: [Option<NonMaxUsize>; 2 * MOST_GROUPS] = [None; 2 * MOST_GROUPS];
    let regex = rule.regex();
    let mut at = 0;
    while at <= text.len() {
        slots.fill(None);
        if regex.search_slots(&Input::new(text).range(at..), &mut slots).is_none() {
            return;
        }
        let group =
            |number: usize| Some(slots.get(2 * number)?.as_ref()?.get()..slots.get(2 * number + 1)?.as_ref()?.get());
        let Some(whole) = group(0) else { return };
        at = whole.end.max(at + 1);
        let wanted = rule.spec().group.map(usize::from);
        let first = || (1..MOST_GROUPS).filter_map(group).find(|range| !range.is_empty());
        let secret = match wanted {
            Some(number) => group(number),
            None => first(),
        };
        let secret = secret.unwrap_or_else(|| whole.clone());
        if !secret.is_empty() {
            found((whole, secret));
        }
    }
}

/// The match of a rule's pattern, and its secret: the group `secret`, or all of it.
pub(super) fn pattern_matches(rule: &Rule, input: &Input<'_>) -> Option<(Range<usize>, Range<usize>)> {
    let mut slots: [Option<NonMaxUsize>; 4] = [None; 4];
    let regex = rule.regex();
    let grouped = regex.group_info().group_len(regex_automata::PatternID::ZERO) > 1;
    let wanted = if grouped { &mut slots[..] } else { &mut slots[..2] };
    regex.search_slots(input, wanted)?;
    let range = |first: usize| Some(slots[first]?.get()..slots[first + 1]?.get());
    let whole = range(0)?;
    let secret = range(2).unwrap_or_else(|| whole.clone());
    Some((whole, secret))
}

/// Whether one of the rule's own lists allows this.
pub(super) fn is_allowed(
    rule: &Rule,
    text: &[u8],
    whole: &Range<usize>,
    secret: &Range<usize>,
    path: Option<&[u8]>,
) -> bool {
    let allows = |(allow, (paths, patterns)): (&AllowSpec, &(Option<_>, Option<_>))| {
        let paths: &Option<regex_automata::meta::Regex> = paths;
        let patterns: &Option<regex_automata::meta::Regex> = patterns;
        let target = match allow.target {
            TargetSpec::Secret => &text[secret.clone()],
            TargetSpec::Match => &text[whole.clone()],
            TargetSpec::Line => &text[line_around(text, whole)],
        };
        let lower = text[secret.clone()].to_ascii_lowercase();
        let word = |word: &String| memchr::memmem::find(&lower, word.to_ascii_lowercase().as_bytes()).is_some();
        let kinds = [
            paths.as_ref().map(|paths| path.is_some_and(|path| paths.is_match(path))),
            patterns.as_ref().map(|patterns| patterns.is_match(target)),
            (!allow.words.is_empty()).then(|| allow.words.iter().any(word)),
        ];
        let mut given = kinds.into_iter().flatten();
        if allow.all { given.all(|holds| holds) } else { given.any(|holds| holds) }
    };
    rule.spec().allow.iter().zip(&rule.paths().allowed).any(allows)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The beginnings that are tried in a text, for each `T` in it.
    fn tries(text: &str, reach: usize) -> Vec<Vec<usize>> {
        let mut barren = Barren::default();
        barren.clear();
        let triggers = text.match_indices('T').map(|(trigger, _)| trigger);
        let tried = |trigger: usize| {
            let known = barren.tried(0, trigger);
            barren.note_tried(0, trigger);
            beginnings(text.as_bytes(), b"sk-", trigger.saturating_sub(reach)..trigger, known).collect()
        };
        triggers.map(tried).collect()
    }

    #[test]
    fn a_beginning_is_tried_once() {
        assert_eq!(tries("sk-sk-T T sk-T", 100), [vec![3, 0], vec![], vec![10]]);
        assert_eq!(tries("sk-sk-T", 4), [[3]]);
        let times: usize = tries(&"sk-TTT".repeat(1000), 6000).iter().map(Vec::len).sum();
        assert_eq!(times, 1000);
    }

    #[test]
    fn one_that_ends_behind_what_was_tried_is_new() {
        let (literal, text) = (b"skT-", b"skT-T");
        assert_eq!(beginnings(text, literal, 0..2, 0).count(), 0);
        assert_eq!(beginnings(text, literal, 0..4, 2).collect::<Vec<_>>(), [0]);
        assert_eq!(beginnings(text, literal, 0..4, 4).count(), 0);
    }

    #[test]
    fn what_stands_before_the_last_place_is_tried_anew() {
        let mut barren = Barren::default();
        barren.note_tried(0, 10);
        assert_eq!([barren.tried(0, 12), barren.tried(0, 9), barren.tried(1, 12)], [10, 0, 0]);
        barren.clear();
        assert_eq!(barren.tried(0, 12), 0);
    }
}
