//! Dates that keep the precision their source gave.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A calendar day, month or year, as far as it is known.
///
/// Fields are never filled in: `1965` stays a year. Written as `1965`, `1965-04`, `1965-04-25`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DatePrefix {
    year: u16,
    month: Option<u8>,
    day: Option<u8>,
}

/// A date with its precision: one prefix, or a range, either of them perhaps approximate.
///
/// Text form follows the Extended Date/Time Format: `1965-04`, `1965~` (circa), `1960/1965`
/// (between), `1960/1965~`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PartialDate {
    from: DatePrefix,
    to: DatePrefix,
    circa: bool,
}

/// How two dates relate, at the precision that both have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DateAgreement {
    /// Same day.
    Day,
    /// Same month of the same year, at least one side gives no day.
    Month,
    /// Same year, at least one side gives no month.
    Year,
    /// Inside the other's range, or within two years of an approximate date.
    Approximate,
    /// Day and month swapped: 1970-01-02 against 1970-02-01.
    Flipped,
    /// Same year, different day or month.
    SameYear,
    /// Different years.
    Different,
}

/// Years by which an approximate date may be wrong.
const CIRCA_YEARS: u16 = 2;

/// The reason why a text is not a date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no date: {reason}")]
pub struct DateError {
    /// The text, cut to 60 characters.
    pub text: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

impl DatePrefix {
    /// Builds a date from its parts, checking the calendar (Gregorian, years 1 to 2999).
    pub fn new(year: u16, month: Option<u8>, day: Option<u8>) -> Result<Self, &'static str> {
        if !(1..=2999).contains(&year) {
            return Err("the year is out of range");
        }
        match (month, day) {
            (None, Some(_)) => Err("a day without a month"),
            (Some(month), _) if !(1..=12).contains(&month) => Err("there is no such month"),
            (Some(month), Some(day)) if calendar_day(year, month, day).is_none() => {
                Err("there is no such day in that month")
            }
            _ => Ok(Self { year, month, day }),
        }
    }

    /// The year.
    pub fn year(&self) -> u16 {
        self.year
    }

    /// The month, if known.
    pub fn month(&self) -> Option<u8> {
        self.month
    }

    /// The day of the month, if known.
    pub fn day(&self) -> Option<u8> {
        self.day
    }

    /// Whether it is a known day and the last of its month.
    pub fn is_month_end(&self) -> bool {
        let date =
            self.month.zip(self.day).and_then(|(month, day)| calendar_day(self.year, month, day));
        date.is_some_and(|date| date == date.last_of_month())
    }

    fn parse(text: &str) -> Result<Self, &'static str> {
        let mut parts = text.split('-');
        let year = parts.next().unwrap_or_default();
        if year.len() != 4 {
            return Err("write it as YYYY, YYYY-MM or YYYY-MM-DD");
        }
        let number = |part: &str| -> Result<u8, &'static str> {
            if part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit()) {
                part.parse().map_err(|_| "not a number")
            } else {
                Err("months and days have two digits")
            }
        };
        if !year.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err("write it as YYYY, YYYY-MM or YYYY-MM-DD");
        }
        let year = year.parse().map_err(|_| "the year is no number")?;
        let month = parts.next().map(number).transpose()?;
        let day = parts.next().map(number).transpose()?;
        if parts.next().is_some() {
            return Err("too many parts");
        }
        Self::new(year, month, day)
    }

    fn agreement(&self, other: &Self) -> DateAgreement {
        if self.year != other.year {
            return DateAgreement::Different;
        }
        match (self.month, other.month) {
            (None, _) | (_, None) => DateAgreement::Year,
            (Some(a), Some(b)) => match (self.day, other.day) {
                (Some(x), Some(y)) if a == b && x == y => DateAgreement::Day,
                (Some(x), Some(y)) if a == y && b == x => DateAgreement::Flipped,
                (Some(_), Some(_)) => DateAgreement::SameYear,
                _ if a == b => DateAgreement::Month,
                _ => DateAgreement::SameYear,
            },
        }
    }
}

impl fmt::Display for DatePrefix {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(formatter, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(formatter, "-{day:02}")?;
        }
        Ok(())
    }
}

impl PartialDate {
    /// One date, known as far as the prefix goes.
    pub fn exactly(date: DatePrefix) -> Self {
        Self { from: date, to: date, circa: false }
    }

