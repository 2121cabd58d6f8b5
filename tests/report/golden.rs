//! Files that say what a report looks like, and how they are written anew.

use std::path::Path;
use std::{env, fs};

/// Compares `text` with a file of the repository; with `UNLEAK_BLESS` set, writes it.
pub(crate) fn check(path: &str, text: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if env::var_os("UNLEAK_BLESS").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
        return;
    }
    let wanted = fs::read_to_string(&file).unwrap_or_default();
    let line = wanted.lines().zip(text.lines()).take_while(|(wanted, is)| wanted == is).count() + 1;
    assert!(
        wanted == text,
        "{path} differs from line {line} on:\n- {}\n+ {}\nIf that is meant, run UNLEAK_BLESS=1 cargo test --test report",
        wanted.lines().nth(line - 1).unwrap_or("(end)"),
        text.lines().nth(line - 1).unwrap_or("(end)"),
    );
}
