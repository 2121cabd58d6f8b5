//! OpenAI played by a local server, with an organization behind it: keys really die when they are deleted, lists come in
//! pages, masks are made as the issuer makes them. What it does, and in which order, it remembers; a test can have it fail
//! at any request, before or after its effect, and can have something done at that moment.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use serde_json::{Value, json};

use crate::server::{Asked, Reply, Server};
use crate::support::{made, now};

/// A key of the organization.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) secret: String,
    /// Its project; empty for an admin key.
    pub(crate) project: String,
    /// `user` or `service_account`.
    pub(crate) owner_type: &'static str,
    pub(crate) owner: String,
    pub(crate) name: String,
}

/// How the server fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Closes before anything is done.
    Before,
    /// Does it and closes without a word.
    After,
    /// Does it and says nothing for so long that the caller gives up.
    Silence,
    /// Answers with this status, and does nothing.
    Status(u16),
}

/// What is there, and how it behaves.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) keys: Vec<Key>,
    pub(crate) admin: String,
    /// Projects, and whether each is archived.
    pub(crate) projects: Vec<(String, bool)>,
    /// How many objects a page has at most.
    pub(crate) page: usize,
    /// Whether the key of a service account can't be deleted alone (400).
    pub(crate) accounts_only: bool,
    /// Whether the admin key may not list or delete.
    pub(crate) no_rights: bool,
    /// Whether keys may not list models.
    pub(crate) restricted: bool,
    /// Whether keys live on after their deletion, for so many questions.
    pub(crate) afterlife: usize,
    pub(crate) ghosts: Vec<(String, usize)>,
    /// Requests whose method and path begin so fail in this way, so many times.
    pub(crate) faults: Vec<(String, Fault, usize)>,
    /// What was really done: `delete key_1`.
    pub(crate) done: Vec<String>,
    /// How many requests came.
    pub(crate) requests: usize,
    /// At this request, before or after its effect, something happens.
    pub(crate) at: Option<(usize, bool, Act)>,
    /// What was taken from keys, by id: the scopes that are left, and when it expires.
    pub(crate) contained: BTreeMap<String, (Vec<String>, Option<u64>)>,
    /// Service accounts with a name of their own.
    pub(crate) accounts: Vec<(String, String)>,
    /// Answers to other paths: how path and query begin, what else is in the query, and the body.
    pub(crate) other: Vec<(String, String, Value)>,
}

/// Something that happens at a request.
type Act = Arc<dyn Fn() + Send + Sync>;

/// An organization and its server.
pub(crate) struct Organization {
    pub(crate) state: Arc<Mutex<State>>,
    pub(crate) server: Server,
}

