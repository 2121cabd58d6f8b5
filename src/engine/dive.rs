//! The dive: one blob, its views and the members of its containers, each matched and judged in the same way.
//!
//! A [`Layer`] is looked at, then what it holds, depth first. What is found is kept as a [`Find`] until the blob is done:
//! only then can be told which of two finds at one place is the one to report.

use std::ops::Range;

use super::beside::{self, Beside};
use super::candidate::Candidate;
use super::decode::{self, Budget, Limit, Map, Member, Spots, Trouble, Visitor};
use super::layer::Layer;
use super::matching::Matcher;
use super::resolve::{Find, Opened};
use super::snippet::{Hidden, snippet};
use super::{Engine, KeepNoise, ObeyMarks, judge, overlap, runs, waive};
use crate::words::{Blob, Container, Mask, Position, Secret, Sighting, Skipped, Span, Step, Verdict};

/// A look into one blob, as deep as it goes.
pub(super) struct Dive<'d, 'e> {
    pub(super) engine: &'e Engine,
    pub(super) matcher: &'d mut Matcher<'e>,
    pub(super) blob: &'d Blob<'d>,
    pub(super) budget: Budget,
    /// What was found so far.
    pub(super) finds: Vec<Find>,
    /// What was not read.
    pub(super) skipped: Vec<Skipped>,
    /// How many files were looked at.
    pub(super) files: usize,
    /// Which of them are containers that were opened.
    pub(super) opened: Vec<Opened>,
    /// Whether a view showed a leak again.
    pub(super) again: bool,
}

/// That a text was made to take long.
pub(super) fn gave_up(what: &str) -> Skipped {
    let why =
        "it holds so many beginnings of keys that lead nowhere that not all of them were followed; look at it by hand";
    Skipped { what: what.to_owned(), why: why.to_owned() }
}

/// What the matcher saw in a text.
pub(super) struct Seen {
    /// The candidates that keep their bytes.
    pub(super) winners: Vec<Candidate>,
    /// What snippets hide: the secrets of all candidates, and what else in a candidate looks like a key (the other tokens
    /// of a login).
    pub(super) secrets: Vec<Range<usize>>,
    pub(super) spots: Spots,
    /// What was seen in a view and is known from the text below.
    known: Vec<Candidate>,
}

/// A candidate with its verdict.
struct Judged<'c> {
    candidate: &'c Candidate,
    secret: Secret,
    mask: Mask,
    verdict: Verdict,
    beside: Vec<Beside>,
}

impl Dive<'_, '_> {
    /// Looks at a layer and all that it holds. What has to be hidden in it is returned.
    pub(super) fn look(&mut self, layer: &Layer<'_>, seen: Seen) -> Vec<Hidden> {
        let first = self.finds.len();
        let judged: Vec<Judged<'_>> = seen.winners.iter().map(|winner| self.judge(layer, winner)).collect();
        let mut hidden: Vec<Hidden> = seen.secrets.into_iter().map(|secret| (secret, String::new())).collect();
        hidden.extend(judged.iter().map(|judged| (judged.candidate.secret.clone(), judged.mask.to_string())));
        let beside = judged.iter().flat_map(|judged| &judged.beside).filter_map(|(place, _)| place.clone());
        hidden.extend(beside.map(|place| (place, String::new())));
        let leaks = judged.iter().filter(|judged| !matches!(judged.verdict, Verdict::Noise(_)));
        let mut known: Vec<&Candidate> = leaks.map(|leak| leak.candidate).chain(&seen.known).collect();
        known.sort_unstable_by_key(|candidate| candidate.secret.start);
        self.decode(layer, seen.spots, &known, &mut hidden);
        let may_hold = layer.is_bare() && (layer.depth > 0 || self.blob.base == 0);
        if let Some(kind) = may_hold.then(|| decode::kind(layer.bytes)).flatten() {
            self.open(layer, kind);
        }
        let hidden = merged(hidden);
        for judged in judged {
            self.keep(layer, judged);
        }
        if layer.is_file() {
            // Only now is known all that has to be hidden in it, also what its views have found.
            let noise = self.engine.options.noise;
            for find in self.finds[first..].iter_mut().filter(|find| find.file == layer.file()) {
                if is_told(&find.sighting.verdict, noise) {
                    find.sighting.snippet = snippet(layer.bytes, &find.in_file, &hidden).replace('\0', "");
                }
            }
        }
        hidden
    }

    /// What the matcher sees in one window of a text.
    fn see(&mut self, text: &[u8], window: Range<usize>) -> Seen {
        let mut spots = Spots::of_whole();
        self.matcher.find(text, &[window], Some(&mut spots));
        if self.matcher.gave_up() {
            self.skipped.push(gave_up(&self.blob.origin.name()));
        }
        Seen::new(text, self.matcher.found(), spots, self.engine)
    }

