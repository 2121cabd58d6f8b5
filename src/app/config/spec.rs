//! What `unleak.toml` may say, word for word. The JSON Schema in `docs/config.schema.json` is made from this file.
//!
//! There is no key for a host, a variable of the environment, a credential or a command, and there will be none: the file
//! comes with a repository, and who wrote it is not always who runs the scan.

use std::collections::BTreeMap;
use std::fmt;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{self, Deserialize, Deserializer, Visitor};

use crate::rules::suggest;

/// A config file of unleak: `unleak.toml` at the root of a repository, or `unleak/unleak.toml` in the user's folder for
/// configuration.
#[derive(Clone, Debug, Default, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(title = "unleak.toml")]
pub struct ConfigSpec {
    /// Paths to leave out, from the root of the repository: `*` stands for anything within a name, `**` for any folders,
    /// and a folder for all that is below it. What is left out is counted by entry.
    pub exclude: Vec<String>,
    /// Rule files to use besides the built-in rules, from the root of the repository (in the user's file: from the folder
    /// it stands in). Rules that a repository brings never take a key away from a built-in rule.
    pub rule_files: Vec<String>,
    /// Whether marks such as `unleak:allow` waive what stands on their line.
    pub inline_waivers: Option<bool>,
    /// Whether `unleak history` remembers in the user's cache folder which objects hold nothing, and does not read them
    /// again. Only the user's own file can turn it on.
    pub cache: Option<bool>,
    /// Rules by id: `"off"`, `"on"`, or the severity of their leaks. What a rule that is off would have reported is counted
    /// as waived.
    pub rules: BTreeMap<String, RuleUse>,
    /// How much decoding one file may cost. A repository can lower a limit and not raise it.
    pub limits: LimitsSpec,
    /// Leaks that are accepted.
    pub waiver: Vec<WaiverSpec>,
}

/// What becomes of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RuleUse {
    /// Its leaks are counted and do not fail a run.
    Off,
    /// It is used as it is, whatever a weaker layer says.
    On,
    /// Its leaks are of this severity.
    Low,
    /// Its leaks are of this severity.
    Medium,
    /// Its leaks are of this severity.
    High,
    /// Its leaks are of this severity.
    Critical,
}

impl RuleUse {
    /// The word as it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::On => "on",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// Limits on decoding one file: see `unleak scan --help`.
#[derive(Clone, Debug, Default, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct LimitsSpec {
    /// How deep encodings and archives may be nested; 0 decodes nothing.
    #[schemars(range(max = 64))]
    pub max_depth: Option<u32>,
    /// Size of the largest archive that is opened.
    pub max_container: Option<Size>,
    /// How many bytes decoding may make in all.
    pub max_decoded: Option<Size>,
    /// How many times its size a compressed file may become.
    pub max_ratio: Option<u64>,
    /// How many members archives may have in all.
    pub max_entries: Option<u64>,
    /// How many seconds decoding may take.
    pub max_seconds: Option<u64>,
}

/// A leak, or several, that somebody accepts. It needs a reason, and at least one of `rule`, `path` and `fingerprint`; all
/// that are given have to fit.
#[derive(Clone, Debug, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct WaiverSpec {
    /// Why it is no harm. It stands in reports.
    #[schemars(length(min = 1))]
    pub reason: String,
    /// Leaks of this rule.
    #[serde(default)]
    pub rule: Option<String>,
    /// Leaks at this path, written as in `exclude`.
    #[serde(default)]
    pub path: Option<String>,
    /// The leak with this fingerprint.
    #[serde(default)]
    pub fingerprint: Option<String>,
    /// The last day on which it holds: `2027-01-31`.
    #[serde(default)]
    pub expires: Option<String>,
    /// Whether it holds although a verification says that the key is live.
    #[serde(default)]
    pub accept_live: bool,
}

/// A number of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size(pub u64);

