//! The reports for code hosts, CI systems and spreadsheets.

use serde_json::Value;
use unleak::report::{Detail, Format, Run};
use unleak::words::{Ledger, Severity, Sightings, Skipped};

use crate::{golden, ledgers, report};

fn noisy() -> Run {
    Run { noise: Detail::Full, began: Some(1_795_453_791), ..ledgers::run() }
}

#[test]
fn they_look_as_laid_down() {
    for (format, name) in [
        (Format::Github, "full.github"),
        (Format::Markdown, "full.md"),
        (Format::Gitlab, "full.gitlab.json"),
        (Format::Junit, "full.junit.xml"),
        (Format::Csv, "full.csv"),
        (Format::Html, "full.html"),
    ] {
        golden::check(&format!("tests/report/golden/{name}"), &report(format, &ledgers::full(), &noisy()));
    }
    golden::check("tests/report/golden/clean.md", &report(Format::Markdown, &ledgers::clean(), &noisy()));
    golden::check("tests/report/golden/incomplete.md", &report(Format::Markdown, &ledgers::incomplete(), &noisy()));
    golden::check("tests/report/golden/clean.junit.xml", &report(Format::Junit, &ledgers::clean(), &noisy()));
    golden::check("tests/report/golden/many.github", &report(Format::Github, &ledgers::many(12), &noisy()));
}

/// A ledger in which every text that somebody else may have written says `evil`.
pub(crate) fn spoiled(evil: &str) -> Ledger {
    let secret = ledgers::key("sk-proj-", 7);
    let line = format!("{evil} {{}} {evil}");
    let at = |path: &str| ledgers::sighting("openai-project-key", &secret, ledgers::file(path), 3, &line, 0);
    let places = vec![at(evil), at(&format!("a/{evil}/b"))];
    let mut ledger = ledgers::full();
    ledger.leaks = vec![ledgers::leak(Severity::Critical, places)];
    for sighting in ledger.noise.iter_mut().chain(ledger.waived.iter_mut().map(|waived| &mut waived.sighting)) {
        (sighting.origin, sighting.snippet) = (ledgers::file(evil), line.clone());
    }
    ledger.skipped = vec![Skipped { what: evil.to_owned(), why: "permission denied".to_owned() }];
    ledger
}

#[test]
fn a_path_is_no_workflow_command() {
    for evil in ["a\n::add-mask::x", "::stop-commands::x", "##[add-mask]x", "a\r::error::x", "a,line=9::x"] {
        let text = report(Format::Github, &spoiled(evil), &noisy());
        for line in text.lines() {
            let known = ["::error file=", "::error title=", "::warning title=accepted::", "unleak: "];
            let begins = known.iter().any(|begin| line.starts_with(begin));
            assert!(begins, "{line}");
            assert!(!line.contains("##["), "{line}");
            let properties = line.strip_prefix("::").and_then(|rest| rest.split_once("::")).map(|(before, _)| before);
            assert!(
                properties.is_none_or(|all| all.matches("line=").count() <= 1 || evil.contains("line=9")),
                "{line}"
            );
        }
        assert_eq!(text.lines().count(), 7, "{text}");
    }
}

#[test]
fn a_path_is_no_command_in_the_log_of_any_format() {
    let run = Run { places: Detail::Full, ..noisy() };
    for evil in ["##[add-mask]x", "::add-mask::x", "##vso[x]y"] {
        for format in Format::ALL {
            let text = report(format, &spoiled(evil), &run);
            assert!(!text.contains("##[") && !text.contains("##vso["), "{}: {text}", format.as_str());
            let begins = text.lines().any(|line| line.trim_start().starts_with("::add-mask"));
            assert!(!begins, "{}: {text}", format.as_str());
        }
    }
}

#[test]
fn github_is_given_no_more_annotations_than_it_shows() {
    for (number, shown) in [(1, 1), (9, 9), (10, 10), (2000, 10)] {
        let text = report(Format::Github, &ledgers::many(number), &noisy());
        assert_eq!(text.lines().filter(|line| line.starts_with("::error ")).count(), shown, "{number}");
    }
    let text = report(Format::Github, &ledgers::many(20), &noisy());
    assert!(text.contains("title=13 findings more::GitHub shows 10 annotations of a kind"), "{text}");
    assert_eq!(text.lines().filter(|line| line.starts_with("error: ")).count(), 13);
}

#[test]
fn a_path_is_no_markdown() {
    for evil in ["`</details><img src=x>", "a|b", "[a](https://b)", "@everyone #1", "a\n\n# b", "<script>", "``` `"] {
        let text = report(Format::Markdown, &spoiled(evil), &noisy());
        let outside: String = text.lines().map(|line| line.split('`').step_by(2).collect::<String>() + "\n").collect();
        for mark in ["<img", "<script", "@everyone", "https://b", "# b"] {
            assert!(!outside.contains(mark), "{evil}: {outside}");
        }
        assert!(text.lines().all(|line| line.matches('`').count().is_multiple_of(2)), "{evil}: {text}");
        let cells = text.lines().filter(|line| line.starts_with("| ")).map(|line| line.matches('|').count());
        assert!(cells.clone().all(|bars| bars == 5) && cells.count() == 2, "{evil}: {text}");
    }
}

