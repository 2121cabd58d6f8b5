//! Folders of tests and examples: what stands in them alone is mostly made up, and counts for one step less. It is
//! reported all the same, with the reason.
//!
//! What proves that it was issued keeps its weight wherever it stands: a key with OpenAI's marker in its middle or with a
//! right checksum was made up by nobody, and neither was one that its issuer says is alive.

use crate::rules::spec::CheckSpec;
use crate::rules::{Rule, RuleSet};
use crate::words::{Leak, Liveness, Lowered, Severity};

/// The last words of the names of folders that hold tests and examples, in lower case: `tests`, `my-app-tests`,
/// `Acme.Tests`, `__fixtures__`, `dockerTest`.
const FOLDERS: &[&str] = &[
    "test",
    "tests",
    "testing",
    "testdata",
    "testcase",
    "testcases",
    "testsuite",
    "spec",
    "specs",
    "e2e",
    "fixture",
    "fixtures",
    "mock",
    "mocks",
    "snapshots",
    "example",
    "examples",
    "sample",
    "samples",
    "demo",
    "demos",
];

/// Lowers the severity of a leak by one step if all paths of its sightings, those of each in `paths`, lead through such
/// folders.
pub(super) fn lower(leak: &mut Leak, rules: &RuleSet, paths: &[Vec<String>]) {
    let live = leak.verified.as_ref().is_some_and(|said| matches!(said.liveness, Liveness::Live(_)));
    if live || rules.get(&leak.rule).is_none_or(proves) {
        return;
    }
    let severity = match leak.severity {
        Severity::Critical => Severity::High,
        Severity::High => Severity::Medium,
        Severity::Medium => Severity::Low,
        Severity::Low => return,
    };
    let mut folders = paths.iter().map(|paths| folder_of_all(paths));
    let Some(Some(folder)) = folders.next() else { return };
    if folders.all(|folder| folder.is_some()) {
        leak.lowered = Some(Lowered { from: leak.severity, folder });
        leak.severity = severity;
    }
}

/// Whether the form of a rule's secrets proves that they were issued.
fn proves(rule: &Rule) -> bool {
    let proof = |check: &CheckSpec| {
        matches!(
            check,
            CheckSpec::OpenaiHalves(_) | CheckSpec::CaskChecksum | CheckSpec::AzureChecksum(_) | CheckSpec::Crc32(_)
        )
    };
    rule.spec().checks.iter().any(proof)
}

/// The folder of tests that the first of these paths leads through, if all lead through one.
fn folder_of_all(paths: &[String]) -> Option<String> {
    let mut folders = paths.iter().map(|path| folder(path));
    let first = folders.next()??;
    folders.all(|folder| folder.is_some()).then(|| first.to_owned())
}

/// The first folder of tests on a path.
fn folder(path: &str) -> Option<&str> {
    let (folders, _) = path.rsplit_once('/')?;
    folders.split('/').find(|name| {
        let last = name.trim_matches('_').rsplit(['-', '_', '.']).next().unwrap_or_default();
        FOLDERS.iter().any(|word| ends_in_word(last, word))
    })
}

/// Whether a name is a word, or ends in it where its letters' case parts words: `test` ends `dockerTest` and `APITest`, and
/// neither `latest` nor `Protest`.
fn ends_in_word(name: &str, word: &str) -> bool {
    let Some(begin) = name.len().checked_sub(word.len()) else { return false };
    let (before, end) = name.as_bytes().split_at(begin);
    let is_new = || match (before.last(), end) {
        (Some(letter), [first, second, ..]) => {
            first.is_ascii_uppercase() && (!letter.is_ascii_uppercase() || second.is_ascii_lowercase())
        }
        _ => true,
    };
    end.eq_ignore_ascii_case(word.as_bytes()) && is_new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_tests_are_known_by_their_last_word() {
        for (path, name) in [
            ("tests/key.pem", "tests"),
            ("src/test/resources/a.yml", "test"),
            ("app/__fixtures__/a.json", "__fixtures__"),
            ("Acme.Tests/Key.cs", "Acme.Tests"),
            ("my-app-e2e/a.ts", "my-app-e2e"),
            ("examples/tests/a", "examples"),
            ("src/dockerTest/resources/a.pem", "dockerTest"),
            ("src/intTest/a", "intTest"),
            ("core/integrationTest/a", "integrationTest"),
            ("src/testFixtures/java/a", "testFixtures"),
            ("src/APITest/a", "APITest"),
            ("app/shopE2E/a", "shopE2E"),
            ("größeTest/a", "größeTest"),
        ] {
            assert_eq!(folder(path), Some(name), "{path}");
        }
        for path in [
            "tests",
            "src/tests.rs",
            "latest/a",
            "contest/a",
            "test-utils/a",
            "specials/a",
            "Protest/a",
            "CONTEST/a",
            "Latest/a",
        ] {
            assert_eq!(folder(path), None, "{path}");
        }
    }

    #[test]
    fn every_path_has_to_lead_through_one() {
        let paths = |paths: &[&str]| folder_of_all(&paths.iter().map(|path| (*path).to_owned()).collect::<Vec<_>>());
        assert_eq!(paths(&["tests/a", "spec/a"]).as_deref(), Some("tests"));
        assert_eq!(paths(&["tests/a", "src/a"]), None);
        assert_eq!(paths(&[]), None);
    }
}
