//! Where a leak comes from and what became of it: every hiding place, each with the right commit and path.

use std::path::{Path, PathBuf};

use unleak::source::git::trace;
use unleak::words::{GitObject, Life, Origin};

use crate::common::{Repo, THREADS, everything};

/// What is known of all blobs that hold these words, as of one leak.
fn life(repo: &Repo, word: &str) -> Life {
    let read = repo.open();
    let seen = everything(read.clone());
    let holds = |bytes: &[u8]| memchr::memmem::find(bytes, word.as_bytes()).is_some();
    let origins: Vec<Origin> =
        seen.blobs.into_iter().filter(|(_, bytes)| holds(bytes)).map(|(origin, _)| origin).collect();
    let mut lives = trace(&repo.open(), std::slice::from_ref(&origins), THREADS);
    assert_eq!(trace(&read, std::slice::from_ref(&origins), THREADS), lives, "what the reading noted is what there is");
    assert_eq!((lives.len(), lives[0].places.len()), (1, origins.len()));
    lives.remove(0)
}

fn paths(life: &Life) -> Vec<&Path> {
    let mut paths: Vec<_> = life.places.iter().flat_map(|place| &place.paths).map(PathBuf::as_path).collect();
    paths.sort();
    paths.dedup();
    paths
}

#[test]
fn introduced_removed_and_held() {
    let repo = Repo::new();
    repo.commit("README", "hello");
    let first = repo.commit("src/deep/config.txt", "key = SECRET-one\n");
    repo.commit("src/deep/config.txt", "key = SECRET-one\nmore\n");
    repo.git(&["branch", "old"]);
    repo.commit("copy.txt", "key = SECRET-one\n");
    repo.git(&["rm", "-q", "copy.txt"]);
    repo.git(&["commit", "-qm", "x"]);
    let removed = repo.commit("src/deep/config.txt", "key = env\n");
    repo.git(&["tag", "-a", "v1", "-m", "v1"]);
    repo.commit("README", "later");
    repo.git(&["switch", "-q", "--orphan", "other"]);
    repo.commit("other.txt", "nothing here");
    repo.git(&["switch", "-q", "main"]);
    for _ in 0..2 {
        let life = life(&repo, "SECRET-one");
        assert_eq!(life.introduced.as_ref().map(|commit| commit.id.to_string()), Some(first.clone()));
        assert_eq!(life.introduced.as_ref().map(|commit| commit.author.as_str()), Some("Ada Author"));
        assert_eq!(life.removed.as_ref().map(|commit| commit.id.to_string()), Some(removed.clone()));
        assert!(!life.in_head);
        assert_eq!(life.refs, ["refs/heads/main", "refs/heads/old", "refs/tags/v1"]);
        assert_eq!(paths(&life), [Path::new("copy.txt"), Path::new("src/deep/config.txt")]);
        let place = life.places.iter().find(|place| place.paths.len() == 2).unwrap();
        assert_eq!(place.path.as_deref(), Some(Path::new("src/deep/config.txt")));
        repo.git(&["gc", "-q"]);
    }
    repo.git(&["switch", "-q", "old"]);
    let life = life(&repo, "SECRET-one");
    assert!(life.in_head && life.removed.is_none());
}

/// Trees that are deltas to others in long chains, in two packs and loose: a reading notes of each what is new in it.
#[test]
fn what_a_reading_notes_of_trees_is_what_stands_in_them() {
    let repo = Repo::new();
    for n in 0..90 {
        let folder = format!("deep/{}/below", n % 7);
        repo.write(&format!("{folder}/{n}.txt"), format!("content {n}"));
        repo.write(&format!("wide/{}.txt", n % 40), format!("content {}", n / 3));
        if n % 4 == 3 {
            repo.git(&["rm", "-q", "--cached", &format!("deep/{}/below/{}.txt", (n - 3) % 7, n - 3)]);
        }
        repo.git(&["add", &folder, "wide"]);
        repo.git(&["commit", "-qm", &format!("commit {n}")]);
        match n {
            40 => repo.git(&["repack", "-q", "-a", "-d", "-f", "--depth=50", "--window=20"]),
            80 => repo.git(&["repack", "-q"]),
            _ => String::new(),
        };
    }
    for _ in 0..2 {
        let read = repo.open();
        let blobs = everything(read.clone()).blobs;
        let questions: Vec<Vec<Origin>> = blobs.into_iter().map(|(origin, _)| vec![origin]).collect();
        let (noted, there) = (trace(&read, &questions, THREADS), trace(&repo.open(), &questions, THREADS));
        assert!(there.iter().filter(|life| !life.places[0].paths.is_empty()).count() > 100);
        assert_eq!(noted, there);
        repo.git(&["repack", "-q", "-a", "-d", "-f", "--depth=200", "--window=50"]);
    }
}

