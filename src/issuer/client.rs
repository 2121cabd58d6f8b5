//! The `Client`: makes requests, keeps to each site's pace, tries again where that is safe, and stops when the run's time is
//! over. Built only when something is to be asked; shared by the threads that ask.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ureq::http::{Method, Request as HttpRequest};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, Error};

use super::answer::Answer;
use super::base::{BaseUrl, leads_here};
use super::failure::Failure;
use super::names::Names;
use super::pace::{self, Lane};
use super::proxy::ProxyChoice;
use super::request::{Credential, Request, Tries};
use super::sent::build;
use super::site::{SITES, Site};
use super::wait::{Backoff, asked_to_wait};
use crate::words::Halt;

/// The largest answer that is read: a list of all models is a few hundred kilobytes.
const LARGEST: u64 = 8 << 20;

/// The longest wait that is granted to a site that asks for one.
const PATIENCE: Duration = Duration::from_secs(120);

/// How often a request is made in all, if it fails.
const TRIES: u32 = 3;

/// How often a request is put off because its site asks to wait. It is no failure, and the run's deadline ends it.
const PUT_OFF: u32 = 20;

/// How to make requests. All of it comes from the person who runs the program, nothing from what is scanned.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The program's version, for its name in requests.
    pub version: String,
    /// Other addresses for sites.
    pub bases: Vec<BaseUrl>,
    /// The proxy to go through.
    pub proxy: Option<ProxyChoice>,
    /// Certificates to trust, in PEM, instead of those that come with the program.
    pub roots: Option<Vec<u8>>,
    /// How long one request may take.
    pub call: Duration,
    /// How long all requests may take.
    pub deadline: Duration,
    /// How many requests a second each site gets, instead of what its row says.
    pub per_second: Option<u32>,
    /// Pauses between tries.
    pub backoff: Backoff,
    /// The time now, in seconds of Unix time: a signature says when it was made.
    pub now: u64,
    /// Whether the run should end: no more requests are made then.
    pub halt: Halt,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            bases: Vec::new(),
            proxy: None,
            roots: None,
            call: Duration::from_secs(15),
            deadline: Duration::from_secs(600),
            per_second: None,
            backoff: Backoff { first: Duration::from_millis(500) },
            now: 0,
            halt: Halt::default(),
        }
    }
}

/// Why no requests can be made like that.
#[derive(Debug, thiserror::Error)]
pub enum BadSettings {
    /// The certificates can't be read.
    #[error("the file that SSL_CERT_FILE names holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)")]
    Roots,
    /// The proxy can't be used.
    #[error("{variable} names no proxy that can be used; write http://host:port, or unset it")]
    Proxy {
        /// The environment variable.
        variable: String,
    },
}

/// Makes requests.
#[derive(Debug)]
pub struct Client {
    direct: Agent,
    proxied: Option<Agent>,
    proxy: Option<ProxyChoice>,
    sites: HashMap<String, Route>,
    /// When it was made, by both clocks.
    began: (Instant, u64),
    ends: Instant,
    backoff: Backoff,
    halt: Halt,
    made: AtomicU64,
    hasher: RandomState,
}

/// A site, where it is reached, and its lane.
#[derive(Debug)]
struct Route {
    site: Site,
    url: String,
    moved: bool,
    lane: Lane,
}

