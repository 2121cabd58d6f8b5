//! A `Glance`: what a quick look at a text or at a name has to see for a word of a rule's context to be in it. It says no
//! to nearly all, and a value that many rules may be for is asked about by each of them.

use super::keywords::place;
use super::spec::RuleSpec;

/// What has to be seen.
#[derive(Debug, Default)]
pub(crate) struct Glance {
    /// For each word, its characters, three by three.
    pub(crate) threes: Box<[Box<[u32]>]>,
    /// In what the words begin, as [`beginning`] tells it.
    pub(crate) beginnings: u64,
}

impl Glance {
    /// That for the context of a rule.
    pub(super) fn of(spec: &RuleSpec) -> Self {
        let threes = words_of(spec).map(|word| threes(word.as_bytes()).collect()).collect();
        Self { threes, beginnings: beginnings(spec) }
    }
}

/// The words of a rule's context.
fn words_of(spec: &RuleSpec) -> impl Iterator<Item = &String> {
    spec.context.iter().flat_map(|context| &context.words)
}

/// In what the words of a rule's context begin, a bit for each.
pub(super) fn beginnings(spec: &RuleSpec) -> u64 {
    words_of(spec).fold(0, |all, word| all | beginning_of(word))
}

/// The characters of a text, three by three: a number for each place, the same for large and small letters.
pub(crate) fn threes(text: &[u8]) -> impl Iterator<Item = u32> {
    // Two signs that are taken for one do no harm.
    let with = |number: u32, byte: &u8| (number << 8 | u32::from(byte | b' ')) & 0xFF_FFFF;
    let (before, rest) = text.split_at(text.len().min(2));
    let mut number = before.iter().fold(0, with);
    rest.iter().map(move |byte| {
        number = with(number, byte);
        number
    })
}

/// A bit for two letters or digits in which a name, or a word of it, begins.
pub(crate) fn beginning([first, second]: [u8; 2]) -> u64 {
    place::<6>(u32::from_le_bytes([first, second, 0, 0])).1
}

/// The bit for the beginning of a context word; all of them, if it has one letter, which may have any behind it in a name.
fn beginning_of(word: &str) -> u64 {
    let mut letters = word.bytes().filter(u8::is_ascii_alphanumeric);
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) => beginning([first, second]),
        _ => u64::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_a_three_at_each_place_but_the_last_two() {
        let of = |text: &[u8]| threes(text).collect::<Vec<_>>();
        assert_eq!([of(b""), of(b"a"), of(b"ab")], [[0; 0]; 3]);
        let text = b"some Text, \xFF\x00 more_of-IT 12";
        assert_eq!(of(text), text.windows(3).flat_map(of).collect::<Vec<_>>());
        assert_eq!(of(text), of(&text.to_ascii_lowercase()));
        assert_eq!(of(text), of(&text.to_ascii_uppercase()));
        assert!(of(b"abc") != of(b"acb") && of(b"abc") != of(b"abd") && of(b"xbc") != of(b"abc"));
    }

    #[test]
    fn a_word_of_one_letter_may_begin_in_whatever_a_name_does() {
        assert_eq!([beginning_of("x"), beginning_of("_")], [u64::MAX; 2]);
        assert_eq!(beginning_of("e-xa"), beginning(*b"ex"));
        assert_eq!(beginning(*b"ex").count_ones(), 1);
    }
}
