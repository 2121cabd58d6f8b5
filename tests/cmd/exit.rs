//! Exit codes: 0 clean, 1 leaks, 2 incomplete or failed, the same in every format. Leaks win over incomplete.

use std::path::Path;

use unleak::report::Format;

use super::support::{project_key, unleak, write};

/// Runs with these arguments in a folder with a clean file and a leaky one, in every format: one exit code.
#[track_caller]
fn exits(arguments: &[&str], code: i32) {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "clean.txt", "Nothing here.\n");
    write(folder.path(), "leaky.txt", project_key(1));
    for format in Format::ALL {
        let all = [&["scan", "--format", format.as_str()], arguments].concat();
        assert_eq!(status(folder.path(), &all), code, "{all:?}");
    }
    assert_eq!(status(folder.path(), &[&["scan", "--output", "report"], arguments].concat()), code, "{arguments:?}");
}

fn status(folder: &Path, arguments: &[&str]) -> i32 {
    unleak(folder, arguments).status.unwrap()
}

#[test]
fn clean_is_0() {
    exits(&["clean.txt"], 0);
}

#[test]
fn leaks_are_1() {
    exits(&["clean.txt", "leaky.txt"], 1);
}

#[test]
fn incomplete_is_2() {
    exits(&["clean.txt", "nowhere"], 2);
}

#[test]
fn leaks_win_over_incomplete() {
    exits(&["nowhere", "leaky.txt"], 1);
}

#[test]
fn leaks_may_be_asked_to_be_none() {
    exits(&["leaky.txt", "--exit-zero"], 0);
}

#[test]
fn what_was_not_read_never_is_none() {
    exits(&["leaky.txt", "nowhere", "--exit-zero"], 2);
}

#[test]
fn quiet_changes_no_exit_code() {
    exits(&["leaky.txt", "--quiet"], 1);
    exits(&["clean.txt", "--quiet"], 0);
    exits(&["nowhere", "--quiet"], 2);
}

#[test]
fn only_what_the_chosen_rules_find_counts() {
    exits(&["leaky.txt", "--rule", "openai-admin-key"], 0);
    exits(&["leaky.txt", "--rule", "openai-admin-key", "--rule", "openai-project-key"], 1);
}

#[test]
fn a_mistake_in_what_was_typed_is_2() {
    exits(&["--frobnicate"], 2);
    exits(&["--rule", "nothing"], 2);
    exits(&["--rules", "nowhere.toml"], 2);
}
