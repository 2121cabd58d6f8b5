//! Interrupted runs: the first signal has the run end and report what it found, with exit code 2; the second ends it.

use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use serde_json::Value;
use unleak::source::git::{Absent, History, Range, RangeSpec, Staged, StagedOptions};
use unleak::words::{Blob, Halt, LeftOut, Sink, Skipped, Source};

use crate::alive;
use crate::common::{Repo, THREADS, all_of_it};
use crate::server::Server;
use crate::support::{Said, program, project_key, text, unleak, write};

/// Sends a signal.
fn send(signal: &str, child: &Child) {
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
}

/// Starts the program, with its streams in our hands.
fn start(mut command: Command) -> Child {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Whether the report says that the run was interrupted.
fn says_so(report: &Value) -> bool {
    report["skipped"].as_array().unwrap().iter().any(|skipped| text(&skipped["why"]).contains("interrupted"))
}

#[test]
fn a_scan_that_is_interrupted_reports_what_it_found() {
    for (signal, output) in [("-INT", None), ("-TERM", None), ("-INT", Some("report.json"))] {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "a.txt", "nothing");
        let mut command = program(folder.path());
        command.args(["scan", "-", "a.txt", "--format", "json"]);
        command.args(output.iter().flat_map(|path| ["--output", path]));
        let mut child = start(command);
        let mut stdin = child.stdin.take().unwrap();
        // More than a pipe holds: when it is written, the scan has begun. It is not the end, so that the scan waits.
        stdin.write_all(project_key(1).as_bytes()).unwrap();
        stdin.write_all(&vec![b'\n'; 1 << 20]).unwrap();
        send(signal, &child);
        let said = Said::from(child.wait_with_output().unwrap());
        drop(stdin);
        let report = match output {
            Some(path) => serde_json::from_slice(&std::fs::read(folder.path().join(path)).unwrap()).unwrap(),
            None => said.json(),
        };
        assert_eq!(said.status, Some(2), "{signal}: {}", said.stderr);
        assert_eq!((report["outcome"].as_str(), report["summary"]["leaks"].as_u64()), (Some("incomplete"), Some(1)));
        assert!(says_so(&report), "{report}");
    }
}

#[test]
fn an_interrupted_scan_is_told_in_every_format() {
    for format in unleak::report::Format::ALL {
        let folder = tempfile::tempdir().unwrap();
        let mut command = program(folder.path());
        command.args(["scan", "-", "--exit-zero", "--format", format.as_str()]);
        let mut child = start(command);
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(project_key(1).as_bytes()).unwrap();
        stdin.write_all(&vec![b'\n'; 1 << 20]).unwrap();
        send("-TERM", &child);
        let said = Said::from(child.wait_with_output().unwrap());
        assert_eq!(said.status, Some(2), "{format:?}");
        assert!(said.stdout.contains("interrupted") && said.stdout.contains("openai"), "{format:?}: {}", said.stdout);
    }
}

/// A server that answers when it is told to.
fn slow_server(open: &Arc<AtomicBool>) -> Server {
    let open = Arc::clone(open);
    Server::plain(move |asked| {
        while !open.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(5));
        }
        alive(asked)
    })
}

/// The program asking this server about these keys.
fn asking(folder: &Path, server: &Server, keys: std::ops::Range<u64>) -> Child {
    let mut command = program(folder);
    command.env("UNLEAK_BASE_URL", format!("openai={}", server.url("/v1")));
    command.args(["verify", "-", "--no-cache", "--format", "json"]);
    let mut child = start(command);
    let keys: Vec<String> = keys.map(project_key).collect();
    child.stdin.take().unwrap().write_all(keys.join("\n").as_bytes()).unwrap();
    child
}

