//! The door through which issuers are asked whether a secret still works.
//!
//! Each distinct secret is asked about once, at its own issuer, with calls that are free and change nothing. What an answer
//! means is data: [`openai`]'s table, and what rule files declare. An answer that no row knows is unknown, never dead.

mod declared;
pub mod openai;
mod parts;
mod pointer;
mod queue;

use crate::issuer::{Answer, Request};
use crate::issuer::{Client, Failure, asked_to_wait};
use crate::rules::Rule;
use crate::rules::spec::{OpenaiCallSpec, VerifySpec};
use crate::words::{Identity, Liveness, Secret, Unknown, Verified};
use std::time::Duration;

pub use parts::{parts_of, together};
pub use queue::verify;

/// A secret to ask about.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// The rule that names its kind, and so its issuer.
    pub rule: &'a Rule,
    /// The secret.
    pub secret: &'a Secret,
    /// The other parts of the credential, in the order in which the rule names them; none where it needs none.
    pub parts: Vec<&'a Secret>,
}

/// How much is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Depth {
    /// Whether it works, and what the same calls tell.
    #[default]
    Liveness,
    /// What it may do, too: calls that cost nothing and that its owner can see.
    Analysis,
}

/// What one attempt came to.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) liveness: Liveness,
    pub(crate) identity: Box<Identity>,
    /// How long the issuer asked to wait, if it did.
    pub(crate) wait: Option<Duration>,
}

/// Whether a verdict needs no network: nobody can be asked, or nobody would tell.
#[must_use]
pub fn offline(rule: &Rule) -> Option<Verified> {
    let unknown = |why| Some(Verified::offline(Liveness::Unknown(why)));
    match rule.verify() {
        Some(VerifySpec::Openai(_) | VerifySpec::Ask(_)) => None,
        Some(VerifySpec::Offline) => unknown(Unknown::Unexpired),
        Some(VerifySpec::NoAddress) => unknown(Unknown::NoAddress),
        Some(VerifySpec::Part) => unknown(Unknown::NoPart),
        Some(VerifySpec::NoWay) | None => unknown(Unknown::NoWay),
    }
}

/// Asks once, with as many calls as it takes.
fn ask(client: &Client, question: &Question<'_>, depth: Depth) -> Finding {
    match question.rule.verify() {
        Some(VerifySpec::Openai(OpenaiCallSpec::Key)) => openai::key(client, question.secret, depth),
        Some(VerifySpec::Openai(OpenaiCallSpec::AdminKey)) => openai::admin_key(client, question.secret),
        Some(VerifySpec::Openai(OpenaiCallSpec::PersonalToken)) => openai::personal_token(client, question.secret),
        Some(VerifySpec::Ask(spec)) => declared::ask(client, question, spec),
        _ => Finding::unknown(Unknown::NoWay),
    }
}

impl Finding {
    pub(crate) fn new(liveness: Liveness) -> Self {
        Self { liveness, identity: Box::default(), wait: None }
    }

    pub(crate) fn unknown(why: Unknown) -> Self {
        Self::new(Liveness::Unknown(why))
    }
}

/// Makes a request. No answer is a finding, too.
pub(crate) fn send(client: &Client, request: &Request<'_>) -> Result<Answer, Finding> {
    client.send_once(request).map_err(|failure| {
        Finding::unknown(match failure {
            Failure::Offline => Unknown::Offline,
            Failure::Deadline => Unknown::Deadline,
            Failure::Unsendable => Unknown::NoWay,
            other => Unknown::NoAnswer(other.to_string()),
        })
    })
}

/// How long to wait before asking again, if the answer says so.
pub(crate) fn wait_of(answer: &Answer) -> Option<Duration> {
    if answer.is_success() { None } else { asked_to_wait(answer) }
}
