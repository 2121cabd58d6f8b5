//! Placeholders: values that people make up where a key should stand. Each sign of one is far beyond what chance does to
//! a real key, since hiding a real key would be worse than showing a false one.

use super::randomness::{alphabet_size, excess_collisions};
use crate::words::Noise;

/// The same character this often in a row, or this many in the order of the alphabet, up or down.
const LONGEST: usize = 6;

/// The same of sixteen digits, where chance makes it more often: of hex keys of 64 digits one in a hundred thousand.
const LONGEST_HEX: usize = 7;

/// A block of this many characters that stands in it twice.
const BLOCK: usize = 8;

/// A sentence is so long.
const SENTENCE: usize = 24;

/// Blocks are compared in so many bytes at most.
const COMPARED: usize = 256;

/// More collisions than chance gives, in standard deviations.
const FAR_FROM_CHANCE: f64 = 10.0;

/// Words that no random text holds by accident (five letters and more), in lower case.
const WORDS: &[&str] = &[
    "anything",
    "apikey",
    "asdfgh",
    "awesome",
    "changeit",
    "changeme",
    "default",
    "deadbeef",
    "dummy",
    "enter",
    "example",
    "fakekey",
    "foobar",
    "hackme",
    "hello",
    "hidden",
    "hunter",
    "insert",
    "invalid",
    "lorem",
    "masked",
    "mockkey",
    "mykey",
    "myapi",
    "nokey",
    "notreal",
    "notakey",
    "openai",
    "password",
    "placeholder",
    "private",
    "qwerty",
    "random",
    "redacted",
    "removed",
    "replace",
    "sample",
    "secret",
    "something",
    "somekey",
    "testing",
    "testkey",
    "thisis",
    "totally",
    "yourkey",
    "zxcvbn",
];

/// How long short words are.
const SHORT: usize = 4;

/// Short words, which count only as a part of their own or at the very end.
const SHORT_WORDS: &[&str] = &["test", "fake", "demo", "your", "here", "mock", "todo", "none", "null", "stub"];

/// How sure the structure of a key makes us that nobody made it up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Structure {
    /// Nothing is known, or nothing fits.
    Unknown,
    /// It has a mark of real keys: a word in it may be chance.
    WellMade,
}

/// Why `body`, the part of a key that should be random, was made up; nothing if it may be real.
pub(super) fn placeholder(body: &[u8], structure: Structure) -> Option<Noise> {
    let most = if alphabet_size(body) <= 18 { LONGEST_HEX } else { LONGEST };
    if has_stretch(body, most, |a, b| a == b) {
        return Some(Noise::Repetitive);
    }
    if has_sequence(body, most) || ends_in_sequence(body) {
        return Some(Noise::Sequence);
    }
    if has_block_twice(body) {
        return Some(Noise::RepeatedBlock);
    }
    if is_far_from_chance(body) {
        return Some(Noise::Repetitive);
    }
    match structure {
        Structure::WellMade => None,
        Structure::Unknown if has_sentence(body) => Some(Noise::Identifier),
        Structure::Unknown => word_in(body).map(Noise::Word),
    }
}

/// Whether a sentence stands in it, with `-` or `_` between its words: `this-is-not-the-key-you-look-for`. Of keys in
/// base64url one in ten million has so long a stretch without an upper case letter or a digit.
fn has_sentence(body: &[u8]) -> bool {
    let is_joint = |byte: &u8| matches!(byte, b'-' | b'_');
    let stretches = body.split(|byte| !byte.is_ascii_lowercase() && !is_joint(byte));
    stretches.filter(|part| part.len() >= SENTENCE).any(|part| part.iter().filter(|byte| is_joint(byte)).count() >= 3)
}

/// Whether characters come again far more often than by chance: in all of it, and in one of its parts, since a key may be
/// made of digits here and letters there.
fn is_far_from_chance(body: &[u8]) -> bool {
    let far = |text: &[u8]| excess_collisions(text, alphabet_size(text)) > FAR_FROM_CHANCE;
    let kind = |byte: &u8| (byte.is_ascii_alphanumeric(), byte.is_ascii_uppercase());
    let together = |a: &u8, b: &u8| kind(a) == kind(b);
    let mut parts = body.chunk_by(together).filter(|part| part.len() >= BLOCK).peekable();
    far(body) && (parts.peek().is_none() || parts.any(far))
}

