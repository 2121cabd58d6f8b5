//! Standard input as a source: one blob of any size.

#![expect(clippy::disallowed_methods, reason = "the one door to standard input")]

use std::io;

use super::window::Windows;
use crate::words::{Origin, SinkMaker, Skipped, Source};

/// Standard input, read to its end.
#[derive(Clone, Copy, Debug)]
pub struct Stdin;

impl Source for Stdin {
    fn pour<'s>(&self, sink: &SinkMaker<'s>) {
        let mut sink = sink();
        match Windows::default().pour(&Origin::Stdin, &mut io::stdin().lock(), 0, &mut *sink) {
            Ok(bytes) => sink.done(bytes),
            Err(error) => {
                sink.skipped(Skipped { what: "<stdin>".to_owned(), why: format!("could not be read: {error}") })
            }
        }
    }
}
