//! A `RuleSet` is every rule of a run, arranged by what triggers it, so that cost does not grow with rules that do not
//! apply.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

use foldhash::fast::RandomState;

use super::anywhere::{Anywhere, Around};
use super::keywords::Keywords;
use super::rule::Rule;
use super::searched::Searched;
use super::spec::{RuleSpec, TriggerSpec};
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
    by_id: HashMap<RuleId, usize, RandomState>,
    keywords: Keywords,
    led_by: Literals,
    by_length: Vec<OfLength>,
    assigned: Phrases,
    /// For each first letter of a word in `assigned`, a bit for each length: a quick no for most words.
    assigned_lengths: [u32; 256],
    anywhere: Anywhere,
    userinfo: HashMap<Box<str>, usize, RandomState>,
    searched: Option<Searched>,
    notes: Vec<String>,
}

/// The rules that want a run of some length.
#[derive(Debug, Default)]
struct OfLength {
    rules: Vec<usize>,
    /// The same, each with how a name may begin that it asks for. Found when needed, as the next.
    named: OnceLock<Begun>,
    /// Those of them that do not ask for the name of what is secret: few, as most long runs are digests.
    nameless: OnceLock<Begun>,
}

/// Rules with how a name, or a word of it, may begin that each asks for.
type Begun = Box<[(usize, u64)]>;

/// Literals with their rules, by their last byte.
type Literals = [Vec<Leading>; 256];

/// A literal that leads runs of a rule.
#[derive(Debug)]
struct Leading {
    /// The byte before its last, if it has two: most that end alike differ in that.
    second: Option<u8>,
    literal: Box<str>,
    rule: usize,
}

/// Phrases by their first word.
type Phrases = HashMap<Box<[u8]>, Vec<Phrase>, RandomState>;

/// A phrase that brings up a rule.
#[derive(Debug)]
pub(crate) struct Phrase {
    /// Its words, with a space before each and one after the last.
    pub(crate) spelled: Box<str>,
    /// The rule.
    pub(crate) rule: usize,
}

fn add_literals(led_by: &mut Literals, literals: &[String], rule: usize) {
    for literal in literals {
        let last = literal.bytes().next_back().unwrap_or_default();
        let second = second_last(literal.as_bytes());
        led_by[usize::from(last)].push(Leading { second, literal: literal.as_str().into(), rule });
    }
}

/// The byte before the last.
fn second_last(bytes: &[u8]) -> Option<u8> {
    bytes.len().checked_sub(2).map(|at| bytes[at])
}

/// The lengths of words by their first letters.
fn lengths(assigned: &Phrases) -> [u32; 256] {
    let mut lengths = [0; 256];
    for word in assigned.keys().filter(|word| !word.is_empty()) {
        lengths[usize::from(word[0])] |= length_bit(word);
    }
    lengths
}

/// The bit that stands for a word's length.
fn length_bit(word: &[u8]) -> u32 {
    1 << word.len().min(31)
}

fn add_phrases(assigned: &mut Phrases, phrases: &[String], rule: usize) {
    for phrase in phrases {
        let first = phrase.split(' ').next().unwrap_or_default();
        assigned
            .entry(first.as_bytes().into())
            .or_default()
            .push(Phrase { spelled: format!(" {phrase} ").into(), rule });
    }
}

