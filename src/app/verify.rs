//! Verification as part of a run: which leaks are asked about, which verdicts are remembered, and what a person is told of
//! how it went.

use std::collections::{BTreeMap, BTreeSet};

use super::asked::{Asked, answers_of_leaks, answers_of_parts};
use super::network::{Network, NetworkError};
use super::now;
use super::verdicts::Verdicts;
use crate::issuer::Client;
use crate::rules::spec::{OpenaiCallSpec, VerifySpec};
use crate::rules::{Rule, RuleSet};
use crate::verify::{Depth, Question, offline, verify};
use crate::words::{Ledger, Liveness, Progress, Unknown, Verified};

/// What to ask, and how.
#[derive(Clone, Debug, Default)]
pub struct VerifyOptions {
    /// Whose secrets are asked about.
    pub providers: Providers,
    /// How much is asked.
    pub depth: Depth,
    /// How to reach issuers.
    pub network: Network,
    /// Whether verdicts of earlier runs count.
    pub memory: Memory,
}

/// Whose secrets are asked about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Providers {
    /// Everybody's.
    #[default]
    All,
    /// Those of these providers, by id. The others' are not sent anywhere.
    Only(Vec<String>),
}

/// Whether verdicts of earlier runs count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Memory {
    /// For a short time.
    #[default]
    Short,
    /// No: each key is asked about, and nothing is kept.
    None,
}

/// Why nothing can be verified.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// There can be no requests.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// A provider was named that no rule knows.
    #[error("no rule is of a provider {id:?}; did you mean {nearest:?}? `unleak rules list` shows all")]
    NoProvider {
        /// What was named.
        id: String,
        /// The one most like it.
        nearest: String,
    },
}

impl VerifyOptions {
    /// Finds out what can't work before anything is scanned.
    ///
    /// # Errors
    /// A provider is not known.
    pub fn check(&self, rules: &RuleSet) -> Result<(), VerifyError> {
        let Providers::Only(ids) = &self.providers else { return Ok(()) };
        let known: BTreeSet<&str> = rules.rules().iter().map(|rule| rule.provider().id.as_str()).collect();
        let Some(id) = ids.iter().find(|id| !known.contains(id.as_str())) else { return Ok(()) };
        let likeness = |known: &&str| (strsim::jaro_winkler(known, id) * 1000.0) as u32;
        let nearest = known.iter().copied().max_by_key(likeness).unwrap_or_default().to_owned();
        Err(VerifyError::NoProvider { id: id.clone(), nearest })
    }

    fn is_asked(&self, rule: &Rule) -> bool {
        match &self.providers {
            Providers::All => true,
            Providers::Only(ids) => ids.contains(&rule.provider().id),
        }
    }
}

/// Finds out which leaks still work; each distinct secret is asked about once. The ledger is
/// told what a person should know of how it went.
///
/// # Errors
/// There can be no requests.
pub fn verify_leaks(
    ledger: &mut Ledger,
    rules: &RuleSet,
    options: &VerifyOptions,
    progress: &Progress,
) -> Result<(), VerifyError> {
    let (now, analyzed) = (now(), options.depth == Depth::Analysis);
    let mut memory = if options.memory == Memory::Short { Verdicts::open(now) } else { Verdicts::default() };
    let client = options.network.client_until(progress.halt())?;
    let mut cases = Vec::new();
    for (number, leak) in ledger.leaks.iter_mut().enumerate() {
        let Some(rule) = rules.get(&leak.rule).filter(|rule| options.is_asked(rule)) else { continue };
        if leak.verified.is_none() {
            leak.verified = offline(rule);
            if leak.verified.is_none() {
                cases.push((number, rule));
            }
        }
    }
    let mut asked = Vec::new();
    for &(number, rule) in &cases {
        asked.extend(Asked::about(number, &ledger.leaks[number], rule));
    }
    for one in &mut asked {
        one.answer = one.name.as_ref().and_then(|name| memory.get(name, &address(&client, one.rule), analyzed));
    }
    let open: Vec<usize> = (0..asked.len()).filter(|&number| asked[number].answer.is_none()).collect();
    let questions: Vec<Question<'_>> = open.iter().map(|&number| asked[number].question()).collect();
    progress.expect_answers(questions.len() as u64);
    let answers = verify(&client, &questions, options.depth, now, &|_| progress.answered());
    for (&number, answer) in open.iter().zip(answers) {
        if let Some(name) = &asked[number].name {
            memory.put(name, &address(&client, asked[number].rule), analyzed, &answer);
        }
        asked[number].answer = Some(answer);
    }
    memory.save();
    let (of_leaks, of_parts) = (answers_of_leaks(&asked), answers_of_parts(&asked));
    for (number, _) in cases {
        let missing = || Verified::offline(Liveness::Unknown(Unknown::NoPart));
        ledger.leaks[number].verified = Some(of_leaks.get(&number).cloned().unwrap_or_else(missing));
    }
    for leak in &mut ledger.leaks {
        let is_part = rules.get(&leak.rule).is_some_and(|rule| matches!(rule.verify(), Some(VerifySpec::Part)));
        if let Some(verified) = of_parts.get(&leak.sightings.first().secret).filter(|_| is_part) {
            leak.verified = Some(verified.clone());
        }
    }
    if progress.halt().is_on() {
        ledger.interrupt();
    }
    let told = told(ledger, &client);
    ledger.remarks.extend(told);
    Ok(())
}

/// Where a rule's secrets are asked about, as far as a verdict depends on it.
fn address(client: &Client, rule: &Rule) -> String {
    let site = match rule.verify() {
        Some(VerifySpec::Ask(ask)) => ask.site.as_deref(),
        Some(VerifySpec::Openai(OpenaiCallSpec::PersonalToken)) => Some("openai-auth"),
        _ => None,
    };
    client.address(site.unwrap_or(&rule.provider().id)).unwrap_or_default().to_owned()
}

/// What a person should know of how it went.
fn told(ledger: &Ledger, client: &Client) -> Vec<String> {
    let mut told = Vec::new();
    if let Some(proxy) = client.proxy().filter(|_| client.made() > 0) {
        told.push(format!("Requests went through the proxy {} ({}).", proxy.place(), proxy.variable));
    }
    let mut reasons: BTreeMap<String, u64> = BTreeMap::new();
    for verified in ledger.leaks.iter().filter_map(|leak| leak.verified.as_ref()) {
        if let Liveness::Unknown(
            why @ (Unknown::Offline | Unknown::Deadline | Unknown::Interrupted | Unknown::NoAnswer(_)),
        ) = &verified.liveness
        {
            *reasons.entry(why.to_string()).or_default() += 1;
        }
    }
    for (why, count) in reasons {
        let keys = if count == 1 { "One key".to_owned() } else { format!("{count} keys") };
        told.push(format!("{keys} could not be asked about: {why}. Run `unleak verify REPORT` later."));
    }
    told
}

/// A verdict for a secret that says itself that its time is over.
#[must_use]
pub fn expired() -> Verified {
    Verified::offline(Liveness::Dead(crate::words::Dead::Expired))
}
