//! The one place that talks to the network: requests to the services that issue credentials, and their answers.
//!
//! A request names a [`Site`] of a closed table, never a host; only a person's own command line or environment can set
//! another address for it ([`BaseUrl`]). The secret that it carries is exposed here, on its way to its issuer, and
//! nowhere else. TLS only, no redirect followed, nothing sent that is not needed, no answer read without end, nothing
//! logged. What an answer means is decided in `verify` and `respond`.
//!
//! - `site` and `base` say where; `request` and `answer` what; `pages` reads lists to their end
//! - `sent` makes of a request what goes out, `aws` signs it where an issuer wants that
//! - `names` looks up hosts, `pace` keeps to a rate, `wait` knows how long, `client` does it, `failure` says why not

mod answer;
mod aws;
mod base;
mod client;
mod failure;
mod names;
mod pace;
mod pages;
mod proxy;
mod request;
mod sent;
mod site;
mod wait;

pub use answer::Answer;
pub use base::{BadBase, BaseUrl};
pub use client::{BadSettings, Client, Settings};
pub use failure::Failure;
pub use pages::ListError;
pub use proxy::ProxyChoice;
pub use request::{Credential, Request, Tries};
pub use site::{SITES, Site, site};
pub use wait::{Backoff, asked_to_wait};
