//! The offline checksum of Microsoft's identifiable Azure keys.
//!
//! Since 2024 the Azure OpenAI, AI Services, Cognitive Services and Azure DevOps keys (among
//! others) follow one 84-character form, known as HIS v2, "common annotated security key" or
//! legacy CASK: 52 secret characters, `JQQJ99`, a date, reserved fields, the provider's four
//! letters and a four-character checksum (eight with padding in the 88-character long form).
//! The checksum is public and unkeyed, so a key can be told from a look-alike without a network.
//! It proves how a string was made, not that the key was ever issued or is still alive.
//!
//! The facts come from `microsoft/security-utilities` (`IdentifiableSecrets.cs`, `Base62.cs`,
//! `LegacyCommonAnnotatedSecurityKey.cs`) and Marvin32 from `microsoft/SymCrypt` (`marvin32.c`);
//! the code is our own:
//!
//! 1. the first 80 characters, standard base64, are 60 bytes;
//! 2. their Marvin32 hash under the seed `Default0`, halves folded by XOR, is the checksum;
//! 3. its four little-endian bytes are written in base62 (library 1.7.0, September 2024, and
//!    later) or in plain base64 (before); the 84-character form keeps the first four characters.

use base64::alphabet;
use base64::engine::{Engine, GeneralPurpose, GeneralPurposeConfig};

/// The seed every key of this generation shares.
const SEED: u64 = u64::from_be_bytes(*b"Default0");

/// How many decoded bytes the checksum covers; whatever follows them is the checksum.
const COVERED: usize = 60;

/// How many characters of a key are random.
const SECRET: usize = 52;

/// Digits of the base62 form. Each is a base64 character too, so a key stays valid base64.
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Standard base64 that forgives the stray bits a base62 digit can leave in the last character.
const BASE64: GeneralPurpose =
    GeneralPurpose::new(&alphabet::STANDARD, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));

/// Whether `key` is an 84-character key, or its 88-character long form, with a true checksum.
///
/// Nothing but length and checksum is looked at: `JQQJ99` and the provider are the caller's
/// affair. A random alphanumeric ending passes about once in eight million. The older Azure
/// Storage keys (88 characters, `+ASt`) have the same seed and place, so they are valid here too.
#[must_use]
pub(super) fn has_valid_checksum(key: &[u8]) -> bool {
    let mut buffer = [0; 66];
    let Ok(length) = BASE64.decode_slice(key, &mut buffer) else {
        return false;
    };
    let Some((body, stored)) = buffer[..length].split_at_checked(COVERED) else {
        return false;
    };
    let checksum = marvin32(SEED, body).to_le_bytes();
    matches!(stored.len(), 3 | 4) && (checksum.starts_with(stored) || base62_bytes(checksum).starts_with(stored))
}

/// The part of a key that is random; what follows it says whose it is and when it was made.
#[must_use]
pub(super) fn secret_part(key: &[u8]) -> &[u8] {
    &key[..key.len().min(SECRET)]
}

/// The base62 form of a checksum as it lies in the decoded key: four bytes, then zeros.
fn base62_bytes(checksum: [u8; 4]) -> [u8; 6] {
    let mut bytes = [0; 6];
    let decoded = BASE64.decode_slice(base62_text(checksum), &mut bytes);
    debug_assert_eq!(decoded, Ok(4), "base62 digits are base64 characters");
    bytes
}

/// The base62 form of a checksum as text: six digits and the base64 padding.
///
/// The four bytes are one big-endian number, written without leading zeros except one for each
/// leading zero byte (never for the last byte), then filled up with zeros *on the right*.
fn base62_text(checksum: [u8; 4]) -> [u8; 8] {
    let mut number = u32::from_be_bytes(checksum);
    let zeros = checksum[..3].iter().take_while(|&&byte| byte == 0).count();
    let digits = number.checked_ilog(62).map_or(1, |log| log as usize + 1);

    let mut text = *b"000000==";
    for digit in text[zeros..zeros + digits].iter_mut().rev() {
        *digit = BASE62[(number % 62) as usize];
        number /= 62;
    }
    text
}

