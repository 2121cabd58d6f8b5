//! OpenAI: which calls each kind of credential is asked with, and what their answers come to together.
//!
//! A key calls `/v1/me` (whose it is), then `/v1/models` (what it may use, and in which project); a key that administers an
//! organization calls `/v1/organization/admin_api_keys`, since the others are closed to it. All are free. What each answer
//! means is in `table`.

mod analyze;
mod identity;
mod table;

pub use table::{Call, Echo, Meaning, ROWS, Row, When, meaning};

use super::{Depth, Finding, send, wait_of};
use crate::issuer::{Answer, Client, Credential, Request, Site};
use crate::words::{Live, Liveness, Secret, Unknown};

/// Hosts of regions, by the site they are. A key whose data has to stay in a region works there only; no other host that an
/// answer names is ever asked.
const REGIONS: &[(&str, &str)] = &[
    ("us.api.openai.com", "openai-us"),
    ("eu.api.openai.com", "openai-eu"),
    ("ae.api.openai.com", "openai-ae"),
    ("au.api.openai.com", "openai-au"),
    ("in.api.openai.com", "openai-in"),
    ("jp.api.openai.com", "openai-jp"),
];

/// Asks about a key that calls models.
pub(super) fn key(client: &Client, secret: &Secret, depth: Depth) -> Finding {
    let Some(site) = client.site("openai") else { return Finding::unknown(Unknown::NoAddress) };
    match key_at(client, site, secret, depth) {
        Step::Done(finding) => finding,
        Step::Region(region) => match region.and_then(|id| moved_alike(client, site, id)) {
            Some(site) => match key_at(client, site, secret, depth) {
                Step::Done(finding) => finding,
                Step::Region(_) => Finding::new(Liveness::Live(Live::Elsewhere)),
            },
            None => Finding::new(Liveness::Live(Live::Elsewhere)),
        },
    }
}