impl Client {
    /// A client. It connects to nothing yet.
    ///
    /// # Errors
    /// The certificates or the proxy can't be used.
    pub fn new(settings: Settings) -> Result<Self, BadSettings> {
        let Settings { bases, proxy, per_second, backoff, .. } = &settings;
        let proxied = proxy.as_ref().map(|choice| {
            let proxy = choice.proxy().map_err(|_| BadSettings::Proxy { variable: choice.variable.clone() })?;
            agent(&settings, Some(proxy))
        });
        let route = |site: Site, url: &str, moved| {
            let lane = Lane::new(&site, *per_second);
            (site.id.to_string(), Route { site, url: url.to_owned(), moved, lane })
        };
        let mut sites: HashMap<String, Route> =
            SITES.iter().map(|site| route(site.clone(), &site.base, false)).collect();
        for BaseUrl { site, url } in bases {
            let known = SITES.iter().find(|known| known.id == *site).cloned();
            sites.extend([route(known.unwrap_or_else(|| Site::own(site, url)), url, true)]);
        }
        Ok(Self {
            direct: agent(&settings, None)?,
            proxied: proxied.transpose()?,
            proxy: proxy.clone(),
            sites,
            began: (Instant::now(), settings.now),
            ends: Instant::now() + settings.deadline,
            backoff: *backoff,
            halt: settings.halt.clone(),
            made: AtomicU64::new(0),
            hasher: RandomState::new(),
        })
    }

    /// The site with this id: one of the table, or one for which an address was given.
    #[must_use]
    pub fn site(&self, id: &str) -> Option<&Site> {
        self.sites.get(id).map(|route| &route.site)
    }

    /// The address of this site.
    #[must_use]
    pub fn address(&self, id: &str) -> Option<&str> {
        self.sites.get(id).map(|route| route.url.as_str())
    }

    /// Whether a person gave another address for this site.
    #[must_use]
    pub fn is_moved(&self, id: &str) -> bool {
        self.sites.get(id).is_some_and(|route| route.moved)
    }

    /// The proxy that requests go through, if any does.
    #[must_use]
    pub fn proxy(&self) -> Option<&ProxyChoice> {
        self.proxy.as_ref()
    }

    /// How many requests were made.
    #[must_use]
    pub fn made(&self) -> u64 {
        self.made.load(Ordering::Relaxed)
    }

    /// When the run's time is over.
    #[must_use]
    pub fn ends(&self) -> Instant {
        self.ends
    }

    /// Whether the run should end.
    #[must_use]
    pub fn halt(&self) -> &Halt {
        &self.halt
    }

    /// Pauses between tries, for those who try again themselves.
    #[must_use]
    pub fn backoff(&self) -> Backoff {
        self.backoff
    }

    /// Makes a request, and again as far as [`Tries`] allows: after a failure that may pass, a 5xx, or when the site asks
    /// to wait. The last answer counts, whatever its status.
    ///
    /// # Errors
    /// There is no answer.
    pub fn send(&self, request: &Request<'_>) -> Result<Answer, Failure> {
        let (mut tried, mut put_off) = (0, 0);
        loop {
            if let Some(left) = self.held(request) {
                self.rest(left)?;
            }
            let result = self.send_once(request);
            let wait = result.as_ref().ok().filter(|answer| !answer.is_success()).and_then(asked_to_wait);
            if let Some(wait) = wait.filter(|&wait| wait <= PATIENCE && put_off < PUT_OFF) {
                put_off += 1;
                if self.rest(wait.max(Duration::from_millis(1))).is_ok() {
                    continue;
                }
                return result;
            }
            tried += 1;
            let pause = self.backoff.pause(tried);
            if tried >= TRIES || !may_try_again(&result, request.tries) || self.rest(pause).is_err() {
                return result;
            }
        }
    }

    /// Makes a request once, when its site's pace allows.
    ///
    /// # Errors
    /// There is no answer.
    pub fn send_once(&self, request: &Request<'_>) -> Result<Answer, Failure> {
        let route = self.sites.get(&*request.site.id).ok_or(Failure::NoSuchName)?;
        let _turn = route.lane.enter(self.ends, &self.halt).ok_or(Failure::Deadline)?;
        let http = build(&route.url, request, self.began.1 + self.began.0.elapsed().as_secs())?;
        self.made.fetch_add(1, Ordering::Relaxed);
        let agent = if leads_here(&route.url) { &self.direct } else { self.proxied.as_ref().unwrap_or(&self.direct) };
        let result = run(agent, http);
        match &result {
            Ok(answer) if answer.status == 429 => route.lane.slow_down(),
            Ok(_) => route.lane.recover(),
            Err(_) => {}
        }
        if let (Ok(answer), Some(name)) = (&result, self.name(&request.credential))
            && let Some(wait) = asked_to_wait(answer)
        {
            route.lane.hold(name, wait.min(PATIENCE));
        }
        result
    }

