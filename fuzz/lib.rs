//! What all fuzz targets share: a scan with small limits, after which all that was found has to make sense.

use std::cell::RefCell;
use std::time::Duration;

use unleak::app::{Limits, RuleChoice, load_rules};
use unleak::engine::{Engine, Found, KeepNoise, ObeyMarks, Options};
use unleak::words::{Blob, Origin};

thread_local! {
    static ENGINE: RefCell<Option<Engine>> = const { RefCell::new(None) };
}

/// Limits that keep each run short.
fn limits() -> Limits {
    Limits { decoded: 8 << 20, entries: 200, time: Duration::from_secs(5), ..Limits::default() }
}

/// Scans the bytes. A span outside of them is a mistake of the map.
pub fn scan(bytes: &[u8]) {
    ENGINE.with_borrow_mut(|engine| {
        let engine = engine.get_or_insert_with(|| {
            let rules = load_rules(&RuleChoice::default()).expect("the built-in rules are right");
            let (now, noise, marks) = (1_764_000_000, KeepNoise::Whole, ObeyMarks::Yes);
            Engine::new(rules, Options { now, noise, marks, limits: limits() })
        });
        let mut found = Found::default();
        engine.scanner().scan(&Blob::whole(&Origin::Stdin, bytes), &mut found);
        for sighting in &found.sightings {
            assert!(sighting.span.start <= sighting.span.end && sighting.span.end <= bytes.len() as u64);
            assert!(sighting.start <= sighting.end || !sighting.via.is_plain());
        }
    });
}
