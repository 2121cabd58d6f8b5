//! `unleak revoke` for secrets that whoever holds them may end: each issuer's own call, as its rule file declares it.

use std::fs;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tempfile::TempDir;
use unleak::issuer::SITES;
use unleak::rules::builtin;
use unleak::rules::spec::{CarrySpec, RevokeCallSpec, RevokeSpec};

use crate::server::{Asked, Reply, Server};
use crate::support::{Said, made, program, unleak, write};

/// A folder with one secret in it, a report of it, and its issuer.
struct Issuer {
    folder: TempDir,
    server: Server,
    dead: Arc<AtomicBool>,
}

/// What a server does: told the request and whether the secret is dead, it answers.
type Answers = fn(&Asked, &AtomicBool) -> Reply;

impl Issuer {
    fn new(secret: &str, answers: Answers) -> Self {
        let (folder, dead) = (tempfile::tempdir().unwrap(), Arc::new(AtomicBool::new(false)));
        write(folder.path(), "a.env", format!("{secret}\n"));
        let said = unleak(folder.path(), ["scan", ".", "--format", "json", "--output", "report.json"]);
        assert_eq!(said.status, Some(1), "{}", said.stderr);
        let told = Arc::clone(&dead);
        Self { folder, server: Server::plain(move |asked| answers(asked, &told)), dead }
    }

    fn command(&self, site: &str, more: &[&str]) -> std::process::Command {
        let mut command = program(self.folder.path());
        command.args(["revoke", "report.json", "--evidence", "log.jsonl", "--rate", "1000", "--timeout", "1"]);
        command.arg(format!("--base-url={site}={}", self.server.url(""))).args(more);
        command
    }

    fn revoke(&self, site: &str, more: &[&str]) -> Said {
        self.command(site, more).output().unwrap().into()
    }

    fn steps(&self) -> Vec<String> {
        let text = fs::read_to_string(self.folder.path().join("log.jsonl")).unwrap_or_default();
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines.map(|line| format!("{} {}", line["step"].as_str().unwrap(), line["state"].as_str().unwrap())).collect()
    }

    /// The calls that change something.
    fn changes(&self) -> Vec<Asked> {
        self.server.asked().into_iter().filter(|asked| asked.method != "GET").collect()
    }
}

const APPLY: &[&str] = &["--apply", "--yes", "--wait", "3"];
const PROVEN: [&str; 4] = ["revoke-secret begin", "revoke-secret done", "prove-death begin", "prove-death done"];

fn github_token() -> String {
    made("{crc:4,,6,62:ghp_{alnum:30}}", 11)
}

fn github(asked: &Asked, dead: &AtomicBool) -> Reply {
    match (asked.method.as_str(), asked.path.as_str()) {
        ("POST", "/credentials/revoke") if asked.header("authorization").is_empty() => {
            dead.store(true, Ordering::SeqCst);
            Reply::json(202, json!({})).with("x-github-request-id", "req_gh")
        }
        ("POST", _) => Reply::json(403, json!({"message": "authenticated requests are not allowed"})),
        _ if dead.load(Ordering::SeqCst) => Reply::json(401, json!({"message": "Bad credentials"})),
        _ => Reply::json(200, json!({"login": "ada", "name": "Ada"})),
    }
}

#[test]
fn github_is_told_without_a_login_and_the_token_is_seen_dead() {
    let issuer = Issuer::new(&format!("GITHUB_TOKEN={}", github_token()), github);
    let plan = issuer.revoke("github", &[]);
    assert!(plan.status == Some(1) && issuer.changes().is_empty(), "{}", plan.stdout);
    assert!(
        plan.stdout.contains("GitHub tells its owner") && plan.stdout.contains("1 of 1 key to end"),
        "{}",
        plan.stdout
    );
    let said = issuer.revoke("github", APPLY);
    assert_eq!(said.status, Some(0), "{}{}", said.stdout, said.stderr);
    let changes = issuer.changes();
    assert!(changes.len() == 1 && changes[0].json() == json!({"credentials": [github_token()]}));
    assert_eq!(issuer.steps(), PROVEN);
    let log = fs::read_to_string(issuer.folder.path().join("log.jsonl")).unwrap();
    assert!(log.contains("req_gh") && log.contains("dead_at"), "{log}");
    for text in [&log, &said.stdout, &plan.stdout] {
        assert!(!text.contains(&github_token()[8..30]));
    }
    assert_eq!(issuer.revoke("github", APPLY).status, Some(0));
    assert_eq!(issuer.changes().len(), 1, "what is dead is not ended again");
}

