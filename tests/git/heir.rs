//! Looking only at what deltas bring in finds what looking at every byte finds: blob by blob, sighting by sighting.
//!
//! `cargo bench --bench history -- REPO heirs` does the same with any repository.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use unleak::app::{KeepNoise, Limits, ObeyMarks};
use unleak::engine::{Engine, Options};
use unleak::rules::{RuleSet, builtin};
use unleak::source::git::{History, HistoryOptions, Scope};
use unleak::words::Source;

use super::common::{Repo, THREADS};
use super::support::{made, now};
use super::twice::{Compared, Twice};

/// A few numbers that follow from a seed (Park and Miller's generator).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0 * 16807 % 2_147_483_647;
        self.0 as usize % limit
    }
}

/// A line: prose, code, a hash, a name that says key, a word that rules want near, or a key of some rule; the last four
/// of sixteen kinds are encoded.
fn line(dice: &mut Dice, recipes: &[String], kinds: usize) -> String {
    let hex =
        |dice: &mut Dice, len| (0..len).map(|_| char::from(b"0123456789abcdef"[dice.below(16)])).collect::<String>();
    let key = |dice: &mut Dice| made(&recipes[dice.below(recipes.len())], dice.below(40) as u64);
    match dice.below(kinds) {
        0 => made(&recipes[dice.below(recipes.len())], dice.below(40) as u64),
        1 => format!("token = \"{}\"", made(&recipes[dice.below(recipes.len())], dice.below(40) as u64)),
        2 => format!("sum {} azure", hex(dice, 32)),
        3 => format!("integrity {}", hex(dice, 64)),
        4 => "the openai endpoint, webhook and secret".to_owned(),
        5 => format!("    let value_{} = compute(index, {});", dice.below(99), dice.below(99)),
        6 => format!("api_key: {}", hex(dice, 40)),
        7 => "-----".repeat(dice.below(9)),
        12 => format!("data: {}", BASE64_STANDARD.encode(format!("token = {}", key(dice)))),
        13 => format!("config = \"{}\"", key(dice).replace('-', "\\u002d").replace('_', "\\x5f")),
        14 => {
            let whole = key(dice);
            let (one, other) = whole.split_at(whole.len() / 3);
            format!("joined = \"{one}\" + \"{other}\"")
        }
        15 => format!("see https://example.org/a%20page?id={}%2Bmore", hex(dice, 24)),
        _ => format!("Some words about nothing much, number {}.", dice.below(9999)),
    }
}

/// One version after another of a text, each a little different from the one before it.
fn versions(count: usize, seed: u64, recipes: &[String]) -> Vec<String> {
    let mut dice = Dice(seed);
    let mut lines: Vec<String> = (0..300).map(|_| line(&mut dice, recipes, 12)).collect();
    (0..count)
        .map(|_| {
            for _ in 0..=dice.below(3) {
                let at = dice.below(lines.len());
                match dice.below(8) {
                    0 | 1 => lines.insert(at, line(&mut dice, recipes, 16)),
                    2 => lines[at] = line(&mut dice, recipes, 16),
                    3 if lines.len() > 200 => drop(lines.remove(at)),
                    4 => {
                        let moved = lines.remove(at);
                        lines.push(moved);
                    }
                    5 => {
                        let middle = lines[at].len() / 2; // all of it is ASCII
                        let rest = lines[at].split_off(middle);
                        lines.insert(at + 1, rest);
                    }
                    6 => lines[at].push_str("xyz9"),
                    _ => lines[at].insert_str(0, "key="),
                }
            }
            lines.join("\n") + if dice.below(2) == 0 { "\n" } else { "" }
        })
        .collect()
}

/// Every recipe of the built-in rules.
fn recipes() -> Vec<String> {
    let rules = builtin().unwrap();
    let texts = rules.iter().flat_map(|rule| rule.spec().hits.iter().chain(&rule.spec().misses));
    texts.filter(|text| made(text, 1).is_ascii()).cloned().collect()
}

#[test]
fn what_deltas_bring_in_is_enough() {
    let recipes = recipes();
    let repo = Repo::new();
    let mut import = String::new();
    for seed in 1..=3 {
        for text in versions(60, seed, &recipes) {
            write!(import, "blob\ndata {}\n{text}\n", text.len()).unwrap();
        }
    }
    repo.git_with(&["fast-import", "--quiet"], import.as_bytes());
    let objects = repo.git(&["cat-file", "--batch-all-objects", "--batch-check=%(objectname) file"]);
    let pack = ["pack-objects", "-q", "--window=30", "--depth=50", "--no-reuse-delta", ".git/objects/pack/pack"];
    repo.git_with(&pack, objects.as_bytes());

    for depth in [0, 12] {
        let rules = RuleSet::new(builtin().unwrap()).unwrap();
        let limits = Limits { depth, ..Limits::default() };
        let engine = Engine::new(rules, Options { now: now(), noise: KeepNoise::Whole, marks: ObeyMarks::Yes, limits });
        let compared = Arc::new(Compared::default());
        let options = HistoryOptions { scope: Scope::Everything, since: None, paths: Vec::new(), threads: THREADS };
        let history = History::new(repo.open(), options, Arc::default());
        history.pour(&|| Box::new(Twice::new(&engine, Arc::clone(&compared))));

        let Compared { blobs, heirs, finds, differences } = &*compared;
        let [blobs, heirs, finds, differences] =
            [blobs, heirs, finds, differences].map(|count| count.load(Ordering::Relaxed));
        assert_eq!(differences, 0, "of {blobs} blobs, {depth} deep");
        assert!(heirs > blobs / 2 && finds > blobs, "{heirs} of {blobs} are heirs, {finds} finds");
    }
}
