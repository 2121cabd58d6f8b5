//! How much of a repository a run reads, and which files are gone from it: both decide what an entry may still accept.

use std::path::Path;

use crate::app::config::Config;
use crate::source::git::{CommitFiles, Ends, GitEnv, Repository};

/// How much of what entries could speak of a run reads: only where all of it was read is an entry stale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// All files of the work tree.
    Tree,
    /// All that the repository ever held.
    History,
    /// Some files, on the disk or in the index.
    Part,
    /// What commits bring in, between these ends.
    Commits(Ends),
}

impl Reach {
    /// What a scan of these paths reaches.
    #[must_use]
    pub fn of_paths<'a>(config: &Config, paths: impl IntoIterator<Item = &'a Path>) -> Self {
        let whole = |path: &Path| config.base.starts_with(super::locate::normal(&config.here.join(path)));
        if paths.into_iter().any(whole) { Self::Tree } else { Self::Part }
    }

    /// The same; if less than usual is looked for, no more than a part.
    #[must_use]
    pub fn seen_with(self, less: bool) -> Self {
        match self {
            Self::Tree | Self::History if less => Self::Part,
            reach => reach,
        }
    }

    /// Whether an allowed file is gone, so that a secret at a new path may be its secret: from all that is read, or, where
    /// only changes are read, by these very changes. Otherwise a file that went long ago would go on accepting new places.
    pub(in crate::app) fn gone(&self, config: &Config, path: &str) -> bool {
        let at = |name: &str| {
            let repo = Repository::discover(&config.base, &GitEnv::of_process()).ok()?;
            CommitFiles::open(&repo, name).ok()?.read(path).ok()?
        };
        match self {
            Self::Tree => !on_disk(&config.base.join(path)),
            Self::Part => !on_disk(&config.base.join(path)) && at("HEAD").is_some(),
            Self::History => at("HEAD").is_none(),
            Self::Commits(Ends { bases, within, tips }) => {
                let had = |names: &[String]| names.iter().any(|name| at(name).is_some());
                !tips.is_empty() && !had(tips) && (had(bases) || had(within))
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a question about the user's own repository")]
fn on_disk(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}
