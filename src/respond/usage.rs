//! Was the key used since it leaked? Usage and costs by key id and day, as OpenAI counts them, the audit log's entries for
//! it, and what that comes to: what is new since the leak.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::admin::Admin;
use super::answers::{AdminError, refusal};
use crate::issuer::Request;

/// The kinds of usage that are counted by key.
const KINDS: &[&str] =
    &["completions", "embeddings", "images", "audio_speeches", "audio_transcriptions", "moderations"];

/// Seconds of a day, which is how wide a bucket is.
pub const DAY: u64 = 86_400;

/// How many days before the leak show what is usual.
const BASELINE: u64 = 30;

/// So many pages are read at most.
const MOST_PAGES: usize = 200;

/// What a key did.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Usage {
    /// The key's id.
    pub key_id: String,
    /// The first day that counts as after the leak, in seconds since 1970.
    pub leaked: u64,
    /// Each day from thirty days before the leak to now on which it did something, by its first second.
    pub days: BTreeMap<u64, Amount>,
    /// By model, before and after.
    pub models: BTreeMap<String, BeforeAfter>,
    /// All of it, before and after.
    pub total: BeforeAfter,
    /// What the costs are counted in.
    pub currency: String,
    /// What the audit log says of it.
    pub events: Vec<Event>,
    /// What could not be read, and why.
    pub unread: Vec<String>,
}

/// An amount of use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Amount {
    /// Requests.
    pub requests: u64,
    /// Tokens that went in and came out.
    pub tokens: u64,
    /// What it cost.
    pub cost: f64,
}

/// Use in the thirty days before the leak, and since.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct BeforeAfter {
    /// Before.
    pub before: Amount,
    /// From the day of the leak on.
    pub after: Amount,
}

/// An entry of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Event {
    /// When, in seconds since 1970.
    pub at: u64,
    /// What: `api_key.created`.
    pub what: String,
    /// Who, by id; nothing else of them is kept.
    pub who: String,
}

impl BeforeAfter {
    fn add(&mut self, after: bool, amount: Amount) {
        let side = if after { &mut self.after } else { &mut self.before };
        side.add(amount);
    }
}

impl Amount {
    fn add(&mut self, other: Self) {
        self.requests += other.requests;
        self.tokens += other.tokens;
        self.cost += other.cost;
    }

    /// Whether there was no use.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.requests == 0 && self.tokens == 0 && self.cost == 0.0
    }
}

impl Usage {
    /// Models that were used after the leak, and how many of them were not used before.
    #[must_use]
    pub fn models_after(&self) -> (usize, usize) {
        let after = self.models.values().filter(|both| !both.after.is_none());
        let new = after.clone().filter(|both| both.before.is_none()).count();
        (after.count(), new)
    }

    /// The verdict in a sentence.
    #[must_use]
    pub fn verdict(&self) -> String {
        if self.total.after.is_none() {
            let unread = if self.unread.is_empty() { "" } else { ", as far as could be read" };
            return format!("Not used since the day of the leak{unread}.");
        }
        let (models, new) = self.models_after();
        let plural = if models == 1 { "" } else { "s" };
        let Amount { requests, cost, .. } = self.total.after;
        format!(
            "{models} model{plural}, {new} new, {requests} requests, {cost:.2} {} since the day of the leak.",
            self.currency.to_uppercase()
        )
    }

    fn add(&mut self, day: u64, model: Option<&str>, amount: Amount) {
        let after = day + DAY > self.leaked;
        self.days.entry(day - day % DAY).or_default().add(amount);
        self.total.add(after, amount);
        if let Some(model) = model {
            self.models.entry(model.to_owned()).or_default().add(after, amount);
        }
    }
}