impl RuleSet {
    /// Arranges rules by trigger.
    ///
    /// # Errors
    /// Two rules have one id.
    pub fn new(rules: Vec<Rule>) -> Result<Self, Unfit> {
        let mut by_id = HashMap::with_capacity_and_hasher(rules.len(), RandomState::default());
        let mut words = Vec::new();
        let (mut led_by, mut by_length): (Literals, _) = (std::array::from_fn(|_| Vec::new()), Vec::new());
        let mut searched = Vec::new();
        let (mut assigned, mut anywhere, mut userinfo) = (Phrases::default(), Vec::new(), HashMap::default());
        for (index, rule) in rules.iter().enumerate() {
            if by_id.insert(rule.id().clone(), index).is_some() {
                let place = rule.place().unwrap_or("built-in rules").to_owned();
                return Err(Unfit::SameId { id: rule.id().clone(), place });
            }
            match rule.trigger() {
                TriggerSpec::Keywords(keywords) => {
                    words.extend(keywords.iter().map(|word| (word.as_bytes().into(), index)));
                }
                TriggerSpec::LedBy(literals) => add_literals(&mut led_by, literals, index),
                TriggerSpec::Length(lengths) => {
                    for length in lengths.iter().map(|&length| length as usize) {
                        by_length.resize_with(by_length.len().max(length + 1), OfLength::default);
                        by_length[length].rules.push(index);
                    }
                }
                TriggerSpec::Assigned(phrases) => add_phrases(&mut assigned, phrases, index),
                TriggerSpec::Anywhere(literals) => {
                    anywhere.extend(literals.iter().map(|literal| (literal.as_bytes().into(), Around::Search(index))));
                }
                TriggerSpec::Search(words) => searched.push((words.clone(), index)),
                TriggerSpec::Named(literals) => {
                    anywhere.extend(literals.iter().map(|literal| (literal.as_bytes().into(), Around::Name(index))));
                }
                TriggerSpec::Userinfo(schemes) => {
                    if userinfo.is_empty() {
                        anywhere.push((b"://".as_slice().into(), Around::Userinfo));
                    }
                    userinfo.extend(schemes.iter().map(|scheme| (scheme.as_str().into(), index)));
                }
            }
        }
        let anywhere = Anywhere::new(anywhere);
        let keywords = Keywords::new(words);
        Ok(Self {
            rules,
            by_id,
            keywords,
            led_by,
            by_length,
            assigned_lengths: lengths(&assigned),
            assigned,
            anywhere,
            userinfo,
            searched: Searched::new(searched),
            notes: Vec::new(),
        })
    }

    /// Adds what could not be honoured of the files that the rules come from.
    #[must_use]
    pub fn with_notes(self, notes: Vec<String>) -> Self {
        Self { notes, ..self }
    }

    /// What could not be honoured, a sentence each.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// All that its rules say, as bytes: the same for the same rules. Nothing if they can't be written so.
    #[must_use]
    pub fn written_down(&self) -> Option<Vec<u8>> {
        let specs: Vec<&RuleSpec> = self.rules.iter().map(Rule::spec).collect();
        postcard::to_stdvec(&specs).ok()
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

    /// Calls `found` with the rules and the place in `text` of each keyword in a run of it.
    pub(crate) fn keywords_in(&self, text: &[u8], run: &Range<usize>, found: impl FnMut(&[usize], Range<usize>)) {
        self.keywords.find(text, run, found);
    }

    /// The rules that want a run of this length and may ask for a name with one of these `beginnings`; without a name those
    /// that do not ask for one.
    pub(crate) fn of_length(&self, length: usize, beginnings: Option<u64>) -> impl Iterator<Item = usize> {
        let begun = self.by_length.get(length).map_or(&[][..], |of_length| {
            let all = of_length.rules.iter().map(|&rule| (rule, &self.rules[rule]));
            match beginnings {
                Some(_) => of_length.named.get_or_init(|| all.map(|(at, rule)| (at, rule.name_begins())).collect()),
                None => of_length
                    .nameless
                    .get_or_init(|| all.filter(|(_, rule)| !rule.wants_name()).map(|(at, _)| (at, u64::MAX)).collect()),
            }
        });
        let beginnings = beginnings.unwrap_or(u64::MAX);
        begun.iter().filter(move |(_, begins)| begins & beginnings != 0).map(|&(rule, _)| rule)
    }

    /// The rules, with the length of their literal, that want a run with `before` in front of it.
    pub(crate) fn led_by(&self, before: &[u8]) -> impl Iterator<Item = (usize, usize)> {
        let all = before.last().map_or(&[][..], |&last| &self.led_by[usize::from(last)]);
        let second = second_last(before);
        let leads = move |leading: &&Leading| {
            (leading.second.is_none() || leading.second == second) && before.ends_with(leading.literal.as_bytes())
        };
        all.iter().filter(leads).map(|leading| (leading.rule, leading.literal.len()))
    }

    /// The phrases that begin with this word and bring up rules.
    pub(crate) fn assigned(&self, word: &[u8]) -> &[Phrase] {
        let may_be =
            word.first().is_some_and(|&first| self.assigned_lengths[usize::from(first)] & length_bit(word) != 0);
        if may_be { self.assigned.get(word).map_or(&[], Vec::as_slice) } else { &[] }
    }

    /// The literals to look for in all bytes.
    pub(crate) fn anywhere(&self) -> &Anywhere {
        &self.anywhere
    }

    /// The rule for passwords in URLs of this scheme.
    pub(crate) fn userinfo(&self, scheme: &str) -> Option<usize> {
        self.userinfo.get(scheme).copied()
    }

    /// The rules that are searched for in all of a blob.
    pub(crate) fn searched(&self) -> Option<&Searched> {
        self.searched.as_ref()
    }
}
