//! Whose an OpenAI key is and what it opens, from answers that were asked for anyway.

use serde_json::Value;

use crate::issuer::Answer;
use crate::verify::pointer::{masked_email, texts};
use crate::words::Identity;

/// What `/v1/me` says: the owner and their organizations. A service account has no name.
pub(super) fn of_me(answer: &Answer) -> Identity {
    let mut identity = of_headers(answer);
    let Some(body) = answer.json().filter(|_| answer.is_success()) else { return identity };
    let one = |pointer| texts(&body, pointer).into_iter().next();
    identity.owner = one("/name");
    identity.owner_id = one("/id");
    identity.email = one("/email").and_then(|email| masked_email(&email));
    let organizations = body.pointer("/orgs/data").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let named: Vec<String> = organizations.iter().filter_map(organization).collect();
    if !named.is_empty() {
        identity.organizations = named;
    }
    identity
}

/// `Acme (org-…, owner)`
fn organization(data: &Value) -> Option<String> {
    let one = |pointer| texts(data, pointer).into_iter().next();
    let (id, title) = (one("/id"), one("/title").or_else(|| one("/name")));
    let more: Vec<String> = id.iter().filter(|_| title.is_some()).cloned().chain(one("/role")).collect();
    let name = title.or(id)?;
    Some(if more.is_empty() { name } else { format!("{name} ({})", more.join(", ")) })
}

/// What the headers of any answer say: the organization and the project that a key acts for, and how much it may do.
pub(super) fn of_headers(answer: &Answer) -> Identity {
    let header = |name| answer.header(name).map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned);
    Identity {
        organizations: header("openai-organization").into_iter().collect(),
        project: header("openai-project"),
        limits: limits(answer),
        ..Identity::default()
    }
}

/// `10000 requests a minute`
fn limits(answer: &Answer) -> Vec<String> {
    let limit = |what: &str| {
        let number: u64 = answer.header(&format!("x-ratelimit-limit-{what}"))?.trim().parse().ok()?;
        Some(format!("{number} {what} a minute"))
    };
    ["requests", "tokens"].into_iter().filter_map(limit).collect()
}

/// Adds what `/v1/models` says.
pub(super) fn add_models(identity: &mut Identity, answer: &Answer) {
    let told = of_headers(answer);
    identity.project = identity.project.take().or(told.project);
    if identity.organizations.is_empty() {
        identity.organizations = told.organizations;
    }
    if identity.limits.is_empty() {
        identity.limits = told.limits;
    }
    if let Some(body) = answer.json().filter(|_| answer.is_success()) {
        identity.models = texts(&body, "/data/*/id");
        identity.models.sort();
        identity.models.dedup();
    }
}
