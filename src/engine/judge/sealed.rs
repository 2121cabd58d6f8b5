//! Sealed secrets: values that are encrypted for one Kubernetes cluster, which are made to stand in a repository.
//!
//! Such a value is base64 of two bytes that say how long the encrypted session key is, of that, and of what is encrypted
//! with it, 16 bytes longer than the secret: <https://github.com/bitnami-labs/sealed-secrets/blob/main/docs/developer/crypto.md>.

use memchr::memmem;

/// How base64 of the lengths of session keys begins: 256 bytes (RSA of 2,048 bits), 512 bytes (4,096 bits).
const BEGINNINGS: [&[u8]; 2] = [b"AQ", b"Ag"];

/// How long base64 of the shortest such value is.
const SHORTEST: usize = (2 + 256 + 16) * 4 / 3;

/// Whether `value` is such a value, in a text of such values.
pub(super) fn is_sealed(value: &[u8], text: &[u8]) -> bool {
    value.len() >= SHORTEST
        && BEGINNINGS.iter().any(|beginning| value.starts_with(beginning))
        && memmem::find(text, b"SealedSecret").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_sealed_if_its_form_and_its_text_say_so() {
        let text = b"kind: SealedSecret\nspec:\n  encryptedData:\n";
        let value = |beginning: &str, length| format!("{beginning}{}", "C/4e1K".repeat(length)).into_bytes();
        assert!(is_sealed(&value("AQ", 70), text));
        assert!(is_sealed(&value("Ag", 130), text));
        assert!(!is_sealed(&value("AQ", 70), b"kind: Secret\n"));
        assert!(!is_sealed(&value("AQ", 10), text));
        assert!(!is_sealed(&value("BQ", 70), text));
    }
}
