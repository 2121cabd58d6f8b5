//! The engine: bytes in, judged sightings out. Pure functions: no files, no network, no threads, no printing.
//!
//! A blob goes through four steps: `matching` finds candidates, `overlap` leaves each stretch of bytes to the most
//! specific of them, [`judge`] says which are real, and what is kept becomes a [`Sighting`].

mod assignment;
mod escape;
pub mod judge;
mod lines;
mod matching;
mod overlap;
mod runs;
mod shape;
mod snippet;
mod waive;

use std::collections::BTreeMap;
use std::ops::Range;

use crate::rules::RuleSet;
use crate::words::{Blob, Mask, Noise, RuleId, Secret, Sighting, Span, Verdict};
use lines::Counter;
use matching::{Candidate, Matcher};

/// What the engine is told apart from the rules.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The time now, in seconds of Unix time: some secrets say themselves when they die.
    pub now: u64,
    /// What becomes of noise.
    pub noise: KeepNoise,
    /// Whether marks on a line are obeyed.
    pub marks: ObeyMarks,
}

/// What becomes of candidates that are noise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeepNoise {
    /// They are counted by rule and reason.
    Counted,
    /// They are counted, and kept whole to be shown.
    Whole,
}

/// Whether inline marks such as `unleak:allow` waive what stands on their line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObeyMarks {
    /// They do.
    Yes,
    /// They are passed over, as if they were not there.
    No,
}

/// The rules of a run, ready to look at blobs. Shared by all threads; each has a [`Scanner`] of its own.
#[derive(Debug)]
pub struct Engine {
    rules: RuleSet,
    options: Options,
}

impl Engine {
    /// An engine with these rules.
    #[must_use]
    pub fn new(rules: RuleSet, options: Options) -> Self {
        Self { rules, options }
    }

    /// Its rules.
    #[must_use]
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// Its rules, when it is no longer needed.
    #[must_use]
    pub fn into_rules(self) -> RuleSet {
        self.rules
    }

    /// A scanner for one thread.
    #[must_use]
    pub fn scanner(&self) -> Scanner<'_> {
        Scanner { engine: self, matcher: Matcher::new(&self.rules) }
    }
}

/// What was found in the blobs seen so far.
#[derive(Debug, Default)]
pub struct Found {
    /// Leaks and waived ones; noise too if it is kept whole.
    pub sightings: Vec<Sighting>,
    /// How much was noise.
    pub noise: BTreeMap<(RuleId, Noise), u64>,
}

/// Looks at blobs, one at a time; keeps its memory from blob to blob.
pub struct Scanner<'e> {
    engine: &'e Engine,
    matcher: Matcher<'e>,
}

impl Scanner<'_> {
    /// Looks at one blob and adds what it finds.
    pub fn scan(&mut self, blob: &Blob<'_>, found: &mut Found) {
        let candidates = self.matcher.candidates(blob.bytes);
        if candidates.is_empty() {
            return;
        }
        let winners = overlap::resolve(candidates, self.engine.rules.rules());
        let judged: Vec<Judged<'_>> = winners.iter().map(|winner| self.engine.judge(blob, winner)).collect();
        let hidden = hide(blob.bytes, candidates, &judged);
        let mut counter = Counter::new(blob);
        for judged in judged.into_iter().filter(|judged| blob.own.contains(&judged.candidate.secret.start)) {
            self.engine.record(blob, judged, &hidden, &mut counter, found);
        }
    }
}

/// A candidate with its verdict.
struct Judged<'c> {
    candidate: &'c Candidate,
    secret: Secret,
    mask: Mask,
    verdict: Verdict,
}

impl Engine {
    fn judge<'c>(&self, blob: &Blob<'_>, candidate: &'c Candidate) -> Judged<'c> {
        let rule = &self.rules.rules()[candidate.rule];
        let secret = Secret::new(&blob.bytes[candidate.secret.clone()]);
        let verdict = judge::verdict(rule, &secret, blob.bytes, candidate, self.options.now);
        let verdict = match (verdict, self.options.marks) {
            (Verdict::Real, ObeyMarks::Yes) => waive::by_mark(blob.bytes, &candidate.secret),
            (verdict, _) => verdict,
        };
        Judged { candidate, mask: secret.mask(rule.spec().public.into()), secret, verdict }
    }

    fn record(
        &self,
        blob: &Blob<'_>,
        judged: Judged<'_>,
        hidden: &[(Range<usize>, String)],
        counter: &mut Counter<'_>,
        found: &mut Found,
    ) {
        let Judged { candidate, secret, mask, verdict } = judged;
        let rule = self.rules.rules()[candidate.rule].id().clone();
        if let Verdict::Noise(noise) = &verdict {
            *found.noise.entry((rule.clone(), noise.clone())).or_default() += 1;
            if self.options.noise == KeepNoise::Counted {
                return;
            }
        }
        let start = counter.position(candidate.secret.start);
        let end = counter.position(candidate.secret.end);
        found.sightings.push(Sighting {
            rule,
            secret,
            mask,
            origin: blob.origin.clone(),
            span: Span::at(blob.base, &candidate.secret),
            start,
            end,
            snippet: snippet::snippet(blob.bytes, &candidate.secret, hidden),
            verdict,
        });
    }
}

/// What snippets hide: the secret of every candidate, also of those that lost to a more specific one, and what else in
/// a candidate looks like a key (the other tokens of a login). Where ranges meet they become one, shown as the mask of
/// the winner in it.
fn hide(text: &[u8], candidates: &[Candidate], judged: &[Judged<'_>]) -> Vec<(Range<usize>, String)> {
    let masked = judged.iter().map(|judged| (judged.candidate.secret.clone(), judged.mask.to_string()));
    let beside = candidates.iter().filter(|candidate| candidate.whole != candidate.secret).flat_map(|candidate| {
        let base = candidate.whole.start;
        runs::runs(&text[candidate.whole.clone()]).map(move |run| base + run.start..base + run.end)
    });
    let secrets = candidates.iter().map(|candidate| candidate.secret.clone());
    let mut all: Vec<(Range<usize>, String)> =
        secrets.chain(beside).map(|range| (range, String::new())).chain(masked).collect();
    all.sort_by(|a, b| (a.0.start, b.1.len()).cmp(&(b.0.start, a.1.len())));
    let mut hidden: Vec<(Range<usize>, String)> = Vec::new();
    for (range, mask) in all {
        match hidden.last_mut() {
            Some((last, shown)) if range.start < last.end => {
                last.end = last.end.max(range.end);
                if shown.is_empty() {
                    *shown = mask;
                }
            }
            _ => hidden.push((range, mask)),
        }
    }
    for (_, mask) in hidden.iter_mut().filter(|(_, mask)| mask.is_empty()) {
        mask.push('…');
    }
    hidden
}
