//! Rules of other programs: their patterns are searched, their groups, entropy, paths and allowlists mean what they mean
//! there, and what they turn into by `unleak rules import` finds the same.

use std::path::Path;

use unleak::engine::{Engine, Found, KeepNoise, ObeyMarks, Options};
use unleak::rules::{RuleSet, parse, written};
use unleak::words::{Blob, Origin, Verdict};

use super::support;

const THEIRS: &str = r#"
[allowlist]
paths = ['vendor/']
stopwords = ["madeup"]

[[rules]]
id = "acme-token"
regex = '(?i)acme[\w-]{0,20}\s*[=:]\s*"?([a-z0-9]{24})\b'
entropy = 3.2
keywords = ["acme"]
[[rules.allowlists]]
regexTarget = "line"
regexes = ['not a key']

[[rules]]
id = "only-in-env"
regex = 'BETA-[0-9]{8}'
path = '\.env$'
"#;

/// The rules that find something real in `text`, a file of this name.
fn finds(rules: &str, file: &str, text: &str) -> Vec<String> {
    let rules = RuleSet::new(parse("theirs.toml", rules).unwrap().rules).unwrap();
    let (now, limits) = (support::now(), Default::default());
    let engine = Engine::new(rules, Options { now, noise: KeepNoise::Counted, marks: ObeyMarks::Yes, limits });
    let mut found = Found::default();
    let origin = Origin::File(Path::new(file).into());
    engine.scanner().scan(&Blob::whole(&origin, text.as_bytes()), &mut found);
    let real = found.sightings.iter().filter(|seen| seen.verdict == Verdict::Real);
    real.map(|seen| format!("{} {}", seen.rule, seen.secret.len())).collect()
}

#[test]
fn they_find_what_they_find_at_home() {
    let key = support::made("{lowernum:24}", 7);
    let imported = written(&parse("theirs.toml", THEIRS).unwrap().rules).unwrap();
    for rules in [THEIRS, &imported] {
        assert_eq!(finds(rules, "a.txt", &format!("x ACME_KEY = \"{key}\"\n")), ["acme-token 24"]);
        assert_eq!(finds(rules, "a.txt", &format!("acme={key} # not a key\n")), [""; 0], "the line allows it");
        assert_eq!(finds(rules, "vendor/a.txt", &format!("acme={key}\n")), [""; 0], "the path allows it");
        assert_eq!(
            finds(rules, "a.txt", &format!("acme={}madeup{}\n", &key[..9], &key[..9])),
            [""; 0],
            "the word allows it"
        );
        assert_eq!(finds(rules, "a.txt", "acme=aaaaaaaaaaaabbbbbbbbbbbb\n"), [""; 0], "too little entropy");
        assert_eq!(finds(rules, "a.txt", &format!("beta={key}\n")), [""; 0], "no keyword");
        let beta = format!("BETA-{}", support::made("{digit:8}", 3));
        assert_eq!(finds(rules, "prod.env", &beta), ["only-in-env 13"]);
        assert_eq!(finds(rules, "prod.txt", &beta), [""; 0], "the path is another");
    }
}
