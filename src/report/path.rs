//! Paths as readers of a report know them: relative to the folder of the run where that is possible, without parts that
//! say nothing. Code hosts match reports with files this way.

use std::path::{Path, is_separator};

use crate::words::{Origin, Sighting};

/// The parts of a path, given as bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Parts<'a> {
    /// Names from the outermost to the innermost.
    pub(super) names: Vec<&'a [u8]>,
    /// Whether they start from the root, and not from the folder of the run.
    pub(super) absolute: bool,
}

impl<'a> Parts<'a> {
    /// The parts of `path`. With `folder`, what lies below it becomes relative, and what leaves it absolute.
    pub(super) fn new(path: &'a [u8], folder: Option<&'a Path>) -> Self {
        let folder = folder.map(|folder| split(folder.as_os_str().as_encoded_bytes()));
        let names = split(path);
        if is_absolute(path) {
            return Self::below(names, folder.as_deref());
        }
        match folder {
            Some(folder) if names.contains(&&b".."[..]) => {
                let mut whole = folder.clone();
                for name in names {
                    if name == b".." {
                        whole.pop();
                    } else {
                        whole.push(name);
                    }
                }
                Self::below(whole, Some(&folder))
            }
            _ => Self { names, absolute: false },
        }
    }

    fn below(names: Vec<&'a [u8]>, folder: Option<&[&'a [u8]]>) -> Self {
        match folder.and_then(|folder| names.strip_prefix(folder)) {
            Some(inside) if !inside.is_empty() => Self { names: inside.to_vec(), absolute: false },
            _ => Self { names, absolute: true },
        }
    }

    /// The path as text with `/` between names. What is not valid UTF-8 becomes U+FFFD; any character may be in it.
    pub(super) fn text(&self) -> String {
        let text = self.names.iter().map(|name| String::from_utf8_lossy(name)).collect::<Vec<_>>().join("/");
        if self.absolute && !is_absolute(text.as_bytes()) { format!("/{text}") } else { text }
    }
}

/// The path of an origin as text, if it has one.
pub(super) fn text(origin: &Origin, folder: Option<&Path>) -> Option<String> {
    origin.path().map(|path| Parts::new(path, folder).text())
}

/// The path of what a sighting's lines are counted in, through containers as far as members have names:
/// `app.zip!config/.env`.
pub(super) fn through(sighting: &Sighting, folder: Option<&Path>) -> Option<String> {
    let path = text(&sighting.origin, folder)?;
    Some(match sighting.via.member() {
        Some(member) => format!("{path}!{member}"),
        None => path,
    })
}

/// The parts of a path that say something.
fn split(path: &[u8]) -> Vec<&[u8]> {
    path.split(|&byte| is_separator(byte.into())).filter(|part| !part.is_empty() && *part != b".").collect()
}

/// `/…`, and `C:\…` where that is how paths look.
fn is_absolute(path: &[u8]) -> bool {
    match path {
        [first, ..] if is_separator((*first).into()) => true,
        [_, b':', ..] => cfg!(windows),
        _ => false,
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_text_from_the_folder_or_from_the_root() {
        let folder = Some(Path::new("/home/me/repo"));
        let text = |path: &[u8]| Parts::new(path, folder).text();
        assert_eq!(text(b"./src//a.rs"), "src/a.rs");
        assert_eq!(text(b"/home/me/repo/src/a.rs"), "src/a.rs");
        assert_eq!(text(b"../other/a.rs"), "/home/me/other/a.rs");
        assert_eq!(text(b"/etc/env"), "/etc/env");
        assert_eq!(text(b"a\xff\n"), "a\u{fffd}\n");
    }
}
