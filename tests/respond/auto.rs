//! `--auto-revoke` on scans: only what is certain, only so much, and each report says what became of each leak.

use serde_json::Value;

use crate::Scene;
use crate::organization::Fault;
use crate::support::{Said, made, project_key, unleak, write};

const AUTO: &[&str] = &["scan", ".", "--verify", "--no-cache", "--auto-revoke", "--auto-revoke-wait", "5"];

/// These keys leaked, and are the organization's: `key_0`, `key_1`, …
fn leaked(count: u64) -> Scene {
    let keys: Vec<String> = (0..count).map(project_key).collect();
    let scene = Scene::new(&keys.iter().map(String::as_str).collect::<Vec<_>>());
    for (number, key) in keys.iter().enumerate() {
        scene.organization.add(&format!("key_{number}"), key, "proj_web", "user", "user-ada");
    }
    scene
}

fn scan(scene: &Scene, more: &[&str]) -> Said {
    scene.run(&[AUTO, &["--format", "json"], more].concat())
}

/// State and reason of each leak's remediation, by the file it stands in.
fn states(report: &Value) -> Vec<(String, String, String)> {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let one = |leak: &Value| {
        let told = &leak["remediation"];
        (word(&leak["sightings"][0]["path"]), word(&told["state"]), word(&told["why"]))
    };
    let mut states: Vec<_> = report["leaks"].as_array().unwrap().iter().map(one).collect();
    states.sort();
    states
}

