//! Dates as people and programs write them in customer files and on command lines.
//!
//! The dates of an official list have the few forms that its authority uses. A customer file may use any form, so this
//! module reads every usual one. If a text has two readings, it reports this instead of choosing one: `03/04/1965` is
//! 3 April or 4 March.

mod parts;
mod words;

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::date::{DatePrefix, PartialDate};
use crate::written_text::plain_text;
use parts::{DateParts, read_parts};

/// The order of the numbers of a date, for texts that do not show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// `03/04/1965` is 3 April.
    DayFirst,
    /// `03/04/1965` is 4 March.
    MonthFirst,
    /// Every date begins with its year; a date that does not and has two readings is not read.
    YearFirst,
    /// Numbers of five digits are days as spreadsheets count them: 23,857 is 1965-04-25.
    Excel,
}

/// The evidence that a text gives about the order of day and month in its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateEvidence {
    /// None: the text is not a date, or has one reading in any order (`1965-04-25`, `4 May 1965`).
    Nothing,
    /// Only day first gives a date: `25/04/1965`.
    DayFirst,
    /// Only month first gives a date: `04/25/1965`.
    MonthFirst,
    /// Both orders give a date, and different ones: `03/04/1965`.
    Either,
    /// The same with full stops, which are rarely used with the month first: `03.04.1965`.
    EitherDotted,
}

/// The reason why a text is not a date, or not a single one. It does not quote the text, which is personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DateFormError {
    /// Day and month could be either way round.
    #[error("day and month could be either way round; say which with --date-format dmy or mdy")]
    Ambiguous,
    /// It cannot be read.
    #[error("{0}")]
    Unreadable(&'static str),
}

/// The dates in one text: one, or several if it states several (`1965 or 1966`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenDates(Vec<PartialDate>);

impl WrittenDates {
    /// Reads a text. Without an order, a date with two readings is an error, unless it is written with full
    /// stops (`03.04.1965`), which means day first.
    ///
    /// ```
    /// use interdict_model::{DateFormError, DateOrder, WrittenDates};
    ///
    /// let read = |text, order| WrittenDates::parse(text, order).map(|dates| dates.dates()[0].to_string());
    /// assert_eq!(read("25-Apr-1965", None).as_deref(), Ok("1965-04-25"));
    /// assert_eq!(read("00.00.1957", None).as_deref(), Ok("1957"));
    /// assert_eq!(read("03/04/1965", None), Err(DateFormError::Ambiguous));
    /// assert_eq!(read("03/04/1965", Some(DateOrder::MonthFirst)).as_deref(), Ok("1965-03-04"));
    /// ```
    ///
    /// # Errors
    /// When the text is no date, has a year of two digits, or has two readings.
    pub fn parse(text: &str, order: Option<DateOrder>) -> Result<Self, DateFormError> {
        let text = plain_text(text);
        let body = &*day_of(&text);
        if let Ok(date) = body.parse() {
            return Ok(Self(vec![date]));
        }
        let (body, circa) = without_circa(body);
        let lower = body.to_lowercase();
        if let Some((from, to)) = range_ends(&lower) {
            let (from, to) = (single(from, order)?, single(to, order)?);
            return Ok(Self(vec![marked(PartialDate::between(from.from(), to.to()), circa)]));
        }
        let dates: Result<Vec<PartialDate>, DateFormError> = lower
            .split(" or ")
            .map(|part| single(part, order).map(|date| marked(date, circa)))
            .collect();
        dates.map(Self)
    }

    /// The dates, at least one.
    pub fn dates(&self) -> &[PartialDate] {
        &self.0
    }
}

