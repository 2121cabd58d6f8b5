//! OpenAI beyond its table: which call for which kind, whose a key is, regions, and answers that are none.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::json;

use crate::server::{Asked, Authority, Reply, Server};
use crate::support::{made, project_key, write};
use crate::{alive, asking, error, incorrect, run, verdicts};

type Behaviour = fn(&Asked) -> Reply;

fn raw(text: &str) -> Reply {
    Reply::Raw(text.as_bytes().to_vec())
}

fn html(status: u16) -> Reply {
    let body = "<html>Please log in to the network</html>";
    raw(&format!("HTTP/1.1 {status} OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\n\r\n{body}", body.len()))
}

/// Every way in which an answer can be no answer, and some that only look like one.
const ODD: &[(&str, Behaviour, &str)] = &[
    ("alive", alive, "live full"),
    ("unknown-key", |asked| incorrect(asked.bearer()), "dead refused"),
    ("another-key", |asked| incorrect(&made("sk-proj-{openai:74}", asked.bearer().len() as u64)), "unknown other-key"),
    ("no-echo", |_| error(401, "invalid_api_key", "", "Incorrect API key provided."), "unknown other-key"),
    ("bare-401", |_| Reply::json(401, json!({})), "unknown not-the-issuer"),
    ("null-401", |_| Reply::json(401, json!(null)), "unknown not-the-issuer"),
    ("new-code", |_| error(401, "some_new_code", "", "Something new"), "unknown unfamiliar"),
    ("new-403", |_| error(403, "", "", "Forbidden"), "unknown unfamiliar"),
    ("login-page", |_| html(200), "unknown not-the-issuer"),
    ("login-401", |_| html(401), "unknown not-the-issuer"),
    ("empty-200", |_| Reply::json(200, json!({})), "unknown not-the-issuer"),
    ("lying-200", |_| Reply::json(200, json!({"status": "ok", "live": true})), "unknown not-the-issuer"),
    ("redirect", |_| Reply::json(307, json!({})).with("location", "https://unleak.invalid/"), "unknown no-answer"),
    ("outage", |_| Reply::json(503, json!({"error": {"message": "busy"}})), "unknown outage"),
    ("bad-gateway", |_| html(502), "unknown outage"),
    ("silent", |_| Reply::Close, "unknown no-answer"),
    ("no-http", |_| raw("SSH-2.0-OpenSSH_9.9\r\n"), "unknown no-answer"),
    ("slow", |_| Reply::Stall(Vec::new(), Duration::from_secs(3)), "unknown no-answer"),
    (
        "half",
        |_| raw("HTTP/1.1 401 No\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{\"error\": {"),
        "unknown no-answer",
    ),
    (
        "stalled",
        |_| Reply::Stall(b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{".to_vec(), Duration::from_secs(3)),
        "unknown no-answer",
    ),
    (
        "huge",
        |_| raw(&format!("HTTP/1.1 200 OK\r\ncontent-length: 9000000\r\n\r\n\"{}\"", "x".repeat(8_999_998))),
        "unknown no-answer",
    ),
    (
        "compressed",
        |_| raw("HTTP/1.1 401 No\r\ncontent-encoding: gzip\r\ncontent-length: 10\r\n\r\n\x1f\x0b\x08\0\0\0\0\0\0\x03"),
        "unknown not-the-issuer",
    ),
    // It lives by what its first call said, whatever becomes of the second.
    ("models-fail", |asked| if asked.path == "/v1/me" { alive(asked) } else { Reply::Close }, "live full"),
    (
        "no-me",
        |asked| if asked.path == "/v1/me" { error(404, "unknown_url", "", "Unknown") } else { alive(asked) },
        "live full",
    ),
    (
        "gateway",
        |asked| match asked.path.as_str() {
            "/v1/me" => Reply::json(404, json!({"detail": "Not Found"})),
            _ => alive(asked),
        },
        "live full",
    ),
    (
        "models-denied",
        |asked| match asked.path.as_str() {
            "/v1/me" => alive(asked),
            _ => error(
                403,
                "",
                "",
                "You have insufficient permissions for this operation. Missing scopes: api.model.read.",
            ),
        },
        "live restricted",
    ),
    (
        "died-between",
        |asked| if asked.path == "/v1/me" { alive(asked) } else { incorrect(asked.bearer()) },
        "dead refused",
    ),
];

#[test]
fn an_answer_that_is_none_is_unknown() {
    let folder = tempfile::tempdir().unwrap();
    let mut behaviours: HashMap<String, Behaviour> = HashMap::new();
    for (number, (name, behaviour, _)) in ODD.iter().enumerate() {
        let key = project_key(1000 + number as u64);
        write(folder.path(), format!("{name}.env"), format!("KEY={key}\n"));
        behaviours.insert(key, *behaviour);
    }
    let authority = Authority::new();
    let server = Server::tls(&authority, move |asked| behaviours[asked.bearer()](asked));
    let said = run(asking(folder.path(), &authority, &server).args([
        "scan",
        ".",
        "--verify",
        "--format",
        "json",
        "--rate",
        "1000",
        "--timeout",
        "0.7",
    ]));
    let verdicts = verdicts(&said.json());
    for (name, _, wanted) in ODD {
        assert_eq!(verdicts[&format!("{name}.env")], *wanted, "{name}");
    }
}

#[test]
fn each_kind_is_asked_with_its_own_call_and_some_with_none() {
    let folder = tempfile::tempdir().unwrap();
    let keys = [
        ("admin.env", made("OPENAI_ADMIN_KEY=sk-admin-{openai:58}\n", 1), "live full"),
        ("service.env", made("OPENAI_API_KEY=sk-svcacct-{openai:74}\n", 2), "live full"),
        ("legacy.env", made("OPENAI_API_KEY=sk-{openai:20}\n", 3), "live full"),
        ("refresh.env", made("OPENAI_REFRESH_TOKEN=rt_{b64url:43}.{b64url:43}\n", 4), "unknown no-way"),
        ("session.env", made("sess-{alnum:40}\n", 5), "unknown no-way"),
    ];
    keys.iter().for_each(|(file, text, _)| write(folder.path(), file, text));
    let authority = Authority::new();
    let server = Server::tls(&authority, alive);
    let said = run(asking(folder.path(), &authority, &server).args(["scan", ".", "--verify", "--format", "json"]));
    let verdicts = verdicts(&said.json());
    for (file, _, wanted) in &keys {
        assert_eq!(verdicts.get(*file).map(String::as_str), Some(*wanted), "{file}");
    }
    let mut paths: Vec<String> =
        server.asked().iter().map(|asked| format!("{} {}", &asked.bearer()[..6], asked.path)).collect();
    paths.sort();
    assert_eq!(paths.iter().filter(|path| path.starts_with("sk-adm")).count(), 1, "{paths:?}");
    assert!(paths.contains(&"sk-adm /v1/organization/admin_api_keys?limit=1".to_owned()), "{paths:?}");
    assert_eq!(paths.iter().filter(|path| path.ends_with("/v1/me")).count(), 2, "{paths:?}");
    assert_eq!(paths.len(), 5, "nothing else was asked: {paths:?}");
}

#[test]
fn a_living_key_says_whose_it_is() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), ".env", format!("KEY={}\n", project_key(1)));
    let authority = Authority::new();
    let server = Server::tls(&authority, alive);
    let said = run(asking(folder.path(), &authority, &server).args(["scan", ".", "--verify", "--format", "json"]));
    let report = said.json();
    let liveness = &report["leaks"][0]["liveness"];
    assert_eq!(
        liveness["identity"],
        json!({"owner": "Jane", "owner_id": "user-1", "email": "j…@example.com", "organizations": ["Acme (org-1, owner)"],
            "project": "proj_1", "models": ["a-model", "b-model"], "limits": ["10000 requests a minute"]})
    );
    assert_eq!((&liveness["state"], &liveness["remembered"]), (&json!("live"), &json!(false)));
    let said = run(asking(folder.path(), &authority, &server).args(["scan", ".", "--verify"]));
    for part in
        ["= live", "owner: Jane (j…@example.com, user-1)", "organization: Acme", "2 models: a-model, b-model", "1 live"]
    {
        assert!(said.stdout.contains(part), "{part}: {}", said.stdout);
    }
}

