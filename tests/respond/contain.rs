//! `unleak contain`: what is taken from a key that lives on, and that it is never more than it had.

use crate::Scene;
use crate::organization::Fault;
use crate::support::{made, now, project_key};

const READ_ONLY: &[&str] = &["contain", "report.json", "--read-only", "--apply", "--yes", "--wait", "3"];
const EXPIRE: &[&str] = &["contain", "report.json", "--expire-in", "1h", "--apply", "--yes", "--wait", "3"];
const POST: &str = "POST /v1/organization/projects/proj_batch/api_keys/key_leaked";

fn leaked() -> Scene {
    let scene = Scene::new(&[&project_key(1)]);
    scene.organization.add("key_other", &project_key(50), "proj_web", "user", "user-ada");
    scene.organization.add("key_leaked", &project_key(1), "proj_batch", "user", "user-ada");
    scene
}

/// What was taken from the leaked key; nothing else was touched.
fn contained(scene: &Scene) -> (Vec<String>, Option<u64>) {
    let state = scene.organization.state();
    assert_eq!(state.contained.keys().collect::<Vec<_>>(), ["key_leaked"]);
    assert_eq!(state.keys.len(), 3);
    state.contained["key_leaked"].clone()
}

#[test]
fn a_plan_says_what_can_be_taken_back_and_does_nothing() {
    let scene = leaked();
    let said = scene.run(&["contain", "report.json", "--read-only", "--expire-in", "30m"]);
    assert_eq!(said.status, Some(1), "{}{}", said.stdout, said.stderr);
    for part in ["keep key_leaked", "api.all.read", "expires in 1800 s", "after that never", "1 of 1 key to contain"] {
        assert!(said.stdout.contains(part), "{part}: {}", said.stdout);
    }
    assert!(scene.organization.server.asked().iter().all(|asked| asked.method == "GET"));
    assert!(scene.evidence().is_empty());
}

#[test]
fn read_only_is_sent_once_and_seen() {
    let scene = leaked();
    let said = scene.run(READ_ONLY);
    assert_eq!(said.status, Some(0), "{}{}", said.stdout, said.stderr);
    assert_eq!(contained(&scene), (vec!["api.all.read".to_owned()], None));
    assert!(said.stdout.contains("may not use responses"), "{}", said.stdout);
    assert_eq!(scene.steps(), ["contain begin", "contain done", "see-contained begin", "see-contained done"]);
    let log = scene.evidence();
    assert!(log[0]["meaning"].as_str().unwrap().contains("before: scopes not told"), "{}", log[0]);
    assert!(log[1]["request_id"].as_str().unwrap().starts_with("req_"));
    let sent = scene.organization.server.asked();
    let bodies: Vec<_> = sent
        .iter()
        .filter(|asked| asked.method == "POST" && asked.path.ends_with("/key_leaked"))
        .map(crate::server::Asked::json)
        .collect();
    assert_eq!(bodies, [serde_json::json!({"scopes": ["api.all.read"]})]);
}

#[test]
fn a_key_may_be_let_die_soon_and_is_then_seen_dead() {
    let scene = leaked();
    let said = scene.run(EXPIRE);
    assert_eq!(said.status, Some(0), "{}{}", said.stdout, said.stderr);
    let (scopes, expires) = contained(&scene);
    assert!(scopes.is_empty() && (now() + 3500..now() + 3601).contains(&expires.unwrap()), "{expires:?}");
    let said = scene.run(EXPIRE);
    assert_eq!((said.status, scene.organization.done().len()), (Some(0), 1), "a time that is set is not moved");

    let scene = leaked();
    let soon = ["contain", "report.json", "--expire-in", "1s", "--apply", "--yes", "--wait", "9"];
    let said = scene.run(&soon);
    assert_eq!(said.status, Some(0), "{}{}", said.stdout, said.stderr);
    assert_eq!(scene.steps(), ["contain begin", "contain done", "prove-death begin", "prove-death done"]);
}

#[test]
fn nothing_is_ever_widened() {
    let scene = leaked();
    for scopes in ["", ",", "api.all", "all"] {
        let said = scene.run(&["contain", "report.json", "--scopes", scopes, "--apply", "--yes"]);
        assert_eq!(said.status, Some(2), "{scopes:?}: {}", said.stdout);
    }
    assert_eq!(scene.run(&["contain", "report.json", "--apply", "--yes"]).status, Some(2));
    assert!(scene.organization.server.asked().is_empty());
    // It is restricted already: reading everything may be more than it can do.
    scene.organization.state().restricted = true;
    let said = scene.run(READ_ONLY);
    assert!(scene.organization.done().is_empty(), "{}", said.stdout);
    assert!(said.status == Some(1) && said.stdout.contains("may be more than it can do"), "{}", said.stdout);
}

#[test]
fn admin_keys_and_other_issuers_secrets_are_left_as_they_are() {
    let admin = made("sk-admin-{openai:58}", 5);
    let scene = Scene::new(&[&admin]);
    scene.organization.add("key_leaked", &admin, "", "user", "user-ada");
    let said = scene.run(READ_ONLY);
    assert!(said.status == Some(1) && said.stdout.contains("can't narrow an admin key"), "{}", said.stdout);
    let scene = Scene::new(&[&format!("rt.1.{}", made("{b64url:64}", 3))]);
    let said = scene.run(READ_ONLY);
    assert!(said.status == Some(2) && said.stdout.contains("can only end it"), "{}", said.stdout);
    assert!(scene.organization.done().is_empty());
}

#[test]
fn failures_of_the_network_end_in_the_same_state() {
    for fault in [Fault::Before, Fault::After, Fault::Silence, Fault::Status(429), Fault::Status(500)] {
        let scene = leaked();
        scene.organization.fail(POST, fault, 1);
        let said = scene.run(EXPIRE);
        assert_eq!(said.status, Some(0), "{fault:?}: {}{}", said.stdout, said.stderr);
        assert_eq!(scene.organization.done(), ["contain key_leaked"], "{fault:?}");
        let scene = leaked();
        scene.organization.fail(POST, fault, 1);
        assert_eq!(scene.run(READ_ONLY).status, Some(0), "{fault:?}");
        assert_eq!(contained(&scene).0, ["api.all.read"]);
    }
    let scene = leaked();
    scene.organization.fail(POST, Fault::Status(400), 1);
    let said = scene.run(EXPIRE);
    assert!(said.status == Some(1) && said.stdout.contains("failed"), "{}", said.stdout);
    assert_eq!(scene.steps(), ["contain begin", "contain failed"]);
}

#[test]
fn killed_at_any_request_and_run_again_it_is_contained_once() {
    for late in [false, true] {
        for at in 1..100 {
            let scene = leaked();
            let was_killed = scene.run_killed(EXPIRE, at, late);
            let (done, steps) = (scene.organization.done(), scene.steps());
            assert!(done.is_empty() || steps[0] == "contain begin", "{at} {late}: {steps:?}");
            let said = scene.run(EXPIRE);
            assert_eq!(said.status, Some(0), "{at} {late}: {}{}", said.stdout, said.stderr);
            assert_eq!(scene.organization.done(), ["contain key_leaked"], "{at} {late}");
            assert_eq!(scene.steps().pop().unwrap(), "see-contained done", "{at} {late}");
            if !was_killed {
                assert!(at > 8, "it took only {at} requests");
                break;
            }
        }
    }
}
