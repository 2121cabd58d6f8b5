//! A history holds what git says that it holds, wherever it hides.

use std::fs;
use std::path::Path;

use unleak::source::git::{GitEnv, History, Repository};
use unleak::words::Origin;

use crate::common::{Repo, Seen, THREADS, git_in};

fn history(repo: &Repo) -> Seen {
    Seen::of(&History::new(repo.open(), THREADS))
}

/// A repository with something in every place where a key can hide.
fn hiding_places() -> Repo {
    let repo = Repo::new();
    repo.write(".gitattributes", "*.nodiff -diff\n*.bin binary\n");
    repo.git(&["add", "."]);
    repo.commit("plain.txt", "SECRET-plain");
    repo.commit("gone.txt", "SECRET-removed");
    repo.git(&["rm", "-q", "gone.txt"]);
    repo.git(&["commit", "-qm", "SECRET-message"]);
    repo.commit("a.nodiff", "SECRET-nodiff");
    repo.commit("b.bin", "SECRET-binary\0\u{1}");
    repo.write("utf16.txt", "SECRET-utf16".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>());
    repo.git(&["add", "."]);
    repo.git(&["commit", "-qm", "utf16"]);
    repo.git(&["tag", "-a", "v1", "-m", "SECRET-tag"]);
    repo.git(&["notes", "add", "-m", "SECRET-note"]);
    repo.git(&["branch", "SECRET-branch"]);
    repo.git(&["update-ref", "refs/custom/SECRET-ref", "HEAD"]);
    repo.git(&["remote", "add", "origin", "https://user:SECRET-remote@example.com/x.git"]);
    repo.git(&["symbolic-ref", "refs/remotes/origin/HEAD", "refs/heads/main"]);
    // Stashes: the older one is only in the reflog of refs/stash.
    for word in ["older", "newer"] {
        repo.write("plain.txt", format!("SECRET-stash-{word}"));
        repo.git(&["stash", "push", "-q", "-m", &format!("SECRET-stash-message-{word}")]);
    }
    // Amended, and reset away.
    repo.commit("amended.txt", "SECRET-amended");
    repo.write("amended.txt", "clean");
    repo.git(&["commit", "-q", "-a", "--amend", "-m", "clean"]);
    repo.commit("reset.txt", "SECRET-reset");
    repo.git(&["reset", "-q", "--hard", "HEAD~1"]);
    repo.git_with(&["hash-object", "-w", "--stdin"], b"SECRET-dangling");
    repo.write("staged.txt", "SECRET-staged");
    repo.git(&["add", "staged.txt"]);
    repo.git(&["rm", "-q", "--cached", "staged.txt"]);
    repo.commit("SECRET-file-name.txt", "x");
    repo.commit("SECRET-folder/x", "x");
    // Content that exists only in a merge commit.
    repo.git(&["switch", "-qc", "side"]);
    repo.commit("side.txt", "side");
    repo.git(&["switch", "-q", "main"]);
    repo.commit("main.txt", "main");
    repo.git(&["merge", "-q", "--no-commit", "side"]);
    repo.write("side.txt", "SECRET-merge-only");
    repo.git(&["commit", "-q", "-a", "-m", "merge"]);
    repo
}

const WORDS: [&str; 22] = [
    "plain", "removed", "message", "nodiff", "binary", "tag", "note", "branch", "ref", "remote", "stash-older",
    "stash-newer", "stash-message-older", "amended", "reset", "dangling", "staged", "file-name.txt", "folder",
    "merge-only", "stash-message-newer", "ref",
];

fn holds_everything(repo: &Repo) {
    let seen = history(repo).is_whole();
    for word in WORDS {
        assert!(seen.holds(&format!("SECRET-{word}")), "{word}");
    }
    assert!(seen.holds("S\0E\0C\0R\0E\0T\0-\0u\0t\0f\0"));
    assert_eq!(seen.objects(), repo.objects());
}

#[test]
fn every_hiding_place_loose_and_packed() {
    let repo = hiding_places();
    holds_everything(&repo);
    // Without pruning, so that what nothing leads to is kept: loose, or in a pack of its own.
    repo.git(&["repack", "-q", "-a", "-d", "-k", "--depth=50"]);
    holds_everything(&repo);
    repo.git(&["pack-refs", "--all"]);
    holds_everything(&repo);
    repo.git(&["gc", "-q", "--cruft", "--prune=never"]);
    holds_everything(&repo);
}