#[test]
fn only_those_that_are_named_are_touched() {
    let issuer = Issuer::new(&format!("GITHUB_TOKEN={}", github_token()), github);
    let said = issuer.revoke("github", &[APPLY, &["--only", "openai"]].concat());
    assert!(issuer.server.asked().is_empty() && said.stdout.contains("0 of 0 keys"), "{}", said.stdout);
}

#[test]
fn killed_at_any_request_and_run_again_it_is_ended() {
    for late in [false, true] {
        for at in 1..30 {
            let child = Arc::new(Mutex::new(None::<std::process::Child>));
            let issuer = Issuer::new(&format!("GITHUB_TOKEN={}", github_token()), github);
            let (number, handle) = (Arc::new(Mutex::new(0)), Arc::clone(&child));
            let (counted, dead) = (Arc::clone(&number), Arc::clone(&issuer.dead));
            let server = Server::plain(move |asked| {
                let now = {
                    let mut counted = counted.lock().unwrap();
                    *counted += 1;
                    *counted
                };
                let reply = if now == at && !late { Reply::Close } else { github(asked, &dead) };
                if now == at {
                    while handle.lock().unwrap().as_mut().is_none_or(|child| child.kill().is_err()) {}
                    return Reply::Close;
                }
                reply
            });
            let issuer = Issuer { server, ..issuer };
            let mut command = issuer.command("github", APPLY);
            *child.lock().unwrap() = Some(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
            loop {
                if child.lock().unwrap().as_mut().unwrap().try_wait().unwrap().is_some() {
                    break;
                }
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
            let was_killed = *number.lock().unwrap() >= at;
            assert!(!issuer.dead.load(Ordering::SeqCst) || issuer.steps()[0] == PROVEN[0], "{at} {late}");
            let said = issuer.revoke("github", APPLY);
            assert_eq!(said.status, Some(0), "{at} {late}: {}{}", said.stdout, said.stderr);
            assert!(issuer.dead.load(Ordering::SeqCst));
            let ended = issuer.changes().iter().filter(|asked| asked.path == "/credentials/revoke").count();
            assert!(ended <= 2, "{at} {late}: {ended}");
            if !was_killed {
                assert!(at > 2, "it took only {at} requests");
                break;
            }
        }
    }
}

#[test]
fn an_issuer_that_refuses_is_told_and_one_that_is_silent_is_asked_whether_it_was_done() {
    let refusing: Answers = |asked, _| match asked.method.as_str() {
        "POST" => Reply::json(422, json!({"message": "Validation failed"})),
        _ => Reply::json(200, json!({"login": "ada"})),
    };
    let issuer = Issuer::new(&format!("GITHUB_TOKEN={}", github_token()), refusing);
    let said = issuer.revoke("github", APPLY);
    assert!(said.status == Some(1) && said.stdout.contains("refused (422): Validation failed"), "{}", said.stdout);
    assert_eq!(issuer.steps(), ["revoke-secret begin", "revoke-secret failed"]);
    let silent: Answers = |asked, dead| match asked.method.as_str() {
        "POST" => {
            let _ = github(asked, dead);
            Reply::Close
        }
        _ => github(asked, dead),
    };
    let issuer = Issuer::new(&format!("GITHUB_TOKEN={}", github_token()), silent);
    assert_eq!(issuer.revoke("github", APPLY).status, Some(0));
    assert_eq!(issuer.changes().len(), 1);
    assert_eq!(issuer.steps()[1..], ["revoke-secret unclear", "prove-death begin", "prove-death done"]);
}

#[test]
fn slack_says_no_with_a_200() {
    let answers: Answers = |asked, _| match asked.path.as_str() {
        "/auth.revoke" => Reply::json(200, json!({"ok": false, "error": "org_login_required"})),
        _ => Reply::json(200, json!({"ok": true, "user": "bot"})),
    };
    let rules = builtin().unwrap();
    let rule = rules.iter().find(|rule| **rule.id() == *"slack-bot-token").unwrap();
    let issuer = Issuer::new(&made(&rule.spec().hits[0], 3), answers);
    let said = issuer.revoke("slack", APPLY);
    assert!(said.status == Some(1) && said.stdout.contains("org_login_required"), "{}", said.stdout);
}

#[test]
fn what_nobody_can_be_asked_about_is_ended_and_not_called_dead() {
    let issuer = Issuer::new(&format!("token=\"rt.1.{}\"", made("{b64url:64}", 3)), |_, _| Reply::json(200, json!({})));
    let said = issuer.revoke("openai-auth", APPLY);
    assert_eq!(said.status, Some(2), "{}{}", said.stdout, said.stderr);
    assert!(said.stdout.contains("not proven dead"), "{}", said.stdout);
    let changes = issuer.changes();
    assert_eq!(changes.len(), 1);
    let body = changes[0].json();
    assert_eq!((changes[0].path.as_str(), body["token_type_hint"].as_str()), ("/oauth/revoke", Some("refresh_token")));
    assert!(body["token"].as_str().unwrap().starts_with("rt.1.") && body["client_id"].is_string());
}

/// An answer that says that it was done.
fn done(spec: &RevokeSpec) -> Reply {
    let body = spec.has.as_ref().map_or(json!({}), |pointer| json!({ &pointer[1..]: true }));
    Reply::json(spec.done[0], body)
}

#[test]
fn every_declared_call_is_made_as_it_says_and_the_secret_is_in_no_address() {
    let rules = builtin().unwrap();
    let declared: Vec<_> = rules.iter().filter_map(|rule| Some((rule, rule.revoke()?))).collect();
    assert!(declared.len() >= 17, "{}", declared.len());
    for (number, (rule, spec)) in declared.into_iter().enumerate() {
        let site = spec.site.as_deref().unwrap_or(&rule.provider().id);
        let known = SITES.iter().find(|known| known.id == site).unwrap_or_else(|| panic!("no site {site}"));
        assert_eq!(known.provider, rule.provider().id, "{}", rule.id());
        let path = spec.call.path();
        assert!(!path.starts_with('/') && !path.contains("..") && !path.contains([':', '?', '{']), "{path}");
        assert!(spec.effect.ends_with('.') && !spec.done.is_empty(), "{}", rule.id());

        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "a.env", made(&rule.spec().hits[0], number as u64) + "\n");
        unleak(folder.path(), ["scan", "a.env", "--format", "json", "--output", "report.json"]);
        let (kept, method) =
            (spec.clone(), if matches!(spec.call, RevokeCallSpec::Delete(_)) { "DELETE" } else { "POST" });
        let server = Server::plain(move |asked| match asked.method.as_str() {
            "GET" => Reply::json(418, json!({"error": "not asked about"})),
            _ => done(&kept),
        });
        let mut command = program(folder.path());
        command.args([
            "revoke",
            "report.json",
            "--apply",
            "--yes",
            "--wait",
            "0",
            "--evidence",
            "log",
            "--rate",
            "1000",
        ]);
        let said: Said = command.arg(format!("--base-url={site}={}", server.url(""))).output().unwrap().into();
        let asked: Vec<_> = server.asked().into_iter().filter(|asked| asked.method != "GET").collect();
        assert_eq!(asked.len(), 1, "{}: {}{}", rule.id(), said.stdout, said.stderr);
        let asked = &asked[0];
        assert_eq!(
            (asked.method.as_str(), asked.path.as_str()),
            (method, format!("/{path}").as_str()),
            "{}",
            rule.id()
        );
        let carried = match &spec.secret {
            CarrySpec::Bearer => asked.bearer().to_owned(),
            CarrySpec::Header(name) => asked.header(name).to_owned(),
            CarrySpec::Field(name) => asked.json()[name].as_str().unwrap().to_owned(),
            CarrySpec::List(name) => asked.json()[name][0].as_str().unwrap().to_owned(),
        };
        let secret = fs::read_to_string(folder.path().join("a.env")).unwrap();
        assert!(carried.len() >= 20 && secret.contains(&carried), "{}", rule.id());
        assert!(!asked.path.contains(&carried) && !said.stdout.contains(&carried), "{}", rule.id());
    }
}

#[test]
fn a_rule_that_a_repository_brings_ends_nothing() {
    for rule in builtin().unwrap() {
        assert!(rule.brought(30).revoke().is_none());
    }
}
