//! Credentials of several parts, and calls that are posted: what goes out, and to whom.

use std::collections::BTreeMap;
use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::server::{Asked, Authority, Reply, Server};
use crate::support::{made, write};
use crate::{offline, run, verdicts};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// The signature that this request has to have if it was signed with this secret, as the service works it out.
fn signature(asked: &Asked, secret: &str) -> String {
    let authorization = asked.header("authorization");
    let (_, scope) = authorization.split_once("Credential=").unwrap();
    let scope = scope.split(',').next().unwrap().split_once('/').unwrap().1.to_owned();
    let (_, names) = authorization.split_once("SignedHeaders=").unwrap();
    let names = names.split(',').next().unwrap();
    let (path, query) = asked.path.split_once('?').unwrap();
    let headers: String = names.split(';').map(|name| format!("{name}:{}\n", asked.header(name))).collect();
    let empty = hex(&Sha256::digest(b""));
    let request = format!("{}\n{path}\n{query}\n{headers}\n{names}\n{empty}", asked.method);
    let stamp = asked.header("x-amz-date");
    let text = format!("AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{}", hex(&Sha256::digest(request.as_bytes())));
    let key = scope.split('/').fold(format!("AWS4{secret}").into_bytes(), |key, part| mac(&key, part));
    hex(&mac(&key, &text))
}

/// The token service of one partition, which knows these ids and their secrets.
fn sts(authority: &Authority, keys: &[(String, String)]) -> Server {
    let keys: BTreeMap<String, String> = keys.iter().cloned().collect();
    let keys = Arc::new(keys);
    Server::tls(authority, move |asked| {
        let refuse =
            |code: &str| Reply::json(403, json!({"Error": {"Code": code, "Message": "No.", "Type": "Sender"}}));
        let authorization = asked.header("authorization").to_owned();
        let id = authorization.split("Credential=").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
        let Some(secret) = keys.get(id) else { return refuse("InvalidClientTokenId") };
        if !authorization.ends_with(&format!("Signature={}", signature(asked, secret))) {
            return refuse("SignatureDoesNotMatch");
        }
        let result = json!({"Arn": format!("arn:aws:iam::123456789012:user/{id}"), "Account": "123456789012", "UserId": "AIDA1"});
        Reply::json(200, json!({"GetCallerIdentityResponse": {"GetCallerIdentityResult": result}}))
    })
}

/// A folder, and what answers in the place of issuers.
struct Scene {
    folder: tempfile::TempDir,
    authority: Authority,
    bases: Vec<String>,
}

impl Scene {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), authority: Authority::new(), bases: Vec::new() }
    }

    fn at(&mut self, site: &str, server: &Server) {
        self.bases.push(format!("{site}={}", server.url("")));
    }

    fn write(&self, name: &str, text: &str) {
        write(self.folder.path(), format!("keys/{name}"), text);
    }

    fn said(&self, arguments: &[&str]) -> crate::support::Said {
        self.authority.save(&self.folder.path().join("authority.pem"));
        let mut command = offline(self.folder.path());
        command.env("SSL_CERT_FILE", self.folder.path().join("authority.pem"));
        run(command.env("UNLEAK_BASE_URL", self.bases.join(" ")).args(arguments))
    }

    fn verified(&self) -> Value {
        self.said(&["scan", "keys", "--verify", "--no-cache", "--format", "json", "--rate", "1000"]).json()
    }
}

/// What is said of each leak, by rule.
fn by_rule(report: &Value) -> Vec<String> {
    let word = |leak: &Value, name: &str| leak["liveness"][name].as_str().unwrap_or_default().to_owned();
    let shown =
        |leak: &Value| format!("{} {} {}", leak["rule"].as_str().unwrap(), word(leak, "state"), word(leak, "detail"));
    let mut all: Vec<String> = report["leaks"].as_array().unwrap().iter().map(shown).collect();
    all.sort();
    all
}

fn pair(seed: u64) -> (String, String) {
    (made("{aws:AKIA}", seed), made("{b64:40}", seed))
}

fn profile(name: &str, (id, secret): &(String, String)) -> String {
    format!("[{name}]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n")
}