#[test]
fn analysis_is_asked_for_and_makes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), ".env", format!("KEY={}\n", project_key(1)));
    let authority = Authority::new();
    let server = Server::tls(&authority, |asked| match (asked.method.as_str(), asked.path.as_str()) {
        (_, "/v1/me" | "/v1/models") => alive(asked),
        ("POST", "/v1/chat/completions") => {
            error(400, "missing_required_parameter", "", "you must provide a model parameter")
        }
        ("GET", "/v1/files?limit=1") => Reply::json(200, json!({"object": "list", "data": []})),
        ("POST", "/v1/embeddings") => {
            error(401, "", "", "You have insufficient permissions. Missing scopes: model.request")
        }
        _ => error(500, "", "", "?"),
    });
    let ask = |more: &[&str]| {
        let mut command = asking(folder.path(), &authority, &server);
        run(command.args(["scan", ".", "--verify", "--format", "json", "--no-cache", "--rate", "1000"]).args(more))
            .json()
    };
    assert!(ask(&[])["leaks"][0]["liveness"]["identity"].get("scopes").is_none());
    assert_eq!(server.asked().len(), 2);
    let report = ask(&["--analyze"]);
    let scopes = &report["leaks"][0]["liveness"]["identity"]["scopes"];
    assert_eq!(*scopes, json!(["may use chat completions", "may not use embeddings", "may use files"]));
    for asked in server.asked().iter().filter(|asked| asked.method == "POST") {
        assert_eq!(asked.body, b"{}", "{}", asked.path);
    }
}

#[test]
fn a_region_is_asked_if_we_know_it_and_no_other_host_is() {
    let wrong = |host: &str| {
        let message = format!(
            "Attempted to access resource with incorrect regional hostname. Please make your request to {host}"
        );
        error(401, "incorrect_hostname", "invalid_request_error", &message)
    };
    let folder = tempfile::tempdir().unwrap();
    let (europe, evil) = (project_key(1), project_key(2));
    write(folder.path(), "europe.env", format!("KEY={europe}\n"));
    write(folder.path(), "evil.env", format!("KEY={evil}\n"));
    let authority = Authority::new();
    let (known, region) = (europe.clone(), Server::tls(&authority, alive));
    let server = Server::tls(&authority, move |asked| match asked.bearer() == known {
        true => wrong("eu.api.openai.com"),
        false => wrong("eu.api.openai.com.unleak.invalid"),
    });
    let ask = |bases: &[String]| {
        let mut command = asking(folder.path(), &authority, &server);
        command.args(["scan", ".", "--verify", "--format", "json", "--no-cache"]);
        command.args(bases.iter().map(|base| format!("--base-url={base}")));
        verdicts(&run(&mut command).json())
    };
    // The real region is not asked in place of a gateway's.
    assert_eq!(ask(&[])["europe.env"], "live elsewhere");
    let verdicts = ask(&[format!("openai-eu={}", region.url("/v1"))]);
    assert_eq!((verdicts["europe.env"].as_str(), verdicts["evil.env"].as_str()), ("live full", "live elsewhere"));
    assert!(region.asked().iter().all(|asked| asked.bearer() == europe));
}
