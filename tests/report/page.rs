//! The report for a browser. What a browser makes of it, `tests/html-browser.sh` finds out.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use unleak::report::{Format, Run};

use crate::hosts::spoiled;
use crate::{ledgers, report};

fn dated() -> Run {
    Run { began: Some(1_795_453_791), ..ledgers::run() }
}

/// What stands between two marks.
fn between<'a>(text: &'a str, begin: &str, end: &str) -> &'a str {
    text.split_once(begin).unwrap().1.split_once(end).unwrap().0
}

#[test]
fn a_path_is_no_html() {
    for evil in ["<script>alert(1)</script>", "\" onclick=\"alert(1)", "'><img src=x onerror=alert(1)>", "</style><x>"]
    {
        let text = report(Format::Html, &spoiled(evil), &dated());
        let plain = report(Format::Html, &spoiled("evil"), &dated());
        let tags = |text: &str| text.matches('<').count();
        assert_eq!(tags(&text), tags(&plain), "{evil}");
        assert_eq!(text.matches('"').count(), plain.matches('"').count(), "{evil}");
    }
}

#[test]
fn the_page_runs_and_looks_only_as_its_policy_says() {
    let text = report(Format::Html, &ledgers::full(), &dated());
    let policy = between(&text, "Content-Security-Policy\" content=\"", "\"");
    for (begin, end, directive) in [("<style>", "</style>", "style-src"), ("<script>", "</script>", "script-src")] {
        let hash = STANDARD.encode(Sha256::digest(between(&text, begin, end)));
        assert!(policy.contains(&format!("{directive} 'sha256-{hash}'")), "{policy}");
        assert_eq!(text.matches(begin).count(), 1);
    }
    assert!(policy.starts_with("default-src 'none'; "));
    for forbidden in [" style=", " onclick=", "javascript:", " src=", "@import", "url("] {
        assert!(!text.contains(forbidden), "{forbidden}");
    }
}

#[test]
fn links_lead_only_where_rules_say() {
    let text = report(Format::Html, &spoiled("see https://evil.example/x"), &dated());
    let links: Vec<&str> = text.split("<a ").skip(1).map(|link| link.split_once('>').unwrap().0).collect();
    assert_eq!(
        links,
        ["class=\"skip\" href=\"#main\"", "href=\"https://platform.openai.com/api-keys\" rel=\"noreferrer\"",]
    );
}

#[test]
fn a_leak_has_its_timeline_and_no_address() {
    let run = Run { command: "history".to_owned(), ..dated() };
    let text = report(Format::Html, &ledgers::history(), &run);
    assert_eq!(text.matches("<ol class=\"timeline\"").count(), 3);
    assert!(
        text.contains("<li><time>2022-05-01</time> introduced in <code>1a1a1a1a1a</code> by Ada &lt;b&gt;"),
        "{text}"
    );
    assert!(text.contains("<li class=\"gone\"><time>2022-05-02</time> removed in <code>2b2b2b2b2b</code> by ada</li>"));
    assert!(text.contains("<strong>still in HEAD</strong>") && text.contains(" and 1,204 more</li>"));
    assert!(text.contains("in no commit, but still in the repository"));
    assert!(!text.contains("example.com"));
}

/// Leaves pages where `tests/html-browser.sh` looks for them.
#[test]
fn pages_are_there_for_the_browser() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("html");
    std::fs::create_dir_all(&folder).unwrap();
    let samples = [
        ("clean.html", ledgers::clean()),
        ("history.html", ledgers::history()),
        ("full.html", ledgers::full()),
        ("incomplete.html", ledgers::incomplete()),
        ("evil.html", spoiled("\"><script>document.title='run'</script><img src=x onerror=alert(1)>")),
        ("5000.html", ledgers::many(5000)),
    ];
    for (name, ledger) in samples {
        let path = folder.join(name);
        unleak::report::save(&path, |out| out.write_all(report(Format::Html, &ledger, &dated()).as_bytes())).unwrap();
    }
}