#[test]
fn a_request_is_signed_and_no_secret_access_key_goes_out() {
    let (mut scene, key) = (Scene::new(), pair(1));
    let server = sts(&scene.authority, std::slice::from_ref(&key));
    scene.at("aws", &server);
    scene.write("credentials", &profile("default", &key));
    let report = scene.verified();
    let wanted = ["aws-access-key-id live full", "aws-secret-access-key live full"];
    assert_eq!(by_rule(&report), wanted, "{report}");
    for leak in report["leaks"].as_array().unwrap() {
        assert_eq!(
            leak["liveness"]["identity"]["owner"],
            format!("arn:aws:iam::123456789012:user/{}", key.0),
            "{leak}"
        );
    }
    let asked = server.asked();
    assert_eq!(asked.len(), 1, "one credential is one question");
    assert_eq!(asked[0].path, "/?Action=GetCallerIdentity&Version=2011-06-15");
    assert!(asked[0].header("authorization").contains("/us-east-1/sts/aws4_request"), "{asked:?}");
    assert!(!format!("{asked:?}").contains(&key.1), "{asked:?}");
    // A report's leaks are found again with what stands beside them.
    let report = scene.said(&["scan", "keys", "--format", "json", "--output", "leaks.json"]);
    assert_eq!(report.status, Some(1));
    let again = scene.said(&["verify", "leaks.json", "--no-cache", "--format", "json"]).json();
    assert_eq!(by_rule(&again), wanted, "{again}");
}

/// Several profiles in a file: each secret is asked about with all ids that stand near it, and only its own fits.
#[test]
fn parts_that_do_not_belong_together_are_told_apart() {
    let mut scene = Scene::new();
    let keys: Vec<_> = (1..4).map(pair).collect();
    let server = sts(&scene.authority, &keys);
    scene.at("aws", &server);
    let text: String = keys.iter().enumerate().map(|(at, key)| profile(&format!("p{at}"), key)).collect();
    scene.write("credentials", &text);
    let report = scene.verified();
    let live = |leak: &Value| leak["liveness"]["state"] == "live";
    let leaks = report["leaks"].as_array().unwrap();
    assert!(leaks.len() == 6 && leaks.iter().all(live), "{report}");
    // A secret beside an id that is not its own, and an id with no secret.
    scene.write("credentials", &profile("p", &(keys[0].0.clone(), pair(9).1)));
    let wanted = ["aws-access-key-id unknown wrong-part", "aws-secret-access-key unknown wrong-part"];
    assert_eq!(by_rule(&scene.verified()), wanted);
    scene.write("credentials", &format!("AWS_ACCESS_KEY_ID={}\n", keys[0].0));
    let before = server.asked().len();
    assert_eq!(by_rule(&scene.verified()), ["aws-access-key-id unknown no-part"]);
    assert_eq!(server.asked().len(), before, "there is nothing to ask");
}

/// Keys of one partition are unknown to the others: dead is what all of them refuse.
#[test]
fn a_key_is_dead_if_every_partition_refuses_it() {
    let (mut scene, key) = (Scene::new(), pair(1));
    let (world, china, gov) =
        (sts(&scene.authority, &[]), sts(&scene.authority, std::slice::from_ref(&key)), sts(&scene.authority, &[]));
    scene.at("aws", &world);
    scene.at("aws-cn", &china);
    scene.at("aws-gov", &gov);
    scene.write("credentials", &profile("default", &key));
    assert_eq!(by_rule(&scene.verified())[1], "aws-secret-access-key live full");
    assert!(china.asked()[0].header("authorization").contains("/cn-north-1/sts/"), "{:?}", china.asked());
    assert!(gov.asked().is_empty(), "nobody else is asked once it is known");
    scene.write("credentials", &profile("default", &pair(2)));
    assert_eq!(by_rule(&scene.verified()), ["aws-access-key-id dead refused", "aws-secret-access-key dead refused"]);
    assert_eq!(gov.asked().len(), 1);
}

