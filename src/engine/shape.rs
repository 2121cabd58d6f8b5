//! The shape of a match beyond its pattern: whose it is not, what has to stand near it, where it really ends.

use std::ops::Range;

use super::escape;
use super::judge::{jwt, openai};
use super::lines::{LONGEST_LINE, line_around, lines_around};
use super::naming::Named;
use crate::rules::Rule;
use crate::rules::spec::{CheckSpec, ContextSpec, WithinSpec};

/// How far from a match a context word may stand that is wanted in the same blob.
const SAME_BLOB: usize = 64 * 1024;

/// How many lines up and down are near.
const NEAR_LINES: usize = 5;

/// How far from a match what a rule's context asks for may stand.
pub(super) fn reach(context: &ContextSpec) -> u32 {
    match context.within {
        WithinSpec::Name | WithinSpec::Line | WithinSpec::Lines => LONGEST_LINE as u32,
        WithinSpec::Blob => SAME_BLOB as u32,
    }
}

/// The secret in a match, cut to where it really ends; nothing if the match is not of the rule's shape.
pub(super) fn fit(
    rule: &Rule,
    text: &[u8],
    whole: &Range<usize>,
    secret: Range<usize>,
    named: Option<&Named>,
) -> Option<Range<usize>> {
    let spec = rule.spec();
    let bytes = &text[secret.clone()];
    if spec.not.iter().any(|prefix| bytes.starts_with(prefix.as_bytes())) {
        return None;
    }
    let mut end = secret.end;
    for check in &spec.checks {
        match check {
            CheckSpec::OpenaiHalves(prefix) => end = secret.start + openai::true_length(bytes, (*prefix).into())?,
            CheckSpec::JwtClaim(claim) if !jwt::has_claim(bytes, claim) => return None,
            CheckSpec::JwtSays(value) if !jwt::says(bytes, value) => return None,
            CheckSpec::Alone if !stands_alone(text, &secret) => return None,
            _ => {}
        }
    }
    let fits = spec.context.as_ref().is_none_or(|context| stands_near(text, whole, context, named));
    fits.then_some(secret.start..end)
}

/// Whether a value of this name may be of the rule: a look at the name alone, before the pattern is tried.
pub(super) fn may_be_named(rule: &Rule, named: Option<&Named>) -> bool {
    match &rule.spec().context {
        Some(context) if context.within == WithinSpec::Name => {
            named.is_some_and(|named| named.secret && (named.bare || is_named(context, named)))
        }
        _ => true,
    }
}

/// Whether one of the context words stands in the name.
fn is_named(context: &ContextSpec, named: &Named) -> bool {
    context.words.iter().any(|word| named.holds(word))
}

/// Whether no letter, digit, `-` or `_` touches the secret; those of an escape sequence before it do not.
fn stands_alone(text: &[u8], secret: &Range<usize>) -> bool {
    let touches = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let before = secret.start.checked_sub(1).and_then(|at| text.get(at));
    let parted = !before.is_some_and(touches) || escape::ends_at(text, secret.start);
    parted && !text.get(secret.end).is_some_and(touches)
}

/// Whether a letter or digit touches what begins at `start`.
pub(super) fn is_joined(text: &[u8], start: usize) -> bool {
    start > 0 && text[start - 1].is_ascii_alphanumeric() && !escape::ends_at(text, start)
}

/// Whether one of the context words stands as near as wanted, in any case of letters.
fn stands_near(text: &[u8], whole: &Range<usize>, context: &ContextSpec, named: Option<&Named>) -> bool {
    let near = match context.within {
        WithinSpec::Name => match named {
            Some(named) if is_named(context, named) => return true,
            Some(named) if named.bare => lines_around(text, whole, NEAR_LINES),
            _ => return false,
        },
        WithinSpec::Line => line_around(text, whole),
        WithinSpec::Lines => lines_around(text, whole, NEAR_LINES),
        WithinSpec::Blob => whole.start.saturating_sub(SAME_BLOB)..text.len().min(whole.end + SAME_BLOB),
    };
    context.words.iter().any(|word| contains(&text[near.clone()], word.as_bytes()))
}

/// Whether `word` stands in `text`, in any case of letters.
fn contains(text: &[u8], word: &[u8]) -> bool {
    let Some(&first) = word.first() else { return false };
    memchr::memchr2_iter(first.to_ascii_lowercase(), first.to_ascii_uppercase(), text)
        .any(|at| text.get(at..at + word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word)))
}
