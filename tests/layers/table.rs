//! The table of layers, and what breaks it.

use super::File;
use super::names::{self, Name};

/// A part of the house.
struct Layer {
    /// Its module at the crate's root; `cli` stands for the whole binary.
    name: &'static str,
    /// The layers it may use besides itself.
    may_use: &'static [&'static str],
    /// What it may not use from outside of the house.
    never: &'static [&'static [Ban]],
    /// Why the others are closed to it.
    why: &'static str,
}

/// Something outside of the house that a layer keeps away from. A macro ends in `!`.
struct Ban {
    path: &'static str,
    why: &'static str,
}

const fn ban(path: &'static str, why: &'static str) -> Ban {
    Ban { path, why }
}

const WORLD: &[Ban] = &[
    ban("std::fs", "files are for the doors"),
    ban("std::env", "what the environment says reaches a run through app"),
    ban("std::net", "the network is for issuer"),
    ban("std::thread", "sources own the threads"),
    ban("std::process", "no command is run here"),
    ban("std::os", "it has to be the same on every system"),
];
const IO: &[Ban] = &[ban("std::io", "it does no input or output")];
const FILES: &[Ban] = &[
    ban("std::fs", "certificates and the like are read in app"),
    ban("std::env", "what the environment says reaches a run through app"),
    ban("std::process", "no command is run here"),
];
const PRINTING: &[Ban] = &[
    ban("print!", PRINTS),
    ban("println!", PRINTS),
    ban("eprint!", PRINTS),
    ban("eprintln!", PRINTS),
    ban("dbg!", PRINTS),
    ban("std::io::stdin", PRINTS),
    ban("std::io::stdout", PRINTS),
    ban("std::io::stderr", PRINTS),
];
const PRINTS: &str = "only the binary talks to the terminal";

const LAYERS: &[Layer] = &[
    Layer {
        name: "words",
        may_use: &[],
        never: &[WORLD, IO, PRINTING],
        why: "everybody speaks in words, so words know nobody",
    },
    Layer {
        name: "rules",
        may_use: &["words"],
        never: &[WORLD, IO, PRINTING],
        why: "rules are data: what a secret looks like, not where or how it is looked for",
    },
    Layer {
        name: "engine",
        may_use: &["words", "rules"],
        never: &[WORLD, PRINTING],
        why: "the engine is pure: bytes in, sightings out; the pipeline hands it what the doors read",
    },
    Layer { name: "source", may_use: &["words", "rules"], never: &[PRINTING_BUT_STDIN], why: DOOR },
    Layer { name: "report", may_use: &["words", "rules"], never: &[PRINTING], why: DOOR },
    Layer {
        name: "issuer",
        may_use: &["words"],
        never: &[PRINTING, FILES],
        why: "the client knows requests and answers, not what they mean: that is for verify and respond",
    },
    Layer { name: "verify", may_use: &["words", "rules", "issuer"], never: &[PRINTING], why: DOOR },
    Layer { name: "respond", may_use: &["words", "rules", "issuer"], never: &[PRINTING], why: DOOR },
    Layer {
        name: "app",
        may_use: &["words", "rules", "engine", "source", "report", "issuer", "verify", "respond"],
        never: &[PRINTING],
        why: "app is driven by the binary and knows nothing of it",
    },
    Layer {
        name: BINARY,
        may_use: &["words", "rules", "report", "app"],
        never: &[],
        why: "the binary goes through app and never reaches around the pipeline",
    },
];
const DOOR: &str = "a door knows words and rules; doors and engine meet in app's pipeline only";
const PRINTING_BUT_STDIN: &[Ban] = &[
    ban("print!", PRINTS),
    ban("println!", PRINTS),
    ban("eprint!", PRINTS),
    ban("eprintln!", PRINTS),
    ban("dbg!", PRINTS),
    ban("std::io::stdout", PRINTS),
    ban("std::io::stderr", PRINTS),
];

/// The binary: `main.rs` and everything under `cli`.
const BINARY: &str = "cli";

