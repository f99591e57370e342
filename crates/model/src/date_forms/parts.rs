//! The parts of a written date: numbers, names of months, and separators.

use super::words::{DateWord, date_word, is_month_of_two_words};
use crate::date::DatePrefix;

const TWO_DIGITS: &str = "no year of four digits: one of two digits could be of two centuries";
const NO_DATE: &str = "no form of a date that is known";

/// The content of a text before the order of day and month is applied.
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
    /// One or two digits: a day or a month; 0 means unknown.
    Small(u8),
    /// Four digits.
    Year(u16),
    Month(u8),
    Weekday,
    MonthOrWeekday(u8),
}

pub(super) fn read_parts(text: &str) -> Result<DateParts, &'static str> {
    let text = &*super::folded(text.trim().trim_end_matches('.'));
    if text.len() > 120 {
        return Err("too long for a date");
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) && !matches!(text.len(), 0 | 4) {
        return run_of_digits(text);
    }
    let tokens = without_weekdays(tokens(text)?)?;
    let whole = |year, month, day| date_with_gaps(year, month, day).map(DateParts::Date);
    let year = |year| DatePrefix::new(year, None, None);
    match *tokens.as_slice() {
        [Token::Year(only)] => year(only).map(DateParts::Date),
        [Token::Year(from), Token::Year(to)] => Ok(DateParts::Years(year(from)?, year(to)?)),
        [Token::Year(year), Token::Small(month) | Token::Month(month)]
        | [Token::Small(month) | Token::Month(month), Token::Year(year)] => whole(year, month, 0),
        // If the year is first, the order is always year, month, day.
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

/// `19650425`, `25041965` or a spreadsheet's number. Eight digits begin with the year if that gives a date from 1800 to
/// 2199; otherwise they end with it. Eight digits are never a date of these years in both ways, because the year at the
/// end would have to start with a valid day or month.
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

/// Whether the numbers are separated by full stops.
fn is_dotted(text: &str) -> bool {
    text.contains('.') && !text.contains(['/', '-'])
}

/// The parts without weekdays, and with one month if it is named twice (`أيلول/سبتمبر`). A weekday beside anything but
/// a whole date is an error, because the word may mean something else: `Sat 1965`.
fn without_weekdays(tokens: Vec<Token>) -> Result<Vec<Token>, &'static str> {
    let has_month = tokens.iter().any(|token| matches!(token, Token::Month(_)));
    let mut kept: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut has_weekday = false;
    for token in tokens {
        match token {
            Token::Weekday => has_weekday = true,
            Token::MonthOrWeekday(_) if has_month => has_weekday = true,
            Token::MonthOrWeekday(month) => kept.push(Token::Month(month)),
            Token::Month(month) => {
                let is_again =
                    |known: &Token| matches!(known, Token::Month(known) if *known == month);
                if !kept.iter().any(is_again) {
                    kept.push(token);
                }
            }
            Token::Small(_) | Token::Year(_) => kept.push(token),
        }
    }
    if has_weekday && kept.len() != 3 { Err("a weekday without a whole date") } else { Ok(kept) }
}

/// Whether a letter may separate the parts of a date.
fn is_between(letter: char) -> bool {
    " ./-,'’–—()（）،、".contains(letter) || matches!(letter, '\u{a0}' | '\u{5f3}')
}

/// Whether a sign belongs to the letter before it: marks of Indian scripts, Arabic vowels.
fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{64b}'..='\u{65f}' | '\u{900}'..='\u{963}' | '\u{981}'..='\u{9cd}')
}

fn tokens(text: &str) -> Result<Vec<Token>, &'static str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_digit = first.is_ascii_digit();
        if !is_digit && !first.is_alphabetic() {
            if !is_between(first) {
                return Err(NO_DATE);
            }
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
            continue;
        }
        let (word, after) = rest.split_at(word_end(rest, is_digit));
        tokens.extend(if is_digit { Some(number(word)?) } else { token(word)? });
        rest = after;
    }
    Ok(tokens)
}

/// The end of the number or the word at the start of a text.
fn word_end(text: &str, is_digit: bool) -> usize {
    let end = |text: &str| {
        let same = |c: char| match is_digit {
            true => c.is_ascii_digit(),
            false => c.is_alphabetic() || is_mark(c),
        };
        text.find(|c| !same(c)).unwrap_or(text.len())
    };
    let first = end(text);
    let second = text.get(first + 1..).map_or(first, |rest| first + 1 + end(rest));
    let is_name = !is_digit && text.get(..second).is_some_and(is_month_of_two_words);
    if is_name { second } else { first }
}

fn number(digits: &str) -> Result<Token, &'static str> {
    let wrong = |_| NO_DATE;
    match digits.len() {
        1 | 2 => digits.parse().map(Token::Small).map_err(wrong),
        4 => digits.parse().map(Token::Year).map_err(wrong),
        _ => Err(NO_DATE),
    }
}

fn token(word: &str) -> Result<Option<Token>, &'static str> {
    Ok(match date_word(word)? {
        DateWord::Month(month) => Some(Token::Month(month)),
        DateWord::Weekday => Some(Token::Weekday),
        DateWord::MonthOrWeekday(month) => Some(Token::MonthOrWeekday(month)),
        DateWord::NotKnown => Some(Token::Small(0)),
        DateWord::Connector => None,
    })
}
