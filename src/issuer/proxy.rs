//! A proxy, where a person's environment names one. TLS goes through it from end to end, so it sees names and no secrets.

use std::fmt;

use ureq::{Error, Proxy};

/// A proxy and what it is not for.
#[derive(Clone, PartialEq, Eq)]
pub struct ProxyChoice {
    /// Its address, perhaps with a password in it.
    pub url: String,
    /// Which environment variable named it.
    pub variable: String,
    /// Hosts that are reached without it, separated by commas: `NO_PROXY`.
    pub except: String,
}

impl ProxyChoice {
    pub(super) fn proxy(&self) -> Result<Proxy, Error> {
        let named = Proxy::new(&self.url)?;
        let mut proxy = Proxy::builder(named.protocol()).host(named.host()).port(named.port());
        if let Some(user) = named.username() {
            proxy = proxy.username(user);
        }
        if let Some(password) = named.password() {
            proxy = proxy.password(password);
        }
        for host in self.except.split(',').map(str::trim).filter(|host| !host.is_empty()) {
            proxy = proxy.no_proxy(host);
        }
        proxy.build()
    }

    /// Its host and port, without a password.
    #[must_use]
    pub fn place(&self) -> String {
        Proxy::new(&self.url).map_or_else(|_| "?".to_owned(), |proxy| format!("{}:{}", proxy.host(), proxy.port()))
    }
}

/// Without the address, which may hold a password.
impl fmt::Debug for ProxyChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProxyChoice({}, {})", self.place(), self.variable)
    }
}
