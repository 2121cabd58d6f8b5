//! The door through which a leak is answered: a `Plan` says what a revocation would do, to which key ids, and why it may;
//! carrying it out deletes, and asks the issuer until the key is dead. Every step is written to an evidence log before it
//! is taken and after it.
//!
//! - `visible` compares what is seen of keys; `inventory` holds an organization's keys and finds the leaked one
//! - `admin` asks OpenAI's Admin API, `answers` understands it
//! - `plan` decides, `carry_out` does, `death` proves, `evidence` remembers
//! - `submit` ends what whoever holds it may end, `containment` and `contain` take from a key without deleting it
//! - `rotate` puts a new key in the place first, `remediation` says what became of a leak
//! - `usage` says what a key did, `keys` holds all of them against a policy
//! - `incident` tells it all in Markdown

mod admin;
mod answers;
mod carry_out;
mod contain;
mod containment;
mod death;
mod evidence;
mod incident;
mod inventory;
mod keys;
mod plan;
mod remediation;
mod rotate;
mod submit;
mod usage;
mod visible;

pub use admin::{Admin, Made};
pub use answers::{AdminError, Gone, HowGone};
pub use carry_out::{CarryOutError, Fate, Tools, carry_out};
pub use containment::{Containment, Expiry, Scopes};
pub use evidence::{Deed, Evidence, EvidenceError, State, read_dated_evidence, read_evidence};
pub use incident::{Chapter, expression, incident_report, markdown};
pub use inventory::{ApiKey, Inventory, Match, Owner, OwnerKind, Project, Sure};
pub use keys::{Breach, Judged, Policy, judge_keys};
pub use plan::{Action, Consent, Leaked, Plan, Planned, Why, Wish, ask_about, needs_inventory};
pub use remediation::{of_fate, of_log, of_plan};
pub use rotate::{HandsOver, Rotated, Rotation, replacement_name};
pub use usage::{Amount, BeforeAfter, DAY, Event, Usage};
pub use visible::Visible;

use crate::words::{Liveness, Secret, Unknown, Verified};

/// Asks issuers whether secrets still work. Doors don't know each other: app hands this one the other's answers.
pub trait Asks {
    /// Whether these secrets, each of the kind that its rule names, still work; in their order.
    fn ask_all(&self, keys: &[(&str, &Secret)]) -> Vec<Verified>;

    /// Whether this one does, and what it may do, by all that can be tried without harm.
    fn ask_all_of(&self, rule: &str, secret: &Secret) -> Verified;

    /// Whether this one does.
    fn ask(&self, rule: &str, secret: &Secret) -> Verified {
        let nobody = || Verified::offline(Liveness::Unknown(Unknown::NoWay));
        self.ask_all(&[(rule, secret)]).pop().unwrap_or_else(nobody)
    }
}
