//! One signature line of a note.

use std::fmt;
use std::str::FromStr;

use crate::base64_text;
use crate::key_id::KeyId;
use crate::note_error::NoteError;
use crate::origin::Origin;

/// The beginning of a signature line: an em dash and a space.
const PREFIX: &str = "\u{2014} ";

/// A signature with the claimed name of its key. Its text is the signature line without the newline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    name: Origin,
    id: KeyId,
    bytes: Vec<u8>,
}

impl NoteSignature {
    pub(crate) fn new(name: Origin, id: KeyId, bytes: Vec<u8>) -> Self {
        Self { name, id, bytes }
    }

    /// The claimed name of the key.
    pub const fn name(&self) -> &Origin {
        &self.name
    }

    /// The claimed identifier of the key.
    pub const fn key_id(&self) -> KeyId {
        self.id
    }

    /// The signature, of any type and length.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Display for NoteSignature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = base64_text::encode(&[self.id.as_bytes().as_slice(), &self.bytes].concat());
        write!(formatter, "{PREFIX}{} {bytes}", self.name)
    }
}

impl FromStr for NoteSignature {
    type Err = NoteError;

    fn from_str(line: &str) -> Result<Self, NoteError> {
        let parsed = || {
            let (name, bytes) = line.strip_prefix(PREFIX)?.split_once(' ')?;
            let bytes = base64_text::decode(bytes)?;
            let (id, bytes) = bytes.split_first_chunk()?;
            // A line without bytes after the identifier is no signature.
            let bytes = if bytes.is_empty() { None } else { Some(bytes.to_vec()) }?;
            Some(Self::new(name.parse().ok()?, KeyId::from_bytes(*id), bytes))
        };
        parsed().ok_or_else(|| NoteError::signature_line(line))
    }
}

#[cfg(test)]
mod tests {
    use super::NoteSignature;
    use crate::note_error::NoteError;

    #[test]
    fn a_signature_line_round_trips() {
        for line in ["— a AAECAwQ=", "— é/b AAECAwQFBgc=", "— — AAECAwQ="] {
            let signature: NoteSignature = line.parse().unwrap();
            assert_eq!(signature.to_string(), line);
            assert_eq!(signature.key_id().to_string(), "00010203");
            assert_eq!(signature.bytes().first(), Some(&4));
        }
    }

    #[test]
    fn lines_of_another_form_are_refused() {
        let dashes = ["- a AAECAwQ=", "– a AAECAwQ=", "—a AAECAwQ=", "a AAECAwQ=", " — a AAECAwQ="];
        let names = [
            "—  AAECAwQ=",
            "— AAECAwQ=",
            "— a+b AAECAwQ=",
            "— a\u{a0}b AAECAwQ=",
            "— a\tb AAECAwQ=",
        ];
        let ends = [
            "— a ",
            "— a",
            "— a AAECAwQ",
            "— a AAECAwQ= ",
            "— a  AAECAwQ=",
            "— a AAECAwR=",
            "— a !",
        ];
        let short = ["— a AAECAw==", "— a AAEC", "— a AAECAwQ= x"];
        for line in [dashes.as_slice(), &names, &ends, &short].concat() {
            let refused = Err(NoteError::SignatureLine { line: line.to_owned() });
            assert_eq!(line.parse::<NoteSignature>(), refused);
        }
    }
}
