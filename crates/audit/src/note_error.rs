//! Errors of notes: malformed, or not trusted.

use crate::excerpt::excerpt;
use crate::key_id::KeyId;
use crate::origin::Origin;

/// A note that cannot be read, or is not signed by a known key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoteError {
    /// Longer than the budget for notes.
    #[error("a note of {found} bytes is longer than {limit}")]
    TooLong {
        /// How many bytes it has.
        found: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// A control character other than the newline, for example the carriage return of another line ending.
    #[error("a note must not contain the control character {character:?}")]
    ControlCharacter {
        /// The first one.
        character: char,
    },
    /// The text is empty or does not end with a newline.
    #[error("the text of a note must end with a newline")]
    Text,
    /// There is no blank line followed by signature lines.
    #[error("a note must have a text, a blank line and signature lines")]
    Form,
    /// More signatures than are allowed.
    #[error("a note with {found} signatures has more than {limit}")]
    TooManySignatures {
        /// How many it has.
        found: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// A line after the blank one is not a signature line.
    #[error("not a signature line of a note: `{line}`")]
    SignatureLine {
        /// The line, or its beginning.
        line: String,
    },
    /// A signature that names a known key does not verify: the text or the signature was changed.
    #[error("the signature of {name} (key {id}) does not belong to this text")]
    BadSignature {
        /// The name of the key.
        name: Origin,
        /// Its identifier.
        id: KeyId,
    },
    /// None of the known keys has signed.
    #[error("the note is not signed by a known key")]
    NoKnownKey,
}

impl NoteError {
    pub(crate) fn signature_line(line: &str) -> Self {
        Self::SignatureLine { line: excerpt(line) }
    }
}