/// Marvin32 of `data`, its two 32-bit halves folded into one by XOR.
pub(super) fn marvin32(seed: u64, data: &[u8]) -> u32 {
    let (mut low, mut high) = (seed as u32, (seed >> 32) as u32);
    let mut absorb = |word: u32| {
        low = low.wrapping_add(word);
        high ^= low;
        low = low.rotate_left(20).wrapping_add(high);
        high = high.rotate_left(9) ^ low;
        low = low.rotate_left(27).wrapping_add(high);
        high = high.rotate_left(19);
    };

    let (words, rest) = data.as_chunks::<4>();
    for word in words {
        absorb(u32::from_le_bytes(*word));
    }
    let mut last = [0; 4];
    last[..rest.len()].copy_from_slice(rest);
    last[rest.len()] = 0x80;
    absorb(u32::from_le_bytes(last));
    absorb(0);
    low ^ high
}

/// Completes an 80-character `body` into an 84-character key, so that no test and no rule file needs a literal one;
/// nothing if the body is not 80 characters of base64.
#[must_use]
pub fn with_checksum(body: &str) -> Option<String> {
    let bytes = BASE64.decode(body).ok().filter(|bytes| bytes.len() == COVERED)?;
    let digits = base62_text(marvin32(SEED, &bytes).to_le_bytes());
    let kept = digits[..4].iter().map(|&digit| char::from(digit));
    Some(body.chars().chain(kept).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A made-up Azure OpenAI body: 52 secret characters and the annotations, no checksum.
    fn body(secret: char) -> String {
        let secret = secret.to_string().repeat(52);
        format!("{secret}JQQJ99BAAC0123456789AAABACOG")
    }

    /// A published 64-bit Marvin32 result, folded the way `marvin32` folds it.
    fn folded(hash: u64) -> u32 {
        u32::try_from((hash >> 32) ^ (hash & 0xffff_ffff)).expect("32 bits")
    }

    /// The self-test of `microsoft/SymCrypt`, `lib/marvin32.c`, and the longer text of
    /// `microsoft/security-utilities`, `MarvinTests.cs`.
    #[test]
    fn marvin32_agrees_with_symcrypt() {
        let short = marvin32(0xd53c_d9ce_cd08_93b7, b"abc");
        assert_eq!(short, folded(0x22c7_4339_4927_69bf));
        let long = marvin32(0x0ddd_deee_efff_f000, b"abcdefghijklmnopqrstuvwxyz");
        assert_eq!(long, folded(0xa128_eb7e_7260_aca2));
    }

    /// Every remainder of the length by four: vectors of `skeeto/marvin32`, `marvin32.c`, as
    /// kept in `microsoft/security-utilities`, `MarvinShared.cs`.
    #[test]
    fn marvin32_agrees_on_every_tail_length() {
        let vectors: [(&[u8], u64); 8] = [
            (b"", 0x30ed_35c1_00cd_3c7d),
            (b"\xaf", 0x48e7_3fc7_7d75_ddc1),
            (b"\xe7\x0f", 0xb5f6_e1fc_485d_bff8),
            (b"\x37\xf4\x95", 0xf0b0_7c78_9b8c_f7e8),
            (b"\x86\x42\xdc\x59", 0x7008_f2e8_7e9c_f556),
            (b"\x15\x3f\xb7\x98\x26", 0xe6c0_8c6d_a2af_a997),
            (b"\x09\x32\xe6\x24\x6c\x47", 0x6f04_bf1a_5ea2_4060),
            (b"\xab\x42\x7e\xa8\xd1\x0f\xc7", 0xe118_47e4_f067_8c41),
        ];
        for (data, hash) in vectors {
            let found = marvin32(0x004f_b61a_001b_dbcc, data);
            assert_eq!(found, folded(hash), "{data:x?}");
        }
    }

    #[test]
    fn a_completed_key_is_valid() {
        for secret in ('a'..='z').chain('A'..='Z').chain('0'..='9') {
            let key = with_checksum(&body(secret)).expect("a body");
            assert_eq!(key.len(), 84);
            assert!(has_valid_checksum(key.as_bytes()), "{secret}");
        }
    }

    #[test]
    fn a_change_anywhere_is_noticed() {
        let key = with_checksum(&body('q')).expect("a body").into_bytes();
        for index in 0..key.len() {
            let mut changed = key.clone();
            changed[index] = if key[index] == b'x' { b'y' } else { b'x' };
            assert!(!has_valid_checksum(&changed), "character {index}");
        }
    }

    #[test]
    fn other_lengths_and_alphabets_are_refused() {
        let key = with_checksum(&body('q')).expect("a body");
        let mut wrong: Vec<String> = (0..84).map(|end| key[..end].to_owned()).collect();
        wrong.extend(["A", "==", "AA", "AA=", "AAAA", "AAAAA=="].map(|end| key.clone() + end));
        wrong.extend(['-', '_', ' ', '='].map(|secret| body(secret) + &key[80..]));
        wrong.push(key.repeat(1000));
        for text in wrong {
            assert!(!has_valid_checksum(text.as_bytes()), "{text}");
        }
    }

    /// The older writing, and the long form: the key repeated in `bench_data.utf8` of
    /// `microsoft/security-utilities`, whose secret is 52 times `A`.
    #[test]
    fn the_base64_form_is_valid_in_both_lengths() {
        let (secret, reserved) = ("A".repeat(52), "A".repeat(16));
        let short = format!("{secret}JQQJ99AG{reserved}ABCDTZJ9");
        assert!(has_valid_checksum(short.as_bytes()));
        assert!(has_valid_checksum(format!("{short}JA==").as_bytes()));
        assert!(!has_valid_checksum(format!("{short}Jg==").as_bytes()));
    }

    /// The last digit of six carries two bits only: with the others cleared, as the library has
    /// written it since 1.8.0, or not, as 1.7.0 wrote it, the key is the same.
    #[test]
    fn the_base62_form_is_valid_in_the_long_form() {
        let body = body('q');
        let bytes = BASE64.decode(&body).expect("base64");
        let text = base62_text(marvin32(SEED, &bytes).to_le_bytes());
        let as_written = [body.as_bytes(), &text[..]].concat();
        assert!(has_valid_checksum(&as_written));
        let cleared = BASE64.encode(BASE64.decode(&as_written).expect("base64"));
        assert!(has_valid_checksum(cleared.as_bytes()));
    }

    /// The first row is the checksum of a genuine Azure DevOps token that Nosey Parker publishes
    /// as an example (`np.azure.4`); it ends in the first four of these digits.
    #[test]
    fn base62_has_its_own_rule_for_zeros() {
        let rows: [([u8; 4], &[u8; 8]); 9] = [
            ([0xc7, 0xca, 0xe2, 0x5d], b"3eqUUX=="),
            ([0xff, 0xff, 0xff, 0xff], b"4gfFC3=="),
            ([0x36, 0x9b, 0x13, 0xe0], b"100000=="),
            ([0x36, 0x9b, 0x13, 0xdf], b"zzzzz0=="),
            ([0x00, 0xff, 0xff, 0xff], b"018OWF=="),
            ([0x00, 0xe1, 0x78, 0x0f], b"0zzzz0=="),
            ([0x00, 0x00, 0xff, 0xff], b"00H310=="),
            ([0x00, 0x00, 0x00, 0xff], b"000470=="),
            ([0x00, 0x00, 0x00, 0x00], b"000000=="),
        ];
        for (checksum, text) in rows {
            assert_eq!(&base62_text(checksum), text, "{checksum:x?}");
        }
    }
}
