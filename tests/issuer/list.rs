//! Lists in pages.

use serde_json::{Value, json};
use unleak::issuer::{Credential, ListError, Request};

use crate::client;
use crate::server::{Asked, Reply, Server};

fn page(asked: &Asked, ids: std::ops::Range<u32>) -> Reply {
    let after = asked.path.split_once("after=key_").map_or(0, |(_, id)| id.parse::<u32>().unwrap() + 1);
    let here = ids.start.max(after)..ids.end.min(after + 3);
    let data: Vec<Value> = here.clone().map(|id| json!({"id": format!("key_{id}")})).collect();
    let last = data.last().map(|item| item["id"].clone());
    Reply::json(200, json!({"object": "list", "data": data, "last_id": last, "has_more": here.end < ids.end}))
}

fn list(handler: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> (Result<Vec<Value>, ListError>, Vec<String>) {
    let server = Server::plain(handler);
    let client = client(&server);
    let site = client.site("openai").unwrap();
    let all = client.list(&Request::get(site, "organization/projects", Credential::None).query("limit", "3"));
    (all, server.asked().into_iter().map(|asked| asked.path).collect())
}

#[test]
fn every_page_is_read() {
    let (all, asked) = list(|asked| page(asked, 0..7));
    let ids: Vec<_> = all.unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids, (0..7).map(|id| format!("key_{id}")).collect::<Vec<_>>());
    assert_eq!(
        asked[1..],
        ["/v1/organization/projects?limit=3&after=key_2", "/v1/organization/projects?limit=3&after=key_5"]
    );
}

#[test]
fn a_list_without_end_and_part_of_a_list_are_failures() {
    let (again, asked) = list(|_| Reply::json(200, json!({"data": [{"id": "key_1"}], "has_more": true})));
    assert!(matches!(again, Err(ListError::NoList)) && asked.len() == 2, "{asked:?}");
    let (refused, _) = list(|asked| match asked.path.contains("after") {
        true => Reply::json(403, json!({})),
        false => page(asked, 0..7),
    });
    assert!(matches!(refused, Err(ListError::Refused(answer)) if answer.status() == 403));
    let (other, _) = list(|_| Reply::json(200, json!({"error": "?"})));
    assert!(matches!(other, Err(ListError::NoList)));
}
