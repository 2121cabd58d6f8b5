//! The `Letters` of a text: a quick no to the question whether a word stands in it.

/// Which letters are in a text, a bit for each, whatever its case; other bytes share theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Letters(u32);

impl Letters {
    /// Those of a text.
    pub(super) const fn of(text: &[u8]) -> Self {
        let (mut letters, mut at) = (0, 0);
        while at < text.len() {
            letters |= 1 << (text[at] & 31);
            at += 1;
        }
        Self(letters)
    }

    /// Whether a word of these letters may stand in a text of those.
    #[inline]
    const fn may_be_in(self, text: Self) -> bool {
        self.0 & !text.0 == 0
    }
}

/// A word with its letters.
pub(super) type Word = (&'static str, Letters);

/// Words with their letters.
pub(super) const fn words<const N: usize>(words: [&'static str; N]) -> [Word; N] {
    let mut all = [("", Letters(0)); N];
    let mut at = 0;
    while at < N {
        all[at] = (words[at], Letters::of(words[at].as_bytes()));
        at += 1;
    }
    all
}

/// Those words that may stand in a text, in their order.
pub(super) fn may_stand_in<'w>(words: &'w [Word], text: &[u8]) -> impl Iterator<Item = &'static str> + use<'w> {
    let letters = Letters::of(text);
    words.iter().filter(move |(_, word)| word.may_be_in(letters)).map(|&(word, _)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_other_letters_are_left_out() {
        const WORDS: [Word; 4] = words(["pass", "word", "1234", "sap"]);
        assert_eq!(may_stand_in(&WORDS, b"Passage").collect::<Vec<_>>(), ["pass", "sap"]);
        assert_eq!(may_stand_in(&WORDS, b"12345").collect::<Vec<_>>(), ["1234"]);
        assert_eq!(may_stand_in(&WORDS, b"").count(), 0);
    }
}
