//! A damaged repository is never clean: what can't be read is named, and all the rest is read.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use unleak::source::git::{GitEnv, History, HistoryOptions, OpenError, Repository, Scope};
use unleak::words::{Blob, LeftOut, Sink, Skipped, Source};

use crate::common::{Repo, Seen, all_of_it, everything, git_in};

fn history(path: &Path) -> Seen {
    everything(Repository::discover(path, &GitEnv::default()).unwrap())
}

/// A repository in one pack, with chains of deltas.
fn packed() -> (Repo, PathBuf) {
    let repo = Repo::new();
    let mut text: Vec<String> = (0..300).map(|n| format!("line {n} {}", n * 7919 % 1000)).collect();
    for n in 0..30 {
        text[n * 9] = format!("SECRET-{n}");
        repo.commit("file.txt", &text.join("\n"));
        repo.commit(&format!("other/{n}.txt"), &format!("SECRET-other-{n}"));
    }
    repo.git(&["repack", "-q", "-a", "-d", "-f"]);
    let pack = fs::read_dir(repo.path.join(".git/objects/pack")).unwrap().flatten().map(|entry| entry.path());
    let pack = pack.into_iter().find(|path| path.extension().is_some_and(|name| name == "pack")).unwrap();
    (repo, pack)
}

fn patch(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).unwrap();
    change(&mut bytes);
    fs::remove_file(path).unwrap();
    fs::write(path, bytes).unwrap();
}

/// Every object that git can still read is seen by us too.
fn sees_what_git_sees(repo: &Repo, seen: &Seen) {
    let objects = seen.objects();
    for id in repo.git(&["cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)"]).lines() {
        let Some((id, kind @ ("blob" | "commit"))) = id.split_once(' ') else { continue };
        let output = crate::common::command(&repo.path, &["cat-file", kind, id]).output().unwrap();
        if output.status.success() {
            assert!(objects.iter().any(|(found, bytes)| found.to_string() == id && *bytes == output.stdout), "{id}");
        }
    }
}

#[test]
fn any_byte_of_a_pack_may_be_wrong() {
    let (repo, pack) = packed();
    let whole = fs::read(&pack).unwrap();
    for step in 1..60 {
        let at = 12 + step * (whole.len() - 40) / 60;
        patch(&pack, |bytes| bytes[at] ^= 0x55);
        let seen = history(&repo.path);
        assert!(!seen.skipped.is_empty(), "byte {at} of {}", whole.len());
        if step % 20 == 0 {
            sees_what_git_sees(&repo, &seen);
        }
        patch(&pack, |bytes| bytes.clone_from(&whole));
    }
    history(&repo.path).whole();
}

#[test]
fn a_wrong_trailer_a_short_pack_and_a_pack_without_index() {
    let (repo, pack) = packed();
    let whole = fs::read(&pack).unwrap();
    patch(&pack, |bytes| *bytes.last_mut().unwrap() ^= 1);
    let seen = history(&repo.path);
    seen.skips("checksum");
    assert!((0..30).all(|n| seen.holds(&format!("SECRET-{n}"))));
    patch(&pack, |bytes| bytes.truncate(whole.len() / 2));
    let seen = history(&repo.path);
    seen.skips("beyond the pack's end");
    assert!(seen.blobs.len() > 10);
    patch(&pack, |bytes| bytes.truncate(8));
    history(&repo.path).skips("can't be read");
    patch(&pack, |bytes| bytes.clone_from(&whole));
    fs::remove_file(pack.with_extension("idx")).unwrap();
    history(&repo.path).skips("no index");
    fs::write(pack.with_extension("idx"), [0; 2000]).unwrap();
    history(&repo.path).skips("its index can't be read");
}

#[test]
fn an_entry_that_claims_four_gigabytes() {
    let (repo, pack) = packed();
    // The first entry is a commit; its header becomes that of a blob of 4 GB, over its deflated bytes.
    patch(&pack, |bytes| bytes[12..17].copy_from_slice(&[0xb0, 0x80, 0x80, 0x80, 0x7f]));
    let seen = history(&repo.path);
    seen.skips("claims more bytes than could inflate");
    assert!(seen.holds("SECRET-29"));
}

#[test]
fn what_is_broken_in_one_place_is_read_in_another() {
    let (repo, pack) = packed();
    let copy = repo.dir.path().join("copy");
    git_in(repo.dir.path(), &["clone", "-q", "--bare", "--no-local", "repo", "copy"]);
    let objects = copy.join("objects");
    fs::write(repo.path.join(".git/objects/info/alternates"), format!("# twice\n{}\n", objects.display())).unwrap();
    patch(&pack, |bytes| {
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0x55;
    });
    history(&repo.path).whole();
    fs::write(repo.path.join(".git/objects/info/alternates"), "/no/such/folder\n").unwrap();
    let seen = history(&repo.path);
    seen.skips("/no/such/folder");
    seen.skips("corrupt");
}

