//! `unleak incident`: everything a person needs, and no secret.

use std::process::Command;

use regex_automata::meta::Regex;

use crate::Scene;
use crate::support::{made, project_key, unleak, write};

fn git(scene: &Scene, arguments: &[&str]) {
    let mut git = Command::new("git");
    git.current_dir(scene.path()).args(["-c", "user.name=a", "-c", "user.email=a@example.com"]).args(arguments);
    let said = git.output().unwrap();
    assert!(said.status.success(), "{said:?}");
}

#[test]
fn it_tells_what_leaked_what_was_done_and_what_is_left() {
    let scene = Scene::new(&[&project_key(1)]);
    let at = scene.path();
    std::fs::remove_file(at.join("report.json")).unwrap();
    write(at, "src/a|b.py", format!("client = OpenAI(api_key=\"{}\")\n", project_key(1)));
    git(&scene, &["init", "-q", "-b", "main"]);
    git(&scene, &["add", "."]);
    git(&scene, &["commit", "-qm", "first"]);
    git(&scene, &["update-ref", "refs/remotes/origin/main", "HEAD"]);
    let report = unleak(at, ["history", "--format", "json"]).stdout;
    write(at, "report.json", report);
    scene.organization.add("key_leaked", &project_key(1), "proj_web", "user", "user-ada");

    let live = scene.run(&["incident", "report.json"]);
    assert_eq!(live.status, Some(0), "{}{}", live.stdout, live.stderr);
    for part in [
        "1 not known to be dead",
        "- [ ] The key is dead.",
        "**Pushed:** yes",
        "refs/heads/main",
        "**What it did:** Not used",
    ] {
        assert!(live.stdout.contains(part), "{part}: {}", live.stdout);
    }
    assert!(live.stdout.contains("| src/a\\|b.py | `os.environ[\"OPENAI_API_KEY\"]` |"), "{}", live.stdout);

    assert_eq!(scene.run(&["revoke", "report.json", "--apply", "--yes"]).status, Some(0));
    let dead = scene.run(&["incident", "report.json", "--output", "incident.md"]);
    assert!(dead.status == Some(0) && dead.stdout.is_empty(), "{}", dead.stderr);
    let text = std::fs::read_to_string(at.join("incident.md")).unwrap();
    for part in [
        "0 not known to be dead",
        "**What was done:** revoked",
        "- [x] The key is dead.",
        "delete-key | done | key\\_leaked",
        "prove-death | done",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains(&project_key(1)[12..30]));
    let offline = scene.run(&["incident", "report.json", "--offline"]);
    assert!(offline.stdout.contains("0 not known to be dead") && offline.stdout.contains("nobody was asked"));
}

#[test]
fn the_recipe_names_the_key_and_no_other_of_its_kind() {
    let keys = [project_key(1), made("sk-svcacct-{openai:57/58}", 2)];
    let scene = Scene::new(&[&keys[0], &keys[1]]);
    let text = scene.run(&["incident", "report.json", "--offline"]).stdout;
    let lines: Vec<&str> =
        text.lines().filter_map(|line| line.trim().strip_prefix("regex:")?.strip_suffix("==>REMOVED")).collect();
    assert_eq!(lines.len(), 2, "{text}");
    for key in &keys {
        let hits = lines.iter().filter(|line| Regex::new(line).unwrap().is_match(&format!("A=\"{key}\";")));
        assert_eq!(hits.count(), 1);
    }
    let other = project_key(9);
    assert!(lines.iter().all(|line| !Regex::new(line).unwrap().is_match(&other)));
}
