//! OpenAI's Admin API, as far as an incident needs it: what keys there are, and how one dies. Paths, parameters and answers
//! are those of the vendor's OpenAPI description (openai/openai-openapi) and of openai-python's `admin` resources.

use serde_json::{Value, json};

use super::answers::{AdminError, Gone, read_gone, refusal};
use super::containment::Containment;
use super::inventory::{ApiKey, Inventory, Owner, OwnerKind, Project};
use super::visible::Visible;
use crate::issuer::{Answer, Client, Credential, Failure, ListError, Request, Site};
use crate::words::Secret;

/// As many objects as a page may have.
const PAGE: &str = "100";

/// What may be asked and done with an organization's admin key.
#[derive(Clone, Copy, Debug)]
pub struct Admin<'a> {
    client: &'a Client,
    site: &'a Site,
    key: &'a Secret,
}

impl<'a> Admin<'a> {
    /// The Admin API, with this key.
    ///
    /// # Errors
    /// The client knows no address for it.
    pub fn new(client: &'a Client, key: &'a Secret) -> Result<Self, AdminError> {
        let site = client.site("openai").ok_or(AdminError::NoAnswer(Failure::NoSuchName))?;
        Ok(Self { client, site, key })
    }

    /// The client that it asks with.
    #[must_use]
    pub fn client(&self) -> &'a Client {
        self.client
    }

    /// Whether this is the admin key in use.
    #[must_use]
    pub fn uses(&self, secret: &Secret) -> bool {
        self.key == secret
    }

    /// What may be seen of the admin key in use.
    #[must_use]
    pub fn visible(&self) -> Option<Visible> {
        Visible::of_mask(&self.key.mask("sk-admin-".len()))
    }

    /// Every project and every key, to the last page. Projects whose keys can't be listed are named in it.
    ///
    /// # Errors
    /// The projects themselves can't be listed.
    pub fn inventory(&self) -> Result<Inventory, AdminError> {
        let mut inventory = Inventory::default();
        let projects = self.get("organization/projects").query("limit", PAGE).query("include_archived", "true");
        for project in self.list(&projects)?.iter().filter_map(project) {
            let keys = self.project(&project.id).then("api_keys").query("limit", PAGE);
            // Without it some enabled keys are left out, says the description.
            match self.list(&keys.query("owner_project_access", "any")) {
                Ok(keys) => inventory.keys.extend(keys.iter().filter_map(|key| project_key(key, &project))),
                Err(error @ (AdminError::NoRights { .. } | AdminError::BadKey)) => return Err(error),
                Err(error) => inventory.unlisted.push((project.clone(), error)),
            }
            inventory.projects.push(project);
        }
        match self.list(&self.get("organization/admin_api_keys").query("limit", PAGE)) {
            // Some organizations see project keys in this list, too.
            Ok(keys) => inventory.keys.extend(keys.iter().filter_map(admin_key)),
            Err(error) => inventory.admin_unlisted = Some(error),
        }
        Ok(inventory)
    }

    /// Deletes a key; what is gone already says so.
    ///
    /// # Errors
    /// It is not known to be gone.
    pub fn delete_key(&self, key: &ApiKey) -> Result<Gone, AdminError> {
        read_gone(self.send(&self.key_request(key, Request::delete))?)
    }

    /// Deletes a service account, and all of its keys with it.
    ///
    /// # Errors
    /// It is not known to be gone.
    pub fn delete_service_account(&self, project: &Project, id: &str) -> Result<Gone, AdminError> {
        let path = Request::delete(self.site, "organization/projects", self.bearer());
        read_gone(self.send(&path.then(&project.id).then("service_accounts").then(id))?)
    }

    /// Makes a key with this name beside `old`: for its service account, or, as nobody but a person can make a person's key,
    /// for a new service account of its project, which gets the same name.
    ///
    /// # Errors
    /// There is no new key, or nobody knows.
    pub fn make_key(&self, old: &ApiKey, name: &str) -> Result<Made, AdminError> {
        let project = &old.project.as_ref().ok_or(AdminError::Odd)?.id;
        // A list of scopes that is empty stands for all of them, so it is never sent.
        let body = if old.owner.kind == OwnerKind::ServiceAccount && !old.scopes.is_empty() {
            json!({"name": name, "scopes": old.scopes})
        } else {
            json!({ "name": name })
        };
        let accounts = Request::post(self.site, "organization/projects", self.bearer(), &body);
        let accounts = accounts.then(project).then("service_accounts");
        let (request, base) = match old.owner.kind {
            OwnerKind::ServiceAccount => (accounts.then(&old.owner.id).then("api_keys"), ""),
            OwnerKind::Person => (accounts, "/api_key"),
        };
        let answer = self.send(&request)?;
        if !answer.is_success() {
            return Err(refusal(&answer));
        }
        let id = answer.json().and_then(|body| text(&body, &format!("{base}/id")));
        let (id, secret) = id.zip(answer.secret(&format!("{base}/value"))).ok_or(AdminError::Odd)?;
        Ok(Made { id, secret, request: answer.request_id().map(str::to_owned) })
    }

    /// Whether a key is still there.
    ///
    /// # Errors
    /// It is not known.
    pub fn has_key(&self, key: &ApiKey) -> Result<bool, AdminError> {
        let answer = self.send(&self.key_request(key, Request::get))?;
        match answer.status() {
            404 => Ok(false),
            _ if answer.is_success() => Ok(true),
            _ => Err(refusal(&answer)),
        }
    }

    /// A key as it is now; nothing if it is gone.
    ///
    /// # Errors
    /// It is not known.
    pub fn find_key(&self, key: &ApiKey) -> Result<Option<ApiKey>, AdminError> {
        let answer = self.send(&self.key_request(key, Request::get))?;
        if answer.status() == 404 {
            return Ok(None);
        }
        self.as_key(&answer, key).map(Some)
    }

    /// Takes from a project's key what the containment says. Gives the key as it is then, and the issuer's name for the
    /// request.
    ///
    /// # Errors
    /// It is not known to be contained.
    pub fn contain_key(&self, key: &ApiKey, containment: &Containment) -> Result<(ApiKey, Option<String>), AdminError> {
        let project = key.project.as_ref().ok_or(AdminError::Odd)?;
        let request = Request::post(self.site, "organization/projects", self.bearer(), &containment.body());
        let answer = self.send(&request.then(&project.id).then("api_keys").then(&key.id))?;
        Ok((self.as_key(&answer, key)?, answer.request_id().map(str::to_owned)))
    }

    fn as_key(&self, answer: &Answer, known: &ApiKey) -> Result<ApiKey, AdminError> {
        if !answer.is_success() {
            return Err(refusal(answer));
        }
        let body = answer.json().unwrap_or(Value::Null);
        let key = match &known.project {
            Some(project) => project_key(&body, project),
            None => admin_key(&body),
        };
        key.filter(|key| key.id == known.id).ok_or(AdminError::Odd)
    }

    fn key_request(&self, key: &ApiKey, make: MakeRequest<'a>) -> Request<'a> {
        match &key.project {
            Some(project) => {
                make(self.site, "organization/projects", self.bearer()).then(&project.id).then("api_keys").then(&key.id)
            }
            None => make(self.site, "organization/admin_api_keys", self.bearer()).then(&key.id),
        }
    }

    pub(super) fn project(&self, id: &str) -> Request<'a> {
        self.get("organization/projects").then(id)
    }

    pub(super) fn get(&self, path: &str) -> Request<'a> {
        Request::get(self.site, path, self.bearer())
    }

    fn bearer(&self) -> Credential<'a> {
        Credential::Bearer(self.key)
    }

    pub(super) fn send(&self, request: &Request<'_>) -> Result<Answer, AdminError> {
        self.client.send(request).map_err(AdminError::NoAnswer)
    }

    pub(super) fn list(&self, request: &Request<'_>) -> Result<Vec<Value>, AdminError> {
        self.client.list(request).map_err(|error| match error {
            ListError::Failure(failure) => AdminError::NoAnswer(failure),
            ListError::Refused(answer) => refusal(&answer),
            ListError::NoList => AdminError::Odd,
        })
    }
}

