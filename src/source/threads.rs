//! Work shared among threads. Where the system has no room for one, those that are there do all there is.

#![expect(clippy::disallowed_methods, reason = "sources own the threads, scoped, so that none outlives its run")]

use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::sync::{Mutex, PoisonError};
use std::thread::{Builder, scope};

/// Does `work` with each item, with as many threads as there are items, this one among them; what comes of it is in the
/// order of the items. A panic of any is raised here.
pub(super) fn shared<T: Send, R: Send>(items: Vec<T>, work: &(dyn Fn(T) -> R + Sync)) -> Vec<R> {
    let others = items.len().saturating_sub(1);
    let queue = Mutex::new(items.into_iter().enumerate());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let pull = || {
        let mut done = Vec::new();
        while let Some((number, item)) = next() {
            done.push((number, work(item)));
        }
        done
    };
    let mut done = scope(|scope| {
        let spawned = (0..others).map_while(|_| Builder::new().spawn_scoped(scope, pull).ok());
        let others: Vec<_> = spawned.collect();
        let mut done = pull();
        for other in others {
            done.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        done
    });
    done.sort_unstable_by_key(|&(number, _)| number);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Does both at the same time, if there may be two threads and the system has room for one more, or one after the other.
pub(super) fn both<A: Send, B>(
    threads: NonZeroUsize,
    one: impl FnOnce() -> A + Send,
    other: impl FnOnce() -> B,
) -> (A, B) {
    if threads == NonZeroUsize::MIN {
        return (one(), other());
    }
    let waiting = Mutex::new(Some(one));
    let take = || waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
    scope(|scope| {
        let spawned = Builder::new().spawn_scoped(scope, || take().map(|one| one())).ok();
        let other = other();
        let here = take().map(|one| one());
        let there = || spawned.and_then(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
        match here.or_else(there) {
            Some(one) => (one, other),
            None => unreachable!("one of two threads has taken it"),
        }
    })
}

/// For how many more threads the system has room, of so many that are wanted: they are made, and end at once. For those
/// that would fail where there is no room.
pub(super) fn room(wanted: usize) -> usize {
    let gate = Mutex::new(());
    scope(|scope| {
        let closed = gate.lock();
        let wait = || drop(gate.lock());
        let there = (0..wanted).take_while(|_| Builder::new().spawn_scoped(scope, wait).is_ok()).count();
        drop(closed);
        there
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_in_order_and_a_panic_is_raised() {
        for count in [0, 1, 2, 7] {
            let doubled = shared((0..count).collect(), &|number| number * 2);
            assert_eq!(doubled, (0..count).map(|number| number * 2).collect::<Vec<_>>());
        }
        let fails = || shared(vec![1, 2, 3], &|number| assert_ne!(number, 2));
        assert!(std::panic::catch_unwind(fails).is_err());
    }

    #[test]
    fn both_are_done_and_a_panic_of_either_is_raised() {
        for threads in [1, 2].map(|threads| NonZeroUsize::new(threads).unwrap()) {
            assert_eq!(both(threads, || 1, || 2), (1, 2));
            assert!(std::panic::catch_unwind(|| both(threads, || panic!("one"), || 2)).is_err());
            assert!(std::panic::catch_unwind(|| both(threads, || 1, || panic!("other"))).is_err());
        }
    }

    #[test]
    fn there_is_room_for_a_few() {
        assert_eq!((room(0), room(3)), (0, 3));
    }
}
