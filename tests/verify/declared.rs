//! What rule files declare, row by row: every provider's server gives each of the answers that its rules know.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use unleak::issuer::SITES;
use unleak::rules::spec::{AnswerSpec, AskSpec, AuthSpec, MeansSpec, VerifySpec};
use unleak::rules::{Rule, builtin};

use crate::server::{Authority, Reply, Server};
use crate::support::{made, write};
use crate::{offline, run, verdicts};

fn declared(rule: &Rule) -> Option<&AskSpec> {
    match rule.verify() {
        Some(VerifySpec::Ask(ask)) => Some(ask),
        _ => None,
    }
}

/// An answer that this row fits.
fn answer(row: &AnswerSpec) -> Reply {
    let mut body = json!({"words": row.says});
    if let Some(pointer) = &row.has {
        let names: Vec<&str> = pointer.split('/').skip(1).collect();
        body = names.iter().rev().fold(json!("x"), |inside, name| match name.parse::<usize>() {
            Ok(_) => json!([inside]),
            Err(_) => json!({*name: inside}),
        });
        if let (Some(object), Some(says)) = (body.as_object_mut(), &row.says) {
            object.insert("words".to_owned(), json!(says));
        }
    }
    Reply::json(row.status, body)
}

fn word(means: MeansSpec) -> &'static str {
    match means {
        MeansSpec::Live => "live full",
        MeansSpec::Restricted => "live restricted",
        MeansSpec::IpLocked => "live ip-locked",
        MeansSpec::Unfunded => "live unfunded",
        MeansSpec::Refused => "dead refused",
        MeansSpec::Revoked => "dead revoked",
        MeansSpec::Expired => "dead expired",
        MeansSpec::AccountClosed => "dead account-closed",
        MeansSpec::Country => "unknown country",
        MeansSpec::NoAddress => "unknown no-address",
        MeansSpec::WrongPart => "unknown wrong-part",
    }
}

/// What stands beside a rule's secret where it needs another part.
fn beside(ask: &AskSpec, seed: u64) -> String {
    let needed = ask.beside.iter().filter(|beside| beside.only_if.is_none());
    let parts = needed.map(|beside| match beside.part.as_str() {
        "access-key-id" => made("{aws:AKIA}\n", seed),
        "public-key" => made("pk-lf-{uuid:4}\n", seed),
        other => panic!("how is a {other} written?"),
    });
    parts.collect()
}

#[test]
fn every_row_of_every_rule_file_means_what_it_says() {
    let rules = builtin().unwrap();
    let asked: Vec<(&Rule, &AskSpec)> = rules.iter().filter_map(|rule| Some((rule, declared(rule)?))).collect();
    assert!(asked.len() > 25, "{}", asked.len());
    let folder = tempfile::tempdir().unwrap();
    let mut paths: BTreeMap<String, AskSpec> = BTreeMap::new();
    for (number, (rule, ask)) in asked.iter().enumerate() {
        let text = made(&rule.spec().hits[0], number as u64) + "\n" + &beside(ask, number as u64);
        write(folder.path(), format!("keys/{}.env", rule.id()), text);
        let path = ask.path().0.split('?').next().unwrap();
        paths.insert(format!("/{}/{path}", rule.provider().id), (*ask).clone());
    }
    let (turn, authority) = (Arc::new(AtomicUsize::new(0)), Authority::new());
    let (paths, now) = (Arc::new(paths), turn.clone());
    let known = paths.clone();
    let server = Server::tls(&authority, move |asked| {
        let ask = known.get(asked.path.split('?').next().unwrap());
        let row = ask.and_then(|ask| ask.answers.get(now.load(Ordering::SeqCst)));
        row.map_or_else(|| Reply::json(418, json!({"error": "no such row"})), answer)
    });
    let providers: BTreeSet<&str> = asked.iter().map(|(rule, _)| rule.provider().id.as_str()).collect();
    let bases: Vec<String> = providers.iter().map(|id| format!("{id}={}", server.url(&format!("/{id}")))).collect();
    authority.save(&folder.path().join("authority.pem"));
    let rows = asked.iter().map(|(_, ask)| ask.answers.len()).max().unwrap();
    for row in 0..=rows {
        turn.store(row, Ordering::SeqCst);
        let mut command = offline(folder.path());
        command.env("SSL_CERT_FILE", folder.path().join("authority.pem")).env("UNLEAK_BASE_URL", bases.join(" "));
        command.args(["scan", "keys", "--verify", "--format", "json", "--no-cache", "--rate", "1000"]);
        let verdicts = verdicts(&run(&mut command).json());
        for (rule, ask) in &asked {
            let wanted = ask.answers.get(row).map_or("unknown unfamiliar", |row| word(row.means));
            let file = format!("keys/{}.env", rule.id());
            assert_eq!(verdicts.get(&file).map(String::as_str), Some(wanted), "{file}, row {row}");
        }
    }
    for call in server.asked() {
        let spec = &paths[call.path.split('?').next().unwrap()];
        let method = if spec.path().1 { "POST" } else { "GET" };
        assert_eq!((call.method.as_str(), call.body.is_empty()), (method, !spec.path().1), "{}", call.path);
    }
}

