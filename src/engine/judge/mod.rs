//! The judge: whether a candidate is real. Every candidate gets a verdict with its reason.
//!
//! What makes a candidate noise is a fact about its bytes, never about where it stands: a test folder hides nothing.

mod azure;
mod cask;
mod crc;
mod encoded;
mod generic;
pub(super) mod jwt;
mod letters;
pub(super) mod openai;
mod password;
mod pem;
mod placeholder;
mod randomness;
mod sealed;
mod url;

use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;

use self::placeholder::{Structure, placeholder};
use super::candidate::Candidate;
use crate::rules::Rule;
use crate::rules::spec::CheckSpec;
use crate::words::{Noise, Secret, Verdict};

pub use azure::with_checksum as with_azure_checksum;
pub use cask::with_checksum as with_cask_checksum;
pub use crc::with_checksum as with_crc32;

/// Times before 2023 or with digits that make no time at all are no times.
const FIRST_TIME: u64 = 1_672_531_200;

/// Judges a candidate of `rule` in a text, which is a view of a file if it is not all of it; `now` is seconds of Unix time.
pub(super) fn verdict(
    rule: &Rule,
    secret: &Secret,
    (text, file): (&[u8], &[u8]),
    candidate: &Candidate,
    now: u64,
) -> Verdict {
    let bytes = &text[candidate.secret.clone()];
    if is_published(rule, secret) {
        return Verdict::Noise(Noise::Published);
    }
    let name = candidate.name.clone().map(|name| &text[name]);
    let checks = &rule.spec().checks;
    let noise = checks
        .iter()
        .find_map(|check| match check {
            CheckSpec::OpenaiHalves(prefix) => {
                openai::is_truncated(bytes, (*prefix).into()).then_some(Noise::Truncated)
            }
            CheckSpec::JwtClaim(_) => jwt::is_expired(bytes, now).then_some(Noise::Expired),
            CheckSpec::HexTime { offset, lifetime } => {
                is_over(bytes, (*offset).into(), (*lifetime).into(), now).then_some(Noise::Expired)
            }
            CheckSpec::Random if sealed::is_sealed(bytes, file) => Some(Noise::Encrypted),
            CheckSpec::Random => generic::noise(bytes, name),
            CheckSpec::NoDigest => name.filter(|name| generic::says_digest(name)).map(|_| Noise::Digest),
            CheckSpec::CaskChecksum => (!cask::has_valid_checksum(bytes)).then_some(Noise::Checksum),
            CheckSpec::AzureChecksum(seeds) => (!azure::has_valid_checksum(bytes, seeds)).then_some(Noise::Checksum),
            CheckSpec::Crc32(spec) => (!crc::is_right(bytes, spec)).then_some(Noise::Checksum),
            CheckSpec::AwsAccount => (!crc::is_aws_account(bytes)).then_some(Noise::Checksum),
            CheckSpec::Pem => pem::noise(bytes, &text[candidate.whole.start..candidate.secret.start]),
            CheckSpec::Password if encoded::is_in_uuencode(text, &candidate.secret) => Some(Noise::Digest),
            CheckSpec::Password => password::noise(bytes, name),
            CheckSpec::UrlPassword => url::noise(bytes, &text[candidate.whole.start..candidate.secret.start]),
            CheckSpec::Jwt => jwt::noise(bytes, now),
            CheckSpec::JwtSays(_) => None,
            CheckSpec::DiscordId => (!is_discord_id(bytes)).then_some(Noise::Identifier),
            CheckSpec::Remote => url::is_local(&text[candidate.whole.end..]).map(Noise::Word),
            CheckSpec::BasicAuth => url::basic_auth(bytes),
            CheckSpec::Entropy(least) => (randomness::shannon(bytes) <= *least).then_some(Noise::LowEntropy),
            CheckSpec::Alone => None,
        })
        .or_else(|| made_up(rule, bytes))
        .or_else(|| encoded::is_in_data_url(text, &candidate.whole).then_some(Noise::Digest));
    noise.map_or(Verdict::Real, Verdict::Noise)
}

/// Whether a run of key characters is as random as a secret: what no rule knows may be one still.
pub(super) fn looks_random(run: &[u8]) -> bool {
    generic::noise(run, None).is_none()
}

/// Whether the rule's file names it as a public value.
fn is_published(rule: &Rule, secret: &Secret) -> bool {
    let published = &rule.spec().published;
    !published.is_empty() && {
        let fingerprint = secret.fingerprint(&[rule.id().as_bytes()]);
        published.iter().any(|value| value.fingerprint == fingerprint.as_str())
    }
}

/// Whether the part of a key that should be random is a placeholder.
fn made_up(rule: &Rule, key: &[u8]) -> Option<Noise> {
    let checks = &rule.spec().checks;
    let own = |check: &CheckSpec| {
        matches!(check, CheckSpec::Pem | CheckSpec::Password | CheckSpec::UrlPassword | CheckSpec::BasicAuth)
    };
    if checks.iter().any(own) {
        return None; // judged in their own way
    }
    let public = usize::from(rule.spec().public).min(key.len());
    if checks.iter().any(|check| matches!(check, CheckSpec::JwtClaim(_) | CheckSpec::Jwt)) {
        return placeholder(jwt::signature(key), Structure::Unknown);
    }
    if let Some((before, after)) = openai::bodies(key, public) {
        let structure = if openai::is_well_made(key, public) { Structure::WellMade } else { Structure::Unknown };
        return placeholder(&[before, after].concat(), structure);
    }
    if checks.contains(&CheckSpec::CaskChecksum) {
        return placeholder(cask::secret_part(key), Structure::WellMade);
    }
    placeholder(&key[public..], Structure::Unknown)
}

/// Whether the part before the first dot is base64 of digits alone: the id of a bot.
fn is_discord_id(token: &[u8]) -> bool {
    let first = token.split(|&byte| byte == b'.').next().unwrap_or_default();
    BASE64_STANDARD_NO_PAD.decode(first).is_ok_and(|id| id.len() >= 17 && id.iter().all(u8::is_ascii_digit))
}

/// Whether a time of creation stands in the key, and its life is over.
fn is_over(key: &[u8], offset: usize, lifetime: u64, now: u64) -> bool {
    let digits = key.get(offset..offset + 8).and_then(|digits| std::str::from_utf8(digits).ok());
    let created = digits.and_then(|digits| u64::from_str_radix(digits, 16).ok());
    created.is_some_and(|created| created >= FIRST_TIME && created + lifetime < now)
}
