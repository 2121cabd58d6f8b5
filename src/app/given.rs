//! Bytes that are here already, as a source: what a commit held, read once more for one question.

use super::pipeline::{ScanOptions, scan};
use crate::rules::RuleSet;
use crate::words::{Blob, Ledger, Origin, Progress, SinkMaker, Source};

/// Blobs with where they come from.
pub(super) struct Given(pub(super) Vec<(Origin, Vec<u8>)>);

impl Source for Given {
    fn pour<'s>(&self, sink: &SinkMaker<'s>) {
        let mut sink = sink();
        for (origin, bytes) in &self.0 {
            sink.blob(&Blob::whole(origin, bytes));
            sink.done(bytes.len() as u64);
        }
    }
}

/// What is found in them.
pub(super) fn look_at(given: Given, rules: RuleSet, options: ScanOptions) -> (Ledger, RuleSet) {
    scan(&[Box::new(given)], rules, options, None, &Progress::default())
}