/// What changes nothing: `GET`, and these two calls, for which their issuers offer no `GET`.
#[test]
fn only_questions_are_posted() {
    let rules = builtin().unwrap();
    let posted: BTreeSet<(&str, &str)> =
        rules.iter().filter_map(|rule| Some((rule.provider().id.as_str(), declared(rule)?.post.as_deref()?))).collect();
    assert_eq!(posted.into_iter().collect::<Vec<_>>(), [("nvidia", "keys/get-caller-info"), ("wandb", "graphql")]);
}

/// Each rule asks a site that is there and its own provider's, by a path that leads nowhere else, and nothing is dead by a
/// bare status.
#[test]
fn declarations_make_sense() {
    for rule in builtin().unwrap() {
        let Some(ask) = declared(&rule) else { continue };
        let site = ask.site.as_deref().unwrap_or(&rule.provider().id);
        let site =
            SITES.iter().find(|known| known.id == site).unwrap_or_else(|| panic!("{}: no site {site}", rule.id()));
        assert_eq!(site.provider, rule.provider().id, "{}", rule.id());
        let path = ask.path().0;
        assert!(!path.starts_with('/') && !path.contains("..") && !path.contains(':'), "{path}");
        for also in &ask.also {
            assert!(SITES.iter().any(|known| known.id == *also && known.provider == site.provider), "{also}");
        }
        if let AuthSpec::Header(name) = &ask.auth {
            assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{name}");
        }
        for row in &ask.answers {
            let bare = row.has.is_none() && row.says.is_none();
            assert!(!bare || row.means == MeansSpec::Live, "{}: {row:?}", rule.id());
        }
        assert!(ask.answers.iter().any(|row| row.means == MeansSpec::Live), "{}", rule.id());
    }
}

/// A person's own rules can be verified at an address of their own, and only at one that they gave themselves.
#[test]
fn own_rules_are_asked_where_their_owner_says() {
    let folder = tempfile::tempdir().unwrap();
    let rule = "provider = \"acme\"\nname = \"Acme\"\n[verify.ask]\nget = \"me\"\nauth = { scheme = \"Token\" }\n\
                answers = [{ status = 200, has = \"/name\", means = \"live\" }]\ntells = { owner = \"/name\" }\n\
                [[rule]]\nid = \"acme-key\"\nname = \"Acme key\"\ndescription = \"A\"\nremedy = \"B\"\nseverity = \"high\"\n\
                specificity = 20\ntrigger = { keywords = [\"acme_\"] }\npattern = 'acme_[a-z0-9]{30}'\n\
                hits = [\"acme_{lower:30}\"]\nmisses = []\n";
    write(folder.path(), "acme.toml", rule);
    write(folder.path(), "keys/.env", made("KEY=acme_{hex:30}\n", 7));
    let server = Server::plain(|_| Reply::json(200, json!({"name": "Jane"})));
    let ask = |base: &[String]| {
        let mut command = offline(folder.path());
        command.args(["scan", "keys", "--rules", "acme.toml", "--verify", "--format", "json", "--no-cache"]).args(base);
        run(&mut command).json()
    };
    assert_eq!(verdicts(&ask(&[]))["keys/.env"], "unknown no-address");
    let report: Value = ask(&[format!("--base-url=acme={}", server.url(""))]);
    assert_eq!(verdicts(&report)["keys/.env"], "live full");
    assert!(server.asked()[0].header("authorization").starts_with("Token acme_"));
}
