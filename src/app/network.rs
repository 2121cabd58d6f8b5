//! What a person's command line and environment say about the network, as settings of the one client. Nothing of it comes
//! from what is scanned.

#![expect(clippy::disallowed_methods, reason = "the one look at the environment for the network")]

use std::path::PathBuf;
use std::time::Duration;
use std::{env, fs, io};

use crate::issuer::{BadBase, BadSettings, BaseUrl, Client, ProxyChoice, Settings};
use crate::words::Halt;

/// Other addresses, separated by spaces or commas: `openai=http://127.0.0.1:8080/v1`.
const BASES: &str = "UNLEAK_BASE_URL";

/// Certificates to trust, as OpenSSL and curl name them.
const ROOTS: &str = "SSL_CERT_FILE";

/// How to reach issuers, as a person asked for it.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// Other addresses. They win over those of the environment.
    pub bases: Vec<BaseUrl>,
    /// How long one request may take.
    pub call: Option<Duration>,
    /// How long all of them may take.
    pub deadline: Option<Duration>,
    /// How many requests a second each issuer gets.
    pub per_second: Option<u32>,
}

/// Why there can be no requests.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// The environment names an address that can't be used.
    #[error("UNLEAK_BASE_URL: {0}")]
    Base(#[from] BadBase),
    /// The certificates can't be read.
    #[error("{path}, which SSL_CERT_FILE names, can't be read: {cause}", path = path.display())]
    Roots {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// The settings can't be used.
    #[error(transparent)]
    Settings(#[from] BadSettings),
}

impl Network {
    /// The client for all requests of a run. It connects to nothing yet.
    ///
    /// # Errors
    /// The environment says something that can't be used.
    pub fn client(&self) -> Result<Client, NetworkError> {
        self.client_until(&Halt::default())
    }

    /// The same for a run that may be told to end.
    ///
    /// # Errors
    /// The environment says something that can't be used.
    pub fn client_until(&self, halt: &Halt) -> Result<Client, NetworkError> {
        Ok(Client::new(Settings { halt: halt.clone(), ..self.settings()? })?)
    }

    fn settings(&self) -> Result<Settings, NetworkError> {
        let usual = Settings::default();
        let mut bases = named_bases(&var(BASES).unwrap_or_default())?;
        bases.extend(self.bases.iter().cloned());
        let roots = match var(ROOTS) {
            None => None,
            Some(path) => {
                Some(fs::read(&path).map_err(|cause| NetworkError::Roots { path: PathBuf::from(path), cause })?)
            }
        };
        Ok(Settings {
            bases,
            roots,
            proxy: proxy(),
            call: self.call.unwrap_or(usual.call),
            deadline: self.deadline.unwrap_or(usual.deadline),
            per_second: self.per_second,
            now: super::now(),
            ..usual
        })
    }
}

fn named_bases(text: &str) -> Result<Vec<BaseUrl>, BadBase> {
    text.split([' ', ',']).filter(|part| !part.is_empty()).map(str::parse).collect()
}

/// The proxy for `https`, as curl finds it.
fn proxy() -> Option<ProxyChoice> {
    let named = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
    let (variable, url) = named.into_iter().find_map(|name| Some((name.to_owned(), var(name)?)))?;
    let except = var("no_proxy").or_else(|| var("NO_PROXY")).unwrap_or_default();
    Some(ProxyChoice { url, variable, except })
}

/// A variable that is set and not empty.
fn var(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_addresses_may_be_named_at_once() {
        let bases =
            named_bases("openai=http://127.0.0.1:1/v1,groq=https://groq.example  xai=https://x.example").unwrap();
        assert_eq!(bases.iter().map(|base| base.site.as_str()).collect::<Vec<_>>(), ["openai", "groq", "xai"]);
        assert!(named_bases("openai=http://example.com").is_err());
        assert_eq!(named_bases("").unwrap(), []);
    }
}