impl DateEvidence {
    /// The evidence that a text gives about its column.
    pub fn of(text: &str) -> Self {
        let text = plain_text(text);
        let body = &*day_of(&text);
        // ISO dates are by far the most frequent and give no evidence.
        if body.as_bytes().get(4) == Some(&b'-') {
            return Self::Nothing;
        }
        match read_parts(without_circa(body).0) {
            Ok(DateParts::Numbers { first, second, year, dotted }) => {
                let [day_first, month_first] = readings(first, second, year);
                match (day_first, month_first) {
                    (Ok(_), Err(_)) => Self::DayFirst,
                    (Err(_), Ok(_)) => Self::MonthFirst,
                    (Ok(a), Ok(b)) if a != b && dotted => Self::EitherDotted,
                    (Ok(a), Ok(b)) if a != b => Self::Either,
                    _ => Self::Nothing,
                }
            }
            _ => Self::Nothing,
        }
    }
}

impl DateOrder {
    /// The word for it on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::DayFirst => "dmy",
            Self::MonthFirst => "mdy",
            Self::YearFirst => "ymd",
            Self::Excel => "excel",
        }
    }
}

impl FromStr for DateOrder {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let all = [Self::DayFirst, Self::MonthFirst, Self::YearFirst, Self::Excel];
        let found = all.into_iter().find(|order| order.word().eq_ignore_ascii_case(text.trim()));
        found.ok_or("write dmy, mdy, ymd or excel")
    }
}

impl fmt::Display for DateOrder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

/// The text without a time of day and a time zone after the date.
pub fn without_time(text: &str) -> &str {
    let text = text.trim().trim_end_matches([',', ';']).trim_end();
    let date = match text.find(':') {
        None => text,
        Some(colon) => {
            let head =
                text.get(..colon).unwrap_or(text).trim_end_matches(|c: char| c.is_ascii_digit());
            let cut = head.strip_suffix(['T', 't', ' ', '\u{a0}', ',']).unwrap_or(text);
            // `1965-04-25+01:00`: only a zone follows.
            let zone = head.strip_suffix(['+', '-']).filter(|date| date.len() == 10);
            zone.unwrap_or(cut)
        }
    };
    let date = date.trim_end().trim_end_matches(',');
    match date.strip_suffix('Z') {
        Some(day) if day.len() == 10 => day,
        _ => date,
    }
}

/// The text without its time of day, which may stand before the year: `Thu Sep 08 10:00:00 UTC 1955`.
fn day_of(text: &str) -> Cow<'_, str> {
    let day = without_time(text);
    let rest = text.trim().get(day.len()..).unwrap_or_default();
    let is_year = |word: &&str| word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    let mut words = day.split(|letter: char| !letter.is_alphanumeric());
    match rest.split_whitespace().next_back().filter(is_year) {
        Some(year) if !words.any(|word| is_year(&word)) => format!("{day} {year}").into(),
        _ => day.into(),
    }
}

/// The words of a date in the form in which they are compared: in lower case, without accents that are characters of
/// their own, such as the dot that the small letter of `İ` keeps.
fn folded(text: &str) -> Cow<'_, str> {
    let is_folded = |letter: char| letter.is_ascii() && !letter.is_ascii_uppercase();
    if text.chars().all(is_folded) {
        return text.into();
    }
    text.to_lowercase().replace(|letter| matches!(letter, '\u{300}'..='\u{36f}'), "").into()
}

/// The text without words that mark the date as approximate, and whether it had some.
fn without_circa(text: &str) -> (&str, bool) {
    const MARKS: [&str; 9] = [
        "circa ",
        "approximately ",
        "approx. ",
        "approx ",
        "about ",
        "around ",
        "ca. ",
        "ca ",
        "c. ",
    ];
    let short = ["ca.", "c.", "ca", "c", "~"];
    let head = |mark: &str| {
        let start = text.get(..mark.len())?;
        start.eq_ignore_ascii_case(mark).then(|| text.get(mark.len()..).unwrap_or_default().trim())
    };
    let digits = |rest: &&str| rest.starts_with(|c: char| c.is_ascii_digit());
    let long = MARKS.iter().find_map(|mark| head(mark));
    let found = long.or_else(|| short.iter().find_map(|mark| head(mark).filter(digits)));
    match found {
        Some(rest) => (rest, true),
        None => match text.strip_suffix('~') {
            Some(rest) => (rest.trim_end(), true),
            None => (text, false),
        },
    }
}

