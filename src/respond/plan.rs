//! The `Plan`: what a revocation would do, to which key ids, and why it may. Making it changes nothing. Whatever is not
//! certain, or has effects beyond the leaked key, is withheld until a person says so, by a flag of its own.

use super::Asks;
use super::admin::Admin;
use super::containment::Containment;
use super::evidence::Deed;
use super::inventory::{ApiKey, Inventory, Match, OwnerKind, Sure};
use super::visible::Visible;
use crate::rules::spec::RevokeSpec;
use crate::words::{Identity, Live, Liveness, Secret, Unknown, Verified};

/// Keys that their owner alone can delete: they are in no project's list.
const OWNERS_ONLY: &[&str] = &["openai-legacy-key", "openai-user-key", "openai-named-key"];

/// Keys that OpenAI's Admin API lists and deletes.
const LISTED: &[&str] = &["openai-project-key", "openai-service-account-key", "openai-admin-key", "openai-key"];

/// A leaked secret, as a report recorded it and as far as it was found again.
#[derive(Clone, Debug)]
pub struct Leaked {
    /// The rule's id.
    pub rule: String,
    /// Who issues it.
    pub provider: Option<String>,
    /// The kind's name for people.
    pub name: String,
    /// What may be shown of it.
    pub masked: String,
    /// Its length.
    pub length: usize,
    /// Its stable name.
    pub fingerprint: String,
    /// What a person does about it.
    pub remedy: String,
    /// The call by which whoever holds it may end it, if its rule declares one.
    pub revoke: Option<RevokeSpec>,
    /// The secret, if it still stands where the report says.
    pub secret: Option<Secret>,
    /// All places where it stands or stood.
    pub places: Vec<String>,
    /// Their files' paths, each once.
    pub paths: Vec<String>,
    /// References from which it can be read.
    pub refs: Vec<String>,
    /// How many more there are.
    pub more_refs: usize,
    /// When it was committed, in seconds since 1970, if the report says so.
    pub committed: Option<u64>,
}

impl Leaked {
    /// The page on which a person ends it, if its remedy names one.
    #[must_use]
    pub fn page(&self) -> Option<&str> {
        let from = &self.remedy[self.remedy.rfind("https://")?..];
        let end = from.find(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '`' | ')')).unwrap_or(from.len());
        Some(from[..end].trim_end_matches('.'))
    }
}

/// What a person has agreed to, beyond deleting the one key that is certainly the leaked one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Consent {
    /// Keys that only what is seen of them names.
    pub by_mask: bool,
    /// Deleting a whole service account, where its key alone can't be.
    pub service_accounts: bool,
    /// Deleting admin keys.
    pub admin_keys: bool,
}

/// What would be done.
#[derive(Clone, Debug)]
pub struct Plan {
    /// For each leak.
    pub cases: Vec<Planned>,
    /// What could not be looked at.
    pub blind: Vec<String>,
}

/// What would be done about one leak.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The leak.
    pub leaked: Leaked,
    /// Whether it still works; nothing if the secret was not found again.
    pub verified: Option<Verified>,
    /// What would be done.
    pub action: Action,
}

impl Planned {
    /// The one key of the organization that it is, if that is known: by the list, or by the log of its deletion.
    #[must_use]
    pub fn key_id<'s>(&'s self, log: &'s [Deed]) -> Option<&'s str> {
        match &self.action {
            Action::Delete { key, .. }
            | Action::Contain { key, .. }
            | Action::Withheld { key, why: Why::AdminKey | Why::InUse } => Some(&key.id),
            Action::Choose(_) => None,
            _ => {
                let is_it = |deed: &&Deed| {
                    deed.fingerprint == self.leaked.fingerprint
                        && deed.step.starts_with("delete-")
                        && deed.step != "delete-orphan"
                };
                log.iter().rfind(is_it)?.key_id.as_deref()
            }
        }
    }
}

