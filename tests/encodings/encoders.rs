//! Encoders: how a key hides in text. Some change only the key in its text, some the whole text.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD};

/// A named way to write one text as another.
pub(crate) type Encoder = (&'static str, fn(&str) -> Vec<u8>);

/// Writes each character in some way.
fn each(text: &str, write: impl Fn(char) -> String) -> Vec<u8> {
    text.chars().map(write).collect::<String>().into_bytes()
}

/// Writes only what is no letter or digit in some way.
fn marks(text: &str, write: impl Fn(char) -> String) -> Vec<u8> {
    each(text, |c| if c.is_ascii_alphanumeric() { c.to_string() } else { write(c) })
}

fn code(c: char) -> u32 {
    u32::from(c)
}

/// Ways to write a key where a key may stand.
pub(crate) const OF_KEYS: &[Encoder] = &[
    ("all \\u", |key| each(key, |c| format!("\\u{:04x}", code(c)))),
    ("all \\U", |key| each(key, |c| format!("\\U{:08X}", code(c)))),
    ("all \\x", |key| each(key, |c| format!("\\x{:02x}", code(c)))),
    ("all \\u{}", |key| each(key, |c| format!("\\u{{{:x}}}", code(c)))),
    ("all octal", |key| each(key, |c| format!("\\{:03o}", code(c)))),
    ("all percent", |key| each(key, |c| format!("%{:02X}", code(c)))),
    ("all &#;", |key| each(key, |c| format!("&#{};", code(c)))),
    ("all &#x;", |key| each(key, |c| format!("&#x{:X};", code(c)))),
    ("all =", |key| each(key, |c| format!("={:02X}", code(c)))),
    ("all \\u{} with zeros", |key| each(key, |c| format!("\\u{{{:08x}}}", code(c)))),
    ("marks \\u{} with zeros", |key| marks(key, |c| format!("\\u{{{:08X}}}", code(c)))),
    ("marks \\u{}", |key| marks(key, |c| format!("\\u{{{:X}}}", code(c)))),
    ("marks \\u", |key| marks(key, |c| format!("\\u{:04X}", code(c)))),
    ("marks \\x", |key| marks(key, |c| format!("\\x{:02x}", code(c)))),
    ("marks octal", |key| marks(key, |c| format!("\\{:03o}", code(c)))),
    ("marks percent", |key| marks(key, |c| format!("%{:02X}", code(c)))),
    ("marks &#;", |key| marks(key, |c| format!("&#{};", code(c)))),
    ("marks &#x;", |key| marks(key, |c| format!("&#x{:x};", code(c)))),
    ("first \\u{}", |key| {
        [format!("\\u{{{:x}}}", u32::from(key.as_bytes()[0])).as_bytes(), &key.as_bytes()[1..]].concat()
    }),
    ("first \\u", |key| [format!("\\u{:04x}", u32::from(key.as_bytes()[0])).as_bytes(), &key.as_bytes()[1..]].concat()),
    ("every fifth \\x", |key| {
        key.char_indices()
            .map(|(at, c)| if at % 5 == 2 { format!("\\x{:02x}", code(c)) } else { c.into() })
            .collect::<String>()
            .into_bytes()
    }),
    ("escaped twice", |key| marks(key, |c| format!("\\\\u{:04X}", code(c)))),
    ("percent twice", |key| marks(key, |c| format!("%25{:02X}", code(c)))),
];

/// Ways to write a whole text.
pub(crate) const OF_TEXTS: &[Encoder] = &[
    ("base64", |text| BASE64_STANDARD.encode(text).into_bytes()),
    ("base64 unpadded", |text| BASE64_STANDARD_NO_PAD.encode(text).into_bytes()),
    ("base64url", |text| BASE64_URL_SAFE.encode(text).into_bytes()),
    ("base64url unpadded", |text| BASE64_URL_SAFE_NO_PAD.encode(text).into_bytes()),
    ("base64 in yaml", |text| format!("data:\n  .env: {}\nkind: Secret\n", BASE64_STANDARD.encode(text)).into_bytes()),
    ("base64 in 76 columns", |text| wrapped(&BASE64_STANDARD.encode(text), 76, "\n")),
    ("base64 in 64 columns, indented", |text| wrapped(&BASE64_STANDARD.encode(text), 64, "\r\n    ")),
    ("base64 as data", |text| format!("url(data:text/plain;base64,{})", BASE64_STANDARD.encode(text)).into_bytes()),
    ("base64 behind one byte", |text| BASE64_STANDARD.encode(format!("x{text}")).into_bytes()),
    ("base64 behind two bytes", |text| BASE64_STANDARD.encode(format!("xy{text}")).into_bytes()),
    ("hex", |text| each(text, |c| format!("{:02x}", code(c)))),
    ("HEX", |text| format!("X'{}'", text.bytes().map(|byte| format!("{byte:02X}")).collect::<String>()).into_bytes()),
    ("json string", |text| serde_json::to_vec(&serde_json::json!({"source": [text], "n": 1})).unwrap()),
    ("json string twice", |text| {
        let inner = serde_json::json!({ "text": text }).to_string();
        serde_json::to_vec(&serde_json::json!({ "body": inner })).unwrap()
    }),
    ("percent", |text| marks(text, |c| format!("%{:02X}", code(c)))),
    ("html", |text| {
        text.replace('&', "&amp;").replace('"', "&quot;").replace('\'', "&#39;").replace('<', "&lt;").into_bytes()
    }),
    ("quoted-printable", |text| quoted_printable(text)),
    ("utf-16le", |text| text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
    ("utf-16be", |text| text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
    ("utf-16le with a mark", |text| format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()),
    ("utf-16be with a mark", |text| format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_be_bytes).collect()),
    ("utf-32le", |text| text.chars().flat_map(|c| code(c).to_le_bytes()).collect()),
    ("utf-32be with a mark", |text| format!("\u{feff}{text}").chars().flat_map(|c| code(c).to_be_bytes()).collect()),
];

/// Text broken into lines.
fn wrapped(text: &str, columns: usize, line_end: &str) -> Vec<u8> {
    let lines: Vec<&str> = text.as_bytes().chunks(columns).map(|line| std::str::from_utf8(line).unwrap()).collect();
    (lines.join(line_end) + line_end).into_bytes()
}

/// Quoted-printable as mail programs write it: lines of at most 76 characters.
fn quoted_printable(text: &str) -> Vec<u8> {
    let mut out = String::new();
    let mut column = 0;
    for c in text.chars().filter(|&c| c != '\r') {
        let written = match c {
            '\n' => {
                out.push_str("\r\n");
                column = 0;
                continue;
            }
            '=' | '-' | '_' => format!("={:02X}", code(c)),
            c => c.to_string(),
        };
        if column + written.len() > 75 {
            out.push_str("=\r\n");
            column = 0;
        }
        column += written.len();
        out.push_str(&written);
    }
    out.into_bytes()
}
