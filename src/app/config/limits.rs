//! Limits on decoding as every layer of a config names them: `limits.max-depth`, `UNLEAK_MAX_DEPTH`, `--max-depth`.

use std::time::Duration;

use super::spec::LimitsSpec;
use crate::engine::decode::Limits;

/// One of the limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitKey {
    /// How deep encodings and archives may be nested.
    Depth,
    /// Size of the largest archive that is opened.
    Container,
    /// How many bytes decoding may make.
    Decoded,
    /// How many times its size a compressed file may become.
    Ratio,
    /// How many members archives may have.
    Entries,
    /// How many seconds decoding may take.
    Seconds,
}

/// A value for some of the limits.
pub type LimitValues = [Option<u64>; 6];

impl LimitKey {
    /// Each of them, in the order of [`LimitValues`].
    pub const ALL: [Self; 6] = [Self::Depth, Self::Container, Self::Decoded, Self::Ratio, Self::Entries, Self::Seconds];

    /// Its key in a config.
    #[must_use]
    pub fn key(self) -> &'static str {
        self.names().0
    }

    /// Its variable.
    #[must_use]
    pub fn variable(self) -> &'static str {
        self.names().1
    }

    /// Its flag.
    #[must_use]
    pub fn flag(self) -> &'static str {
        self.names().2
    }

    fn names(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Depth => ("limits.max-depth", "UNLEAK_MAX_DEPTH", "--max-depth"),
            Self::Container => ("limits.max-container", "UNLEAK_MAX_CONTAINER", "--max-container"),
            Self::Decoded => ("limits.max-decoded", "UNLEAK_MAX_DECODED", "--max-decoded"),
            Self::Ratio => ("limits.max-ratio", "UNLEAK_MAX_RATIO", "--max-ratio"),
            Self::Entries => ("limits.max-entries", "UNLEAK_MAX_ENTRIES", "--max-entries"),
            Self::Seconds => ("limits.max-seconds", "UNLEAK_MAX_SECONDS", "--max-seconds"),
        }
    }

    /// The most that it may be, whoever says so.
    pub(super) fn most(self) -> u64 {
        if self == Self::Depth { 64 } else { u64::MAX }
    }

    /// Its value if nobody says anything.
    pub(super) fn usual(self) -> u64 {
        let Limits { depth, container, decoded, ratio, entries, time } = Limits::default();
        match self {
            Self::Depth => depth.into(),
            Self::Container => container,
            Self::Decoded => decoded,
            Self::Ratio => ratio,
            Self::Entries => entries,
            Self::Seconds => time.as_secs(),
        }
    }

    /// A value as a config writes it.
    #[must_use]
    pub fn shown(self, value: u64) -> String {
        let sized = [(30, 'G'), (20, 'M'), (10, 'K')];
        let unit = sized.into_iter().find(|(bits, _)| value > 0 && value.trailing_zeros() >= *bits);
        match (self, unit) {
            (Self::Container | Self::Decoded, Some((bits, unit))) => format!("\"{}{unit}\"", value >> bits),
            _ => value.to_string(),
        }
    }
}

/// What a config says of them.
pub(super) fn of_spec(spec: &LimitsSpec) -> LimitValues {
    [
        spec.max_depth.map(u64::from),
        spec.max_container.map(|size| size.0),
        spec.max_decoded.map(|size| size.0),
        spec.max_ratio,
        spec.max_entries,
        spec.max_seconds,
    ]
}

/// The engine's limits with these values.
pub(super) fn build(values: [u64; 6]) -> Limits {
    let [depth, container, decoded, ratio, entries, seconds] = values;
    let depth = u32::try_from(depth).unwrap_or(u32::MAX);
    Limits { depth, container, decoded, ratio, entries, time: Duration::from_secs(seconds) }
}
