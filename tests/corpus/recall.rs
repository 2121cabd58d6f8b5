//! Recall: of all placements none is missed, by the engine and by the program.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;
use unleak::words::{Position, Secret, Verdict};

use super::placements::{Expected, Placement, placements};
use super::support::{text, unleak};
use super::{engine, found, holds};

/// Line and column, the plain way.
fn position(bytes: &[u8], offset: usize) -> Position {
    let before = &bytes[..offset];
    let line = before.iter().filter(|&&byte| byte == b'\n').count() as u64 + 1;
    let start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
    let mut column = 1;
    let mut rest = &before[start..];
    while !rest.is_empty() {
        let whole = (1..=rest.len().min(4)).find(|&length| std::str::from_utf8(&rest[..length]).is_ok());
        rest = &rest[whole.unwrap_or(1)..];
        column += 1;
    }
    Position { line, column }
}

#[test]
fn there_are_as_many_placements_as_we_say() {
    let placements = placements();
    let names: std::collections::BTreeSet<&String> = placements.iter().map(|placement| &placement.file).collect();
    assert_eq!(names.len(), placements.len());
    assert!(placements.len() > 8000, "{} placements", placements.len());
}

#[test]
fn the_engine_finds_every_key_and_nothing_else() {
    let engine = engine();
    let placements = placements();
    let complaints: Vec<String> = placements.iter().filter_map(|placement| complaint(engine, placement)).collect();
    holds(&complaints, placements.len());
}

/// What is wrong with what the engine finds in this placement.
fn complaint(engine: &unleak::engine::Engine, placement: &Placement) -> Option<String> {
    let mut sightings = found(engine, &placement.bytes).sightings;
    sightings.sort_by_key(|sighting| sighting.span);
    let same = sightings.len() == placement.expected.len()
        && sightings.iter().zip(&placement.expected).all(|(sighting, expected)| {
            let end = expected.start + expected.key.len();
            sighting.verdict == Verdict::Real
                && *sighting.rule == *expected.rule
                && sighting.secret == Secret::new(&expected.key)
                && (sighting.span.start, sighting.span.end) == (expected.start as u64, end as u64)
                && sighting.start == position(&placement.bytes, expected.start)
                && sighting.end == position(&placement.bytes, end)
        });
    let seen: Vec<_> = sightings.iter().map(|seen| (&seen.rule, seen.span, &seen.verdict, &seen.start)).collect();
    let wanted: Vec<_> = placement.expected.iter().map(|wanted| (wanted.start, wanted.key.len())).collect();
    (!same).then(|| format!("{}: {}\n  wanted {wanted:?}\n  found  {seen:?}", placement.file, placement.what))
}

#[test]
fn the_program_finds_every_key_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let placements = placements();
    for placement in placements {
        fs::write(folder.path().join(&placement.file), &placement.bytes).unwrap();
    }
    let said = unleak(folder.path(), ["scan", ".", "--format", "json"]);
    assert_eq!((said.status, &said.stderr[..]), (Some(1), ""));
    let told = told(&said.json());
    let complaints: Vec<String> = placements
        .iter()
        .filter(|placement| told.get(&placement.file) != Some(&wanted(placement)))
        .map(|placement| {
            let (wanted, told) = (wanted(placement), told.get(&placement.file));
            format!("{}: {}\n  wanted {wanted:?}\n  told   {told:?}", placement.file, placement.what)
        })
        .collect();
    holds(&complaints, placements.len());
    assert_eq!(told.len(), placements.len());
}

/// One place of a report: rule, fingerprint, line, column, offset, length.
type Told = (String, String, u64, u64, u64, u64);

/// The places in a report, by file.
fn told(report: &Value) -> BTreeMap<String, Vec<Told>> {
    let mut told: BTreeMap<String, Vec<Told>> = BTreeMap::new();
    for leak in report["leaks"].as_array().unwrap() {
        for place in leak["sightings"].as_array().unwrap() {
            let number = |field: &str| place[field].as_u64().unwrap();
            told.entry(text(&place["path"])).or_default().push((
                text(&leak["rule"]),
                text(&leak["fingerprint"]),
                number("line"),
                number("column"),
                number("offset"),
                number("length"),
            ));
        }
    }
    told.values_mut().for_each(|places| places.sort_by_key(|place| place.4));
    told
}

fn wanted(placement: &Placement) -> Vec<Told> {
    let path = Path::new(&placement.file).as_os_str().as_encoded_bytes();
    let one = |expected: &Expected| {
        let fingerprint = Secret::new(&expected.key).fingerprint(&[expected.rule.as_bytes(), path]);
        let Position { line, column } = position(&placement.bytes, expected.start);
        let (offset, length) = (expected.start as u64, expected.key.len() as u64);
        (expected.rule.to_owned(), fingerprint.as_str().to_owned(), line, column, offset, length)
    };
    placement.expected.iter().map(one).collect()
}
