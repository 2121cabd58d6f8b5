//! What a repository is and what it has checked out, for reports.

use super::open::Repository;
use super::refs;
use crate::words::Checkout;

impl Repository {
    /// Where this repository was cloned from, and the commit that HEAD leads to.
    #[must_use]
    pub fn checkout(&self) -> Checkout {
        Checkout { remote: self.remote.as_deref().and_then(public_url), head: refs::find(self, b"HEAD") }
    }
}

/// A remote's URL without user and password; `host:path` becomes a URL too. Nothing for folders and what is no URL.
fn public_url(remote: &str) -> Option<String> {
    let (scheme, rest) = match remote.split_once("://") {
        Some((scheme @ ("https" | "http" | "ssh" | "git"), rest)) => (scheme, rest.to_owned()),
        Some(_) => return None,
        None => {
            let (host, path) =
                remote.split_once(':').filter(|(host, _)| host.len() > 1 && !host.contains(['/', '\\']))?;
            ("ssh", format!("{host}/{}", path.trim_start_matches('/')))
        }
    };
    let (host, path) = rest.split_once('/').unwrap_or((&rest, ""));
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/:@+%".contains(&byte));
    let is_url = !host.is_empty() && plain(host) && plain(path);
    is_url.then(|| format!("{scheme}://{host}/{path}"))
}

#[cfg(test)]
mod tests {
    use super::public_url;

    #[test]
    fn urls_lose_who_uses_them() {
        for (remote, url) in [
            ("https://github.com/a/b.git", Some("https://github.com/a/b.git")),
            ("https://user:password@host/a", Some("https://host/a")),
            ("git@github.com:a/b.git", Some("ssh://github.com/a/b.git")),
            ("ssh://git@host:22/a", Some("ssh://host:22/a")),
            ("../folder", None),
            ("/folder", None),
            ("C:\\folder", None),
            ("file:///folder", None),
            ("https://host/a?token=x", None),
        ] {
            assert_eq!(public_url(remote).as_deref(), url, "{remote}");
        }
    }
}
