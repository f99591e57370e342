//! Folds text: into words for text fields, and into comparable values for keyword fields.

use interdict_names::normalise;

/// The words of a normalised text. Each ideograph and each hiragana is a word, as in the Unicode rules
/// for word boundaries (UAX 29) without a dictionary: names in these scripts have no spaces, so that a
/// part of one could not be found otherwise.
pub(crate) fn words(normal: &str) -> impl Iterator<Item = &str> {
    // `normalise` keeps & and +, which distinguish names; at the edge of a word they are operators or the sign before a
    // telephone number, which are not searched for.
    normal.split(' ').map(|word| word.trim_matches(['&', '+'])).flat_map(split_ideographs)
}

fn split_ideographs(word: &str) -> impl Iterator<Item = &str> {
    let mut rest = word;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let length = if is_word_alone(first) {
            first.len_utf8()
        } else {
            rest.find(is_word_alone).unwrap_or(rest.len())
        };
        let (piece, after) = rest.split_at_checked(length)?;
        rest = after;
        Some(piece)
    })
}

fn is_word_alone(letter: char) -> bool {
    matches!(letter, '\u{3041}'..='\u{309f}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{3134f}')
}

/// The words of a text, owned.
pub(crate) fn words_of(text: &str) -> Vec<String> {
    words(&normalise(text)).map(str::to_owned).collect()
}

/// A piece of a word of a text field, such as the literal part of a pattern.
pub(crate) fn fold_piece(text: &str) -> String {
    let normal = normalise(text);
    if normal.contains(' ') { normal.replace(' ', "") } else { normal }
}

/// A keyword without case and accents. Unlike [`normalise`] it keeps punctuation and spaces: in dates,
/// numbers and addresses of the web they carry meaning.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_letter = is_folded(first);
        let end = rest.find(|letter| is_folded(letter) != is_letter).unwrap_or(rest.len());
        let (run, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        if is_letter {
            folded.push_str(&normalise(run));
        } else {
            folded.push_str(run);
        }
        rest = after;
    }
    folded
}

fn is_folded(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '\u{0300}'..='\u{036f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_lose_case_and_accents_and_keep_punctuation() {
        assert_eq!(fold("Café-Ø 1972-01-26§"), "cafe-o 1972-01-26§");
        assert_eq!(fold("Cafe\u{301}"), "cafe");
        assert_eq!(fold("ЗАХАРОВ"), "захаров");
    }

    #[test]
    fn text_is_split_into_words_and_ideographs() {
        assert_eq!(words_of("AT&T & O'Neill, +7-495"), ["at&t", "oneill", "7", "495"]);
        assert_eq!(words_of("习近平abc"), ["习", "近", "平", "abc"]);
        assert!(words_of(" & +- ").is_empty());
    }
}
