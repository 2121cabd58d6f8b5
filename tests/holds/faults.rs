//! Faults of the system around us: no room, no home, closed streams, few open files, a repository that changes.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::common::Repo;
use crate::support::{Said, places, program, project_key, text, unleak, write};

/// Runs the program from a shell, after `before`; with `after` behind it.
fn from_shell(folder: &Path, before: &str, arguments: &[&str], after: &str) -> Said {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{before}\n\"$@\" {after}"), "sh", env!("CARGO_BIN_EXE_unleak")]).args(arguments);
    command.current_dir(folder).env("HOME", "/nonexistent").stdin(Stdio::null()).output().unwrap().into()
}

/// A folder with so many keys that a report of them takes more than a few blocks.
fn many_keys() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..100 {
        write(folder.path(), format!("keys/{number}.txt"), project_key(number));
    }
    folder
}

#[test]
fn a_report_for_which_there_is_no_room_is_an_error_and_the_old_one_stays() {
    let folder = many_keys();
    write(folder.path(), "out/report.json", "old");
    let arguments = ["scan", "keys", "--format", "json", "--output", "out/report.json"];
    // The largest file may have a block of 512 bytes (or 1024, in some shells).
    let said = from_shell(folder.path(), "ulimit -f 1", &arguments, "");
    assert_eq!(said.status, Some(2), "{}", said.stderr);
    assert!(said.stderr.contains("out/report.json") && said.stderr.contains("could not be written"), "{}", said.stderr);
    assert_eq!(fs::read_to_string(folder.path().join("out/report.json")).unwrap(), "old");
    assert_eq!(fs::read_dir(folder.path().join("out")).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn an_output_that_takes_no_more_is_an_error() {
    let folder = many_keys();
    for format in ["human", "json", "jsonl", "sarif", "html"] {
        let said = from_shell(folder.path(), "ulimit -f 1", &["scan", "keys", "--format", format], "> out.txt");
        assert_eq!(said.status, Some(2), "{format}: {}", said.stderr);
        assert!(said.stderr.contains("standard output could not be written to"), "{format}: {}", said.stderr);
    }
    if Path::new("/dev/full").exists() {
        for (arguments, after) in [(&["scan", "keys"][..], "> /dev/full"), (&["scan", "keys", "-o", "/dev/full"], "")] {
            let said = from_shell(folder.path(), "", arguments, after);
            assert_eq!((said.status, said.stderr.contains("could not be written")), (Some(2), true), "{}", said.stderr);
        }
    }
}

/// Rust ends a program that gets no memory (SIGABRT, 134 to a shell): no exit code of ours, and no report.
#[test]
#[cfg(target_os = "linux")]
fn without_memory_it_is_no_success_and_the_old_report_stays() {
    let folder = tempfile::tempdir().unwrap();
    let keys: String = (0..3_000).map(|seed| format!("OPENAI_API_KEY={}\n", project_key(seed))).collect();
    write(folder.path(), "keys.env", keys);
    write(folder.path(), "out/report.json", "old");
    let arguments = ["scan", "keys.env", "--threads", "1", "--format", "json", "--output", "out/report.json"];
    let said = from_shell(folder.path(), "ulimit -v 40000", &arguments, "");
    assert!(!matches!(said.status, Some(0..=2)), "{:?}: {}", said.status, said.stderr);
    assert!(said.stderr.contains("memory allocation of"), "{}", said.stderr);
    assert_eq!(fs::read_to_string(folder.path().join("out/report.json")).unwrap(), "old");
    assert_eq!(fs::read_dir(folder.path().join("out")).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn a_place_that_takes_no_files_is_an_error_for_a_report_and_none_for_the_cache() {
    if !Path::new("/proc/self").exists() {
        return;
    }
    let folder = many_keys();
    let said = unleak(folder.path(), ["scan", "keys", "--output", "/proc/report.txt"]);
    assert_eq!((said.status, said.stderr.contains("/proc/report.txt")), (Some(2), true), "{}", said.stderr);
    let mut command = program(folder.path());
    command.env("XDG_CACHE_HOME", "/proc/cache").env("UNLEAK_BASE_URL", "openai=http://127.0.0.1:1/v1");
    let said: Said =
        command.args(["scan", "keys/1.txt", "--verify=openai", "--deadline", "1"]).output().unwrap().into();
    assert_eq!(said.status, Some(1), "{}{}", said.stdout, said.stderr);
}

#[test]
fn any_standard_stream_may_be_closed() {
    let folder = many_keys();
    let arguments = ["scan", "keys", "--format", "json", "--output", "report.json"];
    assert_eq!(unleak(folder.path(), arguments).status, Some(1));
    let wanted = fs::read(folder.path().join("report.json")).unwrap();
    for closed in ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"] {
        fs::remove_file(folder.path().join("report.json")).unwrap();
        assert_eq!(from_shell(folder.path(), "", &arguments, closed).status, Some(1), "{closed}");
        assert_eq!(fs::read(folder.path().join("report.json")).unwrap(), wanted, "{closed}: no stream is taken for it");
        assert_eq!(from_shell(folder.path(), "", &["scan", "keys"], closed).status, Some(1), "{closed}");
        let said = from_shell(folder.path(), "", &["scan", "missing"], closed);
        assert_eq!(said.status, Some(2), "{closed}");
    }
    let said = from_shell(folder.path(), "", &["scan", "-"], "<&-");
    assert!(matches!(said.status, Some(0 | 2)), "nothing to read, or nothing that can be read: {:?}", said.status);
}

#[test]
fn thirty_two_open_files_are_enough() {
    let folder = many_keys();
    let wanted = unleak(folder.path(), ["scan", "keys", "--format", "json"]);
    let said = from_shell(folder.path(), "ulimit -n 32", &["scan", "keys", "--format", "json"], "");
    assert_eq!((said.status, said.stdout), (Some(1), wanted.stdout), "{}", said.stderr);
    let repo = Repo::new();
    for number in 0..40 {
        repo.commit(&format!("{number}.txt"), &project_key(number));
        repo.git(&["repack", "-dq"]); // a pack for each commit
    }
    assert!(fs::read_dir(repo.path.join(".git/objects/pack")).unwrap().count() >= 80);
    for arguments in [&["history", "--format", "json"][..], &["range", "HEAD~30..HEAD", "--format", "json"]] {
        let wanted = unleak(&repo.path, arguments).json();
        let said = from_shell(&repo.path, "ulimit -n 32", arguments, "");
        assert_eq!(said.status, Some(1), "{}", said.stderr);
        assert_eq!(said.json()["leaks"], wanted["leaks"], "{arguments:?}");
        assert_eq!(said.json()["skipped"], wanted["skipped"], "{arguments:?}");
    }
}

#[test]
fn without_a_home_or_an_environment_it_does_the_same() {
    let repo = Repo::new();
    repo.commit("key.txt", &project_key(1));
    for arguments in [&["scan"][..], &["history"], &["range", "HEAD"], &["config", "show"]] {
        let wanted = unleak(&repo.path, arguments);
        let mut command = program(&repo.path);
        command.env_clear().args(arguments);
        let said: Said = command.output().unwrap().into();
        assert_eq!((said.status, said.stderr), (wanted.status, wanted.stderr), "{arguments:?}");
    }
}

#[test]
fn the_locale_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "schlüssel-鍵.txt", format!("Schlüssel «{}» 鍵\n", project_key(1)));
    let of = |locale: &str| -> Said {
        let mut command = program(folder.path());
        command.env("LC_ALL", locale).env("LANG", locale).args(["scan", "."]);
        command.output().unwrap().into()
    };
    let without_time = |said: Said| {
        let lines: Vec<String> =
            said.stdout.lines().filter(|line| !line.contains("exit code")).map(str::to_owned).collect();
        (said.status, lines)
    };
    let wanted = without_time(of("C.UTF-8"));
    assert!(wanted.1.iter().any(|line| line.contains("schlüssel-鍵.txt")), "{wanted:?}");
    for locale in ["C", "POSIX", "de_DE.ISO-8859-1", "ja_JP.SJIS", "nonsense"] {
        assert_eq!(without_time(of(locale)), wanted, "{locale}");
    }
}

#[test]
fn a_repository_may_change_while_it_is_read() {
    let repo = Repo::new();
    for number in 0..30 {
        repo.commit(&format!("{}.txt", number % 7), &format!("{number}\n").repeat(500));
    }
    repo.commit("key.txt", &project_key(1));
    repo.git(&["rm", "-q", "key.txt"]);
    repo.git(&["commit", "-qm", "Take it out"]);
    let over = Arc::new(AtomicBool::new(false));
    let busy = {
        let (over, path) = (Arc::clone(&over), repo.path.clone());
        std::thread::spawn(move || {
            let mut number = 0;
            while !over.load(Ordering::Relaxed) {
                // Objects go from loose to packed to one pack and back; references move and go away.
                let (name, message) = (format!("refs/heads/b{}", number % 3), number.to_string());
                for arguments in [
                    &["commit", "-q", "--allow-empty", "-m", &message][..],
                    &["repack", "-adfq"],
                    &["update-ref", &name, "HEAD"],
                    &["pack-refs", "--all"],
                    &["gc", "-q", "--prune=now"],
                    &["update-ref", "-d", &name],
                ] {
                    let _ = crate::common::command(&path, arguments).stdin(Stdio::null()).output();
                }
                number += 1;
            }
        })
    };
    let said: Vec<Said> = (0..12).map(|_| unleak(&repo.path, ["history", "--format", "json"])).collect();
    over.store(true, Ordering::Relaxed);
    busy.join().unwrap();
    for said in said {
        assert_eq!(said.status, Some(1), "the key is there all the time: {}{}", said.stdout, said.stderr);
        assert!(!said.stderr.contains("please report"), "{}", said.stderr);
        assert!(places(&said.json()).iter().all(|(_, rule)| rule == "openai-project-key"));
    }
}

#[test]
fn verdicts_from_a_future_or_a_past_far_away_do_not_count() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "key.txt", project_key(1));
    let server = crate::server::Server::plain(crate::alive);
    let verify = || -> Said {
        let mut command = program(folder.path());
        command.env("XDG_CACHE_HOME", folder.path().join("cache"));
        command.env("UNLEAK_BASE_URL", format!("openai={}", server.url("/v1")));
        command.args(["scan", "key.txt", "--verify=openai", "--format", "json"]).output().unwrap().into()
    };
    fs::create_dir(folder.path().join("cache")).unwrap();
    verify();
    let asked = server.connections();
    verify();
    assert_eq!(server.connections(), asked, "what was just heard is believed");
    let path = fs::read_dir(folder.path().join("cache/unleak")).unwrap().next().unwrap().unwrap().path();
    for clock in ["9999999999", "1"] {
        let kept = fs::read_to_string(&path).unwrap();
        let mut kept: serde_json::Value = serde_json::from_str(&kept).unwrap();
        for verdict in kept.as_object_mut().unwrap().values_mut() {
            verdict["asked"] = serde_json::from_str(clock).unwrap();
        }
        fs::write(&path, kept.to_string()).unwrap();
        let before = server.connections();
        assert_eq!(text(&verify().json()["leaks"][0]["liveness"]["state"]), "live");
        assert!(server.connections() > before, "a verdict of second {clock} is not believed");
    }
}