#[test]
fn temporary_keys_need_their_token() {
    let mut scene = Scene::new();
    let key = (made("{aws:ASIA}", 1), pair(1).1);
    let server = sts(&scene.authority, std::slice::from_ref(&key));
    scene.at("aws", &server);
    scene.write("credentials", &profile("default", &key));
    let alone = by_rule(&scene.verified());
    assert_eq!(alone, ["aws-secret-access-key unknown no-part", "aws-temporary-key-id unknown no-part"]);
    assert!(server.asked().is_empty());
    let token = made("IQoJ{b64:400}", 1);
    scene.write("credentials", &(profile("default", &key) + &format!("aws_session_token = {token}\n")));
    for said in by_rule(&scene.verified()) {
        assert!(said.ends_with("live full"), "{said}");
    }
    assert_eq!(server.asked()[0].header("x-amz-security-token"), token);
}

/// The public key is the name, in whichever region the project is; elsewhere it may be somebody's own server.
#[test]
fn langfuse_is_asked_with_both_keys_in_each_region() {
    let mut scene = Scene::new();
    let (public, secret) = (made("pk-lf-{uuid:4}", 1), made("sk-lf-{uuid:4}", 2));
    scene.write(".env", &format!("LANGFUSE_PUBLIC_KEY={public} LANGFUSE_SECRET_KEY={secret}\n"));
    let no = |_: &Asked| {
        Reply::json(401, json!({"error": "Unauthorized", "message": "Invalid credentials. Confirm the host."}))
    };
    let yes = |_: &Asked| Reply::json(200, json!({"data": [{"id": "1", "name": "chat"}]}));
    let eu = Server::tls(&scene.authority, no);
    scene.at("langfuse", &eu);
    assert_eq!(by_rule(&scene.verified()), ["langfuse-secret-key unknown no-address"]);
    let us = Server::tls(&scene.authority, yes);
    scene.at("langfuse-us", &us);
    let report = scene.verified();
    assert_eq!(by_rule(&report), ["langfuse-secret-key live full"]);
    let leak = &report["leaks"][0];
    assert_eq!(leak["liveness"]["identity"]["project"], "chat");
    let shown = report.to_string();
    assert!(!shown.contains(&secret[6..]) && !shown.contains(&public[6..]), "both are masked: {shown}");
    use base64::Engine;
    let sent = base64::prelude::BASE64_STANDARD.encode(format!("{public}:{secret}"));
    assert_eq!(us.asked()[0].header("authorization"), format!("Basic {sent}"));
    assert_eq!(us.asked()[0].path, "/projects");
}

/// Two issuers have no call that is got; what is posted changes nothing.
#[test]
fn what_is_posted_is_what_the_rule_says() {
    let mut scene = Scene::new();
    let (nvidia, wandb) = (made("nvapi-{b64url:64}", 1), made("wandb_v1_{alnum:77}", 2));
    scene.write("nvidia.env", &format!("NVIDIA_API_KEY={nvidia}\n"));
    scene.write("wandb.env", &format!("WANDB_API_KEY={wandb}\n"));
    let caller = Server::tls(&scene.authority, |_| {
        Reply::json(200, json!({"type": "PERSONAL_KEY", "orgName": "acme", "userId": "7", "products": ["NIM"]}))
    });
    let viewer = Server::tls(&scene.authority, |_| {
        Reply::json(
            200,
            json!({"data": {"viewer": {"username": "jane", "email": "jane@example.com", "entity": "acme"}}}),
        )
    });
    scene.at("nvidia", &caller);
    scene.at("wandb", &viewer);
    let report = scene.verified();
    assert_eq!(verdicts(&report)["keys/nvidia.env"], "live full");
    assert_eq!(verdicts(&report)["keys/wandb.env"], "live full");
    let (form, query) = (&caller.asked()[0], &viewer.asked()[0]);
    assert_eq!((form.method.as_str(), form.path.as_str()), ("POST", "/keys/get-caller-info"));
    assert_eq!(form.header("content-type"), "application/x-www-form-urlencoded");
    assert_eq!(String::from_utf8(form.body.clone()).unwrap(), format!("credentials={nvidia}"));
    assert_eq!(form.header("authorization"), "", "it goes out once");
    assert_eq!(query.header("content-type"), "application/json");
    let sent = query.json();
    let graphql = sent["query"].as_str().unwrap();
    assert!(graphql.starts_with("query {") && !graphql.contains("mutation"), "{graphql}");
    assert!(!String::from_utf8_lossy(&query.body).contains(&wandb));
}
