//! Dates as OFAC prints them.

use interdict_model::{DatePrefix, PartialDate};

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Reads `15 Dec 1988`, `Dec 1988`, `1988`, `circa 1961`, `1968 to 1970`, `circa 1979-1982`, and
/// nothing else: what is left over makes it no date.
pub(crate) fn parse_date(text: &str) -> Option<PartialDate> {
    let text = text.trim().trim_end_matches('.').trim_end();
    let lower = text.to_ascii_lowercase();
    let (lower, circa) = match lower.strip_prefix("circa") {
        Some(rest) => (rest.trim_start(), true),
        None => (lower.as_str(), false),
    };
    let lower = lower.strip_prefix("between ").unwrap_or(lower);
    let date = match split_range(lower) {
        Some((from, to)) => PartialDate::between(parse_prefix(from)?, parse_prefix(to)?),
        None => PartialDate::exactly(parse_prefix(lower)?),
    };
    Some(if circa { date.circa() } else { date })
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
            ("01 Jan 1968 to 31 Dec 1970", "1968-01-01/1970-12-31"),
            ("circa 1979-1982", "1979/1982~"),
            ("10 October 1969", "1969-10-10"),
        ] {
            assert_eq!(parse_date(text).map(|date| date.to_string()).as_deref(), Some(expected));
        }
    }

    #[test]
    fn what_is_no_date_stays_text() {
        for text in ["", "31/31/1999", "31 Feb 1999", "Decade 1999", "1988 or so", "15 Dec 88"] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }
}