#[test]
fn every_hiding_place_with_sha256_and_reftable() {
    for init in [&["--object-format=sha256"][..], &["--ref-format=reftable"]] {
        let repo = Repo::with(init);
        repo.commit("a.txt", "SECRET-one");
        repo.git(&["branch", "SECRET-branch"]);
        repo.git(&["tag", "-a", "v1", "-m", "SECRET-tag"]);
        repo.commit("a.txt", "SECRET-two");
        repo.git(&["commit", "-q", "--amend", "-m", "SECRET-reflog"]);
        repo.git(&["reset", "-q", "--hard", "HEAD~1"]);
        for packed in [false, true] {
            if packed {
                repo.git(&["gc", "-q", "--prune=never"]);
            }
            let seen = history(&repo).is_whole();
            for word in ["one", "two", "branch", "tag", "reflog"] {
                assert!(seen.holds(&format!("SECRET-{word}")), "{init:?} {packed} {word}");
            }
            assert_eq!(seen.objects(), repo.objects());
            let names: Vec<_> = seen.blobs.iter().filter(|(origin, _)| matches!(origin, Origin::RefName(_))).collect();
            assert!(names.len() >= 3, "{names:?}");
        }
    }
}

#[test]
fn long_chains_and_wide_families() {
    let repo = Repo::new();
    let mut text: Vec<String> = (0..400).map(|n| format!("line {n} of a file that changes a little each time")).collect();
    for n in 0..120 {
        text[(n * 37) % 400] = format!("changed in {n}");
        repo.write("file.txt", text.join("\n"));
        repo.write(&format!("copies/{n}.txt"), text[n..].join("\n"));
        repo.git(&["add", "."]);
        repo.git(&["commit", "-qm", &format!("commit {n}")]);
    }
    repo.git(&["repack", "-q", "-a", "-d", "-f", "--depth=200", "--window=20"]);
    let seen = history(&repo).is_whole();
    assert_eq!(seen.objects(), repo.objects());
}

#[test]
fn alternates_worktrees_submodules_and_bare_ones() {
    let repo = Repo::new();
    repo.commit("a.txt", "SECRET-alternate");
    repo.git(&["gc", "-q"]);
    let clone = repo.dir.path().join("clone");
    git_in(repo.dir.path(), &["clone", "-q", "--shared", "repo", "clone"]);
    let open = |path: &Path| Repository::discover(path, &GitEnv::default()).unwrap();
    assert!(Seen::of(&History::new(open(&clone), THREADS)).is_whole().holds("SECRET-alternate"));

    repo.git(&["worktree", "add", "-q", "../linked", "-b", "linked"]);
    let linked = repo.dir.path().join("linked");
    fs::write(linked.join("b.txt"), "SECRET-linked").unwrap();
    git_in(&linked, &["add", "."]);
    git_in(&linked, &["commit", "-qm", "SECRET-linked-message"]);
    for path in [&linked, &repo.path] {
        let seen = Seen::of(&History::new(open(path), THREADS)).is_whole();
        assert!(seen.holds("SECRET-linked") && seen.holds("SECRET-linked-message"));
    }

    git_in(repo.dir.path(), &["clone", "-q", "--bare", "repo", "bare.git"]);
    let bare = open(&repo.dir.path().join("bare.git"));
    assert_eq!(bare.work_tree(), None);
    assert!(Seen::of(&History::new(bare, THREADS)).is_whole().holds("SECRET-linked"));

    let outer = Repo::new();
    outer.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../../repo", "sub"].map(|arg| {
        if arg == "../../repo" { repo.path.to_str().unwrap() } else { arg }
    }));
    outer.git(&["commit", "-qm", "sub"]);
    let sub = open(&outer.path.join("sub"));
    assert!(Seen::of(&History::new(sub, THREADS)).is_whole().holds("SECRET-alternate"));
    history(&outer).is_whole();
}

#[test]
fn progress_counts_what_there_is() {
    let repo = hiding_places();
    let history = History::new(repo.open(), THREADS);
    Seen::of(&history);
    let all = repo.git(&["cat-file", "--batch-all-objects", "--batch-check"]).lines().count() as u64;
    assert_eq!((history.progress().objects(), history.progress().done()), (all, all));
    assert!(history.progress().bytes() > 0);
}
