//! Dates as lists write them, other than in ISO order.

use interdict_model::{DatePrefix, PartialDate};

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Reads `04/08/2026`, and with placeholders for what is not known `dd/mm/1945` or `00/08/1945`: day
/// first, as in Britain. Reads a year alone, too.
pub(crate) fn parse_day_first(text: &str) -> Option<PartialDate> {
    if text.trim().len() == 4 {
        return DatePrefix::new(text.trim().parse().ok()?, None, None)
            .ok()
            .map(PartialDate::exactly);
    }
    let mut parts = text.trim().split('/').map(str::trim);
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    let number = |part: &str, placeholder: &str| -> Option<Option<u8>> {
        if part.eq_ignore_ascii_case(placeholder) || part == "00" {
            return Some(None);
        }
        part.parse().ok().map(Some)
    };
    let (day, month) = (number(day, "dd")?, number(month, "mm")?);
    // A day without a month cannot be stored.
    let day = month.and(day);
    DatePrefix::new(year.parse().ok()?, month, day).ok().map(PartialDate::exactly)
}

/// Reads `16 Dec. 1948`, `December 1948`, `October 19, 2020` or `1948`, and ISO dates with or without
/// a time.
pub(crate) fn parse_written_date(text: &str) -> Option<PartialDate> {
    let text = text.trim().trim_end_matches(['.', ',', ';']);
    if let Ok(date) = text.parse() {
        return Some(date);
    }
    // A day with a time or a time zone after it.
    if let Some((day, rest)) = text.split_at_checked(10)
        && rest.starts_with(['T', 'Z', '+', '-', ' '])
        && let Ok(date) = day.parse()
    {
        return Some(date);
    }
    let words: Vec<&str> = text
        .split([' ', ','])
        .map(|word| word.trim_matches('.'))
        .filter(|word| !word.is_empty())
        .collect();
    let (day, month, year) = match words.as_slice() {
        [month, year] => (None, *month, *year),
        [first, second, year] => match parse_month(first) {
            Some(_) => (Some(*second), *first, *year),
            None => (Some(*first), *second, *year),
        },
        _ => return None,
    };
    let day = match day {
        Some(day) => Some(day.parse().ok()?),
        None => None,
    };
    let year = (year.len() == 4).then(|| year.parse().ok()).flatten()?;
    DatePrefix::new(year, Some(parse_month(month)?), day).ok().map(PartialDate::exactly)
}

fn parse_month(word: &str) -> Option<u8> {
    let word = word.to_ascii_lowercase();
    let index = MONTHS.iter().position(|month| word.len() >= 3 && month.starts_with(&word))?;
    u8::try_from(index + 1).ok()
}
