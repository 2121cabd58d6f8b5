//! How issuers are reached: arguments of every command that asks them.

use std::time::Duration;

use clap::Args;
use unleak::app::{BaseUrl, Network};

/// How issuers are reached.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Network")]
pub(crate) struct NetworkArguments {
    /// Ask a provider at another address, such as openai=https://gateway.example.com/v1 (may be given again)
    #[arg(long, hide_short_help = true, value_name = "PROVIDER=URL")]
    pub(crate) base_url: Vec<BaseUrl>,
    /// How many seconds one request may take [default: 15]
    #[arg(long, hide_short_help = true, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) timeout: Option<Duration>,
    /// How many seconds all requests may take [default: 600]
    #[arg(long, hide_short_help = true, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) deadline: Option<Duration>,
    /// How many requests a second each provider gets [default: 10]
    #[arg(long, hide_short_help = true, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) rate: Option<u32>,
}

impl NetworkArguments {
    /// What they mean.
    pub(crate) fn network(&self) -> Network {
        let Self { base_url, timeout, deadline, rate } = self;
        Network { bases: base_url.clone(), call: *timeout, deadline: *deadline, per_second: *rate }
    }
}

/// A time in seconds, with fractions; more than none, and no more than a day.
fn seconds(text: &str) -> Result<Duration, String> {
    let time = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let time = time.filter(|time| !time.is_zero() && *time <= Duration::from_secs(86_400));
    time.ok_or_else(|| "write a number of seconds, up to 86400".to_owned())
}
