//! The words of dates: names of months and weekdays, and words between the numbers.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

const MONTHS: &str = include_str!("../../../../data/words/months.tsv");
const WEEKDAYS: &str = include_str!("../../../../data/words/weekdays.tsv");

/// Words without a meaning of their own beside the numbers of a date: `25 de abril de 1965`, `1965年4月25日`, `25th`, `25
/// Apr 1965 at 10:00`.
const CONNECTORS: [&str; 40] = [
    "st", "nd", "rd", "th", "of", "the", "de", "del", "do", "le", "er", "den", "d", "г", "год",
    "года", "年", "月", "日", "년", "월", "일", "yıl", "yılı", "year", "р", "рік", "року", "r",
    "rok", "roku", "god", "godine", "ב", "at", "um", "klo", "kl", "godz", "às",
];
/// Placeholders for an unknown day or month.
const PLACEHOLDERS: [&str; 4] = ["dd", "mm", "xx", "x"];
/// Signs of Chinese, Japanese and Korean dates, which no space separates from a weekday.
const SIGNS: [char; 6] = ['年', '月', '日', '년', '월', '일'];

/// The meaning of a word of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateWord {
    Month(u8),
    Weekday,
    /// `mar` is March, and Tuesday in Spanish.
    MonthOrWeekday(u8),
    /// An unknown day or month.
    NotKnown,
    /// Nothing.
    Connector,
}

/// Reads a word in lower case.
///
/// # Errors
/// When it is no word of a date, or the name of two months.
pub(super) fn date_word(word: &str) -> Result<DateWord, &'static str> {
    // Placeholders are checked before the names of months, which are all longer.
    if PLACEHOLDERS.contains(&word) {
        return Ok(DateWord::NotKnown);
    }
    if CONNECTORS.contains(&word) {
        return Ok(DateWord::Connector);
    }
    match (month(word), is_weekday(word)) {
        (Some(0), false) => Err("the name of two months in different languages"),
        (Some(0) | None, true) => Ok(DateWord::Weekday),
        (Some(month), true) => Ok(DateWord::MonthOrWeekday(month)),
        (Some(month), false) => Ok(DateWord::Month(month)),
        (None, false) => match inside(word) {
            Some(rest) => date_word(rest),
            None => Err("a word that is no month"),
        },
    }
}

/// The word after a sign or prefix that no space separates from it: `日木曜日`, and `בספטמבר`, in September.
fn inside(word: &str) -> Option<&str> {
    let rest = word.strip_prefix(SIGNS).or_else(|| word.strip_prefix('ב'))?;
    (!rest.is_empty()).then_some(rest)
}

/// Whether two words are the name of one month: `كانون الثاني`.
pub(super) fn is_month_of_two_words(words: &str) -> bool {
    words.contains(' ') && names().contains_key(words)
}

/// The month of a name or of its first letters, at least three; 0 if it is the name of two.
fn month(word: &str) -> Option<u8> {
    if let Some(month) = names().get(word) {
        return Some(*month);
    }
    if word.chars().count() < 3 {
        return None;
    }
    let mut found = names().iter().filter(|(name, _)| name.starts_with(word)).map(|(_, m)| *m);
    let first = found.next()?;
    Some(if found.all(|month| month == first) { first } else { 0 })
}

/// The months by their names; 0 for a name of two.
fn names() -> &'static HashMap<&'static str, u8> {
    static TABLE: OnceLock<HashMap<&'static str, u8>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let rows = rows(MONTHS).filter_map(|line| line.split_once('\t'));
        let rows = rows.filter_map(|(number, names)| Some((number.parse::<u8>().ok()?, names)));
        let mut table = HashMap::new();
        for (month, name) in rows.flat_map(|(n, names)| names.split('|').map(move |name| (n, name)))
        {
            let known = table.entry(name).or_insert(month);
            *known = if *known == month { month } else { 0 };
        }
        table
    })
}

fn is_weekday(word: &str) -> bool {
    static TABLE: OnceLock<HashSet<&'static str>> = OnceLock::new();
    TABLE.get_or_init(|| rows(WEEKDAYS).flat_map(|line| line.split('|')).collect()).contains(word)
}

fn rows(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().filter(|line| !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_a_month_a_weekday_or_nothing() {
        use DateWord::{Connector, Month, MonthOrWeekday, NotKnown, Weekday};
        for (word, expected) in [
            ("september", Month(9)),
            ("wrz", Month(9)),
            ("вересня", Month(9)),
            ("أيلول", Month(9)),
            ("octob", Month(10)),
            ("thu", Weekday),
            ("четверг", Weekday),
            ("日木曜日", Weekday),
            ("בספטמבר", Month(9)),
            ("mar", MonthOrWeekday(3)),
            ("of", Connector),
            ("xx", NotKnown),
        ] {
            assert_eq!(date_word(word), Ok(expected), "{word}");
        }
        for word in ["listopad", "lip", "ju", "septemberish", "日", "roe", "日roe"] {
            assert!(matches!(date_word(word), Err(_) | Ok(Connector)), "{word}");
        }
        assert!(is_month_of_two_words("كانون الثاني") && !is_month_of_two_words("august"));
    }

    #[test]
    fn the_tables_hold_words_as_they_are_compared() {
        let weekdays = rows(WEEKDAYS).flat_map(|line| line.split('|'));
        for name in names().keys().copied().chain(weekdays) {
            assert!(!name.is_empty() && name == super::super::folded(name), "{name}");
        }
    }
}
