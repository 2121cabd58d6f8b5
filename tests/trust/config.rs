//! `unleak.toml`: what it may say, what it may not, and that nothing it hides is silent.

use std::fs;

use crate::common::Repo;
use crate::support::{self, Said, program, project_key, text, unleak};
use crate::{accepted, entries, leaks, report};

/// A repository with a leak at `a.env` and one at `docs/b.env`.
fn leaky() -> Repo {
    let repo = Repo::new();
    repo.write("a.env", format!("OPENAI_API_KEY={}\n", project_key(1)));
    repo.write("docs/b.env", format!("OPENAI_API_KEY={}\n", project_key(2)));
    repo
}

#[track_caller]
fn refused(repo: &Repo, config: &str, words: &str) {
    repo.write("unleak.toml", config);
    let said = unleak(&repo.path, ["scan"]);
    assert!(said.status == Some(2) && said.stderr.contains(words), "{config}: {}", said.stderr);
}

#[test]
fn a_path_that_is_left_out_is_counted_by_name() {
    let repo = leaky();
    repo.write("unleak.toml", "exclude = ['docs', 'vendor']\n");
    for folder in ["", "docs"] {
        let told = report(&repo.path.join(folder), &["scan", repo.path.to_str().unwrap()], 1);
        assert_eq!(told["summary"]["leaks"], 1);
        assert_eq!(entries(&told), ["exclude in-force 0 1", "exclude stale 0 0"]);
    }
    let said = unleak(&repo.path, ["scan"]).stdout;
    assert!(said.contains("unleak.toml: exclude \"docs\"\n     1 input left out"), "{said}");
    repo.git(&["add", "."]);
    assert_eq!(leaks(&report(&repo.path, &["staged"], 1)), ["a.env"]);
    repo.git(&["commit", "-qm", "x"]);
    let told = report(&repo.path, &["history"], 1);
    assert_eq!((leaks(&told), &entries(&told)[0][..]), (vec!["a.env".to_owned()], "exclude in-force 1 0"));
    assert_eq!(leaks(&report(&repo.path, &["range", "HEAD"], 1)), ["a.env"]);
}

#[test]
fn rules_waivers_and_limits_are_told_too() {
    let repo = leaky();
    repo.write("unleak.toml", "[rules]\nopenai-project-key = 'off'\n[limits]\nmax-depth = 0\n");
    let told = report(&repo.path, &["scan"], 0);
    assert_eq!(entries(&told), ["rule in-force 2 0", "limit in-force 0 0"]);
    assert_eq!(text(&told["waived"][0]["waiver"]["entry"]), "rules.openai-project-key = \"off\"");
    repo.write("unleak.toml", "[rules]\nopenai-project-key = 'low'\n");
    let told = report(&repo.path, &["scan"], 1);
    assert_eq!((text(&told["leaks"][0]["severity"]), &told["entries"][0]["weighed"]), ("low".into(), &2.into()));
    let waiver = "[[waiver]]\nreason = 'made up'\nrule = 'openai-project-key'\npath = 'docs'\n";
    repo.write("unleak.toml", waiver);
    let told = report(&repo.path, &["scan"], 1);
    assert_eq!((leaks(&told), entries(&told)), (vec!["a.env".to_owned()], vec!["waiver in-force 1 0".to_owned()]));
    assert_eq!(text(&told["waived"][0]["waiver"]["reason"]), "made up");
    repo.write("unleak.toml", format!("{waiver}expires = '2020-01-01'\n"));
    assert_eq!(entries(&report(&repo.path, &["scan"], 1)), ["waiver expired 0 0"]);
}

/// The severity of the first leak, and why it is lowered if it is.
fn weighed(told: &serde_json::Value) -> (String, Option<String>) {
    let leak = &told["leaks"][0];
    (text(&leak["severity"]), leak["lowered"].as_str().map(str::to_owned))
}

