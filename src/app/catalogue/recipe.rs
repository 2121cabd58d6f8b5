//! Recipes: texts with random parts, so that rule files and tests hold keys that nobody can mistake for real ones.
//!
//! | part | becomes |
//! |---|---|
//! | `{b64url:N}` `{b64:N}` `{alnum:N}` `{lower:N}` `{upper:N}` `{digit:N}` `{hex:N}` `{HEX:N}` `{base32:N}` `{base58:N}` `{lower32:N}` `{bech32:N}` `{lowernum:N}` `{uppernum:N}` | N random characters |
//! | `{repeat:TEXT:N}` | TEXT again and again, N characters in all |
//! | `{=TEXT}` | TEXT: to cut what must not stand in the file in one piece |
//! | `{openai:N}` `{openai:N/M}` | the two bodies of an OpenAI key with the marker between them |
//! | `{crc:SKIP,APART,DIGITS,BASE:RECIPE}` | RECIPE, APART, and the CRC-32 of all but the first SKIP characters |
//! | `{base64:RECIPE}` | RECIPE in base64, without padding |
//! | `{aws:AKIA}` | an AWS access key id of that kind |
//! | `{uuid:4}` | a random UUID |
//! | `{cask:CODE}` | a Microsoft identifiable key of the provider CODE, its checksum right |
//! | `{his:SEED,SIZE,SIGNATURE}` | the same of the first generation: SIZE bytes, the checksum under SEED right |
//! | `{jwt:JSON}` | a JSON Web Token with that payload |
//! | `{hextime:now}` `{hextime:N}` | eight hex digits of Unix time |
//! | `{{` `}}` | a brace |

use base64::Engine;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};

use crate::engine::judge::{with_azure_checksum, with_cask_checksum, with_crc32};
use crate::rules::spec::CrcSpec;

/// What is wrong with a recipe.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadRecipe(String);

/// Expands a recipe. The same `seed` gives the same text; `now` is seconds of Unix time.
///
/// # Errors
/// The recipe has a part that is not in the table above.
pub fn expand(recipe: &str, seed: u64, now: u64) -> Result<String, BadRecipe> {
    expand_with(recipe, &mut Random::new(recipe, seed), now)
}

fn expand_with(recipe: &str, random: &mut Random, now: u64) -> Result<String, BadRecipe> {
    let mut out = String::new();
    let mut rest = recipe;
    while let Some(at) = rest.find(['{', '}']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix("{{").or_else(|| rest.strip_prefix("}}")) {
            out.push_str(&rest[..1]);
            rest = after;
            continue;
        }
        let part = part(rest)?;
        out.push_str(&expand_part(part, random, now)?);
        rest = &rest[part.len() + 2..];
    }
    out.push_str(rest);
    Ok(out)
}

/// What stands between the brace at the beginning and its partner.
fn part(text: &str) -> Result<&str, BadRecipe> {
    let mut depth = 0;
    for (at, character) in text.char_indices() {
        depth += match character {
            '{' => 1,
            '}' => -1,
            _ => 0,
        };
        if depth <= 0 {
            return text.get(1..at).ok_or_else(|| BadRecipe("a } without its {; write }} for a brace".to_owned()));
        }
    }
    Err(BadRecipe("a { without its }; write {{ for a brace".to_owned()))
}

fn expand_part(part: &str, random: &mut Random, now: u64) -> Result<String, BadRecipe> {
    if let Some(text) = part.strip_prefix('=') {
        return Ok(text.to_owned());
    }
    let (verb, argument) = part.split_once(':').ok_or_else(|| unknown(part))?;
    let count = || argument.parse::<usize>().map_err(|_| BadRecipe(format!("{{{part}}}: {argument:?} is no number")));
    match verb {
        "jwt" => Ok(jwt(argument, random)),
        "cask" => with_cask_checksum(&cask_body(argument, random))
            .ok_or_else(|| BadRecipe(format!("{{{part}}}: the code has eight characters"))),
        "crc" => crc(argument, random, now)?.ok_or_else(|| unknown(part)),
        "base64" => Ok(BASE64_STANDARD_NO_PAD.encode(expand_with(argument, random, now)?)),
        "aws" => Ok(format!("{argument}{}{}", random.text(&ALNUM[..14], 1), random.text(BASE32, 15))),
        "uuid" => Ok(uuid(random)),
        "his" => his(argument, random).ok_or_else(|| unknown(part)),
        "openai" => openai(argument, random).ok_or_else(|| unknown(part)),
        "hextime" if argument == "now" => Ok(format!("{now:08x}")),
        "hextime" => Ok(format!("{:08x}", count()?)),
        "repeat" => {
            let (text, count) = argument.split_once(':').ok_or_else(|| unknown(part))?;
            let count = count.parse().map_err(|_| BadRecipe(format!("{{{part}}}: {count:?} is no number")))?;
            Ok(text.chars().cycle().take(count).collect())
        }
        _ => Ok(random.text(alphabet(verb).ok_or_else(|| unknown(part))?, count()?)),
    }
}

fn unknown(part: &str) -> BadRecipe {
    BadRecipe(format!("{{{part}}} is no part of a recipe; write {{{{ for a brace"))
}

const B64URL: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const B64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const ALNUM: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

const BASE32: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

