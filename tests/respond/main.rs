//! From a leak to its evidence, with the built program and an organization played by a local server that keeps its state:
//! what was really deleted is asked of the server, what is said is read from the program, what is proven from the log.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test plays the other side and fails by panicking"
)]

#[path = "../support/server.rs"]
mod server;
#[path = "../support/mod.rs"]
mod support;

mod auto;
mod contain;
mod incident;
mod keys;
mod organization;
mod others;
mod revoke;
mod rotate;
mod usage;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use organization::Organization;
use serde_json::Value;
use support::{Said, program, unleak, write};
use tempfile::TempDir;

/// A folder with a leak in it, a report of it, and the organization whose key it is.
pub(crate) struct Scene {
    pub(crate) folder: TempDir,
    pub(crate) organization: Organization,
}

impl Scene {
    /// These keys leaked, one in each file.
    pub(crate) fn new(keys: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (number, key) in keys.iter().enumerate() {
            write(folder.path(), format!("{number}.env"), format!("OPENAI_API_KEY={key}\n"));
        }
        let scene = Self { folder, organization: Organization::new() };
        scene.report();
        scene
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes the report.
    pub(crate) fn report(&self) {
        let said = unleak(self.path(), ["scan", ".", "--format", "json", "--output", "report.json"]);
        assert_eq!(said.status, Some(1), "{}", said.stderr);
    }

    /// A command with the admin key in the environment and the log in the folder.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.bare(&[arguments, &["--evidence", "evidence.jsonl"]].concat())
    }

    /// The same without a log.
    fn bare(&self, arguments: &[&str]) -> Command {
        let mut command = program(self.path());
        command.args(arguments).args(["--base-url", &self.organization.base()]);
        command.args(["--rate", "1000", "--timeout", "1"]);
        command.env("OPENAI_ADMIN_KEY", &self.organization.state().admin).env("USER", "ada");
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        let said: Said = self.command(arguments).output().unwrap().into();
        self.keeps_secrets(&said);
        said
    }

    /// Runs a command that keeps no log.
    pub(crate) fn run_plain(&self, arguments: &[&str]) -> Said {
        let said: Said = self.bare(arguments).output().unwrap().into();
        self.keeps_secrets(&said);
        said
    }

    /// Runs it, and kills it at the server's request number `at`, before or after that has its effect. Whether it was killed.
    pub(crate) fn run_killed(&self, arguments: &[&str], at: usize, late: bool) -> bool {
        let child = Arc::new(Mutex::new(None::<std::process::Child>));
        let (handle, killed) = (Arc::clone(&child), Arc::new(Mutex::new(false)));
        let told = Arc::clone(&killed);
        let kill = move || {
            loop {
                if let Some(child) = handle.lock().unwrap().as_mut() {
                    let _ = child.kill();
                    *told.lock().unwrap() = true;
                    return;
                }
                thread::sleep(Duration::from_millis(2));
            }
        };
        {
            let mut state = self.organization.state();
            state.requests = 0;
            state.at = Some((at, late, Arc::new(kill)));
        }
        let mut command = self.command(arguments);
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        *child.lock().unwrap() = Some(command.spawn().unwrap());
        loop {
            if child.lock().unwrap().as_mut().unwrap().try_wait().unwrap().is_some() {
                break;
            }
            thread::sleep(Duration::from_millis(5));
        }
        self.organization.state().at = None;
        *killed.lock().unwrap()
    }

    /// The log's lines.
    pub(crate) fn evidence(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.path().join("evidence.jsonl")).unwrap_or_default();
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// Each line of the log as `step state`.
    pub(crate) fn steps(&self) -> Vec<String> {
        let word = |line: &Value, name: &str| line[name].as_str().unwrap().to_owned();
        self.evidence().iter().map(|line| format!("{} {}", word(line, "step"), word(line, "state"))).collect()
    }

    /// No key is in what was said, nor in the log.
    fn keeps_secrets(&self, said: &Said) {
        let log = fs::read_to_string(self.path().join("evidence.jsonl")).unwrap_or_default();
        let state = self.organization.state();
        for key in state.keys.iter().map(|key| &key.secret).chain(state.ghosts.iter().map(|(secret, _)| secret)) {
            let part = &key[12..32];
            assert!(!said.stdout.contains(part) && !said.stderr.contains(part) && !log.contains(part));
        }
    }
}