#[test]
fn a_certain_key_that_works_is_deleted_and_the_leak_is_still_a_leak() {
    let scene = leaked(1);
    let said = scan(&scene, &[]);
    assert_eq!(said.status, Some(1), "{}{}", said.stdout, said.stderr);
    assert_eq!(scene.organization.done(), ["delete key_0"]);
    assert_eq!(scene.steps(), ["delete-key begin", "delete-key done", "prove-death begin", "prove-death done"]);
    let report = said.json();
    let told = &report["leaks"][0]["remediation"];
    assert_eq!((told["state"].as_str(), told["key_id"].as_str()), (Some("revoked"), Some("key_0")), "{told}");
    assert!(told["request_id"].as_str().unwrap().starts_with("req_") && told["done_at"].is_string());
    assert!(told["dead_at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(report["leaks"][0]["liveness"]["state"], "live", "as it was when it was found");

    // A later scan can tell from the log what was done, and does so only if it is named.
    let later = scene.run(&["scan", ".", "--format", "json"]).json();
    assert_eq!(later["leaks"][0]["remediation"]["dead_at"], told["dead_at"]);
    let sarif = scene.run(&["scan", ".", "--format", "sarif"]).json();
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(result["properties"]["remediation"]["state"], "revoked", "{result}");
    assert!(result["message"]["text"].as_str().unwrap().contains("Remediation: revoked"), "{result}");
    for format in ["human", "markdown", "html"] {
        let said = scene.run(&["scan", ".", "--format", format]);
        assert!(said.stdout.to_lowercase().contains("remediation"), "{format}: {}", said.stdout);
    }
    let asked = scene.run(&["verify", "report.json", "--no-cache", "--format", "json"]).json();
    assert_eq!(asked["leaks"][0]["remediation"]["state"], "revoked");
    assert_eq!(asked["leaks"][0]["liveness"]["state"], "dead");
    let silent = unleak(scene.path(), ["scan", ".", "--format", "json"]).json();
    assert!(silent["leaks"][0].get("remediation").is_none());
}

#[test]
fn a_run_deletes_no_more_than_its_limit() {
    let scene = leaked(4);
    let said = scan(&scene, &["--auto-revoke-limit", "2"]);
    assert_eq!(said.status, Some(1), "{}", said.stderr);
    assert_eq!(scene.organization.done().len(), 2);
    let states = states(&said.json());
    let planned: Vec<_> = states.iter().filter(|(_, state, _)| state == "planned").collect();
    assert!(planned.len() == 2 && planned.iter().all(|(.., why)| why.contains("2 keys were revoked")), "{states:?}");
    assert_eq!(states.iter().filter(|(_, state, _)| state == "revoked").count(), 2);
    let again = scan(&scene, &["--auto-revoke-limit", "2"]);
    assert_eq!((again.status, scene.organization.done().len()), (Some(1), 4));
    assert_eq!(scan(&scene, &["--auto-revoke-limit", "0"]).status, Some(2));
}

#[test]
fn what_is_not_certain_or_not_ours_is_told_and_left() {
    let legacy = made("sk-{openai:20}", 4);
    let admin = made("sk-admin-{openai:58}", 5);
    let scene = Scene::new(&[&project_key(1), &project_key(2), &legacy, &project_key(3), &admin, &project_key(4)]);
    {
        let mut state = scene.organization.state();
        // 0.env works in another organization, 2.env is its owner's own, 5.env is dead.
        state.ghosts.push((project_key(1), usize::MAX));
        state.ghosts.push((legacy, usize::MAX));
    }
    scene.organization.add("key_admin2", &admin, "", "user", "user-ada");
    // 1.env may be either of two.
    let other = project_key(77);
    let twin = format!("{}{}", &other[..other.len() - 4], &project_key(2)[project_key(2).len() - 4..]);
    scene.organization.add("key_one", &project_key(2), "proj_web", "user", "user-ada");
    scene.organization.add("key_twin", &twin, "proj_old", "user", "user-ada");
    // 3.env only looks like a key of ours: it works, and is somebody else's.
    let look = format!("{}{}", &other[..other.len() - 4], &project_key(3)[project_key(3).len() - 4..]);
    scene.organization.add("key_look", &look, "proj_web", "user", "user-bob");
    scene.organization.state().ghosts.push((project_key(3), usize::MAX));
    let said = scan(&scene, &[]);
    assert!(scene.organization.done().is_empty() && said.status == Some(1), "{}{}", said.stdout, said.stderr);
    let states = states(&said.json());
    let told: Vec<(&str, &str)> = states.iter().map(|(file, state, _)| (file.as_str(), state.as_str())).collect();
    let wanted = [
        ("0.env", "manual"),
        ("1.env", "refused"),
        ("2.env", "manual"),
        ("3.env", "planned"),
        ("4.env", "planned"),
        ("5.env", "found-dead"),
    ];
    assert_eq!(told, wanted, "{states:?}");
    assert!(states[1].2.contains("key_twin") && states[3].2.contains("--by-mask"), "{states:?}");
    assert!(states[4].2.contains("--admin-keys"), "{states:?}");
    let links = said.json();
    assert!(links["leaks"].as_array().unwrap().iter().any(|leak| leak["remediation"]["link"].is_string()));
}

/// A mark does not hide that a key works, but what becomes of that key is for people to say.
#[test]
fn what_a_mark_accepts_is_told_of_and_left() {
    for (mark, leaks) in [("unleak:allow", 2), ("gitleaks:allow", 2), ("unleak:allow-live", 1)] {
        let scene = leaked(2);
        // 1.env holds the key twice: without the mark it stays one that works, and the mark holds for all of it.
        let line = format!("OPENAI_API_KEY={}", project_key(1));
        let unmarked = if leaks == 2 { format!("{line}\n") } else { String::new() };
        write(scene.path(), "1.env", format!("{unmarked}{line} # {mark}\n"));
        let said = scan(&scene, &[]);
        assert_eq!(said.status, Some(1), "{mark}: {}{}", said.stdout, said.stderr);
        assert_eq!(scene.organization.done(), ["delete key_0"], "{mark}");
        let report = said.json();
        assert_eq!(report["leaks"].as_array().unwrap().len(), leaks, "{mark}: {report}");
        let told = states(&report);
        assert_eq!((told[0].0.as_str(), told[0].1.as_str()), ("0.env", "revoked"), "{mark}: {told:?}");
        assert!(told[1..].iter().all(|(_, state, _)| state != "revoked"), "{mark}: {told:?}");
        // Without the mark it goes like any other.
        write(scene.path(), "1.env", format!("{line}\n"));
        assert_eq!(scan(&scene, &[]).status, Some(1), "{mark}");
        assert_eq!(scene.organization.done(), ["delete key_0", "delete key_1"], "{mark}");
    }
}

#[test]
fn a_service_account_is_never_deleted_unasked() {
    let key = made("sk-svcacct-{openai:74}", 1);
    let scene = Scene::new(&[&key]);
    scene.organization.add("key_0", &key, "proj_web", "service_account", "user-robot");
    scene.organization.add(
        "key_sibling",
        &made("sk-svcacct-{openai:74}", 2),
        "proj_web",
        "service_account",
        "user-robot",
    );
    scene.organization.state().accounts_only = true;
    let said = scan(&scene, &[]);
    let states = states(&said.json());
    assert!(scene.organization.done().is_empty() && states[0].1 == "refused", "{states:?}");
    assert!(states[0].2.contains("key_sibling") && states[0].2.contains("--service-accounts"), "{states:?}");
}

#[test]
fn only_the_command_line_can_ask_for_it() {
    let scene = leaked(1);
    for (arguments, part) in [
        (&["scan", ".", "--auto-revoke"][..], "--verify"),
        (&["scan", ".", "--verify", "--auto-revoke-limit", "3"][..], "--auto-revoke"),
    ] {
        let said = scene.run(arguments);
        assert!(said.status == Some(2) && said.stderr.contains(part), "{arguments:?}: {}", said.stderr);
    }
    let said: Said = scene.command(AUTO).env_remove("OPENAI_ADMIN_KEY").output().unwrap().into();
    assert!(said.status == Some(2) && said.stderr.contains("needs an admin key"), "{}", said.stderr);
    for text in ["auto-revoke = true\n", "[verify]\nauto-revoke = true\n"] {
        write(scene.path(), "unleak.toml", text);
        let said = scene.run(&["scan", ".", "--verify", "--no-cache", "--config", "unleak.toml"]);
        assert_eq!(said.status, Some(2), "{text}: {}", said.stdout);
    }
    assert!(scene.organization.done().is_empty());
}

#[test]
fn what_fails_is_told_and_the_leaks_are_reported_in_any_case() {
    let scene = leaked(1);
    scene.organization.fail("GET /v1/organization/projects", Fault::Status(403), 9);
    let said = scan(&scene, &[]);
    assert_eq!(states(&said.json())[0].1, "failed", "{}", said.stdout);
    assert!(said.status == Some(1) && scene.organization.done().is_empty());
    scene.organization.state().faults.clear();
    let delete = "DELETE /v1/organization/projects/proj_web/api_keys/key_0";
    for (fault, times) in [(Fault::Before, 1), (Fault::After, 1), (Fault::Silence, 1), (Fault::Status(500), 1)] {
        let scene = leaked(1);
        scene.organization.fail(delete, fault, times);
        let said = scan(&scene, &[]);
        assert_eq!(states(&said.json())[0].1, "revoked", "{fault:?}: {}", said.stdout);
        assert_eq!(scene.organization.done(), ["delete key_0"], "{fault:?}");
    }
}

#[test]
fn killed_at_any_request_and_run_again_nothing_is_deleted_twice_or_wrongly() {
    for late in [false, true] {
        for at in 1..100 {
            let scene = leaked(2);
            scene.organization.add("key_other", &project_key(50), "proj_web", "user", "user-ada");
            let was_killed = scene.run_killed(AUTO, at, late);
            let said = scan(&scene, &[]);
            assert_eq!(said.status, Some(1), "{at} {late}: {}{}", said.stdout, said.stderr);
            let mut done = scene.organization.done();
            done.sort();
            assert_eq!(done, ["delete key_0", "delete key_1"], "{at} {late}");
            assert_eq!(scene.organization.ids(), ["key_admin", "key_other"], "{at} {late}");
            let states = states(&said.json());
            let over = |state: &str| matches!(state, "revoked" | "found-dead");
            assert!(states.iter().all(|(_, state, _)| over(state)), "{at} {late}: {states:?}");
            if !was_killed {
                assert!(at > 8, "it took only {at} requests");
                break;
            }
        }
    }
}

#[test]
fn each_way_of_scanning_can() {
    for command in [&["staged"][..], &["range", "HEAD"][..], &["history"][..]] {
        let scene = leaked(1);
        let git = |arguments: &[&str]| {
            let mut git = std::process::Command::new("git");
            git.current_dir(scene.path()).args(["-c", "user.name=a", "-c", "user.email=a@example.com"]).args(arguments);
            assert!(git.output().unwrap().status.success(), "{arguments:?}");
        };
        git(&["init", "-q", "-b", "main"]);
        git(&["commit", "-q", "--allow-empty", "-m", "first"]);
        git(&["add", "0.env"]);
        if command[0] != "staged" {
            git(&["commit", "-q", "-m", "second"]);
        }
        let said = scene.run(&[command, &AUTO[2..], &["--format", "json"]].concat());
        assert_eq!(said.status, Some(1), "{command:?}: {}", said.stderr);
        assert_eq!(said.json()["leaks"][0]["remediation"]["state"], "revoked", "{command:?}");
        assert_eq!(scene.organization.done(), ["delete key_0"], "{command:?}");
    }
}
