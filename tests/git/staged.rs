//! What is staged is what git would commit: bytes of the index, never of the work tree.

use std::path::{Path, PathBuf};

use unleak::source::git::{Absent, GitEnv, Repository, Staged, StagedOptions};
use unleak::words::LeftOut;

use crate::common::{Repo, Seen, THREADS, git_in};

fn staged(repo: &Repo) -> Seen {
    staged_in(repo.open(), &[])
}

fn staged_in(repo: Repository, paths: &[&Path]) -> Seen {
    let paths = paths.iter().map(PathBuf::from).collect();
    Seen::of(&Staged::new(repo, StagedOptions { paths, absent: Absent::Skipped, threads: THREADS }))
}

/// What git says: paths whose content the next commit adds or changes.
fn by_git(repo: &Repo) -> Vec<String> {
    let output =
        repo.git(&["diff", "--cached", "--name-only", "--no-renames", "--diff-filter=d", "--ignore-submodules=all"]);
    output.lines().map(str::to_owned).collect()
}

#[test]
fn all_of_the_index_before_the_first_commit() {
    let repo = Repo::new();
    assert_eq!(staged(&repo).whole().paths(), [""; 0]);
    repo.write("a.txt", "SECRET-a");
    repo.write("deep/er/b.txt", "SECRET-b");
    repo.git(&["add", "."]);
    repo.write("a.txt", "of the work tree");
    let seen = staged(&repo).whole();
    assert_eq!(seen.paths(), ["a.txt", "deep/er/b.txt"]);
    assert!(seen.holds("SECRET-a") && !seen.holds("of the work tree"));
}

#[test]
fn only_what_differs_from_head() {
    let repo = Repo::new();
    for n in 0..40 {
        repo.write(&format!("dir{}/sub/{n}.txt", n % 4), format!("content {n}"));
    }
    repo.commit("x", "x");
    repo.git(&["add", "."]);
    repo.git(&["commit", "-qm", "all"]);
    assert_eq!(staged(&repo).whole().paths(), [""; 0]);
    repo.write("dir1/sub/1.txt", "changed");
    repo.write("dir1/new", "new");
    repo.write("dir1.txt", "sorts between");
    repo.git(&["add", "."]);
    repo.git(&["rm", "-q", "dir2/sub/2.txt"]);
    repo.git(&["mv", "dir3/sub/3.txt", "dir3/moved.txt"]);
    assert_eq!(staged(&repo).whole().paths(), by_git(&repo));
    // A file becomes a folder and a folder a file.
    repo.git(&["rm", "-rq", "dir0"]);
    repo.write("dir0", "a file");
    repo.git(&["rm", "-q", "x"]);
    repo.write("x/y", "a folder");
    repo.git(&["add", "."]);
    assert_eq!(staged(&repo).whole().paths(), by_git(&repo));
    // Without the cached trees it is the same, and so from packs.
    repo.git(&["read-tree", "--empty"]);
    repo.git(&["add", "."]);
    assert_eq!(staged(&repo).whole().paths(), by_git(&repo));
    repo.git(&["gc", "-q"]);
    assert_eq!(staged(&repo).whole().paths(), by_git(&repo));
    for version in ["2", "4"] {
        repo.git(&["update-index", "--index-version", version]);
        assert_eq!(staged(&repo).whole().paths(), by_git(&repo));
    }
    repo.git(&["update-index", "--split-index"]);
    repo.write("after-split", "x");
    repo.git(&["add", "after-split"]);
    assert_eq!(staged(&repo).whole().paths(), by_git(&repo));
}

