//! Reading parts of a JSON answer: JSON pointers (RFC 6901), in which `*` stands for every member of a list.

use serde_json::Value;

use crate::issuer::Answer;

/// So many values are taken from one place at most.
const MOST: usize = 500;

/// So many characters of one value.
const LONGEST: usize = 200;

/// The texts and numbers that stand where `pointer` leads.
pub(super) fn texts(body: &Value, pointer: &str) -> Vec<String> {
    let mut values = vec![body];
    for part in pointer.split('/').skip(1) {
        let name = part.replace("~1", "/").replace("~0", "~");
        values = values
            .into_iter()
            .flat_map(|value| match (value, name.as_str()) {
                (Value::Array(all), "*") => all.iter().collect(),
                (Value::Array(all), _) => name.parse().ok().and_then(|at: usize| all.get(at)).into_iter().collect(),
                (Value::Object(all), _) => all.get(&name).into_iter().collect::<Vec<_>>(),
                _ => Vec::new(),
            })
            .collect();
    }
    values.into_iter().filter_map(text).take(MOST).collect()
}

/// Whether something stands where `pointer` leads, and it is neither null nor false.
pub(super) fn has(body: &Value, pointer: &str) -> bool {
    body.pointer(pointer).is_some_and(|value| !matches!(value, Value::Null | Value::Bool(false)))
}

/// What `tells` names of an answer: `header:x-oauth-scopes`, or a pointer.
pub(super) fn told(answer: &Answer, body: &Value, tells: &str) -> Vec<String> {
    match tells.strip_prefix("header:") {
        Some(name) => {
            let value = answer.header(name).unwrap_or_default();
            value.split(',').map(|part| short(part.trim())).filter(|part| !part.is_empty()).collect()
        }
        None => texts(body, tells),
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(short(text.trim())),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(true) => Some("yes".to_owned()),
        _ => None,
    }
}

fn short(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

/// An e-mail address so far as may be shown: `a…@example.com`. What is none is not shown.
pub(super) fn masked_email(email: &str) -> Option<String> {
    let (name, host) = email.split_once('@')?;
    let first = name.chars().next()?;
    Some(format!("{first}…@{host}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn pointers_lead_to_every_member_of_a_list() {
        let body = json!({"id": 7, "none": null, "orgs": {"data": [{"name": "a"}, {"name": ""}, {"name": "b/c"}]}, "a/b": "x"});
        assert_eq!(texts(&body, "/orgs/data/*/name"), ["a", "b/c"]);
        assert_eq!(texts(&body, "/orgs/data/2/name"), ["b/c"]);
        assert_eq!(texts(&body, "/a~1b"), ["x"]);
        assert_eq!(texts(&body, "/id"), ["7"]);
        assert!(texts(&body, "/none").is_empty() && texts(&body, "/id/x").is_empty());
        assert!(has(&body, "/id") && !has(&body, "/none") && !has(&body, "/other"));
    }

    #[test]
    fn an_address_keeps_its_host_and_one_letter() {
        assert_eq!(masked_email("jane@example.com").as_deref(), Some("j…@example.com"));
        assert_eq!(masked_email("jane"), None);
    }
}
