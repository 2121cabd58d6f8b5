//! Looking up the address of a host. The system's lookup knows no time limit, so it is done on a thread that need not be
//! waited for; where the system has no room for a thread, it is done here and takes what it takes.

use std::io;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;

use ureq::Error;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{NextTimeout, time::Duration};

/// Looks up names as the system does. The library's own way panics where there is no room for a thread.
#[derive(Debug)]
pub(super) struct Names;

impl Resolver for Names {
    #[expect(clippy::disallowed_methods, reason = "the thread that the library would make, and would not do without")]
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let endless = NextTimeout { after: Duration::NotHappening, ..timeout };
        let (sender, receiver) = sync_channel(1);
        let lookup = {
            let (uri, config) = (uri.clone(), config.clone());
            // Nobody may be waiting for it any longer.
            move || drop(sender.send(DefaultResolver::default().resolve(&uri, &config, endless)))
        };
        if thread::Builder::new().spawn(lookup).is_err() {
            return DefaultResolver::default().resolve(uri, config, endless);
        }
        receiver.recv_timeout(*timeout.after).unwrap_or_else(|error| {
            Err(match error {
                RecvTimeoutError::Timeout => Error::Timeout(timeout.reason),
                RecvTimeoutError::Disconnected => Error::Io(io::Error::other("the lookup broke off")),
            })
        })
    }
}