/// An index of more entries than are read at once, in all forms; and one whose cached trees say what is not so.
#[test]
fn large_and_damaged_indices() {
    let repo = Repo::new();
    for n in 0..300 {
        repo.write(&format!("{}/{}/{n}.txt", n % 3, "longer".repeat(n % 7 * 5)), format!("content {n}"));
    }
    repo.git(&["add", "."]);
    repo.git(&["commit", "-qm", "all"]);
    repo.write("1/new.txt", "SECRET-new");
    repo.write("2/long/new.txt", "SECRET-deep");
    repo.write("3/4", "SECRET-last");
    let staged_paths = ["1/new.txt", "2/long/new.txt", "3/4"];
    // By name: if all were added, git would write anew what is no older than its index, and drop the cached trees.
    staged_paths.iter().for_each(|path| drop(repo.git(&["add", path])));
    let named: Vec<PathBuf> = ["0", "1/new.txt", "3"].iter().map(|name| repo.path.join(name)).collect();
    let mut named: Vec<&Path> = named.iter().map(PathBuf::as_path).collect();
    for version in ["4", "3", "2"] {
        repo.git(&["update-index", "--index-version", version]);
        assert_eq!(staged(&repo).whole().paths(), staged_paths);
        assert_eq!(staged_in(repo.open(), &named).whole().paths().len(), 102, "version {version}");
        named.reverse();
    }
    let all = repo.git(&["ls-files"]);
    let mut each: Vec<PathBuf> = all.lines().map(|name| repo.path.join(name)).collect();
    for by_order in [true, false] {
        if !by_order {
            each.reverse();
        }
        let each: Vec<&Path> = each.iter().map(PathBuf::as_path).collect();
        assert_eq!(staged_in(repo.open(), &each).whole().paths(), all.lines().collect::<Vec<_>>());
    }
    let index = repo.path.join(".git/index");
    let good = std::fs::read(&index).unwrap();
    let trees = memchr::memmem::rfind(&good, b"TREE").unwrap();
    // Folder 0 says that it has entries of folder 1 too, fewer than it has, or none.
    let count = trees + memchr::memmem::find(&good[trees..], b"\n0\x00100 ").unwrap() + 3;
    for said in ["101", "201", "099", "000", "300", "999"] {
        let mut bad = good.clone();
        bad[count..count + 3].copy_from_slice(said.as_bytes());
        std::fs::write(&index, &bad).unwrap();
        assert_eq!(staged(&repo).whole().paths(), staged_paths, "{said}");
    }
    // Whatever byte of the cached trees is another, nothing is dropped without a word.
    for at in (trees..good.len() - 20).step_by(7) {
        let mut bad = good.clone();
        bad[at] ^= 0x11;
        std::fs::write(&index, &bad).unwrap();
        let seen = staged(&repo);
        assert!(seen.holds("SECRET-deep") && seen.holds("SECRET-last") || !seen.skipped.is_empty(), "byte {at}");
    }
    // Nor where the file ends early.
    for length in [good.len() - 1, good.len() - 21, trees + 9, trees + 3, trees - 1, 20_000, 4096, 100, 12, 3] {
        std::fs::write(&index, &good[..length]).unwrap();
        staged(&repo).skips("the index can't be read");
    }
}

#[test]
fn names_of_sha256() {
    let repo = Repo::with(&["--object-format=sha256"]);
    for n in 0..9 {
        repo.write(&format!("{}/{}.txt", n % 2, "n".repeat(n)), "same");
    }
    repo.git(&["add", "."]);
    repo.git(&["commit", "-qm", "all"]);
    repo.write("1/new.txt", "SECRET-new");
    repo.git(&["add", "."]);
    for version in ["2", "4"] {
        repo.git(&["update-index", "--index-version", version]);
        let seen = staged(&repo).whole();
        assert!(seen.paths() == ["1/new.txt"] && seen.holds("SECRET-new"), "version {version}");
        assert_eq!(staged_in(repo.open(), &[&repo.path.join("0")]).whole().paths().len(), 5);
    }
}

#[test]
fn intent_to_add_conflicts_links_and_submodules() {
    let repo = Repo::new();
    repo.commit("a.txt", "base\n");
    repo.write("intent.txt", "x");
    repo.git(&["add", "-N", "intent.txt"]);
    assert_eq!(staged(&repo).whole().paths(), [""; 0]);
    repo.git(&["rm", "-q", "--cached", "intent.txt"]);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("SECRET-target", repo.path.join("link")).unwrap();
        repo.git(&["add", "link"]);
        assert!(staged(&repo).whole().holds("SECRET-target"));
    }
    repo.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{},module", repo.id("HEAD"))]);
    assert_eq!(staged(&repo).whole().left_out, [LeftOut::Submodule]);
    repo.git(&["reset", "-q", "--hard"]);

    repo.git(&["switch", "-qc", "side"]);
    repo.commit("a.txt", "SECRET-theirs\n");
    repo.git(&["switch", "-q", "main"]);
    repo.commit("a.txt", "ours\n");
    assert!(!crate::common::command(&repo.path, &["merge", "-q", "side"]).output().unwrap().status.success());
    let seen = staged(&repo).whole();
    // What is ours is HEAD's; both other stages are new.
    assert!(seen.holds("SECRET-theirs") && seen.holds("base"));
}

