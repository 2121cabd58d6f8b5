//! The doors through which bytes come in: each source finds blobs and pushes them into sinks. Sources know nothing of
//! rules or engine.

mod disk;
pub mod git;
mod made_up;
mod message;
mod stdin;
mod threads;
mod tracked;
mod window;

pub use disk::{Disk, DiskOptions, Follow, Ignored};
pub use message::Message;
pub use stdin::Stdin;
