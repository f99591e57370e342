//! What a letter alone tells of how a text is written.

/// Whether a letter is of a script in which names are written without spaces: Chinese characters, Japanese kana, or
/// syllables of Hangul.
///
/// ```
/// use interdict_model::is_east_asian;
///
/// assert!("王ウ김".chars().all(is_east_asian));
/// assert!(!"Vương".chars().any(is_east_asian));
/// ```
pub fn is_east_asian(letter: char) -> bool {
    matches!(letter, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}')
}
