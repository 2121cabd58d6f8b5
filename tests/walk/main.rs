//! What is read and what is not: real folders, real git repositories, files as large and as odd as they come. All
//! through the built program.
#![cfg(unix)] // links, pipes, sockets, permissions
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test makes files and fails by panicking"
)]

mod git;
mod large;
mod odd;
mod order;
mod streams;
#[path = "../support/mod.rs"]
mod support;
mod unreadable;
