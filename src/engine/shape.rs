//! The shape of a match beyond its pattern: whose it is not, and where it really ends.

use std::ops::Range;

use super::escape;
use super::judge::{jwt, openai};
use super::naming::Named;
use super::near::is_named;
use crate::rules::spec::{CheckSpec, WithinSpec};
use crate::rules::{Plain, Rule, Stretches};

/// The secret in a match, cut to where it really ends; nothing if the match is not of the rule's shape.
pub(super) fn fit(rule: &Rule, text: &[u8], secret: Range<usize>) -> Option<Range<usize>> {
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
    Some(secret.start..end)
}

/// Whether a value of this name may be of the rule: a look at the name alone, before the pattern is tried.
pub(super) fn may_be_named(rule: &Rule, named: Option<&Named>) -> bool {
    match &rule.spec().context {
        Some(context) if context.within == WithinSpec::Name => {
            named.is_some_and(|named| named.secret && (named.bare || is_named(rule, named)))
        }
        _ => true,
    }
}

/// Whether the run `run`, or its end, may be of a rule that wants runs of its length: a look at the run alone.
pub(super) fn may_be_run(rule: &Rule, text: &[u8], run: Range<usize>, stretches: &mut Stretches) -> bool {
    let plain = rule.plain().filter(|plain| plain.stays_in_runs());
    plain.is_none_or(|plain| plain.match_at(text, run.start, run.end, stretches).is_some())
}

/// Whether a run may be the end of what a rule matches from the literal of `lead` bytes before it: a look at its length
/// alone. Of the key characters behind a `.` in a source file hardly any are so many as a key has there.
pub(super) fn may_be_led(rule: &Rule, text: &[u8], run: &Range<usize>, lead: usize) -> bool {
    let spec = rule.spec();
    let whole = |plain: &Plain, tail| plain.longest() == spec.offset as usize + lead + tail;
    let tail = rule.plain().and_then(|plain| plain.tail().filter(|&tail| whole(plain, tail)));
    let Some(tail) = tail.filter(|_| spec.begins.is_empty()) else { return true };
    let end = run.start + tail;
    end == run.end || end < run.end && !(spec.checks.contains(&CheckSpec::Alone) && touches(text[end]))
}

/// Whether no letter, digit, `-` or `_` touches the secret; those of an escape sequence before it do not.
fn stands_alone(text: &[u8], secret: &Range<usize>) -> bool {
    !text.get(secret.end).is_some_and(|&byte| touches(byte)) && is_parted(text, secret.start)
}

/// Whether no letter, digit, `-` or `_` touches what begins at `start`, but those of an escape sequence.
fn is_parted(text: &[u8], start: usize) -> bool {
    !text[..start].last().is_some_and(|&byte| touches(byte)) || escape::ends_at(text, start)
}

/// Whether a match of the rule may begin at `start`: a look at what stands before it, and at a few of the bytes behind that.
pub(super) fn may_begin(rule: &Rule, text: &[u8], start: usize) -> bool {
    (!rule.begins_alone() || is_parted(text, start)) && rule.may_begin(&text[start..])
}

/// Whether a byte makes one word with a key that it stands beside.
fn touches(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// Whether a letter or digit touches what begins at `start`.
pub(super) fn is_joined(text: &[u8], start: usize) -> bool {
    start > 0 && text[start - 1].is_ascii_alphanumeric() && !escape::ends_at(text, start)
}
