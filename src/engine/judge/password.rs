//! Passwords: whether a short value that stands where a password should stand is one that opens something.
//!
//! People write placeholders there far more often than passwords. A password has characters of several kinds, mixed; a
//! placeholder is a word, a word with a number after it, or says what it stands for. Which word gave it away is told.

use super::generic::{is_made_of_words, says_digest, says_harmless};
use super::letters::{Word, may_stand_in, words};
use super::placeholder::has_sequence;
use super::randomness::pair_score;
use super::url::URL_WORDS;
use crate::words::Noise;

/// Words that say what should stand there, or that everybody writes there: anywhere in it, in lower case, `0` read as `o`
/// and so on.
const WORDS: &[Word] = &words([
    "password",
    "passwd",
    "passphrase",
    "passwort",
    "secret",
    "changeme",
    "change",
    "example",
    "placeholder",
    "dummy",
    "sample",
    "redacted",
    "replace",
    "insert",
    "your",
    "token",
    "apikey",
    "test",
    "fake",
    "demo",
    "default",
    "admin",
    "letmein",
    "sesame",
    "welcome",
    "qwerty",
    "foobar",
    "hunter",
    "testing",
    "something",
    "whatever",
    "notreal",
    "invalid",
    "wrong",
    "correct",
    "incorrect",
    "mypass",
    "xxxx",
    "abcd",
    "1234",
    "value",
    "string",
    "encrypted",
    "hidden",
    "masked",
    "lorem",
    "hello",
    "world",
    "supersecure",
    "verysecure",
    "mysql",
    "postgres",
    "mongo",
    "redis",
    "rabbit",
    "oracle",
    "credential",
    "localhost",
    "docker",
    "vagrant",
    "jenkins",
    "laravel",
    "django",
    "symfony",
    "user",
    "guest",
    "root",
    "pass",
    "pwd",
    "login",
    "null",
    "none",
    "true",
    "false",
    "undefined",
    "empty",
    "unused",
    "anything",
    "enter",
    "prompt",
]);

/// So long a value may be told to be a name by its words alone.
const LONG: usize = 12;

/// Why a value is no password; nothing if it may be one.
pub(super) fn noise(value: &[u8], name: Option<&[u8]>) -> Option<Noise> {
    if name.is_some_and(|name| says_harmless(name) || says_digest(name)) {
        return Some(Noise::Identifier);
    }
    if value.contains(&b'{') && value.contains(&b'}') || matches!(value.first(), Some(b'<' | b'$' | b'%')) {
        return Some(Noise::Identifier); // it stands for a password
    }
    let mut plain = [0u8; 128];
    let plain = plainly(value, &mut plain);
    // Who mixes letters of both cases, digits and signs means it, whatever word is in it but the plainest.
    let meant = value.len() >= 9 && kinds(value) == 4;
    let words = if meant || changes(value) >= 4 && kinds(value) >= 3 { URL_WORDS } else { WORDS };
    if let Some(word) = may_stand_in(words, plain).find(|word| says(plain, value, word)) {
        return Some(Noise::Word(word));
    }
    if meant {
        return None;
    }
    let repeated = if value.len() < 16 { 3 } else { 6 };
    if value.windows(repeated).any(|part| part.iter().all(|byte| *byte == part[0])) {
        return Some(Noise::Repetitive);
    }
    if has_sequence(&value.to_ascii_lowercase(), 6) {
        return Some(Noise::Sequence);
    }
    if value.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'^' | b'~' | b'*' | b'=')) {
        return Some(Noise::Identifier); // a version or a date
    }
    if value.strip_prefix(b"0x").is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
        return Some(Noise::Identifier); // a number
    }
    if is_identifier(value)
        || value.len() >= LONG && value.iter().all(u8::is_ascii_alphanumeric) && is_made_of_words(value)
    {
        return Some(Noise::Identifier);
    }
    (!is_mixed(value)).then_some(Noise::LowEntropy)
}