/// A size: a number, or a number of K, M or G (powers of 1024).
///
/// # Errors
/// A sentence that says how a size is written.
pub fn size(text: &str) -> Result<u64, String> {
    let (digits, unit) = match text.char_indices().last() {
        Some((at, 'k' | 'K')) => (&text[..at], 1 << 10),
        Some((at, 'm' | 'M')) => (&text[..at], 1 << 20),
        Some((at, 'g' | 'G')) => (&text[..at], 1 << 30),
        _ => (text, 1),
    };
    let number: u64 = digits.parse().map_err(|_| "write a number, with K, M or G behind it if you like".to_owned())?;
    number.checked_mul(unit).ok_or_else(|| "no machine has so much".to_owned())
}

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Sizes;
        impl Visitor<'_> for Sizes {
            type Value = Size;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of bytes, or text such as \"256M\"")
            }
            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Size, E> {
                u64::try_from(number).map(Size).map_err(|_| E::custom("a size is no negative number"))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Size, E> {
                size(text).map(Size).map_err(E::custom)
            }
        }
        deserializer.deserialize_any(Sizes)
    }
}

impl JsonSchema for Size {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Size".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({
            "description": "A number of bytes, or a number of K, M or G (powers of 1024).",
            "type": ["integer", "string"],
            "minimum": 0,
            "pattern": "^[0-9]+[kKmMgG]?$"
        })
    }
}

/// The JSON Schema of a config file.
#[must_use]
pub fn schema() -> serde_json::Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<ConfigSpec>();
    schema.insert("$id".to_owned(), "urn:unleak:config:1".into());
    schema.to_value()
}

impl ConfigSpec {
    /// Reads a config file's text.
    ///
    /// # Errors
    /// Its first mistake: the line, and a sentence that quotes nothing which could be a secret.
    pub fn parse(text: &str) -> Result<Self, (usize, String)> {
        toml::from_str::<Self>(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start.min(text.len()));
            (1 + text.as_bytes()[..at].iter().filter(|&&byte| byte == b'\n').count(), harmless(error.message()))
        })
    }
}

/// A parser's message with what helps, and without what it quotes from the file: a key may stand there by mistake.
pub(crate) fn harmless(message: &str) -> String {
    let quotes =
        |text: &str| text.len() <= 30 && text.bytes().all(|byte| byte.is_ascii_lowercase() || b"-_".contains(&byte));
    let typed = message.split('`').nth(1).unwrap_or_default();
    if message.starts_with("unknown") && !quotes(typed) {
        return "there is no such key".to_owned();
    }
    if let Some((_, wanted)) = message.split_once(", expected ").filter(|_| message.starts_with("invalid ")) {
        return format!("something else is wanted here: {wanted}");
    }
    suggest(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(text: &str, line: usize, words: &str) {
        let (at, why) = ConfigSpec::parse(text).unwrap_err();
        assert!(at == line && why.contains(words), "{at}: {why}");
    }

    #[test]
    fn unknown_keys_are_refused_with_the_nearest_known_one() {
        refused("exlude = []", 1, "did you mean `exclude`?");
        refused("\n[limits]\nmax-dept = 3", 3, "did you mean `max-depth`?");
        refused("[[waiver]]\nreson = 'x'", 2, "did you mean `reason`?");
        refused("[rules]\na = 'of'", 2, "did you mean `off`?");
        refused("[[waiver]]\nrule = 'x'", 1, "missing field `reason`");
    }

    #[test]
    fn a_complaint_quotes_no_value() {
        let long = "A1".repeat(20);
        for text in [format!("{long} = 1"), format!("exclude = '{long}'"), format!("[rules]\na = '{long}'")] {
            let (_, why) = ConfigSpec::parse(&text).unwrap_err();
            assert!(!why.contains("A1A1"), "{why}");
        }
    }

    #[test]
    fn sizes_are_numbers_or_texts() {
        let spec = ConfigSpec::parse("[limits]\nmax-container = '2M'\nmax-decoded = 7").unwrap();
        assert_eq!((spec.limits.max_container, spec.limits.max_decoded), (Some(Size(2 << 20)), Some(Size(7))));
        refused("[limits]\nmax-decoded = 'much'", 2, "write a number");
    }
}
