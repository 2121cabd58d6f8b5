//! Limits on decoding, as they are typed and as they are meant.

use std::time::Duration;

use clap::Args;
use unleak::app::Limits;

/// How much decoding one file may cost.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits on decoding one file")]
pub(crate) struct DecodeArguments {
    /// How deep encodings and archives may be nested; 0 decodes nothing [default: 12; for history 0]
    #[arg(long, hide_short_help = true, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=64))]
    pub(crate) max_depth: Option<u32>,
    /// Size of the largest archive that is opened, such as 500M [default: 256M]
    #[arg(long, hide_short_help = true, value_name = "SIZE", value_parser = size)]
    pub(crate) max_container: Option<u64>,
    /// How many bytes decoding may make in all, such as 4G [default: 1G]
    #[arg(long, hide_short_help = true, value_name = "SIZE", value_parser = size)]
    pub(crate) max_decoded: Option<u64>,
    /// How many times its size a compressed file may become [default: 500]
    #[arg(long, hide_short_help = true, value_name = "N")]
    pub(crate) max_ratio: Option<u64>,
    /// How many members archives may have in all [default: 100000]
    #[arg(long, hide_short_help = true, value_name = "N")]
    pub(crate) max_entries: Option<u64>,
    /// How many seconds decoding may take [default: 60]
    #[arg(long, hide_short_help = true, value_name = "N")]
    pub(crate) max_seconds: Option<u64>,
}

impl DecodeArguments {
    /// What they mean.
    pub(super) fn limits(&self) -> Limits {
        let usual = Limits::default();
        Limits {
            depth: self.max_depth.unwrap_or(usual.depth),
            container: self.max_container.unwrap_or(usual.container),
            decoded: self.max_decoded.unwrap_or(usual.decoded),
            ratio: self.max_ratio.unwrap_or(usual.ratio),
            entries: self.max_entries.unwrap_or(usual.entries),
            time: self.max_seconds.map_or(usual.time, Duration::from_secs),
        }
    }
}

/// A size: a number, or a number of K, M or G (powers of 1024).
fn size(text: &str) -> Result<u64, String> {
    let (digits, unit) = match text.char_indices().last() {
        Some((at, 'k' | 'K')) => (&text[..at], 1 << 10),
        Some((at, 'm' | 'M')) => (&text[..at], 1 << 20),
        Some((at, 'g' | 'G')) => (&text[..at], 1 << 30),
        _ => (text, 1),
    };
    let number: u64 = digits.parse().map_err(|_| "write a number, with K, M or G behind it if you like".to_owned())?;
    number.checked_mul(unit).ok_or_else(|| "no machine has so much".to_owned())
}
