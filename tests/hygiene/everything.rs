//! Every command there is, on material that is full of keys: in files, their names, archives and the names in them, in
//! branches, tags, messages and authors, in configs, baselines, rule files, evidence and caches that are broken in ways
//! that make each of them complain, in arguments and in the environment. Nothing that it prints or writes holds a part of one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use aho_corasick::AhoCorasick;

use super::support::{Said, made, program, project_key, unleak, write};
use super::{formats, holds_none, stretches};

/// A repository with keys everywhere.
struct World {
    folder: tempfile::TempDir,
    keys: Vec<String>,
    searcher: AhoCorasick,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keys: Vec<String> = (0..8)
            .map(project_key)
            .chain([made("sk-admin-{openai:58}", 9), made("sk-svcacct-{openai:74}", 10)])
            .collect();
        let secrets: Vec<String> = keys.iter().map(|key| key[11..].to_owned()).collect();
        let searcher = AhoCorasick::new(stretches(&secrets)).unwrap();
        let world = Self { folder, keys, searcher };
        world.fill();
        world
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn git(&self, arguments: &[&str]) {
        let mut command = Command::new("git");
        command.current_dir(self.path()).args(arguments).env("HOME", self.path()).env("GIT_CONFIG_NOSYSTEM", "1");
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), &self.keys[3]);
            command.env(format!("GIT_{who}_EMAIL"), format!("{}@example.com", self.keys[3]));
        }
        let said = command.output().unwrap();
        assert!(said.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&said.stderr));
    }

    fn fill(&self) {
        let [a, b, c, d, e, f, ..] = &self.keys[..] else { panic!("there are more") };
        self.git(&["init", "-q", "-b", "main"]);
        write(self.path(), format!("{a}/{b}.txt"), format!("OPENAI_API_KEY={c}\n"));
        write(self.path(), "archive.tar", tar(&format!("{d}.env"), format!("KEY={e}\n").as_bytes()));
        write(self.path(), "broken.zip", format!("PK\u{3}\u{4}{f}"));
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", &format!("Rotate {e}\n\nIt was {f}")]);
        self.git(&["branch", &format!("fix/{}", self.keys[6])]);
        self.git(&["tag", "-a", "-m", f, &format!("v-{}", self.keys[7])]);
        self.git(&["rm", "-q", "--cached", "archive.tar"]);
        self.git(&["commit", "-q", "-m", "Go on"]);
        write(self.path(), "staged.txt", format!("key: {a}"));
        self.git(&["add", "staged.txt"]);
        write(self.path(), "message", format!("Use {b}"));
        for (name, text) in [
            ("bad-config.toml", format!("[scan]\n{a} = \"{b}\"\n")),
            ("bad-value.toml", format!("version = \"{c}\"\nexclude = [\"{d}\"\n")),
            ("bad-rules.toml", format!("[[rule]]\nid = \"{a}\"\npattern = '({b}'\n")),
            ("no-rules.toml", format!("{e} {f}")),
            ("gitleaks.toml", format!("[[rules]]\nid = \"{a}\"\nregex = '''({b}'''\nkeywords = [\"{c}\"]\n")),
            ("baseline.json", format!("{{\"version\": 1, \"accepted\": [{{\"fingerprint\": \"{a}\", \"{b}\": 1}}]}}")),
            (
                "foreign.json",
                format!("[{{\"File\": \"{a}\", \"Secret\": \"{b}\", \"RuleID\": 7, \"Match\": \"{c}\"}}]"),
            ),
            ("report.txt", format!("{{\"schema\": \"{a}\", \"leaks\": \"{b}\"}}")),
            ("evidence.jsonl", format!("{{\"key\": \"{a}\"\n{b}\n")),
            ("cache/unleak/verdicts-1.json", format!("{{\"{a}\": {{\"state\": \"{b}\"}}, \"{c}")),
        ] {
            write(self.path(), name, text);
        }
        for format in ["json", "jsonl"] {
            let said = self.run(&["scan", ".", "--format", format, "--output", &format!("report.{format}")], None);
            assert_eq!(said.status, Some(1), "{}", said.stderr);
        }
    }

    /// Runs the program with keys in its environment, and looks at all that it says.
    fn run(&self, arguments: &[&str], stdin: Option<&str>) -> Said {
        let mut command = program(self.path());
        command.args(arguments).env("XDG_CACHE_HOME", self.path().join("cache")).env("OPENAI_ADMIN_KEY", &self.keys[8]);
        command.env("OPENAI_API_KEY", &self.keys[9]).env("UNLEAK_BASE_URL", "openai=http://127.0.0.1:1/v1");
        command.env("RUST_BACKTRACE", "full").env("RUST_LOG", "trace").env("USER", &self.keys[0]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        let _ = std::io::Write::write_all(&mut input, stdin.unwrap_or_default().as_bytes());
        drop(input);
        let said = Said::from(child.wait_with_output().unwrap());
        let shown: Vec<String> = arguments.iter().map(|word| word.chars().take(12).collect()).collect();
        holds_none(&said.stdout, &self.searcher, &format!("{shown:?}"));
        holds_none(&said.stderr, &self.searcher, &format!("{shown:?}"));
        said
    }
}

