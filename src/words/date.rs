//! Seconds since 1970 as a date and a time of day in UTC. The formats need no more of the calendar than this.

/// A moment in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Date {
    year: i64,
    month: i64,
    day: i64,
    second: i64,
}

/// The day of a moment in seconds since 1970, in UTC: `2026-11-23`.
#[must_use]
pub fn day(seconds: i64) -> String {
    Date::new(seconds).day()
}

/// The moment that a text names, in seconds since 1970: `2026-11-23T17:09:51Z`, as our own reports write it, or a day.
#[must_use]
pub fn moment(text: &str) -> Option<i64> {
    let (day, time) = text.split_once('T').unwrap_or((text, "00:00:00Z"));
    let numbers =
        |text: &str, between| -> Option<Vec<i64>> { text.split(between).map(|part| part.parse().ok()).collect() };
    let (day, time) = (numbers(day, '-')?, numbers(time.strip_suffix('Z')?, ':')?);
    let (&[year, month, day], &[hour, minute, second]) = (day.as_slice(), time.as_slice()) else { return None };
    let fits = (1..=12).contains(&month) && (1..=31).contains(&day) && (1970..10_000).contains(&year);
    let fits = fits && (0..24).contains(&hour) && (0..60).contains(&minute) && (0..61).contains(&second);
    // Years are counted from March, so that the leap day comes last.
    let years = if month <= 2 { year - 1 } else { year };
    let days = 365 * years + years / 4 - years / 100 + years / 400 + (153 * ((month + 9) % 12) + 2) / 5 + day - 719_469;
    fits.then_some(days * 86_400 + hour * 3600 + minute * 60 + second)
}

impl Date {
    /// The moment so many seconds after the first of 1970; before it, if negative.
    pub(crate) fn new(seconds: i64) -> Self {
        let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        // Years that begin in March end with the day that some of them lack; 400 of them have the same days as any others.
        let days = days + 719_468;
        let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let (day, month) = (day - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
        Self { year: year + era * 400 + i64::from(month < 3), month, day, second }
    }

    /// `2026-11-23T17:09:51`
    pub(crate) fn iso(self) -> String {
        let (hour, minute, second) = (self.second / 3600, self.second / 60 % 60, self.second % 60);
        format!("{}T{hour:02}:{minute:02}:{second:02}", self.day())
    }

    /// `2026-11-23`
    pub(crate) fn day(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }

    /// `2026-11-23 17:09 UTC`
    pub(crate) fn people(self) -> String {
        format!("{} {:02}:{:02} UTC", self.day(), self.second / 3600, self.second / 60 % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        let known = [
            (0, "1970-01-01T00:00:00"),
            (-1, "1969-12-31T23:59:59"),
            (951_782_400, "2000-02-29T00:00:00"),
            (1_078_012_800, "2004-02-29T00:00:00"),
            (1_795_453_791, "2026-11-23T17:09:51"),
            (4_107_542_399, "2100-02-28T23:59:59"),
            (4_107_542_400, "2100-03-01T00:00:00"),
        ];
        for (seconds, date) in known {
            assert_eq!(Date::new(seconds).iso(), date);
            assert_eq!(moment(&format!("{date}Z")), Some(seconds).filter(|&seconds| seconds >= 0));
        }
        assert_eq!(Date::new(1_795_453_791).people(), "2026-11-23 17:09 UTC");
    }
}
