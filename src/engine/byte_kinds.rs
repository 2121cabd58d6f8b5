//! Kinds of bytes: what a byte may be where something is read, a bit for each kind, told by one look into a table.

/// Letters and digits.
pub(super) const ALNUM: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Of which kinds each byte is.
pub(super) struct ByteKinds([u8; 256]);

impl ByteKinds {
    /// A table of kinds, each with bytes that are of it; a kind may come again.
    pub(super) const fn of(all: &[(u8, &[u8])]) -> Self {
        let mut kinds = [0; 256];
        let mut at = 0;
        while at < all.len() {
            let (kind, mut bytes) = all[at];
            while let Some((&byte, rest)) = bytes.split_first() {
                kinds[byte as usize] |= kind;
                bytes = rest;
            }
            at += 1;
        }
        Self(kinds)
    }

    /// Whether a byte is of one of these kinds.
    #[inline]
    pub(super) fn has(&self, byte: u8, kinds: u8) -> bool {
        self.0[usize::from(byte)] & kinds != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_is_of_each_kind_that_it_is_given_to() {
        static KINDS: ByteKinds = ByteKinds::of(&[(1, ALNUM), (2, b"a-"), (1, b"-")]);
        for byte in 0..=u8::MAX {
            let (one, two) = (byte.is_ascii_alphanumeric() || byte == b'-', matches!(byte, b'a' | b'-'));
            assert_eq!([1, 2, 3].map(|kinds| KINDS.has(byte, kinds)), [one, two, one || two], "{byte}");
        }
    }
}
