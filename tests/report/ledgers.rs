//! Ledgers made by hand. What looks like a key is put together here, so that nothing in the repository looks like one.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::time::Duration;

use unleak::report::Run;
use unleak::rules::{RuleSet, parse};
use unleak::words::{
    Commit, Container, Dead, Encoding, Entry, EntryKind, GitObject, Identity, Inputs, Leak, Ledger, LeftOut, Life,
    Live, Liveness, Mark, Noise, NoiseCount, ObjectId, ObjectKind, Origin, Position, Remediation, Remedied, Secret,
    Severity, Sighting, Sightings, Skipped, Span, Standing, Step, Unknown, Verdict, Verified, Via, Waived, Waiver,
    Written,
};

const RULES: &str = r#"
provider = "openai"
name = "OpenAI"

[[rule]]
id = "openai-project-key"
name = "OpenAI project key"
description = "Opens everything a project may do, at the owner's cost"
remedy = "Revoke it at https://platform.openai.com/api-keys, put the new one into the environment or a secret store, and look at the project's usage for calls that are not yours."
references = ["https://platform.openai.com/docs/api-reference/authentication", "a note without a link"]
severity = "critical"
specificity = 30
trigger = { keywords = ["sk-proj-"] }
pattern = 'sk-proj-\w+'
hits = ["not used here"]
misses = []

[[rule]]
id = "openai-session-token"
name = "OpenAI session token"
description = "Opens one person's account until it expires."
remedy = "Sign out of all sessions."
severity = "medium"
specificity = 20
trigger = { keywords = ["sess-"] }
pattern = 'sess-\w+'
hits = ["not used here"]
misses = []

[[rule]]
id = "generic-secret"
name = "Value that looks like a secret"
description = "A random value assigned to a name that says secret."
remedy = "Find out what it opens; if it opens something, replace it."
severity = "low"
specificity = 0
trigger = { assigned = ["password"] }
hits = ["not used here"]
misses = []
"#;

pub(crate) fn rules() -> RuleSet {
    RuleSet::new(parse("test.toml", RULES).unwrap().rules).unwrap()
}

/// A strong secret that is the same in every run.
pub(crate) fn key(prefix: &str, seed: u64) -> Secret {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut text = prefix.to_owned();
    for _ in 0..48 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        text.push(char::from(b"ABCDEFGHJKMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789"[(state % 54) as usize]));
    }
    Secret::new(text.as_bytes())
}

pub(crate) fn file(path: impl AsRef<[u8]>) -> Origin {
    Origin::File(PathBuf::from(OsStr::from_bytes(path.as_ref())))
}

/// A sighting in a line written with `{}` where the secret stands, first of its line or later.
pub(crate) fn sighting(rule: &str, secret: &Secret, origin: Origin, line: u64, text: &str, nth: usize) -> Sighting {
    let mask = secret.mask(if rule == "openai-project-key" { 8 } else { 5 });
    let before = text.split("{}").take(nth + 1).map(|part| part.chars().count()).sum::<usize>() + nth * secret.len();
    let start = line * 40 + before as u64;
    let column = before as u64 + 1;
    Sighting {
        rule: rule.into(),
        secret: secret.clone(),
        origin,
        span: Span { start, end: start + secret.len() as u64 },
        via: Via::default(),
        inner: None,
        companions: Vec::new(),
        start: Position { line, column },
        end: Position { line, column: column + secret.len() as u64 },
        snippet: text.replace("{}", &mask.to_string()),
        mask,
        verdict: Verdict::Real,
    }
}

/// A sighting that was seen through decoders.
pub(crate) fn through(steps: Vec<Step>, sighting: Sighting) -> Sighting {
    let decoded = matches!(steps.as_slice(), [Step::Decoded(Encoding::Base64), ..]);
    let inner = decoded.then_some(Position { line: 2, column: 5 });
    Sighting { via: Via::new(steps), inner, ..sighting }
}

pub(crate) fn leak(severity: Severity, sightings: Vec<Sighting>) -> Leak {
    let mut all = sightings.into_iter();
    let first = all.next().unwrap();
    let (rule, fingerprint, mask) = (first.rule.clone(), first.fingerprint(), first.mask.clone());
    let mut sightings = Sightings::new(first);
    all.for_each(|sighting| sightings.push(sighting));
    Leak { rule, severity, lowered: None, fingerprint, mask, sightings, life: None, verified: None, remediation: None }
}

/// A leak with places of every awkward kind.
fn everywhere() -> Leak {
    let secret = key("sk-proj-", 1);
    let at = |path: &[u8], line, text: &str, nth| sighting("openai-project-key", &secret, file(path), line, text, nth);
    let long = format!("packages/{}/src/config.ts", "a-rather-long-folder-name/".repeat(5).trim_end_matches('/'));
    let minified = format!("{}apiKey:\"{{}}\"{}", "function(e,t){return e+t};".repeat(9), ",n=r(42)".repeat(20));
    leak(
        Severity::Critical,
        vec![
            at(b"./.env", 3, "OPENAI_API_KEY={}", 0),
            at(b"deploy/run.sh", 118, "\tcurl -H \"Authorization: Bearer {}\" || retry {}", 0),
            at(b"deploy/run.sh", 118, "\tcurl -H \"Authorization: Bearer {}\" || retry {}", 1),
            at(long.as_bytes(), 1, &minified, 0),
            at("docs/説明 書.md".as_bytes(), 12, "鍵は「{}」です。", 0),
            at(b"evil\x1b[2J\xff\n.txt", 7, "\u{1b}]0;owned\u{7} {} \u{202e}", 0),
            at(b"key.txt", 1, "{}", 0),
        ],
    )
}

