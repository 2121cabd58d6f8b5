//! What may be shown of a secret, and what names it.

use proptest::collection::vec;
use proptest::prelude::*;
use unleak::words::{Secret, ShownLength};

use super::cases;

/// The longest text that both hold.
fn longest_in_both(one: &str, other: &str) -> usize {
    let holds = |length: usize| {
        one.as_bytes().windows(length).any(|part| memchr::memmem::find(other.as_bytes(), part).is_some())
    };
    (1..=one.len()).take_while(|&length| holds(length)).last().unwrap_or(0)
}

/// Texts as keys are: no letter is more likely than another.
fn random() -> impl Strategy<Value = String> {
    "[A-Za-z0-9_-]{40,160}"
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn a_mask_shows_no_more_than_the_public_part_and_four_characters(secret in vec(any::<u8>(), 0..200), public in 0..12usize) {
        let mask = Secret::new(&secret).mask(public);
        prop_assert_eq!(mask.secret_len(), secret.len());
        let Some((head, tail)) = mask.ends() else { return Ok(()) };
        prop_assert!(head.len() == public && tail.len() == 4);
        prop_assert!(secret.starts_with(head.as_bytes()) && secret.ends_with(tail.as_bytes()));
        prop_assert!(secret.len() >= public + 24, "less than twenty characters stay hidden");
    }

    #[test]
    fn a_weak_secret_shows_its_length_alone(secret in "[a-z]{1,12}[0-9]{0,8}", public in 0..12usize) {
        let secret = Secret::new(secret.as_bytes());
        let shown = secret.mask(public).to_string();
        prop_assert_eq!(shown, format!("…({} characters)", secret.len()));
    }

    #[test]
    fn nothing_that_names_a_secret_holds_a_part_of_it(secret in random(), public in 0..12usize) {
        let (name, mask) = (Secret::new(secret.as_bytes()).fingerprint(&[b"rule"]), Secret::new(secret.as_bytes()).mask(public));
        prop_assert!(longest_in_both(name.as_str(), &secret) <= 4, "{}", name);
        prop_assert!(longest_in_both(&mask.to_string(), &secret) <= public.max(4), "{}", mask);
        let debug = format!("{:?}", Secret::new(secret.as_bytes()));
        prop_assert!(!debug.contains(&secret[..6]), "{}", debug);
    }

    #[test]
    fn a_strong_secret_has_one_name_and_no_other_has_it(
        secret in random(), contexts in vec(vec("[a-z./]{0,9}", 0..3), 2), at in any::<prop::sample::Index>(),
    ) {
        let named = |secret: &[u8], context: &[String]| {
            let context: Vec<&[u8]> = context.iter().map(String::as_bytes).collect();
            Secret::new(secret).fingerprint(&context)
        };
        prop_assume!(Secret::new(secret.as_bytes()).is_strong());
        let name = named(secret.as_bytes(), &contexts[0]);
        prop_assert_eq!(&name, &named(secret.as_bytes(), &contexts[1]));
        let mut other = secret.clone().into_bytes();
        let at = at.index(other.len());
        other[at] = if other[at] == b'a' { b'b' } else { b'a' };
        prop_assert_ne!(&name, &named(&other, &contexts[0]));
    }

    #[test]
    fn a_weak_secret_is_named_for_its_place_in_few_bits(secret in "[a-z]{1,10}", rule in "[a-z-]{1,9}", paths in vec("[a-z/.]{1,12}", 2)) {
        let named = |path: &str| Secret::new(secret.as_bytes()).fingerprint(&[rule.as_bytes(), path.as_bytes()]).to_string();
        let (one, other) = (named(&paths[0]), named(&paths[1]));
        prop_assert!(one.starts_with("weak-") && one.rsplit('-').next().is_some_and(|few| few.len() == 3), "{}", one);
        prop_assert_eq!(one == other, paths[0] == paths[1]);
    }

    #[test]
    fn a_context_is_not_what_its_parts_make_together(secret in "[a-z]{1,10}", text in "[a-z]{2,12}", cut in any::<prop::sample::Index>()) {
        let (one, other) = text.split_at(1 + cut.index(text.len() - 1));
        let named = |context: &[&[u8]]| Secret::new(secret.as_bytes()).fingerprint(context);
        prop_assert_ne!(named(&[one.as_bytes(), other.as_bytes()]), named(&[text.as_bytes(), b""]));
    }

    #[test]
    fn a_mask_of_an_issuer_is_known_again(secret in random(), head in 0..9usize) {
        let (first, last) = (&secret[..head], &secret[secret.len() - 4..]);
        let secret = Secret::new(secret.as_bytes());
        let known = |hidden: &str| secret.is_shown_as(&[first, hidden, last].concat(), ShownLength::Same);
        let stars = "*".repeat(secret.len() - head - 4);
        prop_assert!(known(&stars) && known("...") && known("…"));
        prop_assert!(!known(&stars[1..]) && !known(&["*", &stars].concat()));
    }

    #[test]
    fn a_secret_is_hidden_wherever_it_stands(secret in random(), parts in vec("[ -~]{0,20}", 1..5)) {
        let (text, hidden) = (parts.join(&secret), Secret::new(secret.as_bytes()));
        match hidden.hide_in(&text, &hidden.mask(3)) {
            Some(shown) => prop_assert!(!shown.contains(&secret)),
            None => prop_assert!(!text.contains(&secret)),
        }
    }
}
