//! Limits on decoding, as they are typed.

use clap::Args;
use unleak::app::config::{LimitValues, size};

/// How much decoding one file may cost.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Limits on decoding one file")]
pub(crate) struct DecodeArguments {
    /// How deep encodings and archives may be nested; 0 decodes nothing [default: 12]
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
    /// What they say.
    pub(super) fn values(&self) -> LimitValues {
        let Self { max_depth, max_container, max_decoded, max_ratio, max_entries, max_seconds } = self;
        [max_depth.map(u64::from), *max_container, *max_decoded, *max_ratio, *max_entries, *max_seconds]
    }
}
