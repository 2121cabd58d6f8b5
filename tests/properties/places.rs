//! Where a key stands: bytes, lines and columns, in any text and in any window of it.

use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::prelude::*;
use unleak::app::{Limits, RuleChoice, load_rules};
use unleak::engine::{Engine, Found, KeepNoise, ObeyMarks, Options};
use unleak::words::{Blob, Origin, Position, Secret, Sighting, Span};

use super::cases;
use super::support::{now, project_key};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let rules = load_rules(&RuleChoice::default()).unwrap();
    let (noise, marks) = (KeepNoise::Counted, ObeyMarks::No);
    Engine::new(rules, Options { now: now(), noise, marks, limits: Limits::default() })
});

fn scanned(blob: &Blob<'_>) -> Vec<Sighting> {
    let mut found = Found::default();
    ENGINE.scanner().scan(blob, &mut found);
    found.sightings
}

/// Line and column of a byte, counted from the beginning: the columns are characters, and bytes that are in none.
fn position(text: &[u8], at: usize) -> Position {
    let lines: Vec<&[u8]> = text[..at].split(|&byte| byte == b'\n').collect();
    let chunks = lines.last().unwrap().utf8_chunks();
    let columns: usize = chunks.map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum();
    Position { line: lines.len() as u64, column: columns as u64 + 1 }
}

/// What may stand between keys: lines, characters of all lengths, bytes that are no text, and long stretches, since lines are
/// counted from places that are far apart.
fn between() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        6 => "[a-z .\n]{0,40}".prop_map(String::into_bytes),
        3 => "[äß日本🙂é\n ]{0,20}".prop_map(String::into_bytes),
        2 => vec(0x80..=0xFFu8, 0..6),
        2 => Just(b"\r\n\n\n".to_vec()),
        1 => ("[äb日🙂]", 0..40_000usize).prop_map(|(text, times)| text.repeat(times).into_bytes()),
    ];
    vec(piece, 0..5).prop_map(|pieces| [&b" "[..], &pieces.concat(), b" "].concat())
}

/// A text with keys in it, and where each begins.
fn text() -> impl Strategy<Value = (Vec<u8>, Vec<usize>)> {
    (vec(between(), 2..7), 0..1000u64).prop_map(|(parts, seed)| {
        let (mut text, mut starts) = (Vec::new(), Vec::new());
        for (part, number) in parts.iter().zip(0..) {
            text.extend_from_slice(part);
            starts.push(text.len());
            text.extend(project_key(seed * 10 + number).into_bytes());
        }
        (text, starts)
    })
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn each_key_is_told_where_it_stands((text, starts) in text()) {
        let found = scanned(&Blob::whole(&Origin::Stdin, &text));
        prop_assert_eq!(found.iter().map(|seen| seen.span.start as usize).collect::<Vec<_>>(), starts);
        for seen in found {
            let (start, end) = (seen.span.start as usize, seen.span.end as usize);
            prop_assert!(seen.secret == Secret::new(&text[start..end]) && seen.span.len() as usize == seen.secret.len());
            prop_assert_eq!((seen.start, seen.end), (position(&text, start), position(&text, end)));
        }
    }

    #[test]
    fn a_window_tells_places_of_the_whole((text, starts) in text(), cut in any::<prop::sample::Index>()) {
        let begin = starts[cut.index(starts.len())]; // a window begins between two characters, as this one does
        let place = position(&text, begin);
        let bytes = &text[begin..];
        let (base, origin) = (begin as u64, Origin::Stdin);
        let (lines_before, column_before) = (place.line - 1, place.column - 1);
        let window = Blob { origin: &origin, bytes, own: 0..bytes.len(), base, lines_before, column_before };
        let places = |found: Vec<Sighting>| -> Vec<(Span, Position, Position)> {
            found.into_iter().map(|seen| (seen.span, seen.start, seen.end)).collect()
        };
        let mut whole = places(scanned(&Blob::whole(&Origin::Stdin, &text)));
        whole.retain(|(span, ..)| span.start >= base);
        prop_assert_eq!(places(scanned(&window)), whole);
    }

    #[test]
    fn what_is_not_the_windows_own_is_left_to_others((text, starts) in text(), from in 0..6usize, many in 0..6usize) {
        let at = |number: usize| starts.get(number).copied().unwrap_or(text.len());
        let own = at(from)..at(from + many);
        let origin = Origin::Stdin;
        let blob = Blob { own: own.clone(), ..Blob::whole(&origin, &text) };
        let found: Vec<usize> = scanned(&blob).iter().map(|seen| seen.span.start as usize).collect();
        prop_assert_eq!(found, starts.iter().copied().filter(|start| own.contains(start)).collect::<Vec<_>>());
    }

    #[test]
    fn spans_are_measured(base in 0..u64::MAX / 4, start in 0..usize::MAX / 4, len in 0..usize::MAX / 4) {
        let span = Span::at(base, &(start..start + len));
        prop_assert_eq!((span.len(), span.is_empty(), span.start), (len as u64, len == 0, base + start as u64));
    }
}
