//! `unleak revoke`: what is planned, what is done, and what is not.

use crate::Scene;
use crate::organization::Fault;
use crate::support::{made, project_key};

const APPLY: &[&str] = &["revoke", "report.json", "--apply", "--yes", "--wait", "5"];

fn service_key(seed: u64) -> String {
    made("sk-svcacct-{openai:74}", seed)
}

/// One project key of a person leaked.
fn leaked() -> Scene {
    let key = project_key(1);
    let scene = Scene::new(&[&key]);
    scene.organization.add("key_other", &project_key(50), "proj_web", "user", "user-ada");
    scene.organization.add("key_leaked", &key, "proj_batch", "user", "user-ada");
    scene
}

/// A key that can't be told from another by what an issuer shows of it.
fn twin(key: &str) -> String {
    let other = project_key(77);
    format!("{}{}", &other[..other.len() - 4], &key[key.len() - 4..])
}

#[test]
fn a_plan_names_the_one_key_and_does_nothing() {
    let scene = leaked();
    let said = scene.run(&["revoke", "report.json"]);
    assert_eq!(said.status, Some(1), "{}{}", said.stdout, said.stderr);
    assert!(said.stdout.contains("delete key_leaked") && said.stdout.contains("proj_batch"), "{}", said.stdout);
    assert!(said.stdout.contains("--apply") && said.stdout.contains("0.env:1:"), "{}", said.stdout);
    assert!(scene.organization.server.asked().iter().all(|asked| asked.method == "GET"));
    assert!(scene.evidence().is_empty() && scene.organization.done().is_empty());
}

#[test]
fn applied_it_deletes_proves_death_and_says_when() {
    let scene = leaked();
    scene.organization.state().afterlife = 2;
    let said = scene.run(APPLY);
    assert_eq!(said.status, Some(0), "{}{}", said.stdout, said.stderr);
    assert!(said.stdout.contains("dead ") && said.stdout.contains(" s\n"), "{}", said.stdout);
    assert_eq!(scene.organization.done(), ["delete key_leaked"]);
    assert_eq!(scene.organization.ids(), ["key_admin", "key_other"]);
    assert_eq!(scene.steps(), ["delete-key begin", "delete-key done", "prove-death begin", "prove-death done"]);
    let log = scene.evidence();
    assert_eq!((log[1]["key_id"].as_str(), log[1]["by"].as_str()), (Some("key_leaked"), Some("ada")));
    assert!(log[1]["request_id"].as_str().unwrap().starts_with("req_"));
    assert!(log[3]["dead_at"].as_str().unwrap().ends_with('Z') && log[2]["dead_at"].is_null());
    let again = scene.run(APPLY);
    assert_eq!(again.status, Some(0), "{}", again.stdout);
    assert_eq!(scene.organization.done().len(), 1);
    assert_eq!(scene.steps().last().unwrap(), "found-dead done");
}

#[test]
fn nothing_is_deleted_without_a_word_from_a_person() {
    let scene = leaked();
    let said = scene.run(&["revoke", "report.json", "--apply"]);
    assert_eq!(said.status, Some(2));
    assert!(said.stderr.contains("--yes") && scene.organization.done().is_empty() && scene.evidence().is_empty());
}

#[test]
fn two_keys_that_look_alike_are_told_apart_by_their_owner_or_not_touched() {
    let scene = leaked();
    let twin = twin(&project_key(1));
    scene.organization.add("key_twin", &twin, "proj_old", "user", "user-bob");
    let said = scene.run(APPLY);
    assert_eq!((said.status, scene.organization.done()), (Some(0), vec!["delete key_leaked".to_owned()]));

    let scene = leaked();
    scene.organization.add("key_twin", &twin, "proj_old", "user", "user-ada");
    let said = scene.run(APPLY);
    assert_eq!(said.status, Some(1), "{}", said.stdout);
    assert!(said.stdout.contains("key_twin") && said.stdout.contains("key_leaked"), "{}", said.stdout);
    assert!(scene.organization.done().is_empty());
}

#[test]
fn the_key_of_another_organization_is_not_mistaken_for_ours() {
    let scene = leaked();
    {
        // Theirs works, ours only looks like it.
        let mut state = scene.organization.state();
        let key = state.keys.iter_mut().find(|key| key.id == "key_leaked").unwrap();
        (key.secret, key.owner) = (twin(&key.secret), "user-bob".into());
        state.ghosts.push((project_key(1), usize::MAX));
    }
    let said = scene.run(APPLY);
    assert_eq!(said.status, Some(1), "{}", said.stdout);
    assert!(said.stdout.contains("--by-mask") && scene.organization.done().is_empty(), "{}", said.stdout);
}

