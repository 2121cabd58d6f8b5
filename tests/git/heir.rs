//! Looking only at what deltas bring in finds what looking at every byte finds: blob by blob, sighting by sighting.
//!
//! `cargo bench --bench history -- REPO heirs` does the same with any repository.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use unleak::app::{KeepNoise, Limits, ObeyMarks};
use unleak::engine::{Engine, Options};
use unleak::rules::{RuleSet, builtin};
use unleak::source::git::{History, HistoryOptions, Scope};
use unleak::words::{Sink, Source};

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

/// A line: prose, code, a hash, a name that says key, a word that rules want near, or a key of some rule.
fn line(dice: &mut Dice, recipes: &[String]) -> String {
    let hex =
        |dice: &mut Dice, len| (0..len).map(|_| char::from(b"0123456789abcdef"[dice.below(16)])).collect::<String>();
    match dice.below(15) {
        0 => made(&recipes[dice.below(recipes.len())], dice.below(40) as u64),
        1 => format!("token = \"{}\"", made(&recipes[dice.below(recipes.len())], dice.below(40) as u64)),
        2 => format!("sum {} azure", hex(dice, 32)),
        3 => format!("integrity {}", hex(dice, 64)),
        4 => "the openai endpoint, webhook and secret".to_owned(),
        5 => format!("    let value_{} = compute(index, {});", dice.below(99), dice.below(99)),
        6 => format!("api_key: {}", hex(dice, 40)),
        7 => "-----".repeat(dice.below(9)),
        8 => format!("data: {}", STANDARD.encode(made(&recipes[dice.below(recipes.len())], dice.below(40) as u64))),
        9 => format!("    \"{}\" +", made(&recipes[dice.below(recipes.len())], 7).split_at(9).0),
        10 => r"caf\u00e9 \u0073\u006b\u002d %73%6b%2d &#115;&#107;".to_owned(),
        _ => format!("Some words about nothing much, number {}.", dice.below(9999)),
    }
}

/// One version after another of a text, each a little different from the one before it.
fn versions(count: usize, seed: u64, recipes: &[String]) -> Vec<String> {
    let mut dice = Dice(seed);
    let mut lines: Vec<String> = (0..300).map(|_| line(&mut dice, recipes)).collect();
    (0..count)
        .map(|_| {
            for _ in 0..=dice.below(3) {
                let at = dice.below(lines.len());
                match dice.below(8) {
                    0 | 1 => lines.insert(at, line(&mut dice, recipes)),
                    2 => lines[at] = line(&mut dice, recipes),
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

    for depth in [0, Limits::default().depth] {
        let rules = RuleSet::new(builtin().unwrap()).unwrap();
        let limits = Limits { depth, ..Limits::default() };
        let engine = Engine::new(rules, Options { now: now(), noise: KeepNoise::Whole, marks: ObeyMarks::Yes, limits });
        let compared = Arc::new(Compared::default());
        let options = HistoryOptions { scope: Scope::Everything, since: None, paths: Vec::new(), threads: THREADS };
        let sink = || -> Box<dyn Sink + Send> { Box::new(Twice::new(&engine, Arc::clone(&compared))) };
        History::new(repo.open(), options, Arc::default()).pour(&sink);
        let [blobs, heirs, finds, differences] =
            [&compared.blobs, &compared.heirs, &compared.finds, &compared.differences]
                .map(|it| it.load(Ordering::Relaxed));
        assert_eq!(differences, 0, "of {blobs} blobs, at depth {depth}");
        assert!(heirs > blobs / 2 && finds > blobs, "{heirs} of {blobs} are heirs, {finds} finds");
    }
}
