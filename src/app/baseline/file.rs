//! A baseline's file: one entry a line, sorted by fingerprint, with lines in between that stand for nothing.
//!
//! git merges two insertions only if a line that both sides know stands between them. So the file has 1,024 guides, one
//! for each of the first ten bits that a fingerprint may begin with, and each line ends with a comma: two branches that
//! add entries meet only if two of their fingerprints fall between the same guides. What is then left of both sides, put
//! one below the other, is a good file again: order and doubles do no harm when it is read.

use std::fmt;
use std::io::{self, Write};

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::app::config::is_day;
use crate::app::trust::Pattern;

/// The name of this form.
const SCHEMA: &str = "unleak.baseline/1";

/// Every fourth of the three-digit beginnings is a guide.
const GUIDES: u32 = 1 << 10;

/// What a baseline's file says. `entries` holds guides, which are texts and mean nothing, and entries.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "unleak baseline, version 1")]
struct FileSpec {
    /// The version of this form: `unleak.baseline/1`.
    schema: String,
    /// Each secret that is accepted, one a line, between guides.
    entries: Vec<Item>,
}

/// A secret that is accepted. It is named by a fingerprint, which is no way back to the secret: a weak one keeps twelve
/// bits of a hash, bound to rule and path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EntrySpec {
    /// The secret's fingerprint, as reports show it; for a weak secret (`weak-…`) with its path from the root.
    pub fingerprint: String,
    /// The rule that found it.
    pub rule: String,
    /// Where it may stand, from the root of the repository, as in `exclude` of `unleak.toml`. Anywhere else it is a leak.
    #[schemars(length(min = 1))]
    pub paths: Vec<String>,
    /// Why it is accepted.
    pub reason: String,
    /// The day on which it was.
    pub added: String,
    /// The last day on which it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// Whether it is accepted although a verification says that the key is live.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub accept_live: bool,
    /// Whether it was seen in the history only: a scan of files does not miss it then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub history: bool,
}

impl EntrySpec {
    /// What files are sorted by: the digits of the fingerprint.
    fn order(&self) -> (&str, &Self) {
        (digits(&self.fingerprint), self)
    }
}

/// The digits of a fingerprint, from the first that chance decides.
fn digits(fingerprint: &str) -> &str {
    fingerprint.strip_prefix("weak-").unwrap_or(fingerprint)
}

/// A line of the file.
enum Item {
    Guide,
    Entry(Box<EntrySpec>),
}

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Items;
        impl<'de> Visitor<'de> for Items {
            type Value = Item;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an entry")
            }
            fn visit_str<E: de::Error>(self, _: &str) -> Result<Item, E> {
                Ok(Item::Guide)
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Item, A::Error> {
                let entry = EntrySpec::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(Item::Entry(Box::new(entry)))
            }
        }
        deserializer.deserialize_any(Items)
    }
}

impl JsonSchema for Item {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Item".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let entry = generator.subschema_for::<EntrySpec>();
        schemars::json_schema!({ "oneOf": [entry, { "type": "string", "description": "A guide, which means nothing." }] })
    }
}

/// The JSON Schema of a baseline.
#[must_use]
pub fn schema() -> serde_json::Value {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<FileSpec>();
    schema.insert("$id".to_owned(), "urn:unleak:baseline:1".into());
    schema.to_value()
}

/// Reads a baseline's text.
///
/// # Errors
/// Its first mistake: the line (0 if it has none) and a sentence that quotes nothing which could be a secret.
pub(super) fn parse(text: &str) -> Result<Vec<EntrySpec>, (usize, String)> {
    let file: FileSpec = serde_json::from_str(text).map_err(|error| {
        let marked = text.lines().any(|line| line.starts_with("<<<<<<< "));
        let why = if marked {
            "git left a conflict in it: keep the lines of both sides, take git's marks out, and run `unleak baseline update`"
                .to_owned()
        } else {
            let message = error.to_string();
            crate::app::config::harmless(message.split(" at line ").next().unwrap_or_default())
        };
        (error.line(), why)
    })?;
    if file.schema != SCHEMA {
        return Err((0, format!("its schema is not {SCHEMA:?}: a newer unleak may know it")));
    }
    let entries = file.entries.into_iter().filter_map(|item| match item {
        Item::Entry(entry) => Some(*entry),
        Item::Guide => None,
    });
    let entries: Vec<EntrySpec> = entries.collect();
    entries.iter().try_for_each(check).map_err(|why| (0, why))?;
    Ok(entries)
}

