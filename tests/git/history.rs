//! A history holds what git says that it holds, wherever it hides.

use std::fs;
use std::path::Path;

use std::sync::Arc;

use unleak::source::git::{GitEnv, History, HistoryOptions, Repository, Scope};
use unleak::words::{Origin, Progress};

use crate::common::{Repo, Seen, all_of_it, everything, git_in};

fn history(repo: &Repo) -> Seen {
    everything(repo.open())
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
    "plain",
    "removed",
    "message",
    "nodiff",
    "binary",
    "tag",
    "note",
    "branch",
    "ref",
    "remote",
    "stash-older",
    "stash-newer",
    "stash-message-older",
    "amended",
    "reset",
    "dangling",
    "staged",
    "file-name.txt",
    "folder",
    "merge-only",
    "stash-message-newer",
    "ref",
];

fn holds_everything(repo: &Repo) {
    let seen = history(repo).whole();
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
            let seen = history(&repo).whole();
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
    let mut text: Vec<String> =
        (0..400).map(|n| format!("line {n} of a file that changes a little each time")).collect();
    for n in 0..120 {
        text[(n * 37) % 400] = format!("changed in {n}");
        repo.write("file.txt", text.join("\n"));
        repo.write(&format!("copies/{n}.txt"), text[n..].join("\n"));
        repo.git(&["add", "."]);
        repo.git(&["commit", "-qm", &format!("commit {n}")]);
    }
    repo.git(&["repack", "-q", "-a", "-d", "-f", "--depth=200", "--window=20"]);
    let seen = history(&repo).whole();
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
    assert!(everything(open(&clone)).whole().holds("SECRET-alternate"));

    repo.git(&["worktree", "add", "-q", "../linked", "-b", "linked"]);
    let linked = repo.dir.path().join("linked");
    fs::write(linked.join("b.txt"), "SECRET-linked").unwrap();
    git_in(&linked, &["add", "."]);
    git_in(&linked, &["commit", "-qm", "SECRET-linked-message"]);
    for path in [&linked, &repo.path] {
        let seen = everything(open(path)).whole();
        assert!(seen.holds("SECRET-linked") && seen.holds("SECRET-linked-message"));
    }

    git_in(repo.dir.path(), &["clone", "-q", "--bare", "repo", "bare.git"]);
    let bare = open(&repo.dir.path().join("bare.git"));
    assert_eq!(bare.work_tree(), None);
    assert!(everything(bare).whole().holds("SECRET-linked"));

    let outer = Repo::new();
    outer.git(
        &["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../../repo", "sub"]
            .map(|arg| if arg == "../../repo" { repo.path.to_str().unwrap() } else { arg }),
    );
    outer.git(&["commit", "-qm", "sub"]);
    let sub = open(&outer.path.join("sub"));
    assert!(everything(sub).whole().holds("SECRET-alternate"));
    history(&outer).whole();
}

#[test]
fn progress_counts_what_there_is() {
    let repo = hiding_places();
    let all = repo.git(&["cat-file", "--batch-all-objects", "--batch-check"]).lines().count() as u64;
    let progress = Arc::new(Progress::default());
    Seen::of(&History::new(repo.open(), all_of_it(), Arc::clone(&progress)));
    // What is loose may be a tree, which is told only once it is read.
    let expected = progress.expected().unwrap();
    assert!((repo.objects().len() as u64..=all).contains(&expected), "{expected} of {all}");
}

#[test]
fn limits() {
    let repo = Repo::new();
    repo.commit("src/a.txt", "SECRET-a");
    repo.git(&["switch", "-qc", "side"]);
    repo.commit("docs/b.txt", "SECRET-b");
    repo.git(&["tag", "-a", "v1", "-m", "SECRET-tag"]);
    repo.git(&["switch", "-q", "main"]);
    repo.commit("src/c.txt", "SECRET-c");
    repo.git(&["reset", "-q", "--hard", "HEAD~1"]);
    let read = |options| Seen::of(&History::new(repo.open(), options, Arc::default())).whole();
    let holds = |seen: &Seen| ["a", "b", "c", "tag"].map(|word| seen.holds(&format!("SECRET-{word}")));
    assert_eq!(holds(&read(all_of_it())), [true; 4]);
    let seen = read(HistoryOptions { scope: Scope::References, ..all_of_it() });
    // What was reset away is still ORIG_HEAD's.
    assert_eq!(holds(&seen), [true; 4]);
    fs::remove_file(repo.path.join(".git/ORIG_HEAD")).unwrap();
    assert_eq!(holds(&read(HistoryOptions { scope: Scope::References, ..all_of_it() })), [true, true, false, true]);
    let of_main = Scope::Of(vec!["main".to_owned()]);
    assert_eq!(holds(&read(HistoryOptions { scope: of_main, ..all_of_it() })), [true, false, false, false]);
    let docs = HistoryOptions { paths: vec!["docs".into()], ..all_of_it() };
    assert_eq!(holds(&read(docs)), [false, true, false, true]);
    let later = HistoryOptions { since: Some(i64::MAX), ..all_of_it() };
    assert_eq!(holds(&read(later)), [false, false, false, true]);
}
