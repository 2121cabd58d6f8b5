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

/// A mark accepts what does not work; that it accepts a key which does has to be said.
#[test]
fn a_mark_does_not_cover_a_live_key_unless_it_says_so() {
    let scene = Scene::new(alive);
    let line = |key: u64, mark: &str| format!("OPENAI_API_KEY={} # {mark} a test key\n", project_key(key));
    let marked = |mark: &str| {
        scene.repo.write("keys/a.env", line(1, mark));
        scene.repo.write("keys/b.env", line(2, mark));
    };
    for mark in ["unleak:allow", "gitleaks:allow"] {
        marked(mark);
        assert_eq!(scene.run(&["scan"]).status, Some(0), "nobody is asked, and both are accepted");
        let report = scene.verified("scan", 1);
        fails_as_live(&report);
        assert!(report["summary"]["remarks"].to_string().contains("no mark on a line accepts it"), "{report}");
    }
    // At another place of a live key nobody accepts it anyway: all places are those of one leak.
    scene.repo.write("b.env", format!("OPENAI_API_KEY={}\n", project_key(1)));
    let report = scene.verified("scan", 1);
    let places = report["leaks"][0]["sightings"].as_array().unwrap().len();
    assert_eq!((report["leaks"].as_array().unwrap().len(), places), (1, 2), "{report}");
    std::fs::remove_file(scene.repo.path.join("b.env")).unwrap();
    marked("unleak:allow-live");
    let before = scene.asked_about(&project_key(1));
    assert_eq!(waived(&scene.verified("scan", 0)), ["keys/a.env", "keys/b.env"]);
    assert_eq!(scene.asked_about(&project_key(1)), before, "the answer would change nothing");
    // In the history the marked places have paths and commits like those of any leak.
    marked("unleak:allow");
    scene.repo.git(&["add", "-A"]);
    scene.repo.git(&["commit", "-qm", "marked"]);
    let report = scene.verified("history", 1);
    let all = report["leaks"][0]["sightings"].as_array().unwrap();
    assert!(all.len() > 1 && all.iter().all(|place| place["path"] == "keys/a.env"), "{report}");
}

/// That a rule is off, or a path left out, is no word on a key that works.
#[test]
fn a_rule_that_is_off_does_not_cover_a_live_key() {
    let scene = Scene::new(alive);
    scene.repo.write("unleak.toml", "[rules]\nopenai-project-key = 'off'\n");
    assert_eq!(scene.run(&["scan"]).status, Some(0));
    let report = scene.verified("scan", 1);
    fails_as_live(&report);
    assert_eq!(entries(&report), ["rule live 1"]);
    let off = "[rules]\nopenai-project-key = 'off'\n";
    scene.repo.write("unleak.toml", format!("{off}{WAIVER}accept-live = true\n"));
    assert_eq!(waived(&scene.verified("scan", 0)).len(), 2);
}

/// `update --accept-live` accepts what the same run finds alive, and renews what has expired.
#[test]
fn an_update_says_of_an_entry_that_is_there_that_it_accepts_a_live_key() {
    let scene = Scene::accepted(alive, &[]);
    fails_as_live(&scene.verified("scan", 1));
    let said = scene.run(&["baseline", "update", "--verify", "--no-cache", "--accept-live"]);
    assert!(said.status == Some(0) && said.stdout.contains("0 added, 1 moved"), "{}{}", said.stdout, said.stderr);
    let text = std::fs::read_to_string(scene.repo.path.join(".unleak/baseline.json")).unwrap();
    assert_eq!(text.matches("\"accept-live\":true").count(), 1, "of the living one alone");
    assert_eq!(waived(&scene.verified("scan", 0)).len(), 2);
    let over = text.replace("\"reason\":", "\"expires\":\"2020-01-01\",\"reason\":");
    std::fs::write(scene.repo.path.join(".unleak/baseline.json"), over).unwrap();
    assert_eq!(scene.run(&["scan"]).status, Some(1));
    let said = scene.run(&["baseline", "update", "--reason", "still needed", "--expires", "2999-01-01"]);
    assert!(said.status == Some(0) && said.stdout.contains("0 added, 2 moved"), "{}{}", said.stdout, said.stderr);
    assert_eq!(scene.run(&["scan"]).status, Some(0));
}
