//! Where the layers of a config come from: files, the environment, flags.

#![expect(clippy::disallowed_methods, reason = "configuration enters here, and reaches a run as a value")]

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::shelf::{Shelf, read_if_there, read_named, root_around};
use super::spec::{ConfigSpec, size};
use super::{Config, FILE, Layer, LimitKey, LimitValues, RuleSource, Said};
use crate::app::ruleset::RuleText;
use crate::source::git::{CommitFiles, FileError, GitEnv, OpenError, Repository};

/// What the command line says of the config, and the flags that are stronger than it.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    /// A config to read instead of the repository's.
    pub file: Option<PathBuf>,
    /// The commit whose config and baseline are used instead of those in the work tree.
    pub from: Option<String>,
    /// Whether nothing of the repository's is read at all.
    pub nothing: bool,
    /// Rule files that were named.
    pub rule_files: Vec<PathBuf>,
    /// Whether marks on a line are passed over.
    pub no_inline_waivers: bool,
    /// Whether a history remembers which objects hold nothing, if that was said.
    pub cache: Option<bool>,
    /// Limits that were given.
    pub limits: LimitValues,
}

/// Why there is no config to use.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file can't be read.
    #[error("{file} can't be read: {why}")]
    Unreadable {
        /// The file.
        file: String,
        /// Why.
        why: String,
    },
    /// A file has a mistake.
    #[error("{file}: {why}")]
    Mistake {
        /// The file and, if known, the line.
        file: String,
        /// What is wrong and what helps.
        why: String,
    },
    /// There is no repository whose commit could be read.
    #[error(transparent)]
    Repository(#[from] OpenError),
    /// The commit can't be read.
    #[error(transparent)]
    Commit(#[from] FileError),
}

impl Config {
    /// The config of a run that begins in the current folder.
    ///
    /// # Errors
    /// A file of it can't be read or has a mistake. Without a sound config there is no run: it says what not to look at.
    pub fn read(ask: &Ask) -> Result<Self, ConfigError> {
        let here = env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
        let root = root_around(&here);
        let mut config = Self::built_in(root.clone().unwrap_or_else(|| here.clone()), here);
        if let Some(path) = user_file() {
            config.add_user_file(&path)?;
        }
        config.shelf = match (&ask.from, root) {
            (Some(name), _) => {
                let repo = Repository::discover(&config.base, &GitEnv::of_process())?;
                Some(Shelf::Commit(Box::new(CommitFiles::open(&repo, name)?)))
            }
            (None, Some(root)) if !ask.nothing => Some(Shelf::WorkTree(root)),
            (None, _) => None,
        };
        let named = ask.file.clone().or_else(|| var("UNLEAK_CONFIG").filter(|_| ask.from.is_none()).map(PathBuf::from));
        match (named, config.shelf.clone()) {
            (Some(path), _) => {
                let file = path.display().to_string();
                let text = read_named(&path).map_err(|why| ConfigError::Unreadable { file: file.clone(), why })?;
                config.add_text(&text, Layer::User(file), path.parent())?;
            }
            (None, Some(shelf)) => config.add_repository(&shelf)?,
            (None, None) => {}
        }
        config.add_environment()?;
        config.add_flags(ask)?;
        Ok(config)
    }

    fn add_user_file(&mut self, path: &Path) -> Result<(), ConfigError> {
        let file = path.display().to_string();
        match read_if_there(path) {
            Ok(None) => Ok(()),
            Ok(Some(text)) => self.add_text(&text, Layer::User(file), path.parent()),
            Err(why) => Err(ConfigError::Unreadable { file, why }),
        }
    }

    /// What a file of the user's says; its rule files start from the folder it stands in.
    fn add_text(&mut self, text: &str, by: Layer, folder: Option<&Path>) -> Result<(), ConfigError> {
        let spec = parse(text, &by)?;
        let folder = folder.unwrap_or(Path::new(""));
        let files = spec.rule_files.iter().map(|path| RuleSource::Path(folder.join(path))).collect();
        self.add(spec, files, &by).map_err(|why| mistake(&by, None, why))
    }

    /// What the repository says; all of it is read from where its config is.
    fn add_repository(&mut self, shelf: &Shelf) -> Result<(), ConfigError> {
        let read = |path: &str| shelf.read(path).map_err(|why| ConfigError::Unreadable { file: shelf.name(path), why });
        let Some(text) = read(FILE)? else { return Ok(()) };
        let by = Layer::Repository(shelf.name(FILE));
        let spec = parse(&text, &by)?;
        let mut files = Vec::new();
        for path in &spec.rule_files {
            let name = shelf.name(path);
            match read(path)? {
                Some(text) => files.push(RuleSource::Text(RuleText { name, text })),
                None => return Err(mistake(&by, None, format!("its rule file {name} is not there"))),
            }
        }
        self.add(spec, files, &by).map_err(|why| mistake(&by, None, why))
    }

    fn add_environment(&mut self) -> Result<(), ConfigError> {
        let wrong = |name: &str, why: &str| ConfigError::Mistake { file: name.to_owned(), why: why.to_owned() };
        let mut values = LimitValues::default();
        for (key, value) in LimitKey::ALL.into_iter().zip(&mut values) {
            let Some(text) = var(key.variable()) else { continue };
            let text = text.to_str().unwrap_or_default();
            *value = Some(size(text).map_err(|why| wrong(key.variable(), &why))?);
        }
        self.limit(values, |key| Layer::Environment(key.variable())).map_err(|why| wrong("the environment", &why))?;
        for (name, said) in [("UNLEAK_INLINE_WAIVERS", &mut self.inline_waivers), ("UNLEAK_CACHE", &mut self.cache)] {
            let Some(text) = var(name) else { continue };
            let value = match text.to_str() {
                Some("1" | "true" | "yes") => true,
                Some("0" | "false" | "no") => false,
                _ => return Err(wrong(name, "write true or false")),
            };
            *said = Said { value, by: Layer::Environment(name) };
        }
        Ok(())
    }

    fn add_flags(&mut self, ask: &Ask) -> Result<(), ConfigError> {
        let wrong = |why| ConfigError::Mistake { file: "the command line".to_owned(), why };
        self.limit(ask.limits, |key| Layer::Flag(key.flag())).map_err(wrong)?;
        if ask.no_inline_waivers {
            self.inline_waivers = Said { value: false, by: Layer::Flag("--no-inline-waivers") };
        }
        if let Some(value) = ask.cache {
            self.cache = Said { value, by: Layer::Flag(if value { "--cache" } else { "--no-cache" }) };
        }
        let named = ask.rule_files.iter().map(|path| RuleSource::Path(path.clone()));
        self.rule_files.extend(named.map(|value| Said { value, by: Layer::Flag("--rules") }));
        Ok(())
    }
}

fn parse(text: &str, by: &Layer) -> Result<ConfigSpec, ConfigError> {
    ConfigSpec::parse(text).map_err(|(line, why)| mistake(by, Some(line), why))
}

fn mistake(by: &Layer, line: Option<usize>, why: String) -> ConfigError {
    let file = line.map_or_else(|| by.to_string(), |line| format!("{by}:{line}"));
    ConfigError::Mistake { file, why }
}

/// The user's own config: in the folder that the system has for such files.
fn user_file() -> Option<PathBuf> {
    let folder = if cfg!(windows) {
        PathBuf::from(var("APPDATA")?)
    } else {
        let own = var("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
        own.or_else(|| Some(PathBuf::from(var("HOME")?).join(".config")))?
    };
    folder.is_absolute().then(|| folder.join("unleak").join(FILE))
}

/// A variable that is set and not empty.
fn var(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}
