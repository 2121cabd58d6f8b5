//! What people and programs write for us to read, and what we write: rule files, configs, baselines, reports.

use std::cell::RefCell;
use std::ffi::OsString;
use std::path::PathBuf;

use unleak::app::baseline::{Baseline, foreign};
use unleak::app::config::spec::ConfigSpec;
use unleak::app::config::{is_day, size};
use unleak::app::trust::Pattern;
use unleak::app::{KeepNoise, ObeyMarks, RangeSpec};
use unleak::engine::{Engine, Found, Options};
use unleak::report::{Detail, Format, Report, Run, harmless, read, write};
use unleak::rules::{RuleSet, parse, written as as_text};
use unleak::words::{
    Blob, Commit, Container, Encoding, GitObject, Leak, Ledger, Life, Mark, ObjectId, ObjectKind, Origin, Position,
    Secret, Severity, Sighting, Sightings, Skipped, Span, Step, Verdict, Via, Waived, Waiver,
};

use super::pieces::{NOW, expanded, key};
use super::taken::Taken;

/// A rule file of ours, or of others: what can be read can be written and read again, and can be scanned with.
pub fn rules(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(read) = parse("a.toml", text) else { return };
    let again = as_text(&read.rules).expect("rules that were read can be written");
    if !read.rules.is_empty() {
        let again = parse("b.toml", &again).unwrap_or_else(|fault| panic!("{fault} in what was written:\n{again}"));
        let specs =
            |rules: &[unleak::rules::Rule]| format!("{:?}", rules.iter().map(|rule| rule.spec()).collect::<Vec<_>>());
        assert_eq!(specs(&again.rules), specs(&read.rules), "what was written is read otherwise");
    }
    let Ok(rules) = RuleSet::new(read.rules) else { return };
    let options =
        Options { now: NOW, noise: KeepNoise::Whole, marks: ObeyMarks::Yes, limits: unleak::app::Limits::default() };
    let engine = Engine::new(rules, options);
    let sample = expanded(&[0xB4, b'k', 0x9E, 0xC8, 0xD4, b'\n', 0xC9, 0xD0, 0xD6, b'\n', 0xD1], 16 << 10);
    let mut found = Found::default();
    engine.scanner().scan(&Blob::whole(&Origin::Stdin, &sample), &mut found);
    assert!(found.sightings.iter().all(|seen| seen.span.end <= sample.len() as u64));
}

/// Configs, baselines, those of other tools, patterns and what else is typed: the first byte says which.
pub fn settings(bytes: &[u8]) {
    let Some((which, rest)) = bytes.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    match which % 5 {
        0 => drop(ConfigSpec::parse(text)),
        1 => drop(Baseline::parse("baseline.json", text)),
        2 => drop(foreign::read(text).map(|(_, all)| all.iter().map(foreign::Foreign::shown).collect::<Vec<_>>())),
        3 => {
            let (pattern, path) = text.split_once('\n').unwrap_or((text, "a/b/c"));
            let _ = Pattern::parse(pattern).map(|pattern| pattern.matches(path));
        }
        _ => {
            let _ = (size(text), is_day(text), RangeSpec::parse(text));
            let shown = harmless(text);
            assert!(!shown.chars().any(|shown| shown.is_control()), "{shown:?}");
        }
    }
}

/// A report that is read back.
pub fn report(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(recording) = read(text) else { return };
    for place in recording.leaks.iter().flat_map(|leak| &leak.places) {
        let _ = (place.origin(), place.shown(), place.why_lost());
    }
}

thread_local! {
    static RULES: RefCell<Option<RuleSet>> = const { RefCell::new(None) };
}

/// A ledger with any names in it, in every format: what machines read can be read, and nothing shows a control character.
pub fn written(bytes: &[u8]) {
    let ledger = ledger(&mut Taken(bytes));
    RULES.with_borrow_mut(|rules| {
        let rules = rules.get_or_insert_with(|| RuleSet::new(Vec::new()).unwrap());
        let run = Run { places: Detail::Full, folder: Some(PathBuf::from("/a")), width: 40, ..Run::default() };
        let report = Report { ledger: &ledger, rules, run: &run };
        for format in Format::ALL {
            let mut out = Vec::new();
            write(format, &report, &mut out).unwrap();
            check(format, &String::from_utf8(out).unwrap(), &ledger);
        }
    });
}

