//! `Liveness`: whether a secret still works, as its issuer said or as the secret says itself; and `Identity`: whose it is and
//! what it opens.
//!
//! Three classes that never blur: dead is not "ignore" (history still holds it), and unknown is never dead.

use std::fmt;

/// Whether a secret still works.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Liveness {
    /// It works, in this way.
    Live(Live),
    /// It does not work any more, for this reason.
    Dead(Dead),
    /// It could not be found out, for this reason.
    Unknown(Unknown),
}

/// How a living secret lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Live {
    /// It does all that it was asked to.
    Full,
    /// It is real, and its scopes do not allow what was asked.
    Restricted,
    /// It is real, and works from some addresses only.
    IpLocked,
    /// It is real, and its account has no money or has reached a limit of it.
    Unfunded,
    /// It is real, and works in another region only.
    Elsewhere,
}

/// Why a secret is dead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dead {
    /// Its issuer does not know it: revoked, expired or never issued; nobody tells which.
    Refused,
    /// It was revoked: its issuer says so.
    Revoked,
    /// It says itself that its time is over, or its issuer does.
    Expired,
    /// Its account is closed.
    AccountClosed,
    /// Its issuer has ended the account's access.
    Terminated,
    /// Its owner belongs to no organization, so it opens nothing.
    NoOrganization,
}

/// Why nobody knows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unknown {
    /// There is no call that would tell without harm: refresh tokens are used up by it, webhook secrets open nothing that
    /// can be asked.
    NoWay,
    /// Its time is not over yet, by what is written in it; its issuer was not asked.
    Unexpired,
    /// It works at an address that only its owner knows.
    NoAddress,
    /// It opens nothing by itself, and its other part does not stand beside it.
    NoPart,
    /// Its issuer says that what stands beside it is not its other part.
    WrongPart,
    /// The issuer does not serve the country we asked from.
    Country,
    /// The issuer wants a client certificate too.
    Certificate,
    /// The issuer asked to wait for longer than we do.
    RateLimited,
    /// The issuer has a failure of its own, with this status.
    Outage(u16),
    /// The answer speaks of another key than ours: a proxy or a failure on the way.
    OtherKey,
    /// The answer is not in the issuer's form: a proxy, a login page of a network.
    NotTheIssuer,
    /// An answer that our table does not know: status and code.
    Unfamiliar(u16, String),
    /// No answer came: why, in words.
    NoAnswer(String),
    /// This machine is offline.
    Offline,
    /// The time for asking was over.
    Deadline,
    /// The run was interrupted before it was asked about.
    Interrupted,
}

impl Liveness {
    /// The state in one word, as in reports.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Live(_) => "live",
            Self::Dead(_) => "dead",
            Self::Unknown(_) => "unknown",
        }
    }

    /// What kind of that state, as in reports for programs.
    #[must_use]
    pub fn detail(&self) -> &'static str {
        match self {
            Self::Live(live) => live.as_str(),
            Self::Dead(dead) => dead.as_str(),
            Self::Unknown(unknown) => unknown.as_str(),
        }
    }

    /// Whether it works.
    #[must_use]
    pub fn is_live(&self) -> bool {
        matches!(self, Self::Live(_))
    }

    /// Whether it is known not to work.
    #[must_use]
    pub fn is_dead(&self) -> bool {
        matches!(self, Self::Dead(_))
    }
}

/// `live, restricted: its scopes do not allow what was asked`.
impl fmt::Display for Liveness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Live(Live::Full) => f.write_str("live"),
            Self::Live(live) => write!(f, "live, {live}"),
            Self::Dead(dead) => write!(f, "dead: {dead}"),
            Self::Unknown(unknown) => write!(f, "unknown: {unknown}"),
        }
    }
}

impl Live {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Full, Self::Restricted, Self::IpLocked, Self::Unfunded, Self::Elsewhere];

    /// The word used in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Restricted => "restricted",
            Self::IpLocked => "ip-locked",
            Self::Unfunded => "unfunded",
            Self::Elsewhere => "elsewhere",
        }
    }
}

impl fmt::Display for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "with all that was asked of it",
            Self::Restricted => "restricted: its scopes do not allow what was asked",
            Self::IpLocked => "from other addresses only: its owner has a list of them",
            Self::Unfunded => "unfunded: its account has no money, or is at a limit of it",
            Self::Elsewhere => "in another region only",
        })
    }
}

impl Dead {
    /// Every reason.
    pub const ALL: [Self; 6] =
        [Self::Refused, Self::Revoked, Self::Expired, Self::AccountClosed, Self::Terminated, Self::NoOrganization];

