//! A history that remembers says what one that reads everything says, whatever became of the repository meanwhile.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::common::Repo;
use crate::program::key;
use crate::support::{Said, program};

/// A repository, and a cache folder beside it.
struct Kept {
    repo: Repo,
}

/// A text that git keeps as a delta to its neighbours.
fn long(version: usize, more: &str) -> String {
    let lines = (0..400).map(|line| format!("line {line} of {}\n", if line == version { version } else { 0 }));
    format!("{}{more}\n", lines.collect::<String>())
}

impl Kept {
    /// Leaks in every kind of place, noise, and much that is neither.
    fn new() -> Self {
        let repo = Repo::new();
        for version in 0..6 {
            repo.commit("long.txt", &long(version, ""));
        }
        repo.commit("long.txt", &long(7, &format!("key = '{}'", key(1))));
        repo.commit("long.txt", &long(8, ""));
        let noise = ["sk-", &"x".repeat(20), "T3Blbk", "FJ", &"x".repeat(20)].concat();
        repo.commit("noise.py", &format!("OPENAI_API_KEY = '{noise}'\n"));
        repo.commit(&format!("folder/{}.txt", key(2)), "a key in a name\n");
        repo.commit("folder/other.txt", "beside it\n");
        repo.git(&["commit", "-q", "--allow-empty", "-m", &format!("Say {}", key(3))]);
        repo.git(&["tag", "-a", "-m", &format!("Tag {}", key(4)), "v1"]);
        repo.git(&["tag", "-a", "-m", "Nothing", "v2"]);
        Self { repo }
    }

