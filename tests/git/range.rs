//! A range holds what its commits bring in, and what only a merge holds.

use unleak::source::git::{GitEnv, Range, RangeSpec, Repository};

use crate::common::{Repo, Seen, THREADS, git_in};

fn range(repo: &Repo, spec: &str) -> Seen {
    Seen::of(&Range::new(repo.open(), RangeSpec::parse(spec), THREADS))
}

/// Messages of the commits that were read, in the order of their ids; and what git says of the same range.
fn commits(seen: &Seen) -> Vec<String> {
    let ids = seen.objects().into_iter().filter(|(_, bytes)| bytes.starts_with(b"tree ")).map(|(id, _)| id.to_string());
    ids.collect()
}

fn by_git(repo: &Repo, args: &[&str]) -> Vec<String> {
    let mut ids: Vec<_> = repo.git(&[&["rev-list"], args].concat()).lines().map(str::to_owned).collect();
    ids.sort();
    ids
}

fn forked() -> Repo {
    let repo = Repo::new();
    repo.commit("old.txt", "SECRET-old");
    repo.git(&["tag", "-a", "base", "-m", "base"]);
    repo.git(&["switch", "-qc", "side"]);
    repo.commit("side.txt", "SECRET-side");
    repo.commit("both.txt", "both");
    repo.git(&["switch", "-q", "main"]);
    repo.commit("main.txt", "SECRET-main");
    repo.git(&["merge", "-q", "--no-commit", "side"]);
    repo.write("side.txt", "SECRET-merge-only");
    repo.git(&["commit", "-q", "-a", "-m", "SECRET-merge-message"]);
    repo.commit("gone.txt", "SECRET-gone");
    repo.git(&["rm", "-q", "gone.txt"]);
    repo.git(&["commit", "-qm", "remove"]);
    repo
}

#[test]
fn ranges_are_those_of_git() {
    let repo = forked();
    for spec in ["base..HEAD", "side..main", "main..side", "base..", "side...main", "HEAD~2..HEAD", "base...side"] {
        assert_eq!(commits(&range(&repo, spec).whole()), by_git(&repo, &[spec]), "{spec}");
    }
    let seen = range(&repo, "base..HEAD").whole();
    for word in ["side", "main", "merge-only", "merge-message", "gone"] {
        assert!(seen.holds(&format!("SECRET-{word}")), "{word}");
    }
    assert!(!seen.holds("SECRET-old"));
    let short = &repo.git(&["rev-parse", "HEAD"])[..9];
    for (one, args) in
        [("HEAD~2", ["-1", "HEAD~2"]), (short, ["-1", "HEAD"]), ("HEAD~2^2", ["-1", "side"]), ("base", ["-1", "base"])]
    {
        assert_eq!(commits(&range(&repo, one).whole()), by_git(&repo, &args), "{one}");
    }
    let null = format!("{}..main", "0".repeat(40));
    assert_eq!(commits(&range(&repo, &null).whole()), by_git(&repo, &["main"]));
}

#[test]
fn a_merge_brings_in_what_no_parent_holds() {
    let repo = forked();
    let seen = range(&repo, "HEAD~2").whole();
    assert_eq!(seen.object_paths(), ["side.txt"]);
    assert!(seen.holds("SECRET-merge-only") && !seen.holds("SECRET-main"));
}

#[test]
fn what_a_push_would_bring() {
    let repo = forked();
    repo.git(&["update-ref", "refs/remotes/origin/main", "side"]);
    let spec = RangeSpec::Unpushed { tip: "main".to_owned() };
    let seen = Seen::of(&Range::new(repo.open(), spec, THREADS)).whole();
    assert_eq!(commits(&seen), by_git(&repo, &["main", "--not", "--remotes"]));
}

#[test]
fn since_some_time() {
    let repo = Repo::new();
    for (day, word) in [(1, "early"), (2, "middle"), (3, "late")] {
        repo.write("a.txt", word);
        repo.git(&["add", "."]);
        let mut command = crate::common::command(&repo.path, &["commit", "-qm", word]);
        assert!(command.env("GIT_COMMITTER_DATE", format!("170000000{day} +0000")).status().unwrap().success());
    }
    let spec = RangeSpec::Since { seconds: 1_700_000_002, tip: "HEAD".to_owned() };
    let seen = Seen::of(&Range::new(repo.open(), spec, THREADS)).whole();
    assert!(seen.holds("middle") && seen.holds("late") && !seen.holds("early"));
}

#[test]
fn many_blobs_come_by_a_walk() {
    let repo = Repo::new();
    repo.commit("a.txt", "SECRET-old");
    repo.git(&["tag", "base"]);
    for n in 0..1200 {
        repo.write(&format!("dir/{n}.txt"), format!("content number {n}"));
    }
    repo.git(&["add", "."]);
    repo.git(&["commit", "-qm", "many"]);
    for _ in 0..2 {
        let seen = range(&repo, "base..HEAD").whole();
        assert_eq!(seen.object_paths().len(), 1200);
        assert!(!seen.holds("SECRET-old"));
        repo.git(&["gc", "-q"]);
    }
}

#[test]
fn a_shallow_clone_says_what_it_lacks() {
    let repo = forked();
    let url = format!("file://{}", repo.path.display());
    git_in(repo.dir.path(), &["clone", "-q", "--depth=2", &url, "shallow"]);
    let open = || Repository::discover(&repo.dir.path().join("shallow"), &GitEnv::default()).unwrap();
    let base = repo.git(&["rev-parse", "base^{commit}"]);
    let seen = Seen::of(&Range::new(open(), RangeSpec::parse(&format!("{base}..HEAD")), THREADS));
    seen.skips("fetch-depth: 0");
    let seen = Seen::of(&Range::new(open(), RangeSpec::parse("HEAD~1..HEAD"), THREADS));
    assert!(seen.skipped.is_empty() && commits(&seen).len() == 1);
    let zeros = format!("{}..HEAD", "0".repeat(40));
    Seen::of(&Range::new(open(), RangeSpec::parse(&zeros), THREADS)).skips("fetch at least 3 commits");
    range(&repo, "nonsense..HEAD").skips("no branch, tag or commit is called that");
    range(&repo, "HEAD~99..HEAD").skips("it leads to no commit");
}
