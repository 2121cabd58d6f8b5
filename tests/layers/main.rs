//! The architecture, tested: who may import whom, and how large anything may grow.
//!
//! [`table`] says it, [`names`] finds out what each file of `src` names, [`sizes`] measures. Every check is shown to
//! bite on a snippet that breaks it; then the house itself has to pass.

#![allow(clippy::disallowed_methods, clippy::expect_used, reason = "tests read the tree, and stop when they can't")]

mod names;
mod sizes;
mod table;

use std::fs;
use std::path::Path;

/// A Rust file of the tree: its path from the root with `/` between names, and its text.
struct File {
    path: String,
    text: String,
    syntax: syn::File,
}

impl File {
    fn new(path: &str, text: &str) -> Self {
        let syntax = syn::parse_file(text).unwrap_or_else(|error| unreadable(path, &error));
        Self { path: path.to_owned(), text: text.to_owned(), syntax }
    }
}

#[expect(clippy::panic, reason = "a file that does not parse fails the test by name")]
fn unreadable(path: &str, error: &syn::Error) -> ! {
    panic!("{path}:{}: {error}", error.span().start().line)
}

/// Every Rust file under `src`, by path.
fn house() -> Vec<File> {
    fn walk(root: &Path, folder: &Path, files: &mut Vec<File>) {
        for entry in fs::read_dir(folder).expect("the folder can be listed") {
            let path = entry.expect("the entry can be read").path();
            if path.is_dir() {
                walk(root, &path, files);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root).expect("it is below the root").to_string_lossy().replace('\\', "/");
                files.push(File::new(&name, &fs::read_to_string(&path).expect("the file can be read")));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    walk(root, &root.join("src"), &mut files);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(files.iter().any(|file| file.path == "src/lib.rs"), "src/lib.rs is where we look for it");
    files
}

fn holds(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n\n{}\n", complaints.join("\n"));
}

#[test]
fn each_layer_uses_only_the_layers_it_may() {
    holds(&house().iter().flat_map(table::complaints).collect::<Vec<_>>());
}

#[test]
fn nothing_is_too_large_to_read() {
    holds(&sizes::complaints(&house(), sizes::ALLOWED));
}
