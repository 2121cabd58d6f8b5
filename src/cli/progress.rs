//! Progress: one line on the terminal while a scan takes long. Nothing of it is there when nobody looks.

#![expect(clippy::disallowed_methods, reason = "the one thread that does not read: it draws")]

use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressStyle};
use unleak::words::Progress;

/// How long a run may take before there is a word about it.
const PATIENCE: Duration = Duration::from_millis(400);

/// How often the line is drawn anew.
const PACE: Duration = Duration::from_millis(100);

/// Does `work` and shows how far it is, if standard error is a terminal and the system has room for a thread that draws.
pub(super) fn shown<T>(progress: &Progress, work: impl FnOnce() -> T) -> T {
    if !io::stderr().is_terminal() {
        return work();
    }
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let drawer = thread::Builder::new().spawn_scoped(scope, || draw(progress, &done));
        let result = work();
        done.store(true, Ordering::Release);
        if let Ok(drawer) = drawer {
            drawer.thread().unpark();
        }
        result
    })
}

fn draw(progress: &Progress, done: &AtomicBool) {
    thread::park_timeout(PATIENCE);
    if done.load(Ordering::Acquire) {
        return;
    }
    let bar = ProgressBar::no_length();
    bar.set_style(ProgressStyle::default_spinner());
    while !done.load(Ordering::Acquire) {
        describe(&bar, progress);
        bar.tick();
        thread::park_timeout(PACE);
    }
    bar.finish_and_clear();
}

/// How long it may take still. The large ones are read first, so that nobody knows at the beginning.
fn left(blobs: u64, all: u64, seconds: f64) -> Option<String> {
    if blobs.saturating_mul(20) < all || blobs >= all {
        return None;
    }
    let rest = seconds * (all - blobs) as f64 / blobs as f64;
    Some(if rest < 100.0 { format!(", {}s left", rest.ceil()) } else { format!(", {} min left", (rest / 60.0).ceil()) })
}

/// `12,345 of 233,478 read, 1.20 GiB at 812 MiB/s, leaks at 3 places so far, 4s left`.
fn describe(bar: &ProgressBar, progress: &Progress) {
    if let Some((answers, questions)) = progress.answers() {
        return bar.set_message(format!("{} of {} keys asked about", HumanCount(answers), HumanCount(questions)));
    }
    let (blobs, bytes) = (progress.blobs(), progress.bytes());
    let seconds = bar.elapsed().as_secs_f64().max(0.1);
    let mut line = HumanCount(blobs).to_string();
    if let Some(all) = progress.expected() {
        line.push_str(&format!(" of {}", HumanCount(all)));
    }
    line.push_str(&format!(" read, {} at {}/s", HumanBytes(bytes), HumanBytes((bytes as f64 / seconds) as u64)));
    match progress.sightings() {
        0 => {}
        1 => line.push_str(", a leak at 1 place so far"),
        many => line.push_str(&format!(", leaks at {} places so far", HumanCount(many))),
    }
    if let Some(left) = progress.expected().and_then(|all| left(blobs, all, seconds)) {
        line.push_str(&left);
    }
    bar.set_message(line);
}

#[cfg(test)]
mod tests {
    use super::left;

    #[test]
    fn the_end_is_told_when_it_can_be_seen() {
        assert_eq!(left(128, 264_481, 1.0), None);
        assert_eq!(left(50, 100, 4.0).as_deref(), Some(", 4s left"));
        assert_eq!(left(50, 1000, 60.0).as_deref(), Some(", 19 min left"));
        assert_eq!(left(100, 100, 4.0), None);
    }
}
