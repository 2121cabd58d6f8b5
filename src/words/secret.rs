//! A `Secret` is bytes that cannot be printed or serialised.
//!
//! It offers three things: a [`Mask`] for people, a [`Fingerprint`] for programs, and [`Secret::expose`] for the one
//! module that sends it to its own issuer (a lint keeps everyone else away). It is wiped from memory when dropped.

use std::fmt;

use sha1::Sha1;
use sha2::{Digest, Sha256};
use zeroize::Zeroize;

/// How many characters at the end a mask may show: as many as OpenAI's own masks do.
const SHOWN_TAIL: usize = 4;

/// Above this many bits a secret cannot be found by guessing, so a hash of it gives nothing away.
const STRONG_BITS: f64 = 100.0;

/// How many bits of the hash stand for a weak secret: few enough that thousands of common passwords share each value.
const WEAK_BITS: u32 = 12;

/// The bytes of one credential. No `Display`, no `Serialize`, and a `Debug` that says nothing.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Secret(Box<[u8]>);

impl Secret {
    /// Takes a copy of the bytes.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The bytes themselves: for `issuer` only, to send them where they came from.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// What a person may see: the first `public` bytes, which are the same for every key of the kind (`sk-proj-`), and
    /// the last four where enough stays hidden. A weak secret shows nothing but its length.
    #[must_use]
    pub fn mask(&self, public: usize) -> Mask {
        let len = self.0.len();
        let shown = |part: &[u8]| String::from_utf8_lossy(part).into_owned();
        if !self.is_strong() || len < public + 6 * SHOWN_TAIL || !self.0.is_ascii() {
            return Mask { head: String::new(), tail: String::new(), len };
        }
        Mask { head: shown(&self.0[..public]), tail: shown(&self.0[len - SHOWN_TAIL..]), len }
    }

    /// `text` with this secret replaced by `mask` wherever it stands in it; nothing if it does not.
    #[must_use]
    pub fn hide_in(&self, text: &str, mask: &Mask) -> Option<String> {
        let secret = str::from_utf8(&self.0).ok().filter(|secret| text.contains(*secret))?;
        Some(text.replace(secret, &mask.to_string()))
    }

    /// Whether an issuer's own mask of a secret may be one of this: `sk-proj-****abcd` or `sk-abc...wxyz`. What it shows at
    /// both ends has to be ours, four characters at the end at least; and with `length`, so has its length, where it is
    /// masked by stars.
    #[must_use]
    pub fn is_shown_as(&self, shown: &str, length: ShownLength) -> bool {
        let hidden = |c: char| matches!(c, '*' | '.' | '…');
        let (Some(start), Some(end)) = (shown.find(hidden), shown.rfind(hidden)) else { return false };
        let end = end + shown[end..].chars().next().map_or(1, char::len_utf8);
        let (head, middle, tail) = (&shown[..start], &shown[start..end], &shown[end..]);
        let one_mark = middle.chars().all(|c| middle.starts_with(c));
        let starred = middle.starts_with('*');
        let as_long = length == ShownLength::Any || !starred || shown.len() == self.0.len();
        let fits = head.len() + tail.len() < self.0.len() && tail.len() >= SHOWN_TAIL;
        one_mark && as_long && fits && self.0.starts_with(head.as_bytes()) && self.0.ends_with(tail.as_bytes())
    }

    /// Whether this is the SHA-1 of it, in lower-case hex: detect-secrets names secrets so.
    #[must_use]
    pub fn has_sha1(&self, digest: &str) -> bool {
        hex(&Sha1::digest(&self.0)) == digest
    }

