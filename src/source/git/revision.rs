//! Names of commits as people and hooks write them: an id, the beginning of one, a branch, a tag, `HEAD~3`, `v1^{commit}`.
//!
//! A part of what `git help revisions` lists, the part that says where a range begins and ends.

use super::open::Repository;
use super::parse;
use super::reader::Reader;
use super::refs;
use crate::words::{ObjectId, ObjectKind};

/// Where git looks for a short name, in its order.
const PLACES: [(&str, &str); 6] = [
    ("", ""),
    ("refs/", ""),
    ("refs/tags/", ""),
    ("refs/heads/", ""),
    ("refs/remotes/", ""),
    ("refs/remotes/", "/HEAD"),
];

/// Why a name leads to no commit. The sentences follow the name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RevisionError {
    /// There is no such thing.
    #[error("no branch, tag or commit is called that; if it is in the remote repository, fetch it first")]
    Unknown,
    /// More than one object's id begins so.
    #[error("more than one object's id begins with that; write more of it")]
    Ambiguous,
    /// The commit is not here.
    #[error(
        "the commit is not in this clone: `git fetch origin COMMIT` brings it, and `git fetch --unshallow` (or \
         fetch-depth: 0 in actions/checkout) the whole history"
    )]
    NotHere,
    /// It leads to something else, such as a tree, or a parent that a commit does not have.
    #[error("it leads to no commit")]
    NoCommit,
    /// Some way to write it that we don't know.
    #[error("this way to name a commit is not known here; `git rev-parse` turns it into an id")]
    Unsupported,
}

/// The commit that a name leads to.
pub(super) fn resolve(repo: &Repository, reader: &mut Reader<'_>, name: &str) -> Result<ObjectId, RevisionError> {
    let end = name.find(['~', '^']).unwrap_or(name.len());
    let (base, mut steps) = name.split_at(end);
    if base.contains("@{") || base.contains(':') {
        return Err(RevisionError::Unsupported);
    }
    let base = if base == "@" { "HEAD" } else { base };
    let mut id = peel(reader, start(repo, reader, base)?)?;
    while !steps.is_empty() {
        let (sign, rest) = steps.split_at(1);
        if let Some(rest) = rest.strip_prefix("{commit}").or(rest.strip_prefix("{}"))
            && sign == "^"
        {
            steps = rest;
            continue;
        }
        let digits = rest.find(|char: char| !char.is_ascii_digit()).unwrap_or(rest.len());
        let (number, rest) = rest.split_at(digits);
        let number: usize =
            if number.is_empty() { 1 } else { number.parse().map_err(|_| RevisionError::Unsupported)? };
        id = match sign {
            "~" => (0..number).try_fold(id, |id, _| parent(reader, id, 1))?,
            "^" if number == 0 => id,
            "^" => parent(reader, id, number)?,
            _ => return Err(RevisionError::Unsupported),
        };
        steps = rest;
    }
    Ok(id)
}

fn start(repo: &Repository, reader: &Reader<'_>, name: &str) -> Result<ObjectId, RevisionError> {
    if let Some(id) = ObjectId::from_hex(name.as_bytes()) {
        return Ok(id);
    }
    for (before, after) in PLACES {
        if let Some(id) = refs::find(repo, format!("{before}{name}{after}").as_bytes()) {
            return Ok(id);
        }
    }
    if name.len() < 4 || !name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(RevisionError::Unknown);
    }
    match reader.store().named_from(name).as_slice() {
        [] => Err(RevisionError::Unknown),
        [id] => Ok(*id),
        _ => Err(RevisionError::Ambiguous),
    }
}

/// The commit that an object is, or that a tag leads to.
pub(super) fn peel(reader: &mut Reader<'_>, mut id: ObjectId) -> Result<ObjectId, RevisionError> {
    for _ in 0..64 {
        match reader.read(&id) {
            Ok((ObjectKind::Commit, _)) => return Ok(id),
            Ok((ObjectKind::Tag, bytes)) => id = parse::tag_target(bytes).ok_or(RevisionError::NoCommit)?,
            Ok(_) => return Err(RevisionError::NoCommit),
            Err(_) => return Err(RevisionError::NotHere),
        }
    }
    Err(RevisionError::NoCommit)
}

fn parent(reader: &mut Reader<'_>, id: ObjectId, number: usize) -> Result<ObjectId, RevisionError> {
    let bytes = reader.read_kind(&id, ObjectKind::Commit).map_err(|_| RevisionError::NotHere)?;
    let links = parse::commit_links(bytes).ok_or(RevisionError::NoCommit)?;
    links.parents.get(number - 1).copied().ok_or(RevisionError::NoCommit)
}
