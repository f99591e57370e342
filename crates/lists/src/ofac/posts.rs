//! Whether a clause without a keyword states somebody's post.

use std::collections::HashSet;
use std::sync::OnceLock;

const TABLE: &str = include_str!("../../../../data/ofac/posts.txt");

/// Whether the text contains a word for a post, rank, profession or honorific.
pub(crate) fn names_a_post(text: &str) -> bool {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '-')
        .any(|word| posts().contains(word.to_lowercase().as_str()))
}

fn posts() -> &'static HashSet<&'static str> {
    static POSTS: OnceLock<HashSet<&'static str>> = OnceLock::new();
    POSTS.get_or_init(|| TABLE.lines().filter(|line| !line.starts_with('#')).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_in_lower_case() {
        let words: Vec<&str> = TABLE.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(words.is_sorted() && words.len() == posts().len());
        assert!(words.iter().all(|word| **word == word.to_lowercase() && !word.is_empty()));
    }

    #[test]
    fn a_post_is_a_whole_word_in_any_case() {
        assert!(names_a_post("Deputy Commander-in-Chief, retired"));
        assert!(!names_a_post("chieftaincy"));
    }
}
