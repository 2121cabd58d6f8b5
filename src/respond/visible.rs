//! What may be seen of a key: the one common language of a report, which holds a mask, and of an issuer's list, which holds
//! `redacted_value`. Two that fit may still be different keys; two that don't fit never are the same.

use crate::words::Mask;

/// So many characters of a key's end are needed to say that two masks fit.
const LEAST_TAIL: usize = 3;

/// The beginning, the end and the length of a key, as far as they are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visible {
    head: String,
    tail: String,
    len: Option<usize>,
}

impl Visible {
    /// What a mask shows; nothing for a weak secret, of which a mask shows nothing.
    #[must_use]
    pub fn of_mask(mask: &Mask) -> Option<Self> {
        let (head, tail) = mask.ends()?;
        Some(Self { head: head.to_owned(), tail: tail.to_owned(), len: Some(mask.secret_len()) })
    }

    /// What a report shows: `sk-proj-…abcd`, and the length beside it.
    #[must_use]
    pub fn of_report(masked: &str, len: usize) -> Option<Self> {
        let (head, tail) = masked.split_once('…')?;
        let fits = !head.is_empty() && tail.len() >= LEAST_TAIL && !tail.starts_with('(');
        fits.then(|| Self { head: head.to_owned(), tail: tail.to_owned(), len: Some(len) })
    }

    /// What an issuer shows: the first eight characters, stars that keep the length, and the last four, as the Admin API
    /// answers; or `sk-abc...def`, as its reference writes it.
    #[must_use]
    pub fn of_redacted(value: &str) -> Option<Self> {
        let whole = |head: &str, tail: &str, len| {
            let fits = head.len() >= LEAST_TAIL && tail.len() >= LEAST_TAIL;
            fits.then(|| Self { head: head.to_owned(), tail: tail.to_owned(), len })
        };
        match (value.find('*'), value.rfind('*')) {
            (Some(first), Some(last)) => whole(&value[..first], &value[last + 1..], Some(value.chars().count())),
            _ => {
                let (head, tail) = value.split_once("...").or_else(|| value.split_once('…'))?;
                whole(head, tail, None)
            }
        }
    }

    /// Whether both may be the same key.
    #[must_use]
    pub fn fits(&self, other: &Self) -> bool {
        let heads = self.head.starts_with(&other.head) || other.head.starts_with(&self.head);
        let tails = self.tail.ends_with(&other.tail) || other.tail.ends_with(&self.tail);
        let lengths = self.len.zip(other.len).is_none_or(|(own, other)| own == other);
        heads && tails && lengths
    }

    /// Whether it begins so, as far as it is shown: `sk-admin` is all that an issuer shows of `sk-admin-`.
    #[must_use]
    pub fn begins(&self, prefix: &str) -> bool {
        let shown = self.head.len().min(8).min(prefix.len());
        shown >= LEAST_TAIL && self.head.get(..shown) == prefix.get(..shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(head: &str, len: usize, tail: &str) -> Visible {
        Visible::of_redacted(&format!("{head}{}{tail}", "*".repeat(len - head.len() - tail.len()))).unwrap()
    }

    #[test]
    fn both_known_forms_fit_the_mask_of_a_report() {
        let report = Visible::of_report("sk-svcacct-…wxyA", 167).unwrap();
        assert!(report.fits(&redacted("sk-svcac", 167, "wxyA")));
        assert!(report.fits(&Visible::of_redacted("sk-svcacct...xyA").unwrap()));
        for other in
            [redacted("sk-svcac", 164, "wxyA"), redacted("sk-svcac", 167, "wxyB"), redacted("sk-proj-", 167, "wxyA")]
        {
            assert!(!report.fits(&other), "{other:?}");
        }
        assert!(report.begins("sk-svcacct-") && redacted("sk-svcac", 167, "wxyA").begins("sk-svcacct-"));
        assert!(!report.begins("sk-proj-") && redacted("sk-admin", 133, "wxyA").begins("sk-admin-"));
    }

    #[test]
    fn what_shows_nothing_fits_nothing() {
        assert_eq!(Visible::of_report("…(16 characters)", 16), None);
        assert_eq!(Visible::of_redacted("***"), None);
        assert_eq!(Visible::of_redacted("sk-proj-"), None);
        assert_eq!(Visible::of_redacted("..."), None);
    }
}
