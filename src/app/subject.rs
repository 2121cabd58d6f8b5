//! What `verify` and its kin are asked about: a report's leaks, found again, or keys that somebody typed.

use std::io::{self, Read};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread::available_parallelism;

use super::again::{Again, Case, Gone, find_again};
use super::collect::finish;
use super::git::{attribute, repository_at, repository_here};
use super::pipeline::{ScanOptions, scan};
use super::verify::expired;
use crate::engine::decode::Limits;
use crate::engine::{KeepNoise, ObeyMarks};
use crate::report::{ReadError, Recording, read};
use crate::rules::RuleSet;
use crate::source::git::Repository;
use crate::words::{
    Blob, Leak, Ledger, Noise, Origin, Progress, Severity, Sighting, Sightings, SinkMaker, Skipped, Source, Verdict,
};

/// As much is read of a report, or of standard input.
const LARGEST: u64 = 1 << 30;

/// What is asked about.
#[derive(Debug)]
pub enum Subject {
    /// A report's leaks.
    Report(Recording),
    /// Text with keys in it.
    Keys(zeroize::Zeroizing<Vec<u8>>),
}

/// How keys that were typed are looked for.
#[derive(Clone, Copy, Debug)]
pub struct KeyText {
    /// Whether a rule was named: what stands alone is then taken for a secret of that rule, without what its rule wants to
    /// see around it.
    pub only: bool,
}

