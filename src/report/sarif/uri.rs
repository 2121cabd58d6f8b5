//! Paths as URIs: relative to the folder of the run where that is possible, percent-encoded byte for byte, so that any
//! path there is can be written down and read back.

use std::path::Path;

use crate::report::path::Parts;

/// Where an artifact is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Uri {
    /// Relative to the folder of the run.
    Relative(String),
    /// `file://…`
    Absolute(String),
}

/// The URI of a path, given as bytes. With `folder`, paths below it become relative, and those that leave it absolute.
pub(super) fn uri(path: &[u8], folder: Option<&Path>) -> Uri {
    let Parts { names, absolute } = Parts::new(path, folder);
    if absolute { Uri::Absolute(format!("file:///{}", joined(&names))) } else { Uri::Relative(joined(&names)) }
}

fn joined(parts: &[&[u8]]) -> String {
    let mut uri = String::new();
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            uri.push('/');
        }
        for &byte in *part {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'@' | b'+' | b'=' | b',' => {
                    uri.push(byte.into());
                }
                _ => uri.push_str(&format!("%{byte:02X}")),
            }
        }
    }
    uri
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn relative(uri: &str) -> Uri {
        Uri::Relative(uri.to_owned())
    }

    fn absolute(uri: &str) -> Uri {
        Uri::Absolute(uri.to_owned())
    }

    #[test]
    fn a_path_below_the_folder_is_relative() {
        let folder = Some(Path::new("/home/me/repo/"));
        assert_eq!(uri(b"./src//a.rs", None), relative("src/a.rs"));
        assert_eq!(uri(b"/home/me/repo/src/a.rs", folder), relative("src/a.rs"));
        assert_eq!(uri(b"../repo/src/a.rs", folder), relative("src/a.rs"));
    }

    #[test]
    fn a_path_elsewhere_is_absolute_if_that_is_known() {
        let folder = Some(Path::new("/home/me/repo"));
        assert_eq!(uri(b"../other/a.rs", folder), absolute("file:///home/me/other/a.rs"));
        assert_eq!(uri(b"../../../../../a.rs", folder), absolute("file:///a.rs"));
        assert_eq!(uri(b"/etc/env", folder), absolute("file:///etc/env"));
        assert_eq!(uri(b"/etc/env", None), absolute("file:///etc/env"));
        assert_eq!(uri(b"../a.rs", None), relative("../a.rs"));
    }

    #[test]
    fn any_byte_can_be_written() {
        assert_eq!(uri("a b/c:d#?%/鍵".as_bytes(), None), relative("a%20b/c%3Ad%23%3F%25/%E9%8D%B5"));
        assert_eq!(uri(b"\xff\n\x1b\\", None), relative("%FF%0A%1B%5C"));
    }
}
