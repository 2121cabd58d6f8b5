//! Names: what the name that a value is assigned to says of the value.
//!
//! Most providers' keys have no form of their own: `MISTRAL_API_KEY=` tells whose the 32 characters after it are. A name
//! that says no more than `api_key` leaves it to what stands near.

use std::ops::Range;

use crate::rules::beginning;

/// How far before a value its name may begin.
pub(super) const FARTHEST_NAME: usize = 96;

/// What a word says of the value of a name that it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    /// That it is secret.
    Secret,
    /// No more than that, beside such a word.
    Plain,
    /// That it is none, even of a name with `key` in it.
    Harmless,
    /// Whose it is, or something else.
    Other,
}

/// What a word in lower case says.
fn says(word: &[u8]) -> Says {
    match word {
        b"key" | b"keys" | b"apikey" | b"token" | b"tokens" | b"secret" | b"secrets" | b"password" | b"passwd"
        | b"pass" | b"pwd" | b"pat" | b"auth" | b"authorization" | b"bearer" | b"credential" | b"credentials"
        | b"creds" | b"accesskey" | b"secretkey" | b"accesstoken" | b"authtoken" | b"apitoken" | b"apisecret" => {
            Says::Secret
        }
        b"api" | b"access" | b"x" | b"http" | b"header" | b"headers" | b"user" | b"my" | b"default" | b"client"
        | b"private" | b"personal" | b"env" => Says::Plain,
        b"id" | b"hash" | b"sha" | b"sha1" | b"sha256" | b"md5" | b"digest" | b"checksum" | b"fingerprint"
        | b"public" | b"publishable" | b"name" => Says::Harmless,
        _ => Says::Other,
    }
}

/// A name and what it says.
pub(super) struct Named {
    /// The name as written.
    pub(super) range: Range<usize>,
    /// Its words in lower case, a space before each and one after the last.
    words: [u8; 2 * FARTHEST_NAME + 2],
    length: usize,
    /// Whether it says that its value is secret.
    pub(super) secret: bool,
    /// Whether it says nothing else.
    pub(super) bare: bool,
    /// What it, or the rest of it, begins in at each of its words: a bit for each.
    beginnings: u64,
}

impl Named {
    /// Reads the name at `range`.
    pub(super) fn new(text: &[u8], range: Range<usize>) -> Self {
        let mut words = [0; 2 * FARTHEST_NAME + 2];
        let length = spell(&text[range.clone()], &mut words);
        let mut named = Self { range, words, length, secret: false, bare: false, beginnings: 0 };
        let (mut secret, mut harmless, mut plain, mut beginnings) = (false, false, true, 0);
        for (begin, word) in named.words() {
            // A word of one letter goes on in the next, behind the space.
            let second = word.get(1).or_else(|| named.words.get(begin + word.len() + 2));
            beginnings |= beginning([word.first(), second].map(|letter| letter.copied().unwrap_or_default()));
            let says = says(word);
            secret |= says == Says::Secret;
            harmless |= says == Says::Harmless;
            plain &= matches!(says, Says::Secret | Says::Plain);
        }
        (named.secret, named.bare) = (secret && !harmless, secret && !harmless && plain);
        named.beginnings = beginnings;
        named
    }

    /// Its words, each with the place of the space before it.
    pub(super) fn words(&self) -> impl Iterator<Item = (usize, &[u8])> {
        let mut begin = 0;
        std::iter::from_fn(move || {
            let rest = &self.words[begin + 1..self.length];
            let length = rest.iter().position(|&byte| byte == b' ')?;
            let word = (begin, &rest[..length]);
            begin += length + 1;
            Some(word)
        })
    }

    /// How the context words may begin of which one has to stand in it for a secret: in any way if it says no more than that
    /// its value is one; nothing if it does not say that.
    pub(super) fn beginnings(&self) -> Option<u64> {
        self.secret.then_some(if self.bare { u64::MAX } else { self.beginnings })
    }

    /// Whether a word may stand in it that begins in one of these ways; hardly any name says yes.
    pub(super) fn may_hold(&self, beginnings: u64) -> bool {
        self.beginnings & beginnings != 0
    }

    /// Whether `word` stands in it, from the beginning of one of its words on: `exa_api` in `exaApiKey`, but not in
    /// `hexa_api`.
    pub(super) fn holds(&self, word: &str) -> bool {
        self.words().any(|(begin, _)| {
            let mut letters = self.letters_from(begin);
            word.bytes().filter(u8::is_ascii_alphanumeric).all(|byte| letters.next() == Some(byte))
        })
    }

    /// Its letters and digits, from the word at `begin` on.
    fn letters_from(&self, begin: usize) -> impl Iterator<Item = u8> {
        self.words[begin..self.length].iter().copied().filter(|&byte| byte != b' ')
    }

