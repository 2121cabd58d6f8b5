//! What a rule file says, word for word: `rules/<provider>.toml` as data.
//!
//! This file is compiled twice. `build.rs` reads the built-in rules with it and writes them down in a form that costs
//! nothing to load; the program reads other people's rule files with it. So it may use nothing but `serde` and `std`.

use serde::{Deserialize, Serialize};

/// One rule file: a provider and its rules.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderSpec {
    /// Short name, as in reports: `openai`.
    pub provider: String,
    /// Name for people: `OpenAI`.
    pub name: String,
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
    /// The pattern; its group `secret`, if it has one, is the secret. Absent for a trigger that delimits it itself.
    #[serde(default)]
    pub pattern: Option<String>,
    /// How many bytes before and after the trigger the pattern may need.
    #[serde(default = "default_reach")]
    pub reach: u32,
    /// How many characters at the start are the same for every key of the kind, and so may be shown.
    #[serde(default)]
    pub public: u8,
    /// Words of which one has to stand near the match.
    #[serde(default)]
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

/// What makes the engine look. The first three look only at runs: stretches of sixteen or more key characters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TriggerSpec {
    /// One of these literals stands in a run.
    Keywords(Vec<String>),
    /// A run of exactly one of these lengths.
    Length(Vec<u32>),
    /// A run is assigned to a name that has one of these words in it.
    Assigned(Vec<String>),
    /// One of these literals stands anywhere. Each costs a pass over all bytes: for secrets that are in no run.
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
    /// The bodies on both sides of OpenAI's marker are of one length; what is too much after it is cut off. The number
    /// is the length of the prefix.
    OpenaiHalves(u8),
    /// The payload of this JSON Web Token has one of these claims.
    JwtClaim(Vec<String>),
    /// The eight hex digits after this many characters are the creation time (Unix), and the secret lives this many
    /// seconds: later it is noise.
    HexTime(u8, u32),
    /// A checksum of Microsoft's identifiable keys, version 2.
    CaskChecksum,
    /// No character that could belong to the key stands before or after.
    Alone,
    /// Not a placeholder: no runs, sequences, repeated blocks or words. On for every rule unless turned off.
    NotPlaceholder(bool),
    /// The generic judge: random enough for its alphabet and no digest, id, name or path.
    Random,
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
