//! Putting hooks in their place and taking them away. What was there before stays: it is set aside, runs first, and comes
//! back byte for byte.

#![expect(clippy::disallowed_methods, reason = "the one door to hooks: written and set aside only when asked for")]

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::script::{Owner, earlier, owner, script};
use crate::source::git::{ConfigError, HookFolder, HookReach, Repository, template_folder};
use crate::words::Hook;

/// What became of one hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Done {
    /// It is in its place now; another hook was there before and runs first.
    Installed {
        /// Whether there was one.
        chains: bool,
    },
    /// It was there already.
    AlreadyThere,
    /// The pre-commit framework was installed over it, keeps it and calls it.
    CalledByFramework,
    /// It is gone; another hook that was there before is back in its place.
    Removed {
        /// Whether there was one.
        restored: bool,
    },
    /// It was not there.
    NotThere,
}

/// Why hooks could not be put in their place or taken away.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// Nobody knows where hooks are.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// There is no folder for a template.
    #[error(
        "no template is configured, and none was named: `git config --global init.templateDir FOLDER` tells git of one, \
         which it copies into every repository that it makes or clones"
    )]
    NoTemplate,
    /// The folder for hooks is none.
    #[error("git looks for hooks in {}, which is no folder, so it runs none (core.hooksPath says so)", .0.display())]
    NoFolder(PathBuf),
    /// Somebody changed our hook.
    #[error("{} is unleak's, but was changed since; take your lines out of it, or remove it by hand", .0.display())]
    Changed(PathBuf),
    /// There are two hooks, and one place to set one aside.
    #[error(
        "{} is not unleak's, and an older hook is set aside in {} already: make one of the two, or remove one",
        at.display(),
        aside.display()
    )]
    TwoHooks {
        /// The hook.
        at: PathBuf,
        /// The older one.
        aside: PathBuf,
    },
    /// The system refused.
    #[error("{}: {error}", at.display())]
    Io {
        /// Which file or folder.
        at: PathBuf,
        /// What it said.
        error: io::Error,
    },
}

/// The folder of a repository's hooks.
///
/// # Errors
/// Git's configuration can't be read, or switches hooks off.
pub fn folder(repo: &Repository) -> Result<HookFolder, InstallError> {
    let folder = repo.hook_folder()?;
    if folder.path.exists() && !folder.path.is_dir() {
        return Err(InstallError::NoFolder(folder.path));
    }
    Ok(folder)
}

/// The folder of hooks in a template for new repositories: in `named`, or where git's configuration says.
///
/// # Errors
/// Neither names one, or git's configuration can't be read.
pub fn template(named: Option<PathBuf>) -> Result<HookFolder, InstallError> {
    let template = match named {
        Some(named) => named,
        None => template_folder()?.ok_or(InstallError::NoTemplate)?,
    };
    Ok(HookFolder { path: template.join("hooks"), reach: HookReach::Everywhere, is_configured: true })
}

/// Puts a hook into a folder, to run the program at `program`.
///
/// # Errors
/// The place is taken in a way that is not ours to decide, or can't be written to.
pub fn install(folder: &Path, hook: Hook, program: &str) -> Result<Done, InstallError> {
    let (at, aside) = (folder.join(hook.as_str()), folder.join(earlier(hook)));
    let text = script(hook, program);
    let old = read(&at)?;
    match old.as_deref().map(owner) {
        Some(Owner::Unleak) if old.as_deref() == Some(text.as_bytes()) => return Ok(Done::AlreadyThere),
        Some(Owner::Unleak) => {}
        Some(Owner::Changed) => return Err(InstallError::Changed(at)),
        Some(Owner::Other) if ours(&legacy(folder, hook))? => return Ok(Done::CalledByFramework),
        Some(Owner::Other) if aside.symlink_metadata().is_ok() => return Err(InstallError::TwoHooks { at, aside }),
        Some(Owner::Other) => rename(&at, &aside)?,
        None => fs::create_dir_all(folder).map_err(|error| InstallError::Io { at: folder.to_owned(), error })?,
    }
    if let Err(error) = put(&at, folder, text.as_bytes()) {
        if old.as_deref().map(owner) == Some(Owner::Other) {
            let _ = fs::rename(&aside, &at);
        }
        return Err(InstallError::Io { at, error });
    }
    Ok(Done::Installed { chains: aside.symlink_metadata().is_ok() })
}

/// Takes a hook away, and puts back what was there before.
///
/// # Errors
/// Somebody changed it since, or the system refuses.
pub fn remove(folder: &Path, hook: Hook) -> Result<Done, InstallError> {
    let (mut at, aside) = (folder.join(hook.as_str()), folder.join(earlier(hook)));
    match read(&at)?.as_deref().map(owner) {
        Some(Owner::Unleak) => {}
        Some(Owner::Changed) => return Err(InstallError::Changed(at)),
        Some(Owner::Other) | None => {
            at = legacy(folder, hook);
            if !ours(&at)? {
                return Ok(Done::NotThere);
            }
        }
    }
    if aside.symlink_metadata().is_ok() {
        rename(&aside, &at)?;
        return Ok(Done::Removed { restored: true });
    }
    fs::remove_file(&at).map_err(|error| InstallError::Io { at, error })?;
    Ok(Done::Removed { restored: false })
}

/// Where the pre-commit framework keeps, and calls, the hook that it was installed over.
fn legacy(folder: &Path, hook: Hook) -> PathBuf {
    folder.join(format!("{}.legacy", hook.as_str()))
}

fn ours(at: &Path) -> Result<bool, InstallError> {
    Ok(read(at)?.is_some_and(|text| owner(&text) == Owner::Unleak))
}

/// What stands in a file; nothing if it is not there. A link that leads nowhere is there, and empty.
fn read(at: &Path) -> Result<Option<Vec<u8>>, InstallError> {
    match fs::read(at) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(at.symlink_metadata().ok().map(|_| Vec::new())),
        Err(error) => Err(InstallError::Io { at: at.to_owned(), error }),
    }
}

fn rename(from: &Path, to: &Path) -> Result<(), InstallError> {
    fs::rename(from, to).map_err(|error| InstallError::Io { at: from.to_owned(), error })
}

/// Writes an executable file, whole or not at all.
fn put(at: &Path, folder: &Path, text: &[u8]) -> io::Result<()> {
    let mut file = tempfile::Builder::new().prefix(".unleak-hook-").tempfile_in(folder)?;
    file.write_all(text)?;
    make_executable(file.as_file())?;
    file.persist(at)?;
    Ok(())
}

#[cfg(unix)]
fn make_executable(file: &fs::File) -> io::Result<()> {
    file.set_permissions(<fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_executable(_: &fs::File) -> io::Result<()> {
    Ok(())
}