/// `between 1965 and 1967`, `from 1965 to 1967`, in lower case.
fn range_ends(lower: &str) -> Option<(&str, &str)> {
    let between = lower.strip_prefix("between ").and_then(|rest| rest.split_once(" and "));
    between.or_else(|| lower.strip_prefix("from ").unwrap_or(lower).split_once(" to "))
}

fn marked(date: PartialDate, circa: bool) -> PartialDate {
    if circa { date.circa() } else { date }
}

fn single(text: &str, order: Option<DateOrder>) -> Result<PartialDate, DateFormError> {
    if let Ok(date) = text.trim().parse() {
        return Ok(date);
    }
    let exactly = |date: Result<DatePrefix, &'static str>| {
        date.map(PartialDate::exactly).map_err(DateFormError::Unreadable)
    };
    match read_parts(text).map_err(DateFormError::Unreadable)? {
        DateParts::Date(date) => Ok(PartialDate::exactly(date)),
        DateParts::Years(from, to) => Ok(PartialDate::between(from, to)),
        DateParts::Serial(days) if order == Some(DateOrder::Excel) => exactly(excel_day(days)),
        DateParts::Serial(_) => Err(DateFormError::Unreadable(
            "a number of five digits; if it is a spreadsheet's day, say so with --date-format excel",
        )),
        DateParts::Numbers { first, second, year, dotted } => {
            let [day_first, month_first] = readings(first, second, year);
            match order {
                Some(DateOrder::DayFirst) => exactly(day_first),
                Some(DateOrder::MonthFirst) => exactly(month_first),
                Some(DateOrder::YearFirst | DateOrder::Excel) | None => {
                    match (day_first, month_first) {
                        (Ok(a), Ok(b)) if a == b => exactly(Ok(a)),
                        (Ok(a), Ok(_)) if dotted && order.is_none() => exactly(Ok(a)),
                        (Ok(_), Ok(_)) => Err(DateFormError::Ambiguous),
                        (Ok(date), Err(_)) | (Err(_), Ok(date)) => exactly(Ok(date)),
                        (Err(why), Err(_)) => exactly(Err(why)),
                    }
                }
            }
        }
    }
}

/// The two readings of `first/second/year`: day first, and month first. A day in an unknown month (`25/00/1965`) is
/// read as the year alone, and only if the other reading gives no date.
fn readings(first: u8, second: u8, year: u16) -> [Result<DatePrefix, &'static str>; 2] {
    let day_first = parts::date_with_gaps(year, second, first);
    let month_first = parts::date_with_gaps(year, first, second);
    if day_first.is_err() && month_first.is_err() && (first == 0 || second == 0) {
        let other = first.max(second);
        let year = if other <= 31 {
            DatePrefix::new(year, None, None)
        } else {
            Err("there is no such day")
        };
        return [year, year];
    }
    [day_first, month_first]
}

/// A day as spreadsheets count them: 1 is 1900-01-01. Day 60 is 29 February 1900, which did not exist, so days from
/// March 1900 on count from 1899-12-30.
fn excel_day(days: u32) -> Result<DatePrefix, &'static str> {
    let days = i64::from(days);
    let day = jiff::civil::date(1899, 12, 30)
        .checked_add(jiff::Span::new().try_days(days).map_err(|_| "no day of a spreadsheet")?)
        .map_err(|_| "no day of a spreadsheet")?;
    let part = |number: i8| u8::try_from(number).ok();
    DatePrefix::new(
        u16::try_from(day.year()).unwrap_or_default(),
        part(day.month()),
        part(day.day()),
    )
}

#[cfg(test)]
mod tests;
