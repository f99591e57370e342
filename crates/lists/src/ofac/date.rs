//! Dates as OFAC prints them.

use interdict_model::{DatePrefix, PartialDate};

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Reads `15 Dec 1988`, `Dec 1988`, `1988`, `circa 1961`, `1968 to 1970`, `circa 1979-1982`, and
/// nothing else: a text with anything left over is no date.
pub(crate) fn parse_date(text: &str) -> Option<PartialDate> {
    let text = text.trim().trim_end_matches('.').trim_end();
    let lower = text.to_ascii_lowercase();
    let (lower, circa) = match lower.strip_prefix("circa") {
        Some(rest) => (rest.trim_start(), true),
        None => (lower.as_str(), false),
    };
    let lower = lower.strip_prefix("between ").unwrap_or(lower);
    let date = match split_range(lower) {
        Some((from, to)) => between(parse_prefix(from)?, parse_prefix(to)?),
        None => PartialDate::exactly(parse_prefix(lower)?),
    };
    Some(if circa { date.circa() } else { date })
}

/// From one day to another, as precisely as it was meant: the first to the last day of a year is
/// that year.
pub(crate) fn between(from: DatePrefix, to: DatePrefix) -> PartialDate {
    let (from, to) = if from <= to { (from, to) } else { (to, from) };
    let (from, to) = widened(from, to);
    if from == to { PartialDate::exactly(from) } else { PartialDate::between(from, to) }
}

/// Whole months and whole years in place of their first and last days.
fn widened(from: DatePrefix, to: DatePrefix) -> (DatePrefix, DatePrefix) {
    let cut = |date: DatePrefix, month| DatePrefix::new(date.year(), month, None).unwrap_or(date);
    let begins_month = from.day() == Some(1);
    if !begins_month || !to.is_month_end() {
        return (from, to);
    }
    if from.month() == Some(1) && to.month() == Some(12) {
        return (cut(from, None), cut(to, None));
    }
    (cut(from, from.month()), cut(to, to.month()))
}

fn split_range(text: &str) -> Option<(&str, &str)> {
    [" to ", " and ", "-"].iter().find_map(|word| text.split_once(word)).or_else(|| {
        let (from, to) = text.split_once(" - ")?;
        Some((from, to))
    })
}

/// Reads `15 Dec 1988`, `Dec 1988` or `1988`; months may be written out.
fn parse_prefix(text: &str) -> Option<DatePrefix> {
    let words: Vec<&str> = text.split_whitespace().take(4).collect();
    let (day, month, year) = match words.as_slice() {
        [year] => (None, None, *year),
        [month, year] => (None, Some(*month), *year),
        [day, month, year] => (Some(*day), Some(*month), *year),
        _ => return None,
    };
    let year = (year.len() == 4).then(|| year.parse().ok()).flatten()?;
    let month = match month {
        Some(word) => Some(month_number(word)?),
        None => None,
    };
    let day = match day {
        Some(word) => Some(word.parse().ok()?),
        None => None,
    };
    DatePrefix::new(year, month, day).ok()
}

fn month_number(word: &str) -> Option<u8> {
    let short = word.get(..3)?;
    let index = MONTHS.iter().position(|month| *month == short)?;
    let written_out = word.len() == 3 || word.len() > 3 && is_long_month(index, word);
    written_out.then(|| u8::try_from(index + 1).ok()).flatten()
}

fn is_long_month(index: usize, word: &str) -> bool {
    const ENDINGS: [&str; 12] =
        ["uary", "ruary", "ch", "il", "", "e", "y", "ust", "tember", "ober", "ember", "ember"];
    let ending = word.get(3..).unwrap_or_default().trim_end_matches('.');
    ENDINGS.get(index).is_some_and(|known| *known == ending || index == 8 && ending == "t")
}

/// Writes a date as OFAC prints it, so that [`parse_date`] reads the same date back.
pub(crate) fn print_date(date: PartialDate) -> String {
    let circa = if date.is_circa() { "circa " } else { "" };
    if date.is_range() {
        format!("{circa}{} to {}", print_prefix(date.from()), print_prefix(date.to()))
    } else {
        format!("{circa}{}", print_prefix(date.from()))
    }
}

fn print_prefix(date: DatePrefix) -> String {
    let month = date.month().and_then(|month| MONTHS.get(usize::from(month).checked_sub(1)?));
    let month = month.map(|name| {
        name.get(..1).unwrap_or_default().to_uppercase() + name.get(1..).unwrap_or_default()
    });
    match (date.day(), month) {
        (Some(day), Some(month)) => format!("{day:02} {month} {:04}", date.year()),
        (None, Some(month)) => format!("{month} {:04}", date.year()),
        _ => format!("{:04}", date.year()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_printed_form_keeps_its_precision() {
        for (text, expected) in [
            ("15 Dec 1988", "1988-12-15"),
            ("Dec 1988", "1988-12"),
            ("1988", "1988"),
            ("1988.", "1988"),
            ("circa 1961", "1961~"),
            ("circa 15 Dec 1961", "1961-12-15~"),
            ("1968 to 1970", "1968/1970"),
            ("01 Jan 1968 to 31 Dec 1970", "1968/1970"),
            ("01 Jan 1968 to 31 Dec 1968", "1968"),
            ("01 Feb 1968 to 29 Feb 1968", "1968-02"),
            ("02 Jan 1968 to 31 Dec 1970", "1968-01-02/1970-12-31"),
            ("circa 1979-1982", "1979/1982~"),
            ("10 October 1969", "1969-10-10"),
        ] {
            assert_eq!(parse_date(text).map(|date| date.to_string()).as_deref(), Some(expected));
        }
    }

    #[test]
    fn printed_dates_read_back_the_same() {
        for text in [
            "1988-12-15",
            "1988-12",
            "1988",
            "1961~",
            "1961-12-15~",
            "1968/1970",
            "1968-01/1970-02-03~",
        ] {
            let date: PartialDate = text.parse().unwrap();
            assert_eq!(parse_date(&print_date(date)), Some(date), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_stays_text() {
        for text in ["", "31/31/1999", "31 Feb 1999", "Decade 1999", "1988 or so", "15 Dec 88"] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }
}
