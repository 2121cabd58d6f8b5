//! `unleak rotate`: the new key first, in its place and working, then the end of the old one; wherever it stops.

use std::fs;

use crate::Scene;
use crate::organization::Fault;
use crate::support::{Said, made, project_key};

const APPLY: &[&str] = &[
    "rotate",
    "report.json",
    "--apply",
    "--yes",
    "--wait",
    "2",
    "--to-file",
    "new.key",
    "--variable",
    "OPENAI_API_KEY",
];

/// A service account's key leaked.
fn service() -> Scene {
    let key = made("sk-svcacct-{openai:74}", 1);
    let scene = Scene::new(&[&key]);
    scene.organization.add("key_leaked", &key, "proj_web", "service_account", "user-robot");
    scene
}

/// A person's key leaked.
fn person() -> Scene {
    let scene = Scene::new(&[&project_key(1)]);
    scene.organization.add("key_leaked", &project_key(1), "proj_web", "user", "user-ada");
    scene
}

/// What was handed over is the one key that is left beside the admin key.
fn ends_well(scene: &Scene) {
    let text = fs::read_to_string(scene.path().join("new.key")).unwrap();
    let state = scene.organization.state();
    let left: Vec<_> = state.keys.iter().filter(|key| key.id != "key_admin").collect();
    assert_eq!(left.len(), 1, "{:?}", left.iter().map(|key| &key.id).collect::<Vec<_>>());
    assert_eq!(text, format!("OPENAI_API_KEY={}\n", left[0].secret));
    assert!(!state.keys.iter().any(|key| key.id == "key_leaked"));
}

#[test]
fn a_plan_says_the_three_steps_and_makes_nothing() {
    let scene = person();
    let said = scene.run(&["rotate", "report.json"]);
    assert_eq!(said.status, Some(1), "{}{}", said.stdout, said.stderr);
    assert!(said.stdout.contains("1. make") && said.stdout.contains("3. delete key_leaked"), "{}", said.stdout);
    assert!(scene.organization.server.asked().iter().all(|asked| asked.method == "GET"));
}

#[test]
fn the_new_key_is_handed_over_and_works_before_the_old_one_dies() {
    for scene in [service(), person()] {
        let said = scene.run(APPLY);
        assert_eq!(said.status, Some(0), "{}{}", said.stdout, said.stderr);
        let done = scene.organization.done();
        assert!(done.len() == 2 && done[0].starts_with("make ") && done[1] == "delete key_leaked", "{done:?}");
        ends_well(&scene);
        let steps = scene.steps().join(", ");
        let wanted = "make-replacement begin, make-replacement done, hand-over begin, hand-over done, prove-replacement \
                      begin, prove-replacement done, delete-key begin, delete-key done, prove-death begin, prove-death done";
        assert_eq!(steps, wanted);
        assert_eq!(scene.run(APPLY).status, Some(0));
        assert_eq!(scene.organization.done().len(), 2);
    }
}

#[cfg(unix)]
#[test]
fn only_its_owner_can_read_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let scene = service();
    crate::support::write(scene.path(), "new.key", "old");
    fs::set_permissions(scene.path().join("new.key"), fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(scene.run(APPLY).status, Some(0));
    let mode = fs::metadata(scene.path().join("new.key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[cfg(unix)]
#[test]
fn a_command_or_a_pipe_may_take_it_and_nothing_shows_it() {
    let start = ["rotate", "report.json", "--apply", "--yes", "--wait", "2"];
    let scene = service();
    let command = "cat > taken; cat taken; test -z \"$OPENAI_ADMIN_KEY\"";
    let said = scene.run(&[&start[..], &["--to-command", command]].concat());
    assert_eq!(said.status, Some(0), "{}{}", said.stdout, said.stderr);
    let key = scene.organization.state().keys.last().unwrap().secret.clone();
    assert_eq!(fs::read_to_string(scene.path().join("taken")).unwrap(), key);

    let scene = service();
    let said: Said = scene.command(&[&start[..], &["--to-stdout"]].concat()).output().unwrap().into();
    let key = scene.organization.state().keys.last().unwrap().secret.clone();
    assert_eq!((said.status, said.stdout), (Some(0), format!("{key}\n")));
    assert!(said.stderr.contains("dead") && !said.stderr.contains(&key[12..40]), "{}", said.stderr);
}

#[test]
fn a_new_key_that_does_not_arrive_or_work_leaves_the_old_one_alone() {
    let scene = service();
    let start = ["rotate", "report.json", "--apply", "--yes", "--wait", "1"];
    let said = scene.run(&[&start[..], &["--to-command", "exit 7"]].concat());
    assert_eq!(said.status, Some(1), "{}{}", said.stdout, said.stderr);
    assert!(said.stdout.contains("stopped") && said.stdout.contains("The old key is as it was"), "{}", said.stdout);
    assert!(scene.organization.ids().contains(&"key_leaked".to_owned()));
    let said = scene.run(APPLY);
    assert_eq!(said.status, Some(0), "{}{}", said.stdout, said.stderr);
    ends_well(&scene);

    let said = scene.run(&["rotate", "report.json", "--apply", "--yes", "--to-file", "no/such/folder/key"]);
    assert!(said.status == Some(2) && said.stderr.contains("no/such/folder"), "{}", said.stderr);
}

#[test]
fn failures_while_it_is_made_are_told_and_finished_by_the_next_run() {
    for fault in [Fault::Before, Fault::After, Fault::Silence, Fault::Status(500)] {
        for scene in [service(), person()] {
            scene.organization.fail("POST ", fault, 1);
            let said = scene.run(APPLY);
            assert_eq!(said.status, Some(1), "{fault:?}: {}{}", said.stdout, said.stderr);
            assert!(scene.organization.ids().contains(&"key_leaked".to_owned()), "{fault:?}");
            assert_eq!(scene.steps().last().unwrap(), "make-replacement unclear", "{fault:?}");
            let said = scene.run(APPLY);
            assert_eq!(said.status, Some(0), "{fault:?}: {}{}", said.stdout, said.stderr);
            ends_well(&scene);
        }
    }
}

#[test]
fn killed_at_any_request_and_run_again_one_new_key_is_left_and_works() {
    for make in [service as fn() -> Scene, person] {
        for late in [false, true] {
            for at in 1..100 {
                let scene = make();
                let was_killed = scene.run_killed(APPLY, at, late);
                let old = scene.organization.ids().contains(&"key_leaked".to_owned());
                assert!(old || scene.steps().contains(&"prove-replacement done".to_owned()), "{at} {late}");
                let said = scene.run(APPLY);
                assert_eq!(said.status, Some(0), "{at} {late}: {}{}", said.stdout, said.stderr);
                ends_well(&scene);
                if !was_killed {
                    assert!(at > 8, "it took only {at} requests");
                    break;
                }
            }
        }
    }
}

#[test]
fn of_several_keys_one_has_to_be_named() {
    let scene = Scene::new(&[&project_key(1), &project_key(2)]);
    scene.organization.add("key_one", &project_key(1), "proj_web", "user", "user-ada");
    scene.organization.add("key_two", &project_key(2), "proj_web", "user", "user-ada");
    let said = scene.run(APPLY);
    assert!(said.status == Some(2) && said.stderr.contains("--key "), "{}", said.stderr);
    let said = scene.run(&[APPLY, &["--key", "key_two"]].concat());
    assert_eq!(said.status, Some(0), "{}{}", said.stdout, said.stderr);
    assert!(scene.organization.ids().contains(&"key_one".to_owned()) && scene.organization.done().len() == 2);
}