/// Crates that have one home. A name that ends in `_` stands for all that begin so.
const HOMES: &[(&str, &[&str], &str)] = &[
    ("clap", &[BINARY], "arguments are the binary's: the core never sees clap"),
    ("clap_", &[BINARY], "what is made from arguments is the binary's too"),
    ("anstream", &[BINARY, "report"], PRINTS),
    ("ignore", &["source"], "the walk is source's"),
    ("git2", &["source"], "no git type leaves source"),
    ("gix_", &["source"], "no git type leaves source"),
    ("zip", &["engine"], "containers are opened in engine::decode"),
    ("tar", &["engine"], "containers are opened in engine::decode"),
    ("bzip2", &["engine"], "containers are opened in engine::decode"),
    ("lzma_rust2", &["engine"], "containers are opened in engine::decode"),
    ("ruzstd", &["engine"], "containers are opened in engine::decode"),
    ("serde_sarif", &["report"], "a format is its report's own matter"),
    ("ureq", &["issuer"], "the network has one door"),
];

/// What a file names that its layer may not, each as `file:line: what, and why`.
pub(crate) fn complaints(file: &File) -> Vec<String> {
    let inside = file.path.strip_prefix("src/").unwrap_or(&file.path);
    let top = inside.split('/').next().unwrap_or(inside).trim_end_matches(".rs");
    let home = match top {
        "lib" => return Vec::new(), // the map names every layer
        "main" | "bin" => BINARY,
        top => top,
    };
    let Some(layer) = LAYERS.iter().find(|layer| layer.name == home) else {
        return vec![format!("{}:1: {home} is in no layer: give it a row in tests/layers/table.rs", file.path)];
    };
    let complain = |name: Name| Some(format!("{}:{}: {}", file.path, name.line, layer.complaint(&name)?));
    let mut complaints: Vec<String> = names::of(file).into_iter().filter_map(complain).collect();
    complaints.dedup();
    complaints
}

impl Layer {
    /// What is wrong with naming this here, if anything.
    fn complaint(&self, name: &Name) -> Option<String> {
        let segments: Vec<&str> = name.path.split("::").collect();
        match (segments[0], segments.get(1)) {
            ("#[path]", _) => {
                Some("#[path] hides where a module stands: move the file to where its name says".to_owned())
            }
            ("crate", _) if self.name == BINARY => None,
            ("crate" | "unleak", Some(&other)) => self.inside(other),
            ("crate" | "unleak", None) => Some(format!("{} must name a layer, not the whole crate", self.name)),
            (outside, _) => self.outside(outside, name),
        }
    }

    fn inside(&self, other: &str) -> Option<String> {
        if other == self.name || self.may_use.contains(&other) {
            None
        } else if LAYERS.iter().any(|layer| layer.name == other) {
            Some(format!("{} must not use {other}: {}", self.name, self.why))
        } else if self.name == BINARY && other != "*" {
            None // lent by lib.rs under a name of its own
        } else {
            Some(format!("{} must name the layer that crate::{other} comes from", self.name))
        }
    }

