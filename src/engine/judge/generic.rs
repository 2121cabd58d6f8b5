//! The generic judge: whether a value that is assigned to a name like `secret` is random enough to be one.
//!
//! Random values are not always secrets: digests, ids and version numbers are random too, and names, paths and sentences
//! are assigned to such names all the time. Each reason is a word of [`Noise`].

use base64::alphabet;
use base64::engine::{DecodePaddingMode, Engine, GeneralPurpose, GeneralPurposeConfig};

use super::randomness::{alphabet_size, excess_collisions, pair_score, shannon, wordiness};
use crate::engine::naming::name_says;
use crate::words::Noise;

/// How much the letters of a value with so many pairs of them have to follow each other as in words: less for a long one,
/// since chance evens out. Of random texts one in a thousand does.
fn wordy(pairs: usize) -> f64 {
    0.3 + 12.0 / pairs as f64
}

/// How much the letters of one part of a value have to follow each other as in words for it to be one.
const WORD_PART: f64 = 0.5;

/// Base64 without its padding, which has been cut off.
const BASE64_OF_ANY_PADDING: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// Entropy in bits a character, as a share of what the value's length and alphabet allow at most.
const LEAST_SHARE: f64 = 0.8;

/// Names that say the value is public, or no secret but something random: in lower case, in words.
const HARMLESS: &[&str] = &[
    "public",
    "publishable",
    "anon",
    "hash",
    "hashed",
    "sha",
    "sha1",
    "sha256",
    "sha512",
    "md5",
    "digest",
    "checksum",
    "integrity",
    "fingerprint",
    "thumbprint",
    "id",
    "ids",
    "uuid",
    "guid",
    "name",
    "path",
    "file",
    "url",
    "uri",
    "endpoint",
    "type",
    "page",
    "cursor",
    "next",
    "continuation",
    "count",
    "length",
    "limit",
    "cache",
    "sort",
    "commit",
    "revision",
    "version",
    "pagination",
    "idempotency",
    "nonce",
    "etag",
    "label",
    "prefix",
    "resource",
    "ice",
];

/// Names that say the value was computed from something, so that it opens nothing.
const DIGESTS: &[&str] = &[
    "hash",
    "hashed",
    "sha",
    "sha1",
    "sha256",
    "md5",
    "digest",
    "checksum",
    "integrity",
    "fingerprint",
    "thumbprint",
    "etag",
];

/// Parts of the names of algorithms, in lower case. A value with two of them names how something is signed or encrypted.
const ALGORITHMS: &[&str] = &[
    "hmac", "sha1", "sha224", "sha256", "sha384", "sha512", "pbkdf2", "ecdsa", "ecdhe", "rsa", "aes", "gcm", "cbc",
    "poly1305",
];

/// Whether a name says that its value is a digest.
pub(super) fn says_digest(name: &[u8]) -> bool {
    name_says(name, DIGESTS)
}

/// Whether a name says that its value is public, or no secret but something random.
pub(super) fn says_harmless(name: &[u8]) -> bool {
    name_says(name, HARMLESS)
}

/// Why a value assigned to `name` is no secret; nothing if it may be one.
pub(super) fn noise(value: &[u8], name: Option<&[u8]>) -> Option<Noise> {
    let core = value.split(|&byte| byte == b'=').next().unwrap_or(value);
    if name.is_some_and(says_harmless) || is_uuid(core) || is_short_hex(core) {
        return Some(Noise::Digest);
    }
    if is_name_or_path(core) || is_algorithm(core) || is_made_of_words(core) || is_encoded_text(core) {
        return Some(Noise::Identifier);
    }
    let alphabet = alphabet_size(core);
    let most = f64::from(alphabet).min(core.len() as f64).log2();
    let unlike_chance = shannon(core) < LEAST_SHARE * most || excess_collisions(core, alphabet) > 6.0;
    unlike_chance.then_some(Noise::LowEntropy)
}

/// `8-4-4-4-12` hex digits.
fn is_uuid(value: &[u8]) -> bool {
    let mut parts = value.split(|&byte| byte == b'-');
    value.len() == 36
        && [8, 4, 4, 4, 12].iter().all(|&length| {
            parts.next().is_some_and(|part| part.len() == length && part.iter().all(u8::is_ascii_hexdigit))
        })
}