fn alphabet(verb: &str) -> Option<&'static str> {
    Some(match verb {
        "b64url" => B64URL,
        "b64" => B64,
        "alnum" => ALNUM,
        "upper" => &ALNUM[..26],
        "lower" => &ALNUM[26..52],
        "digit" => &ALNUM[52..],
        "base32" => BASE32,
        "base58" => "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
        "lower32" => "abcdefghijklmnopqrstuvwxyz234567",
        "bech32" => "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
        "lowernum" => &ALNUM[26..],
        "uppernum" => "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
        "hex" => "0123456789abcdef",
        "HEX" => "0123456789ABCDEF",
        _ => return None,
    })
}

/// The bodies of an OpenAI key: short ones of letters and digits; long ones end in a zero byte, as real ones do.
fn openai(lengths: &str, random: &mut Random) -> Option<String> {
    let (before, after) = lengths.split_once('/').unwrap_or((lengths, lengths));
    let (before, after): (usize, usize) = (before.parse().ok()?, after.parse().ok()?);
    let long = before >= 40 && after >= 40;
    let alphabet = if long { B64URL } else { ALNUM };
    let mut last = random.text(alphabet, after);
    if long {
        last.truncate(after - 2);
        last.push_str(match (before + after) % 4 {
            2 => "AA",
            _ => "QA",
        });
    }
    Some(format!("{}T3Blbk{}{last}", random.text(alphabet, before), "FJ"))
}

/// `SKIP,APART,DIGITS,BASE:RECIPE`; nothing if a number is none.
fn crc(argument: &str, random: &mut Random, now: u64) -> Result<Option<String>, BadRecipe> {
    let Some((numbers, recipe)) = argument.split_once(':') else { return Ok(None) };
    let mut numbers = numbers.split(',');
    let (skip, apart) = (numbers.next(), numbers.next().unwrap_or_default());
    let number = |text: Option<&str>| text.and_then(|text| text.parse().ok());
    let (Some(skip), Some(digits), Some(base)) = (number(skip), number(numbers.next()), number(numbers.next())) else {
        return Ok(None);
    };
    let spec = CrcSpec { skip, apart: 0, digits, base };
    Ok(Some(with_crc32(&expand_with(recipe, random, now)?, apart, &spec)))
}

fn uuid(random: &mut Random) -> String {
    let mut hex = |length| random.text("0123456789abcdef", length);
    let (first, second, third, fourth, last) = (hex(8), hex(4), hex(3), hex(3), hex(12));
    format!("{first}-{second}-4{third}-a{fourth}-{last}")
}

fn cask_body(code: &str, random: &mut Random) -> String {
    format!("{}JQQJ99BA{}{code}", random.text(ALNUM, 52), random.text(ALNUM, 12))
}

/// `SEED,SIZE,SIGNATURE`: the signature stands six characters before the end, padding not counted.
fn his(argument: &str, random: &mut Random) -> Option<String> {
    let mut parts = argument.split(',');
    let (seed, size, signature) = (parts.next()?, parts.next()?.parse::<usize>().ok()?, parts.next()?);
    let characters = (size * 4).div_ceil(3);
    let before = characters.checked_sub(6 + signature.len())?;
    let body = format!("{}{signature}{}", random.text(ALNUM, before), "A".repeat(6));
    with_azure_checksum(&body, seed)
}

fn jwt(payload: &str, random: &mut Random) -> String {
    let encode = |json: &str| BASE64_URL_SAFE_NO_PAD.encode(json);
    let header = encode(r#"{"alg":"RS256","typ":"JWT"}"#);
    format!("{header}.{}.{}", encode(payload), random.text(B64URL, 86))
}

/// Random characters, the same for the same recipe and seed (splitmix64).
struct Random(u64);

impl Random {
    fn new(recipe: &str, seed: u64) -> Self {
        let start = 0xcbf2_9ce4_8422_2325 ^ seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        Self(recipe.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn text(&mut self, alphabet: &str, length: usize) -> String {
        let digits = alphabet.as_bytes();
        (0..length).map(|_| char::from(digits[(self.next() % digits.len() as u64) as usize])).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(recipe: &str) -> Result<String, BadRecipe> {
        expand(recipe, 1, 0x6900_0000)
    }

    #[test]
    fn parts_become_what_the_table_says() {
        assert_eq!(expanded("a{{b}}{=c}{repeat:xy:5}").unwrap(), "a{b}cxyxyx");
        assert_eq!(expanded("{hextime:now}-{hextime:1}").unwrap(), "69000000-00000001");
        assert_eq!(expanded("{hex:12}").unwrap().len(), 12);
        assert_eq!(expanded("{openai:45/46}").unwrap().len(), 45 + 8 + 46);
        assert_eq!(expanded("{cask:AAABACOG}").unwrap().len(), 84);
        assert_eq!(expanded("{jwt:{\"a\":{}}}").unwrap().split('.').count(), 3);
    }

    #[test]
    fn seeds_and_recipes_differ() {
        let text = |recipe, seed| expand(recipe, seed, 0).unwrap();
        assert_eq!(text("{hex:32}", 1), text("{hex:32}", 1));
        assert_ne!(text("{hex:32}", 1), text("{hex:32}", 2));
        assert_ne!(text("{hex:32}", 1)[..], text("{hex:32}=", 1)[..32]);
    }

    #[test]
    fn mistakes_are_told() {
        for recipe in ["{", "}", "{nothing}", "{hex:many}", "{cask:A}", "{repeat:x}"] {
            assert!(expanded(recipe).is_err(), "{recipe}");
        }
    }
}
