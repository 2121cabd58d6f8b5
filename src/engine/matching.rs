//! From bytes to candidates: each run of key characters is shown to the rules that its content, its length, what stands
//! before it or the name it is assigned to brings up.
//!
//! A pattern is matched only where it has to begin, never searched for, so that time grows with the text and not with
//! what the text says. Nothing here allocates per candidate.

use std::ops::Range;

use regex_automata::{Anchored, Input};

use super::assignment::{Assignment, assignment};
use super::candidate::Candidate;
use super::decode::Spots;
use super::heir::together;
use super::naming::Named;
use super::near::{self, Near};
use super::runs::{Stop, runs_in, stops};
use super::search::Barren;
use super::{escape, password, search, shape, userinfo};
use crate::rules::{Around, RuleSet, Stretches};
use crate::words::Watches;

/// How many places a pattern is tried at for one trigger; more would let a hostile text slow us down.
const MOST_BEGINNINGS: usize = 4;

/// A beginning of so many characters stands in no key by chance: `sk-` does, `sk-proj-` does not.
const SURE_BEGINNING: usize = 5;

/// Finds candidates; keeps its memory from blob to blob.
pub(super) struct Matcher<'r> {
    rules: &'r RuleSet,
    /// For each rule, how far its matches reach already.
    done: Vec<usize>,
    /// The rules of which that is not the beginning of the text.
    matched: Vec<usize>,
    found: Vec<Candidate>,
    watches: Watches,
    near: Near,
    barren: Barren,
    stretches: Stretches,
    read: password::Read,
    /// How many bytes patterns may still look at in vain in this text.
    patience: usize,
    /// The path of the blob, if it has one, where rules ask for it.
    path: Option<Box<[u8]>>,
}

impl<'r> Matcher<'r> {
    pub(super) fn new(rules: &'r RuleSet) -> Self {
        Self {
            rules,
            done: vec![0; rules.rules().len()],
            matched: Vec::new(),
            found: Vec::new(),
            watches: Watches::default(),
            near: Near::default(),
            barren: Barren::default(),
            stretches: Stretches::default(),
            read: password::Read::default(),
            patience: 0,
            path: None,
        }
    }

    /// Says which file the texts to come are from.
    pub(super) fn in_file(&mut self, path: Option<&[u8]>) {
        if self.rules.searched().is_some() {
            self.path = path.map(Into::into);
        }
    }

    /// Finds all candidates in these windows of a text. If there are `spots`, what may be decoded is noted in them; to look
    /// for runs alone takes half the time.
    pub(super) fn find(&mut self, text: &[u8], windows: &[Range<usize>], spots: Option<&mut Spots>) {
        self.matched.drain(..).for_each(|rule| self.done[rule] = 0);
        self.found.clear();
        self.watches.clear();
        self.near.clear();
        self.barren.clear();
        self.stretches.clear();
        self.read.clear();
        let bytes: usize = windows.iter().map(Range::len).sum();
        self.patience = search::patience(bytes);
        match spots {
            Some(spots) => self.runs_and_spots(text, windows, spots),
            None => {
                let runs = windows.iter().flat_map(|window| runs_in(text, window.clone()));
                runs.for_each(|run| self.match_run(text, &run));
            }
        }
        self.anywhere(text, windows);
        if self.gave_up() {
            self.watches.watch_all();
        }
    }

    /// Whether the last text was made to take long, so that not every pattern was tried at every place in it.
    pub(super) fn gave_up(&self) -> bool {
        self.patience == 0
    }

    fn runs_and_spots(&mut self, text: &[u8], windows: &[Range<usize>], spots: &mut Spots) {
        spots.clear();
        for window in windows {
            for stop in stops(text, window.clone()) {
                match stop {
                    Stop::Run(run) => {
                        self.match_run(text, &run);
                        spots.run(text, &run);
                    }
                    Stop::Sign(at) => spots.sign(text, at),
                }
            }
        }
    }