    /// Looks at the views of a layer in which these are `known`; what they hide is hidden in it too.
    fn decode(&mut self, layer: &Layer<'_>, spots: Spots, known: &[&Candidate], hidden: &mut Vec<Hidden>) {
        if spots.is_empty() {
            return;
        }
        let limits = self.budget.limits();
        for view in decode::views(layer.bytes, spots, layer.map()) {
            if layer.depth >= limits.depth {
                if limits.depth > 0 {
                    self.cut(layer, "", Limit::Depth);
                }
                return;
            }
            if let Err(limit) = self.budget.take(view.bytes.len()) {
                return self.cut(layer, "", limit);
            }
            let mut seen = self.see(&view.bytes, view.news());
            self.again |= seen.leave_out(known, &view.map);
            let below = self.look(&layer.view(&view.bytes, &view.map), seen);
            hidden.extend(below.into_iter().map(|(range, mask)| (view.map.source(&range), mask)));
        }
    }

    /// Looks at the members of a container.
    fn open(&mut self, layer: &Layer<'_>, kind: Container) {
        let limits = self.budget.limits();
        let too_large = layer.bytes.len() as u64 > limits.container || layer.depth == 0 && !self.blob.is_whole();
        if layer.depth >= limits.depth {
            self.cut(layer, "", Limit::Depth);
        } else if too_large {
            self.cut(layer, "", Limit::Container);
        } else {
            let first = self.files + 1;
            let mut members = Members { dive: self, layer, troubled: false };
            decode::open(kind, layer.bytes, &mut members);
            let used_up = !members.troubled && kind.is_stream();
            if layer.is_file() {
                self.opened.push(Opened { file: layer.file(), members: first..self.files + 1, used_up });
            }
        }
    }

    fn judge<'c>(&self, layer: &Layer<'_>, candidate: &'c Candidate) -> Judged<'c> {
        let Engine { rules, options, .. } = self.engine;
        let rule = &rules.rules()[candidate.rule];
        let secret = Secret::new(&layer.bytes[candidate.secret.clone()]);
        let mut verdict = judge::verdict(rule, &secret, (layer.bytes, layer.file_bytes()), candidate, options.now);
        if verdict == Verdict::Real && options.marks == ObeyMarks::Yes {
            // A mark counts on the line as it is seen here and as it is seen in the file.
            layer.in_file(&candidate.secret, &mut |layer, range| {
                if verdict == Verdict::Real {
                    verdict = waive::by_mark(layer.bytes, range);
                }
            });
        }
        let beside = match verdict {
            Verdict::Noise(_) => Vec::new(),
            _ => beside::companions(rule, layer, &candidate.secret),
        };
        Judged { candidate, mask: secret.mask(rule.spec().public.into()), secret, verdict, beside }
    }

    /// Keeps what was judged, if it begins in the blob's own bytes.
    fn keep(&mut self, layer: &Layer<'_>, judged: Judged<'_>) {
        let Judged { candidate, secret, mask, verdict, beside } = judged;
        let raw = layer.raw(&candidate.secret);
        if !self.blob.own.contains(&raw.start) {
            return;
        }
        let rule = &self.engine.rules.rules()[candidate.rule];
        let nowhere = Position { line: 1, column: 1 };
        let told = is_told(&verdict, self.engine.options.noise);
        let (start, end) = if told { layer.position(&candidate.secret) } else { (nowhere, nowhere) };
        let sighting = Sighting {
            rule: rule.id().clone(),
            secret,
            mask,
            origin: self.blob.origin.clone(),
            span: Span::at(self.blob.base, &raw),
            via: layer.via(&candidate.secret),
            start,
            end,
            inner: layer.inner(&candidate.secret),
            snippet: String::new(),
            companions: beside.into_iter().map(|(_, companion)| companion).collect(),
            verdict,
        };
        let place = layer.place(&candidate.secret);
        let in_file = layer.file_range(&candidate.secret);
        let specificity = overlap::specificity(candidate, self.engine.rules.rules());
        let (file, depth) = (layer.file(), layer.depth);
        let claim = layer.place(&candidate.whole);
        self.finds.push(Find { place, claim, file, in_file, specificity, depth, sighting });
    }

    /// Notes what a limit cut.
    fn cut(&mut self, layer: &Layer<'_>, member: &str, limit: Limit) {
        let what = self.name(layer, member);
        if self.budget.tell(&what, limit) {
            let why = limit.sentence(&self.budget.limits());
            self.skipped.push(Skipped { what, why });
        }
    }

