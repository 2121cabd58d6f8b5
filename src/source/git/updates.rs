//! What a hook is told: on standard input, which references are to move; by the pre-commit framework, in its environment.
//!
//! Sources: `git help githooks` (pre-push, pre-receive), and <https://pre-commit.com/#supported-git-hooks>.

use std::io::Read;

use crate::words::ObjectId;

/// A reference that is to move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// What it leads to on the other side, or before; nothing if it is new there.
    pub old: Option<ObjectId>,
    /// What it is to lead to; nothing if it is to go away.
    pub new: Option<ObjectId>,
}

/// Why what a hook was told makes no sense.
#[derive(Debug, thiserror::Error)]
pub enum UpdatesError {
    /// Standard input ended with an error.
    #[error("standard input, where git says what is to move, can't be read: {0}")]
    Io(#[from] std::io::Error),
    /// A line is not of git's form.
    #[error(
        "line {0} of standard input is not of the form in which git says what is to move (see `git help githooks`)"
    )]
    Form(usize),
}

/// The updates that git tells a `pre-push` hook: `<local ref> <local id> <remote ref> <remote id>`, a line each.
///
/// # Errors
/// Standard input can't be read, or says something else.
pub fn pushed() -> Result<Vec<Update>, UpdatesError> {
    parse(&input()?, |fields| match fields {
        [.., _local, new, _remote, old] => Some((old, new)),
        _ => None,
    })
}

/// The updates that git tells a `pre-receive` hook: `<old id> <new id> <ref>`, a line each.
///
/// # Errors
/// Standard input can't be read, or says something else.
pub fn received() -> Result<Vec<Update>, UpdatesError> {
    parse(&input()?, |fields| match fields {
        [old, new, _name, ..] => Some((old, new)),
        _ => None,
    })
}

fn input() -> std::io::Result<Vec<u8>> {
    let mut text = Vec::new();
    std::io::stdin().lock().read_to_end(&mut text)?;
    Ok(text)
}

type Ids<'a> = Option<(&'a [u8], &'a [u8])>;

fn parse(text: &[u8], ids: impl for<'a> Fn(&[&'a [u8]]) -> Ids<'a>) -> Result<Vec<Update>, UpdatesError> {
    let id = |hex: &[u8]| ObjectId::from_hex(hex).map(|id| Some(id).filter(|id| !id.is_null()));
    let mut updates = Vec::new();
    for (number, line) in text.split(|&byte| byte == b'\n').enumerate().filter(|(_, line)| !line.is_empty()) {
        let fields: Vec<&[u8]> = line.split(|&byte| byte == b' ').collect();
        let update = ids(&fields).and_then(|(old, new)| Some(Update { old: id(old)?, new: id(new)? }));
        updates.push(update.ok_or(UpdatesError::Form(number + 1))?);
    }
    Ok(updates)
}

/// What the pre-commit framework says of the run that it calls us in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Framework {
    /// From where to where, if it was asked for a range or stands in a push.
    pub range: Option<(String, String)>,
    /// The remote that is pushed to, and what is pushed.
    pub push: Option<(String, String)>,
}

impl Framework {
    /// What this process was given; nothing unless the framework calls it.
    #[must_use]
    pub fn of_process() -> Option<Self> {
        let var = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let both = |one, other| var(one).zip(var(other));
        var("PRE_COMMIT")?;
        Some(Self {
            range: both("PRE_COMMIT_FROM_REF", "PRE_COMMIT_TO_REF"),
            push: both("PRE_COMMIT_REMOTE_NAME", "PRE_COMMIT_LOCAL_BRANCH"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_git_writes_them() {
        let (a, b, zeros) = ("a".repeat(40), "b".repeat(40), "0".repeat(40));
        let id = |hex: &str| ObjectId::from_hex(hex.as_bytes());
        let text = format!("{zeros} {a} refs/heads/new\n{a} {b} refs/heads/x\n{b} {zeros} refs/heads/gone\n");
        let updates = parse(text.as_bytes(), |fields| Some((fields[0], fields[1]))).unwrap();
        let wanted = [(None, id(&a)), (id(&a), id(&b)), (id(&b), None)];
        assert_eq!(updates, wanted.map(|(old, new)| Update { old, new }));
        assert!(matches!(parse(b"\nhello there", |f| Some((f[0], f[1]))), Err(UpdatesError::Form(2))));
    }
}
