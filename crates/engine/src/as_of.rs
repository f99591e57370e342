//! Which state of the lists to answer from.

use interdict_model::{DatePrefix, GenerationId};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

/// Which state of the lists to answer from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AsOf {
    /// The generation in use.
    #[default]
    Now,
    /// A generation by its number.
    Generation(GenerationId),
    /// The last generation that was put in use on or before a day, in UTC; the first, if there was none
    /// yet. A month or a year stands for its last day.
    Day(DatePrefix),
}

impl AsOf {
    /// The day for which listings must be in force. A generation number alone sets no day, so it is
    /// today.
    pub(crate) fn day(self, now: Timestamp) -> DatePrefix {
        match self {
            Self::Day(day) => day,
            Self::Now | Self::Generation(_) => day_of(now),
        }
    }
}

/// The day of a moment, in UTC.
pub(crate) fn day_of(moment: Timestamp) -> DatePrefix {
    let date = date_of(moment);
    let part = |number: i8| u8::try_from(number).ok();
    DatePrefix::new(
        u16::try_from(date.year()).unwrap_or_default(),
        part(date.month()),
        part(date.day()),
    )
    .expect("the clock shows a year from 1 to 2999")
}

/// The date of a moment, in UTC.
pub(crate) fn date_of(moment: Timestamp) -> Date {
    moment.to_zoned(TimeZone::UTC).date()
}

/// The moment at which a day ends, in UTC; it is not part of the day.
pub(crate) fn end_of(day: DatePrefix) -> Timestamp {
    let part = |number: u8| i8::try_from(number).unwrap_or(1);
    let year = i16::try_from(day.year()).unwrap_or(i16::MAX);
    let month = date(year, day.month().map_or(12, part), 1);
    let last = match day.day() {
        Some(day) => month.with().day(part(day)).build().ok(),
        None => Some(month.last_of_month()),
    };
    let next = last.and_then(|day| day.tomorrow().ok());
    let midnight = next.and_then(|day| day.to_zoned(TimeZone::UTC).ok());
    midnight.expect("days of the calendar up to 2999 have a next one").timestamp()
}

#[cfg(test)]
mod tests {
    use interdict_model::PartialDate;

    use super::*;

    fn day(text: &str) -> DatePrefix {
        text.parse::<PartialDate>().unwrap().to()
    }

    #[test]
    fn a_day_ends_at_midnight_and_a_month_or_year_with_its_last_day() {
        for (text, end) in [
            ("2026-03-20", "2026-03-21T00:00:00Z"),
            ("2026-02", "2026-03-01T00:00:00Z"),
            ("2028-02", "2028-03-01T00:00:00Z"),
            ("2026", "2027-01-01T00:00:00Z"),
            ("2999", "3000-01-01T00:00:00Z"),
        ] {
            assert_eq!(end_of(day(text)).to_string(), end, "{text}");
        }
    }

    #[test]
    fn only_a_day_that_was_named_is_another_day_than_today() {
        let now = "2026-03-20T23:59:59.5Z".parse().unwrap();
        assert_eq!(AsOf::Now.day(now), day("2026-03-20"));
        assert_eq!(AsOf::Generation(GenerationId::from(3)).day(now), day("2026-03-20"));
        assert_eq!(AsOf::Day(day("2021-05")).day(now), day("2021-05"));
    }
}
