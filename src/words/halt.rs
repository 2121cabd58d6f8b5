//! Whether somebody asked a run to end before all is read: a signal, mostly. Those who read and those who ask look at it
//! between one thing and the next, and leave the rest.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A wish that the run should end. Copies share it; once on, it stays on.
#[derive(Clone, Debug, Default)]
pub struct Halt(Arc<AtomicBool>);

impl Halt {
    /// A wish that is there when `flag` is set.
    #[must_use]
    pub fn new(flag: Arc<AtomicBool>) -> Self {
        Self(flag)
    }

    /// Whether the run should end.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