impl Admin<'_> {
    /// What a key did, from thirty days before the day of its leak until `now`. Whatever can't be read is named in it.
    #[must_use]
    pub fn usage(&self, key_id: &str, leaked: u64, now: u64) -> Usage {
        let leaked = leaked - leaked % DAY;
        let mut usage = Usage { key_id: key_id.to_owned(), leaked, currency: "usd".to_owned(), ..Usage::default() };
        let start = leaked.saturating_sub(BASELINE * DAY);
        for kind in KINDS {
            let request = self.get("organization/usage").then(kind).query("bucket_width", "1d").query("limit", "31");
            let request = about(request, key_id, start, now).query("group_by", "model");
            let read = self.buckets(&request, |day, result| {
                let count = |name| result.get(name).and_then(Value::as_u64).unwrap_or(0);
                let tokens = count("input_tokens") + count("output_tokens");
                let amount = Amount { requests: count("num_model_requests"), tokens, cost: 0.0 };
                let model = result.get("model").and_then(Value::as_str);
                usage.add(day, Some(model.unwrap_or(kind)), amount);
            });
            read.unwrap_or_else(|error| usage.unread.push(format!("usage of {kind}: {error}")));
        }
        let costs = about(self.get("organization/costs").query("limit", "180"), key_id, start, now);
        let read = self.buckets(&costs, |day, result| {
            // The description says number; answers were seen with text.
            let value = result.pointer("/amount/value");
            let cost = value.and_then(|value| value.as_f64().or_else(|| value.as_str()?.parse().ok())).unwrap_or(0.0);
            if let Some(currency) = result.pointer("/amount/currency").and_then(Value::as_str) {
                usage.currency = currency.chars().filter(char::is_ascii_alphabetic).take(3).collect();
            }
            usage.add(day, None, Amount { cost, ..Amount::default() });
        });
        read.unwrap_or_else(|error| usage.unread.push(format!("costs: {error}")));
        for whose in ["resource_ids[]", "actor_ids[]"] {
            let request = self.get("organization/audit_logs").query("limit", "100").query(whose, key_id);
            match self.list(&request) {
                Ok(entries) => usage.events.extend(entries.iter().filter_map(event)),
                Err(error) => usage.unread.push(format!("audit log: {error}")),
            }
        }
        usage.events.sort();
        usage.events.dedup();
        usage.unread.dedup();
        usage
    }

    /// Every result of every bucket, page by page.
    fn buckets(&self, request: &Request<'_>, mut each: impl FnMut(u64, &Value)) -> Result<(), AdminError> {
        let (mut page, mut found) = (None::<String>, Vec::new());
        for _ in 0..MOST_PAGES {
            let request = match &page {
                Some(page) => request.clone().query("page", page),
                None => request.clone(),
            };
            let answer = self.send(&request)?;
            if !answer.is_success() {
                return Err(refusal(&answer));
            }
            let mut body = answer.json().ok_or(AdminError::Odd)?;
            let Some(Value::Array(buckets)) = body.get_mut("data").map(Value::take) else {
                return Err(AdminError::Odd);
            };
            found.extend(buckets);
            let next = body.get("next_page").and_then(Value::as_str).map(str::to_owned);
            match next.filter(|next| body.get("has_more") == Some(&Value::Bool(true)) && page.as_ref() != Some(next)) {
                Some(next) => page = Some(next),
                None => {
                    for bucket in &found {
                        let day = bucket.get("start_time").and_then(Value::as_u64).ok_or(AdminError::Odd)?;
                        let results = bucket.get("results").and_then(Value::as_array).ok_or(AdminError::Odd)?;
                        results.iter().for_each(|result| each(day, result));
                    }
                    return Ok(());
                }
            }
        }
        Err(AdminError::Odd)
    }
}

fn about<'a>(request: Request<'a>, key_id: &str, start: u64, now: u64) -> Request<'a> {
    let request = request.query("start_time", &start.to_string()).query("end_time", &now.to_string());
    request.query("api_key_ids", key_id).query("group_by", "api_key_id")
}

fn event(entry: &Value) -> Option<Event> {
    let one = |pointer| entry.pointer(pointer).and_then(Value::as_str);
    let who =
        ["/actor/session/user/id", "/actor/api_key/user/id", "/actor/api_key/service_account/id", "/actor/api_key/id"];
    Some(Event {
        at: entry.get("effective_at")?.as_u64()?,
        what: one("/type")?.to_owned(),
        who: who.into_iter().find_map(one).unwrap_or("unknown").to_owned(),
    })
}
