//! The doors through which bytes come in: each is a `Source` that owns its threads and pushes blobs.

pub mod git;