/// What is wrong with an entry that could be read.
fn check(entry: &EntrySpec) -> Result<(), String> {
    let name = digits(&entry.fingerprint).get(..8).unwrap_or("?");
    let days = [Some(&entry.added), entry.expires.as_ref()];
    if !days.into_iter().flatten().all(|day| is_day(day)) {
        return Err(format!("the entry {name}… has a day that is none; write it as 2027-01-31"));
    }
    if !entry.fingerprint.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Err("a fingerprint is digits and letters, as `unleak scan --verbose` shows it".to_owned());
    }
    if entry.paths.is_empty() {
        return Err(format!("the entry {name}… allows no path, so it accepts nothing"));
    }
    for path in &entry.paths {
        Pattern::parse(path).map_err(|why| format!("the entry {name}… has a path that is none: {why}"))?;
    }
    Ok(())
}

/// Writes a baseline: sorted, each entry once.
pub(super) fn write(entries: &[EntrySpec], out: &mut dyn Write) -> io::Result<()> {
    let mut sorted: Vec<&EntrySpec> = entries.iter().collect();
    sorted.sort_by(|a, b| a.order().cmp(&b.order()));
    sorted.dedup();
    writeln!(out, "{{\n\"schema\": \"{SCHEMA}\",\n\"entries\": [")?;
    let mut rest = sorted.into_iter().peekable();
    for guide in 0..GUIDES {
        writeln!(out, "\"{:03x}\",", guide * 4)?;
        let next = format!("{:03x}", (guide + 1) * 4);
        while let Some(entry) = rest.next_if(|entry| guide + 1 == GUIDES || digits(&entry.fingerprint) < next.as_str())
        {
            writeln!(out, "{},", serde_json::to_string(entry)?)?;
        }
    }
    writeln!(out, "\"end\"\n]\n}}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(fingerprint: &str) -> EntrySpec {
        EntrySpec {
            fingerprint: fingerprint.to_owned(),
            rule: "generic-secret".to_owned(),
            paths: vec!["a/b.env".to_owned()],
            reason: "a test".to_owned(),
            added: "2026-11-23".to_owned(),
            expires: None,
            accept_live: false,
            history: false,
        }
    }

    fn text(entries: &[EntrySpec]) -> String {
        let mut text = Vec::new();
        write(entries, &mut text).unwrap();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn what_is_written_is_read_again_sorted_and_once() {
        let [a, b, c] = ["000f", "weak-7c11-0aa", "ffff"].map(entry);
        let written = text(&[c.clone(), a.clone(), b.clone(), a.clone()]);
        assert_eq!(parse(&written).unwrap(), [a, b, c]);
        assert_eq!(written, text(&parse(&written).unwrap()));
    }

    #[test]
    fn order_and_doubles_do_no_harm() {
        let [a, b] = ["000f", "0010"].map(entry);
        let line = |entry: &EntrySpec| serde_json::to_string(entry).unwrap();
        let both = text(&[]).replace("\"004\",", &format!("{},\n{},\n{},\n\"004\",", line(&b), line(&a), line(&b)));
        assert_eq!(text(&parse(&both).unwrap()), text(&[a, b]));
    }

    #[test]
    fn mistakes_are_told_and_no_value_is_quoted() {
        let long = "A1".repeat(20);
        let good = text(&[entry("000f")]);
        for (from, to, words) in [
            ("\"reason\"", "\"reson\"", "did you mean `reason`?"),
            ("2026-11-23", &long, "a day that is none"),
            ("\"generic-secret\"", "[1]", "something else is wanted"),
            ("a/b.env", "../b.env", "stays below it"),
            ("baseline/1", "baseline/2", "newer unleak"),
            ("\"000\",", "<<<<<<< HEAD\n", "conflict"),
        ] {
            let (_, why) = parse(&good.replace(from, to)).unwrap_err();
            assert!(why.contains(words) && !why.contains("A1A1"), "{why}");
        }
    }
}
