//! An organization's keys as its issuer lists them, and which of them a leaked key is: exactly one, or nobody says so.

use super::answers::AdminError;
use super::visible::Visible;
use crate::words::Identity;

/// All keys of an organization, so far as they could be listed.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    /// Its projects, archived ones too.
    pub projects: Vec<Project>,
    /// Their keys, and the admin keys.
    pub keys: Vec<ApiKey>,
    /// Projects whose keys could not be listed, and why.
    pub unlisted: Vec<(Project, AdminError)>,
    /// Why the admin keys could not be listed, if so.
    pub admin_unlisted: Option<AdminError>,
}

/// A project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// Its id: `proj_…`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it was archived.
    pub archived: bool,
}

/// A key in an issuer's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id: `key_…`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What its issuer shows of it.
    pub redacted: String,
    /// The same, understood; nothing if it is in no known form.
    pub visible: Option<Visible>,
    /// When it was made, in seconds since 1970.
    pub created: Option<u64>,
    /// When it was used last.
    pub last_used: Option<u64>,
    /// When it dies by itself.
    pub expires: Option<u64>,
    /// What it may do, where the issuer says so.
    pub scopes: Vec<String>,
    /// Whether its owner still has access to its project.
    pub has_access: bool,
    /// Whose it is.
    pub owner: Owner,
    /// Its project; nothing for an admin key.
    pub project: Option<Project>,
}

/// Whose a key is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// A person or a program.
    pub kind: OwnerKind,
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
}

/// A person or a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnerKind {
    /// A person.
    Person,
    /// A service account.
    ServiceAccount,
}

/// How surely a key in the list is the leaked one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sure {
    /// What is seen of both fits, and the key itself says that it has the same owner or project.
    Confirmed,
    /// Only what is seen of both fits. Long keys end in four characters of which two are random.
    ByMask,
}

/// Which key of the list is the leaked one.
#[derive(Clone, Debug)]
pub enum Match {
    /// This one.
    One(Box<ApiKey>, Sure),
    /// None of them.
    None,
    /// It may be any of these.
    Many(Vec<ApiKey>),
}

impl ApiKey {
    /// Whether it is an admin key.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.project.is_none()
    }
}

impl Inventory {
    /// The key that a leaked one is, by what is seen of it and by what it says of itself.
    #[must_use]
    pub fn find(&self, leaked: &Visible, identity: &Identity) -> Match {
        let project = identity.project.as_deref().filter(|id| id.starts_with("proj_"));
        let may_be = |key: &&ApiKey| {
            let fits = key.visible.as_ref().is_some_and(|visible| visible.fits(leaked));
            let kind = !leaked.begins("sk-svcacct-") || key.owner.kind == OwnerKind::ServiceAccount;
            // Service accounts are listed under an id that may not be the one that they know themselves by.
            let owner = key.owner.kind == OwnerKind::ServiceAccount
                || identity.owner_id.as_ref().is_none_or(|id| *id == key.owner.id);
            let project = key.project.as_ref().zip(project).is_none_or(|(own, said)| own.id == said);
            fits && kind && owner && project && key.is_admin() == leaked.begins("sk-admin-")
        };
        let mut found: Vec<ApiKey> = self.keys.iter().filter(may_be).cloned().collect();
        match found.len() {
            0 => Match::None,
            1 => {
                let key = found.remove(0);
                let owner = identity.owner_id.as_ref().is_some_and(|id| *id == key.owner.id);
                let project = key.project.as_ref().zip(project).is_some_and(|(own, said)| own.id == said);
                let sure = if owner || project { Sure::Confirmed } else { Sure::ByMask };
                Match::One(Box::new(key), sure)
            }
            _ => Match::Many(found),
        }
    }

    /// What could not be listed, and why.
    #[must_use]
    pub fn blind(&self) -> Vec<String> {
        let projects = self.unlisted.iter().map(|(project, why)| {
            format!("the keys of project {} ({}) could not be listed: {why}", project.id, project.name)
        });
        let admin = self.admin_unlisted.iter().map(|why| format!("the admin keys could not be listed: {why}"));
        projects.chain(admin).collect()
    }

    /// The other keys of a key's service account: what dies with it.
    #[must_use]
    pub fn siblings(&self, key: &ApiKey) -> Vec<ApiKey> {
        let same = |other: &&ApiKey| {
            other.id != key.id
                && other.owner.kind == OwnerKind::ServiceAccount
                && other.owner.id == key.owner.id
                && other.project == key.project
        };
        self.keys.iter().filter(same).cloned().collect()
    }
}
