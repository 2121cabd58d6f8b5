//! Properties: a key is found wherever it is put, whatever stands around it.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use unleak::words::{Secret, Verdict};

use super::support::made;
use super::{engine, found};

/// Pieces that texts around a key are made of: what could hide it, if anything can.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let hostile = prop::sample::select(vec![
        "sk-",
        "sk-proj-",
        "sk-proj-x",
        "sk-None-",
        "sk-svcacct-",
        "ask-",
        "-",
        "_",
        "=",
        "\\n",
        "%3D",
        "\"",
        "eyJ",
        ".",
        "{\"tokens\":{\"refresh_token\":\"",
        "T3Blbk",
        "sk-proj-T3BlbkFJ T3BlbkFJ",
        "sk-admin-T3BlbkFJ",
        "rt_",
        "whsec_",
        "OPENAI_API_KEY=",
        "\u{1b}[31m",
        "\r\n",
        "\n",
    ]);
    prop_oneof![
        hostile.prop_map(|text| text.as_bytes().to_vec()),
        "[a-zA-Z0-9_/+-]{0,120}".prop_map(String::into_bytes),
        "\\PC{0,40}".prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 0..60),
        (0..50u64).prop_map(|seed| made("sk-proj-{b64url:74}T3Blbk{=FJ}{b64url:30}", seed).into_bytes()),
        (0..50u64).prop_map(|seed| made("sk-{openai:20}", seed).into_bytes()),
    ]
}

fn around() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(piece(), 0..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    // The seed is fixed: one key in a million is noise by chance, which would make CI fail now and then.
    #![proptest_config(ProptestConfig {
        cases: 1500,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(20),
        ..ProptestConfig::default()
    })]

    /// There is no condition: whatever comes before and after, glued or not.
    #[test]
    fn a_current_key_is_found_in_any_text(before in around(), after in around(), seed in 1000..u64::MAX, kind in 0..3usize) {
        let recipe = ["sk-proj-{openai:74}", "sk-svcacct-{openai:74}", "sk-admin-{openai:58}"][kind];
        let key = made(recipe, seed);
        let text = [&before[..], key.as_bytes(), &after].concat();
        let sightings = found(engine(), &text).sightings;
        let hit = sightings.iter().find(|seen| seen.secret == Secret::new(key.as_bytes()));
        let seen: Vec<_> = sightings.iter().map(|seen| (&seen.rule, seen.span, &seen.verdict)).collect();
        prop_assert!(hit.is_some_and(|hit| hit.span.start == before.len() as u64), "{seen:?}, key at {}", before.len());
        prop_assert!(hit.is_some_and(|hit| hit.verdict == Verdict::Real), "{seen:?}");
    }

    /// A legacy key has no body of its own to tell it from the name of another: nothing may be glued before it that
    /// could begin one.
    #[test]
    fn a_legacy_key_is_found_in_any_text(before in around(), after in around(), seed in any::<u64>()) {
        let key = made("sk-{openai:20}", seed);
        let text = [&before[..], b"\n", key.as_bytes(), &after].concat();
        let sightings = found(engine(), &text).sightings;
        let hit = sightings.iter().find(|seen| seen.secret == Secret::new(key.as_bytes()));
        prop_assert!(hit.is_some_and(|hit| hit.verdict == Verdict::Real), "{:?}", hit.map(|hit| &hit.verdict));
    }

    /// No text makes the engine fail, and every place it tells is a place in the text.
    #[test]
    fn no_text_is_too_much(text in around()) {
        for seen in found(engine(), &text).sightings {
            prop_assert!(seen.span.start < seen.span.end && seen.span.end <= text.len() as u64);
            if !seen.via.is_plain() {
                continue; // those bytes stand for the secret and are not it: tests/encodings looks at them
            }
            prop_assert_eq!(seen.secret, Secret::new(&text[seen.span.start as usize..seen.span.end as usize]));
        }
    }
}