#[test]
fn what_only_a_merge_a_stash_or_a_lost_commit_holds() {
    let repo = Repo::new();
    repo.commit("a.txt", "a");
    repo.git(&["switch", "-qc", "side"]);
    repo.commit("side.txt", "side");
    repo.git(&["switch", "-q", "main"]);
    repo.commit("main.txt", "main");
    repo.git(&["merge", "-q", "--no-commit", "side"]);
    repo.write("side.txt", "SECRET-merge");
    repo.git(&["commit", "-q", "-a", "-m", "merge"]);
    let merge = repo.id("HEAD");
    let merged = life(&repo, "SECRET-merge");
    assert_eq!(merged.introduced.as_ref().map(|commit| commit.id), Some(merge));
    assert_eq!((merged.in_head, merged.refs.as_slice()), (true, &["refs/heads/main".to_owned()][..]));

    let lost = repo.commit("lost.txt", "SECRET-lost");
    repo.git(&["reset", "-q", "--hard", "HEAD~1"]);
    let life_of_lost = life(&repo, "SECRET-lost");
    assert_eq!(life_of_lost.introduced.as_ref().map(|commit| commit.id.to_string()), Some(lost));
    assert_eq!(life_of_lost.refs, [""; 0]);
    assert_eq!(paths(&life_of_lost), [Path::new("lost.txt")]);

    repo.write("a.txt", "SECRET-stash");
    repo.git(&["stash", "push", "-q"]);
    let stashed = life(&repo, "SECRET-stash");
    assert_eq!(stashed.introduced.map(|commit| commit.id), Some(repo.id("stash")));
    assert_eq!(stashed.refs, ["refs/stash"]);

    repo.git_with(&["hash-object", "-w", "--stdin"], b"SECRET-dangling");
    let dangling = life(&repo, "SECRET-dangling");
    assert_eq!((&dangling.introduced, dangling.places[0].paths.len()), (&None, 0));
}

#[test]
fn messages_tags_and_names() {
    let repo = Repo::new();
    repo.commit("a.txt", "a");
    repo.git(&["commit", "-q", "--allow-empty", "-m", "SECRET-message"]);
    let commit = repo.id("HEAD");
    repo.commit("b.txt", "b");
    let message = life(&repo, "SECRET-message");
    // The reflog holds the message too; only the commit has a commit.
    assert_eq!(message.introduced.map(|commit| commit.id), Some(commit));
    assert!(message.in_head && message.removed.is_none());
    assert_eq!(message.refs, ["refs/heads/main"]);

    repo.git(&["tag", "-a", "v1", "-m", "SECRET-tag", "HEAD~1"]);
    assert_eq!(life(&repo, "SECRET-tag").refs, ["refs/tags/v1"]);

    let named = repo.commit("dir/SECRET-name.txt", "x");
    repo.git(&["rm", "-q", "dir/SECRET-name.txt"]);
    repo.git(&["commit", "-qm", "gone"]);
    let name = trace(&repo.open(), &[vec![Origin::TreeName(PathBuf::from("SECRET-name.txt"))]], THREADS).remove(0);
    assert_eq!(name.introduced.map(|commit| commit.id.to_string()), Some(named));
    assert_eq!(name.removed.map(|commit| commit.id), Some(repo.id("HEAD")));
    assert_eq!(name.places[0].path.as_deref(), Some(Path::new("dir/SECRET-name.txt")));
}

#[test]
fn more_things_than_a_mask_has_bits() {
    let repo = Repo::new();
    let commits: Vec<String> = (0..70).map(|n| repo.commit(&format!("{n}.txt"), &format!("content {n}"))).collect();
    let question = |n: usize| {
        let id = repo.id(&format!("HEAD:{n}.txt"));
        vec![Origin::Object(GitObject { path: None, commit: None, id, kind: unleak::words::ObjectKind::Blob })]
    };
    let questions: Vec<_> = (0..70).map(question).collect();
    for (life, commit) in trace(&repo.open(), &questions, THREADS).iter().zip(&commits) {
        assert_eq!(life.introduced.as_ref().map(|commit| commit.id.to_string()).as_ref(), Some(commit));
        assert_eq!(life.places[0].commit, life.introduced);
    }
}
