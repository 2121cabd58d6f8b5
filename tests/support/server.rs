//! A service played by a local server: plain HTTP or HTTPS with a certificate made for the test. It does what its handler
//! says, which may be wrong in every way that a network can be, and remembers what it was asked.
#![allow(dead_code, reason = "each test crate uses what it needs of it")]

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::Value;

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) path: String,
    /// Names in lower case, in the order in which they came.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Asked {
    /// A header's value; empty if it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }

    /// The bearer token.
    pub(crate) fn bearer(&self) -> &str {
        self.header("authorization").strip_prefix("Bearer ").unwrap_or("")
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

/// What the server does with a request.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// Answers with JSON and these headers.
    Json(u16, Vec<(&'static str, String)>, Value),
    /// Writes these bytes as they are and closes.
    Raw(Vec<u8>),
    /// Writes these bytes, and then keeps the connection open for so long without a word.
    Stall(Vec<u8>, Duration),
    /// Closes without an answer.
    Close,
}

impl Reply {
    pub(crate) fn json(status: u16, body: Value) -> Self {
        Self::Json(status, Vec::new(), body)
    }

    /// The same with one more header.
    pub(crate) fn with(self, name: &'static str, value: impl Into<String>) -> Self {
        match self {
            Self::Json(status, mut headers, body) => {
                headers.push((name, value.into()));
                Self::Json(status, headers, body)
            }
            other => other,
        }
    }
}

type Handler = dyn Fn(&Asked) -> Reply + Send + Sync;

/// A server that runs until it is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    tls: bool,
    asked: Arc<Mutex<Vec<Asked>>>,
    connections: Arc<AtomicUsize>,
    over: Arc<AtomicBool>,
}

impl Server {
    /// A server without TLS.
    pub(crate) fn plain(handler: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        Self::start(None, Arc::new(handler))
    }

    /// A server with a certificate of this authority for `127.0.0.1` and `localhost`.
    pub(crate) fn tls(authority: &Authority, handler: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        Self::start(Some(authority.server(vec!["localhost".to_owned(), "127.0.0.1".to_owned()])), Arc::new(handler))
    }

    /// A server with a certificate for these names.
    pub(crate) fn tls_for(
        authority: &Authority,
        names: Vec<String>,
        handler: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::start(Some(authority.server(names)), Arc::new(handler))
    }

    fn start(tls: Option<Arc<ServerConfig>>, handler: Arc<Handler>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            tls: tls.is_some(),
            asked: Arc::default(),
            connections: Arc::default(),
            over: Arc::default(),
        };
        let (asked, connections, over) = (server.asked.clone(), server.connections.clone(), server.over.clone());
        thread::spawn(move || {
            for stream in listener.incoming() {
                if over.load(Ordering::SeqCst) {
                    break;
                }
                let Ok(stream) = stream else { continue };
                connections.fetch_add(1, Ordering::SeqCst);
                let (tls, asked, handler) = (tls.clone(), asked.clone(), handler.clone());
                thread::spawn(move || {
                    let _ = stream.set_read_timeout(Some(Duration::from_secs(20)));
                    let _ = stream.set_nodelay(true);
                    let _ = match tls {
                        None => converse(stream, &asked, &*handler),
                        Some(config) => ServerConnection::new(config)
                            .map_err(io::Error::other)
                            .and_then(|session| converse(StreamOwned::new(session, stream), &asked, &*handler)),
                    };
                });
            }
        });
        server
    }

    /// Its address with this path behind it.
    pub(crate) fn url(&self, path: &str) -> String {
        let scheme = if self.tls { "https" } else { "http" };
        format!("{scheme}://{}{path}", self.address)
    }

    /// Its port.
    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// All that it was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// How many connections were made to it.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
    }
}

/// Answers requests until the connection ends.
fn converse<S: Read + Write>(stream: S, asked: &Mutex<Vec<Asked>>, handler: &Handler) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    while let Some(request) = read(&mut stream)? {
        let reply = handler(&request);
        asked.lock().unwrap().push(request);
        let out = stream.get_mut();
        match reply {
            Reply::Json(status, headers, body) => {
                let body = if body.is_null() { String::new() } else { body.to_string() };
                write!(out, "HTTP/1.1 {status} Said\r\ncontent-type: application/json\r\n")?;
                write!(out, "content-length: {}\r\n", body.len())?;
                headers.iter().try_for_each(|(name, value)| write!(out, "{name}: {value}\r\n"))?;
                write!(out, "\r\n{body}")?;
                out.flush()?;
            }
            Reply::Raw(bytes) => {
                out.write_all(&bytes)?;
                return out.flush();
            }
            Reply::Stall(bytes, time) => {
                out.write_all(&bytes)?;
                out.flush()?;
                thread::sleep(time);
                return Ok(());
            }
            Reply::Close => return Ok(()),
        }
    }
    Ok(())
}

fn read<S: Read>(stream: &mut BufReader<S>) -> io::Result<Option<Asked>> {
    let mut line = String::new();
    if stream.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length =
        headers.iter().find(|(name, _)| name == "content-length").map_or(0, |(_, value)| value.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok(Some(Asked { method, path, headers, body }))
}

/// A certificate authority that nobody trusts but who is told to.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// Its certificate, for SSL_CERT_FILE.
    pub(crate) fn pem(&self) -> &str {
        &self.pem
    }

    /// Writes its certificate to a file.
    pub(crate) fn save(&self, path: &Path) {
        std::fs::write(path, &self.pem).unwrap();
    }

    fn server(&self, names: Vec<String>) -> Arc<ServerConfig> {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(names).unwrap().signed_by(&key, &self.issuer).unwrap();
        let chain = vec![CertificateDer::from(certificate.der().to_vec())];
        let key = PrivatePkcs8KeyDer::from(key.serialize_der()).into();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        Arc::new(config.with_no_client_auth().with_single_cert(chain, key).unwrap())
    }
}
