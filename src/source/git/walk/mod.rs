//! The walk reads every object once: packs in the order of their delta trees, then what is loose.
//!
//! A family (a whole object and all that are deltas to it, however far) is read by one thread from its root down, so that
//! every entry is inflated once and applied to a base that is at hand. The child with the most below it is taken last, when
//! its base is no longer needed: so few bases are held at a time, whatever the shape of the tree. Families are dealt out
//! the most work first.
//!
//! What a walk is for is a [`Visitor`]'s business: it gets each object's name, kind and bytes.

mod family;
mod forest;
mod plan;
mod spare;

pub(super) use family::{Base, Found};
pub(super) use forest::Kinds;
pub(super) use plan::Plan;

use super::error::ReadError;
use crate::words::ObjectId;

/// What a walk is for. Each thread has its own.
pub(super) trait Visitor {
    /// What it keeps of an object that others are made from, until the last of them is read.
    type Note: Default;
    /// Whether nothing more is wanted.
    fn is_halted(&self) -> bool {
        false
    }

    /// An object was read; `base` is what it was made from, if that was shown too.
    fn found(&mut self, object: &Found<'_>, base: Option<&Base<'_, Self::Note>>) -> Self::Note;
    /// An object could not be read.
    fn broken(&mut self, id: &ObjectId, why: ReadError);
}
