//! The `Config` of a run: what five layers say, each stronger than the one before it, and who said what.
//!
//! Built-in values < the user's file < the repository's file < the environment < flags. Lists add up, single values
//! replace each other. The repository's file is that of the repository the user stands in, never of what is scanned
//! elsewhere; what it may say is in [`spec`], and what it hides is counted by name in every report.

mod entries;
mod limits;
mod read;
mod shelf;
pub mod spec;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

pub(crate) use entries::Tells;
pub use entries::is_day;
pub use limits::{LimitKey, LimitValues};
pub use read::{Ask, ConfigError};
pub(crate) use shelf::Shelf;
pub(crate) use shelf::read_if_there;
pub use shelf::read_named;
pub(crate) use spec::harmless;
pub use spec::{RuleUse, WaiverSpec, schema, size};

use super::ruleset::RuleText;
use crate::engine::decode::Limits;
use spec::ConfigSpec;

/// The config's name at the root of a repository.
pub const FILE: &str = "unleak.toml";

/// Who said something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Layer {
    /// Nobody: it is built in.
    Default,
    /// The user's own file, or one that was named on the command line or in the environment.
    User(String),
    /// The file of the repository that the user stands in.
    Repository(String),
    /// A variable of the environment.
    Environment(&'static str),
    /// A flag.
    Flag(&'static str),
}

impl Layer {
    /// The file, if it is one.
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        match self {
            Self::User(file) | Self::Repository(file) => Some(file),
            _ => None,
        }
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("built in"),
            Self::User(file) | Self::Repository(file) => f.write_str(file),
            Self::Environment(name) | Self::Flag(name) => f.write_str(name),
        }
    }
}

/// A value, and who said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said<T> {
    /// The value.
    pub value: T,
    /// Who said it.
    pub by: Layer,
}

/// A rule file besides the built-in ones.
#[derive(Clone, Debug)]
pub enum RuleSource {
    /// A file that the user named.
    Path(PathBuf),
    /// Text that the repository brings.
    Text(RuleText),
}

impl RuleSource {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Path(path) => path.display().to_string(),
            Self::Text(text) => text.name.clone(),
        }
    }
}

/// What all layers say together.
#[derive(Clone, Debug)]
pub struct Config {
    /// Paths to leave out.
    pub exclude: Vec<Said<String>>,
    /// Rule files.
    pub rule_files: Vec<Said<RuleSource>>,
    /// Whether marks on a line are obeyed.
    pub inline_waivers: Said<bool>,
    /// Whether a history remembers which objects hold nothing.
    pub cache: Said<bool>,
    /// What becomes of rules.
    pub rules: BTreeMap<String, Said<RuleUse>>,
    /// Limits on decoding, in the order of [`LimitKey::ALL`].
    pub limits: [Said<u64>; 6],
    /// Waivers.
    pub waivers: Vec<Said<WaiverSpec>>,
    /// Where the repository's own files are read from, if the user stands in one.
    pub(crate) shelf: Option<Shelf>,
    /// Where paths in it start from: the root of the work tree, or the current folder.
    pub(crate) base: PathBuf,
    /// The current folder, which paths that were typed start from.
    pub(crate) here: PathBuf,
}

impl Config {
    /// What is built in.
    fn built_in(base: PathBuf, here: PathBuf) -> Self {
        let said = |value| Said { value, by: Layer::Default };
        Self {
            exclude: Vec::new(),
            rule_files: Vec::new(),
            inline_waivers: Said { value: true, by: Layer::Default },
            cache: Said { value: false, by: Layer::Default },
            rules: BTreeMap::new(),
            limits: LimitKey::ALL.map(|key| said(key.usual())),
            waivers: Vec::new(),
            shelf: None,
            base,
            here,
        }
    }

    /// Adds what a file says; its rule files have been read already.
    fn add(&mut self, spec: ConfigSpec, rule_files: Vec<RuleSource>, by: &Layer) -> Result<(), String> {
        let values = limits::of_spec(&spec.limits);
        for (key, value) in LimitKey::ALL.into_iter().zip(values) {
            if let Some(value) = value.filter(|&value| value > key.usual())
                && matches!(by, Layer::Repository(_))
            {
                return Err(format!(
                    "{} = {} is more than the {} that is built in: a repository can lower a limit and not raise it; use \
                     {} or your own file",
                    key.key(),
                    key.shown(value),
                    key.shown(key.usual()),
                    key.flag()
                ));
            }
        }
        self.limit(values, |_| by.clone())?;
        fn said<T>(values: impl IntoIterator<Item = T>, by: &Layer) -> impl Iterator<Item = Said<T>> {
            values.into_iter().map(move |value| Said { value, by: by.clone() })
        }
        self.exclude.extend(said(spec.exclude, by));
        self.rule_files.extend(said(rule_files, by));
        self.waivers.extend(said(spec.waiver, by));
        self.rules.extend(spec.rules.into_iter().map(|(id, value)| (id, Said { value, by: by.clone() })));
        if let Some(value) = spec.inline_waivers {
            self.inline_waivers = Said { value, by: by.clone() };
        }
        if let Some(value) = spec.cache {
            if value && matches!(by, Layer::Repository(_)) {
                return Err(
                    "cache = true writes to the user's cache folder: a repository can turn it off and not on; use \
                            --cache or your own file"
                        .to_owned(),
                );
            }
            self.cache = Said { value, by: by.clone() };
        }
        Ok(())
    }

    /// Sets those limits that have a value.
    fn limit(&mut self, values: LimitValues, by: impl Fn(LimitKey) -> Layer) -> Result<(), String> {
        for ((key, value), limit) in LimitKey::ALL.into_iter().zip(values).zip(&mut self.limits) {
            let Some(value) = value else { continue };
            if value > key.most() {
                return Err(format!("{} is {} at most", key.key(), key.most()));
            }
            *limit = Said { value, by: by(key) };
        }
        Ok(())
    }

    /// The root of the repository, as a path that is typed here.
    #[must_use]
    pub fn root(&self) -> PathBuf {
        if self.here == self.base { PathBuf::from(".") } else { self.base.clone() }
    }

    /// Whether some limit on decoding is lower than usual.
    #[must_use]
    pub fn decodes_less(&self) -> bool {
        LimitKey::ALL.into_iter().zip(&self.limits).any(|(key, limit)| limit.value < key.usual())
    }

    /// How much decoding one blob may cost.
    #[must_use]
    pub fn limits(&self) -> Limits {
        limits::build(self.limits.each_ref().map(|limit| limit.value))
    }
}
