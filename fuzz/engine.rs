//! Texts: the matcher, all decoders of text, and the way back from what they found.

use std::cell::RefCell;
use std::io::Write;
use std::time::Duration;

use unleak::app::{Limits, RuleChoice, load_rules};
use unleak::engine::{Engine, Found, KeepNoise, ObeyMarks, Options, Scanner};
use unleak::words::{Blob, Origin, Secret, Verdict};

use super::pieces::{NOW, expanded, key};
use super::taken::Taken;

thread_local! {
    static ENGINE: RefCell<Option<Engine>> = const { RefCell::new(None) };
}

/// The longest text that is made of pieces, in bytes.
const LONGEST: usize = 64 << 10;

/// Limits that keep each run short. None is of time: what a run does must not depend on the machine.
fn limits() -> Limits {
    Limits { decoded: 8 << 20, entries: 200, time: Duration::from_secs(3600), ..Limits::default() }
}

/// Does something with a scanner of all built-in rules.
pub fn with_scanner<T>(look: impl FnOnce(&mut Scanner<'_>) -> T) -> T {
    ENGINE.with_borrow_mut(|engine| {
        let engine = engine.get_or_insert_with(|| {
            let rules = load_rules(&RuleChoice::default()).expect("the built-in rules are right");
            let (noise, marks) = (KeepNoise::Whole, ObeyMarks::No);
            Engine::new(rules, Options { now: NOW, noise, marks, limits: limits() })
        });
        look(&mut engine.scanner())
    })
}

/// Scans the bytes. What is found has to stand where it is said to stand.
pub fn scan(bytes: &[u8]) -> Found {
    let mut found = Found::default();
    with_scanner(|scanner| scanner.scan(&Blob::whole(&Origin::Stdin, bytes), &mut found));
    for sighting in &found.sightings {
        let span = sighting.span;
        assert!(span.start <= span.end && span.end <= bytes.len() as u64, "{span:?} of {}", bytes.len());
        if sighting.via.is_plain() {
            let (start, end) = (span.start as usize, span.end as usize);
            assert_eq!(sighting.secret, Secret::new(&bytes[start..end]), "the span is not of the secret");
            assert_eq!((sighting.start.line, sighting.start.column), position(bytes, start), "where it begins");
            assert_eq!((sighting.end.line, sighting.end.column), position(bytes, end), "where it ends");
        }
    }
    found
}

/// Line and column of a byte, counted in the plainest way; each byte that is not valid UTF-8 counts as a character.
fn position(text: &[u8], at: usize) -> (u64, u64) {
    let before = &text[..at];
    let line = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
    let lines = before.iter().filter(|&&byte| byte == b'\n').count();
    let chunks = before[line..].utf8_chunks();
    let characters: usize = chunks.map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum();
    (lines as u64 + 1, characters as u64 + 1)
}

/// Any bytes as they are.
pub fn text(bytes: &[u8]) {
    scan(bytes);
}

/// Text that is dense with what decoders look for.
pub fn pieces(bytes: &[u8]) {
    scan(&expanded(bytes, LONGEST));
}

/// Any bytes in a gzip stream, that in hex, in base64, and as UTF-16: what is decoded is decoded again.
pub fn inside(bytes: &[u8]) {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).unwrap();
    let packed = packed.finish().unwrap();
    scan(&packed);
    let hex: String = packed.iter().map(|byte| format!("{byte:02x}")).collect();
    scan(hex.as_bytes());
    scan(base64::Engine::encode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, bytes).as_bytes());
    let wide: Vec<u8> = bytes.iter().flat_map(|&byte| [byte, 0]).collect();
    scan(&wide);
}

/// A key anywhere in any text is found, is real, and is told where it stands.
pub fn planted(bytes: &[u8]) {
    let mut taken = Taken(bytes);
    let (seed, before) = (taken.byte().into(), taken.some());
    let (before, after, key) = (expanded(before, LONGEST), expanded(taken.0, LONGEST), key(seed));
    let found = scan(&[&before, key.as_bytes(), &after].concat());
    let hit = found
        .sightings
        .iter()
        .find(|seen| seen.secret == Secret::new(key.as_bytes()) && seen.span.start == before.len() as u64);
    assert!(hit.is_some_and(|hit| hit.verdict == Verdict::Real), "a key is not found: {:?}", found.sightings);
}
