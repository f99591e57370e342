//! Moments as seconds since 1970, read from the forms that exports use.

/// Seconds since 1970-01-01T00:00:00Z.
pub type Time = i64;

/// Why a text is no moment.
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
    let days = days_from_civil(year, month, day)?;
    let rest = text.get(10..)?;
    if rest.is_empty() {
        return Some(days * 86_400);
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
    Some(days * 86_400 + hour * 3_600 + minute * 60 + second - offset(zone.trim())?)
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

/// Days since 1970-01-01 of a Gregorian date, counting years from March so that leap days come last.
fn days_from_civil(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=longest).contains(&day) {
        return None;
    }
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(
        era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year
            - 719_468,
    )
}

/// Writes a moment as `2022-03-23T13:29:00Z`.
pub fn format_time(time: Time) -> String {
    let (days, clock) = (time.div_euclid(86_400) + 719_468, time.rem_euclid(86_400));
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
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

    proptest::proptest! {
        #[test]
        fn written_moments_read_back(time in -60_000_000_000i64..250_000_000_000) {
            proptest::prop_assert_eq!(parse_time(&format_time(time)), Ok(time));
        }
    }
}
