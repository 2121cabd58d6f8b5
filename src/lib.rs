//! unleak finds leaked OpenAI credentials and the keys beside them.
//!
//! This file is the map of the house. Each layer may use those above it in this list, and nothing else (a test reads
//! the `use` lines):
//!
//! - [`words`]: one noun for one thing; no I/O
//! - [`rules`]: what each kind of credential looks like, as data
//! - [`engine`]: bytes in, judged sightings out; pure functions
//! - [`source`]: the doors through which bytes come in
//! - [`issuer`]: the one client that talks to those who issue credentials, for the doors below it
//! - [`verify`]: the door through which issuers are asked whether a secret still works
//! - [`report`]: the door through which the ledger goes out
//! - [`app`]: what a run is: configuration and the pipeline that joins sources and engine
//!
//! The binary in `main.rs` parses arguments and calls [`app`].

pub mod app;
pub mod engine;
pub mod issuer;
pub mod report;
pub mod rules;
pub mod source;
pub mod verify;
pub mod words;
