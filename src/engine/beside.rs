//! The other parts of a credential: what stands near a secret and looks like what its rule needs beside it.
//!
//! Nearness is all there is to go by: files keep the parts of a credential together, in any order. So all that is near is
//! kept, the nearest first, and whoever asks finds out which of it belongs to the secret.

use std::ops::Range;
use std::sync::Arc;

use regex_automata::Input;
use regex_automata::meta::Regex;

use super::layer::Layer;
use crate::rules::Rule;
use crate::words::{Companion, Secret};

/// How many bytes on either side are looked at: a profile of a credentials file with a session token in it, or a block of
/// environment variables.
const REACH: usize = 2048;

/// So many of one part are kept at most.
const MOST: usize = 4;

/// What stands beside a secret, with its place in the layer that the secret was found in where it is in that one.
pub(super) type Beside = (Option<Range<usize>>, Companion);

/// What stands beside the secret at `range`: in its own text, or, where that is only a piece, in the text below it.
pub(super) fn companions(rule: &Rule, layer: &Layer<'_>, range: &Range<usize>) -> Vec<Beside> {
    let mut all = Vec::new();
    for (part, regex) in rule.beside() {
        let (mut own, mut found) = (true, Vec::new());
        layer.in_file(range, &mut |layer, range| {
            if found.is_empty() {
                found = near(regex, part, layer.bytes, range, own);
            }
            own = false;
        });
        all.append(&mut found);
    }
    all
}

/// The matches of one part, the nearest first, each text once.
fn near(regex: &Regex, part: &Arc<str>, text: &[u8], secret: &Range<usize>, own: bool) -> Vec<Beside> {
    let around = secret.start.saturating_sub(REACH)..text.len().min(secret.end + REACH);
    let touches = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_alphanumeric);
    let mut places: Vec<Range<usize>> = Vec::new();
    for place in regex.find_iter(Input::new(text).range(around)).map(|found| found.range()) {
        let apart = place.end <= secret.start || place.start >= secret.end;
        if apart && !place.is_empty() && !touches(place.start.checked_sub(1)) && !touches(Some(place.end)) {
            places.push(place);
        }
    }
    let distance =
        |place: &Range<usize>| secret.start.saturating_sub(place.end) + place.start.saturating_sub(secret.end);
    places.sort_by_key(distance);
    let mut found: Vec<Beside> = Vec::new();
    for place in places {
        let companion = Companion { part: part.clone(), secret: Secret::new(&text[place.clone()]) };
        if found.len() < MOST && found.iter().all(|(_, other)| *other != companion) {
            found.push((own.then_some(place), companion));
        }
    }
    found
}
