//! Heirs: what is found in a text made from another has to be what is found in it when it is looked at whole.

use unleak::engine::Found;
use unleak::words::{Blob, Heritage, Origin, Shared, Watches};

use super::engine::with_scanner;
use super::pieces::expanded;
use super::taken::Taken;

/// The longest base, in bytes.
const LONGEST: usize = 32 << 10;

/// A text, and others each made from the one before by copying and inserting.
pub fn heirs(bytes: &[u8]) {
    let mut taken = Taken(bytes);
    let mut base = expanded(taken.some(), LONGEST);
    let mut watches = Watches::default();
    look(&base, None, &mut watches);
    for _ in 0..3 {
        if taken.is_empty() {
            break;
        }
        let (text, shared) = made(&base, &mut taken);
        let heritage = Heritage { shared: &shared, base_len: base.len(), watches: &watches };
        let mut own = Watches::default();
        let (heir, whole) = (look(&text, Some(&heritage), &mut own), look(&text, None, &mut Watches::default()));
        assert_eq!(told(&heir), told(&whole), "an heir is seen otherwise when it is looked at whole");
        (base, watches) = (text, own);
    }
}

/// What one look finds.
fn look(text: &[u8], heritage: Option<&Heritage<'_>>, watches: &mut Watches) -> Found {
    let mut found = Found::default();
    with_scanner(|scanner| scanner.scan_heir(&Blob::whole(&Origin::Stdin, text), heritage, watches, &mut found));
    found
}

/// What was found, to be compared: what, where and how it was judged. Not in which of the views of one place: what stands
/// between literals is looked for once in some bytes, counted from where the look began.
fn told(found: &Found) -> Vec<String> {
    let told =
        found.sightings.iter().map(|seen| format!("{} {:?} {:?} {:?}", seen.rule, seen.span, seen.start, seen.verdict));
    let mut told: Vec<String> = told.chain(found.skipped.iter().map(|skipped| format!("{skipped:?}"))).collect();
    told.sort();
    told.push(format!("{:?}", found.noise));
    told
}

/// A text made from `base`, and what it has from it.
fn made(base: &[u8], taken: &mut Taken<'_>) -> (Vec<u8>, Vec<Shared>) {
    let (mut text, mut shared) = (Vec::new(), Vec::<Shared>::new());
    let (mut from, steps) = (0, 1 + taken.byte() % 8);
    for _ in 0..steps {
        let len = taken.number() % (base.len() - from + 1);
        if len > 0 {
            let at = text.len();
            text.extend_from_slice(&base[from..from + len]);
            match shared.last_mut() {
                Some(last) if last.end() == at && last.from + last.len == from => last.len += len,
                _ => shared.push(Shared { from, at, len }),
            }
        }
        let many = taken.byte() % 16;
        text.extend(expanded(taken.bytes(many.into()), 4096));
        from = (from + len + usize::from(taken.byte())).min(base.len());
    }
    let (at, len) = (text.len(), base.len() - from);
    if len > 0 {
        text.extend_from_slice(&base[from..]);
        match shared.last_mut() {
            Some(last) if last.end() == at && last.from + last.len == from => last.len += len,
            _ => shared.push(Shared { from, at, len }),
        }
    }
    (text, shared)
}
