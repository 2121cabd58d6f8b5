//! The report for people.

use unleak::report::{Detail, Format, Ignored, Run};
use unleak::words::Ledger;

use crate::{golden, ledgers, report};

pub(crate) fn plain(ledger: &Ledger, run: &Run) -> String {
    anstream::adapter::strip_str(&report(Format::Human, ledger, run)).to_string()
}

#[test]
fn it_looks_as_laid_down() {
    let wide = Run { width: 140, places: Detail::Full, noise: Detail::Full, ..ledgers::run() };
    golden::check("tests/report/golden/human-80.txt", &plain(&ledgers::full(), &ledgers::run()));
    golden::check("tests/report/golden/human-140-full.txt", &plain(&ledgers::full(), &wide));
    golden::check("tests/report/golden/human-140-full.ansi", &report(Format::Human, &ledgers::full(), &wide));
    let hints = vec!["2 waivers match nothing any more: unleak baseline stale lists them.".to_owned()];
    let run = Run { hints, ignored: Ignored::Included, ..ledgers::run() };
    golden::check("tests/report/golden/human-incomplete.txt", &plain(&ledgers::incomplete(), &run));
}

#[test]
fn a_clean_run_is_one_calm_line() {
    let text = plain(&ledgers::clean(), &ledgers::run());
    assert_eq!(text, "clean: no leak in 1,234 files (56.7 MB, 0.42s)\n");
}

#[test]
fn the_verdict_counts_what_was_found() {
    let verdict = |number| plain(&ledgers::many(number), &ledgers::run()).replace('\n', " ");
    assert!(
        verdict(1).contains(" 1 critical leak at 1 place (1,234 files read, 56.7 MB, 0.42s); exit code 1 (leaks) ")
    );
    assert!(verdict(20).contains(" 20 critical leaks at 22 places (1,234 files read"));
}

#[test]
fn a_run_that_read_nothing_says_so() {
    let text = plain(&Ledger::default(), &ledgers::run());
    assert_eq!(text, "clean: there was nothing to read\n");
}

#[test]
fn what_is_waived_or_noise_is_never_silent() {
    let ledger = Ledger { leaks: Vec::new(), skipped: Vec::new(), ..ledgers::full() };
    let text = plain(&ledger, &Run { width: 160, ..ledgers::run() });
    let (accepted, verdict) = text.split_once("\n\n").unwrap();
    assert!(accepted.contains("exclude \"vendor\"\n     12 inputs left out"), "{text}");
    assert!(accepted.contains("2 entries waived 3 places") && accepted.contains("expired"), "{text}");
    assert_eq!(
        verdict,
        "clean: no leak in 1,234 files (56.7 MB, 0.42s); 2 waived (--verbose lists them); 1 new inline mark; \
         2 noise (--noise lists them)\n"
    );
}

#[test]
fn no_line_is_too_wide_but_for_paths() {
    for width in [60, 80, 140] {
        let text = plain(&ledgers::full(), &Run { width, places: Detail::Full, ..ledgers::run() });
        for line in text.lines().filter(|line| !line.contains("-->") && !line.contains("]: ")) {
            assert!(line.chars().count() <= width, "{width}: {line}");
        }
    }
}

#[test]
fn a_terminal_obeys_nothing_that_was_scanned() {
    for places in [Detail::Brief, Detail::Full] {
        let text = report(Format::Human, &ledgers::full(), &Run { places, noise: Detail::Full, ..ledgers::run() });
        let ours = |part: &str| part.starts_with('[') && part.find('m').is_some_and(|end| end < 8);
        assert!(text.split('\u{1b}').skip(1).all(ours), "an escape that is no colour");
        let rest = anstream::adapter::strip_str(&text).to_string();
        assert!(rest.chars().all(|c| c == '\n' || !c.is_control()), "a control character");
        assert!(!rest.contains('\u{202e}'));
    }
}