/// Why there is nothing to ask about.
#[derive(Debug, thiserror::Error)]
pub enum SubjectError {
    /// It can't be read.
    #[error("{path} can't be read: {cause}", path = path.display())]
    Unreadable {
        /// The file, or `-`.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// It is no report.
    #[error("{path}: {cause}", path = path.display())]
    NoReport {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: ReadError,
    },
    /// There is no key in what was typed.
    #[error("no key that a rule knows stands on standard input; `--rule ID` says what kind it is")]
    NoKey,
}

impl Subject {
    /// Reads a report, or standard input for `-`: a report, or text with keys in it.
    ///
    /// # Errors
    /// It can't be read, or is no report.
    #[expect(clippy::disallowed_methods, reason = "the door to reports that are read back")]
    pub fn read(path: &Path) -> Result<Self, SubjectError> {
        let unreadable = |cause| SubjectError::Unreadable { path: path.to_owned(), cause };
        let mut text = zeroize::Zeroizing::new(Vec::new());
        if path == Path::new("-") {
            io::stdin().lock().take(LARGEST).read_to_end(&mut text).map_err(unreadable)?;
            return Ok(match str::from_utf8(&text).ok().filter(|text| text.trim_start().starts_with('{')) {
                Some(json) => read(json).map_or(Self::Keys(text.clone()), Self::Report),
                None => Self::Keys(text),
            });
        }
        std::fs::File::open(path).and_then(|file| file.take(LARGEST).read_to_end(&mut text)).map_err(unreadable)?;
        let no_report = |cause| SubjectError::NoReport { path: path.to_owned(), cause };
        read(&String::from_utf8_lossy(&text)).map(Self::Report).map_err(no_report)
    }
}

/// The leaks that are asked about, with their secrets. Those of a report that are gone are told as not read.
///
/// # Errors
/// There is no key in what was typed.
pub fn find_subject(subject: Subject, rules: RuleSet, key: KeyText) -> Result<(Ledger, RuleSet), SubjectError> {
    match subject {
        Subject::Report(recording) => Ok(find_report(recording, rules)),
        Subject::Keys(text) => find_keys(&text, rules, key),
    }
}

fn find_report(recording: Recording, rules: RuleSet) -> (Ledger, RuleSet) {
    let threads = available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let repo = repository_of(&recording);
    let (Again { cases, inputs, skipped }, rules) = find_again(recording, rules, repo.as_ref(), threads);
    let mut ledger = Ledger { inputs, skipped, ..Ledger::default() };
    for Case { recorded, leak, expired: over, gone } in cases {
        if leak.is_none() && over.is_none() {
            let what = format!("{} {}", recorded.name, recorded.masked);
            let places = gone.iter().map(|Gone { place, why }| format!("{}: {why}", place.shown())).collect::<Vec<_>>();
            let why = format!("it was not found again, so nobody was asked about it; {}", places.join("; "));
            ledger.skipped.push(Skipped { what, why });
            continue;
        }
        ledger.gone.extend(gone.iter().map(|Gone { place, why }| Skipped {
            what: format!("{} {} at {}", recorded.name, recorded.masked, place.shown()),
            why: (*why).to_owned(),
        }));
        ledger.leaks.extend(leak);
        ledger.leaks.extend(over.map(|sighting| as_leak(sighting, &rules)));
    }
    let from_objects = |leak: &Leak| leak.sightings.iter().any(|seen| matches!(seen.origin, Origin::Object(_)));
    match repo.filter(|_| ledger.leaks.iter().any(from_objects)) {
        Some(repo) => attribute(&mut ledger, &repo, threads.get()),
        None => finish(&mut ledger),
    }
    (ledger, rules)
}

/// A secret whose time is over, as a leak that is dead.
fn as_leak(sighting: Sighting, rules: &RuleSet) -> Leak {
    Leak {
        rule: sighting.rule.clone(),
        severity: rules.get(&sighting.rule).map_or(Severity::Low, |rule| rule.severity()),
        lowered: None,
        fingerprint: sighting.fingerprint(),
        mask: sighting.mask.clone(),
        sightings: Sightings::new(sighting),
        life: None,
        verified: Some(expired()),
        remediation: None,
    }
}

/// The repository that a report is of: the one it names, or the one we stand in.
pub(super) fn repository_of(recording: &Recording) -> Option<Repository> {
    match (recording.command.as_str(), recording.roots.first()) {
        ("history", Some(root)) => repository_at(Path::new(root)).ok(),
        _ => repository_here().ok(),
    }
}

fn find_keys(text: &[u8], rules: RuleSet, key: KeyText) -> Result<(Ledger, RuleSet), SubjectError> {
    let options = ScanOptions { noise: KeepNoise::Whole, marks: ObeyMarks::No, limits: Limits::default() };
    let typed = Typed(text.to_vec());
    let (mut ledger, rules) = scan(&[Box::new(typed)], rules, options, None, &Progress::default());
    let over = std::mem::take(&mut ledger.noise).into_iter();
    let over = over.filter(|sighting| sighting.verdict == Verdict::Noise(Noise::Expired));
    ledger.leaks.extend(over.map(|sighting| as_leak(sighting, &rules)));
    if ledger.leaks.is_empty() && key.only {
        ledger.leaks.extend(typed_alone(text, &rules));
    }
    if ledger.leaks.is_empty() { Err(SubjectError::NoKey) } else { Ok((ledger, rules)) }
}

/// The text as a secret of the only rule there is.
fn typed_alone(text: &[u8], rules: &RuleSet) -> Option<Leak> {
    let [rule] = rules.rules() else { return None };
    let text = text.trim_ascii();
    let secret = crate::words::Secret::new(text);
    let is_one = !text.is_empty() && text.iter().all(|byte| byte.is_ascii_graphic());
    let start = crate::words::Position { line: 1, column: 1 };
    let sighting = Sighting {
        rule: rule.id().clone(),
        mask: secret.mask(usize::from(rule.spec().public)),
        secret,
        origin: Origin::Stdin,
        span: crate::words::Span { start: 0, end: text.len() as u64 },
        via: Default::default(),
        start,
        end: crate::words::Position { line: 1, column: 1 + text.len() as u64 },
        inner: None,
        companions: Vec::new(),
        snippet: String::new(),
        verdict: Verdict::Real,
    };
    is_one.then(|| Leak { verified: None, ..as_leak(sighting, rules) })
}

/// Text that somebody typed, as a source.
struct Typed(Vec<u8>);

impl Source for Typed {
    fn pour<'s>(&self, sink: &SinkMaker<'s>) {
        let mut sink = sink();
        sink.blob(&Blob::whole(&Origin::Stdin, &self.0));
        sink.done(self.0.len() as u64);
    }
}

impl Drop for Typed {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.0);
    }
}
