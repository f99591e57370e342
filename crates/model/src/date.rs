//! Dates that keep the precision their source gave.

use std::fmt;
use std::str::FromStr;

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

/// Why a text is no date.
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
            (Some(month), Some(day)) if day == 0 || day > days_in_month(year, month) => {
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

    /// Some time from `from` to `to`; the order is put right if it is not.
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

    /// The earliest date it can be.
    pub fn from(&self) -> DatePrefix {
        self.from
    }

    /// The latest date it can be.
    pub fn to(&self) -> DatePrefix {
        self.to
    }

    /// The dates in the plain form of FollowTheMoney, which knows neither circa nor ranges: a range
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
            let near = self.from.year.abs_diff(other.from.year) <= 2;
            let loose = (self.circa || other.circa) && near;
            return match plain {
                DateAgreement::Day | DateAgreement::Month | DateAgreement::Year => plain,
                _ if loose => DateAgreement::Approximate,
                _ => plain,
            };
        }
        let slack = u16::from(self.circa || other.circa) * 2;
        let overlap = self.from.year <= other.to.year.saturating_add(slack)
            && other.from.year <= self.to.year.saturating_add(slack);
        if overlap { DateAgreement::Approximate } else { DateAgreement::Different }
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
        // A time of day after the date says nothing about a birth or a listing.
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

fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> PartialDate {
        text.parse().unwrap()
    }

    #[test]
    fn text_form_round_trips_with_its_precision() {
        for text in ["1965", "1965-04", "1965-04-25", "1965~", "1960/1965", "1960/1965~"] {
            assert_eq!(date(text).to_string(), text);
        }
    }

    #[test]
    fn impossible_dates_are_refused() {
        for text in ["31/31/1999", "1999-13", "1999-02-29", "99", "", "1999-1-1", "1999-01-01-01"] {
            assert!(text.parse::<PartialDate>().is_err(), "{text}");
        }
    }

    #[test]
    fn agreement_respects_the_precision_of_both_sides() {
        let whole = date("1970-01-02");
        assert_eq!(whole.agreement(&date("1970-01-02")), DateAgreement::Day);
        assert_eq!(whole.agreement(&date("1970-01")), DateAgreement::Month);
        assert_eq!(whole.agreement(&date("1970")), DateAgreement::Year);
        assert_eq!(whole.agreement(&date("1970-02-01")), DateAgreement::Flipped);
        assert_eq!(whole.agreement(&date("1970-05-05")), DateAgreement::SameYear);
        assert_eq!(whole.agreement(&date("1971")), DateAgreement::Different);
        assert_eq!(whole.agreement(&date("1971~")), DateAgreement::Approximate);
        assert_eq!(whole.agreement(&date("1968/1972")), DateAgreement::Approximate);
        assert_eq!(whole.agreement(&date("1975/1980")), DateAgreement::Different);
    }

    #[test]
    fn plain_form_is_what_other_tools_read() {
        assert_eq!(date("1965~").plain(), ["1965"]);
        assert_eq!(date("1960/1962").plain(), ["1960", "1961", "1962"]);
    }
}