#[test]
fn markdown_fits_into_a_comment() {
    let text = report(Format::Markdown, &ledgers::many(5000), &noisy());
    assert!(text.len() < 65_000, "{}", text.len());
    assert!(text.contains("_4,900 leaks more not shown here"), "{}", &text[..2000]);
    let mut wide = ledgers::many(1);
    let first = wide.leaks[0].sightings.first().clone();
    let mut sightings = Sightings::new(first.clone());
    for line in 1..5000 {
        let mut next = first.clone();
        next.start.line += line;
        sightings.push(next);
    }
    wide.leaks[0].sightings = sightings;
    let text = report(Format::Markdown, &wide, &noisy());
    assert!(text.contains("_4,950 places more not shown here"), "{text}");
    for tag in ["details", "summary"] {
        assert_eq!(text.matches(&format!("<{tag}>")).count(), text.matches(&format!("</{tag}>")).count());
    }
}

#[test]
fn gitlab_is_told_the_commit() {
    let document: Value = serde_json::from_str(&report(Format::Gitlab, &ledgers::history(), &noisy())).unwrap();
    assert_eq!(document["vulnerabilities"][0]["location"]["commit"]["sha"], "1a".repeat(20));
    assert_eq!(document["vulnerabilities"][0]["location"]["file"], "config/settings.py");
}

/// What GitLab's schema 15.0.7 asks for, in our words: its file is GitLab's.
#[test]
fn gitlab_gets_what_its_schema_asks_for() {
    for ledger in [ledgers::full(), ledgers::history(), ledgers::clean(), ledgers::incomplete(), ledgers::many(30)] {
        let text = report(Format::Gitlab, &ledger, &noisy());
        let document: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(document["version"], "15.0.7");
        let scan = &document["scan"];
        assert_eq!(scan["type"], "secret_detection");
        assert_eq!(scan["status"], if ledger.skipped.is_empty() { "success" } else { "failure" });
        assert_eq!(
            (&scan["start_time"], &scan["end_time"]),
            (&"2026-11-23T17:09:51".into(), &"2026-11-23T17:09:51".into())
        );
        for tool in ["analyzer", "scanner"] {
            for field in ["/id", "/name", "/version", "/vendor/name"] {
                assert!(scan[tool].pointer(field).is_some_and(|text| text.as_str() != Some("")), "{tool}{field}");
            }
        }
        let mut ids = std::collections::HashSet::new();
        for found in document["vulnerabilities"].as_array().unwrap() {
            assert!(ids.insert(found["id"].as_str().unwrap().to_owned()), "{found}");
            assert_eq!(found["id"].as_str().unwrap().len(), 36);
            assert!(found.get("raw_source_code_extract").is_none());
            assert!(found["identifiers"].as_array().is_some_and(|all| !all.is_empty()));
            assert!(found["location"]["commit"]["sha"].as_str().is_some_and(|sha| !sha.is_empty()));
            assert!(["Low", "Medium", "High", "Critical"].contains(&found["severity"].as_str().unwrap()));
        }
        let places: usize = ledger.leaks.iter().map(|leak| leak.sightings.len()).sum();
        assert_eq!(ids.len(), places);
    }
}

#[test]
fn a_path_is_no_xml() {
    for evil in ["\"><failure/>", "]]><x>", "a\u{0}b\u{ffff}", "<!--", "&amp;'"] {
        let text = report(Format::Junit, &spoiled(evil), &noisy());
        assert_eq!(text.matches("<failure ").count(), 2, "{text}");
        assert_eq!(text.matches("<testcase ").count(), 5, "{text}");
        assert!(!text.contains("<x>") && !text.contains("<!--") && !text.contains('\u{ffff}'), "{text}");
    }
}

#[test]
fn a_path_is_no_formula_and_no_row() {
    for evil in ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "a\"\r\n=1", "\t=1", "x\",=1"] {
        let text = report(Format::Csv, &spoiled(evil), &noisy());
        let rows: Vec<Vec<String>> = text.split_terminator("\r\n").map(cells).collect();
        assert_eq!(rows.len(), 1 + 2 + 2 + 2 + 1, "{text}");
        for row in &rows {
            assert_eq!(row.len(), 15, "{row:?}");
            assert!(row.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])), "{row:?}");
        }
    }
}

/// The cells of a row, as RFC 4180 reads it.
fn cells(row: &str) -> Vec<String> {
    let (mut cells, mut quoted) = (vec![String::new()], false);
    let mut characters = row.chars().peekable();
    while let Some(character) = characters.next() {
        let cell = cells.last_mut().unwrap();
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => cell.extend(characters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            _ => cell.push(character),
        }
    }
    cells
}
