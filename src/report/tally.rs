//! The numbers of a run in words, the same in every format that people read.

use std::collections::HashMap;

use super::{Report, count, grouped};
use crate::words::{Outcome, RuleId, Severity};

impl Report<'_> {
    /// `3 leaks (1 critical, 2 low) at 19 places`, `1 critical leak at 1 place`
    pub(super) fn found(&self) -> String {
        let leaks = &self.ledger.leaks;
        let places: usize = leaks.iter().map(|leak| leak.sightings.len()).sum();
        let kinds: Vec<String> = self
            .by_severity()
            .into_iter()
            .filter(|&(_, number)| number > 0)
            .map(|(severity, number)| format!("{} {}", grouped(number), severity.as_str()))
            .collect();
        let places = count(places as u64, "place", "places");
        match kinds.as_slice() {
            [only] => format!("{only} {} at {places}", if leaks.len() == 1 { "leak" } else { "leaks" }),
            _ => format!("{} ({}) at {places}", count(leaks.len() as u64, "leak", "leaks"), kinds.join(", ")),
        }
    }

    /// What the run comes down to: what was found, or that nothing was.
    pub(super) fn verdict(&self) -> String {
        match self.ledger.outcome() {
            Outcome::Clean if self.ledger.inputs.blobs == 0 => "there was nothing to read".to_owned(),
            Outcome::Clean if !self.ledger.leaks.is_empty() => format!("{}, none of which counts", self.verified()),
            Outcome::Clean => "no leak".to_owned(),
            Outcome::Leaks => self.verified(),
            Outcome::Incomplete if !self.ledger.leaks.is_empty() => {
                let undecided = self.ledger.leaks.iter().filter(|leak| self.ledger.fail_on.is_undecided(leak)).count();
                let undecided = (undecided > 0).then(|| format!("{undecided} of them could not be decided"));
                let unread = (!self.ledger.skipped.is_empty()).then(|| self.unread());
                let why: Vec<String> = undecided.into_iter().chain(unread).collect();
                format!("{}, and {}", self.verified(), why.join(", "))
            }
            Outcome::Incomplete => format!("no leak, but {}", self.unread()),
        }
    }

    /// What was found, and how much of it is alive.
    fn verified(&self) -> String {
        match self.lives() {
            Some(lives) => format!("{}; {lives}", self.found()),
            None => self.found(),
        }
    }

    /// `1 new inline mark`, where a range brought one in that its base does not have.
    pub(super) fn new_marks(&self) -> Option<String> {
        let marks = self.ledger.new_marks.filter(|&marks| marks > 0)?;
        Some(count(marks, "new inline mark", "new inline marks"))
    }

    /// `2 inputs were not read`
    pub(super) fn unread(&self) -> String {
        count(self.ledger.skipped.len() as u64, "input was not read", "inputs were not read")
    }

    /// `1,234 files (56.7 MB)`
    pub(super) fn read(&self) -> String {
        format!("{} ({})", self.inputs(), size(self.ledger.inputs.bytes))
    }

    /// `1,234 files`; what a repository holds is not only files: `233,478 objects`
    pub(super) fn inputs(&self) -> String {
        let (one, many) = match self.run.command.as_str() {
            "history" | "range" => ("object", "objects"),
            _ => ("file", "files"),
        };
        count(self.ledger.inputs.blobs, one, many)
    }

    /// How many leaks of each severity there are, the worst first.
    pub(super) fn by_severity(&self) -> [(Severity, u64); 4] {
        [Severity::Critical, Severity::High, Severity::Medium, Severity::Low].map(|severity| {
            let number = self.ledger.leaks.iter().filter(|leak| leak.severity == severity).count();
            (severity, number as u64)
        })
    }

    /// How many leaks of each rule there are, in the order of the leaks: the worst first.
    pub(super) fn by_rule(&self) -> Vec<(&RuleId, u64)> {
        let mut places = HashMap::new();
        let mut counts: Vec<(&RuleId, u64)> = Vec::new();
        for leak in &self.ledger.leaks {
            let place = *places.entry(&leak.rule).or_insert(counts.len());
            match counts.get_mut(place) {
                Some((_, count)) => *count += 1,
                None => counts.push((&leak.rule, 1)),
            }
        }
        counts
    }
}

/// A size in the units of disks: `999 B`, `56.7 MB`.
pub(super) fn size(bytes: u64) -> String {
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64;
    let mut unit = "B";
    for larger in ["kB", "MB", "GB", "TB"] {
        if value < 999.95 {
            break;
        }
        value /= 1000.0;
        unit = larger;
    }
    format!("{value:.1} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_at_a_glance() {
        let sizes = [0, 999, 1000, 56_700_000, 999_999, 8_100_000_000_000].map(size);
        assert_eq!(sizes, ["0 B", "999 B", "1.0 kB", "56.7 MB", "1.0 MB", "8.1 TB"]);
    }
}
