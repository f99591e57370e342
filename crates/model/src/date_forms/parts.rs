//! The parts of a written date: numbers, names of months, and what stands between them.

use std::sync::OnceLock;

use crate::date::DatePrefix;

const MONTHS: &str = include_str!("../../../../data/words/months.tsv");

/// Words that say nothing beside the numbers of a date: `25 de abril de 1965`, `1965年4月25日`, `25th`.
const CONNECTORS: [&str; 24] = [
    "st", "nd", "rd", "th", "of", "the", "de", "del", "do", "le", "er", "den", "d", "г", "год",
    "года", "年", "月", "日", "년", "월", "일", "yıl", "year",
];
/// Written for a day or a month that is not known.
const PLACEHOLDERS: [&str; 4] = ["dd", "mm", "xx", "x"];

const TWO_DIGITS: &str = "no year of four digits: one of two digits could be of two centuries";
const NO_DATE: &str = "no form of a date that is known";

/// What a text says, before the order of day and month is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateParts {
    /// One date.
    Date(DatePrefix),
    /// Two years, from and to.
    Years(DatePrefix, DatePrefix),
    /// Two numbers of one or two digits and a year, in that order.
    Numbers { first: u8, second: u8, year: u16, dotted: bool },
    /// A number of five digits.
    Serial(u32),
}

#[derive(Debug, Clone, Copy)]
enum Token {
    /// One or two digits: a day or a month; 0 is not known.
    Small(u8),
    /// Four digits.
    Year(u16),
    Month(u8),
}

pub(super) fn read_parts(text: &str) -> Result<DateParts, &'static str> {
    let text = text.trim().trim_end_matches('.');
    if text.len() > 60 {
        return Err("too long for a date");
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) && !matches!(text.len(), 0 | 4) {
        return run_of_digits(text);
    }
    let tokens = tokens(text)?;
    let whole = |year, month, day| date_with_gaps(year, month, day).map(DateParts::Date);
    let year = |year| DatePrefix::new(year, None, None);
    match *tokens.as_slice() {
        [Token::Year(only)] => year(only).map(DateParts::Date),
        [Token::Year(from), Token::Year(to)] => Ok(DateParts::Years(year(from)?, year(to)?)),
        [Token::Year(year), Token::Small(month) | Token::Month(month)]
        | [Token::Small(month) | Token::Month(month), Token::Year(year)] => whole(year, month, 0),
        // The year is said first: only a day after the month is ever meant.
        [Token::Year(written), Token::Small(0), Token::Small(_)] => {
            year(written).map(DateParts::Date)
        }
        [Token::Year(year), Token::Small(month) | Token::Month(month), Token::Small(day)]
        | [Token::Small(day), Token::Month(month), Token::Year(year)]
        | [Token::Month(month), Token::Small(day), Token::Year(year)]
        | [Token::Year(year), Token::Small(day), Token::Month(month)] => whole(year, month, day),
        [Token::Small(first), Token::Small(second), Token::Year(year)] => {
            Ok(DateParts::Numbers { first, second, year, dotted: is_dotted(text) })
        }
        [Token::Small(_), Token::Small(_)] | [_, _, Token::Small(_)] => Err(TWO_DIGITS),
        _ => Err(NO_DATE),
    }
}

/// A date of which day, or day and month, may be 0 for "not known".
pub(super) fn date_with_gaps(year: u16, month: u8, day: u8) -> Result<DatePrefix, &'static str> {
    match (month, day) {
        (0, 0) => DatePrefix::new(year, None, None),
        (0, _) => Err("a day without a month"),
        (_, 0) => DatePrefix::new(year, Some(month), None),
        _ => DatePrefix::new(year, Some(month), Some(day)),
    }
}

/// `19650425`, `25041965` or a spreadsheet's number. Eight digits begin with the year if that gives a date
/// from 1800 to 2199; otherwise they end with it. No eight digits are a date of these years both ways:
/// a year that ends one would have to begin with a day or a month.
fn run_of_digits(text: &str) -> Result<DateParts, &'static str> {
    let number = |from: usize, to: usize| -> u16 {
        text.get(from..to).and_then(|digits| digits.parse().ok()).unwrap_or_default()
    };
    let small = |from: usize| u8::try_from(number(from, from + 2)).unwrap_or_default();
    let usual = |year: u16| (1800..2200).contains(&year);
    match text.len() {
        5 => Ok(DateParts::Serial(text.parse().unwrap_or_default())),
        8 => {
            let year_first = date_with_gaps(number(0, 4), small(4), small(6));
            match year_first {
                Ok(date) if usual(date.year()) => Ok(DateParts::Date(date)),
                _ if usual(number(4, 8)) => Ok(DateParts::Numbers {
                    first: small(0),
                    second: small(2),
                    year: number(4, 8),
                    dotted: false,
                }),
                _ => Err("eight digits that are no date"),
            }
        }
        6 => Err(TWO_DIGITS),
        _ => Err(NO_DATE),
    }
}

/// Whether full stops part the numbers.
fn is_dotted(text: &str) -> bool {
    text.contains('.') && !text.contains(['/', '-'])
}

fn tokens(text: &str) -> Result<Vec<Token>, &'static str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_digit = first.is_ascii_digit();
        let same = |c: char| if is_digit { c.is_ascii_digit() } else { c.is_alphabetic() };
        if !is_digit && !first.is_alphabetic() {
            if !matches!(first, ' ' | '.' | '/' | '-' | ',' | '\'' | '’' | '–' | '—' | '\u{a0}')
            {
                return Err(NO_DATE);
            }
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
            continue;
        }
        let end = rest.find(|c| !same(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        tokens.extend(token(word, is_digit)?);
        rest = after;
    }
    Ok(tokens)
}

fn token(word: &str, is_digit: bool) -> Result<Option<Token>, &'static str> {
    if is_digit {
        let number = |_| NO_DATE;
        return match word.len() {
            1 | 2 => word.parse().map(|small| Some(Token::Small(small))).map_err(number),
            4 => word.parse().map(|year| Some(Token::Year(year))).map_err(number),
            _ => Err(NO_DATE),
        };
    }
    let word = word.to_lowercase();
    // A mark of a gap comes before the names of months, of which none is as short.
    if PLACEHOLDERS.contains(&word.as_str()) {
        return Ok(Some(Token::Small(0)));
    }
    if CONNECTORS.contains(&word.as_str()) {
        return Ok(None);
    }
    month(&word).map(|month| Some(Token::Month(month))).ok_or("a word that is no month")
}

/// The month of a name or of its first letters, at least three.
fn month(word: &str) -> Option<u8> {
    static TABLE: OnceLock<Vec<(&'static str, u8)>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let rows = MONTHS.lines().filter(|line| !line.starts_with('#'));
        let rows = rows.filter_map(|line| line.split_once('\t'));
        rows.filter_map(|(number, names)| Some((number.parse().ok()?, names)))
            .flat_map(|(number, names): (u8, &str)| {
                names.split('|').map(move |name| (name, number))
            })
            .collect()
    });
    if let Some((_, month)) = table.iter().find(|(name, _)| *name == word) {
        return Some(*month);
    }
    if word.chars().count() < 3 {
        return None;
    }
    let mut found =
        table.iter().filter(|(name, _)| name.starts_with(word)).map(|(_, month)| *month);
    let first = found.next()?;
    found.all(|month| month == first).then_some(first)
}
