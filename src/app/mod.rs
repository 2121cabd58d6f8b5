//! What a run is: the configuration that decides it, the pipeline that joins sources and engine, and the catalogue of
//! rules with its self-test. Everything the binary does, it does through here.

mod admin_key;
mod again;
mod alive;
mod asked;
mod auto_revoke;
pub mod baseline;
mod cache;
pub mod catalogue;
mod collect;
pub mod config;
pub mod git;
mod given;
mod handover;
mod hide;
pub mod hook;
mod known;
mod leaked;
mod marked;
mod network;
mod pipeline;
mod respond;
mod ruleset;
mod subject;
mod targets;
pub mod trust;
mod verdicts;
mod verify;

pub use admin_key::{AdminKeyError, admin_key};
pub use again::{Again, Case, Gone, find_again};
pub use auto_revoke::{AutoRevoke, auto_revoke};
pub use handover::{HandOver, Handing, check_hand_over};
pub use hide::{without_keys, without_secrets};
pub use known::KnownFile;
pub use marked::{lift_marked, lower_marked};
pub use network::{Network, NetworkError};
pub use pipeline::{ScanOptions, scan};
pub use respond::{
    Desk, Incident, RespondError, RotateChoice, evidence_path, open_evidence, read_dated_log, read_incident, read_log,
    show_evidence, untold,
};
pub use ruleset::{RuleChoice, RuleText, RulesError, find_rule, import, load_rules};
pub use subject::{KeyText, Subject, SubjectError, find_subject};
pub use targets::targets;
pub use verify::{Memory, Providers, VerifyError, VerifyOptions, expired, verify_leaks};

pub use crate::engine::decode::Limits;
pub use crate::engine::{KeepNoise, ObeyMarks};
pub use crate::issuer::{BadBase, BaseUrl};
pub use crate::respond::{
    Action, ApiKey, Breach, Consent, Containment, Deed, Expiry, Fate, Inventory, Judged, OwnerKind, Plan, Planned,
    Policy, Rotated, Scopes, Sure, Usage, Wish, expression, incident_report, judge_keys, markdown, replacement_name,
};
pub use crate::source::git::{HookFolder, HookReach, OpenError, RangeSpec, Repository, Scope};
pub use crate::source::{DiskOptions, Follow, Ignored};
pub use crate::verify::Depth;

use std::time::{SystemTime, UNIX_EPOCH};

/// Today, in UTC: `2026-11-23`.
#[must_use]
pub fn today() -> String {
    crate::words::day(now() as i64)
}

/// The time now, in seconds of Unix time.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one look at the clock")]
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