    /// How long the credential of this request was asked to wait.
    #[must_use]
    pub fn held(&self, request: &Request<'_>) -> Option<Duration> {
        let name = self.name(&request.credential)?;
        self.sites.get(&*request.site.id)?.lane.held(name)
    }

    /// Lets time pass, if there is so much left.
    ///
    /// # Errors
    /// There is not, or the run should end.
    pub fn rest(&self, time: Duration) -> Result<(), Failure> {
        if Instant::now() + time >= self.ends {
            return Err(Failure::Deadline);
        }
        pace::sleep(time, &self.halt);
        if self.halt.is_on() { Err(Failure::Deadline) } else { Ok(()) }
    }

    /// A name for a credential in this run.
    fn name(&self, credential: &Credential<'_>) -> Option<u64> {
        match credential {
            Credential::None => None,
            Credential::Bearer(secret)
            | Credential::Header { secret, .. }
            | Credential::Scheme { secret, .. }
            | Credential::Form { secret, .. }
            | Credential::Body { secret, .. }
            | Credential::Aws { secret, .. } => Some(self.hasher.hash_one(secret)),
            Credential::Basic { user, password } => Some(self.hasher.hash_one((user, password))),
        }
    }
}

/// Whether it is safe and of use to make the request again.
fn may_try_again(result: &Result<Answer, Failure>, tries: Tries) -> bool {
    match (result, tries) {
        (Ok(answer), Tries::Thrice) => matches!(answer.status, 429 | 500..),
        (Ok(answer), Tries::OnceArrived) => answer.status == 429,
        (Err(failure), Tries::Thrice) => failure.may_pass(),
        (Err(failure), Tries::OnceArrived) => failure.may_pass() && !failure.may_have_arrived(),
    }
}

fn agent(settings: &Settings, proxy: Option<ureq::Proxy>) -> Result<Agent, BadSettings> {
    let roots = match &settings.roots {
        None => RootCerts::WebPki,
        Some(pem) => {
            let certificates: Vec<_> = parse_pem(pem)
                .filter_map(|item| match item {
                    Ok(PemItem::Certificate(certificate)) => Some(certificate),
                    _ => None,
                })
                .collect();
            if certificates.is_empty() {
                return Err(BadSettings::Roots);
            }
            RootCerts::Specific(Arc::new(certificates))
        }
    };
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .user_agent(format!("unleak/{}", settings.version))
        .accept("application/json")
        .accept_encoding("identity")
        .proxy(proxy)
        .tls_config(TlsConfig::builder().root_certs(roots).build())
        .max_response_header_size(64 << 10)
        .max_idle_connections(64)
        .max_idle_connections_per_host(8)
        .timeout_global(Some(settings.call))
        .timeout_connect(Some(settings.call.min(Duration::from_secs(10))))
        .build();
    Ok(Agent::with_parts(config, DefaultConnector::default(), Names))
}

fn run(agent: &Agent, request: HttpRequest<Vec<u8>>) -> Result<Answer, Failure> {
    let (parts, body) = request.into_parts();
    // A POST says how long its body is, even if there is none.
    let sent = match body.is_empty() && parts.method != Method::POST {
        true => agent.run(HttpRequest::from_parts(parts, ())),
        false => agent.run(HttpRequest::from_parts(parts, body)),
    };
    let mut response = sent.map_err(|error| Failure::of(&error))?;
    let status = response.status().as_u16();
    if (300..400).contains(&status) && status != 304 {
        return Err(Failure::Redirected(status));
    }
    let body = response.body_mut().with_config().limit(LARGEST).read_to_vec().map_err(|error| match error {
        Error::Timeout(_) => Failure::SlowToAnswer,
        error => Failure::of(&error),
    })?;
    Ok(Answer { status, headers: response.headers().clone().into(), body })
}