#[test]
fn where_the_leak_is_gone_the_mask_alone_needs_a_flag_and_proves_nothing() {
    let scene = leaked();
    std::fs::write(scene.path().join("0.env"), "OPENAI_API_KEY=\n").unwrap();
    let said = scene.run(APPLY);
    assert!(said.stdout.contains("--by-mask") && said.stdout.contains("can't be"), "{}", said.stdout);
    assert!(scene.organization.done().is_empty());
    let said = scene.run(&[APPLY, &["--by-mask"]].concat());
    assert_eq!(said.status, Some(2), "{}", said.stdout);
    assert_eq!(scene.organization.done(), ["delete key_leaked"]);
    assert!(said.stdout.contains("not proven dead"), "{}", said.stdout);
    assert_eq!(scene.steps().last().unwrap(), "prove-death unclear");
}

/// A service account with two keys, of which one leaked.
fn service() -> Scene {
    let key = service_key(1);
    let scene = Scene::new(&[&key]);
    scene.organization.add("key_leaked", &key, "proj_web", "service_account", "user-robot");
    scene.organization.add("key_sibling", &service_key(2), "proj_web", "service_account", "user-robot");
    scene.organization.add("key_other", &service_key(3), "proj_web", "service_account", "user-robot2");
    scene
}

#[test]
fn a_service_accounts_key_dies_alone_where_that_can_be() {
    let scene = service();
    let said = scene.run(APPLY);
    assert_eq!(
        (said.status, scene.organization.done()),
        (Some(0), vec!["delete key_leaked".to_owned()]),
        "{}",
        said.stdout
    );
    assert!(said.stdout.contains("key_sibling") && !said.stdout.contains("key_other"), "{}", said.stdout);
}

#[test]
fn a_service_account_goes_only_if_somebody_agreed_to_what_dies_with_it() {
    let scene = service();
    scene.organization.state().accounts_only = true;
    let said = scene.run(APPLY);
    assert_eq!(said.status, Some(1), "{}", said.stdout);
    assert!(said.stdout.contains("dies with it: key_sibling") && said.stdout.contains("--service-accounts"));
    assert!(scene.organization.done().is_empty());
    assert_eq!(scene.steps(), ["delete-key begin", "delete-key failed"]);
    let said = scene.run(&[APPLY, &["--service-accounts"]].concat());
    assert_eq!(said.status, Some(0), "{}", said.stdout);
    assert_eq!(scene.organization.done(), ["delete account user-robot"]);
    assert_eq!(scene.organization.ids(), ["key_admin", "key_other"]);
}

#[test]
fn admin_keys_need_a_flag_and_the_one_in_use_is_never_deleted() {
    let key = made("sk-admin-{openai:58}", 5);
    let scene = Scene::new(&[&key]);
    scene.organization.add("key_leaked", &key, "", "user", "user-ada");
    let said = scene.run(APPLY);
    assert!(said.status == Some(1) && said.stdout.contains("--admin-keys"), "{}", said.stdout);
    let all = [APPLY, &["--admin-keys", "--by-mask"]].concat();
    let said = scene.run(&all);
    assert_eq!(
        (said.status, scene.organization.done()),
        (Some(0), vec!["delete key_leaked".to_owned()]),
        "{}",
        said.stdout
    );

    let scene = Scene::new(&[&made("sk-admin-{openai:58}", 900)]);
    let said = scene.run(&all);
    assert!(said.status == Some(1) && said.stdout.contains("in use"), "{}", said.stdout);
    assert!(scene.organization.done().is_empty());
}