/// A key that was just made.
#[derive(Debug)]
pub struct Made {
    /// Its id.
    pub id: String,
    /// The key, which is told only once.
    pub secret: Secret,
    /// The issuer's name for the request.
    pub request: Option<String>,
}

type MakeRequest<'a> = fn(&'a Site, &str, Credential<'a>) -> Request<'a>;

fn text(value: &Value, pointer: &str) -> Option<String> {
    Some(value.pointer(pointer)?.as_str()?.to_owned())
}

fn time(value: &Value, name: &str) -> Option<u64> {
    value.get(name)?.as_u64()
}

fn project(value: &Value) -> Option<Project> {
    Some(Project {
        id: text(value, "/id")?,
        name: text(value, "/name").unwrap_or_default(),
        archived: value.get("archived_at").is_some_and(|at| !at.is_null())
            || text(value, "/status").as_deref() == Some("archived"),
    })
}

fn project_key(value: &Value, project: &Project) -> Option<ApiKey> {
    let kind = text(value, "/owner/type");
    let whose = if kind.as_deref() == Some("service_account") { "service_account" } else { "user" };
    let owner = |part: &str| text(value, &format!("/owner/{whose}/{part}"));
    let kind = if whose == "user" { OwnerKind::Person } else { OwnerKind::ServiceAccount };
    let owner = Owner { kind, id: owner("id").unwrap_or_default(), name: owner("name").unwrap_or_default() };
    key(value, owner, Some(project.clone()))
}

fn admin_key(value: &Value) -> Option<ApiKey> {
    let one = |pointer| text(value, pointer).unwrap_or_default();
    let kind = if one("/owner/type") == "service_account" { OwnerKind::ServiceAccount } else { OwnerKind::Person };
    let key = key(value, Owner { kind, id: one("/owner/id"), name: one("/owner/name") }, None)?;
    key.visible.as_ref().is_some_and(|visible| visible.begins("sk-admin-")).then_some(key)
}

fn key(value: &Value, owner: Owner, project: Option<Project>) -> Option<ApiKey> {
    let redacted = text(value, "/redacted_value").unwrap_or_default();
    let scopes = value.get("scopes").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    Some(ApiKey {
        id: text(value, "/id")?,
        name: text(value, "/name").unwrap_or_default(),
        visible: Visible::of_redacted(&redacted),
        redacted,
        created: time(value, "created_at"),
        last_used: time(value, "last_used_at"),
        expires: time(value, "expires_at"),
        scopes: scopes.iter().filter_map(|scope| Some(scope.as_str()?.to_owned())).collect(),
        has_access: text(value, "/owner_project_access").as_deref() != Some("inactive"),
        owner,
        project,
    })
}
