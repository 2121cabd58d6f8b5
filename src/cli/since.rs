//! A point in time as a person types it: a date, or how long ago.

use unleak::app;

const DAY: i64 = 86_400;

/// `2026-01-31`, `@1700000000`, `12h`, `30d`, `8w` or `1y`, in seconds since 1970 (UTC).
pub(super) fn parse(text: &str) -> Result<i64, String> {
    absolute(text).or_else(|| ago(text, app::now() as i64)).ok_or_else(|| {
        "write a date (2026-01-31), seconds since 1970 (@1700000000) or how long ago (12h, 30d, 8w, 1y)".to_owned()
    })
}

fn absolute(text: &str) -> Option<i64> {
    if let Some(seconds) = text.strip_prefix('@') {
        return seconds.parse().ok();
    }
    let mut parts = text.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let in_range = (1970..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    in_range.then(|| days_since_1970(year, month, day) * DAY)
}

fn ago(text: &str, now: i64) -> Option<i64> {
    let unit = text.chars().last()?;
    let number: i64 = text.strip_suffix(unit)?.parse().ok()?;
    let seconds = match unit {
        'h' => 3600,
        'd' => DAY,
        'w' => 7 * DAY,
        'y' => 365 * DAY,
        _ => return None,
    };
    now.checked_sub(number.checked_mul(seconds)?)
}

/// Days from 1970-01-01 in the Gregorian calendar. Years are counted from March, so that the leap day comes last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    365 * year + year / 4 - year / 100 + year / 400 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_ages() {
        for (text, seconds) in
            [("1970-01-01", 0), ("2000-02-29", 951_782_400), ("2026-12-31", 1_798_675_200), ("@5", 5)]
        {
            assert_eq!(absolute(text), Some(seconds), "{text}");
        }
        assert_eq!(ago("2d", 1_000_000), Some(1_000_000 - 2 * DAY));
        for nonsense in ["", "yesterday", "2026-13-01", "2026-01", "d", "-"] {
            assert!(parse(nonsense).is_err(), "{nonsense}");
        }
    }
}