/// What a call came to.
enum Step {
    Done(Finding),
    /// The key works in another region: its site, if we know it.
    Region(Option<&'static str>),
}

fn key_at(client: &Client, site: &Site, secret: &Secret, depth: Depth) -> Step {
    let get = |path| Request::get(site, path, Credential::Bearer(secret));
    let me = match call(client, &get("me"), secret, Call::Me) {
        Called::Done(finding) => return Step::Done(finding),
        Called::Region(region) => return Step::Region(region),
        Called::Means(answer, liveness) => (answer, liveness),
    };
    let settled = match &me.1 {
        Liveness::Dead(_) => true,
        Liveness::Unknown(why) => !matches!(why, Unknown::Unfamiliar(..)),
        Liveness::Live(_) => false,
    };
    if settled {
        return Step::Done(Finding { wait: wait_of(&me.0), ..Finding::new(me.1) });
    }
    let mut identity = identity::of_me(&me.0);
    let models = match call(client, &get("models"), secret, Call::Models) {
        // It lives by its first answer; that the second did not come only leaves us knowing less of it.
        Called::Done(_) if me.1.is_live() => {
            return Step::Done(Finding { identity: identity.into(), ..Finding::new(me.1) });
        }
        Called::Done(finding) => return Step::Done(finding),
        Called::Region(region) => return Step::Region(region),
        Called::Means(answer, liveness) => (answer, liveness),
    };
    identity::add_models(&mut identity, &models.0);
    let (liveness, wait) = both(me.1, models.1, wait_of(&models.0));
    if depth == Depth::Analysis && liveness.is_live() {
        identity.scopes = analyze::scopes(client, site, secret);
    }
    Step::Done(Finding { liveness, identity: identity.into(), wait })
}

/// What the answers of `/v1/me` and `/v1/models` come to. The first is never dead here.
fn both(me: Liveness, models: Liveness, wait: Option<std::time::Duration>) -> (Liveness, Option<std::time::Duration>) {
    match (me, models) {
        (Liveness::Live(Live::Full), Liveness::Live(models)) => (Liveness::Live(models), None),
        (Liveness::Live(me), Liveness::Live(_)) => (Liveness::Live(me), None),
        // One answer says that it lives, the other that it is dead or nothing: it may have died in between.
        (Liveness::Live(_), Liveness::Dead(dead)) => (Liveness::Dead(dead), None),
        (Liveness::Live(me), Liveness::Unknown(_)) => (Liveness::Live(me), None),
        (_, models) => (models, wait),
    }
}

/// Asks about a key that administers an organization.
pub(super) fn admin_key(client: &Client, secret: &Secret) -> Finding {
    let Some(site) = client.site("openai") else { return Finding::unknown(Unknown::NoAddress) };
    let bearer = Credential::Bearer(secret);
    let request = Request::get(site, "organization/admin_api_keys", bearer).query("limit", "1");
    one_call(client, &request, secret, Call::AdminKeys)
}

/// Asks about a personal access token of Codex.
pub(super) fn personal_token(client: &Client, secret: &Secret) -> Finding {
    let Some(site) = client.site("openai-auth") else { return Finding::unknown(Unknown::NoAddress) };
    let path = "api/accounts/v1/user-auth-credential/whoami";
    one_call(client, &Request::get(site, path, Credential::Bearer(secret)), secret, Call::Whoami)
}

fn one_call(client: &Client, request: &Request<'_>, secret: &Secret, kind: Call) -> Finding {
    match call(client, request, secret, kind) {
        Called::Done(finding) => finding,
        Called::Region(_) => Finding::new(Liveness::Live(Live::Elsewhere)),
        Called::Means(answer, liveness) => {
            let identity = if liveness.is_live() { identity::of_headers(&answer) } else { Default::default() };
            Finding { liveness, identity: identity.into(), wait: wait_of(&answer) }
        }
    }
}

/// What one request came to.
enum Called {
    /// There was no answer.
    Done(Finding),
    /// The key works in another region.
    Region(Option<&'static str>),
    /// The answer, and what it means.
    Means(Answer, Liveness),
}

fn call(client: &Client, request: &Request<'_>, secret: &Secret, kind: Call) -> Called {
    let answer = match send(client, request) {
        Ok(answer) => answer,
        Err(finding) => return Called::Done(finding),
    };
    match meaning(&answer, kind, secret) {
        Meaning::Is(liveness) => Called::Means(answer, liveness),
        Meaning::OtherRegion => Called::Region(region(&answer)),
    }
}

/// The region that an answer sends us to, if it is one of those we know.
fn region(answer: &Answer) -> Option<&'static str> {
    let text = String::from_utf8_lossy(answer.body()).into_owned();
    REGIONS.iter().find(|(host, _)| names(&text, host)).map(|&(_, site)| site)
}

/// Whether a host stands in a text as a whole: not `eu.api.openai.com.example.net`, not `x-eu.api.openai.com`.
fn names(text: &str, host: &str) -> bool {
    let goes_on = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '@' | ':');
    text.match_indices(host).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + host.len()..]);
        let dotted = after.strip_prefix('.').is_some_and(|rest| rest.starts_with(goes_on));
        !before.ends_with(|c| goes_on(c) || c == '.') && !after.starts_with(goes_on) && !dotted
    })
}

/// A region's site. Where a person gave another address for one of the two and not for the other, the key stays where it is:
/// a test or a gateway does not lead to the real service.
fn moved_alike<'c>(client: &'c Client, site: &Site, region: &str) -> Option<&'c Site> {
    if client.is_moved(&site.id) == client.is_moved(region) { client.site(region) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_named_as_a_whole() {
        let host = "eu.api.openai.com";
        for text in ["make your request to eu.api.openai.com.", "https://eu.api.openai.com/v1", host] {
            assert!(names(text, host), "{text}");
        }
        for text in
            ["eu.api.openai.com.example.net", "xeu.api.openai.com", "a.eu.api.openai.com", "eu.api.openai.com:1"]
        {
            assert!(!names(text, host), "{text}");
        }
    }
}