    /// The word used in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
            Self::AccountClosed => "account-closed",
            Self::Terminated => "terminated",
            Self::NoOrganization => "no-organization",
        }
    }
}

impl fmt::Display for Dead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refused => "its issuer refuses it (revoked, expired or never issued)",
            Self::Revoked => "it was revoked",
            Self::Expired => "it has expired",
            Self::AccountClosed => "its account is closed",
            Self::Terminated => "its issuer has ended the account's access",
            Self::NoOrganization => "its owner belongs to no organization, so it opens nothing",
        })
    }
}

impl Unknown {
    /// The word used in reports.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::NoWay => "no-way",
            Self::Unexpired => "unexpired",
            Self::NoAddress => "no-address",
            Self::NoPart => "no-part",
            Self::WrongPart => "wrong-part",
            Self::Country => "country",
            Self::Certificate => "certificate",
            Self::RateLimited => "rate-limited",
            Self::Outage(_) => "outage",
            Self::OtherKey => "other-key",
            Self::NotTheIssuer => "not-the-issuer",
            Self::Unfamiliar(..) => "unfamiliar",
            Self::NoAnswer(_) => "no-answer",
            Self::Offline => "offline",
            Self::Deadline => "deadline",
            Self::Interrupted => "interrupted",
        }
    }

    /// Whether somebody was asked, or should have been, and that failed. The rest can't be asked about at all.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        !matches!(self, Self::NoWay | Self::Unexpired | Self::NoAddress | Self::NoPart | Self::WrongPart)
    }

    /// Whether asking again may tell more.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::RateLimited | Self::Outage(_) | Self::OtherKey | Self::NoAnswer(_))
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoWay => f.write_str("no call is known that would tell without harm"),
            Self::Unexpired => f.write_str("its time is not over yet, and nobody can be asked"),
            Self::NoAddress => f.write_str("only its owner knows where it works"),
            Self::NoPart => f.write_str("it works only with its other part, which does not stand beside it"),
            Self::WrongPart => f.write_str("its issuer says that what stands beside it is not its other part"),
            Self::Country => f.write_str("its issuer does not serve the country that we ask from"),
            Self::Certificate => f.write_str("its issuer wants a client certificate too"),
            Self::RateLimited => f.write_str("its issuer asks us to wait"),
            Self::Outage(status) => write!(f, "its issuer has a failure of its own ({status})"),
            Self::OtherKey => f.write_str("the answer speaks of another key"),
            Self::NotTheIssuer => f.write_str("the answer is not its issuer's: a proxy, or a network's login page"),
            Self::Unfamiliar(status, code) if code.is_empty() => write!(f, "an answer that we do not know ({status})"),
            Self::Unfamiliar(status, code) => write!(f, "an answer that we do not know ({status}, {code})"),
            Self::NoAnswer(why) => write!(f, "no answer: {why}"),
            Self::Offline => f.write_str("this machine is offline"),
            Self::Deadline => f.write_str("the time for asking was over (--deadline gives more)"),
            Self::Interrupted => f.write_str("the run was interrupted before it was asked about"),
        }
    }
}

/// Whose a secret is and what it opens, as far as it could be learned. Whatever is not known is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// Its owner's name.
    pub owner: Option<String>,
    /// Its owner's id at the issuer: `user-…`.
    pub owner_id: Option<String>,
    /// Its owner's e-mail, so far as may be shown: `a…@example.com`.
    pub email: Option<String>,
    /// The organizations it acts for, by name or id.
    pub organizations: Vec<String>,
    /// The project it belongs to.
    pub project: Option<String>,
    /// What it may do.
    pub scopes: Vec<String>,
    /// The models it may use.
    pub models: Vec<String>,
    /// How much it may do: `10,000 requests and 2,000,000 tokens a minute`.
    pub limits: Vec<String>,
}

impl Identity {
    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The answer to "does it still work?", when and how it was had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The answer.
    pub liveness: Liveness,
    /// Whose it is and what it opens.
    pub identity: Identity,
    /// When its issuer was asked, in seconds since 1970 (UTC); nothing if nobody was.
    pub asked: Option<u64>,
    /// Whether the answer is one from an earlier run.
    pub remembered: bool,
}

impl Verified {
    /// A verdict for which nobody was asked.
    #[must_use]
    pub fn offline(liveness: Liveness) -> Self {
        Self { liveness, identity: Identity::default(), asked: None, remembered: false }
    }
}
