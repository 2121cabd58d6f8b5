//! Hard negatives: what looks encoded and is not, and placeholders in every encoding. Nothing of it is a leak, and
//! nothing of it makes a run incomplete.

use super::containers::PACKERS;
use super::encoders::{OF_KEYS, OF_TEXTS};
use super::{engine, holds, leaks, limits, scan};

/// Keys that are none: made up by hand, repeated, with words in them.
fn placeholders() -> Vec<String> {
    let marker = ["T3Blbk", "FJ"].concat();
    vec![
        format!("sk-proj-{}{marker}{}", "x".repeat(74), "x".repeat(74)),
        format!("sk-{}{marker}{}", "0".repeat(20), "0".repeat(20)),
        format!("sk-{}{marker}{}", "abcdefghijklmnopqrst", "uvwxyzabcdefghijklmn"),
        "sk-proj-your-openai-api-key-goes-right-here-please".to_owned(),
    ]
}

#[test]
fn placeholders_stay_placeholders() {
    let engine = engine(limits());
    let mut complaints = Vec::new();
    for key in placeholders() {
        let text = format!("OPENAI_API_KEY=\"{key}\"\n");
        let written = OF_KEYS.iter().map(|(name, encode)| (*name, encode(&key)));
        let whole = OF_TEXTS.iter().map(|(name, encode)| (*name, encode(&text)));
        let packed = PACKERS.iter().map(|(name, pack)| (*name, pack(text.as_bytes())));
        for (name, bytes) in written.chain(whole).chain(packed) {
            let found = scan(&engine, &bytes);
            if let Some(leak) = leaks(&found).first() {
                complaints.push(format!("{name}: a placeholder became {} {}", leak.rule, leak.mask));
            }
        }
    }
    holds(&complaints);
}

#[test]
fn what_only_looks_encoded_is_clean() {
    let engine = engine(limits());
    let texts: Vec<Vec<u8>> = vec![
        b"integrity sha512-9QXv3N0tJmWlqYzPpV8yq4Z3kYwT1m0cJ5bVb7s2o1n4r6u8w0y2A4C6E8G0I2K4M6O8Q0S2U4W6Y8a0c2e4g6i8k0m2o4==".to_vec(),
        b"PK\x03\x04 is how a zip archive begins, and \x1f\x8b is how gzip does".to_vec(),
        b"\x1f\x8bnot gzip at all, whatever its first two bytes say".to_vec(),
        b"BZh9 is a magic number".to_vec(),
        b"let magic = \"H4sIAAAAAAAAA0AAAABBBBCCCCDDDDEEEE\";".to_vec(),
        b"ustar".repeat(300),
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0".repeat(40),
        b"\\x00\\x01\\x02\\x03\\x04\\x05\\x06\\x07\\x08\\x09\\x0a\\x0b\\x0c\\x0d".repeat(20),
        b"a = \"x\" + \"y\" + \"z\"\n".repeat(50),
        vec![0; 5000],
        (0..=255).cycle().take(70_000).collect(),
    ];
    let mut complaints = Vec::new();
    for text in &texts {
        let found = scan(&engine, text);
        if !leaks(&found).is_empty() || !found.skipped.is_empty() {
            let begin = String::from_utf8_lossy(&text[..text.len().min(30)]).into_owned();
            complaints.push(format!(
                "{begin:?}: {:?} {:?}",
                found.skipped,
                leaks(&found).iter().map(|leak| &leak.rule).collect::<Vec<_>>()
            ));
        }
    }
    holds(&complaints);
}