/// Looks at one report.
fn check(format: Format, text: &str, ledger: &Ledger) {
    let plain = |text: &str| text.chars().all(|shown| shown == '\n' || !shown.is_control());
    match format {
        Format::Json => {
            let read = read(text).expect("our own report is read back");
            let wanted: Vec<Option<Origin>> = origins(ledger).map(readable).collect();
            let got: Vec<Option<Origin>> =
                read.leaks.iter().flat_map(|leak| &leak.places).map(|place| place.origin()).collect();
            assert_eq!(got, wanted, "a place is read back otherwise");
        }
        Format::Jsonl => drop(read(text).expect("our own report is read back")),
        Format::Sarif => {
            let sarif: serde_json::Value = serde_json::from_str(text).unwrap();
            assert!(sarif["runs"][0]["results"].is_array());
        }
        Format::Gitlab => drop(serde_json::from_str::<serde_json::Value>(text).unwrap()),
        // A colour is no control character that came from outside.
        Format::Human => assert!(plain(&text.replace("\u{1b}[", "")), "{text:?}"),
        Format::Csv => assert!(plain(&text.replace("\r\n", "\n")), "{text:?}"),
        Format::Github | Format::Markdown | Format::Junit | Format::Html => {
            assert!(plain(text), "{format:?}: {text:?}")
        }
    }
    for leak in &ledger.leaks {
        let secret = leak.sightings.first().secret.clone();
        let shown = leak.sightings.first().mask.to_string();
        assert!(secret.hide_in(text, &leak.mask).is_none(), "{format:?} shows {shown}");
    }
}

fn origins(ledger: &Ledger) -> impl Iterator<Item = &Origin> {
    ledger.leaks.iter().flat_map(|leak| leak.sightings.iter().map(|seen| &seen.origin))
}

/// What can be read again of an origin. Which commit brought an object in is told of its leak's life, and here is none.
fn readable(origin: &Origin) -> Option<Origin> {
    match origin.clone() {
        Origin::Object(object) => Some(Origin::Object(GitObject { commit: None, ..object })),
        file @ (Origin::File(_) | Origin::Index(_)) => Some(file),
        _ => None,
    }
}

/// A ledger made of these choices.
fn ledger(taken: &mut Taken<'_>) -> Ledger {
    let mut ledger = Ledger::default();
    for seed in 0..u64::from(taken.byte() % 4) {
        let mut sightings = Sightings::new(sighting(taken, seed));
        (0..taken.byte() % 3).for_each(|_| sightings.push(sighting(taken, seed)));
        let first = sightings.first();
        let (rule, fingerprint, mask) = (first.rule.clone(), first.fingerprint(), first.mask.clone());
        let life = (taken.byte() % 2 == 1).then(|| Life {
            introduced: Some(Commit { id: id(3), seconds: i64::from(taken.byte()) << 34, author: taken.text() }),
            refs: vec![taken.text()],
            ..Life::default()
        });
        ledger.leaks.push(Leak {
            rule,
            severity: Severity::High,
            fingerprint,
            mask,
            sightings,
            life,
            verified: None,
            lowered: None,
            remediation: None,
        });
    }
    if taken.byte() % 2 == 1 {
        let waiver = Waiver::Inline(Mark::Unleak);
        let sighting = Sighting { verdict: Verdict::Waived(waiver.clone()), ..sighting(taken, 9) };
        ledger.waived.push(Waived { sighting, waiver });
    }
    ledger.skipped.push(Skipped { what: taken.text(), why: taken.text() });
    ledger.remarks.push(taken.text());
    ledger
}

fn id(byte: u8) -> ObjectId {
    ObjectId::new(&[byte; 20]).unwrap()
}

fn sighting(taken: &mut Taken<'_>, seed: u64) -> Sighting {
    let secret = Secret::new(key(seed).as_bytes());
    let mask = secret.mask(8);
    let mut path = || PathBuf::from(<OsString as std::os::unix::ffi::OsStringExt>::from_vec(taken.some().to_vec()));
    let path = path();
    let origin = match taken.byte() % 6 {
        0 => Origin::File(path),
        1 => Origin::Index(path),
        2 => Origin::Object(GitObject { path: Some(path), commit: Some(id(1)), id: id(2), kind: ObjectKind::Blob }),
        3 => Origin::Object(GitObject { path: None, commit: None, id: id(2), kind: ObjectKind::Tag }),
        4 => Origin::TreeName(path),
        _ => Origin::Stdin,
    };
    let via = match taken.byte() % 3 {
        0 => Vec::new(),
        1 => vec![Step::Member(Container::Zip, taken.text()), Step::Decoded(Encoding::Base64)],
        _ => vec![Step::Decoded(Encoding::Utf16)],
    };
    let (start, line) = (taken.number() as u64, u64::from(taken.byte()) + 1);
    let column = u64::from(taken.byte()) + 1;
    let end = Position { line, column: column + secret.len() as u64 };
    Sighting {
        rule: "a-rule".into(),
        span: Span { start, end: start + secret.len() as u64 },
        via: Via::new(via),
        inner: None,
        start: Position { line, column },
        end,
        snippet: format!("{}{mask}{}", taken.text(), taken.text()),
        verdict: Verdict::Real,
        companions: Vec::new(),
        origin,
        secret,
        mask,
    }
}
