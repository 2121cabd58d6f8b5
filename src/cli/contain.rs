//! `unleak contain`: less for a report's keys, where they are not to be deleted yet; a plan first, like `unleak revoke`.

use unleak::words::Outcome;

use super::Failure;
use super::arguments::ContainArguments;
use super::revoke::{Asked, answer};

/// Plans, and carries the plan out if told so.
pub(super) fn run(arguments: ContainArguments) -> Result<Outcome, Failure> {
    let consent = arguments.consent();
    let ContainArguments { report, what, apply, yes, wait, admin, network, .. } = arguments;
    let contain = what.containment();
    answer(Asked { report, apply, yes, wait, consent, admin, network, only: Vec::new() }, contain.as_ref())
}
