//! Whether keys still work, for `respond`: the doors don't know each other, so the question goes through here.

use super::now;
use crate::issuer::Client;
use crate::respond::Asks;
use crate::rules::RuleSet;
use crate::verify::{Depth, Question, offline, verify};
use crate::words::{Liveness, Secret, Unknown, Verified};

/// Asks issuers through one client, and remembers nothing: a key that is about to die is asked about again and again.
pub(super) struct Asker<'a> {
    pub(super) client: &'a Client,
    pub(super) rules: &'a RuleSet,
}

impl Asks for Asker<'_> {
    fn ask_all(&self, keys: &[(&str, &Secret)]) -> Vec<Verified> {
        self.ask_deep(keys, Depth::Liveness)
    }

    fn ask_all_of(&self, rule: &str, secret: &Secret) -> Verified {
        let nobody = || Verified::offline(Liveness::Unknown(Unknown::NoWay));
        self.ask_deep(&[(rule, secret)], Depth::Analysis).pop().unwrap_or_else(nobody)
    }
}

impl Asker<'_> {
    fn ask_deep(&self, keys: &[(&str, &Secret)], depth: Depth) -> Vec<Verified> {
        let rules: Vec<_> = keys.iter().map(|(rule, _)| self.rules.get(rule)).collect();
        let mut answers: Vec<Option<Verified>> = rules
            .iter()
            .map(|rule| match rule {
                Some(rule) => offline(rule),
                None => Some(Verified::offline(Liveness::Unknown(Unknown::NoWay))),
            })
            .collect();
        let open: Vec<usize> = (0..keys.len()).filter(|&number| answers[number].is_none()).collect();
        let question =
            |&number: &usize| Some(Question { rule: rules[number]?, secret: keys[number].1, parts: Vec::new() });
        let questions: Vec<Question<'_>> = open.iter().filter_map(question).collect();
        for (number, answer) in open.iter().zip(verify(self.client, &questions, depth, now(), &|_| {})) {
            answers[*number] = Some(answer);
        }
        let nobody = || Verified::offline(Liveness::Unknown(Unknown::NoWay));
        answers.into_iter().map(|answer| answer.unwrap_or_else(nobody)).collect()
    }
}