#[test]
fn what_stands_in_folders_of_tests_alone_counts_for_less_and_is_told() {
    let repo = Repo::new();
    let key = support::made("ANTHROPIC_API_KEY={=sk-ant-}api03-{b64url:93}AA\n", 3);
    repo.write("tests/a.env", &key);
    let why = "lowered from critical: it stands in folders of tests and examples alone (tests)";
    let lowered = ("high".to_owned(), Some(why.to_owned()));
    assert_eq!(weighed(&report(&repo.path, &["scan"], 1)), lowered);
    // Where the repository itself stands in such a folder, that says nothing.
    assert_eq!(weighed(&report(&repo.path.join("tests"), &["scan"], 1)), lowered);
    repo.git(&["add", "."]);
    assert_eq!(weighed(&report(&repo.path, &["staged"], 1)), lowered);
    repo.git(&["commit", "-qm", "x"]);
    assert_eq!(weighed(&report(&repo.path, &["history"], 1)), lowered);
    for (format, words) in [
        ("human", "severity: lowered from critical"),
        ("sarif", "Its severity is lowered from critical"),
        ("github", "Its severity is lowered from critical"),
        ("gitlab", "Its severity is lowered from critical"),
        ("junit", "Its severity is lowered from critical"),
        ("csv", "Its severity is lowered from critical"),
        ("markdown", "lowered from critical"),
        ("html", "Its severity is lowered from critical"),
        ("jsonl", "lowered from critical"),
    ] {
        let said = unleak(&repo.path, ["scan", "--format", format]);
        assert!(said.status == Some(1) && said.stdout.contains(words), "{format}: {}", said.stdout);
    }
    repo.write("unleak.toml", "[rules]\nanthropic-api-key = 'critical'\n");
    assert_eq!(weighed(&report(&repo.path, &["scan"], 1)), ("critical".into(), None));
    repo.write("unleak.toml", "");
    repo.write("src/a.env", &key);
    assert_eq!(weighed(&report(&repo.path, &["scan"], 1)), ("critical".into(), None));
}

#[test]
fn what_proves_that_it_was_issued_keeps_its_weight_in_folders_of_tests() {
    let repo = Repo::new();
    repo.write("tests/a.env", format!("OPENAI_API_KEY={}\n", project_key(1)));
    assert_eq!(weighed(&report(&repo.path, &["scan"], 1)), ("critical".into(), None));
}

#[test]
fn what_it_may_not_say_is_refused() {
    let repo = leaky();
    for (config, words) in [
        ("exlude = []", "unleak.toml:1: unknown field `exlude`"),
        ("exclude = ['../x']", "stays below it"),
        ("exclude = ['/etc']", "stays below it"),
        ("[rules]\nopenai-projct-key = 'off'", "did you mean \"openai-project-key\"?"),
        ("[rules]\nopenai-project-key = 'maybe'", "unknown variant"),
        ("[[waiver]]\nreason = 'all'", "it would accept everything"),
        ("[[waiver]]\nreason = ' '\npath = 'a'", "needs a reason"),
        ("[[waiver]]\nreason = 'x'\npath = 'a'\nexpires = 'soon'", "is no day"),
        ("[limits]\nmax-container = '2G'", "a repository can lower a limit and not raise it"),
        ("rule-files = ['../x.toml']", "not below the root"),
        ("rule-files = ['x.toml']", "is not there"),
        ("host = 'https://evil.example'", "unleak.toml:1: unknown field `host`"),
        ("command = 'id'", "unknown field `command`"),
        ("env = 'AWS_SECRET_ACCESS_KEY'", "unknown field `env`"),
        ("api-key = 'x'", "unknown field `api-key`"),
    ] {
        refused(&repo, config, words);
    }
}

#[test]
fn the_layers_are_in_order_and_show_says_who_won() {
    let repo = leaky();
    let home = repo.dir.path().join("home");
    fs::create_dir_all(home.join(".config/unleak")).unwrap();
    fs::write(
        home.join(".config/unleak/unleak.toml"),
        "exclude = ['docs']\n[limits]\nmax-depth = 9\nmax-ratio = 900\nmax-entries = 7\n",
    )
    .unwrap();
    repo.write("unleak.toml", "[limits]\nmax-depth = 8\nmax-seconds = 5\n");
    let run = |arguments: &[&str]| -> Said {
        let mut command = program(&repo.path);
        command.env("HOME", &home).env("UNLEAK_MAX_SECONDS", "4").env("UNLEAK_MAX_DECODED", "3M");
        command.args(arguments).output().unwrap().into()
    };
    let shown = run(&["config", "show", "--max-decoded", "2M"]).stdout;
    let lines: Vec<Vec<&str>> = shown.lines().map(|line| line.split_whitespace().collect()).collect();
    for (key, value, by) in [
        ("exclude", "\"docs\"", "home/.config/unleak/unleak.toml"),
        ("limits.max-container", "\"256M\"", "in"),
        ("limits.max-ratio", "900", "home/.config/unleak/unleak.toml"),
        ("limits.max-depth", "8", "unleak.toml"),
        ("limits.max-seconds", "4", "UNLEAK_MAX_SECONDS"),
        ("limits.max-decoded", "\"2M\"", "--max-decoded"),
    ] {
        let line = lines.iter().find(|line| line[0] == key).unwrap();
        assert!(line[1] == value && line.last().unwrap().ends_with(by), "{key}: {line:?}");
    }
    assert_eq!(leaks(&run(&["--format", "json"]).json()), ["a.env"]);
    let mut command = program(&repo.path);
    let wrong: Said = command.env("UNLEAK_MAX_DEPTH", "many").output().unwrap().into();
    assert!(wrong.status == Some(2) && wrong.stderr.contains("UNLEAK_MAX_DEPTH"), "{}", wrong.stderr);
}

