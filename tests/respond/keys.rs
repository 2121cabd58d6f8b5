//! `unleak keys`: an organization's keys against a policy.

use crate::Scene;
use crate::support::{now, project_key};

fn scene() -> Scene {
    let scene = Scene::new(&[&project_key(1)]);
    crate::support::write(scene.path(), "copy.env", format!("KEY={}\n", project_key(1)));
    scene.report();
    scene.organization.add("key_leaked", &project_key(1), "proj_web", "user", "user-ada");
    scene.organization.add("key_robot", &project_key(2), "proj_batch", "service_account", "user-robot");
    scene
}

/// All keys were made in 2023 and used in November 2026.
const OLD: &str = "99999d";

#[test]
fn old_keys_and_leaked_ones_break_the_policy() {
    let scene = scene();
    let said = scene.run_plain(&["keys", "--max-unused", OLD]);
    assert_eq!(said.status, Some(1), "{}{}", said.stdout, said.stderr);
    assert!(said.stdout.contains("3 of 3 keys in 3 projects break the policy"), "{}", said.stdout);
    let said = scene.run_plain(&["keys", "--max-age", OLD, "--max-unused", OLD]);
    assert_eq!(said.status, Some(0), "{}{}", said.stdout, said.stderr);
    let said = scene.run_plain(&["keys", "report.json", "--max-age", OLD, "--max-unused", OLD]);
    assert_eq!(said.status, Some(1), "{}{}", said.stdout, said.stderr);
    assert!(said.stdout.starts_with("key_leaked") && said.stdout.contains("in 2 files"), "{}", said.stdout);
    let json =
        scene.run_plain(&["keys", "report.json", "--max-age", OLD, "--max-unused", OLD, "--format", "json"]).json();
    assert_eq!(json["keys"][0]["breaches"][0]["kind"], "leaked");
    assert_eq!(json["keys"][0]["breaches"][1]["kind"], "shared");
    assert!(json["keys"].as_array().unwrap().iter().skip(1).all(|key| key["breaches"].as_array().unwrap().is_empty()));
}

#[test]
fn planned_rotations_go_into_a_calendar_and_a_table() {
    let scene = scene();
    scene.organization.state().keys[2].name = "a, b; c\r\nBEGIN:VALARM | <b> ä".repeat(4);
    let said = scene.run_plain(&["keys", "--format", "ics"]);
    assert_eq!(said.status, Some(1));
    let lines: Vec<&str> = said.stdout.split("\r\n").collect();
    assert!(lines.iter().all(|line| line.len() <= 75 && !line.contains('\n')), "{}", said.stdout);
    assert_eq!(lines.iter().filter(|line| **line == "BEGIN:VEVENT").count(), 3);
    assert!(!lines.contains(&"BEGIN:VALARM"));
    let today = unleak::words::day(now().cast_signed()).replace('-', "");
    assert!(said.stdout.contains(&format!("DTSTART;VALUE=DATE:{today}")), "{}", said.stdout);
    let table = scene.run_plain(&["keys", "--format", "markdown"]);
    assert_eq!(table.stdout.lines().count(), 5, "{}", table.stdout);
    assert!(table.stdout.contains("\\<b\\>"), "{}", table.stdout);
}

#[test]
fn projects_that_could_not_be_listed_are_not_clean() {
    let scene = scene();
    let fault = crate::organization::Fault::Status(500);
    scene.organization.fail("GET /v1/organization/projects/proj_old/api_keys", fault, 9);
    let said = scene.run_plain(&["keys", "--max-age", OLD, "--max-unused", OLD]);
    assert_eq!(said.status, Some(2), "{}{}", said.stdout, said.stderr);
    assert!(said.stdout.contains("not seen") && said.stdout.contains("proj_old"), "{}", said.stdout);
}
