//! Names that hold secrets: a file may be called after a key, and reports show paths. Every secret that was seen in a name
//! is replaced by its mask in all names of the ledger.

use std::path::{Path, PathBuf};

use super::given::{Given, look_at};
use super::pipeline::ScanOptions;
use super::ruleset::{RuleChoice, load_rules};
use crate::engine::decode::Limits;
use crate::engine::{KeepNoise, ObeyMarks};
use crate::words::{GitObject, Ledger, Life, Mask, ObjectKind, Origin, Secret, Sighting};

/// `text` without the secrets that were seen in names: for paths that a person typed.
#[must_use]
pub fn without_secrets(ledger: &Ledger, mut text: String) -> String {
    Hider::of(ledger).text(&mut text);
    text
}

/// `text` without the keys that the built-in rules find in it: for complaints, which quote what a person typed.
#[must_use]
pub fn without_keys(mut text: String) -> String {
    let Ok(rules) = load_rules(&RuleChoice::default()) else { return text };
    let limits = Limits { depth: 0, ..Limits::default() };
    let options = ScanOptions { noise: KeepNoise::Counted, marks: ObeyMarks::No, limits };
    let (ledger, _) = look_at(Given(vec![(Origin::Stdin, text.clone().into_bytes())]), rules, options);
    for sighting in ledger.leaks.iter().flat_map(|leak| leak.sightings.iter()) {
        if let Some(hidden) = sighting.secret.hide_in(&text, &sighting.mask) {
            text = hidden;
        }
    }
    text
}

/// Hides the secrets that were seen in names.
pub(super) fn hide_in_names(ledger: &mut Ledger) {
    let hider = Hider::of(ledger);
    if hider.secrets.is_empty() {
        return;
    }
    for leak in &mut ledger.leaks {
        leak.sightings.place(|origin| hider.origin(origin));
        leak.life.iter_mut().for_each(|life| hider.life(life));
    }
    ledger.waived.iter_mut().for_each(|waived| hider.origin(&mut waived.sighting.origin));
    ledger.noise.iter_mut().for_each(|sighting| hider.origin(&mut sighting.origin));
    for skipped in &mut ledger.skipped {
        hider.text(&mut skipped.what);
        hider.text(&mut skipped.why);
    }
}

/// Replaces secrets by their masks.
struct Hider {
    secrets: Vec<(Secret, Mask)>,
}

impl Hider {
    /// Of the secrets that a ledger knows from names: of files and references, and of authors, who stand in commits.
    fn of(ledger: &Ledger) -> Self {
        let named = |sighting: &&Sighting| match &sighting.origin {
            Origin::TreeName(_) | Origin::RefName(_) => true,
            Origin::Object(GitObject { kind, .. }) => matches!(kind, ObjectKind::Commit | ObjectKind::Tag),
            _ => false,
        };
        let leaks = ledger.leaks.iter().flat_map(|leak| leak.sightings.iter());
        let others = ledger.waived.iter().map(|waived| &waived.sighting).chain(&ledger.noise);
        let all = leaks.chain(others).filter(named);
        let mut secrets: Vec<(Secret, Mask)> = all.map(|seen| (seen.secret.clone(), seen.mask.clone())).collect();
        secrets.sort();
        secrets.dedup();
        Self { secrets }
    }

    fn origin(&self, origin: &mut Origin) {
        match origin {
            Origin::File(path) | Origin::Index(path) | Origin::TreeName(path) => self.path(path),
            Origin::Object(object) => object.path.iter_mut().for_each(|path| self.path(path)),
            Origin::RefName(name) => self.text(name),
            Origin::Stdin => {}
        }
    }

    fn life(&self, life: &mut Life) {
        life.refs.iter_mut().for_each(|name| self.text(name));
        let commits = life.introduced.iter_mut().chain(&mut life.removed);
        commits.for_each(|commit| self.text(&mut commit.author));
        for place in &mut life.places {
            place.path.iter_mut().chain(&mut place.paths).for_each(|path| self.path(path));
        }
    }

    fn path(&self, path: &mut PathBuf) {
        let shown = path.to_string_lossy().into_owned();
        let mut hidden = shown.clone();
        self.text(&mut hidden);
        if hidden != shown {
            *path = Path::new(&hidden).to_owned();
        }
    }

    fn text(&self, text: &mut String) {
        for (secret, mask) in &self.secrets {
            if let Some(hidden) = secret.hide_in(text, mask) {
                *text = hidden;
            }
        }
    }
}
