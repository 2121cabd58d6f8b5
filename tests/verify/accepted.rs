//! What is accepted, and then turns out to be live: verification comes before acceptance, and an entry that does not say
//! that it accepts a live key accepts none.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::common::Repo;
use crate::server::{Asked, Authority, Reply, Server};
use crate::support::{Said, project_key, unleak};
use crate::{alive, asking, error, incorrect, run, verdicts};

const WAIVER: &str = "[[waiver]]\nreason = 'made up'\nrule = 'openai-project-key'\npath = 'keys'\n";

/// A repository with two committed keys, of which `keys/a.env` holds the first, and an issuer that the program asks.
struct Scene {
    repo: Repo,
    authority: Authority,
    server: Server,
}

impl Scene {
    /// The first key gets `said`, every other is refused.
    fn new(said: fn(&Asked) -> Reply) -> Self {
        let (repo, authority, first) = (Repo::new(), Authority::new(), project_key(1));
        repo.commit("keys/a.env", &format!("OPENAI_API_KEY={first}\n"));
        repo.commit("keys/b.env", &format!("OPENAI_API_KEY={}\n", project_key(2)));
        let server = Server::tls(&authority, move |asked| match asked.bearer() == first {
            true => said(asked),
            false => incorrect(asked.bearer()),
        });
        Self { repo, authority, server }
    }

    /// The same with a baseline that accepts both keys, made by the program with these arguments too.
    fn accepted(said: fn(&Asked) -> Reply, more: &[&str]) -> Self {
        let scene = Self::new(said);
        let create = ["baseline", "create", "--reason", "test keys"];
        let made = unleak(&scene.repo.path, create.iter().chain(more));
        assert_eq!(made.status, Some(0), "{}{}", made.stdout, made.stderr);
        assert!(scene.server.asked().is_empty(), "nobody is asked unless a person says so");
        scene
    }

    fn run(&self, arguments: &[&str]) -> Said {
        // Its certificate stands beside the repository, so that the scan reads the keys and nothing else.
        let mut command = asking(self.repo.dir.path(), &self.authority, &self.server);
        run(command.current_dir(&self.repo.path).args(arguments))
    }

    /// The report of a run that verifies.
    #[track_caller]
    fn verified(&self, command: &str, status: i32) -> Value {
        let said = self.run(&[command, "--verify", "--no-cache", "--format", "json"]);
        assert_eq!(said.status, Some(status), "{command}: {}{}", said.stdout, said.stderr);
        said.json()
    }

    /// How often the issuer was asked about a key.
    fn asked_about(&self, key: &str) -> usize {
        self.server.asked().iter().filter(|asked| asked.bearer() == key).count()
    }

    fn config(&self) -> PathBuf {
        self.repo.path.join("unleak.toml")
    }
}

/// `path` of all that is waived.
fn waived(report: &Value) -> Vec<&str> {
    report["waived"].as_array().unwrap().iter().map(|waived| waived["sighting"]["path"].as_str().unwrap()).collect()
}

/// `kind standing waived` of each entry that was met.
fn entries(report: &Value) -> Vec<String> {
    let word = |entry: &Value, name: &str| entry[name].as_str().unwrap().to_owned();
    let shown = |entry: &Value| format!("{} {} {}", word(entry, "kind"), word(entry, "standing"), entry["waived"]);
    let mut entries: Vec<String> = report["entries"].as_array().unwrap().iter().map(shown).collect();
    entries.sort();
    entries
}

/// The report fails for the first key, as live, and for nothing else.
#[track_caller]
fn fails_as_live(report: &Value) {
    let found: Vec<_> = verdicts(report).into_iter().collect();
    assert_eq!(found, [("keys/a.env".to_owned(), "live full".to_owned())], "{report}");
    assert_eq!(waived(report), ["keys/b.env"], "{report}");
}

#[test]
fn a_baseline_does_not_cover_a_key_that_is_live() {
    let scene = Scene::accepted(alive, &[]);
    let without = scene.run(&["scan"]);
    assert_eq!(without.status, Some(0), "{}", without.stdout);
    assert!(scene.server.asked().is_empty());
    for command in ["scan", "history"] {
        let report = scene.verified(command, 1);
        fails_as_live(&report);
        assert_eq!(entries(&report), ["baseline in-force 1", "baseline live 0"], "{command}");
    }
    assert!(scene.asked_about(&project_key(1)) > 0 && scene.asked_about(&project_key(2)) > 0);
    let live = ["scan", "--verify", "--no-cache", "--fail-on", "live"];
    let said = scene.run(&live);
    assert_eq!(said.status, Some(1), "{}", said.stdout);
    assert!(said.stdout.contains("the key is live, which the entry does not accept: revoke it"), "{}", said.stdout);
}

#[test]
fn a_baseline_covers_a_key_that_is_dead() {
    let scene = Scene::accepted(|asked| incorrect(asked.bearer()), &[]);
    for command in ["scan", "history"] {
        let report = scene.verified(command, 0);
        assert_eq!((report["leaks"].clone(), waived(&report).len()), (json!([]), 2));
        assert_eq!(entries(&report), ["baseline in-force 1", "baseline in-force 1"], "{command}");
    }
    assert!(scene.asked_about(&project_key(1)) > 0, "it was asked about before it was accepted");
}

