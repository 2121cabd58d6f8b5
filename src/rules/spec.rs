//! What a rule file says, word for word: `rules/<provider>.toml` as data.
//!
//! This file is compiled twice. `build.rs` reads the built-in rules with it and writes them down in a form that costs
//! nothing to load; the program reads other people's rule files with it. So it may use nothing but `serde` and `std`.

use serde::{Deserialize, Serialize};

pub use super::asking::{AnswerSpec, AskSpec, AuthSpec, BesideSpec, MeansSpec, OpenaiCallSpec, TellsSpec, VerifySpec};
pub use super::revoking::{CarrySpec, RevokeCallSpec, RevokeSpec};

/// One rule file: a provider and its rules.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderSpec {
    /// Short name, as in reports: `openai`.
    pub provider: String,
    /// Name for people: `OpenAI`.
    pub name: String,
    /// How to find out whether its secrets still work, where a rule does not say it itself.
    pub verify: Option<VerifySpec>,
    /// How its secrets are made to end, where a rule does not say it itself.
    pub revoke: Option<Box<RevokeSpec>>,
    /// Its rules.
    #[serde(rename = "rule", default)]
    pub rules: Vec<RuleSpec>,
}

/// What one kind of credential looks like.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSpec {
    /// Unique id: `openai-project-key`.
    pub id: String,
    /// Name for people: `OpenAI project key`.
    pub name: String,
    /// What it is and what it opens, in a sentence or two.
    pub description: String,
    /// What to do when one has leaked.
    pub remedy: String,
    /// Where the facts come from.
    #[serde(default)]
    pub references: Vec<String>,
    /// How bad a leak is.
    pub severity: SeveritySpec,
    /// Which rule wins when several match the same bytes: the greater number. 0 for a guess by entropy, 10 for a shape
    /// in context, 20 for a prefix, 30 for a prefix and a structure.
    pub specificity: u8,
    /// What makes the engine look at all.
    pub trigger: TriggerSpec,
    /// The pattern: the secret and nothing else, or a longer text whose group `secret` is the secret. It is matched where
    /// the trigger begins, or at the nearest of `begins` before it. Absent where the trigger delimits its secret itself.
    pub pattern: Option<String>,
    /// What the pattern begins with, if that is not the trigger.
    #[serde(default)]
    pub begins: Vec<String>,
    /// How many bytes before the trigger the pattern begins, where that is always the same.
    #[serde(default)]
    pub offset: u32,
    /// How many bytes on either side of the trigger the pattern may need.
    #[serde(default = "default_reach")]
    pub reach: u32,
    /// Which group of the pattern is the secret, if none is named `secret`.
    pub group: Option<u8>,
    /// A pattern that the path has to match, where there is one.
    pub path: Option<String>,
    /// What is allowed, and so noise.
    #[serde(default)]
    pub allow: Vec<AllowSpec>,
    /// How many characters at the start are the same for every key of the kind, and so may be shown.
    #[serde(default)]
    pub public: u8,
    /// Words of which one has to stand near the match.
    pub context: Option<ContextSpec>,
    /// What else has to hold.
    #[serde(default)]
    pub checks: Vec<CheckSpec>,
    /// Matches that begin like this belong to someone else.
    #[serde(default)]
    pub not: Vec<String>,
    /// Fingerprints of values that are public, with the place of publication.
    #[serde(default)]
    pub published: Vec<PublishedSpec>,
    /// How to find out whether a secret of this kind still works.
    pub verify: Option<VerifySpec>,
    /// How a secret of this kind is made to end.
    pub revoke: Option<Box<RevokeSpec>>,
    /// Texts in which the rule finds its secret: recipes, expanded by `unleak rules check`.
    pub hits: Vec<String>,
    /// Texts in which the rule finds nothing real.
    pub misses: Vec<String>,
}

fn default_reach() -> u32 {
    512
}

/// How bad a leak is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SeveritySpec {
    /// Worth a look.
    Low,
    /// Limited in time or in what it opens.
    Medium,
    /// Opens an account or a service.
    High,
    /// Opens much, costs money, or opens other keys.
    Critical,
}

