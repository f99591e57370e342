//! The name of a log, which is also the name of its key.

use std::fmt;
use std::str::FromStr;

use crate::excerpt::excerpt;

/// The name of a log or of another signer, by the rules of C2SP for key names: not empty, no spaces, no plus
/// sign. Control characters are refused too, since notes must not contain them. A URL without its scheme
/// (`example.com/log`) is recommended: unique names cannot be confused.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(String);

impl Origin {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        if text.is_empty() {
            return Err(OriginError::Empty);
        }
        let bad = |character: &char| {
            character.is_whitespace() || character.is_control() || *character == '+'
        };
        match text.chars().find(bad) {
            Some(character) => Err(OriginError::Character { name: excerpt(text), character }),
            None => Ok(Self(text.to_owned())),
        }
    }
}

/// A text that is not a valid name of a log or key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OriginError {
    /// The text is empty.
    #[error("the name of a log must not be empty")]
    Empty,
    /// There is a space, a plus sign or a control character.
    #[error("the name of a log must not contain {character:?}: {name:?}")]
    Character {
        /// The text, or its beginning.
        name: String,
        /// The first character that is not allowed.
        character: char,
    },
}

#[cfg(test)]
mod tests {
    use super::{Origin, OriginError};

    #[test]
    fn a_name_is_kept_as_it_is() {
        for name in ["example.com/log", "PeterNeumann", "—", "é", "a:b@c"] {
            assert_eq!(
                name.parse::<Origin>().map(|origin| origin.to_string()),
                Ok(name.to_owned())
            );
        }
    }

    #[test]
    fn spaces_plus_signs_and_control_characters_are_refused() {
        assert_eq!("".parse::<Origin>(), Err(OriginError::Empty));
        for bad in
            [' ', '+', '\n', '\r', '\t', '\0', '\u{7f}', '\u{85}', '\u{a0}', '\u{2003}', '\u{3000}']
        {
            for name in [format!("{bad}log"), format!("lo{bad}g"), format!("log{bad}")] {
                let expected = OriginError::Character { name: name.clone(), character: bad };
                assert_eq!(name.parse::<Origin>(), Err(expected));
            }
        }
    }
}