/// Nobody has shown that it is live: what was accepted stays so, and an answer that says nothing breaks no build.
#[test]
fn a_baseline_covers_a_key_of_which_nothing_is_known() {
    let scene = Scene::accepted(|_| error(401, "some_new_code", "", "Something new"), &[]);
    let scan = ["scan", "--verify", "--no-cache", "--format", "json"];
    for fail_on in ["any", "unknown", "live"] {
        let covered = scene.run(&[&scan[..], &["--fail-on", fail_on]].concat());
        assert_eq!(covered.status, Some(0), "{fail_on}: {}{}", covered.stdout, covered.stderr);
        assert_eq!(entries(&covered.json()), ["baseline in-force 1", "baseline in-force 1"], "{fail_on}");
    }
    assert!(scene.asked_about(&project_key(1)) > 0);
    // Where nobody accepted it, it is a leak of which nothing is known.
    let bare = scene.run(&[&scan[..], &["--no-config"]].concat());
    assert_eq!(bare.status, Some(1), "{}{}", bare.stdout, bare.stderr);
    assert_eq!(verdicts(&bare.json())["keys/a.env"], "unknown unfamiliar");
}

#[test]
fn that_a_covered_key_could_not_be_asked_about_is_said() {
    let scene = Scene::accepted(|_| Reply::Close, &[]);
    let said = scene.run(&["scan", "--verify", "--no-cache"]);
    assert_eq!(said.status, Some(0), "{}{}", said.stdout, said.stderr);
    assert!(said.stdout.contains("One key could not be asked about"), "{}", said.stdout);
}

#[test]
fn a_baseline_that_says_so_covers_a_live_key() {
    let scene = Scene::accepted(alive, &["--accept-live"]);
    for command in ["scan", "history"] {
        let report = scene.verified(command, 0);
        assert_eq!(waived(&report), ["keys/a.env", "keys/b.env"]);
        assert_eq!(entries(&report), ["baseline in-force 1", "baseline in-force 1"], "{command}");
    }
    assert!(scene.asked_about(&project_key(1)) > 0);
    // A place that it does not allow is none that it accepts.
    scene.repo.write("deploy.env", format!("OPENAI_API_KEY={}\n", project_key(1)));
    let report = scene.verified("scan", 1);
    assert_eq!(verdicts(&report).into_iter().collect::<Vec<_>>(), [("deploy.env".into(), "live full".into())]);
}

#[test]
fn a_waiver_in_the_config_does_not_cover_a_live_key_unless_it_says_so() {
    let scene = Scene::new(alive);
    scene.repo.write("unleak.toml", WAIVER);
    assert_eq!(scene.run(&["scan"]).status, Some(0));
    for command in ["scan", "history"] {
        let report = scene.verified(command, 1);
        fails_as_live(&report);
        assert_eq!(entries(&report), ["waiver live 1"], "{command}");
    }
    let said = scene.run(&["scan", "--verify", "--no-cache"]).stdout;
    assert!(said.contains("the key is live, which the entry does not accept"), "{said}");
    assert!(said.contains("1 place waived") && !said.contains("nothing matches it"), "{said}");
    // One that fits nothing but the live key is not stale for it.
    std::fs::write(scene.config(), WAIVER.replace("'keys'", "'keys/a.env'")).unwrap();
    assert_eq!(entries(&scene.verified("scan", 1)), ["waiver live 0"]);
    // Another that accepts it is the one that counts.
    std::fs::write(scene.config(), format!("{WAIVER}{WAIVER}accept-live = true\n")).unwrap();
    assert_eq!(entries(&scene.verified("scan", 0)), ["waiver in-force 1", "waiver in-force 1"]);
    std::fs::write(scene.config(), format!("{WAIVER}accept-live = true\n")).unwrap();
    assert_eq!(entries(&scene.verified("scan", 0)), ["waiver in-force 2"]);
}

/// Whoever marks a line keeps its key to themselves: nobody is asked about it. At any other place it is a leak like others.
#[test]
fn a_key_on_a_marked_line_is_not_asked_about() {
    let scene = Scene::new(alive);
    let line = format!("OPENAI_API_KEY={}", project_key(1));
    scene.repo.write("keys/a.env", format!("{line} # unleak:allow a test key\n"));
    std::fs::remove_file(scene.repo.path.join("keys/b.env")).unwrap();
    let report = scene.verified("scan", 0);
    assert_eq!(waived(&report), ["keys/a.env"]);
    assert!(scene.server.asked().is_empty(), "{:?}", scene.server.asked());
    let run = scene.run(&["scan", "--verify", "--no-cache", "--no-inline-waivers", "--format", "json"]);
    assert_eq!((run.status, verdicts(&run.json())["keys/a.env"].as_str()), (Some(1), "live full"));
    scene.repo.write("b.env", format!("{line}\n"));
    let report = scene.verified("scan", 1);
    assert_eq!(verdicts(&report).into_iter().collect::<Vec<_>>(), [("b.env".into(), "live full".into())]);
    assert_eq!(waived(&report), ["keys/a.env"]);
}
