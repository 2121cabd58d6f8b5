//! The questions of a run, asked by a few threads. Who is told to wait goes back into the queue with a time, so that one
//! slow key holds up no other; a failure that may pass is tried twice more.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::{Depth, Finding, Question, ask};
use crate::issuer::Client;
use crate::words::{Liveness, Unknown, Verified};

/// How many threads ask at most, the caller's among them: requests wait for the network, not for a processor.
const THREADS: usize = 16;

/// How often a question is asked in all, if it fails.
const TRIES: u32 = 3;

/// How often a question is put off because its issuer asks to wait; the run's deadline ends it, too.
const PUT_OFF: u32 = 50;

/// How long a thread waits at most before it looks again whether there is something to do.
const GLANCE: Duration = Duration::from_millis(100);

/// Asks all questions, on this thread and on others if the system has room for them; `told` is called with the number of
/// each that is answered, from any thread. The answers are in the order of the questions. `now` is the time in seconds of
/// Unix time.
#[expect(clippy::disallowed_methods, reason = "the few threads that ask")]
pub fn verify(
    client: &Client,
    questions: &[Question<'_>],
    depth: Depth,
    now: u64,
    told: &(dyn Fn(usize) + Sync),
) -> Vec<Verified> {
    let queue = Queue::new(questions);
    let work = || {
        while let Some(number) = queue.next(client) {
            let finding = ask(client, &questions[number], depth);
            if queue.settle(number, finding, client, now) {
                told(number);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 1..THREADS.min(questions.len()) {
            if thread::Builder::new().spawn_scoped(scope, work).is_err() {
                break; // there is no room for more, and those that are there ask all there is
            }
        }
        work();
    });
    queue.into_answers(client)
}

/// Which questions are open, and what the others came to.
struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    ready: VecDeque<usize>,
    later: BinaryHeap<Reverse<(Instant, usize)>>,
    answers: Vec<Option<Verified>>,
    tried: Vec<u32>,
    put_off: Vec<u32>,
    open: usize,
}

impl Queue {
    /// All questions, one of each issuer after the other, so that none waits for the end of another.
    fn new(questions: &[Question<'_>]) -> Self {
        let count = questions.len();
        let mut seen = std::collections::HashMap::new();
        let mut order: Vec<(u32, usize)> = Vec::with_capacity(count);
        for (number, question) in questions.iter().enumerate() {
            let turn = seen.entry(question.rule.provider().id.as_str()).or_insert(0);
            order.push((*turn, number));
            *turn += 1;
        }
        order.sort_unstable();
        let ready = order.into_iter().map(|(_, number)| number).collect();
        let (answers, tried, put_off) = (vec![None; count], vec![0; count], vec![0; count]);
        let state = State { ready, later: BinaryHeap::new(), answers, tried, put_off, open: count };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    /// The next question; nothing when all are answered, or the run should end.
    fn next(&self, client: &Client) -> Option<usize> {
        let mut state = self.lock();
        loop {
            if state.open == 0 || client.halt().is_on() {
                return None;
            }
            let now = Instant::now();
            while let Some(&Reverse((time, number))) = state.later.peek()
                && time <= now
            {
                state.later.pop();
                state.ready.push_back(number);
            }
            if let Some(number) = state.ready.pop_front() {
                return Some(number);
            }
            let pause = state.later.peek().map_or(GLANCE, |Reverse((time, _))| (*time - now).min(GLANCE));
            state = self.changed.wait_timeout(state, pause).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Takes an answer, or puts the question off. Whether it is answered now.
    fn settle(&self, number: usize, finding: Finding, client: &Client, now: u64) -> bool {
        let mut state = self.lock();
        if client.halt().is_on() && matches!(finding.liveness, Liveness::Unknown(_)) {
            return false; // it was cut short, so it is no answer
        }
        if let Some(pause) = state.pause(number, &finding, client) {
            state.later.push(Reverse((Instant::now() + pause, number)));
            self.changed.notify_one();
            return false;
        }
        let Finding { liveness, identity, .. } = finding;
        state.answers[number] = Some(Verified { liveness, identity: *identity, asked: Some(now), remembered: false });
        state.open -= 1;
        if state.open == 0 {
            self.changed.notify_all()
        }
        true
    }

    fn into_answers(self, client: &Client) -> Vec<Verified> {
        let state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        let why = if client.halt().is_on() { Unknown::Interrupted } else { Unknown::Deadline };
        let open = || Verified::offline(Liveness::Unknown(why.clone()));
        state.answers.into_iter().map(|answer| answer.unwrap_or_else(open)).collect()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// How long until this question is asked again; nothing if what was found is to stand.
    fn pause(&mut self, number: usize, finding: &Finding, client: &Client) -> Option<Duration> {
        let Liveness::Unknown(why) = &finding.liveness else { return None };
        let pause = match finding.wait {
            Some(wait) if self.put_off[number] < PUT_OFF => {
                self.put_off[number] += 1;
                // A little apart, so that those who were told the same do not come back together.
                wait + client.backoff().pause(1).min(wait / 4)
            }
            _ if why.may_pass() && self.tried[number] + 1 < TRIES => {
                self.tried[number] += 1;
                client.backoff().pause(self.tried[number])
            }
            _ => return None,
        };
        (Instant::now() + pause < client.ends()).then_some(pause)
    }
}
