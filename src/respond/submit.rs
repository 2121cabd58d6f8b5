//! A secret that whoever holds it may end: the call that its rule declares, made once, and then the proof of its death.

use std::time::Instant;

use serde_json::{Map, Value};

use super::answers::{AdminError, HowGone, refusal};
use super::carry_out::{Fate, TRIES, Tools};
use super::death::prove_death;
use super::evidence::{Deed, Evidence, EvidenceError, State};
use super::plan::Leaked;
use crate::issuer::{Answer, Client, Credential, Request};
use crate::rules::spec::{CarrySpec, RevokeCallSpec, RevokeSpec};
use crate::words::Secret;

/// Ends a secret as `spec` says, and asks until it is dead.
///
/// # Errors
/// What is done could not be written down, so that nothing more was.
pub(super) fn submit(
    tools: &Tools<'_>,
    leaked: &Leaked,
    spec: &RevokeSpec,
    evidence: &mut Evidence,
) -> Result<Fate, EvidenceError> {
    let Some(secret) = &leaked.secret else { return Ok(Fate::Untouched) };
    let deed = |step| Deed::new(step, State::Begin, &leaked.fingerprint, &leaked.masked);
    let (entry, begin, mut tried) = (deed("revoke-secret"), Instant::now(), 0);
    loop {
        evidence.record(&entry)?;
        tried += 1;
        match call(tools.client, leaked.provider.as_deref().unwrap_or_default(), spec, secret) {
            Ok(request_id) => {
                evidence.record(&Deed { request_id, ..entry.then(State::Done, "the issuer says that it ended it") })?;
                return prove_death(tools, leaked, &deed("prove-death"), (HowGone::Deleted, begin), evidence);
            }
            Err(error) => {
                let ambiguous = error.is_ambiguous();
                let state = if ambiguous { State::Unclear } else { State::Failed };
                let request_id = error.request().map(str::to_owned);
                evidence.record(&Deed { request_id, ..entry.then(state, said(&error, leaked)) })?;
                // Dead all the same: by this call or by an earlier one, or by somebody else.
                let life = tools.asks.ask(&leaked.rule, secret).liveness;
                if life.is_dead() {
                    return prove_death(tools, leaked, &deed("prove-death"), (HowGone::Unanswered, begin), evidence);
                }
                let pause = tools.client.backoff().pause(tried);
                if !ambiguous || tried >= TRIES || tools.client.rest(pause).is_err() {
                    return Ok(Fate::Failed { why: said(&error, leaked) });
                }
            }
        }
    }
}

/// The same words for every issuer.
fn said(error: &AdminError, leaked: &Leaked) -> String {
    let issuer = leaked.provider.as_deref().unwrap_or("its issuer");
    match error {
        AdminError::NoAnswer(failure) => format!("{issuer} gave no answer: {failure}"),
        AdminError::BadKey => format!("{issuer} does not know it"),
        AdminError::NoRights { said } => format!("{issuer} refused: {said}"),
        AdminError::Refused { status, said, .. } => format!("{issuer} refused ({status}): {said}"),
        AdminError::Odd => {
            format!("{issuer} answered in another form than it documents; nothing was concluded from it")
        }
    }
}

/// Makes the call. Gives the issuer's name for the request.
fn call(client: &Client, provider: &str, spec: &RevokeSpec, secret: &Secret) -> Result<Option<String>, AdminError> {
    let site = client.site(spec.site.as_deref().unwrap_or(provider)).filter(|site| site.provider == provider);
    let site = site.ok_or(AdminError::NoAnswer(crate::issuer::Failure::NoSuchName))?;
    let credential = match &spec.secret {
        CarrySpec::Bearer => Credential::Bearer(secret),
        CarrySpec::Header(name) => Credential::Header { name, secret },
        CarrySpec::Field(field) => Credential::Body { field, secret, list: false },
        CarrySpec::List(field) => Credential::Body { field, secret, list: true },
    };
    let fields: Map<String, Value> =
        spec.fields.iter().map(|(name, text)| (name.clone(), Value::String(text.clone()))).collect();
    let mut request = match &spec.call {
        RevokeCallSpec::Delete(path) => Request::delete(site, path, credential),
        RevokeCallSpec::Post(path) if fields.is_empty() => Request::post_nothing(site, path, credential),
        RevokeCallSpec::Post(path) => Request::post(site, path, credential, &Value::Object(fields)),
    };
    for (name, value) in &spec.with {
        request = request.header(name, value);
    }
    let answer = client.send(&request).map_err(AdminError::NoAnswer)?;
    if is_done(&answer, spec) {
        Ok(answer.request_id().map(str::to_owned))
    } else if answer.is_success() && spec.has.is_none() {
        Err(AdminError::Odd)
    } else {
        Err(refusal(&answer))
    }
}

fn is_done(answer: &Answer, spec: &RevokeSpec) -> bool {
    let holds = |pointer: &String| {
        let body = answer.json().unwrap_or(Value::Null);
        body.pointer(pointer).is_some_and(|value| !value.is_null() && *value != Value::Bool(false))
    };
    spec.done.contains(&answer.status()) && spec.has.as_ref().is_none_or(holds)
}