#[test]
fn failures_of_the_network_delete_nothing_twice() {
    let delete = "DELETE /v1/organization/projects/proj_batch/api_keys/key_leaked";
    for (fault, times) in [
        (Fault::Before, 1),
        (Fault::After, 1),
        (Fault::Silence, 1),
        (Fault::Status(429), 2),
        (Fault::Status(500), 1),
        (Fault::Status(503), 2),
    ] {
        let scene = leaked();
        scene.organization.fail(delete, fault, times);
        let said = scene.run(APPLY);
        assert_eq!(said.status, Some(0), "{fault:?}: {}{}", said.stdout, said.stderr);
        assert_eq!(scene.organization.done(), ["delete key_leaked"], "{fault:?}");
        assert_eq!(scene.steps().last().unwrap(), "prove-death done", "{fault:?}");
    }
    let scene = leaked();
    scene.organization.fail(delete, Fault::Status(500), 100);
    let said = scene.run(APPLY);
    assert!(said.status == Some(1) && said.stdout.contains("failed"), "{}", said.stdout);
    assert_eq!(scene.steps().last().unwrap(), "delete-key unclear");
    scene.organization.state().faults.clear();
    assert_eq!(scene.run(APPLY).status, Some(0));
}

#[test]
fn an_admin_key_that_may_not_or_is_none_says_so() {
    let scene = leaked();
    scene.organization.state().no_rights = true;
    let said = scene.run(APPLY);
    assert!(said.status == Some(2) && said.stderr.contains("may not do this"), "{}", said.stderr);
    let mut command = scene.command(APPLY);
    let other = made("sk-admin-{openai:58}", 901);
    let said: crate::Said = command.env("OPENAI_ADMIN_KEY", &other).output().unwrap().into();
    assert!(said.status == Some(2) && said.stderr.contains("refuses the admin key"), "{}", said.stderr);
    let said: crate::Said = scene.command(APPLY).env("OPENAI_ADMIN_KEY", project_key(3)).output().unwrap().into();
    assert!(said.status == Some(2) && said.stderr.contains("sk-admin-"), "{}", said.stderr);
    let said: crate::Said = scene.command(APPLY).env_remove("OPENAI_ADMIN_KEY").output().unwrap().into();
    assert!(said.status == Some(1) && said.stdout.contains("there is no admin key"), "{}", said.stdout);
    assert!(scene.organization.done().is_empty());
}

#[cfg(unix)]
#[test]
fn a_command_of_the_persons_own_may_give_the_admin_key() {
    let scene = leaked();
    crate::support::write(scene.path(), "vault/key", format!("{}\n", scene.organization.state().admin));
    let command = [APPLY, &["--admin-key-command", "cat vault/key"]].concat();
    let said: crate::Said = scene.command(&command).env_remove("OPENAI_ADMIN_KEY").output().unwrap().into();
    assert_eq!((said.status, scene.organization.done().len()), (Some(0), 1), "{}{}", said.stdout, said.stderr);
    let failing = [APPLY, &["--admin-key-command", "exit 3"]].concat();
    assert!(scene.run(&failing).stderr.contains("--admin-key-command failed"));
}

#[test]
fn keys_that_no_list_holds_are_left_to_a_person() {
    let legacy = made("sk-{openai:20}", 4);
    let scene = Scene::new(&[&legacy]);
    scene.organization.state().ghosts.push((legacy, usize::MAX));
    let said = scene.run(APPLY);
    assert!(said.stdout.contains("by hand") && said.stdout.contains("https://platform.openai.com"), "{}", said.stdout);
    assert!(said.status == Some(1) && scene.organization.done().is_empty());
}

#[test]
fn killed_at_any_request_and_run_again_it_ends_in_the_right_state() {
    for late in [false, true] {
        for at in 1..100 {
            let scene = leaked();
            let was_killed = scene.run_killed(APPLY, at, late);
            let deleted = scene.organization.done();
            let steps = scene.steps();
            assert!(deleted.is_empty() || steps[0] == "delete-key begin", "{at} {late}: {steps:?}");
            let said = scene.run(APPLY);
            assert_eq!(said.status, Some(0), "{at} {late}: {}{}", said.stdout, said.stderr);
            assert_eq!(scene.organization.done(), ["delete key_leaked"], "{at} {late}");
            assert_eq!(scene.organization.ids(), ["key_admin", "key_other"], "{at} {late}");
            let last = scene.steps().pop().unwrap();
            assert!(["prove-death done", "found-dead done"].contains(&last.as_str()), "{at} {late}: {last}");
            if !was_killed {
                assert!(at > 8, "it took only {at} requests");
                break;
            }
        }
    }
}

#[test]
fn a_log_that_cannot_be_written_stops_everything() {
    let scene = leaked();
    std::fs::create_dir(scene.path().join("evidence.jsonl")).unwrap();
    let said = scene.run(APPLY);
    assert!(said.status == Some(2) && said.stderr.contains("evidence"), "{}", said.stderr);
    assert!(scene.organization.done().is_empty());
}
