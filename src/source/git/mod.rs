//! git: what is staged, what a range of commits brings in, and everything that a repository holds.
//!
//! Read with our own eyes: no git process is run, and nothing that the repository's config chooses (hooks, filters,
//! textconv, fsmonitor) is looked at. gix-index reads the index and gix-pack maps packs; neither type leaves this module.
//!
//! - [`Repository`] finds a repository; `store`, `pack`, `loose`, `reader` read its objects, `refs` its references
//! - [`Staged`] reads an index, [`Range`] and [`Push`] some commits: `commits` walks them, `trees` compares them, `fetch`
//!   reads blobs; `updates` says which a hook is asked about, `hooks` where hooks are
//! - `walk` reads all objects, each once, in the order of their delta trees; [`History`] is made of it, and leaves a `survey`
//!   to [`trace`], which says of what was found where it comes from

#![expect(clippy::disallowed_methods, reason = "the one door to repositories")]

mod brought;
mod checkout;
mod commits;
mod config;
mod delta;
mod ends;
mod error;
mod fetch;
mod file;
mod history;
mod holdings;
mod hooks;
mod index;
mod inflate;
mod kept_entries;
mod known;
mod limited;
mod look;
mod loose;
mod objects;
mod open;
mod pack;
mod parse;
mod presence;
mod push;
mod range;
mod reader;
mod refs;
mod reftable;
mod revision;
mod staged;
mod store;
mod survey;
mod trace;
mod trees;
mod updates;
mod walk;

pub use ends::Ends;
pub use error::{OpenError, ReadError};
pub use file::{CommitFiles, FileError};
pub use history::{History, HistoryOptions, Scope};
pub use hooks::{ConfigError, HookFolder, HookReach, template_folder};
pub use inflate::{Buffer, Inflater};
pub use known::{Knowledge, Known};
pub use objects::Objects;
pub use open::{GitEnv, Repository};
pub use push::{Held, Push, Tips};
pub use range::{Range, RangeError, RangeSpec};
pub use revision::RevisionError;
pub use staged::{Absent, Staged, StagedOptions};
pub use trace::trace;
pub use updates::{Framework, Update, UpdatesError, pushed, received};
