//! A JSON Schema validator for the words that our schema uses. A word that it does not know is a failure, so that
//! nothing passes unchecked.

use serde_json::Value;

/// What is wrong with `value` by `schema`; references are looked up in `root`.
pub(crate) fn complaints(root: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let Some(words) = schema.as_object() else { return Vec::new() };
    words.iter().flat_map(|(word, wanted)| check(root, word, wanted, value)).collect()
}

fn check(root: &Value, word: &str, wanted: &Value, value: &Value) -> Vec<String> {
    let array = || wanted.as_array().unwrap().iter();
    let all = |schema, values: &mut dyn Iterator<Item = &Value>| -> Vec<String> {
        values.flat_map(|value| complaints(root, schema, value)).collect()
    };
    let no = |holds: bool| if holds { Vec::new() } else { vec![format!("{word} {wanted} does not fit {value}")] };
    match word {
        "$schema" | "$id" | "$defs" | "title" | "description" | "format" => Vec::new(),
        "$ref" => complaints(root, root.pointer(&wanted.as_str().unwrap()[1..]).unwrap(), value),
        "type" => no(has_type(wanted, value)),
        "const" => no(wanted == value),
        "enum" => no(array().any(|one| one == value)),
        "minimum" => no(value.as_f64() >= wanted.as_f64()),
        "minItems" => no(value.as_array().unwrap().len() as u64 >= wanted.as_u64().unwrap()),
        "required" => no(array().all(|name| value.get(name.as_str().unwrap()).is_some())),
        "items" => all(wanted, &mut value.as_array().into_iter().flatten()),
        "properties" => {
            let names = wanted.as_object().unwrap().iter();
            names.flat_map(|(name, schema)| all(schema, &mut value.get(name).into_iter())).collect()
        }
        "allOf" => array().flat_map(|schema| complaints(root, schema, value)).collect(),
        "anyOf" => no(array().any(|schema| complaints(root, schema, value).is_empty())),
        "oneOf" => no(array().filter(|schema| complaints(root, schema, value).is_empty()).count() == 1),
        _ => vec![format!("the validator does not know {word:?}")],
    }
}

fn has_type(wanted: &Value, value: &Value) -> bool {
    if let Some(types) = wanted.as_array() {
        return types.iter().any(|one| has_type(one, value));
    }
    match wanted.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("no such type: {other}"),
    }
}