    /// The candidates that were found last.
    pub(super) fn found(&self) -> &[Candidate] {
        &self.found
    }

    /// Adds what to watch in what is made from the text that was looked at last, in no order.
    pub(super) fn watches(&self, watches: &mut Watches) {
        self.watches.list().iter().for_each(|watch| watches.push(*watch));
        if self.watches.is_all() {
            watches.watch_all();
        }
    }

    /// The candidates of rules whose secrets may be in no run.
    fn anywhere(&mut self, text: &[u8], windows: &[Range<usize>]) {
        let rules = self.rules;
        let mut from = 0;
        for window in together(windows, text.len()) {
            // What stands before a window on its line may be completed by what is in it.
            let floor = from.max(window.start.saturating_sub(password::REACH));
            let start = memchr::memrchr(b'\n', &text[floor..window.start]).map_or(floor, |newline| floor + newline + 1);
            from = window.end;
            rules.anywhere().find(text, &(start..window.end), |around, place| {
                let before = self.found.len();
                let tried = match around {
                    Around::Search(rule) => {
                        self.search_around(rule, text, place.start);
                        Some(rule)
                    }
                    Around::Name(rule) => self.match_named(rule, text, place.start),
                    Around::Userinfo => self.match_userinfo(text, place.start),
                };
                if let Some(rule) = tried {
                    self.watch(rule, place, before);
                }
            });
        }
        self.searched(text);
    }

    /// The candidates of other programs' rules. They may be anywhere and of any length, so that all has to be watched.
    fn searched(&mut self, text: &[u8]) {
        let Some(searched) = self.rules.searched() else { return };
        for index in searched.in_text(text) {
            let rule = &self.rules.rules()[index];
            if search::is_for(rule, self.path.as_deref()) {
                search::matches(rule, text, |(whole, secret)| {
                    if !search::is_allowed(rule, text, &whole, &secret, self.path.as_deref()) {
                        self.found.push(Candidate { rule: index, whole, secret, name: None, joined: false });
                    }
                });
            }
        }
        self.watches.watch_all();
    }

    /// Matches a password that is assigned to the name in which a literal stands at `at`; says for which rule, if there is
    /// one.
    fn match_named(&mut self, rule: usize, text: &[u8], at: usize) -> Option<usize> {
        if at < self.done[rule] {
            return None;
        }
        let (name, value) = self.read.assigned(text, at)?;
        let named = Named::new(text, name);
        self.accept(rule, text, value.clone(), value, Some(&named));
        Some(rule)
    }

    /// Matches a password in the URL whose `://` stands at `at`; says for which rule, if there is one.
    fn match_userinfo(&mut self, text: &[u8], at: usize) -> Option<usize> {
        let scheme = userinfo::scheme(text, at);
        let rule = std::str::from_utf8(&text[scheme.clone()]).ok().and_then(|scheme| self.rules.userinfo(scheme))?;
        let (secret, end) = userinfo::in_url(text, at)?;
        self.accept(rule, text, scheme.start..end, secret, None);
        Some(rule)
    }

    /// Keeps a watch where a rule was brought up by what stands at `place`: on what it found, or on all that it looked at.
    fn watch(&mut self, index: usize, place: Range<usize>, found_before: usize) {
        match self.found.get(found_before) {
            Some(candidate) => {
                let Range { start, end } = candidate.whole;
                self.watches.add(start.min(place.start)..end.max(place.end), None);
            }
            None => self.watches.add(place, Some(near::looked_around(&self.rules.rules()[index]))),
        }
    }

