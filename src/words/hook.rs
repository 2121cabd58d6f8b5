//! `Hook`: a moment at which git asks whether to go on, and we may say no.

/// The hooks of git that we stand in. See `git help hooks`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hook {
    /// Before a commit is made: what is staged.
    PreCommit,
    /// Before a commit is made: its message.
    CommitMsg,
    /// Before commits leave this machine.
    PrePush,
    /// On a server, before pushed commits are taken in.
    PreReceive,
}

impl Hook {
    /// Every hook.
    pub const ALL: [Self; 4] = [Self::PreCommit, Self::CommitMsg, Self::PrePush, Self::PreReceive];

    /// git's name for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::CommitMsg => "commit-msg",
            Self::PrePush => "pre-push",
            Self::PreReceive => "pre-receive",
        }
    }

    /// Whether git tells it on standard input which references are to move.
    #[must_use]
    pub fn reads_stdin(self) -> bool {
        matches!(self, Self::PrePush | Self::PreReceive)
    }
}
