//! `unleak usage`: what was counted before and after the leak, and the sentence that it comes to.

use serde_json::{Value, json};

use crate::Scene;
use crate::support::project_key;

const DAY: u64 = 86_400;
/// 2026-11-10
const LEAKED: u64 = 1_794_268_800;

fn bucket(day: u64, results: Value) -> Value {
    json!({"object": "bucket", "start_time": day, "end_time": day + DAY, "results": results})
}

fn page(buckets: Vec<Value>, next: Option<&str>) -> Value {
    json!({"object": "page", "data": buckets, "has_more": next.is_some(), "next_page": next})
}

fn use_of(model: &str, requests: u64) -> Value {
    json!({"object": "organization.usage.completions.result", "input_tokens": 100 * requests, "output_tokens": requests,
           "num_model_requests": requests, "api_key_id": "key_leaked", "model": model})
}

fn cost(value: f64) -> Value {
    json!({"object": "organization.costs.result", "amount": {"value": value, "currency": "usd"}, "api_key_id": "key_leaked"})
}

/// A leaked key, and what each kind of usage answers.
fn scene(answers: &[(&str, &str, Value)]) -> Scene {
    let scene = Scene::new(&[&project_key(1)]);
    scene.organization.add("key_leaked", &project_key(1), "proj_web", "user", "user-ada");
    let empty = page(Vec::new(), None);
    let list = json!({"object": "list", "data": [], "has_more": false});
    let mut other: Vec<_> = answers
        .iter()
        .map(|(path, part, body)| (format!("/v1/organization/{path}"), (*part).to_owned(), body.clone()))
        .collect();
    other.push(("/v1/organization/usage".to_owned(), String::new(), empty.clone()));
    other.push(("/v1/organization/costs".to_owned(), String::new(), empty));
    other.push(("/v1/organization/audit_logs".to_owned(), String::new(), list));
    scene.organization.state().other = other;
    scene
}

const SINCE: &[&str] = &["usage", "report.json", "--since", "2026-11-10"];

#[test]
fn a_key_that_was_not_used_is_clean() {
    let scene =
        scene(&[("usage/completions", "", page(vec![bucket(LEAKED - DAY, json!([use_of("gpt-5", 9)]))], None))]);
    let said = scene.run(SINCE);
    assert_eq!(said.status, Some(0), "{}{}", said.stdout, said.stderr);
    assert!(said.stdout.contains("Not used since the day of the leak."), "{}", said.stdout);
    let asked = scene.organization.server.asked();
    let usage: Vec<_> = asked.iter().filter(|asked| asked.path.contains("/usage/")).collect();
    assert!(usage.len() == 6 && usage.iter().all(|asked| asked.path.contains("api_key_ids=key_leaked")));
    assert!(usage[0].path.contains(&format!("start_time={}", LEAKED - 30 * DAY)), "{}", usage[0].path);
}

#[test]
fn what_is_new_since_the_leak_is_counted_over_all_pages() {
    let first = page(
        vec![bucket(LEAKED - DAY, json!([use_of("gpt-5", 4)])), bucket(LEAKED, json!([use_of("gpt-5", 2)]))],
        Some("p2"),
    );
    let second = page(vec![bucket(LEAKED + 3 * DAY, json!([use_of("o9-pro", 50), use_of("gpt-5", 1)]))], None);
    let costs = page(
        vec![bucket(LEAKED - DAY, json!([cost(1.0)])), bucket(LEAKED + 3 * DAY, json!([cost(40.25), cost(0.75)]))],
        None,
    );
    let images = page(vec![bucket(LEAKED + 4 * DAY, json!([{"num_model_requests": 3, "model": "gpt-image-2"}]))], None);
    let entry = json!({"id": "audit_log-1", "type": "api_key.created", "effective_at": LEAKED - 9 * DAY,
                       "actor": {"type": "session", "session": {"user": {"id": "user-ada", "email": "ada@example.com"}}}});
    let scene = scene(&[
        ("usage/completions", "page=p2", second),
        ("usage/completions", "", first),
        ("usage/images", "", images),
        ("costs", "", costs),
        ("audit_logs", "resource_ids", json!({"object": "list", "data": [entry], "has_more": false})),
    ]);
    let said = scene.run(SINCE);
    assert_eq!(said.status, Some(1), "{}{}", said.stdout, said.stderr);
    assert!(said.stdout.contains("3 models, 2 new, 56 requests, 41.00 USD since"), "{}", said.stdout);
    assert!(
        said.stdout.contains("api_key.created by user-ada") && !said.stdout.contains("example.com"),
        "{}",
        said.stdout
    );
    assert!(said.stdout.contains("2026-11-10") && said.stdout.contains('█'), "{}", said.stdout);
    let json = scene.run(&[SINCE, &["--json"]].concat()).json();
    assert_eq!(json["keys"][0]["usage"]["models"]["gpt-5"]["after"]["requests"], 3);
    assert_eq!(json["keys"][0]["usage"]["total"]["before"]["cost"], 1.0);

    // The key's id outlives the key: the log knows it.
    assert_eq!(scene.run(&["revoke", "report.json", "--apply", "--yes"]).status, Some(0));
    let said = scene.run(SINCE);
    assert!(said.status == Some(1) && said.stdout.contains("3 models, 2 new"), "{}{}", said.stdout, said.stderr);
}

#[test]
fn what_could_not_be_read_is_named_and_is_not_clean() {
    let scene = scene(&[]);
    scene.organization.fail("GET /v1/organization/costs", crate::organization::Fault::Status(500), 9);
    let said = scene.run(SINCE);
    assert_eq!(said.status, Some(2), "{}{}", said.stdout, said.stderr);
    assert!(said.stdout.contains("costs: ") && said.stdout.contains("as far as could be read"), "{}", said.stdout);
}
