//! The offline checksum of Microsoft's identifiable keys of the first generation (HIS v1): storage, Cosmos DB, Service Bus
//! and others. All of a key is base64; its last four bytes are the Marvin32 hash of those before, under a seed of the
//! service. Facts: `microsoft/security-utilities`, `IdentifiableMetadata.cs` and `IdentifiableSecrets.cs`.

use base64::alphabet;
use base64::engine::{DecodePaddingMode, Engine, GeneralPurpose, GeneralPurposeConfig};

use super::cask::marvin32;

/// Standard base64, with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// How many bytes of a key are its checksum.
const CHECKSUM: usize = 4;

/// Whether the checksum of `key` is right under one of the seeds.
pub(super) fn has_valid_checksum(key: &[u8], seeds: &[String]) -> bool {
    let mut buffer = [0; 96];
    let Ok(length) = BASE64.decode_slice(key, &mut buffer) else { return false };
    let Some((body, stored)) = length.checked_sub(CHECKSUM).map(|at| buffer[..length].split_at(at)) else {
        return false;
    };
    let right = |seed: u64| marvin32(seed, body).to_le_bytes() == *stored;
    seeds.iter().filter_map(|seed| number(seed)).any(right)
}

/// The key `body` with its last four bytes replaced by the checksum under `seed`, in base64 with padding; nothing if it is
/// none.
#[must_use]
pub fn with_checksum(body: &str, seed: &str) -> Option<String> {
    let mut bytes = BASE64.decode(body).ok()?;
    let at = bytes.len().checked_sub(CHECKSUM)?;
    let checksum = marvin32(number(seed)?, &bytes[..at]).to_le_bytes();
    bytes[at..].copy_from_slice(&checksum);
    Some(BASE64.encode(bytes))
}

/// A seed is eight characters read as a number, the first the most significant.
fn number(seed: &str) -> Option<u64> {
    Some(u64::from_be_bytes(seed.as_bytes().try_into().ok()?))
}