    fn outside(&self, first: &str, name: &Name) -> Option<String> {
        let is = |krate: &str| first == krate || (krate.ends_with('_') && first.starts_with(krate));
        if let Some((_, homes, why)) = HOMES.iter().find(|(krate, ..)| is(krate))
            && !homes.contains(&self.name)
        {
            return Some(format!("{} must not use {first}: {why}", self.name));
        }
        let ban = self.never.iter().copied().flatten().find(|ban| name.reaches(ban.path))?;
        Some(format!("{} must not use {}: {}", self.name, ban.path, ban.why))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a file with this text is told, if it stood at `path`.
    fn told(path: &str, text: &str) -> Vec<String> {
        complaints(&File::new(path, text))
    }

    #[track_caller]
    fn refused(path: &str, text: &str, wanted: &str) {
        let told = told(path, text);
        assert!(told.len() == 1 && told[0].contains(wanted), "wanted one with {wanted:?}, got {told:#?}");
    }

    #[test]
    fn a_complaint_says_where_what_and_why() {
        let text = "//! Scans.\n\nuse crate::{\n    rules::Rule,\n    source::Walk,\n};\n";
        let wanted = "src/engine/scan.rs:5: engine must not use source: the engine is pure: bytes in, sightings out; \
                      the pipeline hands it what the doors read";
        assert_eq!(told("src/engine/scan.rs", text), [wanted]);
    }

    #[test]
    fn each_row_of_the_table_bites() {
        refused("src/words/span.rs", "use crate::rules::Rule;", "words must not use rules");
        refused("src/rules/load.rs", "use crate::engine::scan;", "rules must not use engine");
        refused("src/source/disk.rs", "use crate::report::human;", "source must not use report");
        refused("src/report/json.rs", "use crate::source::Walk;", "report must not use source");
        refused("src/report/json.rs", "use crate::engine::scan;", "report must not use engine");
        refused("src/app/mod.rs", "use clap::Parser;", "app must not use clap");
        refused("src/main.rs", "use unleak::engine::scan;", "cli must not use engine");
        refused("src/cli/args.rs", "use unleak::source::Walk;", "cli must not use source");
        refused("src/cli.rs", "use unleak::*;", "cli must name the layer");
        refused("src/colour.rs", "", "colour is in no layer");
    }

    #[test]
    fn the_outside_world_has_its_doors() {
        refused("src/words/blob.rs", "use std::{fmt, fs::File};", "words must not use std::fs");
        refused("src/words/blob.rs", "use std::io::{self, Read};", "std::io");
        refused("src/rules/load.rs", "fn f() { let _ = std::env::var(\"X\"); }", "std::env");
        refused("src/engine/scan.rs", "use std::thread;", "std::thread");
        refused("src/engine/scan.rs", "use std as s;", "engine must not use std::fs");
        refused("src/engine/scan.rs", "use git2::Oid;", "no git type leaves source");
        refused("src/app/pipeline.rs", "fn f() { println!(\"x\"); }", "println!");
        refused("src/app/pipeline.rs", "use gix_pack::Find;", "no git type leaves source");
        assert!(told("src/source/disk.rs", "use std::{fs, thread}; use ignore::WalkBuilder;").is_empty());
    }

    #[test]
    fn no_way_of_writing_it_goes_unseen() {
        let path = "src/engine/judge/entropy.rs";
        for text in [
            "fn f() { crate::source::walk(); }",
            "fn f(_: &crate::source::Walk) {}",
            "fn f() { vec![1, crate::source::N]; }",
            "use super::super::super::source::Walk;",
            "mod inner { use super::super::super::super::source::Walk; }",
            "use self::super::super::super::source as other;",
            "#[derive(crate::source::Derive)] struct S;",
            "pub use crate::source;",
        ] {
            refused(path, text, "engine must not use source");
        }
        refused(path, "use crate as house;", "not the whole crate");
        refused(path, "use crate::*;", "crate::*");
        refused(path, "use crate::Walk;", "must name the layer that crate::Walk comes from");
        refused(path, "#[path = \"../source/disk.rs\"] mod disk;", "#[path]");
    }

    #[test]
    fn what_is_allowed_passes() {
        for (path, text) in [
            ("src/words/finding.rs", "use super::{Mask, Span}; pub(crate) fn f() {} pub(in crate::words) fn g() {}"),
            ("src/engine/scan.rs", "use crate::{rules::RuleSet, words::*}; use super::judge; use std::io::Cursor;"),
            ("src/app/pipeline.rs", "use crate::engine; use crate::source; use crate::report;"),
            ("src/cli/args.rs", "use crate::cli::exit; use clap::Parser; use unleak::app::Config; use unleak::run;"),
            ("src/engine/scan.rs", "#[cfg(test)] mod tests { use crate::source::Walk; use std::fs; }"),
            ("src/engine/scan.rs", "#[cfg(test)] use crate::source::Walk;"),
            ("src/lib.rs", "pub mod source; pub use app::run;"),
        ] {
            assert_eq!(told(path, text), [""; 0], "{path}: {text}");
        }
    }
}