/// Whether a word stands in `plain`, which is `value` in plain letters, as people write it: who changes the case in it three
/// times over means a password.
fn says(plain: &[u8], value: &[u8], word: &str) -> bool {
    memchr::memmem::find_iter(plain, word).any(|at| {
        let end = value.len().min(at + word.len());
        changes(&value[at.min(end)..end]) < 3 || word.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// How often its letters change between upper and lower case.
fn changes(value: &[u8]) -> usize {
    let upper = value.iter().filter(|byte| byte.is_ascii_alphabetic()).map(u8::is_ascii_uppercase);
    upper.clone().zip(upper.skip(1)).filter(|(one, next)| one != next).count()
}

/// The value in lower case, digits and signs that stand for letters written as these; as much of it as fits.
fn plainly<'b>(value: &[u8], buffer: &'b mut [u8; 128]) -> &'b [u8] {
    let letters = value.iter().any(u8::is_ascii_alphabetic);
    let length = value.len().min(buffer.len());
    for (to, byte) in buffer.iter_mut().zip(value) {
        *to = match byte {
            b'0' if letters => b'o',
            b'3' if letters => b'e',
            b'@' => b'a',
            b'$' | b'5' if letters => b's',
            b'!' if letters => b'i',
            byte => byte.to_ascii_lowercase(),
        };
    }
    // Numbers stay numbers where they are one: 1234 is no letter.
    if memchr::memmem::find(value, b"1234").is_some() || memchr::memmem::find(value, b"3456").is_some() {
        buffer[..4].copy_from_slice(b"1234");
    }
    &buffer[..length.max(4).min(buffer.len())]
}

/// A name, a path, a version, a key of a translation: words with joints between, no signs and few digits.
fn is_identifier(value: &[u8]) -> bool {
    let joint = |byte: u8| matches!(byte, b'-' | b'_' | b'.' | b'/' | b':' | b',');
    let sign = value.iter().any(|&byte| !byte.is_ascii_alphanumeric() && !joint(byte));
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let parts = value.split(|&byte| joint(byte)).filter(|part| !part.is_empty());
    let words = parts
        .clone()
        .filter(|part| part.iter().all(u8::is_ascii_alphabetic) && (part.len() < 4 || pair_score(part) > 0.3));
    !sign && (digits == 0 && !changes_case(value) || parts.count() > 1 && words.count() > 0 && digits < 4)
}

/// Whether upper and lower case alternate more than in a name.
fn changes_case(value: &[u8]) -> bool {
    value.windows(2).filter(|pair| pair[0].is_ascii_lowercase() != pair[1].is_ascii_lowercase()).count() * 3
        > value.len()
}

/// Whether characters of several kinds stand mixed: a sign among letters, digits between letters, or three kinds.
fn is_mixed(value: &[u8]) -> bool {
    let kinds = kinds(value);
    let digit_changes = value.windows(2).filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit()).count();
    let wordy = value.split(|byte| !byte.is_ascii_alphabetic()).any(|part| part.len() >= 5 && pair_score(part) > 1.2);
    value.is_ascii() && (kinds >= 3 && (!wordy || value.len() >= 9) || kinds == 2 && digit_changes >= 3 && !wordy)
}

/// How many of the four kinds of characters are in it: letters of both cases, digits, signs.
fn kinds(value: &[u8]) -> usize {
    let has = |test: fn(&u8) -> bool| usize::from(value.iter().any(test));
    let sign = |byte: &u8| byte.is_ascii_punctuation();
    has(u8::is_ascii_lowercase) + has(u8::is_ascii_uppercase) + has(u8::is_ascii_digit) + has(sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_say_what_they_are() {
        for value in [
            "password",
            "P@ssw0rd",
            "changeme123",
            "secret1!",
            "your-password",
            "test1234!",
            "s3cr3t",
            "hunter2",
            "abc",
            "password2",
            "newPassword",
            "user.password",
            "xxxxxxxx!",
            "admin!1A",
            "lemonade",
            "Lemonade",
            "sunshine2019",
            "hashed-by-bcrypt",
            "auth.form.pw-label",
            "0xAb19D82E7f54",
        ] {
            assert!(noise(value.as_bytes(), None).is_some(), "{value}");
        }
    }

    #[test]
    fn passwords_are_mixed() {
        for value in ["x9|!kQz", "Zt7#|mW2p", "k3J9|vQ2x", "Winter|2024!", "B3tt3r|-N0t!", "7yH_|e9q2L", "SqLp|a5sW0rD"]
        {
            let value = value.replace('|', "");
            assert_eq!(noise(value.as_bytes(), Some(b"db_password")), None, "{value}");
        }
    }
}
