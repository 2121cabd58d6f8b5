//! A `RuleSet` is every rule of a run, arranged by what triggers it, so that cost does not grow with rules that do not
//! apply.

use std::collections::HashMap;
use std::ops::Range;

use memchr::memmem::Finder;

use super::keywords::Keywords;
use super::rule::Rule;
use super::spec::TriggerSpec;
use crate::words::RuleId;

/// Why rules can't make a set.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// Two rules have one id.
    #[error("{place}: there is a rule {id:?} already; give this one another id")]
    SameId {
        /// The id.
        id: RuleId,
        /// Where the second of them stands.
        place: String,
    },
}

/// Every rule of a run, arranged by trigger. Rules are named by their index.
#[derive(Debug)]
pub struct RuleSet {
    rules: Vec<Rule>,
    by_id: HashMap<RuleId, usize>,
    keywords: Keywords,
    led_by: Vec<(String, usize)>,
    by_length: Vec<(u32, usize)>,
    assigned: Vec<usize>,
    anywhere: Vec<(Finder<'static>, usize)>,
}

impl RuleSet {
    /// Arranges rules by trigger.
    ///
    /// # Errors
    /// Two rules have one id.
    pub fn new(rules: Vec<Rule>) -> Result<Self, Unfit> {
        let mut by_id = HashMap::with_capacity(rules.len());
        let mut words = Vec::new();
        let (mut led_by, mut by_length, mut assigned, mut anywhere) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (index, rule) in rules.iter().enumerate() {
            if by_id.insert(rule.id().clone(), index).is_some() {
                let place = rule.place().unwrap_or("built-in rules").to_owned();
                return Err(Unfit::SameId { id: rule.id().clone(), place });
            }
            match &rule.spec().trigger {
                TriggerSpec::Keywords(keywords) => {
                    words.extend(keywords.iter().map(|word| (word.as_bytes().into(), index)));
                }
                TriggerSpec::LedBy(literals) => led_by.extend(literals.iter().map(|literal| (literal.clone(), index))),
                TriggerSpec::Length(lengths) => by_length.extend(lengths.iter().map(|&length| (length, index))),
                TriggerSpec::Assigned(_) => assigned.push(index),
                TriggerSpec::Anywhere(literals) => {
                    anywhere.extend(literals.iter().map(|literal| (Finder::new(literal).into_owned(), index)));
                }
            }
        }
        let keywords = Keywords::new(words);
        Ok(Self { rules, by_id, keywords, led_by, by_length, assigned, anywhere })
    }

    /// All rules, in the order of their files.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule with this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.by_id.get(id).map(|&index| &self.rules[index])
    }

    /// Calls `found` with the rule and the place of each keyword in `run`.
    pub(crate) fn keywords_in(&self, run: &[u8], found: impl FnMut(usize, Range<usize>)) {
        self.keywords.find(run, found);
    }

    /// The rules that want a run of this length.
    pub(crate) fn of_length(&self, length: usize) -> impl Iterator<Item = usize> {
        self.by_length.iter().filter(move |(wanted, _)| *wanted as usize == length).map(|&(_, index)| index)
    }

    /// The rules, with the length of their literal, that want a run with `before` in front of it.
    pub(crate) fn led_by(&self, before: &[u8]) -> impl Iterator<Item = (usize, usize)> {
        let leads = move |literal: &String| before.ends_with(literal.as_bytes());
        self.led_by.iter().filter(move |(literal, _)| leads(literal)).map(|(literal, index)| (*index, literal.len()))
    }

    /// The rules that want an assignment.
    pub(crate) fn assigned(&self) -> &[usize] {
        &self.assigned
    }

    /// The literals to look for in all bytes, with their rules.
    pub(crate) fn anywhere(&self) -> &[(Finder<'static>, usize)] {
        &self.anywhere
    }
}
