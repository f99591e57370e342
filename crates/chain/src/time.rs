//! Moments as seconds since 1970, read from the forms that exports use.

use jiff::{SignedDuration, civil::Date};

/// Seconds since 1970-01-01T00:00:00Z.
pub type Time = i64;

/// The text is not a moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no moment; use seconds since 1970 or 2022-03-23T13:29:00Z")]
pub struct TimeError(String);

/// Reads Unix seconds, a date, or a date and time with `T` or a space, `Z`, ` UTC` or an offset.
/// Without an offset the time is taken as UTC. Fractions of a second are cut.
///
/// # Errors
/// When the text has none of these forms or names no real day.
pub fn parse_time(text: &str) -> Result<Time, TimeError> {
    let trimmed = text.trim();
    if !trimmed.is_empty() && trimmed.len() <= 12 && trimmed.bytes().all(|b| b.is_ascii_digit()) {
        return trimmed.parse().map_err(|_| TimeError(trimmed.to_owned()));
    }
    parse_calendar(trimmed).ok_or_else(|| TimeError(trimmed.chars().take(40).collect()))
}

fn number(text: &str, digits: usize) -> Option<i64> {
    (text.len() == digits && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

fn parse_calendar(text: &str) -> Option<Time> {
    let date = text.get(..10)?;
    let mut parts = date.split('-');
    let (year, month, day) =
        (number(parts.next()?, 4)?, number(parts.next()?, 2)?, number(parts.next()?, 2)?);
    let start = start_of_day(year, month, day)?;
    let rest = text.get(10..)?;
    if rest.is_empty() {
        return Some(start);
    }
    let clock = rest.strip_prefix(['T', ' '])?;
    let at = |from: usize| number(clock.get(from..from + 2)?, 2);
    let (hour, minute) = (at(0)?, at(3)?);
    let seconds_given = clock.get(5..6) == Some(":");
    let second = if seconds_given { at(6)? } else { 0 };
    if clock.get(2..3) != Some(":") || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let mut zone = clock.get(if seconds_given { 8 } else { 5 }..)?;
    if let Some(fraction) = zone.strip_prefix('.') {
        zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    Some(start + hour * 3_600 + minute * 60 + second - offset(zone.trim())?)
}

fn offset(zone: &str) -> Option<i64> {
    if matches!(zone, "" | "Z" | "z" | "UTC") {
        return Some(0);
    }
    let (sign, rest) = if let Some(rest) = zone.strip_prefix('+') {
        (1, rest)
    } else {
        (-1, zone.strip_prefix('-')?)
    };
    let digits: String = rest.chars().filter(|c| *c != ':').collect();
    let hours = number(digits.get(..2)?, 2)?;
    let minutes = if digits.len() > 2 { number(digits.get(2..)?, 2)? } else { 0 };
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

/// The day from which days are counted.
const EPOCH: Date = jiff::civil::date(1970, 1, 1);
const SECONDS_PER_DAY: i64 = 86_400;
/// The Gregorian calendar repeats after 400 years, which have this many days.
const CYCLE_DAYS: i64 = 146_097;

/// Seconds from the epoch to the beginning of a day; `None` when there is no such day.
fn start_of_day(year: i64, month: i64, day: i64) -> Option<Time> {
    let (year, month, day) =
        (i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    Some(Date::new(year, month, day).ok()?.duration_since(EPOCH).as_secs())
}

/// Writes a moment as `2022-03-23T13:29:00Z`. Years beyond 9999, which a damaged or mistaken source can
/// state, are written with more digits: the calendar library ends there, so whole cycles of 400 years
/// are taken off first.
pub fn format_time(time: Time) -> String {
    let (days, clock) = (time.div_euclid(SECONDS_PER_DAY), time.rem_euclid(SECONDS_PER_DAY));
    let (cycles, days) = (days.div_euclid(CYCLE_DAYS), days.rem_euclid(CYCLE_DAYS));
    // Less than 400 years after the epoch, so never out of the library's range.
    let date = EPOCH.checked_add(SignedDuration::from_secs(days * SECONDS_PER_DAY));
    let date = date.unwrap_or(EPOCH);
    let (year, month, day) = (i64::from(date.year()) + 400 * cycles, date.month(), date.day());
    let (hour, minute, second) = (clock / 3_600, clock / 60 % 60, clock % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Writes the day of a moment as `2022-03-23`.
pub fn format_day(time: Time) -> String {
    format_time(time).chars().take_while(|c| *c != 'T').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_the_exports_mean_the_same_moment() {
        for text in [
            "1648590078",
            "2022-03-29T21:41:18+00:00",
            "2022-03-29 21:41:18",
            "2022-03-29 21:41:18 UTC",
            "2022-03-29T23:41:18.500+02:00",
            "2022-03-29T21:41:18Z",
        ] {
            assert_eq!(parse_time(text), Ok(1_648_590_078), "{text}");
        }
        assert_eq!(parse_time("2000-02-29"), Ok(951_782_400));
        for text in [
            "",
            "2021-02-29",
            "2022-13-01",
            "22-01-01",
            "2022-01-01T25:00",
            "soon",
            "2022-01-01Tххххх",
        ] {
            assert!(parse_time(text).is_err(), "{text}");
        }
    }

    #[test]
    fn moments_are_written_in_the_gregorian_calendar_however_far_away() {
        for (time, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (951_868_799, "2000-02-29T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
            (253_402_300_800, "10000-01-01T00:00:00Z"),
            (999_999_999_999, "33658-09-27T01:46:39Z"),
            (-62_167_219_200, "0000-01-01T00:00:00Z"),
            (-62_167_219_201, "-001-12-31T23:59:59Z"),
        ] {
            assert_eq!(format_time(time), text);
        }
        assert_eq!(format_day(i64::MAX), "292277026596-12-04");
        assert_eq!(parse_time("9999-12-31T23:59:59Z"), Ok(253_402_300_799));
        assert_eq!(parse_time("0000-01-01"), Ok(-62_167_219_200));
        assert!(parse_time("1900-02-29").is_err());
    }

    proptest::proptest! {
        #[test]
        fn written_moments_read_back(time in -60_000_000_000i64..250_000_000_000) {
            proptest::prop_assert_eq!(parse_time(&format_time(time)), Ok(time));
        }
    }
}
