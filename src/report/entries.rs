//! What entries of configs and baselines did, in sentences: the same in every format that people read. The many entries of
//! a baseline make one sentence, unless there is something to do about one of them.

use std::collections::BTreeMap;

use super::{Report, count};
use crate::words::{Entry, EntryKind, Standing};

/// A sentence about an entry.
pub(super) struct Remark {
    /// The file it stands in, and what it is called.
    pub(super) what: String,
    /// What it did, or what to do about it.
    pub(super) text: String,
    /// Whether there is something to do.
    pub(super) wanted: bool,
}

impl Report<'_> {
    /// What entries did: first what they hid, then what there is to do about them.
    pub(super) fn remarks(&self) -> Vec<Remark> {
        let entries = &self.ledger.entries;
        let did = |entry: &Entry| entry.standing == Standing::InForce || entry.waived > 0;
        let shown = |entry: &&Entry| entry.written.kind != EntryKind::Baseline && did(entry);
        let remark = |entry: &Entry, text: String, wanted| Remark {
            what: format!("{}: {}", entry.written.file, entry.written.name),
            text,
            wanted,
        };
        let mut remarks: Vec<Remark> =
            entries.iter().filter(shown).map(|entry| remark(entry, done(entry), false)).collect();
        let mut baselines: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
        for entry in entries.iter().filter(|entry| entry.written.kind == EntryKind::Baseline && entry.waived > 0) {
            let sum = baselines.entry(&entry.written.file).or_default();
            *sum = (sum.0 + 1, sum.1 + entry.waived);
        }
        remarks.extend(baselines.into_iter().map(|(file, (entries, waived))| Remark {
            what: file.to_owned(),
            text: format!("{} waived {}", count(entries, "entry", "entries"), count(waived, "place", "places")),
            wanted: false,
        }));
        let told = entries.iter().filter_map(|entry| Some((entry, entry.standing.advice()?)));
        remarks.extend(told.map(|(entry, advice)| remark(entry, advice.to_owned(), true)));
        remarks
    }
}

/// What one entry did.
fn done(entry: &Entry) -> String {
    let counts = [
        (entry.left_out, "input left out", "inputs left out"),
        (entry.waived, "place waived", "places waived"),
        (entry.weighed, "leak weighed by it", "leaks weighed by it"),
    ];
    let parts: Vec<String> =
        counts.into_iter().filter(|part| part.0 > 0).map(|(number, one, many)| count(number, one, many)).collect();
    match (parts.is_empty(), entry.written.kind) {
        (true, EntryKind::Limit) => "what lies deeper or is larger was not decoded".to_owned(),
        (true, _) => "nothing to do in this run".to_owned(),
        (false, _) => parts.join(", "),
    }
}