#[test]
fn missing_and_corrupt_loose_objects() {
    let repo = Repo::new();
    repo.commit("a.txt", "SECRET-a");
    repo.commit("b.txt", "SECRET-b");
    let loose = |name: &str| {
        let hex = repo.git(&["rev-parse", name]);
        (repo.path.join(".git/objects").join(&hex[..2]).join(&hex[2..]), hex)
    };
    let (path, hex) = loose("HEAD:a.txt");
    patch(&path, |bytes| bytes.truncate(bytes.len() - 6));
    let seen = history(&repo.path);
    seen.skips(&hex);
    assert!(seen.holds("SECRET-b"));
    fs::remove_file(&path).unwrap();
    history(&repo.path).skips(&format!("object {hex}: it is not here"));
    for nonsense in [&b""[..], b"x", b"\x78\x9c\x01"] {
        fs::write(&path, nonsense).unwrap();
        history(&repo.path).skips(&hex);
    }
}

#[test]
fn partial_and_shallow_clones() {
    let repo = Repo::new();
    repo.commit("a.txt", "SECRET-a");
    repo.commit("a.txt", "b");
    repo.git(&["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", repo.path.display());
    git_in(repo.dir.path(), &["clone", "-q", "--bare", "--filter=blob:none", &url, "partial"]);
    history(&repo.dir.path().join("partial")).skips("partial clone");
    git_in(repo.dir.path(), &["clone", "-q", "--bare", "--depth=1", &url, "shallow"]);
    let seen = history(&repo.dir.path().join("shallow"));
    seen.skips("shallow");
    assert_eq!(seen.skipped.len(), 1);
}

#[test]
fn what_is_no_repository_says_so() {
    let folder = tempfile::TempDir::new().unwrap();
    let open = |path: &Path, env: &GitEnv| Repository::discover(path, env);
    assert!(matches!(open(folder.path(), &GitEnv::default()), Err(OpenError::NotARepository(_))));
    let env = GitEnv { git_dir: Some(folder.path().join("x")), ..GitEnv::default() };
    assert!(matches!(open(folder.path(), &env), Err(OpenError::NotAGitDir { .. })));
    fs::write(folder.path().join(".git"), "gitdir: nowhere\n").unwrap();
    assert!(matches!(open(folder.path(), &GitEnv::default()), Err(OpenError::NotAGitDir { .. })));
    let repo = Repo::new();
    repo.write(".git/config", "[core]\nrepositoryformatversion = 1\n[extensions]\nobjectformat = md5\n");
    assert!(matches!(open(&repo.path, &GitEnv::default()), Err(OpenError::ObjectFormat { .. })));
}

#[test]
fn what_nothing_leads_to_may_be_half_gone() {
    let repo = Repo::new();
    repo.commit("a.txt", "a");
    let lost = repo.commit("lost.txt", "lost");
    let blob = repo.git(&["rev-parse", "HEAD:lost.txt"]);
    let file = repo.path.join(".git/objects").join(&blob[..2]).join(&blob[2..]);
    fs::remove_file(&file).unwrap();
    history(&repo.path).skips(&blob);
    repo.git(&["reset", "-q", "--soft", "HEAD~1"]);
    fs::remove_file(repo.path.join(".git/ORIG_HEAD")).unwrap();
    history(&repo.path).whole();
    // Something else leads to it as well, and is led to.
    let tree = repo.git_with(&["mktree", "--missing"], format!("100644 blob {blob}\tother.txt\n").as_bytes());
    let held = repo.git(&["commit-tree", &tree, "-m", "held"]);
    history(&repo.path).whole();
    repo.git(&["update-ref", "refs/heads/held", &held]);
    history(&repo.path).skips(&blob);
    repo.git(&["update-ref", "-d", "refs/heads/held"]);
    history(&repo.path).whole();
    fs::write(repo.path.join(".git/HEAD"), format!("{lost}\n")).unwrap();
    history(&repo.path).skips(&blob);
}

#[test]
fn a_commit_of_folders_in_folders_without_end_ends_and_says_so() {
    let repo = Repo::new();
    let mut tree = repo.git_with(
        &["mktree"],
        format!("100644 blob {}\ta.env\n", repo.git_with(&["hash-object", "-w", "--stdin"], b"SECRET-1")).as_bytes(),
    );
    // Ten to the ninth places, of eleven objects.
    for _ in 0..9 {
        let list: String = (0..10).map(|number| format!("040000 tree {tree}\t{number}\n")).collect();
        tree = repo.git_with(&["mktree"], list.as_bytes());
    }
    let commit = repo.git(&["commit-tree", &tree, "-m", "many"]);
    repo.git(&["update-ref", "refs/heads/main", &commit]);
    let options = HistoryOptions { scope: Scope::References, ..all_of_it() };
    let seen = Seen::of(&History::new(repo.open(), options, Arc::default()));
    assert!(seen.holds("SECRET-1") && seen.blobs.len() < 30_000, "{} blobs", seen.blobs.len());
    seen.skips("too many places");
    everything(repo.open()).whole();
}

/// A folder with `files` in folders that are all the same: ten of them in each of three more.
fn a_thousand_places(repo: &Repo, files: &str) {
    let mut tree = repo.git_with(&["mktree", "--missing"], files.as_bytes());
    for _ in 0..3 {
        let list: String = (0..10).map(|number| format!("040000 tree {tree}\t{number}\n")).collect();
        tree = repo.git_with(&["mktree"], list.as_bytes());
    }
    let commit = repo.git(&["commit-tree", &tree, "-m", "many"]);
    repo.git(&["update-ref", "refs/heads/main", &commit]);
}

#[test]
fn what_is_missing_in_many_places_is_told_once() {
    let (repo, ours) = (Repo::new(), "1".repeat(40));
    a_thousand_places(&repo, &format!("100644 blob {ours}\ta.env\n040000 tree {}\tb\n", "2".repeat(40)));
    let options = || HistoryOptions { scope: Scope::References, ..all_of_it() };
    let seen = Seen::of(&History::new(repo.open(), options(), Arc::default()));
    seen.skips("0/0/0/a.env (object 1111111111111111111111111111111111111111) and at 999 other places: it is not in the object database");
    assert_eq!(seen.skipped.len(), 2, "{:#?}", seen.skipped);
    // More missing objects than are read one by one.
    let list: String = (0..1001).map(|number| format!("100644 blob {number:040x}\t{number}.env\n")).collect();
    let list = format!("{list}100644 blob {:040x}\tonce-more.env\n", 7);
    let tree = repo.git_with(&["mktree", "--missing"], list.as_bytes());
    let commit = repo.git(&["commit-tree", &tree, "-m", "missing"]);
    repo.git(&["update-ref", "refs/heads/main", &commit]);
    let seen = Seen::of(&History::new(repo.open(), options(), Arc::default()));
    seen.skips("7.env (object 0000000000000000000000000000000000000007) and at 1 other place: it is not in the object database");
    assert_eq!(seen.skipped.len(), 1001);
}

/// Counts bytes and keeps what is skipped.
struct Bytes(Arc<Mutex<(u64, Vec<Skipped>)>>);

impl Sink for Bytes {
    fn blob(&mut self, _: &Blob<'_>) {}
    fn done(&mut self, bytes: u64) {
        self.0.lock().unwrap().0 += bytes;
    }
    fn skipped(&mut self, skipped: Skipped) {
        self.0.lock().unwrap().1.push(skipped);
    }
    fn left_out(&mut self, _: LeftOut) {}
}

#[test]
fn a_large_file_in_very_many_places_is_not_read_for_each() {
    let repo = Repo::new();
    let large = repo.git_with(&["hash-object", "-w", "--stdin"], &vec![b'a'; 1 << 20]);
    a_thousand_places(&repo, &format!("100644 blob {large}\ta.env\n"));
    let options = HistoryOptions { scope: Scope::References, ..all_of_it() };
    let seen = Arc::new(Mutex::new((0, Vec::new())));
    History::new(repo.open(), options, Arc::default()).pour(&|| Box::new(Bytes(Arc::clone(&seen))));
    let seen = seen.lock().unwrap();
    assert!((256 << 20..257 << 20).contains(&seen.0), "{} bytes", seen.0);
    assert!(seen.1.len() == 1 && seen.1[0].what.ends_with(" and at 743 other places"), "{:#?}", seen.1);
}

/// The work grows with what is there: commits that lead to the same folders again and again are not looked into without end.
#[test]
fn folders_that_stand_in_many_commits_are_looked_into_only_so_often() {
    let repo = Repo::new();
    a_thousand_places(
        &repo,
        &format!("100644 blob {}\tkey.env\n", repo.git_with(&["hash-object", "-w", "--stdin"], b"SECRET-1")),
    );
    let tree = repo.git(&["rev-parse", "main^{tree}"]);
    let mut tips = String::new();
    for number in 0..100 {
        let tree = repo.git_with(&["mktree"], format!("040000 tree {tree}\t{number}\n").as_bytes());
        let commit = repo.git(&["commit-tree", &tree, "-m", "again"]);
        tips.push_str(&format!("create refs/heads/{number} {commit}\n"));
    }
    repo.git_with(&["update-ref", "--stdin"], tips.as_bytes());
    let options = HistoryOptions { scope: Scope::References, ..all_of_it() };
    let seen = Seen::of(&History::new(repo.open(), options, Arc::default()));
    let read = seen.blobs.iter().filter(|(_, bytes)| bytes == b"SECRET-1").count();
    assert!((1000..90_000).contains(&read), "{read} of 101,000");
    seen.skips("too many places");
}
