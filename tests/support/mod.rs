//! What the test crates share: keys made at test time, and the program run as a person would run it.
#![allow(dead_code, reason = "each test crate uses what it needs of it")]

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;
use unleak::app::catalogue::recipe::expand;

/// The time now: some credentials say themselves when they die.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// A recipe as text; another one for each seed.
pub(crate) fn made(recipe: &str, seed: u64) -> String {
    expand(recipe, seed, now()).unwrap()
}

/// A current project key.
pub(crate) fn project_key(seed: u64) -> String {
    made("sk-proj-{openai:74}", seed)
}

/// What a run of the program said.
pub(crate) struct Said {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Said {
    /// The report, if it was asked for as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {}{}", self.stdout, self.stderr))
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { status: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }
}

/// The program, to be run in `folder`, with nothing of the caller's that could change what it says.
pub(crate) fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_unleak"));
    command.current_dir(folder).stdin(Stdio::null());
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "XDG_CONFIG_HOME"] {
        command.env_remove(variable);
    }
    command.env("HOME", "/nonexistent");
    command
}

/// Runs the program in `folder`.
pub(crate) fn unleak<S: AsRef<OsStr>>(folder: &Path, arguments: impl IntoIterator<Item = S>) -> Said {
    program(folder).args(arguments).output().unwrap().into()
}

/// All places in a JSON report's leaks, as `(path, rule)`, sorted.
pub(crate) fn places(report: &Value) -> Vec<(String, String)> {
    let mut places: Vec<_> = report["leaks"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|leak| leak["sightings"].as_array().unwrap().iter().map(move |place| (place, leak)))
        .map(|(place, leak)| (text(&place["path"]), text(&leak["rule"])))
        .collect();
    places.sort();
    places
}

/// Where leaks stand in the folder, by path: what a scan with these arguments finds.
pub(crate) fn leaky_files(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let said = unleak(folder, arguments.iter().chain(&["--format", "json"]));
    places(&said.json()).into_iter().map(|(path, _)| path).collect()
}

/// Writes a file, and the folders it stands in.
pub(crate) fn write(folder: &Path, path: impl AsRef<Path>, content: impl AsRef<[u8]>) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// A JSON string's text.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}
