//! Numbers that a phrase of a text spreads over several words: `Passport G 649385 issued 2010`, `pp 109 420 132`.

use std::ops::RangeInclusive;

use interdict_model::is_number_label;

/// Largest number of words of one number.
const MOST_WORDS: usize = 4;
/// The longest series of letters before a number.
const LONGEST_SERIES: usize = 3;
/// Fewest and most letters and digits of a number, and its fewest digits. A longer text is taken for an address.
const LENGTHS: RangeInclusive<usize> = 5..=20;
const DIGITS: usize = 4;

/// The numbers that follow a label in several words, and those after a series of capital letters. The end of such a
/// number is unknown, so the result contains one variant for each word that may be its last.
pub(crate) fn numbers_of_phrases(text: &str) -> Vec<String> {
    if text.bytes().filter(u8::is_ascii_digit).nth(DIGITS - 1).is_none() {
        return Vec::new();
    }
    let parts = |letter: char| letter.is_whitespace() || ",;:()[]{}#№\"'".contains(letter);
    let words: Vec<&str> = text.split(parts).filter(|word| !word.is_empty()).collect();
    let mut found: Vec<String> = Vec::new();
    let mut is_labelled = false;
    for start in 0..words.len() {
        let rest = words.get(start..).unwrap_or_default();
        let Some(first) = rest.first() else { break };
        let is_label = is_number_label(first.trim_matches(['.', '-']));
        let begins = is_series(first) || is_labelled && has_digit(first);
        if begins && !is_label {
            found.extend(joined(rest, is_labelled));
        }
        is_labelled = is_label || is_labelled && is_series(first);
    }
    found
}

/// The number that the first words form, in one variant for each number of words. Without a label, only a series and
/// the word after it.
fn joined(words: &[&str], is_labelled: bool) -> Vec<String> {
    let most = if is_labelled { MOST_WORDS } else { 2 };
    let (mut number, mut found) = (String::new(), Vec::new());
    for (place, word) in words.iter().take(most).enumerate() {
        if place > 0 && !has_digit(word) {
            break;
        }
        number.extend(word.chars().filter(|letter| letter.is_alphanumeric()));
        let digits = number.bytes().filter(u8::is_ascii_digit).count();
        if place > 0 && LENGTHS.contains(&number.chars().count()) && digits >= DIGITS {
            found.push(number.clone());
        }
    }
    found
}

/// Whether a word may be the series of letters before a number.
fn is_series(word: &str) -> bool {
    (1..=LONGEST_SERIES).contains(&word.chars().count()) && word.chars().all(char::is_uppercase)
}

fn has_digit(word: &str) -> bool {
    word.contains(|letter: char| letter.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_in_several_words_is_read_as_one() {
        for (text, number) in [
            ("KIM Sang-man, Passport G 649385 issued 2010", "G649385"),
            ("Passport No. AB 1234567 (Iran)", "AB1234567"),
            ("Jane Roe pp 109 420 132", "109420132"),
            ("Jane Roe, паспорт 45 10 123456", "4510123456"),
            ("Jane Roe G 649385", "G649385"),
        ] {
            assert!(numbers_of_phrases(text).iter().any(|found| found == number), "{text}");
        }
        for text in
            ["Jane Roe 12 34 56 78", "HYOK SIN 2", "AB Roe 1234567", "Passport Roe", "", "No 7"]
        {
            assert_eq!(numbers_of_phrases(text), [""; 0], "{text}");
        }
    }
}
