//! Between which states the commits of a range or a push lead: what was there before them, and what is there after them.

use std::num::NonZeroUsize;

use super::commits::Walked;
use super::open::Repository;
use super::push::Push;
use super::range::{Range, RangeSpec};
use super::reader::Reader;
use super::store::Store;
use crate::words::ObjectId;

/// So many commits of a range without a beginning are named at most.
const MOST: usize = 1000;

/// The two ends of some commits, by names that lead to commits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ends {
    /// The commits before the first of them: what is known on the other side.
    pub bases: Vec<String>,
    /// Where there is none before them, they themselves: the whole history is new.
    pub within: Vec<String>,
    /// What they lead to.
    pub tips: Vec<String>,
}

impl Ends {
    /// The ends of a range; none if it can't be walked, which reading it tells.
    #[must_use]
    pub fn of_range(repo: &Repository, spec: &RangeSpec) -> Self {
        let two = |base: &str, tip: &str| Self {
            bases: vec![base.to_owned()],
            tips: vec![tip.to_owned()],
            ..Self::default()
        };
        match spec {
            RangeSpec::Between { base, tip } if !base.bytes().all(|byte| byte == b'0') => two(base, tip),
            RangeSpec::Apart { left, right } => two(left, right),
            _ => {
                let store = Store::open(repo);
                let range = Range::new(repo.clone(), spec.clone(), NonZeroUsize::MIN);
                range.walk(&mut Reader::new(&store)).map_or_else(|_| Self::default(), |walked| Self::of(&walked))
            }
        }
    }

    /// The ends of a push.
    #[must_use]
    pub fn of_push(push: &Push) -> Self {
        Self::of(&push.walk())
    }

    fn of(walked: &Walked) -> Self {
        let ids: std::collections::HashSet<ObjectId> = walked.steps.iter().map(|step| step.id).collect();
        let parents = || walked.steps.iter().flat_map(|step| &step.links.parents);
        let has_child: std::collections::HashSet<ObjectId> = parents().copied().collect();
        let names = |ids: Vec<ObjectId>| ids.into_iter().map(|id| id.to_string()).collect::<Vec<_>>();
        let mut bases: Vec<ObjectId> = parents().filter(|id| !ids.contains(id)).copied().collect();
        bases.sort_unstable();
        bases.dedup();
        let steps = walked.steps.iter().map(|step| step.id);
        let within = if bases.is_empty() { steps.clone().take(MOST).collect() } else { Vec::new() };
        Self {
            bases: names(bases),
            within: names(within),
            tips: names(steps.filter(|id| !has_child.contains(id)).collect()),
        }
    }
}
