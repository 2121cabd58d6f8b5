//! What a rule file says of how its issuer is asked: part of [`super::spec`], and like it compiled twice.

use serde::{Deserialize, Serialize};

/// How to find out whether a secret still works: a closed set of verbs, each done in `verify`. It stands in a rule
/// (`[rule.verify]`), or once for all rules of a file (`[verify]`, above the first `[[rule]]`).
///
/// ```toml
/// verify = { openai = "key" }     # OpenAI's own table of answers
/// verify = "offline"              # it says itself when it dies (`jwt-claim`, `hex-time`), and nobody can be asked
/// verify = "no-way"               # no call tells without harm: it would cost money, change something or use it up
/// verify = "no-address"           # it works at an address that only its owner knows
/// verify = "part"                 # it is the other part of what another rule of the file asks about
///
/// [verify.ask]                    # a call that is free and changes nothing
/// get = "user"                    # the path behind the site's address (`issuer::site`), which no file can change
///                                 # or post = "graphql", with json = '{"query": "..."}', where only that is offered
/// also = ["acme-eu"]              # more sites of the same provider, asked in turn where one does not know the secret
/// auth = "bearer"                 # or { header = "x-api-key" }, { scheme = "token" }, "basic-user",
///                                 # { basic-password = "api" }, { form = "credentials" }, "basic-pair", { aws = "sts" }
/// beside = [                      # the other parts, looked for near the secret ("basic-pair" and "aws" need one)
///   { part = "public-key", pattern = 'pk-[0-9a-f]{32}' },
/// ]
/// with = [["x-version", "1"]]     # headers that the call needs
/// answers = [                     # the first that fits counts; any other answer is unknown
///   { status = 200, has = "/login", means = "live" },
///   { status = 401, says = "Bad credentials", means = "refused" },
/// ]
/// tells = { owner = "/name", owner-id = "/login", scopes = "header:x-oauth-scopes" }
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VerifySpec {
    /// As OpenAI's own table says.
    Openai(OpenaiCallSpec),
    /// By a call of this form.
    Ask(Box<AskSpec>),
    /// It says itself when it dies, and nobody can be asked.
    Offline,
    /// No call tells without harm.
    NoWay,
    /// It works at an address that only its owner knows.
    NoAddress,
    /// It is the other part of what another rule asks about, and shares that one's verdict.
    Part,
}

/// Which of OpenAI's calls a kind of credential is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OpenaiCallSpec {
    /// A key that calls models: `/v1/me`, then `/v1/models`.
    Key,
    /// A key that administers an organization: `/v1/organization/admin_api_keys`.
    AdminKey,
    /// A personal access token of Codex: `whoami`.
    PersonalToken,
}

/// A call that tells whether a secret works.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskSpec {
    /// The path that is got. It is put behind the address of the site.
    #[serde(default)]
    pub get: Option<String>,
    /// The path that is posted to, where the issuer has no other call that changes nothing.
    #[serde(default)]
    pub post: Option<String>,
    /// What is posted, as JSON.
    #[serde(default)]
    pub json: Option<String>,
    /// The site, by its id in `issuer::site`, if it is not called as the provider; it has to be the provider's own.
    #[serde(default)]
    pub site: Option<String>,
    /// More sites of the provider: another region, another partition. Where one site refuses the secret the next is asked,
    /// and it is dead only if all refuse it.
    #[serde(default)]
    pub also: Vec<String>,
    /// The other parts of the credential, looked for near the secret.
    #[serde(default)]
    pub beside: Vec<BesideSpec>,
    /// Where the secret goes.
    #[serde(default)]
    pub auth: AuthSpec,
    /// Headers that the call needs: name and value.
    #[serde(default)]
    pub with: Vec<(String, String)>,
    /// What answers mean, in order.
    pub answers: Vec<AnswerSpec>,
    /// What a living secret's answer tells of it.
    #[serde(default)]
    pub tells: TellsSpec,
}

impl AskSpec {
    /// The path, and whether it is posted to.
    #[must_use]
    pub fn path(&self) -> (&str, bool) {
        match (&self.get, &self.post) {
            (_, Some(path)) => (path, true),
            (get, None) => (get.as_deref().unwrap_or_default(), false),
        }
    }
}

/// Another part of a credential, and what it looks like.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BesideSpec {
    /// What it is called: `access-key-id`.
    pub part: String,
    /// Its pattern. No letter or digit touches it.
    pub pattern: String,
    /// It is needed only if the first part begins like this.
    #[serde(default, rename = "if")]
    pub only_if: Option<String>,
}

/// Where a secret goes in a request: into a header, into the body of a form, or into a signature; never into an address.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuthSpec {
    /// `Authorization: Bearer …`
    #[default]
    Bearer,
    /// A header of its own.
    Header(String),
    /// `Authorization: <scheme> …`
    Scheme(String),
    /// `Authorization: Basic …`, as the name, with an empty password.
    BasicUser,
    /// `Authorization: Basic …`, as the password of this name.
    BasicPassword(String),
    /// `Authorization: Basic …`, as the password; the first part beside it is the name.
    BasicPair,
    /// In the body, as this field of a form.
    Form(String),
    /// Nowhere: it signs the request to this service of AWS. The first part beside it is the access key id, the second the
    /// session token.
    Aws(String),
}

/// What an answer means. Everything that is given has to fit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerSpec {
    /// The HTTP status.
    pub status: u16,
    /// A JSON pointer (RFC 6901) to something in the body that is neither missing, null nor false.
    #[serde(default)]
    pub has: Option<String>,
    /// A text in the body, in any case of letters.
    #[serde(default)]
    pub says: Option<String>,
    /// What it means then.
    pub means: MeansSpec,
}

/// What an answer may mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MeansSpec {
    /// It works.
    Live,
    /// It works, and may not do what was asked.
    Restricted,
    /// It works from other addresses.
    IpLocked,
    /// It works, and its account has no money.
    Unfunded,
    /// Its issuer does not know it.
    Refused,
    /// It was revoked.
    Revoked,
    /// It has expired.
    Expired,
    /// Its account is closed.
    AccountClosed,
    /// Its issuer does not serve the country.
    Country,
    /// It is not known here, and may be at an address that only its owner knows.
    NoAddress,
    /// What stands beside it is not its other part.
    WrongPart,
}

/// Where an answer tells whose a secret is: JSON pointers, in which `*` stands for every member of a list, or
/// `header:<name>`, whose value is split at commas.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct TellsSpec {
    /// The owner's name.
    pub owner: Option<String>,
    /// The owner's id.
    pub owner_id: Option<String>,
    /// The owner's e-mail, which is masked.
    pub email: Option<String>,
    /// Organizations.
    pub organizations: Option<String>,
    /// The project.
    pub project: Option<String>,
    /// What it may do.
    pub scopes: Option<String>,
    /// Models it may use.
    pub models: Option<String>,
    /// How much it may do.
    pub limits: Option<String>,
}