    /// A name for this secret that is the same in every run and every place, from which it can't be found.
    ///
    /// A strong secret is named by half of its SHA-256. For a weak one only twelve bits are kept, bound to
    /// `context` (the rule and the path), so that nobody can confirm a guess: thousands of guesses fit.
    #[must_use]
    pub fn fingerprint(&self, context: &[&[u8]]) -> Fingerprint {
        let mut hash = Sha256::new_with_prefix(b"unleak fingerprint 1\0");
        if self.is_strong() {
            hash.update(&self.0);
            return Fingerprint(hex(&hash.finalize()[..16]));
        }
        for part in context {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let named = hex(&hash.clone().finalize()[..8]);
        hash.update(&self.0);
        let digest = hash.finalize();
        let few = (u32::from(digest[0]) << 8 | u32::from(digest[1])) >> (16 - WEAK_BITS);
        Fingerprint(format!("weak-{named}-{few:03x}"))
    }

    /// A name for this secret together with others, from which none of them can be found; nothing if it is weak.
    #[must_use]
    pub fn fingerprint_with(&self, others: &[&Secret]) -> Option<Fingerprint> {
        if others.is_empty() || !self.is_strong() {
            return None;
        }
        let mut hash = Sha256::new_with_prefix(b"unleak fingerprint of parts 1\0");
        for part in std::iter::once(&self).chain(others) {
            hash.update((part.0.len() as u64).to_le_bytes());
            hash.update(&part.0);
        }
        Some(Fingerprint(hex(&hash.finalize()[..16])))
    }

    /// Whether guessing it is hopeless: the Shannon entropy of its own bytes, an estimate that errs on the weak side
    /// for short strings, reaches a hundred bits.
    #[must_use]
    pub fn is_strong(&self) -> bool {
        let mut counts = [0u32; 256];
        for &byte in self.0.iter() {
            counts[usize::from(byte)] += 1;
        }
        let len = self.0.len() as f64;
        let bits: f64 = counts.iter().filter(|&&n| n > 0).map(|&n| f64::from(n) * (len / f64::from(n)).log2()).sum();
        bits >= STRONG_BITS
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({} bytes)", self.0.len())
    }
}

/// What is asked of the length of a mask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShownLength {
    /// Nothing.
    Any,
    /// A mask of stars is as long as the secret.
    Same,
}

/// What may be shown of a secret: `sk-proj-…abcd`, or `(16 characters)` for a weak one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mask {
    head: String,
    tail: String,
    len: usize,
}

impl Mask {
    /// Length of the secret in bytes.
    #[must_use]
    pub fn secret_len(&self) -> usize {
        self.len
    }

    /// What is shown of its beginning and of its end; nothing of a weak one.
    #[must_use]
    pub fn ends(&self) -> Option<(&str, &str)> {
        (!self.tail.is_empty()).then_some((self.head.as_str(), self.tail.as_str()))
    }
}

impl fmt::Display for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.tail.is_empty() {
            write!(f, "…({} characters)", self.len)
        } else {
            write!(f, "{}…{}", self.head, self.tail)
        }
    }
}

/// A stable name for a secret: see [`Secret::fingerprint`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// The fingerprint as text: lower-case hex, or `weak-…`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Two hexadecimal digits for each byte, in lower case.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strong() -> Secret {
        Secret::new(b"sk-test-Zx81Qm4Tn7Vb2Kc9Lw5Rj3Hd6Gf0Sa8PyUiOe")
    }

    #[test]
    fn a_mask_shows_the_public_part_and_the_last_four() {
        assert_eq!(strong().mask(8).to_string(), "sk-test-…UiOe");
    }

    #[test]
    fn a_weak_secret_shows_only_its_length() {
        assert_eq!(Secret::new(b"correct horse").mask(2).to_string(), "…(13 characters)");
    }

    #[test]
    fn an_issuers_mask_is_compared_at_both_ends() {
        let secret = strong();
        let stars = |count| format!("sk-test-{}UiOe", "*".repeat(count));
        assert!(secret.is_shown_as(&stars(33), ShownLength::Same));
        assert!(secret.is_shown_as(&stars(5), ShownLength::Any) && !secret.is_shown_as(&stars(5), ShownLength::Same));
        assert!(secret.is_shown_as("sk-test...UiOe", ShownLength::Same));
        assert!(secret.is_shown_as("sk-…UiOe", ShownLength::Same));
        for other in ["sk-test-***UiOf", "sk-tesT-***UiOe", "sk-test-***Oe", "sk-test-", "", "***", "a*b*UiOe"] {
            assert!(!secret.is_shown_as(other, ShownLength::Any), "{other}");
        }
    }

    #[test]
    fn debug_says_nothing() {
        assert_eq!(format!("{:?}", strong()), "Secret(45 bytes)");
    }

    #[test]
    fn a_strong_fingerprint_is_the_same_everywhere_and_a_weak_one_is_bound_to_its_place() {
        let (rule, here, there) = (&b"rule"[..], &b"a.env"[..], &b"b.env"[..]);
        assert_eq!(strong().fingerprint(&[rule, here]), strong().fingerprint(&[rule, there]));
        let weak = Secret::new(b"hunter2");
        assert_eq!(weak.fingerprint(&[rule, here]), weak.fingerprint(&[rule, here]));
        assert_ne!(weak.fingerprint(&[rule, here]), weak.fingerprint(&[rule, there]));
    }

    #[test]
    fn thousands_of_guesses_fit_a_weak_fingerprint() {
        let name = |n: u32| Secret::new(format!("pw{n}").as_bytes()).fingerprint(&[b"rule", b"path"]);
        let wanted = name(0);
        assert!((1..50_000).filter(|&n| name(n) == wanted).count() > 3);
    }
}