/// Leaks, noise, waived and skipped of every kind.
pub(crate) fn full() -> Ledger {
    let session = key("sess-", 2);
    let weak = Secret::new(b"hunter2-hunter2!");
    let noise = key("sk-proj-", 3);
    let accepted = key("sk-proj-", 4);
    let judged = |verdict, sighting: Sighting| Sighting { verdict, ..sighting };
    let waiver = |mark, sighting| {
        let waiver = Waiver::Inline(mark);
        Waived { sighting: judged(Verdict::Waived(waiver.clone()), sighting), waiver }
    };
    let member = vec![
        Step::Member(Container::Gzip, String::new()),
        Step::Member(Container::Tar, "config/\u{1b}.env".to_owned()),
    ];
    let encoded = vec![Step::Decoded(Encoding::Base64), Step::Decoded(Encoding::Escapes)];
    let project = |secret, path: &str, line, text| sighting("openai-project-key", secret, file(path), line, text, 0);
    Ledger {
        leaks: vec![
            everywhere(),
            leak(
                Severity::Medium,
                vec![
                    sighting("openai-session-token", &session, Origin::Stdin, 4, "{\"token\": \"{}\"}", 0),
                    through(member, sighting("openai-session-token", &session, file("app.tar.gz"), 3, "TOKEN={}", 0)),
                    through(encoded, sighting("openai-session-token", &session, file("k8s.yaml"), 9, "token: {}", 0)),
                ],
            ),
            leak(Severity::Low, vec![sighting("generic-secret", &weak, file("/etc/app.ini"), 20, "password = {}", 0)]),
        ],
        waived: vec![
            waiver(Mark::Unleak, project(&accepted, "tests/fixtures/a.json", 2, "\"{}\", // unleak:allow")),
            waiver(Mark::Gitleaks, project(&accepted, "tests/fixtures/a.json", 9, "\"{}\", // gitleaks:allow")),
        ],
        noise_counts: vec![
            NoiseCount { rule: "openai-project-key".into(), noise: Noise::Word("example"), count: 1 },
            NoiseCount { rule: "openai-project-key".into(), noise: Noise::Repetitive, count: 1 },
        ],
        noise: vec![
            judged(Verdict::Noise(Noise::Word("example")), project(&noise, "README.md", 30, "key: {}")),
            judged(Verdict::Noise(Noise::Repetitive), project(&noise, "docs/setup.md", 8, "key: {}")),
        ],
        skipped: vec![
            Skipped {
                what: "var/secret\u{1b}[1m.db".to_owned(),
                why: "permission denied; run as a user who may read it".to_owned(),
            },
            Skipped { what: "gone.txt".to_owned(), why: "it vanished while the scan ran".to_owned() },
        ],
        entries: entries(),
        new_marks: Some(1),
        inputs: inputs(),
        ..Ledger::default()
    }
}

/// Entries of every kind and standing.
fn entries() -> Vec<Entry> {
    let entry = |kind, name: &str, standing, waived, left_out| {
        let file = if kind == EntryKind::Baseline { ".unleak/baseline.json" } else { "unleak.toml" };
        let written = Written { kind, file: file.to_owned(), name: name.to_owned(), reason: "known".to_owned() };
        Entry { waived, left_out, ..Entry::new(written.into(), standing) }
    };
    vec![
        entry(EntryKind::Exclude, "exclude \"vendor\"", Standing::InForce, 0, 12),
        entry(EntryKind::Exclude, "exclude \"gone\u{1b}[2J\"", Standing::Stale, 0, 0),
        entry(EntryKind::Rule, "rules.generic-secret = \"off\"", Standing::InForce, 3, 0),
        entry(EntryKind::Limit, "limits.max-depth = 1 (usually 12)", Standing::InForce, 0, 0),
        entry(EntryKind::Waiver, "waiver of path docs", Standing::NotMet, 0, 0),
        entry(EntryKind::Baseline, "0123456789ab openai-project-key in a.env", Standing::InForce, 2, 0),
        entry(EntryKind::Baseline, "1123456789ab openai-project-key in b.env", Standing::Expired, 0, 0),
        entry(EntryKind::Baseline, "2123456789ab openai-project-key in c.env", Standing::Moved, 1, 0),
    ]
}

