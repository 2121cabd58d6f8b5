//! Git hooks: [`look`] is what a hook looks at when git, or the pre-commit framework, calls it; [`install`] and
//! [`remove`] put it in its place and take it away again.

mod place;
mod script;

use std::path::PathBuf;

pub use place::{Done, InstallError, folder, install, remove, template};

use super::git::{count, range_named};
use super::trust::Reach;
use crate::source::Message;
use crate::source::git::{
    Absent, Ends, Framework, Held, Push, RangeSpec, Repository, Staged, StagedOptions, Tips, Update, UpdatesError,
    pushed, received,
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

/// What a hook looks at: the sources, and how much of what entries could speak of they are.
pub struct Looked {
    /// The sources.
    pub sources: Vec<Box<dyn Source>>,
    /// How much that is.
    pub reach: Reach,
}

impl Looked {
    fn part(source: Box<dyn Source>) -> Self {
        Self { sources: vec![source], reach: Reach::Part }
    }

    fn push(repo: &Repository, tips: Tips, held: Held, old: Vec<ObjectId>) -> Self {
        let push = Push::new(repo.clone(), tips, held, old, count(0));
        let reach = Reach::Commits(Ends::of_push(&push));
        Self { sources: vec![Box::new(push)], reach }
    }

    fn range(repo: &Repository, spec: RangeSpec, named: Vec<PathBuf>) -> Self {
        let reach = Reach::Commits(Ends::of_range(repo, &spec));
        Self { sources: vec![range_named(repo, spec, named)], reach }
    }
}

/// What a hook looks at, when it was called with these arguments.
///
/// # Errors
/// It was not called as git calls it.
pub fn look(hook: Hook, arguments: Vec<PathBuf>, repo: &Repository) -> Result<Looked, CallError> {
    Ok(match hook {
        Hook::PreCommit => pre_commit(repo, arguments),
        Hook::CommitMsg => {
            let missing = CallError::Missing { hook, wanted: "the file of the message" };
            Looked::part(Box::new(Message(arguments.into_iter().next().ok_or(missing)?)))
        }
        Hook::PrePush => match Framework::of_process() {
            Some(framework) => framework_push(repo, framework),
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
fn pre_commit(repo: &Repository, paths: Vec<PathBuf>) -> Looked {
    match Framework::of_process().and_then(|framework| framework.range) {
        Some((base, tip)) => Looked::range(repo, RangeSpec::Between { base, tip }, paths),
        None => Looked::part(Box::new(Staged::new(
            repo.clone(),
            StagedOptions { paths, absent: Absent::FromDisk, threads: count(0) },
        ))),
    }
}

/// The framework names the range of the first reference that is pushed. For the first push of a whole branch it names no
/// range, but the remote; and when a person calls it by hand, nothing.
fn framework_push(repo: &Repository, framework: Framework) -> Looked {
    match framework {
        Framework { range: Some((base, tip)), .. } => Looked::range(repo, RangeSpec::Between { base, tip }, Vec::new()),
        Framework { push: Some((remote, tip)), .. } => {
            Looked::push(repo, Tips::Named(tip), Held::ByRemote(remote), Vec::new())
        }
        Framework { .. } => Looked::range(repo, RangeSpec::Unpushed { tip: "HEAD".to_owned() }, Vec::new()),
    }
}

/// What updates bring. What the old side leads to is there already; what goes away brings nothing.
fn moves(repo: &Repository, updates: Vec<Update>, held: Held) -> Looked {
    let new: Vec<ObjectId> = updates.iter().filter_map(|update| update.new).collect();
    if new.is_empty() {
        return Looked { sources: Vec::new(), reach: Reach::Part };
    }
    let old = updates.iter().filter_map(|update| update.old).collect();
    Looked::push(repo, Tips::Objects(new), held, old)
}
