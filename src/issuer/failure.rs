//! A `Failure`: why there is no answer, so that a dead network is told from a dead issuer, and what would help.

use std::fmt;
use std::io;

use ureq::{Error, Timeout};

/// Why a request got no answer. None of these says anything of the credential.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Failure {
    /// This machine has no way to the internet.
    Offline,
    /// The name can't be looked up, although there is a network: blocked, or no such name.
    NoSuchName,
    /// Nothing answers at the address.
    Unreachable,
    /// It refuses connections.
    Refused,
    /// Time ran out before the request was sent.
    SlowToConnect,
    /// Time ran out before the answer was complete.
    SlowToAnswer,
    /// The certificate is not to be trusted, or TLS failed in another way: what the library says.
    Tls(String),
    /// The proxy did not let us through: what it says.
    Proxy(String),
    /// It sent us elsewhere (with this status). Credentials are not taken along.
    Redirected(u16),
    /// The answer is larger than any true one.
    TooLarge,
    /// The connection broke, or what came is no HTTP.
    Broken,
    /// The run's time is over.
    Deadline,
    /// The credential holds characters that no header can.
    Unsendable,
}

impl Failure {
    /// Whether the request may have arrived all the same.
    #[must_use]
    pub fn may_have_arrived(&self) -> bool {
        matches!(self, Self::SlowToAnswer | Self::Redirected(_) | Self::TooLarge | Self::Broken)
    }

    /// Whether it may pass.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        !matches!(
            self,
            Self::Tls(_) | Self::Redirected(_) | Self::TooLarge | Self::Deadline | Self::Unsendable | Self::Offline
        )
    }

    /// What the library's error means.
    pub(super) fn of(error: &Error) -> Self {
        match error {
            Error::HostNotFound => Self::no_name(),
            Error::Timeout(Timeout::Connect | Timeout::Resolve) if !has_a_route() => Self::Offline,
            Error::Timeout(Timeout::Connect | Timeout::Resolve) => Self::SlowToConnect,
            Error::Timeout(_) => Self::SlowToAnswer,
            Error::Io(error) => Self::of_io(error),
            Error::Tls(_) | Error::Rustls(_) | Error::Pem(_) | Error::TlsRequired => Self::Tls(short(error)),
            Error::ConnectProxyFailed(said) => Self::Proxy(short(said)),
            Error::InvalidProxyUrl => Self::Proxy("its address can't be used".to_owned()),
            Error::BodyExceedsLimit(_) | Error::LargeResponseHeader(..) => Self::TooLarge,
            Error::ConnectionFailed => Self::Unreachable,
            _ => Self::Broken,
        }
    }

    fn no_name() -> Self {
        if has_a_route() { Self::NoSuchName } else { Self::Offline }
    }

    fn of_io(error: &io::Error) -> Self {
        use io::ErrorKind as Kind;
        match error.kind() {
            Kind::ConnectionRefused => Self::Refused,
            Kind::NetworkUnreachable | Kind::HostUnreachable | Kind::AddrNotAvailable if !has_a_route() => {
                Self::Offline
            }
            Kind::NetworkUnreachable | Kind::HostUnreachable | Kind::AddrNotAvailable => Self::Unreachable,
            Kind::NetworkDown => Self::Offline,
            Kind::TimedOut => Self::SlowToAnswer,
            _ if is_lookup(error) => Self::no_name(),
            Kind::InvalidData if error.get_ref().is_some() => Self::Tls(short(error)),
            _ => Self::Broken,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Offline => f.write_str("this machine is offline"),
            Self::NoSuchName => f.write_str("its name can't be looked up: the network blocks it, or there is no DNS"),
            Self::Unreachable => f.write_str("it can't be reached"),
            Self::Refused => f.write_str("it refuses connections"),
            Self::SlowToConnect => f.write_str("no connection within the time"),
            Self::SlowToAnswer => f.write_str("no complete answer within the time"),
            Self::Tls(said) if said.contains("UnknownIssuer") => f.write_str(
                "its certificate is from an authority that is not trusted: something reads TLS on the way; if that is \
                 your company's, name its certificates in SSL_CERT_FILE",
            ),
            Self::Tls(said) => write!(f, "no safe connection: {said}"),
            Self::Proxy(said) => write!(f, "the proxy did not let us through: {said}"),
            Self::Redirected(status) => {
                write!(f, "it sent us elsewhere ({status}), where no credential is taken along")
            }
            Self::TooLarge => f.write_str("the answer is larger than any true one"),
            Self::Broken => f.write_str("the connection broke, or what came is no HTTP"),
            Self::Deadline => f.write_str("the time for all requests was over; --deadline gives more"),
            Self::Unsendable => f.write_str("it holds characters that can't be sent"),
        }
    }
}

impl std::error::Error for Failure {}

/// Whether it is a name that could not be looked up. The standard library has no kind for it, only words of its own
/// (`std::sys::net`), and Windows its numbers (WSAHOST_NOT_FOUND to WSANO_DATA).
fn is_lookup(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(11001..=11004)) || error.to_string().starts_with("failed to lookup address")
}

/// What somebody else says, on one line and not too long.
fn short(said: &impl fmt::Display) -> String {
    said.to_string().chars().map(|c| if c.is_control() { ' ' } else { c }).take(160).collect()
}

/// Whether this machine knows a way to the internet. Nothing is sent for it: "connecting" a datagram socket only asks the
/// routing table. The addresses are for documentation (RFC 5737, RFC 3849) and lead nowhere.
#[expect(clippy::disallowed_methods, reason = "looks at the routing table, sends nothing")]
fn has_a_route() -> bool {
    let way = |own: &str, to: &str| std::net::UdpSocket::bind(own).and_then(|socket| socket.connect(to)).is_ok();
    way("0.0.0.0:0", "192.0.2.1:443") || way("[::]:0", "[2001:db8::1]:443")
}