#[test]
fn named_paths_are_read_changed_or_not() {
    let repo = Repo::new();
    repo.commit("a.txt", "SECRET-a");
    repo.commit("dir/b.txt", "SECRET-b");
    repo.commit("dir.txt", "SECRET-c");
    repo.write("a.txt", "of the work tree");
    let root = &repo.path;
    let seen = staged_in(repo.open(), &[&root.join("a.txt"), &root.join("dir")]).whole();
    assert_eq!(seen.paths(), ["a.txt", "dir/b.txt"]);
    assert!(seen.holds("SECRET-a"));
    assert_eq!(staged_in(repo.open(), &[root]).whole().paths(), ["a.txt", "dir.txt", "dir/b.txt"]);
    staged_in(repo.open(), &[&root.join("nothing")]).skips("the index holds nothing there");
    staged_in(repo.open(), &[Path::new("/")]).skips("not in the work tree");
}

#[test]
fn sparse_checkouts_and_sparse_indices() {
    let repo = Repo::new();
    for name in ["in/a.txt", "out/b.txt", "out/deep/c.txt"] {
        repo.commit(name, name);
    }
    repo.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "in"]);
    repo.write("in/a.txt", "changed");
    repo.git(&["add", "in"]);
    assert_eq!(staged(&repo).whole().paths(), ["in/a.txt"]);
    let seen = staged_in(repo.open(), &[&repo.path.join("out/deep"), &repo.path.join("in")]).whole();
    assert_eq!(seen.paths(), ["in/a.txt", "out/deep/c.txt"]);
}

#[test]
fn the_environment_of_a_hook_decides() {
    let repo = Repo::new();
    repo.commit("a.txt", "a");
    repo.git(&["worktree", "add", "-q", "../linked", "-b", "linked"]);
    let linked = repo.dir.path().join("linked");
    std::fs::write(linked.join("b.txt"), "SECRET-linked").unwrap();
    git_in(&linked, &["add", "b.txt"]);
    let open = |path: &Path, env: &GitEnv| Repository::discover(path, env).unwrap();
    assert_eq!(staged_in(open(&linked, &GitEnv::default()), &[]).whole().paths(), ["b.txt"]);
    let git_dir = Some(repo.path.join(".git/worktrees/linked"));
    let env = GitEnv { git_dir, ..GitEnv::default() };
    assert_eq!(staged_in(open(repo.dir.path(), &env), &[]).whole().paths(), ["b.txt"]);

    // `git commit PATH` shows its hooks another index.
    repo.write("c.txt", "SECRET-c");
    repo.git(&["add", "c.txt"]);
    std::fs::rename(repo.path.join(".git/index"), repo.path.join(".git/next-index")).unwrap();
    let index_file = Some(repo.path.join(".git/next-index"));
    let env = GitEnv { index_file, work_tree: Some(repo.path.clone()), git_dir: Some(repo.path.join(".git")), ..env };
    assert_eq!(staged_in(open(&repo.path, &env), &[]).whole().paths(), ["c.txt"]);

    // Objects of a push that is not yet accepted are in a place of their own.
    let quarantine = repo.dir.path().join("quarantine");
    std::fs::create_dir(&quarantine).unwrap();
    std::fs::rename(repo.path.join(".git/objects"), repo.dir.path().join("objects")).unwrap();
    let alternates = Some(repo.dir.path().join("objects").into_os_string());
    let env = GitEnv { object_directory: Some(quarantine), alternates, ..env };
    assert!(staged_in(open(&repo.path, &env), &[]).whole().holds("SECRET-c"));
}

#[test]
fn what_is_missing_is_told() {
    let repo = Repo::new();
    repo.write("a.txt", "SECRET-a");
    repo.write("b.txt", "SECRET-b");
    repo.git(&["add", "."]);
    let hex = repo.git(&["rev-parse", ":a.txt"]);
    std::fs::remove_file(repo.path.join(".git/objects").join(&hex[..2]).join(&hex[2..])).unwrap();
    let seen = staged(&repo);
    seen.skips(&hex);
    assert!(seen.holds("SECRET-b"));
    repo.write(".git/index", "DIRC and then nonsense");
    staged(&repo).skips("the index can't be read");
}