/// A tar archive with one file.
fn tar(name: &str, content: &[u8]) -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    header.set_size(content.len() as u64);
    header.set_mode(0o644);
    let mut builder = tar::Builder::new(Vec::new());
    builder.append_data(&mut header, name, content).unwrap();
    builder.into_inner().unwrap()
}

/// All files below a folder that are not those we made, and not git's.
fn written(folder: &Path, before: &[PathBuf]) -> Vec<PathBuf> {
    files(folder).into_iter().filter(|path| !before.contains(path)).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        match entry.file_type().unwrap().is_dir() {
            true if entry.file_name() == "objects" => {}
            true => all.extend(files(&entry.path())),
            false => all.push(entry.path()),
        }
    }
    all
}

#[test]
fn no_command_shows_or_writes_a_secret() {
    let world = World::new();
    let before = files(world.path());
    for format in formats() {
        for command in [&["scan", "."][..], &["staged"], &["range", "HEAD~1..HEAD"], &["range", "HEAD"], &["history"]] {
            let said = world.run(&[command, &["--format", format, "-v", "--noise", "--no-config"]].concat(), None);
            assert!(matches!(said.status, Some(1 | 2)) && said.stdout.len() > 40, "{command:?} {}", said.stderr);
        }
        world.run(&["scan", ".", "--format", format, "--verify", "--timeout", "1", "--deadline", "1"], None);
        world.run(&["verify", "report.json", "--format", format, "--deadline", "1"], None);
        let output = format!("out/{format}");
        fs::create_dir_all(world.path().join("out")).unwrap();
        world.run(&["history", "--format", format, "--output", &output], None);
    }
    let key = &world.keys[0][..];
    world.run(&["verify", "-", "--deadline", "1"], Some(key));
    world.run(&["verify", "-", "--rule", "openai-project-key", "--deadline", "1"], Some(key));
    for hook in [&["pre-commit"][..], &["commit-msg", "message"], &["pre-push", "origin", key]] {
        let pushed = format!("refs/heads/{key} HEAD refs/heads/{key} {}\n", "0".repeat(40));
        world.run(&[&["hook", "run"], hook].concat(), Some(&pushed));
    }
    for command in ["revoke", "rotate", "usage", "keys", "incident"] {
        for report in ["report.json", "report.jsonl", "report.txt", key] {
            world.run(&[command, report, "--evidence", "evidence.jsonl"], None);
            world.run(&[command, report], None);
        }
    }
    world.run(&["rotate", "report.json", "--apply", "--yes", "--to-file", "new.env"], None);
    world.run(&["revoke", "report.json", "--apply", "--yes", "--evidence", "new.jsonl"], None);
    for arguments in [
        &["create", "--reason", "known"][..],
        &["update", "--reason", "known"],
        &["prune"],
        &["explain"],
        &["import", "foreign.json"],
        &["review", "--accept", "all", "--reason", key],
        &["explain"],
    ] {
        world.run(&[&["baseline"], arguments].concat(), None);
    }
    for arguments in [&["hook", "install"][..], &["hook", "remove"], &["config", "show"], &["rules", "list"]] {
        world.run(arguments, None);
    }
    for path in written(world.path(), &before) {
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !name.contains("EDITMSG") {
            // The reason of an acceptance is a person's own words.
            let text = text.replace(key, "");
            holds_none(&text, &world.searcher, &name);
        }
    }
}

#[test]
fn no_mistake_is_told_with_the_secret_in_it() {
    let world = World::new();
    let key = &world.keys[0][..];
    let range = format!("{key}..HEAD");
    let setting = format!("openai={key}");
    for arguments in [
        &["scan", key][..],
        &["scan", ".", "--rule", key],
        &["scan", ".", "--rules", key],
        &["scan", ".", "--rules", "bad-rules.toml"],
        &["scan", ".", "--rules", "no-rules.toml"],
        &["scan", ".", "--config", "bad-config.toml"],
        &["scan", ".", "--config", "bad-value.toml"],
        &["scan", ".", "--config", key],
        &["scan", ".", "--config-from", key],
        &["scan", ".", "--baseline", "baseline.json"],
        &["scan", ".", "--baseline", key],
        &["scan", ".", "--format", key],
        &["scan", ".", "--output", key, "--format", "json"],
        &["scan", ".", "--output", "none/x", "--format", "json"],
        &["scan", &format!("--{key}")],
        &["scan", ".", &format!("--verify={key}")],
        &["scan", ".", "--verify", "--base-url", &setting],
        &["range", &range],
        &["range", key],
        &["history", key],
        &["history", "--branch", key],
        &["history", "--path", key],
        &["history", "--since", key],
        &["staged", key],
        &["verify", key],
        &["verify", "report.txt"],
        &["hook", "run", key],
        &["revoke", key],
        &["rules", "show", key],
        &["rules", "check", "bad-rules.toml"],
        &["rules", "check", key],
        &["rules", "import", "gitleaks.toml"],
        &["rules", "import", "no-rules.toml"],
        &["baseline", "import", "report.txt"],
        &["baseline", "import", key],
        &["baseline", "create", "--reason", key, "--expires", key],
        &["generate", "completions", key],
        &["generate", key],
        &[key],
    ] {
        let said = world.run(arguments, None);
        assert_ne!(said.status, None, "{}", said.stderr);
    }
    assert_eq!(unleak(world.path(), ["scan", "missing.txt"]).status, Some(2));
}
