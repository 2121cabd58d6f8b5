//! How long to wait: what an answer asks for, and how long between two tries when nobody says.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use super::answer::Answer;

/// How long an answer asks us to wait before the next request with the same credential, if it does: `retry-after`, as
/// seconds or a date (RFC 9110), `retry-after-ms` and `x-ratelimit-*` (as OpenAI and GitHub send them).
#[must_use]
pub fn asked_to_wait(answer: &Answer) -> Option<Duration> {
    let limited =
        matches!(answer.status(), 429 | 503) || (answer.status() == 403 && answer.header("retry-after").is_some());
    let milliseconds = || answer.header("retry-after-ms")?.trim().parse().ok().map(Duration::from_millis);
    let after = || retry_after(answer.header("retry-after")?, answer.header("date"));
    if limited && let Some(wait) = milliseconds().or_else(after) {
        return Some(wait);
    }
    ["requests", "tokens"].into_iter().find_map(|what| used_up(answer, what)).or_else(|| used_up_until(answer))
}

fn retry_after(value: &str, date: Option<&str>) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    // The issuer's own clock, so that ours may be wrong.
    let (until, now) = (http_date(value)?, http_date(date?)?);
    Some(Duration::from_secs(until.saturating_sub(now)))
}

/// OpenAI: `x-ratelimit-remaining-requests: 0`, `x-ratelimit-reset-requests: 1m0.5s`.
fn used_up(answer: &Answer, what: &str) -> Option<Duration> {
    let remaining = answer.header(&format!("x-ratelimit-remaining-{what}"))?;
    let reset = answer.header(&format!("x-ratelimit-reset-{what}"))?;
    if remaining.trim() == "0" { go_duration(reset.trim()) } else { None }
}

/// GitHub: `x-ratelimit-remaining: 0`, `x-ratelimit-reset: 1798761600`.
fn used_up_until(answer: &Answer) -> Option<Duration> {
    let reset: u64 = answer.header("x-ratelimit-reset")?.trim().parse().ok()?;
    let now = http_date(answer.header("date")?)?;
    (answer.header("x-ratelimit-remaining")?.trim() == "0").then(|| Duration::from_secs(reset.saturating_sub(now)))
}

/// `6m0s`, `1.5s`, `20ms`, as Go writes durations.
fn go_duration(text: &str) -> Option<Duration> {
    let (mut total, mut rest) = (Duration::ZERO, text);
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..digits].parse().ok()?;
        let unit = rest[digits..].find(|c: char| c.is_ascii_digit()).map_or(rest.len(), |next| digits + next);
        let seconds = match &rest[digits..unit] {
            "h" => 3600.0,
            "m" => 60.0,
            "s" => 1.0,
            "ms" => 0.001,
            "us" | "µs" => 0.000_001,
            _ => return None,
        };
        total = total.checked_add(Duration::try_from_secs_f64(number * seconds).ok()?)?;
        rest = &rest[unit..];
    }
    Some(total)
}

/// `Fri, 31 Dec 1999 23:59:59 GMT` as seconds since 1970.
fn http_date(text: &str) -> Option<u64> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut words = text.split_once(", ")?.1.split(' ');
    let day: u64 = words.next()?.parse().ok()?;
    let name = words.next()?;
    let month = MONTHS.iter().position(|month| *month == name)? as u64 + 1;
    let year: u64 = words.next()?.parse().ok().filter(|year| (1970..10_000).contains(year))?;
    let time: Vec<u64> = words.next()?.split(':').map(str::parse).collect::<Result<_, _>>().ok()?;
    let &[hours, minutes, seconds] = time.as_slice() else { return None };
    // Years are counted from March, so that the leap day comes last.
    let years = if month <= 2 { year - 1 } else { year };
    let days = 365 * years + years / 4 - years / 100 + years / 400 + (153 * ((month + 9) % 12) + 2) / 5 + day;
    Some(days.checked_sub(719_469)? * 86_400 + hours * 3600 + minutes * 60 + seconds)
}

/// Longer and longer pauses, each a little different, so that many who failed together don't come back together.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    /// About how long the first pause is.
    pub first: Duration,
}

impl Backoff {
    /// The pause after try number `tried`, from one: between half and three halves of what doubling gives.
    #[must_use]
    pub fn pause(self, tried: u32) -> Duration {
        let chance = (RandomState::new().hash_one(tried) >> 11) as f64 / (1u64 << 53) as f64;
        self.first.mul_f64(f64::from(1u32 << (tried.clamp(1, 16) - 1)) * (0.5 + chance))
    }
}

#[cfg(test)]
mod tests {
    use ureq::http::{HeaderMap, HeaderName};

    use super::*;

    fn wait(status: u16, headers: &[(&'static str, &'static str)]) -> Option<Duration> {
        let headers: HeaderMap =
            headers.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect();
        asked_to_wait(&Answer::new(status, headers, Vec::new()))
    }

    #[test]
    fn every_way_to_ask_is_understood() {
        let ms = |ms| Some(Duration::from_millis(ms));
        let date = ("date", "Fri, 31 Dec 1999 23:59:30 GMT");
        for (status, headers, wanted) in [
            (429, &[("retry-after", "7")][..], ms(7000)),
            (429, &[("retry-after", "7"), ("retry-after-ms", "250")], ms(250)),
            (429, &[("retry-after", "Sat, 01 Jan 2000 00:00:10 GMT"), date], ms(40_000)),
            (429, &[("retry-after", "Fri, 31 Dec 1999 23:59:00 GMT"), date], ms(0)),
            (429, &[("retry-after", "-1")], None),
            (429, &[("retry-after", "soon")], None),
            (200, &[("retry-after", "7")], None),
            (403, &[("retry-after", "7")], ms(7000)),
            (200, &[("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-reset-requests", "6m0.5s")], ms(360_500)),
            (200, &[("x-ratelimit-remaining-tokens", "0"), ("x-ratelimit-reset-tokens", "20ms")], ms(20)),
            (200, &[("x-ratelimit-remaining-requests", "1"), ("x-ratelimit-reset-requests", "1s")], None),
            (403, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "946684800"), date], ms(30_000)),
            (200, &[], None),
        ] {
            assert_eq!(wait(status, headers), wanted, "{status} {headers:?}");
        }
        assert_eq!(http_date("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        assert_eq!(http_date("Tue, 29 Feb 2000 00:00:00 GMT"), Some(951_782_400));
    }

    #[test]
    fn pauses_double_give_or_take_a_half() {
        let backoff = Backoff { first: Duration::from_millis(100) };
        for (tried, low, high) in [(1, 50, 150), (2, 100, 300), (3, 200, 600)] {
            let pauses: Vec<_> = (0..50).map(|_| backoff.pause(tried).as_millis()).collect();
            assert!(pauses.iter().all(|&pause| (low..=high).contains(&pause)), "{pauses:?}");
            assert!(pauses.iter().any(|&pause| pause != pauses[0]), "no jitter: {pauses:?}");
        }
    }
}
