//! What a Han character is read as in each language; tables are touched only when a name has such characters.

use crate::korean::syllable::Syllable;

/// The Korean readings of a character as one set.
pub(crate) fn hangul(_letter: char) -> Option<Syllable> {
    None
}
