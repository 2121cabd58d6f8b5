//! Whether a key is dead, for `respond`.

use crate::issuer::{Answer, Client, Credential, Request};
use crate::respond::Asks;
use crate::words::{Dead, Identity, Live, Liveness, Secret, Unknown, Verified};

/// Asks issuers through one client.
pub(super) struct Asker<'a> {
    pub(super) client: &'a Client,
}

impl Asks for Asker<'_> {
    fn ask(&self, rule: &str, secret: &Secret) -> Verified {
        let Some(site) = self.client.site("openai") else {
            return Verified::offline(Liveness::Unknown(Unknown::NoWay));
        };
        let path = if rule == "openai-admin-key" { "organization/admin_api_keys" } else { "me" };
        let (liveness, identity) = match self.client.send(&Request::get(site, path, Credential::Bearer(secret))) {
            Ok(answer) => read(&answer),
            Err(failure) => (Liveness::Unknown(Unknown::NoAnswer(failure.to_string())), Identity::default()),
        };
        Verified { liveness, identity, asked: Some(super::now()), remembered: false }
    }
}

fn read(answer: &Answer) -> (Liveness, Identity) {
    let body = answer.json().unwrap_or_default();
    let text = |pointer: &str| body.pointer(pointer).and_then(serde_json::Value::as_str).map(str::to_owned);
    match (answer.status(), text("/error/code").as_deref()) {
        (200..300, _) => {
            let project = answer.header("openai-project").map(str::to_owned);
            (Liveness::Live(Live::Full), Identity { owner_id: text("/id"), project, ..Identity::default() })
        }
        (401, Some("invalid_api_key")) => (Liveness::Dead(Dead::Refused), Identity::default()),
        (status, code) => {
            (Liveness::Unknown(Unknown::Unfamiliar(status, code.unwrap_or_default().to_owned())), Identity::default())
        }
    }
}