/// Whether `of` places in a row, of so many, are `alike`. Of each stretch that is so long one of every `of` places tells, so
/// only those are looked at where hardly any are.
fn are_in_a_row(places: usize, of: usize, alike: impl Fn(usize) -> bool) -> bool {
    let mut at = of.max(1) - 1;
    while at < places {
        if alike(at) {
            let before = (0..at).rev().take(of).take_while(|&at| alike(at)).count();
            let behind = (at + 1..places).take(of).take_while(|&at| alike(at)).count();
            if before + 1 + behind >= of {
                return true;
            }
        }
        at += of.max(1);
    }
    false
}

/// Whether so many characters, two or more, stand in a row of which each and the next are `alike`.
fn has_stretch(body: &[u8], most: usize, alike: impl Fn(u8, u8) -> bool) -> bool {
    are_in_a_row(body.len().saturating_sub(1), most - 1, |at| alike(body[at], body[at + 1]))
}

/// `abcdef`, `654321`, and two sequences in one: `1a2b3c4d5e`.
pub(super) fn has_sequence(body: &[u8], most: usize) -> bool {
    let up = |a: u8, b: u8| a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric() && b == a.wrapping_add(1);
    let down = |a: u8, b: u8| up(b, a);
    has_stretch(body, most, up) || has_stretch(body, most, down) || has_woven_sequence(body, up)
}

/// Whether its end was written over by hand: `...abcdef`, `...123456`. Of hex keys one in a million ends so.
fn ends_in_sequence(body: &[u8]) -> bool {
    has_sequence(&body[body.len().saturating_sub(LONGEST)..], LONGEST)
}

fn has_woven_sequence(body: &[u8], next: impl Fn(u8, u8) -> bool) -> bool {
    are_in_a_row(body.len().saturating_sub(2), BLOCK - 2, |at| next(body[at], body[at + 2]))
}

fn has_block_twice(body: &[u8]) -> bool {
    let body = &body[..body.len().min(COMPARED)];
    let (mut blocks, mut count) = ([0; COMPARED], 0);
    for (slot, block) in blocks.iter_mut().zip(body.windows(BLOCK).filter_map(<[u8]>::first_chunk)) {
        *slot = u64::from_le_bytes(*block);
        count += 1;
    }
    // In hardly any key does one come again, and then it may overlap itself.
    blocks[..count].sort_unstable();
    let again = blocks[..count].windows(2).any(|pair| pair[0] == pair[1]);
    again
        && (BLOCK..body.len())
            .any(|at| body.get(at..at + BLOCK).is_some_and(|block| body[..at].windows(BLOCK).any(|w| w == block)))
}

/// For the first, the second and the third letter of words, in either case: a bit for each of [`WORDS`] that has it there.
/// Keys may be long, and so each byte of one is looked at once for all words.
static LETTERS: [[u64; 256]; 3] = {
    assert!(WORDS.len() <= 64);
    let mut letters = [[0; 256]; 3];
    let mut number = 0;
    while number < WORDS.len() {
        let mut at = 0;
        while at < 3 {
            let letter = WORDS[number].as_bytes()[at];
            letters[at][letter as usize] |= 1 << number;
            letters[at][letter.to_ascii_uppercase() as usize] |= 1 << number;
            at += 1;
        }
        number += 1;
    }
    letters
};

/// The word that gives it away: the first of [`WORDS`] that stands in it.
fn word_in(body: &[u8]) -> Option<&'static str> {
    let mut first = WORDS.len();
    for (at, three) in body.windows(3).enumerate() {
        let has = |place: usize| LETTERS[place][usize::from(three[place])];
        let mut begun = has(0) & has(1) & has(2);
        while begun != 0 {
            let number = begun.trailing_zeros() as usize;
            let word = WORDS[number];
            if number < first && body.get(at..at + word.len()).is_some_and(|part| is_word(part, word)) {
                first = number;
            }
            begun &= begun - 1;
        }
    }
    WORDS.get(first).copied().or_else(|| short_word_in(body))
}

/// Whether `part` is this word as people write it. Five letters or fewer in mixed case are chance: of random keys of forty
/// characters, one in a hundred thousand would hold such a word in any case.
fn is_word(part: &[u8], word: &str) -> bool {
    let one_case = || {
        let rest = part.get(1..).unwrap_or_default();
        rest.iter().all(u8::is_ascii_lowercase) || part.iter().all(u8::is_ascii_uppercase)
    };
    part.eq_ignore_ascii_case(word.as_bytes()) && (word.len() > 5 || one_case())
}