/// What would be done about a leak.
#[derive(Clone, Debug)]
pub enum Action {
    /// It is dead: there is nothing to delete.
    Nothing,
    /// The key is deleted.
    Delete {
        /// Which.
        key: Box<ApiKey>,
        /// How surely it is the leaked one.
        sure: Sure,
        /// The other keys of its service account, which would die with the account.
        siblings: Vec<ApiKey>,
    },
    /// The key stays, and can do less, or not for long.
    Contain {
        /// Which.
        key: Box<ApiKey>,
        /// How surely it is the leaked one.
        sure: Sure,
        /// What is taken from it.
        containment: Containment,
    },
    /// The issuer is told to end it, by a call that needs nothing but the secret.
    Submit(Box<RevokeSpec>),
    /// The key could be deleted if a person agreed.
    Withheld {
        /// Which.
        key: Box<ApiKey>,
        /// Why it is not.
        why: Why,
    },
    /// It may be any of these keys, so none is touched.
    Choose(Vec<ApiKey>),
    /// A person has to do it.
    Person {
        /// Why nobody else can.
        why: String,
    },
}

/// Why something is withheld.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Only what is seen of the key names it.
    ByMask,
    /// It is an admin key.
    AdminKey,
    /// It is the admin key that we work with.
    InUse,
    /// It may do little already, and reading everything may be more than that.
    Narrow,
}

impl Why {
    /// In words, with the flag that would change it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ByMask => {
                "only what is seen of it says that it is the leaked one: neither its owner nor its project could be \
                 compared; look at it, then add --by-mask"
            }
            Self::AdminKey => "it is an admin key: what works with it stops; add --admin-keys",
            Self::InUse => {
                "it is the admin key in use here, which is never deleted: make another, put that into OPENAI_ADMIN_KEY, \
                 and run this again"
            }
            Self::Narrow => {
                "it is restricted already, and OpenAI does not tell to what: reading everything may be more than it can do \
                 now; name its scopes with --scopes, or let it expire with --expire-in"
            }
        }
    }
}

impl Plan {
    /// Decides what would be done, with an inventory of the admin key's organization, or why there is none.
    #[must_use]
    pub fn new(
        leaks: Vec<(Leaked, Option<Verified>)>,
        organization: Result<(&Admin<'_>, &Inventory), &str>,
        wish: Wish<'_>,
    ) -> Self {
        let decide = |(leaked, verified): (Leaked, Option<Verified>)| {
            let action = action(&leaked, verified.as_ref(), organization, wish);
            Planned { leaked, verified, action }
        };
        Self {
            cases: leaks.into_iter().map(decide).collect(),
            blind: organization.map_or(vec![], |(_, all)| all.blind()),
        }
    }

    /// How many keys it would change something about.
    #[must_use]
    pub fn changes(&self) -> usize {
        self.cases.iter().filter(|case| case.action.is_change()).count()
    }
}

impl Action {
    /// Whether something would be changed at the issuer.
    #[must_use]
    pub fn is_change(&self) -> bool {
        matches!(self, Self::Delete { .. } | Self::Contain { .. } | Self::Submit(_))
    }
}

/// What a person wants.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wish<'a> {
    /// What may be done besides.
    pub consent: Consent,
    /// What is to be taken from keys; without it they are ended.
    pub contain: Option<&'a Containment>,
}

/// Asks about each leak that was found again.
#[must_use]
pub fn ask_about(leaks: Vec<Leaked>, asks: &dyn Asks) -> Vec<(Leaked, Option<Verified>)> {
    let keys: Vec<(&str, &Secret)> =
        leaks.iter().filter_map(|leaked| Some((leaked.rule.as_str(), leaked.secret.as_ref()?))).collect();
    let mut answers = asks.ask_all(&keys).into_iter();
    let verified: Vec<_> = leaks.iter().map(|leaked| leaked.secret.as_ref().and_then(|_| answers.next())).collect();
    leaks.into_iter().zip(verified).collect()
}

/// Whether an organization's list of keys is needed for these.
#[must_use]
pub fn needs_inventory(leaks: &[(Leaked, Option<Verified>)]) -> bool {
    leaks.iter().any(|(leaked, verified)| LISTED.contains(&leaked.rule.as_str()) && !is_dead(verified.as_ref()))
}

fn is_dead(verified: Option<&Verified>) -> bool {
    verified.is_some_and(|verified| verified.liveness.is_dead())
}