    /// A date that its source calls approximate.
    pub fn about(date: DatePrefix) -> Self {
        Self { from: date, to: date, circa: true }
    }

    /// Some time from `from` to `to`; the two are exchanged if they are in the wrong order.
    pub fn between(from: DatePrefix, to: DatePrefix) -> Self {
        let (from, to) = if from <= to { (from, to) } else { (to, from) };
        Self { from, to, circa: false }
    }

    /// The same date, marked as approximate.
    pub fn circa(self) -> Self {
        Self { circa: true, ..self }
    }

    /// Whether the source calls it approximate.
    pub fn is_circa(&self) -> bool {
        self.circa
    }

    /// Whether it is a range.
    pub fn is_range(&self) -> bool {
        self.from != self.to
    }

    /// Whether it is one known day.
    pub fn is_day(&self) -> bool {
        !self.is_range() && self.from.day.is_some()
    }

    /// The earliest date it can be.
    pub fn from(&self) -> DatePrefix {
        self.from
    }

    /// The latest date it can be.
    pub fn to(&self) -> DatePrefix {
        self.to
    }

    /// How many years lie between this date and another at least; 0 if the two can be of one year.
    pub fn years_apart(&self, other: &PartialDate) -> u16 {
        let slack = u16::from(self.circa || other.circa) * CIRCA_YEARS;
        let later = self.from.year.saturating_sub(other.to.year);
        let earlier = other.from.year.saturating_sub(self.to.year);
        later.max(earlier).saturating_sub(slack)
    }

    /// Whether it is the 1st of January. Systems and lists write that day where only the year is known.
    pub fn is_first_of_january(&self) -> bool {
        self.is_day() && (self.from.month, self.from.day) == (Some(1), Some(1))
    }

    /// The dates in the plain form of FollowTheMoney, which has neither circa nor ranges: a range
    /// becomes its years (at most ten), a circa date its prefix.
    pub fn plain(&self) -> Vec<String> {
        if !self.is_range() {
            return vec![self.from.to_string()];
        }
        let years = self.from.year..=self.to.year;
        if years.clone().count() <= 1 || years.clone().count() > 10 {
            return vec![self.from.to_string(), self.to.to_string()];
        }
        years.map(|year| format!("{year:04}")).collect()
    }

    /// How far this date and another agree.
    pub fn agreement(&self, other: &PartialDate) -> DateAgreement {
        if !self.is_range() && !other.is_range() {
            let plain = self.from.agreement(&other.from);
            let near = self.from.year.abs_diff(other.from.year) <= CIRCA_YEARS;
            let loose = (self.circa || other.circa) && near;
            return match plain {
                DateAgreement::Day | DateAgreement::Month | DateAgreement::Year => plain,
                _ if loose => DateAgreement::Approximate,
                _ => plain,
            };
        }
        match self.years_apart(other) {
            0 => DateAgreement::Approximate,
            _ => DateAgreement::Different,
        }
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.from)?;
        if self.is_range() {
            write!(formatter, "/{}", self.to)?;
        }
        if self.circa {
            formatter.write_str("~")?;
        }
        Ok(())
    }
}

impl FromStr for PartialDate {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let fail = |reason| DateError { text: text.chars().take(60).collect(), reason };
        let trimmed = text.trim();
        let (body, circa) = match trimmed.strip_suffix('~') {
            Some(body) => (body, true),
            None => (trimmed, false),
        };
        // A time of day after the date is dropped, because births and listings are dated by day.
        let body = match body.split_once('T') {
            Some((date, _)) if date.len() == 10 => date,
            _ => body,
        };
        let date = match body.split_once('/') {
            None => Self::exactly(DatePrefix::parse(body).map_err(fail)?),
            Some((from, to)) => Self::between(
                DatePrefix::parse(from).map_err(fail)?,
                DatePrefix::parse(to).map_err(fail)?,
            ),
        };
        Ok(Self { circa, ..date })
    }
}

impl TryFrom<String> for PartialDate {
    type Error = DateError;

    fn try_from(text: String) -> Result<Self, DateError> {
        text.parse()
    }
}

impl From<PartialDate> for String {
    fn from(date: PartialDate) -> Self {
        date.to_string()
    }
}

impl From<DatePrefix> for PartialDate {
    fn from(date: DatePrefix) -> Self {
        Self::exactly(date)
    }
}

