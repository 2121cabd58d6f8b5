//! Standard input as a source: one blob of any size.

#![expect(clippy::disallowed_methods, reason = "the one door to standard input")]

use std::io;

use super::window::Windows;
use crate::words::{Halt, Origin, SinkMaker, Skipped, Source};

/// Standard input, read to its end.
#[derive(Clone, Copy, Debug)]
pub struct Stdin;

impl Source for Stdin {
    fn pour<'s>(&self, sink: &SinkMaker<'s>) {
        let mut sink = sink();
        let halt = sink.halt().cloned().unwrap_or_default();
        let mut input = Awaited { input: io::stdin().lock(), halt };
        match Windows::default().pour(&Origin::Stdin, &mut input, 0, &mut *sink) {
            Ok(bytes) => sink.done(bytes),
            Err(error) => {
                sink.skipped(Skipped { what: "<stdin>".to_owned(), why: format!("could not be read: {error}") })
            }
        }
    }
}

/// Input that may be long in coming: whoever waits for it looks now and then whether the run should end.
struct Awaited<I> {
    input: I,
    #[cfg_attr(not(unix), expect(dead_code, reason = "nothing to wait with"))]
    halt: Halt,
}

#[cfg(unix)]
impl<I: io::Read + std::os::fd::AsFd> io::Read for Awaited<I> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        const GLANCE: Timespec = Timespec { tv_sec: 0, tv_nsec: 200_000_000 };
        // What can't be waited for is read, and says itself what is wrong with it. A signal ends the wait.
        while let Ok(0) | Err(rustix::io::Errno::INTR) =
            poll(&mut [PollFd::new(&self.input, PollFlags::IN)], Some(&GLANCE))
        {
            if self.halt.is_on() {
                return Err(io::Error::other("the run was interrupted"));
            }
        }
        self.input.read(bytes)
    }
}

#[cfg(not(unix))]
impl<I: io::Read> io::Read for Awaited<I> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.input.read(bytes)
    }
}
