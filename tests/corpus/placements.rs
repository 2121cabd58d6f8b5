//! Placements: every kind in every context that gives it what it needs, before and after every character that may touch
//! it, and in pairs. Each has a key of its own, so that one run of the program can be asked about all.

use std::sync::OnceLock;

use super::contexts::{BETWEEN, CONTEXTS, FOLLOWERS, GLUED_AFTER, GLUED_BEFORE};
use super::kinds::{Bounds, KINDS, Kind, Needs};
use super::logins;
use crate::support::made;

/// A key that has to be found: by which rule, and where.
#[derive(Clone, Debug)]
pub(crate) struct Expected {
    pub(crate) rule: &'static str,
    pub(crate) key: Vec<u8>,
    pub(crate) start: usize,
}

/// A file and all that has to be found in it, by place.
#[derive(Clone, Debug)]
pub(crate) struct Placement {
    pub(crate) file: String,
    pub(crate) what: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) expected: Vec<Expected>,
}

/// All of them, made once.
pub(crate) fn placements() -> &'static [Placement] {
    static ALL: OnceLock<Vec<Placement>> = OnceLock::new();
    ALL.get_or_init(make)
}

fn make() -> Vec<Placement> {
    let mut all = Placements::default();
    for kind in KINDS {
        all.in_contexts(kind);
        all.touched(kind);
        all.in_pairs(kind);
        all.in_long_lines(kind);
    }
    all.list.extend(logins::placements());
    all.list
}

#[derive(Default)]
struct Placements {
    list: Vec<Placement>,
}

impl Placements {
    fn in_contexts(&mut self, kind: &Kind) {
        for context in CONTEXTS.iter().filter(|context| context.gives >= kind.needs) {
            self.add(kind, context.file, context.template);
        }
    }

    fn touched(&mut self, kind: &Kind) {
        let is_path = |follower: &str| kind.recipe == "{hex:32}" && follower.starts_with('/');
        for follower in FOLLOWERS.iter().filter(|follower| !is_path(follower)) {
            self.add(kind, "follower.txt", &format!("x = 1\n¤=§{follower}x\n"));
        }
        if kind.bounds == Bounds::Told {
            for glued in GLUED_AFTER {
                self.add(kind, "glued-after.txt", &format!("¤=§{glued}\n"));
            }
        }
        if kind.bounds != Bounds::Alone {
            for glued in GLUED_BEFORE {
                self.add(kind, "glued-before.txt", &format!("¤\n{glued}§\n"));
            }
        }
        if kind.bounds == Bounds::Told {
            self.add(kind, "glued-both.txt", "¤\nx§x\n");
        }
    }

    fn in_pairs(&mut self, kind: &Kind) {
        let glued: &[&str] = if kind.bounds == Bounds::Told { &[""] } else { &[] };
        let path = |between: &str| kind.bounds == Bounds::Alone && between == "/";
        let assigned = kind.needs == Needs::Assigned;
        for between in BETWEEN.iter().chain(glued).filter(|between| !path(between)) {
            let template =
                if assigned { format!("¤=§{between}¤=§\n") } else { format!("¤ [\"§{between}§\"]\n") };
            self.add(kind, "pair.txt", &template);
        }
    }

    fn in_long_lines(&mut self, kind: &Kind) {
        let code = "a=function(b){return b.c+1};".repeat(400);
        self.add(kind, "app.min.js", &format!("!function(){{{code}var e={{\"¤\":\"§\"}};{code}}}()"));
    }

    /// One placement more: a key of its own for each `§` in the template.
    fn add(&mut self, kind: &Kind, file: &str, template: &str) {
        let number = self.list.len() as u64;
        let mut seeds = number * 16..;
        let (mut bytes, mut expected) = (Vec::new(), Vec::new());
        for character in template.replace('¤', kind.variable).chars() {
            match character {
                '§' => {
                    let key = made(kind.recipe, seeds.next().unwrap()).into_bytes();
                    let start = bytes.len();
                    bytes.extend_from_slice(&key);
                    expected.push(Expected { rule: kind.rule, key, start });
                }
                '\u{80}' | '\u{ff}' => bytes.push(character as u8),
                _ => bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
        let what = format!("{} {} in {template:.60?}", kind.rule, &kind.recipe[..kind.recipe.len().min(40)]);
        self.list.push(Placement { file: format!("{number:05}-{file}"), what, bytes, expected });
    }
}
