//! Credentials of several parts: which of what stands beside a secret it is asked about with, and what the answers for one
//! secret come to together.
//!
//! What stands near may belong to another secret of the same file. So a secret is asked about with each of it, and is dead
//! only if its issuer refuses all of these.

use std::collections::BTreeSet;

use crate::rules::Rule;
use crate::rules::spec::{AuthSpec, VerifySpec};
use crate::words::{Companion, Live, Liveness, Secret, Unknown, Verified};

/// A secret is asked about with so many others at most.
const MOST: usize = 6;

/// What a secret is to be asked about with: the other parts, in the order in which its rule names them, once for each that
/// may be the right one. One without parts where its rule needs none; none where those that are needed are missing.
#[must_use]
pub fn parts_of<'a>(rule: &Rule, companions: &[&'a Companion]) -> Vec<Vec<&'a Secret>> {
    let Some(VerifySpec::Ask(ask)) = rule.verify() else { return vec![Vec::new()] };
    if !matches!(ask.auth, AuthSpec::BasicPair | AuthSpec::Aws(_)) {
        return vec![Vec::new()];
    }
    let all = |name: &str| {
        let mut seen = BTreeSet::new();
        let same = companions.iter().filter(|companion| &*companion.part == name).map(|companion| &companion.secret);
        same.filter(|secret| seen.insert(*secret)).collect::<Vec<&Secret>>()
    };
    let mut sets: Vec<Vec<&Secret>> = vec![Vec::new()];
    for beside in &ask.beside {
        let found = all(&beside.part);
        sets = sets
            .into_iter()
            .flat_map(|set| {
                let needed = beside.only_if.as_ref().is_none_or(|head| begins(set.first().copied(), head));
                match needed {
                    true => found.iter().map(|part| [&set[..], &[*part]].concat()).collect(),
                    false => vec![set],
                }
            })
            .collect();
    }
    sets.truncate(MOST);
    sets
}

#[expect(clippy::disallowed_methods, reason = "which kind of key an id is of stands at its beginning")]
fn begins(part: Option<&Secret>, head: &str) -> bool {
    part.is_some_and(|part| part.expose().starts_with(head.as_bytes()))
}

/// What several answers for one secret come to: it lives if one of them says so, and is dead only if all do.
#[must_use]
pub fn together(answers: impl IntoIterator<Item = Verified>) -> Option<Verified> {
    answers.into_iter().reduce(|one, other| if worst_known(&one.liveness, &other.liveness) { one } else { other })
}

/// Whether the first of two answers for one secret is the one to keep.
pub(super) fn worst_known(one: &Liveness, other: &Liveness) -> bool {
    rank(one) >= rank(other)
}

/// Live, then not known, then dead: what is not known is never dead.
fn rank(liveness: &Liveness) -> u8 {
    match liveness {
        Liveness::Live(Live::Full) => 5,
        Liveness::Live(_) => 4,
        Liveness::Unknown(why) if why.is_failure() => 3,
        Liveness::Unknown(Unknown::WrongPart) => 2,
        Liveness::Unknown(_) => 1,
        Liveness::Dead(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Dead;

    #[test]
    fn one_life_is_enough_and_one_doubt_too() {
        let (live, dead) = (Liveness::Live(Live::Full), Liveness::Dead(Dead::Refused));
        let (wrong, outage) = (Liveness::Unknown(Unknown::WrongPart), Liveness::Unknown(Unknown::Outage(503)));
        let all = |list: &[&Liveness]| {
            together(list.iter().map(|liveness| Verified::offline((*liveness).clone()))).map(|kept| kept.liveness)
        };
        assert_eq!(all(&[&dead, &live, &outage]).as_ref(), Some(&live));
        assert_eq!(all(&[&dead, &wrong]).as_ref(), Some(&wrong));
        assert_eq!(all(&[&dead, &wrong, &outage]).as_ref(), Some(&outage));
        assert_eq!(all(&[&dead, &dead]).as_ref(), Some(&dead));
        assert_eq!(all(&[]), None);
    }
}