impl Organization {
    pub(crate) fn new() -> Self {
        let state = State {
            admin: made("sk-admin-{openai:58}", 900),
            projects: vec![("proj_web".into(), false), ("proj_old".into(), true), ("proj_batch".into(), false)],
            page: 2,
            ..State::default()
        };
        let state = Arc::new(Mutex::new(state));
        let admin = state.lock().unwrap().admin.clone();
        let own = Key {
            id: "key_admin".into(),
            secret: admin,
            project: String::new(),
            owner_type: "user",
            owner: "user-ada".into(),
            name: "in use".into(),
        };
        state.lock().unwrap().keys.push(own);
        let handler = Arc::clone(&state);
        Self { server: Server::plain(move |asked| answer(&handler, asked)), state }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// A key that is there from the beginning.
    pub(crate) fn add(&self, id: &str, secret: &str, project: &str, owner_type: &'static str, owner: &str) {
        let (id, secret, project, owner) = (id.into(), secret.into(), project.into(), owner.into());
        self.state().keys.push(Key { name: format!("{id}'s name"), id, secret, project, owner_type, owner });
    }

    pub(crate) fn fail(&self, what: &str, fault: Fault, times: usize) {
        self.state().faults.push((what.into(), fault, times));
    }

    pub(crate) fn base(&self) -> String {
        format!("openai={}", self.server.url("/v1"))
    }

    pub(crate) fn ids(&self) -> Vec<String> {
        self.state().keys.iter().map(|key| key.id.clone()).collect()
    }

    pub(crate) fn done(&self) -> Vec<String> {
        self.state().done.clone()
    }
}

fn error(status: u16, code: &str, message: &str) -> Reply {
    let code = if code.is_empty() { Value::Null } else { json!(code) };
    Reply::json(
        status,
        json!({"error": {"message": message, "type": "invalid_request_error", "param": null, "code": code}}),
    )
    .with("x-request-id", "req_refused")
}

/// The first eight characters, stars, the last four.
pub(crate) fn redacted(secret: &str) -> String {
    format!("{}{}{}", &secret[..8], "*".repeat(secret.len() - 12), &secret[secret.len() - 4..])
}

/// Notes a request for tests/prism-respond.sh, which has it judged by OpenAI's description: method, path, body, no key.
fn note(asked: &Asked) {
    let Some(file) = std::env::var_os("UNLEAK_NOTE_REQUESTS") else { return };
    let line = format!("{}\t{}\t{}\n", asked.method, asked.path, String::from_utf8_lossy(&asked.body));
    let mut file = std::fs::OpenOptions::new().append(true).create(true).open(file).unwrap();
    std::io::Write::write_all(&mut file, line.as_bytes()).unwrap();
}

fn answer(state: &Mutex<State>, asked: &Asked) -> Reply {
    note(asked);
    let (number, at) = {
        let mut state = state.lock().unwrap();
        state.requests += 1;
        (state.requests, state.at.clone())
    };
    let happen = |after| match &at {
        Some((wanted, late, act)) if *wanted == number && *late == after => {
            act();
            true
        }
        _ => false,
    };
    if happen(false) {
        return Reply::Close;
    }
    let line = format!("{} {}", asked.method, asked.path);
    let fault = {
        let mut state = state.lock().unwrap();
        let fault = state.faults.iter_mut().find(|(what, _, times)| *times > 0 && line.starts_with(what.as_str()));
        fault.map(|(_, fault, times)| {
            *times -= 1;
            *fault
        })
    };
    match fault {
        Some(Fault::Before) => return Reply::Close,
        Some(Fault::Status(429)) => return error(429, "rate_limit_exceeded", "slow down").with("retry-after-ms", "20"),
        Some(Fault::Status(status)) => return error(status, "", "something broke"),
        _ => {}
    }
    let reply = act(&mut state.lock().unwrap(), asked);
    match fault {
        Some(Fault::After) => return Reply::Close,
        Some(Fault::Silence) => return Reply::Stall(Vec::new(), Duration::from_secs(3)),
        _ => {}
    }
    if happen(true) { Reply::Close } else { reply.with("x-request-id", format!("req_{number}")) }
}

fn act(state: &mut State, asked: &Asked) -> Reply {
    let (path, query) = asked.path.split_once('?').unwrap_or((&asked.path, ""));
    let parts: Vec<&str> = path.trim_start_matches("/v1/").split('/').collect();
    if parts == ["models"] && state.restricted {
        return error(403, "", "You have insufficient permissions for this operation. Missing scopes: api.model.read.");
    }
    if parts == ["me"] || parts == ["models"] {
        return me(state, asked.bearer());
    }
    if !parts[0].starts_with("organization") {
        return probe(state, asked);
    }
    if !state.keys.iter().any(|key| key.secret == asked.bearer() && key.project.is_empty()) {
        return dead(asked.bearer());
    }
    if state.no_rights {
        return error(
            403,
            "",
            "You have insufficient permissions for this operation. Missing scopes: api.management.read.",
        );
    }
    match (asked.method.as_str(), &parts[..]) {
        ("GET", ["organization", "projects"]) => {
            let all = query.contains("include_archived=true");
            let shown = state.projects.iter().filter(|(_, archived)| all || !archived);
            let project = |(id, archived): &(String, bool)| {
                json!({"id": id, "object": "organization.project", "name": format!("{id}'s name"), "created_at": 1_700_000_000,
                       "archived_at": archived.then_some(1_710_000_000), "status": if *archived { "archived" } else { "active" }})
            };
            page(shown.map(project).collect(), query, state.page)
        }
        ("GET", ["organization", "admin_api_keys"]) => {
            // The list that is documented as holding project keys, too.
            let keys = state.keys.iter().map(as_admin_key).collect();
            page(keys, query, state.page)
        }
        ("GET", ["organization", "projects", project, "api_keys"]) => {
            if !query.contains("owner_project_access=any") {
                return page(Vec::new(), query, state.page);
            }
            let keys = state.keys.iter().filter(|key| key.project == *project).map(|key| as_key(state, key)).collect();
            page(keys, query, state.page)
        }
        ("GET", ["organization", "projects", project, "api_keys", id]) => {
            match state.keys.iter().find(|key| key.project == *project && key.id == *id) {
                Some(key) => Reply::json(200, as_key(state, key)),
                None => error(404, "", "No such API key."),
            }
        }
        ("GET", ["organization", "admin_api_keys", id]) => match state.keys.iter().find(|key| key.id == *id) {
            Some(key) => Reply::json(200, as_admin_key(key)),
            None => error(404, "", "No such API key."),
        },
        ("POST", ["organization", "projects", project, "api_keys", id]) => contain(state, project, id, &asked.json()),
        ("DELETE", ["organization", "projects", project, "api_keys", id]) => {
            delete_key(state, project, id, "organization.project.api_key.deleted")
        }
        ("DELETE", ["organization", "admin_api_keys", id]) => {
            delete_key(state, "", id, "organization.admin_api_key.deleted")
        }
        ("DELETE", ["organization", "projects", project, "service_accounts", id]) => delete_account(state, project, id),
        ("POST", ["organization", "projects", project, "service_accounts"]) => {
            let account = format!("user-new{}", state.keys.len() + state.ghosts.len());
            let key = make(state, project, &account, "Secret Key");
            let name = asked.json()["name"].clone();
            state.accounts.push((account.clone(), name.as_str().unwrap().to_owned()));
            let body = json!({"object": "organization.project.service_account", "id": account, "name": name, "role": "member",
                              "created_at": 1_795_000_000, "api_key": key});
            Reply::json(200, body)
        }
        ("POST", ["organization", "projects", project, "service_accounts", account, "api_keys"]) => {
            let name = asked.json()["name"].as_str().unwrap().to_owned();
            Reply::json(200, make(state, project, account, &name))
        }
        (_, _) => match state
            .other
            .iter()
            .find(|(start, part, _)| path.starts_with(start.as_str()) && query.contains(part.as_str()))
        {
            Some((.., body)) => Reply::json(200, body.clone()),
            None => error(404, "", "Unknown request URL."),
        },
    }
}

fn dead(secret: &str) -> Reply {
    let echo = if secret.len() > 12 { redacted(secret) } else { String::new() };
    error(401, "invalid_api_key", &format!("Incorrect API key provided: {echo}. You can find your API key at …"))
}

fn me(state: &mut State, secret: &str) -> Reply {
    if let Some((_, left)) = state.ghosts.iter_mut().find(|(ghost, left)| ghost == secret && *left > 0) {
        *left -= 1;
        return Reply::json(200, json!({"object": "user"}));
    }
    match state.keys.iter().find(|key| key.secret == secret && !is_over(state, key)) {
        None => dead(secret),
        Some(key) if key.owner_type == "user" => {
            Reply::json(200, json!({"object": "user", "id": key.owner, "name": "Ada", "email": "ada@example.com"}))
        }
        Some(key) => Reply::json(200, json!({"object": "user"})).with("openai-project", key.project.clone()),
    }
}

/// Whether a key's time is over.
fn is_over(state: &State, key: &Key) -> bool {
    state.contained.get(&key.id).and_then(|(_, expires)| *expires).is_some_and(|at| at <= now())
}

/// A call that a key makes: lists are read, and what would make something is not valid.
fn probe(state: &State, asked: &Asked) -> Reply {
    let Some(key) = state.keys.iter().find(|key| key.secret == asked.bearer() && !is_over(state, key)) else {
        return dead(asked.bearer());
    };
    let reads_only = state.contained.get(&key.id).is_some_and(|(scopes, _)| !scopes.is_empty());
    match asked.method.as_str() {
        "GET" => Reply::json(200, json!({"object": "list", "data": []})),
        _ if reads_only => error(403, "", "You have insufficient permissions for this operation. Missing scopes: x."),
        _ => error(400, "", "you must provide a model parameter"),
    }
}

/// An empty list of scopes stands for all of them, as OpenAI's reference says.
fn contain(state: &mut State, project: &str, id: &str, body: &Value) -> Reply {
    let Some(key) = state.keys.iter().find(|key| key.project == project && key.id == id).cloned() else {
        return error(404, "", "No such API key.");
    };
    if is_over(state, &key) || (body.get("scopes").is_none() && body.get("expires_in_seconds").is_none()) {
        return error(400, "", "it has expired, or nothing was said");
    }
    let kept = state.contained.entry(id.to_owned()).or_default();
    if let Some(scopes) = body["scopes"].as_array() {
        kept.0 = scopes.iter().map(|scope| scope.as_str().unwrap().to_owned()).collect();
    }
    if let Some(seconds) = body["expires_in_seconds"].as_u64() {
        kept.1 = Some(now() + seconds);
    }
    state.done.push(format!("contain {id}"));
    Reply::json(200, as_key(state, &key))
}

fn page(all: Vec<Value>, query: &str, most: usize) -> Reply {
    let wanted = |name: &str| query.split('&').find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
    let most = wanted("limit").and_then(|limit| limit.parse().ok()).unwrap_or(20).min(most);
    let start = wanted("after").map_or(0, |after| 1 + all.iter().position(|one| one["id"] == after).unwrap());
    let data: Vec<Value> = all.iter().skip(start).take(most).cloned().collect();
    let end = |one: Option<&Value>| one.map_or(Value::Null, |one| one["id"].clone());
    let body = json!({"object": "list", "first_id": end(data.first()), "last_id": end(data.last()),
                      "has_more": start + data.len() < all.len(), "data": data});
    Reply::json(200, body)
}

fn as_key(state: &State, key: &Key) -> Value {
    let named = state.accounts.iter().find(|(id, _)| *id == key.owner);
    let name = named.map_or_else(|| format!("{}'s name", key.owner), |(_, name)| name.clone());
    let owner = json!({"id": key.owner, "name": name, "email": "ada@example.com", "role": "member",
                       "created_at": 1_700_000_000});
    json!({"object": "organization.project.api_key", "id": key.id, "name": key.name, "redacted_value": redacted(&key.secret),
           "created_at": 1_700_000_000, "last_used_at": 1_795_000_000, "owner_project_access": "active",
           "expires_at": state.contained.get(&key.id).and_then(|(_, expires)| *expires),
           "owner": {"type": key.owner_type, key.owner_type: owner}})
}

fn as_admin_key(key: &Key) -> Value {
    json!({"object": "organization.admin_api_key", "id": key.id, "name": key.name, "redacted_value": redacted(&key.secret),
           "created_at": 1_700_000_000, "last_used_at": 1_795_000_000, "expires_at": null,
           "owner": {"type": key.owner_type, "object": "organization.user", "id": key.owner, "name": "Ada",
                     "created_at": 1_700_000_000, "role": "owner"}})
}

/// A new key, and the answer that tells it once.
fn make(state: &mut State, project: &str, account: &str, name: &str) -> Value {
    let number = state.keys.len() + state.ghosts.len();
    let (id, secret) = (format!("key_new{number}"), made("sk-svcacct-{openai:74}", 500 + number as u64));
    state.done.push(format!("make {id}"));
    let body = json!({"object": "organization.project.service_account.api_key", "value": secret, "name": name,
                      "created_at": 1_795_000_000, "id": id});
    let (project, owner, name) = (project.to_owned(), account.to_owned(), name.to_owned());
    state.keys.push(Key { id, secret, project, owner_type: "service_account", owner, name });
    body
}

fn delete_key(state: &mut State, project: &str, id: &str, object: &str) -> Reply {
    let Some(index) = state.keys.iter().position(|key| key.project == project && key.id == id) else {
        return error(404, "", "No such API key.");
    };
    if state.accounts_only && state.keys[index].owner_type == "service_account" {
        return error(400, "", "API keys of service accounts can't be deleted.");
    }
    let key = state.keys.remove(index);
    state.ghosts.push((key.secret, state.afterlife));
    state.done.push(format!("delete {id}"));
    Reply::json(200, json!({"object": object, "id": id, "deleted": true}))
}

fn delete_account(state: &mut State, project: &str, id: &str) -> Reply {
    let (gone, kept): (Vec<Key>, _) =
        std::mem::take(&mut state.keys).into_iter().partition(|key| key.project == project && key.owner == id);
    state.keys = kept;
    state.ghosts.extend(gone.iter().map(|key| (key.secret.clone(), 0)));
    if gone.is_empty() {
        return error(404, "", "No such service account.");
    }
    state.done.push(format!("delete account {id}"));
    Reply::json(200, json!({"object": "organization.project.service_account.deleted", "id": id, "deleted": true}))
}