/// Hex of 64 bits or so, which is a hash far more often than a key.
fn is_short_hex(value: &[u8]) -> bool {
    value.len() < 20 && value.iter().all(u8::is_ascii_hexdigit)
}

/// Made of words, or without the mixture that random values have: digits, and letters that change with them.
fn is_name_or_path(value: &[u8]) -> bool {
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let class = |byte: u8| (byte.is_ascii_digit(), byte.is_ascii_uppercase(), byte.is_ascii_alphanumeric());
    let changes = value.windows(2).filter(|pair| class(pair[0]) != class(pair[1])).count();
    let joints = value.len() - digits - letters;
    let constant = value.contains(&b'_') && !value.iter().any(u8::is_ascii_lowercase);
    letters < 2
        || constant
        || changes * 5 < value.len()
        || digits < 2 && changes * 3 < value.len()
        || joints * 6 > value.len()
        || wordiness(value).is_some_and(|(score, pairs)| score > wordy(pairs))
}

/// `AWS4-HMAC-SHA256`, `aes-256-gcm_hmac`
fn is_algorithm(value: &[u8]) -> bool {
    let known = |part: &&[u8]| ALGORITHMS.iter().any(|name| part.eq_ignore_ascii_case(name.as_bytes()));
    value.split(|byte| !byte.is_ascii_alphanumeric()).filter(known).count() >= 2
}

/// At least two fifths of it are words: `valid-token-12345`, `X509HardwareKeyUsageFlags`. A word is four letters or more
/// in one case (or with a capital) that follow each other as in English.
pub(super) fn is_made_of_words(value: &[u8]) -> bool {
    let same_word = |a: &u8, b: &u8| {
        a.is_ascii_alphabetic() && b.is_ascii_lowercase() || a.is_ascii_uppercase() && b.is_ascii_uppercase()
    };
    let words = value.chunk_by(same_word).filter(|part| part.len() >= 4 && pair_score(part) > WORD_PART);
    words.map(<[u8]>::len).sum::<usize>() * 5 >= value.len() * 2
}

/// Base64 of a text that people read, which is no random value.
fn is_encoded_text(value: &[u8]) -> bool {
    let mut decoded = [0u8; 192];
    let Ok(length) = BASE64_OF_ANY_PADDING.decode_slice(value, &mut decoded) else { return false };
    let text = &decoded[..length];
    text.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace())
        && wordiness(text).is_some_and(|(score, _)| score > 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_values_may_be_secrets() {
        for value in [
            "q7Zt3mXv9Lk2Wp8R",
            "8c1f0a9d3e7b42561f9e0c8d7a6b5034",
            "k3J9vQ2xZ8mW5tR7yB4nL6pD1fG0hS",
            "Zm9/Qx7+T2kL9wP4vR8sY1==",
        ] {
            assert_eq!(noise(value.as_bytes(), Some(b"API_KEY")), None, "{value}");
        }
    }

    #[test]
    fn names_digests_and_ids_are_none() {
        for (value, name, wanted) in [
            ("my-super-secret-token-12", "token", Noise::Identifier),
            ("languageModelV2CallOptions", "token", Noise::Identifier),
            ("2024-10-21-preview-01", "api_key", Noise::Identifier),
            ("8c1f0a9d3e7b42561f9e0c8d7a6b5034", "secret_hash", Noise::Digest),
            ("123e4567-e89b-12d3-a456-426614174000", "token", Noise::Digest),
            ("src/lib/auth2/token4.ts", "secret", Noise::Identifier),
            ("valid-oidc-token-12345", "token", Noise::Identifier),
            ("X509HardwareKeyUsageFlags", "encryption_key", Noise::Identifier),
            ("SslImportMasterKeyFn", "master_key", Noise::Identifier),
            ("EVP_PKEY_ED25519", "private_key", Noise::Identifier),
            ("AWS4-HMAC-SHA256", "Authorization", Noise::Identifier),
            ("waitForTaskToken", "WaitForTaskToken", Noise::Identifier),
            ("48205d4ffd7feba3", "ApiKey", Noise::Digest),
            ("c3ludGhldGljLXByb3h5LWNyZWRlbnRpYWw=", "authorization", Noise::Identifier),
        ] {
            assert_eq!(noise(value.as_bytes(), Some(name.as_bytes())), Some(wanted), "{name} = {value}");
        }
    }
}