    /// Whether this phrase, a space at both ends, stands where the word at `begin` does.
    pub(super) fn says_at(&self, begin: usize, phrase: &str) -> bool {
        self.words[begin..self.length].starts_with(phrase.as_bytes())
    }
}

/// Whether one of `phrases` (words with spaces between) stands in `name`, whose words are told apart by case, `_`, `-`
/// and `.`: `OPENAI_API_KEY`, `openaiApiKey` and `openai.api-key` all hold `api key`.
pub(super) fn name_says<S: AsRef<str>>(name: &[u8], phrases: &[S]) -> bool {
    let mut words = [0u8; 2 * FARTHEST_NAME + 2];
    let length = spell(name, &mut words);
    let spelled = &words[..length];
    let begins = (1..length).filter(|&at| spelled[at - 1] == b' ');
    let says =
        |at: usize, phrase: &[u8]| spelled[at..].starts_with(phrase) && spelled.get(at + phrase.len()) == Some(&b' ');
    begins.into_iter().any(|at| phrases.iter().any(|phrase| says(at, phrase.as_ref().as_bytes())))
}

/// Writes a name's words in lower case, each between spaces, and says how much was written. `buffer` holds twice the
/// longest name.
fn spell(name: &[u8], buffer: &mut [u8]) -> usize {
    let mut length = 1;
    buffer[0] = b' ';
    // Whether the byte before was a capital, and whether a word goes on.
    let (mut was_upper, mut in_word) = (false, false);
    for (index, &byte) in name.iter().take(FARTHEST_NAME).enumerate() {
        let (is_upper, is_letter) = (byte.is_ascii_uppercase(), byte.is_ascii_alphanumeric());
        let begins = is_upper && (!was_upper || name.get(index + 1).is_some_and(u8::is_ascii_lowercase));
        if in_word && (begins || !is_letter) {
            buffer[length] = b' ';
            length += 1;
        }
        if is_letter {
            buffer[length] = byte.to_ascii_lowercase();
            length += 1;
        }
        (was_upper, in_word) = (is_upper, is_letter);
    }
    if in_word {
        buffer[length] = b' ';
        length += 1;
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_words() {
        let phrases = ["api key", "token"];
        for name in ["OPENAI_API_KEY", "openaiApiKey", "openai.api-key", "HTTPToken", "token", "APIKey"] {
            assert!(name_says(name.as_bytes(), &phrases), "{name}");
        }
        for name in ["apikeys", "tokens", "tokenizer", "happi_key", "KEY"] {
            assert!(!name_says(name.as_bytes(), &phrases), "{name}");
        }
    }

    #[test]
    fn a_name_holds_what_begins_at_one_of_its_words() {
        let named = |name: &str| Named::new(name.as_bytes(), 0..name.len());
        for (name, word) in [("exaApiKey", "exa_api"), ("MY_EXA", "exa"), ("x_AI_key", "xai"), ("key_x", "x")] {
            assert!(named(name).holds(word), "{word} in {name}");
            let mut letters = word.bytes().filter(u8::is_ascii_alphanumeric);
            if let (Some(first), Some(second)) = (letters.next(), letters.next()) {
                assert!(named(name).may_hold(beginning([first, second])), "{word} in {name}");
            }
            assert!(named(name).may_hold(u64::MAX), "{name}");
        }
        for (name, word) in [("hexaApiKey", "exa_api"), ("key", "keys"), ("--", "x")] {
            assert!(!named(name).holds(word), "{word} in {name}");
        }
        assert!(!named("OPENAI_API_KEY").may_hold(beginning(*b"zq")));
        assert_eq!([named("api_key").beginnings(), named("EXA_MODEL").beginnings()], [Some(u64::MAX), None]);
        assert_eq!(named("EXA_KEY").beginnings(), Some(beginning(*b"ex") | beginning(*b"ke")));
    }

    #[test]
    fn a_name_says_whether_its_value_is_secret_and_whether_more() {
        let said = |name: &str| {
            let named = Named::new(name.as_bytes(), 0..name.len());
            (named.secret, named.bare)
        };
        for name in ["api_key", "apiKey", "Authorization", "x-api-key", "client_secret", "ACCESS_TOKEN"] {
            assert_eq!(said(name), (true, true), "{name}");
        }
        for name in ["MISTRAL_API_KEY", "mistralKey", "cohere.token"] {
            assert_eq!(said(name), (true, false), "{name}");
        }
        for name in ["mistral_model", "MISTRAL_KEY_ID", "api_key_hash", "monkey"] {
            assert!(!said(name).0, "{name}");
        }
    }
}