    /// The name of a member, in which a secret may stand like anywhere else, as it may be shown.
    fn without_secrets(&mut self, name: &str) -> String {
        self.matcher.find(name.as_bytes(), &whole(name.as_bytes()), None);
        let candidates = self.matcher.found();
        let mut shown = String::new();
        let mut at = 0;
        for Candidate { secret, .. } in overlap::resolve(candidates, self.engine.rules.rules()) {
            shown.push_str(&String::from_utf8_lossy(&name.as_bytes()[at..secret.start]));
            shown.push('…');
            at = secret.end;
        }
        shown.push_str(&String::from_utf8_lossy(&name.as_bytes()[at..]));
        shown
    }

    /// The name of a layer, or of a member of it, for people.
    fn name(&self, layer: &Layer<'_>, member: &str) -> String {
        let mut steps = layer.via(&(0..1)).steps().to_vec();
        if !member.is_empty() {
            steps.push(Step::Member(Container::Zip, member.to_owned()));
        }
        let name = self.blob.origin.name();
        match crate::words::Via::new(steps).member() {
            Some(member) => format!("{name}!{member}"),
            None => name,
        }
    }
}

/// Whether more than a number is told of what was judged so: of noise that is only counted nobody asks where it stands.
fn is_told(verdict: &Verdict, noise: KeepNoise) -> bool {
    !matches!(verdict, Verdict::Noise(_)) || noise == KeepNoise::Whole
}

/// The one window that is all of a text.
#[expect(clippy::single_range_in_vec_init, reason = "one window is what is meant")]
pub(super) fn whole(text: &[u8]) -> [Range<usize>; 1] {
    [0..text.len()]
}

impl Seen {
    pub(super) fn new(text: &[u8], candidates: &[Candidate], spots: Spots, engine: &Engine) -> Self {
        let winners = overlap::resolve(candidates, engine.rules.rules());
        let beside = candidates.iter().filter(|candidate| candidate.whole != candidate.secret).flat_map(|candidate| {
            let base = candidate.whole.start;
            runs::runs(&text[candidate.whole.clone()]).map(move |run| base + run.start..base + run.end)
        });
        let secrets = candidates.iter().map(|candidate| candidate.secret.clone()).chain(beside).collect();
        Self { winners, secrets, spots, known: Vec::new() }
    }

    /// Leaves out what stands in a view as it stands in the text below, where it is `known` as a leak: of two that are the
    /// same the one below is kept, and to judge both would cost twice. Whether there was such a thing.
    fn leave_out(&mut self, known: &[&Candidate], map: &Map) -> bool {
        let is_known = |winner: &Candidate| {
            let Range { start, end } = map.source(&winner.secret);
            let first = known.partition_point(|known| known.secret.start < start);
            let is_same = |known: &&&Candidate| {
                known.secret.end == end
                    && (known.rule, known.joined) == (winner.rule, winner.joined)
                    && known.whole == map.source(&winner.whole)
            };
            let mut here = known[first..].iter().take_while(|known| known.secret.start == start);
            !map.is_changed(&winner.whole) && here.any(|known| is_same(&known))
        };
        if !known.is_empty() {
            let (left_out, winners) = std::mem::take(&mut self.winners).into_iter().partition(is_known);
            (self.known, self.winners) = (left_out, winners);
        }
        !self.known.is_empty()
    }
}

/// Takes in the members of a container.
struct Members<'m, 'd, 'e, 'p> {
    dive: &'m mut Dive<'d, 'e>,
    layer: &'m Layer<'p>,
    /// Whether something was not read.
    troubled: bool,
}

impl Visitor for Members<'_, '_, '_, '_> {
    fn is_guess(&self) -> bool {
        !self.layer.is_file()
    }

    fn budget(&mut self) -> &mut Budget {
        &mut self.dive.budget
    }

    fn member(&mut self, member: &Member<'_>) {
        self.dive.files += 1;
        let seen = self.dive.see(&member.bytes, 0..member.bytes.len());
        let name = self.dive.without_secrets(&member.name);
        let what = (member.container, name.as_str());
        let layer = self.layer.member(&member.bytes, &member.map, what, self.dive.files);
        self.dive.look(&layer, seen);
    }

    fn trouble(&mut self, member: &str, trouble: Trouble) {
        self.troubled = true;
        let member = &self.dive.without_secrets(member);
        match trouble {
            Trouble::Cut(limit) => self.dive.cut(self.layer, member, limit),
            Trouble::Unread(why) => {
                let what = self.dive.name(self.layer, member);
                self.dive.skipped.push(Skipped { what, why });
            }
        }
    }
}

/// What snippets hide, sorted: the secret of every candidate, also of those that lost to a more specific one, and what
/// encodes one. Where ranges meet they become one, shown as the mask of the winner in it.
fn merged(mut all: Vec<Hidden>) -> Vec<Hidden> {
    all.sort_by(|a, b| (a.0.start, b.1.len()).cmp(&(b.0.start, a.1.len())));
    let mut hidden: Vec<Hidden> = Vec::new();
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
