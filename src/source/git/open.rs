//! Finding a repository: a work tree, a bare one, a linked worktree, a submodule, or what a hook's environment names.
//!
//! Only looks; writes nothing, runs nothing, and asks nobody who owns the files: whoever may read them may scan them.
//! How git finds one: `git help git` ("Environment Variables"), `git help gitrepository-layout`.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use gix_hash::Kind;

use super::config::RepoConfig;
use super::error::OpenError;
use super::survey::Survey;

/// The variables that git sets for hooks, and people for scripts: each `None` unless it is set and not empty.
#[derive(Clone, Debug, Default)]
pub struct GitEnv {
    /// `GIT_DIR`
    pub git_dir: Option<PathBuf>,
    /// `GIT_COMMON_DIR`
    pub common_dir: Option<PathBuf>,
    /// `GIT_WORK_TREE`
    pub work_tree: Option<PathBuf>,
    /// `GIT_INDEX_FILE`
    pub index_file: Option<PathBuf>,
    /// `GIT_OBJECT_DIRECTORY`
    pub object_directory: Option<PathBuf>,
    /// `GIT_ALTERNATE_OBJECT_DIRECTORIES`, separated as `PATH` is
    pub alternates: Option<OsString>,
    /// `GIT_QUARANTINE_PATH`: where pushed objects wait until a `pre-receive` hook lets them in
    pub quarantine: Option<PathBuf>,
}

impl GitEnv {
    /// What this process was given.
    #[must_use]
    pub fn of_process() -> Self {
        let var = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let path = |name: &str| var(name).map(PathBuf::from);
        Self {
            git_dir: path("GIT_DIR"),
            common_dir: path("GIT_COMMON_DIR"),
            work_tree: path("GIT_WORK_TREE"),
            index_file: path("GIT_INDEX_FILE"),
            object_directory: path("GIT_OBJECT_DIRECTORY"),
            alternates: var("GIT_ALTERNATE_OBJECT_DIRECTORIES"),
            quarantine: path("GIT_QUARANTINE_PATH"),
        }
    }
}

/// A repository that was found: where its parts are. Opening it read nothing but its config.
#[derive(Clone, Debug)]
pub struct Repository {
    pub(super) git_dir: PathBuf,
    pub(super) common_dir: PathBuf,
    pub(super) work_tree: Option<PathBuf>,
    pub(super) index_file: PathBuf,
    pub(super) objects_dir: PathBuf,
    pub(super) alternates: Vec<PathBuf>,
    pub(super) hash: Kind,
    pub(super) reftable: bool,
    pub(super) partial: bool,
    pub(super) remote: Option<String>,
    /// What a reading of all objects has noted, if there was one.
    surveys: Arc<Mutex<Option<Arc<[Survey]>>>>,
}

impl Repository {
    /// The repository that `start` is in: `env` decides if it names one, else the nearest at or above `start`.
    ///
    /// # Errors
    /// If there is none, or it says of itself that it can't be read by us.
    pub fn discover(start: &Path, env: &GitEnv) -> Result<Self, OpenError> {
        let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let start = absolute(start);
        if let Some(git_dir) = &env.git_dir {
            let git_dir = follow(&absolute(git_dir), "GIT_DIR", env)?;
            return Self::open(git_dir, Some(start), env);
        }
        for folder in start.ancestors() {
            let dot_git = folder.join(".git");
            if dot_git.is_file() || is_git_dir(&dot_git, env) {
                let from = dot_git.display().to_string();
                return Self::open(follow(&dot_git, &from, env)?, Some(folder.to_owned()), env);
            }
            if is_git_dir(folder, env) {
                return Self::open(folder.to_owned(), None, env);
            }
        }
        Err(OpenError::NotARepository(start))
    }

    /// Keeps what a reading of all objects has noted of them: one survey for each thread.
    pub(super) fn keep_survey(&self, surveys: Vec<Survey>) {
        *self.surveys.lock().unwrap_or_else(PoisonError::into_inner) = Some(surveys.into());
    }

    /// What was noted of all objects.
    pub(super) fn surveyed(&self) -> Option<Arc<[Survey]>> {
        self.surveys.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The root of the work tree; `None` if the repository is bare.
    #[must_use]
    pub fn work_tree(&self) -> Option<&Path> {
        self.work_tree.as_deref()
    }

    /// Whether both are one repository.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let full = |path: &Path| path.canonicalize().ok();
        full(&self.common_dir).is_some_and(|here| full(&other.common_dir) == Some(here))
    }

    /// Where it is, in one way only: the folder that linked worktrees share.
    #[must_use]
    pub fn place(&self) -> Option<OsString> {
        Some(self.common_dir.canonicalize().ok()?.into_os_string())
    }

    /// The git folder: `.git`, mostly.
    #[must_use]
    pub fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    fn open(git_dir: PathBuf, around: Option<PathBuf>, env: &GitEnv) -> Result<Self, OpenError> {
        let common_dir = match &env.common_dir {
            Some(dir) => dir.clone(),
            None => common_dir(&git_dir)?,
        };
        let config = read_config(&common_dir)?;
        let hash = match config.object_format.as_deref() {
            None | Some("sha1") => Kind::Sha1,
            Some("sha256") => Kind::Sha256,
            Some(other) => return Err(OpenError::ObjectFormat { at: git_dir, format: other.to_owned() }),
        };
        let work_tree = match (&env.work_tree, &config.work_tree, config.bare) {
            (Some(path), ..) => Some(path.clone()),
            (None, Some(path), _) => Some(git_dir.join(path)),
            (None, None, Some(true)) if git_dir == common_dir => None,
            (None, None, _) => around,
        };
        Ok(Self {
            index_file: env.index_file.clone().unwrap_or_else(|| git_dir.join("index")),
            objects_dir: env.object_directory.clone().unwrap_or_else(|| common_dir.join("objects")),
            alternates: env
                .alternates
                .as_deref()
                .map(split_paths)
                .into_iter()
                .flatten()
                .chain(env.quarantine.clone())
                .collect(),
            reftable: config.ref_storage.as_deref() == Some("reftable"),
            partial: config.partial,
            remote: config.remote,
            surveys: Arc::default(),
            git_dir,
            common_dir,
            work_tree,
            hash,
        })
    }
}