/// Leaks in a repository's history: one that is gone from HEAD, one that is still there, one that no commit holds.
pub(crate) fn history() -> Ledger {
    let id = |digit: u8| ObjectId::new(&[digit; 20]).unwrap();
    let commit = |digit, seconds, author: &str| Some(Commit { id: id(digit), seconds, author: author.to_owned() });
    let at = |seed, path: &str| {
        let object =
            GitObject { path: Some(path.into()), commit: Some(id(0x1a)), id: id(0x77), kind: ObjectKind::Blob };
        let secret = key("sk-proj-", seed);
        leak(Severity::Critical, vec![sighting("openai-project-key", &secret, Origin::Object(object), 3, "KEY={}", 0)])
    };
    let lives = [
        Life {
            introduced: commit(0x1a, 1_651_398_000, "Ada <b>Lovelace</b>"),
            removed: commit(0x2b, 1_651_484_400, "ada@example.com"),
            refs: (0..14).map(|number| format!("refs/heads/feature-{number}")).collect(),
            more_refs: 1200,
            ..Life::default()
        },
        Life {
            introduced: commit(0x3c, 1_795_453_791, "Grace"),
            in_head: true,
            refs: vec!["refs/heads/main".to_owned(), "refs/tags/v1.0".to_owned()],
            ..Life::default()
        },
        Life::default(),
    ];
    let paths = ["config/settings.py", ".env", "notes.txt"];
    let leaks = lives.into_iter().zip(paths).zip(40..);
    let leaks = leaks.map(|((life, path), seed)| Leak { life: Some(life), ..at(seed, path) }).collect();
    Ledger { leaks, inputs: inputs(), ..Ledger::default() }
}

/// Leaks that were asked about, by an issuer whose names are not harmless.
pub(crate) fn verified() -> Ledger {
    let identity = Identity {
        owner: Some("Jane <b>|\u{1b}[1m`".to_owned()),
        owner_id: Some("user-1".to_owned()),
        email: Some("j…@example.com".to_owned()),
        organizations: vec!["Acme, Inc. (org-1, owner)".to_owned()],
        project: Some("proj_1".to_owned()),
        scopes: vec!["may use files".to_owned(), "may not use images".to_owned()],
        models: (1..8).map(|number| format!("model-{number}")).collect(),
        limits: vec!["10000 requests a minute".to_owned()],
    };
    let asked =
        |liveness, identity, remembered| Some(Verified { liveness, identity, asked: Some(1_795_453_791), remembered });
    let verdicts = [
        asked(Liveness::Live(Live::Restricted), identity, false),
        asked(Liveness::Dead(Dead::Refused), Identity::default(), true),
        Some(Verified::offline(Liveness::Unknown(Unknown::NoWay))),
        asked(Liveness::Unknown(Unknown::Unfamiliar(418, "teapot".to_owned())), Identity::default(), false),
        None,
    ];
    let mut ledger = many(5);
    ledger.leaks.iter_mut().zip(verdicts).for_each(|(leak, verified)| leak.verified = verified);
    ledger.leaks[0].remediation = Some(Remediation {
        key_id: Some("key_abc".into()),
        request_id: Some("req_1|<b>".into()),
        done_at: Some("2026-11-23T17:09:51Z".into()),
        dead_at: Some("2026-11-23T17:09:53Z".into()),
        ..Remediation::new(Remedied::Revoked, "the issuer says that it deleted it")
    });
    ledger.leaks[1].remediation = Some(Remediation {
        link: Some("https://platform.openai.com/api-keys".into()),
        ..Remediation::new(Remedied::Manual, "it is no key of the admin key's organization")
    });
    let (what, why) = ("OpenAI project key sk-proj-…abcd at a.env:1:1".to_owned(), "it is no longer there".to_owned());
    Ledger { gone: vec![Skipped { what, why }], ..ledger }
}

/// Nothing found.
pub(crate) fn clean() -> Ledger {
    Ledger { inputs: inputs(), ..Ledger::default() }
}

/// Nothing found, and not everything was read.
pub(crate) fn incomplete() -> Ledger {
    Ledger {
        leaks: Vec::new(),
        waived: Vec::new(),
        noise: Vec::new(),
        noise_counts: Vec::new(),
        entries: Vec::new(),
        ..full()
    }
}

/// As many leaks as asked for, each in one place, with a second place every tenth time.
pub(crate) fn many(number: u64) -> Ledger {
    let leak = |seed: u64| {
        let secret = key("sk-proj-", seed + 100);
        let at = |path: String| sighting("openai-project-key", &secret, file(path), seed + 1, "key = '{}'", 0);
        let mut places = vec![at(format!("src/file{seed:05}.py"))];
        if seed % 10 == 9 {
            places.push(at(format!("src/file{seed:05}.py.orig")));
        }
        self::leak(Severity::Critical, places)
    };
    Ledger { leaks: (0..number).map(leak).collect(), inputs: inputs(), ..Ledger::default() }
}

fn inputs() -> Inputs {
    Inputs { blobs: 1234, bytes: 56_700_000, left_out: [(LeftOut::SymbolicLink, 3)].into(), ..Inputs::default() }
}

pub(crate) fn run() -> Run {
    Run {
        version: "1.2.3".to_owned(),
        roots: vec![".".to_owned()],
        folder: Some(PathBuf::from("/home/me/repo")),
        elapsed: Duration::from_millis(424),
        width: 80,
        ..Run::default()
    }
}
