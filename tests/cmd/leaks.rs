//! What a person sees of a leak, what `--noise` and `--quiet` change, and where a report goes.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::support::{made, places, project_key, text, unleak, write};

fn leaky() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let key = project_key(1);
    write(folder.path(), ".env", format!("# production\nOPENAI_API_KEY={key}\n"));
    write(folder.path(), "src/app.py", format!("client = OpenAI(api_key=\"{key}\")\n"));
    write(folder.path(), "docs/setup.md", made("Use sk-proj-{repeat:x:74}T3Blbk{=FJ}{repeat:x:74}.\n", 1));
    folder
}

/// The human report, without its seconds.
fn human(folder: &Path, arguments: &[&str]) -> String {
    let said = unleak(folder, arguments);
    assert_eq!(said.stderr, "", "{arguments:?}");
    said.stdout
}

#[test]
fn a_leak_is_told_with_what_it_is_where_it_stands_and_what_to_do() {
    let folder = leaky();
    let told = human(folder.path(), &["scan"]);
    let tail = &project_key(1)[160..];
    for part in [
        "openai-project-key",
        "OpenAI project key",
        "critical",
        ".env:2:16",
        "src/app.py:1:26",
        "https://platform.openai.com/api-keys",
        "1 critical leak at 2 places (3 files read",
        "next:",
        &format!("OPENAI_API_KEY=sk-proj-…{tail}"),
    ] {
        assert!(told.contains(part), "{part}:\n{told}");
    }
    assert!(!told.contains("setup.md"), "{told}");
}

#[test]
fn one_key_in_two_files_is_one_leak() {
    let folder = leaky();
    let report = unleak(folder.path(), ["--format", "json"]).json();
    assert_eq!(report["summary"]["leaks"], 1);
    assert_eq!(report["summary"]["sightings"], 2);
    let paths: Vec<String> = places(&report).into_iter().map(|(path, _)| path).collect();
    assert_eq!(paths, [".env", "src/app.py"]);
    assert_eq!(text(&report["leaks"][0]["masked"]), format!("sk-proj-…{}", &project_key(1)[160..]));
}

#[test]
fn noise_is_counted_always_and_listed_when_asked_for() {
    let folder = leaky();
    let brief = unleak(folder.path(), ["--format", "json"]).json();
    assert_eq!((&brief["summary"]["noise"], brief["noise"].as_array().map(Vec::len)), (&1.into(), Some(0)));
    let full = unleak(folder.path(), ["--format", "json", "--noise"]).json();
    assert_eq!(
        (&full["summary"]["noise"], text(&full["noise"][0]["sighting"]["path"])),
        (&1.into(), "docs/setup.md".into())
    );
    let told = human(folder.path(), &["--noise"]);
    assert!(told.contains("docs/setup.md:1:5") && told.contains("a placeholder: few different characters"), "{told}");
}

#[test]
fn every_format_is_told_the_same() {
    let folder = leaky();
    let json = unleak(folder.path(), ["--format", "json"]).json();
    let lines = unleak(folder.path(), ["--format", "jsonl"]);
    let first: serde_json::Value = serde_json::from_str(lines.stdout.lines().next().unwrap()).unwrap();
    assert_eq!(first["fingerprint"], json["leaks"][0]["fingerprint"]);
    let sarif = unleak(folder.path(), ["--format", "sarif"]).json();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let rules: Vec<&serde_json::Value> = results.iter().map(|result| &result["ruleId"]).collect();
    assert_eq!(rules, ["openai-project-key", "openai-project-key"]);
}

#[test]
fn quiet_says_nothing_only_if_there_is_nothing() {
    let folder = leaky();
    assert_eq!(human(folder.path(), &["--quiet", "docs"]), "");
    assert!(human(folder.path(), &["--quiet"]).contains("openai-project-key"));
    assert!(human(folder.path(), &["--quiet", "nowhere"]).contains("nowhere"));
}

#[test]
fn a_report_in_a_file_has_no_colour_and_leaves_standard_output_empty() {
    let folder = leaky();
    let out = tempfile::tempdir().unwrap();
    let path = out.path().join("report.txt");
    let said = unleak(folder.path(), ["--color", "always", "--output", path.to_str().unwrap()]);
    assert_eq!((said.status, &said.stdout[..], &said.stderr[..]), (Some(1), "", ""));
    let written = fs::read_to_string(path).unwrap();
    assert!(written.contains("openai-project-key") && !written.contains('\u{1b}'), "{written}");
    assert!(human(folder.path(), &["--color", "always"]).contains('\u{1b}'));
    assert!(!human(folder.path(), &["scan"]).contains('\u{1b}'));
}

#[test]
fn a_report_that_cannot_be_written_is_told_before_anything_is_read() {
    let folder = leaky();
    for path in ["nowhere/report.json", "src", "src/app.py/report.json"] {
        let said = unleak(folder.path(), ["--output", path]);
        assert_eq!((said.status, &said.stdout[..]), (Some(2), ""), "{path}");
        assert!(
            said.stderr.starts_with(&format!("error: the report could not be written to {path}: ")),
            "{}",
            said.stderr
        );
    }
}
