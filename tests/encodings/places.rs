//! Places: a find says the way to it, the line in the innermost file and text, and the raw bytes that encode it.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::containers::{gzip, tar, zip};
use super::keys::KINDS;
use super::{engine, leaks, limits, scan};

/// Way, member, line, column, decoded line and raw span of the only leak.
fn only(bytes: &[u8]) -> (String, Option<String>, u64, u64, Option<u64>, std::ops::Range<usize>) {
    let found = scan(&engine(limits()), bytes);
    let leaks = leaks(&found);
    assert_eq!(leaks.len(), 1, "{:?}", leaks.iter().map(|leak| (&leak.rule, &leak.via, leak.span)).collect::<Vec<_>>());
    let leak = leaks[0];
    let via = leak.via.steps().iter().map(|step| step.as_str()).collect::<Vec<_>>().join(" > ");
    let span = leak.span.start as usize..leak.span.end as usize;
    (via, leak.via.member(), leak.start.line, leak.start.column, leak.inner.map(|inner| inner.line), span)
}

#[test]
fn in_place_encodings_keep_the_line_of_the_file() {
    let key = KINDS[0].key(1);
    let written = key.replace('-', "\\u002d");
    let text = format!("{{\n  \"é\": 1, \"key\": \"{written}\"\n}}\n");
    let (via, member, line, column, inner, span) = only(text.as_bytes());
    assert_eq!((via.as_str(), member, line, column, inner), ("escapes", None, 2, 19, None));
    assert_eq!(&text.as_bytes()[span], written.as_bytes());
}

#[test]
fn base64_says_the_line_of_the_file_and_of_the_text() {
    let key = KINDS[0].key(2);
    let text = format!("a: 1\nb: {}\n", BASE64_STANDARD.encode(format!("{{\n\n\"k\": \"{key}\"}}")));
    let (via, _, line, column, inner, span) = only(text.as_bytes());
    assert_eq!((via.as_str(), line, inner), ("base64", 2, Some(3)));
    assert_eq!(column, span.start as u64 - 4);
}

#[test]
fn members_have_lines_of_their_own() {
    let key = KINDS[0].key(3);
    let bytes = gzip(&tar(&zip(format!("A=1\nB=2\nK={key}\n").as_bytes(), ::zip::CompressionMethod::Deflated)));
    let (via, member, line, column, _, span) = only(&bytes);
    assert_eq!(via, "gzip > tar > zip");
    assert_eq!(member.as_deref(), Some("app/config/.env!config/.env"));
    assert_eq!((line, column, span), (3, 3, 0..bytes.len()));
}

#[test]
fn what_is_stored_keeps_its_raw_place() {
    let key = KINDS[0].key(4);
    let bytes = tar(format!("A=1\nK={key}\n").as_bytes());
    let (via, member, line, _, _, span) = only(&bytes);
    assert_eq!((via.as_str(), member.as_deref(), line), ("tar", Some("app/config/.env"), 2));
    assert_eq!(&bytes[span], key.as_bytes());
}

#[test]
fn wide_text_counts_characters() {
    let key = KINDS[0].key(5);
    let bytes: Vec<u8> = format!("\u{feff}a\r\nkey = {key}\r\n").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (via, _, line, column, _, span) = only(&bytes);
    assert_eq!((via.as_str(), line, column, span.len()), ("utf-16", 2, 7, 2 * key.len()));
}

#[test]
fn one_secret_plain_and_encoded_is_seen_at_each_place_once() {
    let key = KINDS[0].key(6);
    let written = key.replace('-', "\\u002d");
    let text = format!("key = \"{key}\",\n\"{written}\",\n{}\n", BASE64_STANDARD.encode(&key));
    let found = scan(&engine(limits()), text.as_bytes());
    let ways: Vec<_> = leaks(&found).iter().map(|leak| leak.via.to_string()).collect();
    assert_eq!(ways, ["", "escapes", "base64"]);
}

#[test]
fn a_snippet_shows_neither_the_secret_nor_what_encodes_it() {
    let (key, other) = (KINDS[3].key(7), KINDS[3].key(8));
    let encoded = BASE64_STANDARD.encode(&other);
    let text = format!("a = \"{key}\"; b = \"{encoded}\"; c = \"{}\"\n", key.replace('-', "\\x2d"));
    let found = scan(&engine(limits()), text.as_bytes());
    assert_eq!(leaks(&found).len(), 3);
    for leak in leaks(&found) {
        for hidden in [&key[3..12], &other[3..12], &encoded[4..16]] {
            assert!(!leak.snippet.contains(hidden), "{}", leak.snippet);
        }
    }
}

#[test]
fn a_mark_in_the_file_waives_what_its_line_encodes() {
    let key = KINDS[0].key(9);
    let text = format!("key: {} # unleak:allow\n", BASE64_STANDARD.encode(&key));
    let found = scan(&engine(limits()), text.as_bytes());
    assert!(leaks(&found).is_empty() && found.sightings.len() == 1);
}
