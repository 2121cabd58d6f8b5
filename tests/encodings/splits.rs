//! Split keys: pieces of one key in one file, put together by the program or the reader.

use super::keys::KINDS;
use super::{complaint, engine, holds, limits};

/// How two pieces are joined: what stands before the key, between its pieces and after it.
const JOINS: &[(&str, &str, &str, &str)] = &[
    ("plus", "key = \"", "\" + \"", "\";\n"),
    ("plus without blanks", "key='", "'+'", "'\n"),
    ("plus over lines", "key = \"", "\" +\n    \"", "\";\n"),
    ("plus before lines", "key = \"", "\"\n    + \"", "\";\n"),
    ("dot", "$key = '", "' . '", "';\n"),
    ("two dots", "key = \"", "\" .. \"", "\"\n"),
    ("ampersand", "key = \"", "\" & \"", "\"\n"),
    ("ampersand and underscore", "key = \"", "\" & _\r\n    \"", "\"\r\n"),
    ("two pluses", "key = \"", "\" ++ \"", "\"\n"),
    ("bars", "select '", "' || '", "';\n"),
    ("backslash in a literal", "key = \"", "\\\n", "\"\n"),
    ("backslash and indent", "key: \"", "\\\n    ", "\"\n"),
    ("backslash between literals", "key = \"", "\" \\\n      \"", "\"\n"),
    ("shell", "KEY=", "\\\n", "\n"),
    ("python", "key = (\"", "\"\n       \"", "\")\n"),
    ("python with a prefix", "key = (f'", "'\n       f'", "')\n"),
    ("c", "char *key = \"", "\" \"", "\";\n"),
    ("with a comment", "key = \"", "\" + // second part\n  \"", "\";\n"),
    ("c without a blank", "char *key = \"", "\"\"", "\";\n"),
    ("shell between literals", "KEY='", "'\\\n'", "'\n"),
    ("jsx over lines", "<A>\n  {\"", "\"}\n  {\"", "\"}\n</A>\n"),
    ("jsx", "<A k={\"", "\" + \"", "\"} />\n"),
    ("template", "key = `", "` + `", "`;\n"),
    ("folded", "key: >-\n  ", "\n  ", "\n"),
    ("a comment", "// key\n// ", "\n// ", "\n"),
    ("a mail", "> key\n> ", "\n> ", "\n"),
    ("word", "<w:t>", "</w:t></w:r><w:r><w:t>", "</w:t>"),
    ("markup", "<p><b>", "</b><i>", "</i></p>"),
    ("escaped", "{\"a\": \"k = '", "' +\\n '", "'\"}"),
];

/// Between these no search stops by itself, however short they are.
const UNMARKED: &[&str] = &["c without a blank", "shell between literals", "jsx over lines"];

/// Where keys are cut: the pieces' lengths in parts of a hundred.
const CUTS: &[&[usize]] = &[&[50], &[10], &[90], &[30, 60], &[20, 40, 60, 80]];

#[test]
fn split_keys_are_put_together() {
    let engine = engine(limits());
    let mut complaints = Vec::new();
    for kind in KINDS.iter().filter(|kind| kind.name != "refresh") {
        for (join, before, between, after) in JOINS {
            for cuts in CUTS {
                // Short pieces are seen where little stands between them; elsewhere one piece has to be sixteen long.
                let marked = between.contains(['"', '\'', '`']) && between.len() <= 8 && !UNMARKED.contains(join);
                if !marked && kind.key(7).len() < 16 * (cuts.len() + 1) {
                    continue;
                }
                let key = kind.key(7);
                let mut pieces = Vec::new();
                let mut from = 0;
                for cut in cuts.iter().map(|cut| key.len() * cut / 100).chain([key.len()]) {
                    pieces.push(&key[from..cut]);
                    from = cut;
                }
                let lead = if kind.name == "session" { "" } else { "// first\n" };
                let text = format!("{lead}{before}{}{after}", pieces.join(between));
                if let Some(why) = complaint(&engine, text.as_bytes(), &key) {
                    complaints.push(format!("{} {join} {cuts:?}: {why}", kind.name));
                }
            }
        }
    }
    holds(&complaints);
}
