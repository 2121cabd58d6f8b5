//! The entries of a config: everything in its files by which a run reports less, each by the name that reports use.

use std::sync::Arc;

use super::spec::WaiverSpec;
use super::{Config, Layer, LimitKey, RuleUse, Said};
use crate::app::trust::Pattern;
use crate::words::{Entry, EntryKind, Standing, Written};

/// What an entry is about.
#[derive(Clone, Debug)]
pub(crate) enum Tells {
    /// These paths are left out.
    Exclude(Pattern),
    /// What becomes of a rule.
    Rule(String, RuleUse),
    /// What fits is waived.
    Waiver {
        /// The waiver.
        spec: WaiverSpec,
        /// Its path.
        path: Option<Pattern>,
    },
    /// Nothing of its own: it holds for the whole run.
    Limit,
}

impl Config {
    /// Every entry and what it is about; `today` is a day such as `2026-11-23`.
    pub(crate) fn entries(&self, today: &str) -> Result<Vec<(Entry, Tells)>, (String, String)> {
        let mut entries = Vec::new();
        let mut add = |kind, by: &Layer, name: String, reason: &str, standing, tells| {
            let Some(file) = by.file().map(ToOwned::to_owned) else { return };
            let written = Arc::new(Written { kind, file, name, reason: reason.to_owned() });
            entries.push((Entry::new(written, standing), tells));
        };
        for Said { value, by } in &self.exclude {
            let pattern = Pattern::parse(value).map_err(|why| (by.to_string(), format!("exclude {value:?}: {why}")))?;
            add(EntryKind::Exclude, by, format!("exclude {value:?}"), "", Standing::NotMet, Tells::Exclude(pattern));
        }
        for (id, Said { value, by }) in self.rules.iter().filter(|(_, said)| said.value != RuleUse::On) {
            let name = format!("rules.{id} = {:?}", value.as_str());
            add(EntryKind::Rule, by, name, "", Standing::InForce, Tells::Rule(id.clone(), *value));
        }
        for Said { value, by } in &self.waivers {
            let path = check(value).map_err(|why| (by.to_string(), why))?;
            let over = value.expires.as_deref().is_some_and(|day| day < today);
            let standing = if over { Standing::Expired } else { Standing::NotMet };
            let tells = Tells::Waiver { spec: value.clone(), path };
            add(EntryKind::Waiver, by, name_of(value), &value.reason, standing, tells);
        }
        for (key, Said { value, by }) in LimitKey::ALL.into_iter().zip(&self.limits) {
            if *value < key.usual() {
                let name = format!("{} = {} (usually {})", key.key(), key.shown(*value), key.shown(key.usual()));
                add(EntryKind::Limit, by, name, "", Standing::InForce, Tells::Limit);
            }
        }
        Ok(entries)
    }
}

/// What is wrong with a waiver, if anything; else its path.
fn check(waiver: &WaiverSpec) -> Result<Option<Pattern>, String> {
    if waiver.reason.trim().is_empty() {
        return Err("a waiver needs a reason: write why it is no harm".to_owned());
    }
    if waiver.rule.is_none() && waiver.path.is_none() && waiver.fingerprint.is_none() {
        return Err("a waiver needs a rule, a path or a fingerprint, or it would accept everything".to_owned());
    }
    if let Some(day) = waiver.expires.as_deref().filter(|day| !is_day(day)) {
        return Err(format!("expires = {day:?} is no day; write it as \"2027-01-31\""));
    }
    let path = waiver.path.as_deref().map(|path| Pattern::parse(path).map_err(|why| format!("path {path:?}: {why}")));
    path.transpose()
}

/// Whether a text is a day: days written so are in order as texts are.
#[must_use]
pub fn is_day(text: &str) -> bool {
    text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() })
        && (1..=12).contains(&text[5..7].parse().unwrap_or(0))
        && (1..=31).contains(&text[8..].parse().unwrap_or(0))
}

fn name_of(waiver: &WaiverSpec) -> String {
    let parts = [("rule", &waiver.rule), ("path", &waiver.path), ("fingerprint", &waiver.fingerprint)];
    let named = parts.into_iter().filter_map(|(what, value)| Some(format!("{what} {}", value.as_deref()?)));
    format!("waiver of {}", named.collect::<Vec<_>>().join(", "))
}