fn short_word_in(body: &[u8]) -> Option<&'static str> {
    let parts = || body.split(|byte| !byte.is_ascii_alphanumeric()).filter(|part| part.len() == SHORT);
    let has_parts = parts().next().is_some();
    let is_part = |word: &str| has_parts && parts().any(|part| part.eq_ignore_ascii_case(word.as_bytes()));
    let end = body.last_chunk::<SHORT>().filter(|_| body.len() > SHORT);
    let ends = |word: &str| end.is_some_and(|end| is_word(end, word));
    SHORT_WORDS.iter().copied().find(|word| ends(word) || is_part(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(body: &str) -> Option<Noise> {
        placeholder(body.as_bytes(), Structure::Unknown)
    }

    #[test]
    fn what_people_make_up_is_seen() {
        assert_eq!(judged("xxxxxxxxxxxxxxxxxxxxxxxx"), Some(Noise::Repetitive));
        assert_eq!(judged("Q9abcdefghZt7Lm2Wp"), Some(Noise::Sequence));
        assert_eq!(judged("8c1f0a9d3e7b42561f9e0c8d7aabcdef"), Some(Noise::Sequence));
        assert_eq!(judged("a1b2c3d4e5f6g7h8"), Some(Noise::Sequence));
        assert_eq!(judged("Zt7Lm2Wp9Zt7Lm2Wp9"), Some(Noise::RepeatedBlock));
        assert_eq!(judged("Zt7Lm2WYourKeyp9Kd4"), Some(Noise::Word("yourkey")));
        assert_eq!(judged("Zt7Lm2Wp9Kd4Rs8Vtest"), Some(Noise::Word("test")));
        assert_eq!(judged("aabbaabbabababbaabab"), Some(Noise::Repetitive));
        assert_eq!(judged("Zt7Lm2_this-is-not-what-you-look-for_9Kd4Rs8V"), Some(Noise::Identifier));
    }

    #[test]
    fn every_word_is_seen_wherever_it_stands_and_the_first_is_told() {
        assert!(SHORT_WORDS.iter().all(|word| word.len() == SHORT));
        for word in WORDS {
            for body in [format!("Zt7{word}9Kd4"), format!("{word}9Kd4"), format!("Zt7{}", word.to_ascii_uppercase())] {
                let wanted = WORDS.iter().find(|other| word.contains(**other));
                assert_eq!(word_in(body.as_bytes()), wanted.copied(), "{body}");
            }
        }
        assert_eq!(word_in(b"zxcvbn-secret-dummy-thisis"), Some("dummy"));
        assert_eq!(word_in(b"secre_ecret_zxcvb"), None);
    }

    #[test]
    fn what_is_in_a_row_is_seen_wherever_it_stands() {
        for places in 0..24 {
            for begin in 0..places {
                for end in begin..=places {
                    for of in 1..8 {
                        let seen = are_in_a_row(places, of, |at| (begin..end).contains(&at));
                        assert_eq!(seen, end - begin >= of, "{of} of {places}, {begin}..{end}");
                    }
                }
            }
        }
        assert!(!are_in_a_row(60, 3, |at| at % 3 != 0) && are_in_a_row(60, 3, |at| at % 4 != 0));
        assert!(has_stretch(b"xaaaaaay", 6, |a, b| a == b) && !has_stretch(b"aaaaay", 6, |a, b| a == b));
        assert!(!has_stretch(b"", 6, |_, _| true) && !has_stretch(b"aaaaa", 6, |_, _| true));
    }

    #[test]
    fn a_block_that_overlaps_itself_is_none() {
        assert!(has_block_twice(b"abcdefgh-abcdefgh") && has_block_twice(b"ababababababababx"));
        assert!(!has_block_twice(b"abababababababx") && !has_block_twice(b"abcdefg-abcdefg_"));
    }

    #[test]
    fn what_may_be_real_is_left() {
        for body in [
            "Zt7Lm2Wp9Kd4Rs8Vb3Qx",
            "Zt7Lm2Wp9Kd4Rs8VnOnE",
            "Zt7LmHeLlO2Wp9Kd4Rs8",
            "Zt7testLm2Wp9Kd4Rs8Vb3",
            "Zt7Lm2_this-is-short_9Kd4Rs8V",
            "8c1f0a9d3e7b42561f9e0c8d7a6b5034",
            "8c1f0a9d3e7b4256abcdef1f9e0c8d7a",
        ] {
            assert_eq!(judged(body), None, "{body}");
        }
    }

    #[test]
    fn a_word_in_a_well_made_key_is_chance() {
        assert_eq!(placeholder(b"Zt7Lm2WDummYp9Kd4", Structure::WellMade), None);
    }
}
