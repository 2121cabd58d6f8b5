//! Signals, and what the system is told of this process. An interrupted run reports what it found until then; who
//! interrupts it twice means it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use unleak::words::Halt;

/// Listens for the wish to end, until dropped.
pub(super) struct Signals {
    wish: Arc<AtomicBool>,
    over: Arc<AtomicBool>,
}

/// Listens for SIGINT (Ctrl-C) and SIGTERM. The first of them is a wish that the run should end; the second ends the
/// process at once, as does the first once nobody listens any more.
pub(super) fn listen() -> Signals {
    let (wish, over) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    for signal in [SIGINT, SIGTERM] {
        // In this order: the wish must not be there yet when the first signal asks for it. Where the system refuses, a
        // signal does what it always does.
        let _ = flag::register_conditional_default(signal, Arc::clone(&wish));
        let _ = flag::register_conditional_default(signal, Arc::clone(&over));
        let _ = flag::register(signal, Arc::clone(&wish));
    }
    Signals { wish, over }
}

impl Signals {
    /// The wish to end.
    pub(super) fn halt(&self) -> Halt {
        Halt::new(Arc::clone(&self.wish))
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
    }
}

/// Keeps the memory of this process, and what secrets are in it, out of core files and away from other processes of the
/// same user; and makes of a file that grew too large an error, as of a full disk, instead of a death by signal.
pub(crate) fn leave_no_core() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let limit = Rlimit { current: Some(0), ..getrlimit(Resource::Core) };
        let _ = setrlimit(Resource::Core, limit);
        let _ = flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
    }
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}
