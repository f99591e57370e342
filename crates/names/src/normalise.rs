//! The normal form of a text, which is the key of the tables of this crate.

use crate::fold;

/// Folds a text into its normal form: compatibility forms and letter case folded, marks and
/// punctuation removed, words separated by single spaces. Texts with the same normal form are the same
/// word to every table. Normalising a normal form changes nothing.
///
/// ```
/// assert_eq!(interdict_names::normalise("O’Neill &  SØNS (Co.)"), "oneill & sons co");
/// ```
pub fn normalise(text: &str) -> String {
    fold::key_of(text)
}