fn wait_for(what: impl Fn() -> bool) {
    for _ in 0..6000 {
        if what() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("it never came");
}

#[test]
fn who_is_interrupted_while_asking_keeps_the_answers_and_asks_no_more() {
    let (folder, open) = (tempfile::tempdir().unwrap(), Arc::new(AtomicBool::new(false)));
    let server = slow_server(&open);
    let child = asking(folder.path(), &server, 0..60);
    wait_for(|| server.connections() > 0);
    send("-INT", &child);
    std::thread::sleep(Duration::from_millis(100)); // what is under way is waited for
    open.store(true, Ordering::Relaxed);
    let said = Said::from(child.wait_with_output().unwrap());
    let report = said.json();
    let states: Vec<String> =
        report["leaks"].as_array().unwrap().iter().map(|leak| text(&leak["liveness"]["detail"])).collect();
    assert_eq!((said.status, states.len()), (Some(2), 60), "{}", said.stderr);
    assert!(states.iter().any(|state| state == "full"), "{states:?}");
    assert!(states.iter().any(|state| state == "interrupted"), "{states:?}");
    assert!(says_so(&report));
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let (folder, open) = (tempfile::tempdir().unwrap(), Arc::new(AtomicBool::new(false)));
    let server = slow_server(&open);
    for (first, second, number) in [("-INT", "-INT", 2), ("-TERM", "-INT", 2), ("-INT", "-TERM", 15)] {
        let before = server.connections();
        let mut child = asking(folder.path(), &server, 0..1);
        wait_for(|| server.connections() > before);
        send(first, &child);
        std::thread::sleep(Duration::from_millis(100));
        assert!(child.try_wait().unwrap().is_none(), "an answer is waited for");
        send(second, &child);
        assert_eq!(child.wait().unwrap().signal(), Some(number), "{first} {second}");
    }
    open.store(true, Ordering::Relaxed);
}

#[test]
fn a_baseline_is_not_changed_by_a_run_that_was_broken_off() {
    let repo = Repo::new();
    repo.commit("key.txt", &project_key(1));
    let create = ["baseline", "create", "--reason", "known"];
    assert_eq!(unleak(&repo.path, create).status, Some(0));
    let path = repo.path.join(".unleak/baseline.json");
    let before = std::fs::read(&path).unwrap();
    // A key that is not accepted yet, and a file of holes that takes hours to read.
    repo.write("another.txt", project_key(2));
    std::fs::File::create(repo.path.join("holes")).unwrap().set_len(1 << 40).unwrap();
    for patience in [200, 1000, 5000] {
        let mut command = program(&repo.path);
        command.args(["baseline", "update", "--reason", "known"]);
        let child = start(command);
        std::thread::sleep(Duration::from_millis(patience));
        send("-INT", &child);
        let said = child.wait_with_output().unwrap();
        if said.status.signal().is_some() && patience < 5000 {
            continue; // it had not begun to listen
        }
        let said = Said::from(said);
        assert_eq!((said.status, said.stderr.contains("interrupted")), (Some(2), true), "{}", said.stderr);
        break;
    }
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

/// A sink that wants no more once it has seen a few blobs.
struct Enough {
    halt: Halt,
    wish: Arc<AtomicBool>,
    seen: Arc<AtomicUsize>,
}

impl Sink for Enough {
    fn halt(&self) -> Option<&Halt> {
        Some(&self.halt)
    }
    fn blob(&mut self, _: &Blob<'_>) {}
    fn done(&mut self, _: u64) {
        if self.seen.fetch_add(1, Ordering::Relaxed) >= 2 {
            self.wish.store(true, Ordering::Relaxed);
        }
    }
    fn skipped(&mut self, skipped: Skipped) {
        panic!("nothing is broken: {skipped:?}");
    }
    fn left_out(&mut self, _: LeftOut) {}
}

/// How many inputs a source gives to somebody who wants two of them.
fn given(source: &dyn Source) -> usize {
    let (wish, seen) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    source.pour(&|| {
        let (wish, seen) = (Arc::clone(&wish), Arc::clone(&seen));
        Box::new(Enough { halt: Halt::new(Arc::clone(&wish)), wish, seen })
    });
    seen.load(Ordering::Relaxed)
}

#[test]
fn every_source_ends_soon_after_it_was_asked_to() {
    let repo = Repo::new();
    for number in 0..60 {
        repo.write(&format!("{number}.txt"), format!("{number}\n").repeat(number + 1));
        repo.git(&["add", "-A"]);
        repo.git(&["commit", "-q", "-m", &format!("Change {number}")]);
    }
    for packed in [false, true] {
        if packed {
            repo.git(&["repack", "-adq"]);
        }
        assert!((3..10).contains(&given(&History::new(repo.open(), all_of_it(), Arc::default()))), "history {packed}");
        let range = RangeSpec::parse("HEAD~50..HEAD");
        assert!((3..10).contains(&given(&Range::new(repo.open(), range, THREADS))), "range {packed}");
    }
    (100..200).for_each(|number| repo.write(&format!("{number}.txt"), format!("{number}\n")));
    repo.git(&["add", "-A"]);
    let options = StagedOptions { paths: Vec::new(), absent: Absent::Skipped, threads: THREADS };
    assert!((3..10).contains(&given(&Staged::new(repo.open(), options))), "staged");
    let disk = unleak::app::DiskOptions {
        ignored: unleak::app::Ignored::LeftOut,
        follow: unleak::app::Follow::Never,
        threads: 2,
    };
    let targets = unleak::app::targets(std::slice::from_ref(&repo.path), disk);
    assert!((3..10).contains(&targets.iter().map(|source| given(&**source)).sum::<usize>()), "disk");
}

#[test]
fn a_signal_that_nobody_listens_for_does_what_it_always_does() {
    // `rules list` scans nothing, so that there is nothing to finish: it is stopped while nobody reads what it says.
    let folder = tempfile::tempdir().unwrap();
    let mut command = program(folder.path());
    command.args(["rules", "list", "--format", "json"]);
    let mut child = start(command);
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        let _ = sender.send(());
    });
    receiver.recv().unwrap();
    // Not SIGINT: shells ignore that for what they run in the background, and so would the program.
    send("-TERM", &child);
    assert_eq!(child.wait().unwrap().signal(), Some(15));
}
