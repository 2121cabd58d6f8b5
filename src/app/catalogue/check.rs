//! The self-test of rules: every hit of a rule is found by that rule alone, every miss is found by it nowhere.

use super::recipe::{BadRecipe, expand};
use crate::app::now;
use crate::engine::{Engine, Found, KeepNoise, ObeyMarks, Options};
use crate::rules::{Rule, RuleSet};
use crate::words::{Blob, Origin, RuleId, Verdict};

/// How many times each recipe is expanded: its random parts differ each time.
const ROUNDS: u64 = 8;

/// What a self-test found.
#[derive(Debug, Default)]
pub struct Checked {
    /// How many rules were tested.
    pub rules: usize,
    /// How many hits.
    pub hits: usize,
    /// How many misses.
    pub misses: usize,
    /// What failed.
    pub failures: Vec<Failure>,
}

/// A hit or miss that is none.
#[derive(Debug)]
pub struct Failure {
    /// The rule.
    pub rule: RuleId,
    /// The hit or miss as its file has it.
    pub recipe: String,
    /// What went wrong.
    pub why: String,
}

/// Why there was no self-test.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// A recipe can't be expanded.
    #[error("{place}: rule {rule:?}, recipe {recipe:?}: {cause}")]
    Recipe {
        /// Where the rule stands.
        place: String,
        /// The rule.
        rule: RuleId,
        /// The recipe.
        recipe: String,
        /// What is wrong with it.
        cause: BadRecipe,
    },
}

/// Tests every rule of the set against all rules together.
///
/// # Errors
/// A recipe can't be expanded.
pub fn check(rules: RuleSet) -> Result<Checked, CheckError> {
    let now = now();
    let engine = Engine::new(rules, Options { now, noise: KeepNoise::Counted, marks: ObeyMarks::No });
    let mut checked = Checked { rules: engine.rules().rules().len(), ..Checked::default() };
    for rule in engine.rules().rules() {
        for (recipe, wanted) in texts(rule) {
            match wanted {
                Wanted::Hit => checked.hits += 1,
                Wanted::Miss => checked.misses += 1,
            }
            for round in 0..ROUNDS {
                let place = || rule.place().unwrap_or("built-in rules").to_owned();
                let bad = |cause| CheckError::Recipe {
                    place: place(),
                    rule: rule.id().clone(),
                    recipe: recipe.to_owned(),
                    cause,
                };
                let text = expand(recipe, round, now).map_err(bad)?;
                if let Some(why) = complaint(&engine, rule, &text, wanted) {
                    checked.failures.push(Failure { rule: rule.id().clone(), recipe: recipe.to_owned(), why });
                    break;
                }
            }
        }
    }
    Ok(checked)
}

#[derive(Clone, Copy)]
enum Wanted {
    Hit,
    Miss,
}

fn texts(rule: &Rule) -> impl Iterator<Item = (&str, Wanted)> {
    let hits = rule.spec().hits.iter().map(|recipe| (recipe.as_str(), Wanted::Hit));
    hits.chain(rule.spec().misses.iter().map(|recipe| (recipe.as_str(), Wanted::Miss)))
}

fn complaint(engine: &Engine, rule: &Rule, text: &str, wanted: Wanted) -> Option<String> {
    let mut found = Found::default();
    engine.scanner().scan(&Blob::whole(&Origin::Stdin, text.as_bytes()), &mut found);
    let real = || found.sightings.iter().filter(|sighting| sighting.verdict == Verdict::Real);
    let own = real().filter(|sighting| sighting.rule == *rule.id()).count();
    let other = real().find(|sighting| sighting.rule != *rule.id());
    match (wanted, own, other) {
        (Wanted::Hit, 0, None) => Some(match found.noise.keys().next() {
            Some((by, noise)) => format!("is a hit and was taken for noise by {by}: {noise}"),
            None => "is a hit and was not found".to_owned(),
        }),
        (Wanted::Hit, _, Some(other)) => Some(format!("is a hit and was claimed by {} too", other.rule)),
        (Wanted::Miss, 1.., _) => Some("is a miss and was found".to_owned()),
        _ => None,
    }
}
