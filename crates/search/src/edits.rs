//! Words that differ by a few letters: optimal string alignment, the distance that Lucene's fuzzy
//! queries use (insert, delete, replace, and swap of neighbours, each counted once).

/// Compares many texts with one word.
#[derive(Debug)]
pub(crate) struct EditMatcher {
    word: Vec<char>,
    limit: usize,
    /// The rows of the table for the last two letters and for this one, reused from text to text.
    rows: [Vec<usize>; 3],
    text: Vec<char>,
}

/// The edit distance of `word~` without a number. Short words get fewer, because one edit often gives another word.
pub(crate) fn automatic_edits(letters: usize) -> u8 {
    match letters {
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
    }
}

impl EditMatcher {
    pub(crate) fn new(word: &str, limit: u8) -> Self {
        let word: Vec<char> = word.chars().collect();
        Self { word, limit: usize::from(limit), rows: Default::default(), text: Vec::new() }
    }

    /// The number of edits between the word and a text, if it is within the limit.
    pub(crate) fn distance(&mut self, text: &str) -> Option<u8> {
        // No letter has more than four bytes: most terms are refused without being decoded.
        let is_too_long = text.len() > (self.word.len() + self.limit) * 4;
        if is_too_long || text.len() + self.limit < self.word.len() {
            return None;
        }
        self.text.clear();
        self.text.extend(text.chars());
        if self.text.len().abs_diff(self.word.len()) > self.limit {
            return None;
        }
        self.align().filter(|edits| *edits <= self.limit).and_then(|edits| edits.try_into().ok())
    }

    /// One row for each letter of the text; a row without a value within the limit ends it.
    fn align(&mut self) -> Option<usize> {
        let [before_last, last, row] = &mut self.rows;
        last.clear();
        last.extend(0..=self.word.len());
        before_last.clone_from(last);
        let mut previous = None;
        for (at, &letter) in self.text.iter().enumerate() {
            row.clear();
            row.push(at + 1);
            let mut left_letter = None;
            for (column, &wanted) in self.word.iter().enumerate() {
                let cell =
                    |row: &[usize], column: usize| row.get(column).copied().unwrap_or_default();
                let replaced = cell(last, column) + usize::from(wanted != letter);
                let inserted = cell(last, column + 1).min(cell(row, column)) + 1;
                let mut best = replaced.min(inserted);
                if left_letter == Some(letter) && previous == Some(wanted) && column > 0 {
                    best = best.min(cell(before_last, column - 1) + 1);
                }
                row.push(best);
                left_letter = Some(wanted);
            }
            if row.iter().all(|edits| *edits > self.limit) {
                return None;
            }
            previous = Some(letter);
            std::mem::swap(before_last, last);
            std::mem::swap(last, row);
        }
        last.last().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn distance(word: &str, text: &str) -> Option<u8> {
        EditMatcher::new(word, 2).distance(text)
    }

    #[test]
    fn neighbours_swapped_count_as_one_edit() {
        assert_eq!(distance("zakharov", "zakharov"), Some(0));
        assert_eq!(distance("zakharof", "zakharov"), Some(1));
        assert_eq!(distance("zakhraov", "zakharov"), Some(1));
        assert_eq!(distance("zaharo", "zakharov"), Some(2));
        assert_eq!(distance("zaharo", "zakharovs"), None);
        assert_eq!(distance("абв", "авб"), Some(1));
        assert_eq!(distance("", "ab"), Some(2));
    }

    #[test]
    fn the_automatic_distance_follows_the_length() {
        assert_eq!([2, 3, 5, 6].map(automatic_edits), [0, 1, 1, 2]);
    }

    proptest! {
        #[test]
        fn one_edit_of_a_word_is_within_one(word in "[a-c]{1,8}", at in 0_usize..8, letter in "[a-c]") {
            let at = at.min(word.len());
            let edited = format!("{}{letter}{}", &word[..at], &word[at..]);
            prop_assert!(distance(&word, &edited).is_some_and(|edits| edits <= 1));
            prop_assert_eq!(distance(&word, &edited), distance(&edited, &word));
        }
    }
}