    /// Matches the rules that want a run of this length. Of those that found nothing one watch is kept: the widest.
    fn match_length(&mut self, text: &[u8], run: &Range<usize>, start: usize, named: Option<&Named>) {
        let rules = self.rules;
        let mut widest = None;
        for index in rules.of_length(run.end - start, named.and_then(Named::beginnings)) {
            let rule = &rules.rules()[index];
            let around = Some(near::looked_around(rule));
            let fits = shape::may_be_named(rule, named)
                && !(widest >= around && self.near.rules_out(rule, text, &(start..run.end), named))
                && shape::may_be_run(rule, text, start..run.end, &mut self.stretches);
            if fits {
                let before = self.found.len();
                self.match_at(index, text, start, named);
                if self.found.len() > before {
                    self.watch(index, run.clone(), before);
                } else {
                    widest = widest.max(around);
                }
            }
        }
        if widest.is_some() {
            self.watches.add(run.clone(), widest);
        }
    }

    fn match_run(&mut self, text: &[u8], run: &Range<usize>) {
        let rules = self.rules;
        rules.keywords_in(text, run, |brought_up, place| self.match_keyword(brought_up, text, run, place));
        let start = escape::past(text, run.start, run.end);
        let assignment = assignment(text, &(start..run.end));
        let named = assignment.as_ref().map(|assignment| Named::new(text, assignment.name.clone()));
        self.match_length(text, run, start, named.as_ref());
        let may_be_led = |&(rule, lead): &(usize, usize)| shape::may_be_led(&rules.rules()[rule], text, run, lead);
        for (rule, lead) in rules.led_by(&text[..run.start]).filter(may_be_led) {
            let before = self.found.len();
            self.match_before(rule, text, run.start - lead, None);
            self.watch(rule, run.clone(), before);
        }
        if let (Some(assignment), Some(named)) = (&assignment, &named) {
            self.match_assignment(text, assignment, named);
        }
    }

    /// Matches the rules of one keyword, at `place` in a run. Of those that found nothing one watch is kept: the widest.
    fn match_keyword(&mut self, brought_up: &[usize], text: &[u8], run: &Range<usize>, place: Range<usize>) {
        // After that no pattern is tried any more, and all is watched.
        let brought_up = if self.gave_up() { &[] } else { brought_up };
        let mut widest = None;
        for &index in brought_up {
            let rule = &self.rules.rules()[index];
            let before = self.found.len();
            if run.len() >= rule.least_run() {
                self.match_before(index, text, place.start, None);
            }
            if self.found.len() > before {
                self.watch(index, place.clone(), before);
            } else {
                widest = widest.max(Some(near::looked_around(rule)));
            }
        }
        if widest.is_some() {
            self.watches.add(place, widest);
        }
    }

    fn match_assignment(&mut self, text: &[u8], assignment: &Assignment, named: &Named) {
        let Assignment { value, whole, .. } = assignment;
        let rules = self.rules;
        for (begin, word) in named.words() {
            for phrase in rules.assigned(word).iter().filter(|phrase| named.says_at(begin, &phrase.spelled)) {
                let rule = &rules.rules()[phrase.rule];
                if self.done[phrase.rule] > value.start || !shape::may_be_named(rule, Some(named)) {
                    continue;
                }
                let before = self.found.len();
                if rule.spec().pattern.is_some() {
                    self.match_before(phrase.rule, text, value.start, Some(named));
                } else if *whole {
                    self.accept(phrase.rule, text, value.clone(), value.clone(), Some(named));
                }
                self.watch(phrase.rule, value.clone(), before);
            }
        }
    }

