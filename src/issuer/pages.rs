//! Lists that come in pages, read to their end: `{"data": [...], "has_more": true, "last_id": "…"}`, as OpenAI and
//! Anthropic give them.

use std::collections::HashSet;

use serde_json::Value;

use super::answer::Answer;
use super::client::Client;
use super::failure::Failure;
use super::request::Request;

/// So many pages are read at most: a hundred times as many as an organization may have projects.
const MOST: usize = 2000;

/// Why a list could not be read to its end.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// There is no answer.
    #[error(transparent)]
    Failure(#[from] Failure),
    /// The answer is a refusal.
    #[error("it answered {}", .0.status())]
    Refused(Answer),
    /// The answer is no list, or a list without end.
    #[error("its answer is not the list that was asked for")]
    NoList,
}

impl Client {
    /// Everything in a list, page by page. `request` asks for the first page.
    ///
    /// # Errors
    /// A page could not be had, or is no page: part of a list is not handed out as if it were all of it.
    pub fn list(&self, request: &Request<'_>) -> Result<Vec<Value>, ListError> {
        let (mut all, mut seen) = (Vec::new(), HashSet::new());
        let mut page = self.page(request)?;
        loop {
            let Some(Value::Array(data)) = page.get_mut("data").map(Value::take) else { return Err(ListError::NoList) };
            let last = page.get("last_id").and_then(Value::as_str);
            let last = last.or_else(|| data.last()?.get("id")?.as_str()).map(str::to_owned);
            let more = page.get("has_more").and_then(Value::as_bool).unwrap_or(false);
            all.extend(data);
            if !more {
                return Ok(all);
            }
            let Some(last) = last.filter(|last| seen.len() < MOST && seen.insert(last.clone())) else {
                return Err(ListError::NoList);
            };
            page = self.page(&request.clone().query("after", &last))?;
        }
    }

    fn page(&self, request: &Request<'_>) -> Result<Value, ListError> {
        let answer = self.send(request)?;
        if !answer.is_success() {
            return Err(ListError::Refused(answer));
        }
        answer.json().ok_or(ListError::NoList)
    }
}
