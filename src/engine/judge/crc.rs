//! Checksums that issuers write at the end of their tokens, so that a made-up one can be told without asking: CRC-32 in
//! base 62 (GitHub, npm), 36 (GitLab) or 16 (Atlassian, Grafana). And AWS access key ids, which hold an account number.
//!
//! Facts: `github.blog/engineering/behind-githubs-new-authentication-token-formats`; GitLab's design document "Routable
//! tokens"; `grafana/grafana`, `pkg/components/apikeygen`; what an access key id holds was found by Tal Be'ery ("A short
//! note on AWS KEY ID"): five bits a character, the account in bits 7 to 46 after the four letters.

use crate::rules::spec::CrcSpec;

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Whether the checksum at the end of `secret` is right.
pub(super) fn is_right(secret: &[u8], spec: &CrcSpec) -> bool {
    let (skip, digits, apart) = (spec.skip.into(), usize::from(spec.digits), usize::from(spec.apart));
    let Some((before, written)) = secret.len().checked_sub(digits).map(|at| secret.split_at(at)) else { return false };
    let Some(covered) = before.len().checked_sub(apart).and_then(|end| before.get(skip..end)) else { return false };
    let right = written_as(crc32(covered), spec);
    if spec.base <= 36 { written.eq_ignore_ascii_case(&right) } else { written == right }
}

/// The digits of a checksum, filled up with zeros in front.
fn written_as(mut crc: u32, spec: &CrcSpec) -> Vec<u8> {
    let base = u32::from(spec.base.clamp(2, 62));
    let mut digits = vec![b'0'; spec.digits.into()];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(crc % base) as usize];
        crc /= base;
    }
    if base <= 36 {
        digits.make_ascii_lowercase();
    }
    digits
}

/// Completes `text` with the checksum that `spec` describes, and `apart` before it.
#[must_use]
pub fn with_checksum(text: &str, apart: &str, spec: &CrcSpec) -> String {
    let covered = text.as_bytes().get(spec.skip.into()..).unwrap_or_default();
    let digits = written_as(crc32(covered), spec);
    format!("{text}{apart}{}", String::from_utf8_lossy(&digits))
}

/// CRC-32 as in IEEE 802.3, zip and zlib.
fn crc32(data: &[u8]) -> u32 {
    !data.iter().fold(!0, |crc: u32, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 })
    })
}

/// Whether the account number in an access key id is one: twelve decimal digits at most. It tells one invention in eleven.
pub(super) fn is_aws_account(id: &[u8]) -> bool {
    let Some(digits) = id.get(4..14) else { return false };
    let bits = digits.iter().try_fold(0u64, |bits, &byte| Some(bits << 5 | base32(byte)?));
    // Fifty bits: one, then forty of the account, then nine.
    bits.is_some_and(|bits| (bits >> 9 & ((1 << 40) - 1)) < 1_000_000_000_000)
}

fn base32(byte: u8) -> Option<u64> {
    match byte {
        b'A'..=b'Z' => Some(u64::from(byte - b'A')),
        b'2'..=b'7' => Some(u64::from(byte - b'2') + 26),
        _ => None,
    }
}
