//! Text that is dense with what decoders look for: each byte over 127 is a piece of it, all others are themselves.

use std::sync::LazyLock;

use unleak::app::catalogue::recipe::expand;

/// Seconds of Unix time at which all targets run.
pub const NOW: u64 = 1_764_000_000;

/// A key of the one kind that no condition hides.
pub fn key(seed: u64) -> String {
    let recipe = ["sk-proj-{openai:74}", "sk-svcacct-{openai:74}", "sk-admin-{openai:58}"][seed as usize % 3];
    expand(recipe, seed, NOW).unwrap()
}

/// The pieces that are what they are.
const FIXED: &[&str] = &[
    "\\u002d",
    "\\u0073",
    "\\x2d",
    "\\x73\\x6b\\x2d",
    "\\055",
    "\\\"",
    "\\\\",
    "\\\n",
    "\\\r\n    ",
    "\\n",
    "\\u{2d}",
    "\\U0000002d",
    "%2D",
    "%73%6B",
    "%25",
    "%u002D",
    "%5Cu002d",
    "&#45;",
    "&#x2d",
    "&quot;",
    "&amp;#45;",
    "&lowbar;",
    "=2D",
    "=3D",
    "=\r\n",
    "=\n",
    "\" + \"",
    "' . '",
    "\" \"",
    "'\n  '",
    "\" ..\n\"",
    "' & _\n'",
    "`+`",
    "\") + (\"",
    "\" # one\n  \"",
    "' || '",
    "f'",
    "b\"",
    "\"",
    "'",
    "<b>",
    "</b>",
    "<w:t>",
    "</w:t></w:r><w:r><w:t xml:space=\"preserve\">",
    "<span class=\"a b c\">",
    "<td>",
    "</p><p>",
    "<wbr>",
    ")-20(",
    "[(",
    ")] TJ",
    "\n> ",
    "\n// ",
    "\n    ",
    "\r\n",
    "\n",
    "\t",
    " ",
    ".",
    "-",
    "_",
    "=",
    "==",
    ": ",
    " = \"",
    ";\n",
    "s\0k\0-\0p\0r\0o\0j\0-\0",
    "\0\0\0s\0\0\0k\0\0\0-",
    "\u{feff}",
    "ü",
    "日",
    "sk-",
    "sk-proj-",
    "rt.1.",
    "sess-",
    "OPENAI_API_KEY=",
    "unleak:allow",
    "-----BEGIN ",
    "PRIVATE KEY-----\n",
    "data:text/plain;base64,",
    "H4sIAAAAAAAA",
    "eyJ",
    "0x",
    "<a href=\"",
];

/// All pieces: also keys and halves of keys, encoded ones, and long stretches of nothing.
static ALL: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    use base64::Engine;
    let base64 = |text: &str| base64::prelude::BASE64_STANDARD.encode(text);
    let wrap = |text: &str| text.as_bytes().chunks(64).map(|line| [line, b"\n"].concat()).collect::<Vec<_>>().concat();
    let (one, other) = (key(1), key(2));
    let line = base64(&format!("some text: the key is {one} and so on"));
    let hex: String = format!("key = {other}").bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut all: Vec<Vec<u8>> = FIXED.iter().map(|piece| piece.as_bytes().to_vec()).collect();
    all.extend([one.clone().into_bytes(), one[..40].into(), one[40..].into(), other[..90].into(), other[90..].into()]);
    all.extend([line[..60].into(), line[60..].into(), wrap(&line), hex.into_bytes()]);
    all.push(other.replace('-', "\\u002d").into_bytes());
    all.push(one.encode_utf16().flat_map(u16::to_le_bytes).collect());
    let words = "what stands here is of no interest to anybody; ";
    all.extend([words.repeat(3), words.repeat(20), format!("{}\n", words.repeat(40))].map(String::into_bytes));
    all.extend([" ".repeat(100), " ".repeat(300), "\n".repeat(50), "a b\n".repeat(400)].map(String::into_bytes));
    all.extend([format!("<span title=\"{}\">", words.repeat(6)), "</b><b>".repeat(40)].map(String::into_bytes));
    all
});

/// The text that these bytes stand for, no longer than `most`.
pub fn expanded(bytes: &[u8], most: usize) -> Vec<u8> {
    let mut text = Vec::new();
    for &byte in bytes {
        match byte.checked_sub(128) {
            None => text.push(byte),
            Some(piece) => text.extend_from_slice(&ALL[usize::from(piece) % ALL.len()]),
        }
        if text.len() > most {
            text.truncate(most);
            break;
        }
    }
    text
}
