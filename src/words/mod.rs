//! The words of the house: one noun for one thing, each defined once.
//!
//! Everything else speaks in these types. They do no I/O, know no rule and no format, and import only each other.

mod blob;
mod companion;
mod date;
mod entry;
mod finding;
mod git;
mod halt;
mod heritage;
mod hook;
mod ledger;
mod liveness;
mod progress;
mod remediation;
mod secret;
mod span;
mod via;

pub use blob::{Blob, Origin, Sink, SinkMaker, Source};
pub use companion::Companion;
pub(crate) use date::Date;
pub use date::{day, moment};
pub use entry::{Entry, EntryKind, Standing, Written};
pub use finding::{Leak, Lowered, Mark, Noise, RuleId, Severity, Sighting, Sightings, Verdict, Waiver};
pub use git::{Checkout, Commit, GitObject, Life, ObjectId, ObjectKind, Place, short_ref};
pub use halt::Halt;
pub use heritage::{Heritage, Shared, Watch, Watches};
pub use hook::Hook;
pub use ledger::{FailOn, Inputs, Ledger, LeftOut, NoiseCount, Outcome, Skipped, Waived};
pub use liveness::{Dead, Identity, Live, Liveness, Unknown, Verified};
pub use progress::Progress;
pub use remediation::{Remediation, Remedied};
pub(crate) use secret::hex;
pub use secret::{Fingerprint, Mask, Secret, ShownLength};
pub(crate) use span::columns;
pub use span::{Position, Span};
pub use via::{Container, Encoding, Step, Via};
