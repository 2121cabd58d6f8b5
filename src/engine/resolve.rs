//! One place, one find: where views and members show the same bytes again, the best of what was found there is kept.
//!
//! The more specific rule keeps its bytes, as in one text; then a leak wins over noise (of a key in pieces the first piece
//! is noise, the whole is none), the member of a container over the container's bytes, and what stands there plainly over
//! what a decoder made of it, unless the plain one is but a part.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use super::layer::Place;
use crate::words::{Encoding, Noise, Secret, Sighting, Step, Verdict};

/// What was found in some layer.
pub(super) struct Find {
    /// Where it stands.
    pub(super) place: Place,
    /// Where all that its rule claims stands.
    pub(super) claim: Place,
    /// Which file it is in, and where in it.
    pub(super) file: usize,
    pub(super) in_file: Range<usize>,
    /// Its rule's.
    pub(super) specificity: u8,
    /// How many decoders are below it.
    pub(super) depth: u32,
    /// What is reported if it is kept.
    pub(super) sighting: Sighting,
}

/// A file that is a container, and the numbers of the files in it.
pub(super) struct Opened {
    pub(super) file: usize,
    pub(super) members: Range<usize>,
    /// Whether all of its bytes were read as something else: what they show by themselves is chance.
    pub(super) used_up: bool,
}

/// The finds that are kept, by place.
pub(super) fn resolve(mut finds: Vec<Find>, opened: &[Opened]) -> impl Iterator<Item = Sighting> {
    drop_shells(&mut finds, opened);
    if finds.iter().any(|find| find.depth > 0) {
        drop_claimed(&mut finds);
        drop_guesses(&mut finds);
        finds.sort_by_cached_key(rank);
        let mut kept: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        finds.retain(|find| {
            let (file, range) = &find.place;
            let before = kept.range((*file, 0)..(*file, range.end.max(range.start + 1))).next_back();
            let free = before.is_none_or(|(_, &end)| end <= range.start);
            if free {
                kept.insert((*file, range.start), range.end.max(range.start + 1));
            }
            free
        });
    }
    finds.sort_by_key(|find| (find.place.0, find.place.1.start));
    finds.into_iter().map(|find| find.sighting)
}

/// What shows through the bytes of a container and was found in a member of it too is found once.
fn drop_shells(finds: &mut Vec<Find>, opened: &[Opened]) {
    for Opened { file, members, used_up } in opened {
        if *used_up {
            finds.retain(|find| find.place.0 != *file);
            continue;
        }
        let inside = |find: &&Find| members.contains(&find.place.0);
        let secrets: HashSet<Secret> = finds.iter().filter(inside).map(|find| find.sighting.secret.clone()).collect();
        if !secrets.is_empty() {
            finds.retain(|find| find.place.0 != *file || find.is_stored() || !secrets.contains(&find.sighting.secret));
        }
    }
}

/// What a view shows of something that a more specific rule claims as a whole is a part of that: the other tokens of a
/// login.
fn drop_claimed(finds: &mut Vec<Find>) {
    let larger = |find: &&Find| find.claim.1.len() > find.place.1.len() && !find.is_noise();
    let mut claims: Vec<(Place, u8)> =
        finds.iter().filter(larger).map(|find| (find.claim.clone(), find.specificity)).collect();
    claims.sort_by_key(|((file, claim), _)| (*file, claim.start));
    finds.retain(|find| {
        let (file, range) = &find.place;
        let after = claims.partition_point(|((other, claim), _)| (*other, claim.start) <= (*file, range.start));
        !claims[..after].last().is_some_and(|((other, claim), specificity)| {
            other == file && range.end <= claim.end && *specificity > find.specificity
        })
    });
}

/// That pieces belong together is a guess, and nothing against a whole key that stands there without it.
fn drop_guesses(finds: &mut Vec<Find>) {
    let broken = |find: &Find| find.last_encoding() == Some(Encoding::QuotedPrintable);
    let certain = |find: &&Find| !find.is_guess() && !broken(find) && !find.is_noise() && find.specificity > 0;
    let mut whole: Vec<Place> = finds.iter().filter(certain).map(|find| find.place.clone()).collect();
    whole.sort_by_key(|(file, range)| (*file, range.start));
    finds.retain(|find| {
        let (file, range) = &find.place;
        let after = whole.partition_point(|(other, place)| (*other, place.start) < (*file, range.end));
        // A `=` at the end of a line may be just that; a key that begins there is none that goes on.
        let doubtful = |begin: usize| find.is_guess() || broken(find) && begin != range.start;
        let against = |(other, place): &Place| other == file && place.end > range.start && doubtful(place.start);
        !whole[..after].last().is_some_and(against)
    });
}

impl Find {
    fn is_noise(&self) -> bool {
        matches!(self.sighting.verdict, Verdict::Noise(_))
    }

    /// Whether it is pieces that were put together.
    fn is_guess(&self) -> bool {
        matches!(self.last_encoding(), Some(Encoding::Joined | Encoding::Folded | Encoding::Markup))
    }

    fn last_encoding(&self) -> Option<Encoding> {
        match self.sighting.via.steps().last() {
            Some(Step::Decoded(encoding)) => Some(*encoding),
            _ => None,
        }
    }

    /// Whether it is in a member that stands in its container byte for byte, and so shares the container's places.
    fn is_stored(&self) -> bool {
        self.depth > 0 && self.sighting.via.steps().iter().any(|step| matches!(step, Step::Member(..)))
    }
}

/// What finds are sorted by: the best comes first.
type Rank = (Reverse<u8>, bool, Reverse<usize>, bool, Reverse<usize>, u32, usize, usize);

/// Of two finds of one rule that overlap the longer one is whole, unless it is a guess that its pieces belong together.
fn rank(find: &Find) -> Rank {
    let steps = find.sighting.via.steps();
    // What is published is so in every view of it.
    let noise = find.is_noise() && find.sighting.verdict != Verdict::Noise(Noise::Published);
    let members = steps.iter().filter(|step| matches!(step, Step::Member(..))).count();
    let (file, range) = &find.place;
    (
        Reverse(find.specificity),
        noise,
        Reverse(members),
        find.is_guess(),
        Reverse(range.len()),
        find.depth,
        *file,
        range.start,
    )
}