    /// Matches a rule whose trigger stands at `trigger`: there, or where one of its `begins` stands before it.
    fn match_before(&mut self, index: usize, text: &[u8], trigger: usize, name: Option<&Named>) {
        let rule = &self.rules.rules()[index];
        let spec = rule.spec();
        if trigger < self.done[index] {
            return;
        }
        if spec.begins.is_empty() {
            if let Some(start) = trigger.checked_sub(spec.offset as usize) {
                self.match_at(index, text, start, name);
            }
            return;
        }
        let floor = trigger.saturating_sub(spec.reach as usize).max(self.done[index]);
        let by_name = name.is_some() && spec.context.is_some();
        let tried = if by_name { 0 } else { self.barren.tried(index, trigger) };
        for literal in &spec.begins {
            let may_be_chance = literal.len() < SURE_BEGINNING;
            let mut glued = None;
            for start in search::beginnings(text, literal.as_bytes(), floor..trigger, tried).take(MOST_BEGINNINGS) {
                let joined = may_be_chance && shape::is_joined(text, start);
                if joined && self.rule_matches(index, text, start).is_some() {
                    glued = glued.or(Some(start));
                } else if !joined && self.match_at(index, text, start, name) {
                    return;
                }
            }
            if glued.is_some_and(|start| self.match_at(index, text, start, name)) {
                return;
            }
        }
        if !by_name {
            self.barren.note_tried(index, trigger);
        }
    }

    /// Matches a rule whose pattern begins at `start`. Whether it did.
    fn match_at(&mut self, index: usize, text: &[u8], start: usize, name: Option<&Named>) -> bool {
        if self.gave_up() || !shape::may_begin(&self.rules.rules()[index], text, start) {
            return false;
        }
        match self.rule_matches(index, text, start) {
            Some((whole, secret)) => self.accept(index, text, whole, secret, name),
            None => {
                let spent = search::in_vain(&self.rules.rules()[index], text, start, &mut self.stretches);
                self.patience = self.patience.saturating_sub(spent);
                false
            }
        }
    }

    fn rule_matches(&mut self, index: usize, text: &[u8], start: usize) -> Option<(Range<usize>, Range<usize>)> {
        let rule = &self.rules.rules()[index];
        let limit = text.len().min(start + 2 * rule.spec().reach as usize);
        if let Some(plain) = rule.plain() {
            return plain.match_at(text, start, limit, &mut self.stretches);
        }
        search::pattern_matches(rule, &Input::new(text).range(start..limit).anchored(Anchored::Yes))
    }

    /// Searches for a rule's pattern around `trigger`, or matches it where one of its `begins` stands before that.
    fn search_around(&mut self, index: usize, text: &[u8], trigger: usize) {
        let rule = &self.rules.rules()[index];
        if !rule.spec().begins.is_empty() {
            return self.match_before(index, text, trigger, None);
        }
        let reach = rule.spec().reach as usize;
        if trigger < self.done[index] {
            return;
        }
        let mut from = trigger.saturating_sub(reach).max(self.done[index]);
        let limit = text.len().min(trigger + reach);
        if self.barren.rules_out(index, from, trigger, limit) {
            return;
        }
        for _ in 0..MOST_BEGINNINGS {
            let found = search::pattern_matches(rule, &Input::new(text).range(from..limit));
            let Some((whole, secret)) = found.filter(|(whole, _)| whole.start <= trigger && !whole.is_empty()) else {
                return self.barren.note((index, rule), text, from, trigger, limit);
            };
            from = whole.end;
            if whole.end > trigger && self.accept(index, text, whole, secret, None) {
                return;
            }
        }
    }

    /// Takes a match as a candidate if it has the rule's shape.
    fn accept(
        &mut self,
        index: usize,
        text: &[u8],
        whole: Range<usize>,
        secret: Range<usize>,
        name: Option<&Named>,
    ) -> bool {
        let rule = &self.rules.rules()[index];
        let Some(secret) = shape::fit(rule, text, secret) else { return false };
        let context = rule.spec().context.as_ref();
        if context.is_some_and(|context| !self.near.holds((index, rule), text, &whole, context, name)) {
            return false;
        }
        let whole = if whole.end > secret.end && whole.start == secret.start { secret.clone() } else { whole };
        self.done[index] = whole.end;
        self.matched.push(index);
        let joined = shape::is_joined(text, whole.start);
        self.found.push(Candidate { rule: index, whole, secret, name: name.map(|name| name.range.clone()), joined });
        true
    }
}