fn action(
    leaked: &Leaked,
    verified: Option<&Verified>,
    organization: Result<(&Admin<'_>, &Inventory), &str>,
    wish: Wish<'_>,
) -> Action {
    let person = |why: &str| Action::Person { why: why.to_owned() };
    let rule = leaked.rule.as_str();
    if is_dead(verified) {
        return Action::Nothing;
    }
    if OWNERS_ONLY.contains(&rule) {
        return person("only its owner can delete it: it belongs to a person, not to a project, and no list holds it");
    }
    if !LISTED.contains(&rule) {
        return match (&leaked.revoke, wish.contain) {
            (Some(_), Some(_)) => person("its issuer can only end it, which `unleak revoke` does"),
            (Some(spec), None) => submit(leaked, spec, verified),
            (None, _) => person("no revocation by program is known for this kind"),
        };
    }
    let (admin, inventory) = match organization {
        Ok(organization) => organization,
        Err(why) => return person(why),
    };
    let Some(visible) = Visible::of_report(&leaked.masked, leaked.length) else {
        return person("too little may be shown of it to find it in a list");
    };
    let nobody = Identity::default();
    match inventory.find(&visible, verified.map_or(&nobody, |verified| &verified.identity)) {
        Match::Many(keys) => Action::Choose(keys),
        Match::None => person(not_listed(inventory, verified)),
        Match::One(key, sure) => change(leaked, verified, (admin, inventory), (key, sure), wish),
    }
}

fn not_listed(inventory: &Inventory, verified: Option<&Verified>) -> &'static str {
    match verified.map(|verified| &verified.liveness) {
        _ if !inventory.unlisted.is_empty() || inventory.admin_unlisted.is_some() => {
            "it is in no list that could be read, and not all could be"
        }
        Some(Liveness::Live(_)) => "it works, and is no key of the admin key's organization: tell its owner",
        _ => "it is no key of the admin key's organization, or it is gone already",
    }
}

/// What whoever holds it may end, as far as it is known to be its issuer's.
fn submit(leaked: &Leaked, spec: &RevokeSpec, verified: Option<&Verified>) -> Action {
    let person = |why: &str| Action::Person { why: why.to_owned() };
    match verified.map(|verified| &verified.liveness) {
        _ if leaked.secret.is_none() => person("its issuer ends it if told which, and it no longer stands there"),
        Some(Liveness::Unknown(Unknown::NoAddress)) => person("only its owner knows where it works"),
        _ => Action::Submit(Box::new(spec.clone())),
    }
}

fn change(
    leaked: &Leaked,
    verified: Option<&Verified>,
    (admin, inventory): (&Admin<'_>, &Inventory),
    (key, sure): (Box<ApiKey>, Sure),
    wish: Wish<'_>,
) -> Action {
    let in_use = leaked.secret.as_ref().is_some_and(|secret| admin.uses(secret))
        || (key.is_admin() && admin.visible().zip(key.visible.as_ref()).is_none_or(|(own, listed)| own.fits(listed)));
    let restricted = verified.is_some_and(|verified| verified.liveness == Liveness::Live(Live::Restricted));
    let widens = wish.contain.and_then(Containment::scopes).is_some_and(|scopes| scopes.is_read_only() && restricted);
    let Consent { by_mask, admin_keys, .. } = wish.consent;
    let withheld = if in_use {
        Some(Why::InUse)
    } else if key.is_admin() && wish.contain.is_some() {
        return Action::Person {
            why: "OpenAI can't narrow an admin key; `unleak revoke --admin-keys` deletes it".into(),
        };
    } else if key.is_admin() && !admin_keys {
        Some(Why::AdminKey)
    } else if sure == Sure::ByMask && !by_mask {
        Some(Why::ByMask)
    } else if widens {
        Some(Why::Narrow)
    } else {
        None
    };
    match (withheld, wish.contain) {
        (Some(why), _) => Action::Withheld { key, why },
        (None, Some(containment)) => Action::Contain { key, sure, containment: containment.clone() },
        (None, None) => {
            let is_service = key.owner.kind == OwnerKind::ServiceAccount;
            let siblings = if is_service { inventory.siblings(&key) } else { Vec::new() };
            Action::Delete { key, sure, siblings }
        }
    }
}