fn calendar_day(year: u16, month: u8, day: u8) -> Option<Date> {
    let (year, month) = (i16::try_from(year).ok()?, i8::try_from(month).ok()?);
    Date::new(year, month, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str) -> PartialDate {
        text.parse().unwrap()
    }

    #[test]
    fn text_form_round_trips_with_its_precision() {
        for text in ["1965", "1965-04", "1965-04-25", "1965~", "1960/1965", "1960/1965~", "0001"] {
            assert_eq!(date(text).to_string(), text);
        }
        assert_eq!(date(" 1965-04-25T12:00:00Z ").to_string(), "1965-04-25", "a time is left out");
        assert_eq!(date("1965/1960").to_string(), "1960/1965", "a range is put in order");
    }

    #[test]
    fn the_distance_of_two_dates_is_the_least_that_both_allow() {
        for (one, other, years) in [
            ("1950", "1984-05-02", 34),
            ("1950-12-31", "1950-01-01", 0),
            ("1950/1960", "1955", 0),
            ("1950/1960", "1965-03", 5),
            ("1950~", "1953", 1),
            ("1950/1960~", "1962", 0),
        ] {
            assert_eq!(date(one).years_apart(&date(other)), years, "{one} {other}");
            assert_eq!(date(other).years_apart(&date(one)), years, "{other} {one}");
        }
    }

    #[test]
    fn the_first_of_january_is_told_from_a_year() {
        assert!(date("1970-01-01").is_first_of_january());
        for other in ["1970", "1970-01", "1970-01-02", "1970-02-01", "1970-01-01/1971-01-01"] {
            assert!(!date(other).is_first_of_january(), "{other}");
        }
    }

    #[test]
    fn impossible_dates_are_refused_with_the_reason() {
        for (text, reason) in [
            ("31/31/1999", "write it as YYYY, YYYY-MM or YYYY-MM-DD"),
            ("99", "write it as YYYY, YYYY-MM or YYYY-MM-DD"),
            ("+999", "write it as YYYY, YYYY-MM or YYYY-MM-DD"),
            ("", "write it as YYYY, YYYY-MM or YYYY-MM-DD"),
            ("1999-13", "there is no such month"),
            ("1999-00", "there is no such month"),
            ("1999-02-29", "there is no such day in that month"),
            ("1999-04-31", "there is no such day in that month"),
            ("1999-04-00", "there is no such day in that month"),
            ("1999-1-1", "months and days have two digits"),
            ("1999-+1", "months and days have two digits"),
            ("1999-01-01-01", "too many parts"),
            ("0000", "the year is out of range"),
            ("3000", "the year is out of range"),
            ("1999T12", "write it as YYYY, YYYY-MM or YYYY-MM-DD"),
        ] {
            let error = text.parse::<PartialDate>().unwrap_err();
            assert_eq!((error.reason, error.text.as_str()), (reason, text));
        }
        assert_eq!(DatePrefix::new(1999, None, Some(1)), Err("a day without a month"));
        assert!("x".repeat(90).parse::<PartialDate>().unwrap_err().text.len() == 60);
    }

    #[test]
    fn leap_years_follow_the_gregorian_rule() {
        for (text, exists) in [
            ("2000-02-29", true),
            ("1900-02-29", false),
            ("2024-02-29", true),
            ("2024-02-30", false),
            ("2999-12-31", true),
            ("0001-01-01", true),
        ] {
            assert_eq!(text.parse::<PartialDate>().is_ok(), exists, "{text}");
        }
    }

    #[test]
    fn the_end_of_a_month_is_a_known_day() {
        for (text, is_end) in [
            ("1999-02-28", true),
            ("2000-02-28", false),
            ("2000-02-29", true),
            ("1999-12-31", true),
            ("1999-12-30", false),
            ("1999-12", false),
            ("1999", false),
        ] {
            assert_eq!(date(text).to().is_month_end(), is_end, "{text}");
        }
    }

    #[test]
    fn agreement_respects_the_precision_of_both_sides() {
        for (left, right, expected) in [
            ("1970-01-02", "1970-01-02", DateAgreement::Day),
            ("1970-01-02", "1970-01", DateAgreement::Month),
            ("1970-01-02", "1970-02", DateAgreement::SameYear),
            ("1970-01-02", "1970", DateAgreement::Year),
            ("1970-01-02", "1970-02-01", DateAgreement::Flipped),
            ("1970-01-02", "1970-01-03", DateAgreement::SameYear),
            ("1970-01-02", "1970-05-02", DateAgreement::SameYear),
            ("1970-01-02", "1970-02-02", DateAgreement::SameYear),
            ("1970-01-02", "1971-01-02", DateAgreement::Different),
            ("1970-01-02", "1971", DateAgreement::Different),
            ("1970-01-02", "1971~", DateAgreement::Approximate),
            ("1970-01-02", "1972~", DateAgreement::Approximate),
            ("1970-01-02", "1968~", DateAgreement::Approximate),
            ("1970-01-02", "1973~", DateAgreement::Different),
            ("1970-01-02~", "1970-01-02~", DateAgreement::Day),
            ("1970-01-02~", "1970-01-03", DateAgreement::Approximate),
            ("1970-01-02", "1968/1972", DateAgreement::Approximate),
            ("1970-01-02", "1970/1972", DateAgreement::Approximate),
            ("1970-01-02", "1968/1970", DateAgreement::Approximate),
            ("1970-01-02", "1971/1980", DateAgreement::Different),
            ("1970-01-02", "1972/1980~", DateAgreement::Approximate),
            ("1970-01-02", "1973/1980~", DateAgreement::Different),
            ("1970-01-02", "1960/1968~", DateAgreement::Approximate),
            ("1970-01-02", "1960/1967~", DateAgreement::Different),
            ("1970-01-02~", "1972/1980", DateAgreement::Approximate),
        ] {
            assert_eq!(date(left).agreement(&date(right)), expected, "{left} {right}");
            assert_eq!(date(right).agreement(&date(left)), expected, "{right} {left}");
        }
    }

    #[test]
    fn plain_form_is_what_other_tools_read() {
        for (text, plain) in [
            ("1965~", &["1965"][..]),
            ("1960/1962", &["1960", "1961", "1962"]),
            ("1960-01/1960-05", &["1960-01", "1960-05"]),
            ("1960/1970", &["1960", "1970"]),
        ] {
            assert_eq!(date(text).plain(), plain, "{text}");
        }
        assert_eq!(date("1961/1970").plain().len(), 10, "ten years are listed one by one");
    }

    #[test]
    fn ranges_and_approximate_dates_say_that_they_are() {
        let prefix = DatePrefix::new(1965, Some(4), None).unwrap();
        assert_eq!((prefix.year(), prefix.month(), prefix.day()), (1965, Some(4), None));
        let day = DatePrefix::new(1965, Some(4), Some(25)).unwrap();
        assert_eq!((day.year(), day.month(), day.day()), (1965, Some(4), Some(25)));
        assert_eq!(DatePrefix::new(1965, None, None).unwrap().month(), None);
        assert_eq!(PartialDate::about(prefix), PartialDate::exactly(prefix).circa());
        assert!(date("1965~").is_circa() && !date("1965").is_circa());
        for (text, is_day) in
            [("1965-04-25", true), ("1965-04", false), ("1965-04-25/1965-04-26", false)]
        {
            assert_eq!(date(text).is_day(), is_day, "{text}");
        }
        assert!(date("1960/1965").is_range() && !date("1960").is_range());
        assert_eq!(date("1960/1965").to(), DatePrefix::new(1965, None, None).unwrap());
        assert_eq!(serde_json::to_string(&date("1960/1965~")).unwrap(), "\"1960/1965~\"");
        assert!(serde_json::from_str::<PartialDate>("\"1965-13\"").is_err());
    }

    proptest! {
        #[test]
        fn every_date_that_exists_reads_back(year in 1..3000_u16, month in 0..14_u8, day in 0..33_u8) {
            if let Ok(prefix) = DatePrefix::new(year, Some(month), Some(day)) {
                prop_assert_eq!(prefix.to_string().parse(), Ok(PartialDate::exactly(prefix)));
                let tomorrow = DatePrefix::new(year, Some(month), Some(day + 1));
                prop_assert_eq!(prefix.is_month_end(), tomorrow.is_err());
            } else {
                prop_assert!(!(1..=12).contains(&month) || !(1..=28).contains(&day));
            }
        }

        #[test]
        fn no_text_panics(text in ".*|[0-9~/T-]{0,25}") {
            if let Ok(date) = text.parse::<PartialDate>() {
                prop_assert_eq!(date.to_string().parse(), Ok(date));
            }
        }
    }
}
