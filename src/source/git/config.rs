//! The few lines of a repository's own config file that say how to read it.
//!
//! Only its format: no value is a path or a command that we would follow, but for `core.worktree`, which says where the
//! work tree is. Includes are not followed, as git doesn't for these lines either. Syntax: `git help config`.

/// What a config file says about reading the repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RepoConfig {
    /// `core.worktree`
    pub(super) work_tree: Option<String>,
    /// `core.bare`
    pub(super) bare: Option<bool>,
    /// `extensions.objectFormat`, in lower case
    pub(super) object_format: Option<String>,
    /// `extensions.refStorage`, in lower case
    pub(super) ref_storage: Option<String>,
    /// `remote.<name>.url`: that of `origin`, or else of the first remote.
    pub(super) remote: Option<String>,
    /// Whether some remote promises objects that are not here: a partial clone.
    pub(super) partial: bool,
}

impl RepoConfig {
    /// Reads what can be understood; a line that can't is passed over.
    pub(super) fn parse(text: &str) -> Self {
        let mut config = Self::default();
        let (mut section, mut is_origin) = (String::new(), false);
        for line in text.lines() {
            let mut line = line.trim();
            if let Some(header) = line.strip_prefix('[') {
                let (name, rest) = header.split_once(']').unwrap_or((header, ""));
                is_origin = name.trim_end().ends_with("\"origin\"");
                section = name.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
                line = rest.trim();
            }
            if line.is_empty() || line.starts_with(['#', ';']) {
                continue;
            }
            let (key, value) = line.split_once('=').unwrap_or((line, "true"));
            let key = key.trim().to_ascii_lowercase();
            if section == "remote" && key == "url" && (is_origin || config.remote.is_none()) {
                config.remote = Some(plain(value));
            }
            config.set(&section, &key, plain(value));
        }
        config
    }

    fn set(&mut self, section: &str, key: &str, value: String) {
        match (section, key) {
            ("core", "worktree") => self.work_tree = Some(value),
            ("core", "bare") => self.bare = Some(is_true(&value)),
            ("extensions", "objectformat") => self.object_format = Some(value.to_ascii_lowercase()),
            ("extensions", "refstorage") => self.ref_storage = Some(value.to_ascii_lowercase()),
            ("extensions", "partialclone") => self.partial = true,
            ("remote", "promisor") if is_true(&value) => self.partial = true,
            _ => {}
        }
    }
}

fn is_true(value: &str) -> bool {
    ["true", "yes", "on", "1"].iter().any(|word| value.eq_ignore_ascii_case(word))
}

/// A value without its quotes, escapes and comment.
fn plain(value: &str) -> String {
    let (mut text, mut quoted) = (String::new(), false);
    let mut chars = value.trim().chars();
    while let Some(char) = chars.next() {
        match char {
            '"' => quoted = !quoted,
            '\\' => text.extend(chars.next()),
            '#' | ';' if !quoted => break,
            other => text.push(other),
        }
    }
    if quoted { text } else { text.trim_end().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_matters() {
        let text = "[core]\n\tbare = no ; really\n\tworktree = \"../a b\"\n[extensions] objectFormat=SHA256\n\
                    [remote \"a\"]\n\turl = x\n[remote \"origin\"]\n\tpromisor\n\turl = y\n[remote \"b\"]\n\turl = z\n[extensions]\n\trefStorage = reftable # new\n";
        let config = RepoConfig::parse(text);
        assert_eq!(config.bare, Some(false));
        assert_eq!(config.work_tree.as_deref(), Some("../a b"));
        assert_eq!(config.object_format.as_deref(), Some("sha256"));
        assert_eq!(config.ref_storage.as_deref(), Some("reftable"));
        assert_eq!(config.remote.as_deref(), Some("y"));
        assert!(config.partial);
    }
}
