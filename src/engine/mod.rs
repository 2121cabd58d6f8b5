//! The engine: bytes in, judged sightings out. Pure functions: no files, no network, no threads, no printing.
//!
//! A blob goes through four steps: `matching` finds candidates, `overlap` leaves each stretch of bytes to the most
//! specific of them, [`judge`] says which are real, and what is kept becomes a [`Sighting`]. What [`decode`] sees in it
//! goes through the same steps, and `resolve` makes one sighting of what was seen twice.

mod assignment;
mod beside;
mod byte_kinds;
mod candidate;
pub mod decode;
mod dive;
mod escape;
mod gaps;
mod heir;
pub mod judge;
mod layer;
mod lines;
mod matching;
mod naming;
mod near;
mod neighbours;
mod overlap;
mod password;
mod resolve;
mod runs;
mod search;
mod shape;
mod snippet;
mod userinfo;
mod waive;

use std::collections::BTreeMap;
use std::ops::Range;

use crate::rules::RuleSet;
use crate::words::{Blob, Halt, Heritage, Noise, RuleId, Sighting, Skipped, Verdict, Watches};
use decode::{Budget, Limits, Spots};
use dive::{Dive, Seen};
use heir::Outlook;
use layer::Layer;
use matching::Matcher;

/// What the engine is told apart from the rules.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The time now, in seconds of Unix time: some secrets say themselves when they die.
    pub now: u64,
    /// What becomes of noise.
    pub noise: KeepNoise,
    /// Whether marks on a line are obeyed.
    pub marks: ObeyMarks,
    /// How much decoding one blob may cost.
    pub limits: Limits,
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
    halt: Halt,
}

impl Engine {
    /// An engine with these rules.
    #[must_use]
    pub fn new(rules: RuleSet, options: Options) -> Self {
        Self { rules, options, halt: Halt::default() }
    }

    /// The same, which looks into nothing more once the run should end.
    #[must_use]
    pub fn until(self, halt: Halt) -> Self {
        Self { halt, ..self }
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
        let (spots, outlook) = (Spots::default(), Outlook::default());
        Scanner { engine: self, matcher: Matcher::new(&self.rules), spots, outlook }
    }
}

/// What was found in the blobs seen so far.
#[derive(Debug, Default)]
pub struct Found {
    /// Leaks and waived ones; noise too if it is kept whole.
    pub sightings: Vec<Sighting>,
    /// How much was noise.
    pub noise: BTreeMap<(RuleId, Noise), u64>,
    /// What could not be decoded, or was cut by a limit.
    pub skipped: Vec<Skipped>,
    /// How many archives were not opened, because nothing was to be decoded.
    pub unopened: u64,
    /// How many sightings there were, noise that is only counted included.
    judged: u64,
}

/// In a blob with more spots than that, everything is watched: most are wide text, where each letter is one.
const MOST_SPOTS: usize = 1000;

/// Looks at blobs, one at a time; keeps its memory from blob to blob.
pub struct Scanner<'e> {
    engine: &'e Engine,
    matcher: Matcher<'e>,
    spots: Spots,
    outlook: Outlook,
}

impl Scanner<'_> {
    /// How many bytes of a blob that begins like this are wanted at once: those of a container that is opened.
    #[must_use]
    pub fn at_once(&self, head: &[u8]) -> Option<u64> {
        let limits = self.engine.options.limits;
        decode::kind(head).filter(|_| limits.depth > 0).map(|_| limits.container)
    }

    /// Looks at one blob and adds what it finds.
    pub fn scan(&mut self, blob: &Blob<'_>, found: &mut Found) {
        self.find(blob, None);
        self.conclude(blob, found);
    }

    /// Finds the candidates of a blob: in what is new of it, if that is known. Whether it was.
    fn find(&mut self, blob: &Blob<'_>, heritage: Option<&Heritage<'_>>) -> bool {
        let decodes = self.engine.options.limits.depth > 0;
        let Self { matcher, spots, outlook, .. } = self;
        let windows = heritage.and_then(|heritage| outlook.of(blob.bytes, heritage, decodes));
        matcher.in_file(blob.origin.path());
        let whole = dive::whole(blob.bytes);
        matcher.find(blob.bytes, windows.unwrap_or(&whole), decodes.then_some(spots));
        windows.is_some()
    }

    /// Looks at a blob that others may be made from, and says what to watch in those. If it has a heritage itself, only
    /// what is new in it is looked at, and what its base watches; what is found is the same.
    pub fn scan_heir(
        &mut self,
        blob: &Blob<'_>,
        heritage: Option<&Heritage<'_>>,
        watches: &mut Watches,
        found: &mut Found,
    ) {
        if self.find(blob, heritage) {
            self.outlook.keep(watches);
        }
        self.matcher.watches(watches);
        let places: Vec<Range<usize>> = self.spots.places(blob.bytes.len()).collect();
        let led_somewhere = self.conclude(blob, found);
        let around = |place: &_| (!led_somewhere).then(|| decode::around(blob.bytes, place) as u32);
        if places.len() > MOST_SPOTS {
            watches.watch_all();
        }
        for place in places.into_iter().take(MOST_SPOTS) {
            let around = around(&place);
            watches.add(place, around);
        }
        watches.sort();
    }

    /// Judges the matcher's candidates, and looks into what else there is to look into. Whether that led to something.
    fn conclude(&mut self, blob: &Blob<'_>, found: &mut Found) -> bool {
        let decodes = self.engine.options.limits.depth > 0;
        let candidates = self.matcher.found();
        if self.matcher.gave_up() {
            found.skipped.push(dive::gave_up(&blob.origin.name()));
        }
        let container = blob.base == 0 && decode::kind(blob.bytes).is_some();
        found.unopened += u64::from(container && !decodes);
        if candidates.is_empty() && self.spots.is_empty() && !(container && decodes) {
            return false;
        }
        let seen = Seen::new(blob.bytes, candidates, std::mem::take(&mut self.spots), self.engine);
        let budget = Budget::new(self.engine.options.limits, self.engine.halt.clone());
        let (finds, skipped, opened) = (Vec::new(), Vec::new(), Vec::new());
        let mut dive = Dive {
            engine: self.engine,
            matcher: &mut self.matcher,
            blob,
            budget,
            finds,
            skipped,
            files: 0,
            opened,
            again: false,
        };
        dive.look(&Layer::blob(blob), seen);
        let led_somewhere = dive.again || !dive.skipped.is_empty() || dive.finds.iter().any(|find| find.depth > 0);
        found.skipped.append(&mut dive.skipped);
        for sighting in resolve::resolve(dive.finds, &dive.opened) {
            found.add(sighting, self.engine.options.noise);
        }
        led_somewhere
    }
}

impl Found {
    /// How much there is of everything: the same number twice says that nothing came to it.
    #[must_use]
    pub fn volume(&self) -> u64 {
        self.judged + self.unopened + self.skipped.len() as u64
    }

    /// Adds a sighting; noise is counted, and kept if it is to be shown.
    fn add(&mut self, sighting: Sighting, noise: KeepNoise) {
        self.judged += 1;
        if let Verdict::Noise(reason) = &sighting.verdict {
            *self.noise.entry((sighting.rule.clone(), reason.clone())).or_default() += 1;
            if noise == KeepNoise::Counted {
                return;
            }
        }
        self.sightings.push(sighting);
    }
}
