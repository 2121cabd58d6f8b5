//! Calls that rule files declare: what `[rule.verify.ask]` says, done. The secret goes to a site that belongs to the rule's
//! own provider, and nowhere else.

use serde_json::Value;

use super::parts::worst_known;
use super::pointer::{has, masked_email, texts, told};
use super::{Finding, Question, send, wait_of};
use crate::issuer::{Answer, Client, Credential, Request, Site};
use crate::rules::spec::{AnswerSpec, AskSpec, AuthSpec, MeansSpec, TellsSpec};
use crate::words::{Dead, Identity, Live, Liveness, Secret, Unknown};

/// Asks as `spec` says. Where its site does not know the secret, its other sites are asked too: they are one issuer's.
pub(super) fn ask(client: &Client, question: &Question<'_>, spec: &AskSpec) -> Finding {
    let provider = question.rule.provider().id.as_str();
    let site = |id: &str| client.site(id).filter(|site| site.provider == provider);
    let first = spec.site.as_deref().unwrap_or(provider);
    let Some(site_of_first) = site(first) else { return Finding::unknown(Unknown::NoAddress) };
    let mut finding = ask_at(client, site_of_first, question, spec);
    for id in &spec.also {
        // A person who moved one of the sites and not the other asks a test or a gateway, and not the real service.
        let alike = client.is_moved(first) == client.is_moved(id);
        let Some(site) = site(id).filter(|_| alike && is_not_known(&finding.liveness)) else { break };
        let next = ask_at(client, site, question, spec);
        finding = if worst_known(&finding.liveness, &next.liveness) { finding } else { next };
    }
    finding
}

/// Whether the secret may be another site's.
fn is_not_known(liveness: &Liveness) -> bool {
    matches!(liveness, Liveness::Dead(Dead::Refused) | Liveness::Unknown(Unknown::NoAddress))
}

fn ask_at(client: &Client, site: &Site, question: &Question<'_>, spec: &AskSpec) -> Finding {
    let nothing = Secret::new(b"");
    let name = match &spec.auth {
        AuthSpec::BasicPassword(name) => Secret::new(name.as_bytes()),
        _ => nothing.clone(),
    };
    let (secret, part) = (question.secret, |number: usize| question.parts.get(number).copied());
    let credential = match &spec.auth {
        AuthSpec::Bearer => Credential::Bearer(secret),
        AuthSpec::Header(name) => Credential::Header { name, secret },
        AuthSpec::Scheme(scheme) => Credential::Scheme { scheme, secret },
        AuthSpec::BasicUser => Credential::Basic { user: secret, password: &nothing },
        AuthSpec::BasicPassword(_) => Credential::Basic { user: &name, password: secret },
        AuthSpec::Form(field) => Credential::Form { field, secret },
        AuthSpec::BasicPair | AuthSpec::Aws(_) => match (part(0), &spec.auth) {
            (Some(id), AuthSpec::Aws(service)) => Credential::Aws { id, secret, token: part(1), service },
            (Some(user), _) => Credential::Basic { user, password: secret },
            (None, _) => return Finding::unknown(Unknown::NoPart),
        },
    };
    let (path, posted) = spec.path();
    let (path, parameters) = path.split_once('?').unwrap_or((path, ""));
    let mut request = match posted {
        true => Request::post_text(site, path, credential, spec.json.clone()),
        false => Request::get(site, path, credential),
    };
    for (name, value) in parameters.split('&').filter_map(|parameter| parameter.split_once('=')) {
        request = request.query(name, value);
    }
    for (name, value) in &spec.with {
        request = request.header(name, value);
    }
    match send(client, &request) {
        Ok(answer) => read(&answer, spec),
        Err(finding) => finding,
    }
}

/// What an answer means.
fn read(answer: &Answer, spec: &AskSpec) -> Finding {
    let Some(body) = answer.json().filter(|body| body.is_object() || body.is_array() || body.is_string()) else {
        return Finding { wait: wait_of(answer), ..Finding::new(Liveness::Unknown(without_json(answer.status()))) };
    };
    let text = String::from_utf8_lossy(answer.body()).to_lowercase();
    let fits = |row: &&AnswerSpec| {
        row.status == answer.status()
            && row.has.as_ref().is_none_or(|pointer| has(&body, pointer))
            && row.says.as_ref().is_none_or(|says| text.contains(&says.to_lowercase()))
    };
    let liveness = match spec.answers.iter().find(fits) {
        Some(row) => meaning(row.means),
        None => Liveness::Unknown(match answer.status() {
            429 => Unknown::RateLimited,
            status @ 500.. => Unknown::Outage(status),
            status => Unknown::Unfamiliar(status, code(&body)),
        }),
    };
    let identity = if liveness.is_live() { identity(answer, &body, &spec.tells) } else { Identity::default() };
    Finding { liveness, identity: identity.into(), wait: wait_of(answer) }
}

fn meaning(means: MeansSpec) -> Liveness {
    match means {
        MeansSpec::Live => Liveness::Live(Live::Full),
        MeansSpec::Restricted => Liveness::Live(Live::Restricted),
        MeansSpec::IpLocked => Liveness::Live(Live::IpLocked),
        MeansSpec::Unfunded => Liveness::Live(Live::Unfunded),
        MeansSpec::Refused => Liveness::Dead(Dead::Refused),
        MeansSpec::Revoked => Liveness::Dead(Dead::Revoked),
        MeansSpec::Expired => Liveness::Dead(Dead::Expired),
        MeansSpec::AccountClosed => Liveness::Dead(Dead::AccountClosed),
        MeansSpec::Country => Liveness::Unknown(Unknown::Country),
        MeansSpec::NoAddress => Liveness::Unknown(Unknown::NoAddress),
        MeansSpec::WrongPart => Liveness::Unknown(Unknown::WrongPart),
    }
}

/// What an answer means whose body is no JSON.
pub(super) fn without_json(status: u16) -> Unknown {
    match status {
        429 => Unknown::RateLimited,
        500.. => Unknown::Outage(status),
        _ => Unknown::NotTheIssuer,
    }
}

/// What an answer calls its own failure, where it is a short word: for a person who wants to know what we did not.
fn code(body: &Value) -> String {
    let places = ["/error/code", "/code", "/error/type", "/type", "/error/status", "/error", "/Error/Code"];
    let words = places.iter().flat_map(|place| texts(body, place));
    let is_word = |text: &String| {
        text.len() <= 40 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
    };
    words.into_iter().find(is_word).unwrap_or_default()
}

fn identity(answer: &Answer, body: &Value, tells: &TellsSpec) -> Identity {
    let all = |tells: &Option<String>| tells.as_ref().map(|tells| told(answer, body, tells)).unwrap_or_default();
    let one = |tells: &Option<String>| all(tells).into_iter().next();
    Identity {
        owner: one(&tells.owner),
        owner_id: one(&tells.owner_id),
        email: one(&tells.email).and_then(|email| masked_email(&email)),
        organizations: all(&tells.organizations),
        project: one(&tells.project),
        scopes: all(&tells.scopes),
        models: all(&tells.models),
        limits: all(&tells.limits),
    }
}