#[test]
fn a_scan_target_elsewhere_has_no_say() {
    let (ours, theirs) = (leaky(), leaky());
    theirs.write("unleak.toml", "exclude = ['**']\n");
    theirs.git(&["add", "."]);
    theirs.git(&["commit", "-qm", "x"]);
    for arguments in [&["scan", theirs.path.to_str().unwrap()][..], &["history", theirs.path.to_str().unwrap()]] {
        let told = report(&ours.path, arguments, 1);
        assert_eq!((&told["summary"]["leaks"], entries(&told)), (&2.into(), vec![]));
    }
    // Nor do our paths mean theirs.
    ours.write("unleak.toml", "exclude = ['**']\n");
    for arguments in [&["scan", theirs.path.to_str().unwrap()][..], &["history", theirs.path.to_str().unwrap()]] {
        assert_eq!(report(&ours.path, arguments, 1)["summary"]["leaks"], 2);
    }
    // A repository within ours is a target, not the place where we stand.
    fs::remove_file(ours.path.join("unleak.toml")).unwrap();
    ours.git(&["init", "-q", "inner"]);
    ours.write("inner/unleak.toml", "exclude = ['**']\n");
    ours.write("inner/c.env", project_key(3));
    assert_eq!(leaks(&report(&ours.path, &["scan"], 1)), ["a.env", "docs/b.env", "inner/c.env"]);
    // Outside of all repositories no file is read for it.
    ours.write("../unleak.toml", "exclude = ['**']\n");
    assert!(!leaks(&report(ours.dir.path(), &["scan"], 1)).is_empty());
}

#[test]
fn a_pull_request_cannot_accept_itself() {
    let repo = accepted();
    let base = repo.git(&["rev-parse", "HEAD"]);
    repo.git(&["checkout", "-qb", "pull"]);
    repo.write("new.env", project_key(5));
    repo.write("unleak.toml", "rule-files = ['r.toml']\nexclude = ['new.env']\n[rules]\nopenai-project-key = 'off'\n");
    repo.write("r.toml", "broken");
    repo.git(&["rm", "-q", "--cached", "unleak.toml", "--ignore-unmatch"]);
    fs::remove_file(repo.path.join("r.toml")).unwrap();
    repo.write("unleak.toml", "exclude = ['new.env']\n[rules]\nopenai-project-key = 'off'\n");
    assert_eq!(unleak(&repo.path, ["baseline", "update"]).status, Some(0));
    repo.git(&["add", "-A"]);
    repo.git(&["commit", "-qm", "Accept myself"]);
    let range = format!("{base}..HEAD");
    report(&repo.path, &["range", &range], 0);
    for from in ["main", &base] {
        for command in [&["range", &range][..], &["scan"]] {
            let told = report(&repo.path, &[command, &["--config-from", from]].concat(), 1);
            assert_eq!(leaks(&told), ["new.env"], "{command:?}");
        }
    }
    let said = unleak(&repo.path, ["scan", "--config-from", "no-such"]);
    assert!(said.status == Some(2) && said.stderr.contains("no-such"), "{}", said.stderr);
    let said = unleak(&repo.path, ["scan", "--config-from", "main", "--baseline", "new.json"]);
    assert!(said.status == Some(2) && said.stderr.contains("main:new.json"), "{}", said.stderr);
    // The config of a commit is obeyed, and its rule files are that commit's too.
    repo.git(&["checkout", "-q", "main"]);
    repo.commit("unleak.toml", "exclude = ['docs']\n");
    repo.git(&["checkout", "-q", "pull"]);
    repo.write("docs/x.env", project_key(6));
    let told = report(&repo.path, &["scan", "--config-from", "main"], 1);
    assert_eq!((leaks(&told), entries(&told)[0].clone()), (vec!["new.env".into()], "exclude in-force 0 1".into()));
}