/// What makes the engine look. All but the last three look only at runs: stretches of sixteen or more key characters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TriggerSpec {
    /// One of these literals stands in a run.
    Keywords(Vec<String>),
    /// One of these literals stands right before a run.
    LedBy(Vec<String>),
    /// A run has exactly one of these lengths.
    Length(Vec<u32>),
    /// A run is the value assigned to a name in which one of these phrases stands, in words: `secret key`.
    Assigned(Vec<String>),
    /// One of these literals stands in the blob, in any case of letters, or there is none: the pattern is searched in it.
    Search(Vec<String>),
    /// A password of any length is assigned to a name in which one of these literals stands: `assw`.
    Named(Vec<String>),
    /// A password stands in a URL of one of these schemes: `https://user:password@host`.
    Userinfo(Vec<String>),
    /// One of these literals stands anywhere, the pattern around it, or from the nearest of `begins` before it. All
    /// literals together cost one pass more, in which the first three bytes of each are looked for: let it begin where the
    /// pattern is rarest (`ssword`, not `password`).
    Anywhere(Vec<String>),
}

/// Words of which one has to stand near the match, in any case of letters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContextSpec {
    /// The words.
    pub words: Vec<String>,
    /// How near.
    pub within: WithinSpec,
}

/// How near a context word has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WithinSpec {
    /// In the name that the secret is assigned to, if that name says that it is secret: `ACME_API_KEY`. Where it says no
    /// more than that (`api_key`, `Authorization`), within five lines.
    Name,
    /// On the same line.
    Line,
    /// Within five lines.
    Lines,
    /// Anywhere in the same blob.
    Blob,
}

/// What else has to hold: a closed set of verbs, each done in `engine::judge`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckSpec {
    /// The bodies on both sides of OpenAI's marker are of one length, or nearly; the number is the length of the prefix.
    OpenaiHalves(u8),
    /// The payload of this JSON Web Token has this claim; after its `exp` it is noise.
    JwtClaim(String),
    /// A creation time stands in it: eight hex digits of Unix time after `offset` characters. `lifetime` seconds later
    /// the secret is dead, and so noise.
    HexTime {
        /// Characters before the time.
        offset: u8,
        /// Seconds that the secret lives at most.
        lifetime: u32,
    },
    /// A checksum of Microsoft's identifiable keys, version 2, is right.
    CaskChecksum,
    /// A checksum of Microsoft's identifiable keys, version 1, is right under one of these seeds.
    AzureChecksum(Vec<String>),
    /// The CRC-32 at the end of the secret is right.
    Crc32(CrcSpec),
    /// An AWS access key id, whose account number can be read in it and is one.
    AwsAccount,
    /// It has more Shannon entropy than this, in bits a character.
    Entropy(f64),
    /// No key character stands right before or after.
    Alone,
    /// The name that the secret is assigned to, if there is one, does not say digest: hash, checksum, fingerprint.
    NoDigest,
    /// It is a PEM or OpenPGP body: base64 that decodes to what its kind begins with, and is long enough.
    Pem,
    /// It may be a password: no reference to one, no placeholder.
    Password,
    /// It is no placeholder for the password of a URL, which may be a word.
    UrlPassword,
    /// It is a JSON Web Token: header and payload can be read, it has not expired, and it is no sample.
    Jwt,
    /// The payload of this JSON Web Token has a claim with this value.
    JwtSays(String),
    /// Its first part is base64 of a Discord id.
    DiscordId,
    /// The host that follows it is another machine, and no example.
    Remote,
    /// It is base64 of `user:password`.
    BasicAuth,
    /// The generic judge: random enough for its alphabet, and no digest, id, name or path.
    Random,
}

/// A CRC-32 (IEEE) at the end of a secret: what it covers and how it is written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CrcSpec {
    /// How many characters at the start it does not cover.
    pub skip: u8,
    /// How many characters between what it covers and its digits: `_`.
    #[serde(default)]
    pub apart: u8,
    /// How many digits it has.
    pub digits: u8,
    /// To which base: 16, 36, or 62 (digits, then upper case, then lower case).
    pub base: u8,
}

/// What a rule allows: any of these, or with `all` one of each kind that is given.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AllowSpec {
    /// Patterns of paths.
    pub paths: Vec<String>,
    /// Patterns of texts.
    pub patterns: Vec<String>,
    /// Which text they are looked for in.
    pub target: TargetSpec,
    /// Words, of which one stands in the secret in any case of letters.
    pub words: Vec<String>,
    /// Whether each kind that is given has to hold.
    pub all: bool,
}

/// In which text a pattern is looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TargetSpec {
    /// The secret.
    #[default]
    Secret,
    /// All that the rule matched.
    Match,
    /// Its lines.
    Line,
}

/// A value that is public.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedSpec {
    /// Its fingerprint, as reports show it.
    pub fingerprint: String,
    /// Where it is published.
    pub place: String,
}