/// Whether a folder is what git takes for a git folder.
fn is_git_dir(dir: &Path, env: &GitEnv) -> bool {
    let head = dir.join("HEAD").symlink_metadata().is_ok();
    head && (dir.join("commondir").is_file()
        || ((env.object_directory.is_some() || dir.join("objects").is_dir()) && dir.join("refs").is_dir()))
}

/// The git folder at `path`, or the one that a `.git` file there names (linked worktrees, submodules).
fn follow(path: &Path, from: &str, env: &GitEnv) -> Result<PathBuf, OpenError> {
    let not_one = |at: &Path| OpenError::NotAGitDir { at: at.to_owned(), from: from.to_owned() };
    let dir = if path.is_file() {
        let text = std::fs::read(path).map_err(|error| OpenError::Io { at: path.to_owned(), error })?;
        let target = text.strip_prefix(b"gitdir: ").ok_or_else(|| not_one(path))?;
        path.parent().unwrap_or(path).join(path_of(target.trim_ascii_end()))
    } else {
        path.to_owned()
    };
    if is_git_dir(&dir, env) { Ok(dir) } else { Err(not_one(&dir)) }
}

/// The folder that linked worktrees share: named in the file `commondir`.
fn common_dir(git_dir: &Path) -> Result<PathBuf, OpenError> {
    let at = git_dir.join("commondir");
    match std::fs::read(&at) {
        Ok(text) => Ok(git_dir.join(path_of(text.trim_ascii_end()))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(git_dir.to_owned()),
        Err(error) => Err(OpenError::Io { at, error }),
    }
}

fn read_config(common_dir: &Path) -> Result<RepoConfig, OpenError> {
    let at = common_dir.join("config");
    match std::fs::read(&at) {
        Ok(text) => Ok(RepoConfig::parse(&String::from_utf8_lossy(&text))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(RepoConfig::default()),
        Err(error) => Err(OpenError::Io { at, error }),
    }
}

/// The folders in a list as git writes it: a folder with the separator in its name stands in double quotes. See
/// `GIT_ALTERNATE_OBJECT_DIRECTORIES` in `git help git`.
fn split_paths(list: &OsStr) -> Vec<PathBuf> {
    let list = list.as_encoded_bytes();
    let separator = if cfg!(windows) { b';' } else { b':' };
    let (mut paths, mut at) = (Vec::new(), 0);
    while at < list.len() {
        let rest = &list[at..];
        let end = memchr::memchr(separator, rest).unwrap_or(rest.len());
        let quoted = rest.strip_prefix(b"\"").and_then(unquote);
        let (path, len) = quoted.unwrap_or_else(|| (rest[..end].to_vec(), end));
        paths.extend(Some(path).filter(|path| !path.is_empty()).map(|path| path_of(&path)));
        at += len + 1;
    }
    paths
}

/// What stands before the closing quote, and how long it is with both quotes; nothing if there is no closing quote.
fn unquote(text: &[u8]) -> Option<(Vec<u8>, usize)> {
    let (mut plain, mut at) = (Vec::new(), 0);
    loop {
        match *text.get(at)? {
            b'"' => return Some((plain, at + 2)),
            b'\\' => {
                let octal =
                    text.get(at + 1..at + 4).filter(|code| code.iter().all(|digit| (b'0'..b'8').contains(digit)));
                let (byte, len) = match octal {
                    Some(code) => (code.iter().fold(0u8, |byte, digit| byte << 3 | (digit - b'0')), 4),
                    None => (escaped(*text.get(at + 1)?), 2),
                };
                plain.push(byte);
                at += len;
            }
            byte => {
                plain.push(byte);
                at += 1;
            }
        }
    }
}

/// What a letter behind a backslash stands for, as in C.
fn escaped(letter: u8) -> u8 {
    match letter {
        b'a' => 7,
        b'b' => 8,
        b't' => b'\t',
        b'n' => b'\n',
        b'v' => 11,
        b'f' => 12,
        b'r' => b'\r',
        other => other,
    }
}

/// A path as git writes it: bytes on Unix, UTF-8 elsewhere.
pub(super) fn path_of(bytes: &[u8]) -> PathBuf {
    match gix_path::from_byte_slice(bytes) {
        Ok(path) => path.to_owned(),
        Err(_) => PathBuf::from(String::from_utf8_lossy(bytes).into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_folders_are_read_as_git_writes_them() {
        let list = if cfg!(windows) { "/a;\"/b;c\\tx\";;/d" } else { "/a:\"/b:\\303\\244\\\"\":/d:" };
        let wanted = if cfg!(windows) { ["/a", "/b;c\tx", "/d"] } else { ["/a", "/b:ä\"", "/d"] };
        assert_eq!(split_paths(OsStr::new(list)), wanted.map(PathBuf::from));
        assert_eq!(split_paths(OsStr::new("\"half")), [PathBuf::from("\"half")]);
    }
}
