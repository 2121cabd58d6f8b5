//! Git hooks: [`sources`] is what a hook looks at when git, or the pre-commit framework, calls it; [`install`] and
//! [`remove`] put it in its place and take it away again.

mod place;
mod script;

use std::path::PathBuf;

pub use place::{Done, InstallError, folder, install, remove, template};

use super::git::{count, range_named};
use crate::source::Message;
use crate::source::git::{
    Absent, Framework, Held, Push, RangeSpec, Repository, Staged, StagedOptions, Tips, Update, UpdatesError, pushed,
    received,
};
use crate::words::{Hook, ObjectId, Source};

/// Why a hook can't tell what to look at.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// What git says on standard input makes no sense.
    #[error(transparent)]
    Updates(#[from] UpdatesError),
    /// Something that git hands over is missing.
    #[error("git calls {hook} with {wanted}, which is missing; `git help githooks` has the details", hook = hook.as_str())]
    Missing {
        /// The hook.
        hook: Hook,
        /// What is missing.
        wanted: &'static str,
    },
}

/// What a hook looks at, when it was called with these arguments.
///
/// # Errors
/// It was not called as git calls it.
pub fn sources(hook: Hook, arguments: Vec<PathBuf>, repo: &Repository) -> Result<Vec<Box<dyn Source>>, CallError> {
    Ok(match hook {
        Hook::PreCommit => vec![pre_commit(repo, arguments)],
        Hook::CommitMsg => {
            let missing = CallError::Missing { hook, wanted: "the file of the message" };
            vec![Box::new(Message(arguments.into_iter().next().ok_or(missing)?))]
        }
        Hook::PrePush => match Framework::of_process() {
            Some(framework) => vec![framework_push(repo, framework)],
            None => {
                let missing = CallError::Missing { hook, wanted: "the name of the remote" };
                let remote = arguments.into_iter().next().ok_or(missing)?;
                moves(repo, pushed()?, Held::ByRemote(remote.to_string_lossy().into_owned()))
            }
        },
        Hook::PreReceive => moves(repo, received()?, Held::Everything),
    })
}

/// What is staged. The framework names files, of which the index knows the content; those it does not know were asked for
/// by hand and are read from the disk. Asked for a range, it names what differs at its end: what these files were in
/// between counts too, and files that came and went.
fn pre_commit(repo: &Repository, paths: Vec<PathBuf>) -> Box<dyn Source> {
    match Framework::of_process().and_then(|framework| framework.range) {
        Some((base, tip)) => range_named(repo, RangeSpec::Between { base, tip }, paths),
        None => {
            Box::new(Staged::new(repo.clone(), StagedOptions { paths, absent: Absent::FromDisk, threads: count(0) }))
        }
    }
}

/// The framework names the range of the first reference that is pushed. For the first push of a whole branch it names no
/// range, but the remote; and when a person calls it by hand, nothing.
fn framework_push(repo: &Repository, framework: Framework) -> Box<dyn Source> {
    match framework {
        Framework { range: Some((base, tip)), .. } => range_named(repo, RangeSpec::Between { base, tip }, Vec::new()),
        Framework { push: Some((remote, tip)), .. } => {
            Box::new(Push::new(repo.clone(), Tips::Named(tip), Held::ByRemote(remote), Vec::new(), count(0)))
        }
        Framework { .. } => range_named(repo, RangeSpec::Unpushed { tip: "HEAD".to_owned() }, Vec::new()),
    }
}

/// What updates bring. What the old side leads to is there already; what goes away brings nothing.
fn moves(repo: &Repository, updates: Vec<Update>, held: Held) -> Vec<Box<dyn Source>> {
    let new: Vec<ObjectId> = updates.iter().filter_map(|update| update.new).collect();
    if new.is_empty() {
        return Vec::new();
    }
    let old = updates.iter().filter_map(|update| update.old).collect();
    vec![Box::new(Push::new(repo.clone(), Tips::Objects(new), held, old, count(0)))]
}
