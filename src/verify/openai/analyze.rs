//! What a key may do, asked on demand only: its owner can see these calls. None costs anything. Lists are read with one entry;
//! what makes things is sent a body that is not valid, so that a permitted call is refused for its form (400) and makes
//! nothing, and one without permission is refused for that (401, 403).

use serde_json::json;

use crate::issuer::{Client, Credential, Request, Site};
use crate::verify::openai::{Call, Meaning, meaning};
use crate::words::{Live, Liveness, Secret};

/// A probe: what it tells of, and where.
struct Probe {
    scope: &'static str,
    path: &'static str,
    form: Form,
}

enum Form {
    /// A list is read.
    List,
    /// An empty object is posted where a model has to be named.
    Invalid,
}

const fn list(scope: &'static str, path: &'static str) -> Probe {
    Probe { scope, path, form: Form::List }
}

const fn invalid(scope: &'static str, path: &'static str) -> Probe {
    Probe { scope, path, form: Form::Invalid }
}

/// The probes, by the groups in which OpenAI gives permissions to keys.
const PROBES: &[Probe] = &[
    invalid("chat completions", "chat/completions"),
    invalid("responses", "responses"),
    invalid("embeddings", "embeddings"),
    invalid("images", "images/generations"),
    invalid("speech", "audio/speech"),
    invalid("moderations", "moderations"),
    list("files", "files"),
    list("fine-tuning", "fine_tuning/jobs"),
    list("batches", "batches"),
    list("vector stores", "vector_stores"),
];

/// What a key may do: `may use chat completions`, `may not use files`. What can't be told is left out.
pub(super) fn scopes(client: &Client, site: &Site, secret: &Secret) -> Vec<String> {
    PROBES.iter().filter_map(|probe| Some((probe, probe.allowed(client, site, secret)?))).map(told).collect()
}

fn told((probe, allowed): (&Probe, bool)) -> String {
    format!("{} {}", if allowed { "may use" } else { "may not use" }, probe.scope)
}

impl Probe {
    /// Whether the key may do this; nothing if the answer does not tell.
    fn allowed(&self, client: &Client, site: &Site, secret: &Secret) -> Option<bool> {
        let bearer = Credential::Bearer(secret);
        let request = match self.form {
            Form::List => Request::get(site, self.path, bearer).query("limit", "1"),
            Form::Invalid => Request::post(site, self.path, bearer, &json!({})),
        };
        let answer = client.send(&request).ok()?;
        match (&self.form, answer.status()) {
            (Form::List, 200) | (Form::Invalid, 400 | 422) => answer.json().map(|_| true),
            _ => match meaning(&answer, Call::Models, secret) {
                Meaning::Is(Liveness::Live(Live::Restricted)) => Some(false),
                _ => None,
            },
        }
    }
}
