//! Who is spoken to: each secret reaches its own issuer and nobody else, nobody is spoken to unasked, and nothing in a
//! scanned folder can change that. All other ways out of the program lead into a proxy that notes whoever is wanted.

use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::server::{Authority, Reply, Server};
use crate::support::{made, project_key, write};
use crate::{alive, offline, run, verdicts};

/// Several issuers, each with a server of its own, and a proxy that lets nobody through.
struct World {
    folder: tempfile::TempDir,
    openai: Server,
    github: Server,
    anthropic: Server,
    proxy: Server,
    keys: [String; 3],
}

impl World {
    fn new() -> Self {
        let (folder, authority) = (tempfile::tempdir().unwrap(), Authority::new());
        let keys = [project_key(1), made(&hit("github-fine-grained-token"), 2), made(&hit("anthropic-api-key"), 3)];
        for (name, key) in ["openai", "github", "anthropic"].iter().zip(&keys) {
            write(folder.path(), format!("keys/{name}.env"), format!("{key}\n"));
        }
        // What a scanned folder could try: its own settings, addresses and proxies, next to the keys.
        let lies = "UNLEAK_BASE_URL=openai=http://127.0.0.1:1/v1\nOPENAI_BASE_URL=http://127.0.0.1:1\nHTTPS_PROXY=x\n";
        for name in [".env", "unleak.toml", ".unleak.toml", ".unleak/config.toml"] {
            write(folder.path(), format!("keys/{name}"), lies);
        }
        authority.save(&folder.path().join("authority.pem"));
        Self {
            openai: Server::tls(&authority, alive),
            github: Server::tls(&authority, |_| Reply::json(200, json!({"login": "jane"}))),
            anthropic: Server::tls(&authority, |_| Reply::json(200, json!({"data": []}))),
            proxy: Server::plain(|_| Reply::Raw(b"HTTP/1.1 403 Nobody\r\n\r\n".to_vec())),
            folder,
            keys,
        }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn program(&self) -> Command {
        let mut command = offline(self.path());
        let bases =
            [("openai", &self.openai, "/v1"), ("github", &self.github, ""), ("anthropic", &self.anthropic, "/v1")];
        let bases: Vec<String> = bases.iter().map(|(id, server, path)| format!("{id}={}", server.url(path))).collect();
        command.env("UNLEAK_BASE_URL", bases.join(",")).env("SSL_CERT_FILE", self.path().join("authority.pem"));
        command.env("HTTPS_PROXY", self.proxy.url("")).env("ALL_PROXY", self.proxy.url(""));
        command
    }

    /// How many connections were made to openai, github, anthropic and anybody else.
    fn connections(&self) -> [usize; 4] {
        [&self.openai, &self.github, &self.anthropic, &self.proxy].map(Server::connections)
    }
}

/// A rule's first hit.
fn hit(rule: &str) -> String {
    let rules = unleak::rules::builtin().unwrap();
    rules.iter().find(|known| &**known.id() == rule).unwrap().spec().hits[0].clone()
}

#[test]
fn nobody_is_spoken_to_unasked() {
    let world = World::new();
    for arguments in [&["scan", "keys"][..], &["scan", "keys", "--format", "json"], &["rules", "check"]] {
        let said = run(world.program().args(arguments));
        assert_ne!(said.status, Some(2), "{}", said.stderr);
    }
    assert_eq!(world.connections(), [0, 0, 0, 0]);
}

#[test]
fn each_secret_reaches_its_own_issuer_and_nobody_else() {
    let world = World::new();
    let said = run(world.program().args(["scan", "keys", "--verify", "--format", "json", "--no-cache"]));
    let verdicts = verdicts(&said.json());
    for name in ["openai", "github", "anthropic"] {
        assert_eq!(verdicts[&format!("keys/{name}.env")], "live full");
    }
    let servers = [&world.openai, &world.github, &world.anthropic];
    for (own, server) in servers.iter().enumerate() {
        let heard = format!("{:?}", server.asked());
        for (number, key) in world.keys.iter().enumerate() {
            let secret = key.rsplit(['=', '"', ' ']).find(|part| part.len() > 30).unwrap_or(key);
            assert_eq!(heard.contains(secret), number == own, "server {own}, key {number}");
        }
    }
    assert_eq!(world.proxy.connections(), 0);
    assert!(!said.stdout.contains(&world.keys[0]) && !said.stderr.contains(&world.keys[0]));
}

#[test]
fn only_those_that_are_named_are_asked() {
    let world = World::new();
    let said = run(world.program().args(["scan", "keys", "--verify=github", "--format", "json", "--no-cache"]));
    let verdicts = verdicts(&said.json());
    assert_eq!([&verdicts["keys/openai.env"], &verdicts["keys/github.env"]], ["", "live full"]);
    let [openai, github, anthropic, others] = world.connections();
    assert_eq!((openai, anthropic, others, github > 0), (0, 0, 0, true));
    let said = run(world.program().args(["scan", "keys", "--verify=githib"]));
    assert!(said.status == Some(2) && said.stderr.contains("did you mean \"github\""), "{}", said.stderr);
}

/// Without other addresses the issuers' own are asked for, by name and through the proxy, and those only.
#[test]
fn the_fixed_hosts_are_the_only_ones() {
    let world = World::new();
    let mut command = world.program();
    command.env_remove("UNLEAK_BASE_URL");
    let said = run(command.args(["scan", "keys", "--verify", "--no-cache"]));
    let mut wanted: Vec<String> =
        world.proxy.asked().iter().map(|asked| format!("{} {}", asked.method, asked.path)).collect();
    wanted.sort();
    wanted.dedup();
    assert_eq!(wanted, ["CONNECT api.anthropic.com:443", "CONNECT api.github.com:443", "CONNECT api.openai.com:443"]);
    let heard = format!("{:?}", world.proxy.asked());
    assert!(world.keys.iter().all(|key| !heard.contains(key.as_str())));
    assert!(said.stdout.contains("unknown: no answer: the proxy did not let us through"), "{}", said.stdout);
    assert!(said.stdout.contains("Requests went through the proxy 127.0.0.1:"), "{}", said.stdout);
    assert_eq!(world.connections()[..3], [0, 0, 0]);
}

/// A repository's own rule may find more; what it finds is sent to nobody, whatever it says of asking.
#[test]
fn a_rule_that_a_repository_brings_asks_nobody() {
    let world = World::new();
    let git = Command::new("git").args(["init", "-q"]).current_dir(world.path()).status().unwrap();
    assert!(git.success());
    let rule = r#"
        provider = "github"
        name = "GitHub"
        [verify.ask]
        get = "user?x=y"
        auth = { header = "user-agent" }
        answers = [{ status = 200, has = "/login", means = "live" }]
        [[rule]]
        id = "acme-key"
        name = "Acme key"
        description = "It is Acme's."
        remedy = "Replace it."
        severity = "high"
        specificity = 20
        trigger = { keywords = ["acme_"] }
        pattern = 'acme_[a-z0-9]{24}'
        hits = ["acme_{alnum:24}"]
        misses = ["acme_"]
    "#;
    write(world.path(), "tools/acme.toml", rule);
    write(world.path(), "unleak.toml", "rule-files = [\"tools/acme.toml\"]\n");
    write(world.path(), "acme.env", format!("acme_{}\n", made("{hex:24}", 5)));
    let arguments = ["scan", "acme.env", "--verify", "--format", "json", "--no-cache"];
    let said = run(world.program().args(arguments));
    assert_eq!((said.status, world.connections()), (Some(1), [0; 4]), "{}{}", said.stdout, said.stderr);
    assert_eq!(said.json()["leaks"][0]["rule"], "acme-key");
    let named = ["--rules", "tools/acme.toml", "--no-config"];
    let said = run(world.program().args(arguments).args(named));
    assert_eq!((said.status, world.connections()[1]), (Some(1), 1), "who names it is obeyed: {}", said.stderr);
}