    fn run(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Said {
        let mut program = program(&self.repo.path);
        program.env("XDG_CACHE_HOME", self.repo.dir.path().join("cache")).envs(variables.iter().copied());
        program.args(["history", "--format", "json"]).args(arguments).output().unwrap().into()
    }

    /// What a history without a memory says.
    fn plain(&self) -> Value {
        self.run(&["--noise"], &[]).json()
    }

    /// How many objects a history with a memory did not read. It has to say what one without says.
    #[track_caller]
    fn passed(&self) -> u64 {
        let mut report = self.run(&["--noise", "--cache"], &[]).json();
        let inputs = report["summary"]["inputs"].as_object_mut().unwrap();
        let known = inputs.remove("known").map_or(0, |known| known.as_u64().unwrap());
        let plain = self.plain();
        assert!(report == plain, "with a memory: {report:#}\nwithout: {plain:#}");
        known
    }

    fn files(&self) -> Vec<PathBuf> {
        let folder = fs::read_dir(self.repo.dir.path().join("cache/unleak/histories-1"));
        folder.map(|files| files.map(|file| file.unwrap().path()).collect()).unwrap_or_default()
    }
}

#[test]
fn new_commits_amended_ones_and_packs_change_nothing() {
    let kept = Kept::new();
    let repo = &kept.repo;
    assert_eq!(kept.passed(), 0);
    let blobs = |report: &Value| report["summary"]["inputs"]["blobs"].as_u64().unwrap();
    let plain = kept.plain();
    assert_eq!(plain["summary"]["leaks"], 4, "{plain:#}");
    assert!(plain["summary"]["noise"].as_u64() > Some(0), "{plain:#}");
    let known = kept.passed();
    // All but git's own files, the long text with its key, the noise, and two messages.
    assert!(known >= 18 && known < blobs(&plain) - 4, "{known} of {plain:#}");

    repo.commit("long.txt", &long(9, ""));
    repo.commit("new.py", &format!("key = '{}'\n", key(5)));
    assert_eq!(kept.passed(), known);
    assert!(kept.passed() > known);
    repo.write("new.py", "clean again\n");
    repo.git(&["add", "."]);
    repo.git(&["commit", "-q", "--amend", "-m", "Amended"]);
    let known = kept.passed();
    repo.git(&["repack", "-q", "-a", "-d"]);
    assert!(kept.passed() > known);
    let known = kept.passed();
    repo.commit("long.txt", &long(10, &format!("key = '{}'", key(1))));
    repo.git(&["gc", "-q"]);
    assert_eq!(kept.passed(), known);

    // What nothing leads to any more is gone, so all that leads to something is read again, once.
    repo.git(&["reset", "-q", "--hard", "HEAD~2"]);
    repo.git(&["reflog", "expire", "--expire=now", "--all"]);
    repo.git(&["gc", "-q", "--prune=now"]);
    let fewer = kept.passed();
    assert!(fewer > 0 && fewer < known, "{fewer} of {known}");
    assert!(kept.passed() > fewer);
}

#[test]
fn what_is_missing_or_broken_is_told_again() {
    let kept = Kept::new();
    let repo = &kept.repo;
    kept.passed();
    let known = kept.passed();
    let path = |name: &str| {
        let hex = repo.git(&["rev-parse", name]);
        repo.path.join(".git/objects").join(&hex[..2]).join(&hex[2..])
    };
    // One that held a leak, one that held nothing.
    for name in ["HEAD~5:long.txt", "HEAD:long.txt", "HEAD:folder/other.txt"] {
        let file = path(name);
        let bytes = fs::read(&file).unwrap();
        fs::remove_file(&file).unwrap();
        let report = kept.plain();
        assert_eq!(report["skipped"].as_array().unwrap().len(), 1, "{name}: {report:#}");
        kept.passed();
        kept.passed();
        fs::write(&file, bytes).unwrap();
        kept.passed();
        assert_eq!(kept.passed(), known);
    }
    // Two names for one file of the cache: a linked worktree has the same objects.
    repo.git(&["worktree", "add", "-q", "../linked", "-b", "linked"]);
    kept.passed();
    assert_eq!(kept.files().len(), 1);
}

#[test]
fn a_damaged_or_foreign_memory_is_passed_over() {
    let kept = Kept::new();
    kept.passed();
    let known = kept.passed();
    let [file] = &kept.files()[..] else { panic!("one file") };
    let whole = fs::read(file).unwrap();
    let records = whole.len() - 64;
    let places = [0, 17, records / 2, records - 1, records, records + 31, records + 32, whole.len() - 1];
    let flipped = places.map(|place| {
        let mut bytes = whole.clone();
        bytes[place] ^= 1;
        bytes
    });
    let cut = [0, 1, 63, 64, records, whole.len() - 1].map(|length| whole[..length].to_vec());
    let longer = [&whole[..], b"x"].concat();
    // Another program, other rules or another repository: whole, but true of something else.
    let mut foreign = whole.clone();
    foreign[records] ^= 1;
    let sum = Sha256::digest(&foreign[..records + 32]);
    foreign[records + 32..].copy_from_slice(&sum);
    for bytes in flipped.into_iter().chain(cut).chain([longer, foreign]) {
        fs::write(file, &bytes).unwrap();
        let report = kept.run(&["--cache"], &[]).json();
        assert_eq!(report["summary"]["inputs"]["known"], Value::Null, "{} bytes of {}", bytes.len(), whole.len());
        assert_eq!(report["summary"]["leaks"], 4);
        assert!(fs::read(file).unwrap() == whole, "what was passed over is made anew");
    }
    for other in ["--max-depth=3", "--rules=rules.toml"] {
        let rules = "provider = 'acme'\nname = 'Acme'\n[[rule]]\nid = 'acme-key'\nname = 'Acme key'\ndescription = 'x'\n\
                     remedy = 'x'\nseverity = 'low'\nspecificity = 20\ntrigger = { keywords = ['acme_'] }\n\
                     pattern = 'acme_[a-z]{20}'\nhits = ['acme_{lower:20}']\nmisses = []\n";
        fs::write(kept.repo.path.join("rules.toml"), rules).unwrap();
        let said = kept.run(&["--cache", other], &[]);
        assert_eq!(said.json()["summary"]["inputs"]["known"], Value::Null);
        assert_eq!(kept.run(&["--cache", other], &[]).json()["summary"]["inputs"]["known"], known);
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        kept.passed();
        assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(file, fs::Permissions::from_mode(0o622)).unwrap();
        assert_eq!(kept.passed(), 0, "anybody may have written it");
        assert_eq!(kept.passed(), known);
    }
}

#[test]
fn it_is_asked_for_and_holds_no_secret() {
    let kept = Kept::new();
    let config = kept.repo.dir.path().join("config");
    fs::create_dir_all(config.join("unleak")).unwrap();
    let folder = [("XDG_CONFIG_HOME", config.to_str().unwrap())];
    for (arguments, variables) in [
        (&[][..], &[][..]),
        (&["--no-cache"], &[("UNLEAK_CACHE", "true")]),
        (&["--cache", "--no-reflog"], &[]),
        (&["--cache", "--rule=openai-project-key"], &[]),
    ] {
        assert_eq!(kept.run(arguments, variables).status, Some(1));
        assert_eq!(kept.files().len(), 0, "{arguments:?}");
    }
    kept.repo.write("unleak.toml", "cache = true\n");
    let said = kept.run(&[], &[]);
    assert!(said.status == Some(2) && said.stderr.contains("a repository can turn it off"), "{}", said.stderr);
    kept.repo.write("unleak.toml", "");
    assert_eq!(kept.run(&[], &[("UNLEAK_CACHE", "true")]).status, Some(1));
    assert_eq!(kept.files().len(), 1);
    fs::write(config.join("unleak/unleak.toml"), "cache = true\n").unwrap();
    assert!(kept.run(&[], &folder).json()["summary"]["inputs"]["known"].as_u64() > Some(0));

    let bytes = fs::read(&kept.files()[0]).unwrap();
    let holds = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    for seed in 1..=4 {
        assert!(!holds(&key(seed).as_bytes()[20..28]));
    }
}
