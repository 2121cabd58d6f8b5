//! A sink that looks at each blob in both ways, as an heir and plainly, and compares what is found.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use unleak::engine::{Engine, Found, Scanner};
use unleak::words::{Blob, Heritage, LeftOut, Sighting, Sink, Skipped, Watches};

/// What was compared.
#[derive(Debug, Default)]
pub(crate) struct Compared {
    /// Blobs.
    pub(crate) blobs: AtomicU64,
    /// Those of them that have a heritage.
    pub(crate) heirs: AtomicU64,
    /// What was found in them all, noise included.
    pub(crate) finds: AtomicU64,
    /// Blobs in which the two ways differ.
    pub(crate) differences: AtomicU64,
}

/// One thread's sink.
pub(crate) struct Twice<'e> {
    heir: Scanner<'e>,
    plain: Scanner<'e>,
    compared: Arc<Compared>,
}

impl<'e> Twice<'e> {
    /// A sink that uses an engine in both ways.
    pub(crate) fn new(engine: &'e Engine, compared: Arc<Compared>) -> Self {
        Self { heir: engine.scanner(), plain: engine.scanner(), compared }
    }
}

/// All that was found, as text. Snippets are left out: what else is masked in them may depend on where the search for
/// escapes set its feet.
fn told(found: &Found) -> (Vec<String>, BTreeMap<String, u64>, u64) {
    let tell = |sighting: &Sighting| {
        let sighting = Sighting { snippet: String::new(), ..sighting.clone() };
        format!("{sighting:?} {}", sighting.fingerprint())
    };
    let sightings = found.sightings.iter().map(tell).collect();
    let noise = found.noise.iter().map(|(key, count)| (format!("{key:?}"), *count)).collect();
    (sightings, noise, found.unopened)
}

impl Sink for Twice<'_> {
    fn blob(&mut self, _: &Blob<'_>) {}

    fn heir(&mut self, blob: &Blob<'_>, heritage: Option<&Heritage<'_>>, watches: &mut Watches) {
        let (mut heir, mut plain) = (Found::default(), Found::default());
        self.heir.scan_heir(blob, heritage, watches, &mut heir);
        self.plain.scan(blob, &mut plain);
        let (heir, plain) = (told(&heir), told(&plain));
        let Compared { blobs, heirs, finds, differences } = &*self.compared;
        blobs.fetch_add(1, Ordering::Relaxed);
        heirs.fetch_add(heritage.is_some().into(), Ordering::Relaxed);
        finds.fetch_add(plain.0.len() as u64 + plain.1.values().sum::<u64>(), Ordering::Relaxed);
        if heir != plain && differences.fetch_add(1, Ordering::Relaxed) < 5 {
            let only = |one: &[String], other: &[String]| -> Vec<String> {
                one.iter().filter(|it| !other.contains(it)).cloned().collect()
            };
            let (as_heir, plainly) = (only(&heir.0, &plain.0), only(&plain.0, &heir.0));
            eprintln!("{:?}\nonly as an heir: {as_heir:#?}\nonly plainly: {plainly:#?}", blob.origin);
        }
    }

    fn done(&mut self, _: u64) {}
    fn skipped(&mut self, _: Skipped) {}
    fn left_out(&mut self, _: LeftOut) {}
}
