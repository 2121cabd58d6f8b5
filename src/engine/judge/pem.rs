//! Private keys in text (PEM, OpenSSH, OpenPGP, PuTTY): whether what stands between the lines is a key at all.
//!
//! Facts: RFC 7468 (PEM), RFC 5958 and 8017 (a key begins with an ASN.1 sequence, 0x30), `PROTOCOL.key` of OpenSSH
//! (`openssh-key-v1`), RFC 9580 (an OpenPGP packet begins with a set bit), RFC 1421 and 1423 (`DEK-Info` names the cipher;
//! in CBC mode the text is padded to whole blocks).

use memchr::memmem;

use super::encoded::is_base64;
use super::randomness::shannon;
use crate::words::Noise;

/// The shortest body of a key: Ed25519 in PKCS #8 has 64 characters.
const SHORTEST: usize = 60;

/// The shortest line of a body that has several; the last may be shorter.
const LINE: usize = 20;

/// Of so many letters, a quarter or fewer are upper case ones in one key of a thousand million: six deviations from half.
const LETTERS: usize = 150;

/// Why the text between the lines of a private key is none; nothing if it may be one. `head` is what stands before it.
pub(super) fn noise(body: &[u8], head: &[u8]) -> Option<Noise> {
    if cipher_block(head).is_some_and(|block| !is_whole(body, block)) {
        return Some(Noise::Truncated);
    }
    let (mut all, mut digits) = ([0u8; 512], [0u8; 512]);
    let all_length = fill(&mut all, body, 1);
    let length = fill(&mut digits, body, LINE);
    let (all, digits) = (&all[..all_length], if length < SHORTEST { &all[..all_length] } else { &digits[..length] });
    if digits.len() < SHORTEST || body.windows(3).any(|three| three == b"...") {
        return Some(Noise::Truncated);
    }
    let begins = |starts: &[&[u8]]| starts.iter().any(|start| digits.starts_with(start) || all.starts_with(start));
    // 0x30 0x2e to 0x30 0x82; `openssh-key-v1`; OpenPGP secret key packets; an encrypted body may begin with anything.
    let known = begins(&[b"MI", b"MC", b"MD", b"MF", b"MG", b"MH", b"ME", b"b3BlbnNzaC1rZXkt", b"l", b"x", b"AAAA"]);
    if shannon(digits) < 3.5 || is_encrypted(head) && is_typed(digits) {
        return Some(Noise::Repetitive);
    }
    (!known && shannon(digits) < 5.0).then_some(Noise::LowEntropy)
}

/// How many bytes the cipher that `head` names (`DEK-Info: AES-128-CBC,`) encrypts at a time.
fn cipher_block(head: &[u8]) -> Option<usize> {
    let cipher = &head[..memmem::find(head, b"-CBC,")?];
    let aes =
        [&b"AES"[..], b"CAMELLIA", b"ARIA", b"SEED", b"SM4"].iter().any(|name| memmem::find(cipher, name).is_some());
    Some(if aes { 16 } else { 8 })
}

/// Whether `body` is base64 of whole blocks: what a cipher in that mode gives, and no other length can be decrypted. With
/// anything but line ends in it (those of a string in JSON are two characters) nobody can tell, so it may be.
fn is_whole(body: &[u8], block: usize) -> bool {
    let is_plain = body.iter().all(|&byte| is_base64(byte) || byte.is_ascii_whitespace() || byte == b'=');
    let digits = body.iter().filter(|&&byte| is_base64(byte)).count();
    !is_plain || (digits * 6 / 8).is_multiple_of(block)
}

/// Whether the key is said to be encrypted: all of its text is random then. Of one that is not, some may be typed over, and
/// the rest be real.
fn is_encrypted(head: &[u8]) -> bool {
    memmem::find(head, b"ENCRYPTED").is_some()
}

/// Whether somebody typed it: half of the letters of base64 are upper case ones, but who mashes the keyboard seldom holds
/// the shift key.
fn is_typed(digits: &[u8]) -> bool {
    let letters = digits.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let upper = digits.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    letters >= LETTERS && upper * 4 < letters
}

/// The base64 digits of a body that has line ends in it, written out or not: as many as fit. What stands before the lines
/// of a log is shorter than `shortest`, and none of them.
fn fill(digits: &mut [u8; 512], body: &[u8], shortest: usize) -> usize {
    let (mut length, mut at) = (0, 0);
    while at < body.len() && length < digits.len() {
        if body[at] == b'\\' {
            at += 2;
            continue;
        }
        let part = &body[at..];
        let part = &part[..part.iter().position(|&byte| !is_base64(byte)).unwrap_or(part.len())];
        if part.len() >= shortest {
            let taken = part.len().min(digits.len() - length);
            digits[length..length + taken].copy_from_slice(&part[..taken]);
            length += taken;
        }
        at += part.len().max(1);
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_that_is_cut_or_made_up_is_no_key() {
        assert_eq!(noise(b"MIIEpAIBAAKCAQEA", b""), Some(Noise::Truncated));
        assert_eq!(noise(&b"x".repeat(200), b""), Some(Noise::Repetitive));
        assert_eq!(noise(&b"YOURKEYHERE".repeat(20), b""), Some(Noise::Repetitive));
        let mashed = format!("zuQd{}Tf", "ahfkjshdkf3jwhe".repeat(16));
        assert_eq!(noise(mashed.as_bytes(), b"-----BEGIN ENCRYPTED PRIVATE KEY-----"), Some(Noise::Repetitive));
        let body: String = (0..40u32).map(|n| format!("{:03x}Zq{}+", n * 97 % 4096, n * 31 % 10)).collect();
        assert_eq!(noise(format!("MIIE\\n{body}").as_bytes(), b""), None);
    }

    #[test]
    fn what_is_encrypted_has_whole_blocks() {
        let body = |length: usize| {
            let body: String = (0..40u32).map(|n| format!("{:03x}Zq{}+", n * 97 % 4096, n * 31 % 10)).collect();
            body[..length].to_owned()
        };
        let judged =
            |length: usize, cipher: &str| noise(body(length).as_bytes(), format!("DEK-Info: {cipher},00\n").as_bytes());
        assert_ne!(judged(192, "AES-128-CBC"), Some(Noise::Truncated));
        assert_ne!(judged(192 + 11, "DES-EDE3-CBC"), Some(Noise::Truncated));
        assert_eq!(judged(192 + 11, "AES-256-CBC"), Some(Noise::Truncated));
        assert_eq!(judged(192 + 12, "DES-EDE3-CBC"), Some(Noise::Truncated));
        let in_json = format!("{}\\n{}", &body(203)[..100], &body(203)[100..]);
        assert_ne!(noise(in_json.as_bytes(), b"DEK-Info: AES-256-CBC,00\\n"), Some(Noise::Truncated));
    }
}
