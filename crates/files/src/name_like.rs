//! Whether the values of an unused column look like names of persons, companies or vessels.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use interdict_model::{FieldKind, is_east_asian, null_word};

/// The most values of a column that are examined.
const MOST_VALUES: u64 = 10_000;
/// Longest text that is examined, in bytes.
const LONGEST: usize = 2_000;
/// The least share of values that look like names: one in three.
const SHARE: u64 = 3;
/// Values of a classification are repeated: from this many values on, ten to one on average.
const MANY: u64 = 20;
const REPEATED: u64 = 10;

/// What was seen of a column.
#[derive(Debug, Clone, Default)]
pub(crate) struct NameLike {
    values: u64,
    names: u64,
    distinct: BTreeSet<u64>,
}

impl NameLike {
    /// Takes a value into account.
    pub(crate) fn add(&mut self, text: &str) {
        let text = text.trim();
        if self.values >= MOST_VALUES || null_word(text, FieldKind::Other).is_some() {
            return;
        }
        self.values += 1;
        if text.len() <= LONGEST && looks_like_name(text) {
            self.names += 1;
            let hasher = BuildHasherDefault::<DefaultHasher>::default();
            self.distinct.insert(hasher.hash_one(text.to_lowercase()));
        }
    }

    /// Adds what was seen of further rows.
    pub(crate) fn append(&mut self, mut next: Self) {
        self.values += next.values;
        self.names += next.names;
        self.distinct.append(&mut next.distinct);
    }

    /// Whether the column looks like one of names.
    pub(crate) fn is_of_names(&self) -> bool {
        let distinct = u64::try_from(self.distinct.len()).unwrap_or(u64::MAX);
        let is_class = self.names >= MANY && distinct.saturating_mul(REPEATED) <= self.names;
        self.names > 0 && self.names.saturating_mul(SHARE) >= self.values && !is_class
    }
}

/// Whether a text has two adjacent words that are written as names are: of letters, the first of them a capital if the
/// script has capitals. Chinese, Japanese and Korean names have no blank.
fn looks_like_name(text: &str) -> bool {
    let mut words_before = 0;
    for word in
        text.split(|letter: char| letter.is_whitespace() || matches!(letter, ',' | ';' | '|' | '/'))
    {
        let word = word.trim_matches(|letter: char| !letter.is_alphanumeric());
        let is_name = is_name_word(word);
        let letters = word.chars().count();
        if is_name && (word.chars().all(is_east_asian) && (2..=5).contains(&letters)) {
            return true;
        }
        words_before = match is_name {
            true => words_before + usize::from(letters > 1),
            false if word.is_empty() => words_before,
            false => 0,
        };
        if words_before > 1 {
            return true;
        }
    }
    false
}

fn is_name_word(word: &str) -> bool {
    let is_inside = |letter: char| {
        letter.is_alphabetic()
            || matches!(letter, '\'' | '’' | '-' | '.' | '&' | '\u{300}'..='\u{36F}')
    };
    let first = word.chars().next();
    first.is_some_and(|first| first.is_alphabetic() && !first.is_lowercase())
        && word.chars().all(is_inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_of_names(values: &[&str]) -> bool {
        let mut seen = NameLike::default();
        values.iter().for_each(|value| seen.add(value));
        seen.is_of_names()
    }

    #[test]
    fn two_words_with_capitals_look_like_a_name() {
        for value in [
            "Jane Roe",
            "ROE BREAD LTD",
            "Иван Петров",
            "paid to Jane Roe",
            "王伟",
            "ROE, JANE",
            "محمد علي",
            "M.V. Ocean Rose",
        ] {
            assert!(is_of_names(&[value]), "{value}");
        }
        for value in [
            "monthly rent",
            "Rent",
            "42 boxes",
            "INV 1234",
            "n/a",
            "2020-01-01",
            "A1 B2",
            "jane@example.org",
            "",
        ] {
            assert!(!is_of_names(&[value]), "{value}");
        }
    }

    #[test]
    fn classes_and_columns_of_other_texts_are_not_of_names() {
        assert!(!is_of_names(&["Gold Card", "Blue Card"].repeat(20)));
        assert!(is_of_names(&["Jane Roe", "Ivo Doe"].repeat(5)));
        assert!(!is_of_names(&["Jane Roe", "a", "b", "c"]));
    }
}
