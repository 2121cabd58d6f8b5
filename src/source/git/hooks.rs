//! Where git looks for hooks: in the folder that `core.hooksPath` names, or else in the git folder that all worktrees
//! share; and for the template of new repositories.
//!
//! Unlike all else here this needs the whole of git's configuration (system, user, repository, worktree, environment,
//! with includes), since a hook in the wrong folder is one that never runs. What comes with git's own installation is
//! not looked at: only git itself knows where that is. Sources: `git help githooks`, `git help config`, `git help init`.

use std::path::{Path, PathBuf};

use gix_config::file::Metadata;
use gix_config::file::includes::Options as Includes;
use gix_config::file::includes::conditional::Context;
use gix_config::file::init::Options;
use gix_config::path::interpolate;
use gix_config::{File, Source};

use super::open::Repository;

/// Whose hooks stand in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HookReach {
    /// Those of this repository, with all its worktrees.
    Repository,
    /// Those of every repository of this user or machine.
    Everywhere,
}

/// The folder where git looks for hooks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookFolder {
    /// The folder. It need not be there.
    pub path: PathBuf,
    /// Whose hooks stand in it.
    pub reach: HookReach,
    /// Whether `core.hooksPath` names it.
    pub is_configured: bool,
}

/// Git's configuration can't be read, so that nobody knows where its hooks are.
#[derive(Debug, thiserror::Error)]
#[error("git's configuration can't be read: {0}; `git config --list --show-origin` may say where the mistake is")]
pub struct ConfigError(String);

impl Repository {
    /// Where git looks for the hooks of this repository.
    ///
    /// # Errors
    /// The configuration can't be read.
    pub fn hook_folder(&self) -> Result<HookFolder, ConfigError> {
        let config = read(Some(self))?;
        let mut reach = HookReach::Repository;
        let told = config.path_filter("core.hooksPath", |meta| {
            reach = match meta.source {
                Source::Local | Source::Worktree => HookReach::Repository,
                _ => HookReach::Everywhere,
            };
            true
        });
        Ok(match told {
            Some(told) => {
                let base = self.work_tree.as_ref().unwrap_or(&self.git_dir);
                HookFolder { path: base.join(expand(told)?), reach, is_configured: true }
            }
            None => {
                let path = self.common_dir.join("hooks");
                HookFolder { path, reach: HookReach::Repository, is_configured: false }
            }
        })
    }
}

/// The folder that `git init` and `git clone` copy into new repositories, if `init.templateDir` names one.
///
/// # Errors
/// The configuration can't be read.
pub fn template_folder() -> Result<Option<PathBuf>, ConfigError> {
    read(None)?.path("init.templateDir").map(expand).transpose()
}

/// All of git's configuration, as it holds for a repository or outside of any. The last value wins.
fn read(repo: Option<&Repository>) -> Result<File, ConfigError> {
    let mut files = Vec::new();
    for source in [Source::System, Source::Git, Source::User] {
        files.extend(source.storage_location(&mut |name| std::env::var_os(name)).map(|path| (path, source)));
    }
    if let Some(repo) = repo {
        files.push((repo.common_dir.join("config"), Source::Local));
        files.push((repo.git_dir.join("config.worktree"), Source::Worktree));
    }
    let home = gix_path::env::home_dir();
    let interpolate = interpolate::Context { home_dir: home.as_deref(), ..Default::default() };
    let conditional = Context { git_dir: repo.map(Repository::git_dir), branch_name: None };
    let includes = Includes { err_on_missing_config_path: false, ..Includes::follow(interpolate, conditional) };
    let options = Options { includes, ..Options::default() };
    let failed = |error| ConfigError(format!("{error}"));
    let mut config = File::default();
    for (path, source) in files {
        if source == Source::Worktree && !matches!(config.boolean("extensions.worktreeConfig"), Ok(Some(true))) {
            continue;
        }
        let metadata = Metadata { path: Some(path).filter(|path| path.is_file()), ..Metadata::from(source) };
        if let Some(more) = File::from_paths_metadata([metadata], options).map_err(failed)? {
            config.append(more).map_err(failed)?;
        }
    }
    if let Some(more) = File::from_env(options).map_err(failed)? {
        config.append(more).map_err(failed)?;
    }
    Ok(config)
}

/// A path of the configuration, with `~` replaced.
fn expand(path: gix_config::Path) -> Result<PathBuf, ConfigError> {
    let home = gix_path::env::home_dir();
    let context = interpolate::Context { home_dir: home.as_deref(), ..Default::default() };
    path.interpolate(context).map_err(|error| ConfigError(error.to_string())).map(|path| Path::to_owned(&path))
}
