//! Recall: each encoding, each container and each pair of them, with each kind of key.

use super::containers::{PACKERS, sqlite, tar};
use super::encoders::{OF_KEYS, OF_TEXTS};
use super::keys::KINDS;
use super::{complaint, engine, holds, limits};

#[test]
fn keys_in_escapes_are_found() {
    let engine = engine(limits());
    let mut complaints = Vec::new();
    for kind in KINDS {
        for (name, encode) in OF_KEYS {
            for seed in 0..4 {
                let key = kind.key(seed);
                let text = kind.text(&String::from_utf8(encode(&key)).unwrap());
                if let Some(why) = complaint(&engine, text.as_bytes(), &key) {
                    complaints.push(format!("{} {name}: {why}", kind.name));
                    break;
                }
            }
        }
    }
    holds(&complaints);
}

#[test]
fn encoded_texts_are_found() {
    let engine = engine(limits());
    let mut complaints = Vec::new();
    for kind in KINDS {
        for (name, encode) in OF_TEXTS {
            for seed in 0..4 {
                let key = kind.key(seed);
                if let Some(why) = complaint(&engine, &encode(&kind.text(&key)), &key) {
                    complaints.push(format!("{} {name}: {why}", kind.name));
                    break;
                }
            }
        }
    }
    holds(&complaints);
}

#[test]
fn encoded_texts_in_encoded_texts_are_found() {
    let engine = engine(limits());
    let mut complaints = Vec::new();
    for kind in KINDS.iter().step_by(3) {
        for (outer, encode_again) in OF_TEXTS {
            for (inner, encode) in OF_TEXTS.iter().chain(OF_KEYS) {
                let key = kind.key(5);
                let text = if OF_KEYS.iter().any(|(name, _)| name == inner) {
                    kind.text(&String::from_utf8(encode(&key)).unwrap())
                } else {
                    // UTF-16 is no text that JSON or a mail could hold.
                    let Ok(text) = String::from_utf8(encode(&kind.text(&key))) else { continue };
                    if text.contains('\0') {
                        continue;
                    }
                    text
                };
                if let Some(why) = complaint(&engine, &encode_again(&text), &key) {
                    complaints.push(format!("{} {outer} > {inner}: {why}", kind.name));
                }
            }
        }
    }
    holds(&complaints);
}

#[test]
fn packed_files_are_found() {
    let engine = engine(limits());
    let mut complaints = Vec::new();
    for kind in KINDS {
        let key = kind.key(1);
        let text = format!("{}{}", "some line of a file\n".repeat(20), kind.text(&key));
        for (name, pack) in PACKERS {
            if let Some(why) = complaint(&engine, &pack(text.as_bytes()), &key) {
                complaints.push(format!("{} {name}: {why}", kind.name));
            }
        }
    }
    holds(&complaints);
}

#[test]
fn packed_files_in_packed_files_are_found() {
    let engine = engine(limits());
    let mut complaints = Vec::new();
    for kind in KINDS.iter().step_by(3) {
        let key = kind.key(2);
        for (outer, pack_again) in PACKERS {
            for (inner, pack) in PACKERS {
                let bytes = pack_again(&pack(kind.text(&key).as_bytes()));
                if let Some(why) = complaint(&engine, &bytes, &key) {
                    complaints.push(format!("{} {outer} > {inner}: {why}", kind.name));
                }
            }
        }
    }
    holds(&complaints);
}

#[test]
fn encoded_texts_in_packed_files_and_packed_files_in_encoded_texts_are_found() {
    let engine = engine(limits());
    let mut complaints = Vec::new();
    let kind = &KINDS[1];
    let key = kind.key(3);
    for (packer, pack) in PACKERS {
        for (encoder, encode) in OF_TEXTS {
            if let Some(why) = complaint(&engine, &pack(&encode(&kind.text(&key))), &key) {
                complaints.push(format!("{packer} > {encoder}: {why}"));
            }
        }
        let packed = pack(kind.text(&key).as_bytes());
        let digits = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, &packed);
        let hex: String = packed.iter().map(|byte| format!("{byte:02x}")).collect();
        let wrapped = digits.as_bytes().chunks(76).collect::<Vec<_>>().join(&b"\n"[..]);
        for (encoder, bytes) in [("base64", digits.as_bytes()), ("hex", hex.as_bytes()), ("wrapped base64", &wrapped)] {
            if let Some(why) = complaint(&engine, bytes, &key) {
                complaints.push(format!("{encoder} > {packer}: {why}"));
            }
        }
    }
    holds(&complaints);
}

#[test]
fn rows_of_sqlite_that_overflow_are_found() {
    let engine = engine(limits());
    let kind = &KINDS[0];
    let key = kind.key(9);
    let complaints: Vec<String> = (0..1200)
        .step_by(37)
        .filter_map(|before| {
            let text = format!("{}\n{}{}", "x".repeat(before), kind.text(&key), "y".repeat(900));
            let why = complaint(&engine, &sqlite(text.as_bytes()), &key)?;
            Some(format!("{before}: {why}"))
        })
        .collect();
    holds(&complaints);
}

#[test]
fn six_encodings_deep_is_not_too_deep() {
    let engine = engine(limits());
    let kind = &KINDS[0];
    let key = kind.key(4);
    let mut text = kind.text(&key);
    for _ in 0..3 {
        text = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, serde_json::json!({ "x": text }).to_string());
    }
    assert_eq!(complaint(&engine, &tar(&super::containers::gzip(text.as_bytes())), &key), None);
}
