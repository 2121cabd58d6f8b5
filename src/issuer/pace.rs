//! A `Lane` keeps the requests to one site to a rate, and few of them under way at once. An answer that says "too many"
//! slows the lane down, others let it recover.

#![expect(clippy::disallowed_methods, reason = "the one place where time has to pass")]

use std::collections::HashMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::site::Site;
use crate::words::Halt;

/// How many times slower than usual a lane becomes at most.
const SLOWEST: u32 = 16;

/// How often somebody who waits looks whether the run should end.
const GLANCE: Duration = Duration::from_millis(50);

/// The requests to one site.
#[derive(Debug)]
pub(super) struct Lane {
    state: Mutex<State>,
    changed: Condvar,
    usual: Duration,
    at_once: usize,
}

#[derive(Debug)]
struct State {
    next: Instant,
    interval: Duration,
    under_way: usize,
    /// Until when a credential waits, by its hash: what it was told with its last answer.
    holds: HashMap<u64, Instant>,
}

/// One request's place in its lane, until it is dropped.
#[derive(Debug)]
pub(super) struct Turn<'l>(&'l Lane);

impl Lane {
    pub(super) fn new(site: &Site, per_second: Option<u32>) -> Self {
        let usual = Duration::from_secs(1) / per_second.unwrap_or(site.per_second).max(1);
        let state = State { next: Instant::now(), interval: usual, under_way: 0, holds: HashMap::new() };
        Self { state: Mutex::new(state), changed: Condvar::new(), usual, at_once: site.at_once.max(1) }
    }

    /// Waits for a turn; nothing if there is none before `deadline`, or before the run should end.
    pub(super) fn enter(&self, deadline: Instant, halt: &Halt) -> Option<Turn<'_>> {
        let mut state = self.lock();
        loop {
            let now = Instant::now();
            if now >= deadline || halt.is_on() {
                return None;
            }
            let until = if state.under_way >= self.at_once { deadline } else { state.next };
            if until <= now {
                state.next = now + state.interval;
                state.under_way += 1;
                return Some(Turn(self));
            }
            let time = (until.min(deadline) - now).min(GLANCE);
            state = self.changed.wait_timeout(state, time).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// The site says that it is too much.
    pub(super) fn slow_down(&self) {
        let mut state = self.lock();
        state.interval = (state.interval * 3 / 2).min(self.usual * SLOWEST);
    }

    /// The site is content.
    pub(super) fn recover(&self) {
        let mut state = self.lock();
        state.interval = (state.interval * 19 / 20).max(self.usual);
    }

    /// The next request with this credential waits.
    pub(super) fn hold(&self, credential: u64, time: Duration) {
        self.lock().holds.insert(credential, Instant::now() + time);
    }

    /// How long this credential still has to wait.
    pub(super) fn held(&self, credential: u64) -> Option<Duration> {
        let mut state = self.lock();
        let left = state.holds.get(&credential)?.checked_duration_since(Instant::now());
        if left.is_none() {
            state.holds.remove(&credential);
        }
        left.filter(|left| !left.is_zero())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.lock().under_way -= 1;
        self.0.changed.notify_one();
    }
}

/// Lets time pass, until the run should end.
pub(super) fn sleep(time: Duration, halt: &Halt) {
    let end = Instant::now() + time;
    while !halt.is_on()
        && let Some(left) = end.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
    {
        std::thread::sleep(left.min(GLANCE));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::issuer::site;

    #[test]
    fn a_lane_has_room_for_few() {
        let lane = Lane::new(&Site { at_once: 2, ..site("openai").unwrap().clone() }, Some(1_000_000));
        let soon = || Instant::now() + Duration::from_millis(20);
        let enter = || lane.enter(soon(), &Halt::default());
        let (first, second) = (enter(), enter());
        assert!(first.is_some() && second.is_some() && enter().is_none());
        drop(first);
        assert!(enter().is_some());
    }

    #[test]
    fn a_lane_slows_down_and_recovers() {
        let lane = Lane::new(site("openai").unwrap(), Some(1000));
        (0..100).for_each(|_| lane.slow_down());
        assert_eq!(lane.lock().interval, Duration::from_millis(u64::from(SLOWEST)));
        (0..100).for_each(|_| lane.recover());
        assert_eq!(lane.lock().interval, Duration::from_millis(1));
    }
}
