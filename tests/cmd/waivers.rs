//! Waivers: a mark on the line accepts a leak. It is counted and shown, never silently gone.

use tempfile::TempDir;

use super::support::{made, project_key, text, unleak, write};

const MARKS: [&str; 5] =
    ["unleak:allow-live", "unleak:allow", "gitleaks:allow", "pragma: allowlist secret", "trufflehog:ignore"];

fn waived() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (number, mark) in MARKS.iter().enumerate() {
        let key = project_key(number as u64);
        write(folder.path(), format!("{number}.env"), format!("A=1\nOPENAI_API_KEY={key} # {mark}: a test key\n"));
    }
    folder
}

#[test]
fn all_marks_accept_and_are_counted() {
    let folder = waived();
    let said = unleak(folder.path(), ["--format", "json"]);
    let report = said.json();
    assert_eq!((said.status, text(&report["outcome"])), (Some(0), "clean".to_owned()));
    assert_eq!((&report["summary"]["waived"], &report["summary"]["leaks"]), (&5.into(), &0.into()));
    let told: Vec<(String, String)> = report["waived"]
        .as_array()
        .unwrap()
        .iter()
        .map(|waived| (text(&waived["sighting"]["path"]), text(&waived["waiver"]["mark"])))
        .collect();
    let wanted: Vec<(String, String)> =
        MARKS.iter().enumerate().map(|(number, mark)| (format!("{number}.env"), (*mark).to_owned())).collect();
    assert_eq!(told, wanted);
}

#[test]
fn a_person_is_told_how_many_and_sees_them_when_asked() {
    let folder = waived();
    let brief = unleak(folder.path(), ["scan"]).stdout;
    assert!(brief.contains("5 waived"), "{brief}");
    let full = unleak(folder.path(), ["--verbose"]).stdout;
    for (number, mark) in MARKS.iter().enumerate() {
        assert!(full.contains(&format!("{number}.env:2:16")) && full.contains(mark), "{full}");
    }
}

#[test]
fn marks_can_be_passed_over() {
    let folder = waived();
    let said = unleak(folder.path(), ["--no-inline-waivers", "--format", "json"]);
    assert_eq!((said.status, &said.json()["summary"]["leaks"]), (Some(1), &5.into()));
}

#[test]
fn a_mark_counts_only_on_its_own_line_and_outside_of_the_secret() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "above.env", format!("# unleak:allow\nKEY={}\n# unleak:allow\n", project_key(1)));
    write(folder.path(), "other.env", format!("KEY={} # unleak: allow\n", project_key(2)));
    assert_eq!(unleak(folder.path(), ["--format", "json"]).json()["summary"]["leaks"], 2);
}

#[test]
fn a_waived_place_waives_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let key = project_key(1);
    write(folder.path(), "a.env", format!("A={key} # unleak:allow\nB={key}\n"));
    let said = unleak(folder.path(), ["--format", "json"]);
    let summary = &said.json()["summary"];
    assert_eq!((said.status, &summary["waived"], &summary["sightings"]), (Some(1), &1.into(), &1.into()));
}

#[test]
fn noise_needs_no_waiver() {
    let folder = tempfile::tempdir().unwrap();
    let placeholder = made("sk-proj-{repeat:x:74}T3Blbk{=FJ}{repeat:x:74} # unleak:allow", 1);
    write(folder.path(), "a.env", placeholder);
    let summary = &unleak(folder.path(), ["--format", "json"]).json()["summary"];
    assert_eq!((&summary["waived"], &summary["noise"]), (&0.into(), &1.into()));
}
