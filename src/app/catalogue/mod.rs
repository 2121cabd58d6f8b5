//! The catalogue: rules as people look at them, and the self-test in which each rule proves its hits and misses.

mod check;
pub mod recipe;

pub use check::{CheckError, Checked, Failure, check};
