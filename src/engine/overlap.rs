//! A stretch of bytes belongs to one rule: where several match, the most specific one keeps it.
//!
//! So a key is reported once, under its own name, and above all is never sent to somebody else's issuer.

use super::candidate::Candidate;
use crate::rules::Rule;

/// How much less specific a match is whose beginning a letter touches: in `sk-helpdesk-...` the whole is the key.
const JOINED: u8 = 2;

/// How specific a match is.
pub(super) fn specificity(candidate: &Candidate, rules: &[Rule]) -> u8 {
    let less = if candidate.joined { JOINED } else { 0 };
    rules[candidate.rule].spec().specificity.saturating_sub(less)
}

/// The candidates that keep their bytes, by place.
pub(super) fn resolve(candidates: &[Candidate], rules: &[Rule]) -> Vec<Candidate> {
    if candidates.is_empty() {
        return Vec::new(); // as in nearly every text
    }
    let rank = |candidate: &Candidate| (specificity(candidate, rules), candidate.secret.len());
    let mut sorted: Vec<&Candidate> = candidates.iter().collect();
    sorted.sort_by_key(|candidate| (candidate.whole.start, std::cmp::Reverse(rank(candidate)), candidate.rule));
    let mut kept: Vec<&Candidate> = Vec::with_capacity(sorted.len());
    for candidate in sorted {
        while kept.last().is_some_and(|last| last.whole.end > candidate.whole.start && rank(last) < rank(candidate)) {
            kept.pop();
        }
        if kept.last().is_none_or(|last| last.whole.end <= candidate.whole.start) {
            kept.push(candidate);
        }
    }
    let mut winners: Vec<Candidate> = kept.into_iter().cloned().collect();
    winners.sort_by_key(|winner| winner.secret.start);
    winners
}
