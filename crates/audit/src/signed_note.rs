//! Signed notes (c2sp.org/signed-note): a text followed by signature lines.

use std::fmt;
use std::str::FromStr;

use crate::note_error::NoteError;
use crate::note_signature::NoteSignature;
use crate::signing_key::SigningKey;
use crate::verifying_key::VerifyingKey;

/// A text with unverified signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedNote {
    text: String,
    signatures: Vec<NoteSignature>,
}

impl SignedNote {
    /// Maximum size of a note: room for 64 of the largest post-quantum signatures (nearly 7 kB in base64) and as much
    /// text again.
    pub const LARGEST: usize = 1 << 20;

    /// Maximum number of signatures of a note: verifying each of them hashes the whole text. C2SP asks that at least 16
    /// be accepted.
    pub const MOST_SIGNATURES: usize = 64;

    /// Signs a text.
    ///
    /// # Errors
    /// When the text does not end with a newline, has other control characters, or is too long.
    pub fn sign(text: &str, key: &SigningKey) -> Result<Self, NoteError> {
        if !text.ends_with('\n') {
            return Err(NoteError::Text);
        }
        check_characters(text)?;
        Self { text: text.to_owned(), signatures: Vec::new() }.with_signature(key)
    }

    /// Adds a signature of another key, of a witness for example. Existing signatures are not verified.
    ///
    /// # Errors
    /// When the note then has too many signatures or is too long.
    pub fn with_signature(mut self, key: &SigningKey) -> Result<Self, NoteError> {
        self.signatures.push(key.sign(&self.text));
        check_count(self.signatures.len())?;
        check_length(self.to_string().len())?;
        Ok(self)
    }

    /// The text with its last newline. It is unverified: use [`SignedNote::verify`].
    pub fn unverified_text(&self) -> &str {
        &self.text
    }

    /// The signatures in the order of their lines; those of unknown keys and types, too.
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Verifies the signatures of the known keys; those of other keys are ignored. A key is identified by its name and
    /// identifier together. If two known keys have both in common, each is tried, so that one fails.
    ///
    /// # Errors
    /// When a signature that names a known key does not verify, even if others do, and when there is none of a known
    /// key.
    pub fn verify<'a>(&'a self, keys: &'a [VerifyingKey]) -> Result<VerifiedNote<'a>, NoteError> {
        let mut signers: Vec<&VerifyingKey> = Vec::new();
        for signature in &self.signatures {
            for key in keys.iter().filter(|key| key.is_named_by(signature)) {
                if !key.has_signed(&self.text, signature) {
                    let (name, id) = (key.name().clone(), key.key_id());
                    return Err(NoteError::BadSignature { name, id });
                }
                // A repeated signature must not count as a second witness.
                if !signers.contains(&key) {
                    signers.push(key);
                }
            }
        }
        if signers.is_empty() {
            return Err(NoteError::NoKnownKey);
        }
        Ok(VerifiedNote { text: &self.text, signers })
    }
}

impl fmt::Display for SignedNote {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| writeln!(formatter, "{signature}"))
    }
}

impl FromStr for SignedNote {
    type Err = NoteError;

    fn from_str(note: &str) -> Result<Self, NoteError> {
        check_length(note.len())?;
        check_characters(note)?;
        // The text may contain blank lines: the last one separates it from the signatures.
        let (text, lines) = note.rsplit_once("\n\n").ok_or(NoteError::Form)?;
        let lines = lines.strip_suffix('\n').ok_or(NoteError::Form)?;
        check_count(lines.split('\n').count())?;
        let signatures = lines.split('\n').map(str::parse).collect::<Result<_, _>>()?;
        Ok(Self { text: format!("{text}\n"), signatures })
    }
}

fn check_length(found: usize) -> Result<(), NoteError> {
    let limit = SignedNote::LARGEST;
    if found > limit { Err(NoteError::TooLong { found, limit }) } else { Ok(()) }
}

fn check_count(found: usize) -> Result<(), NoteError> {
    let limit = SignedNote::MOST_SIGNATURES;
    if found > limit { Err(NoteError::TooManySignatures { found, limit }) } else { Ok(()) }
}

fn check_characters(text: &str) -> Result<(), NoteError> {
    match text.chars().find(|character| *character < ' ' && *character != '\n') {
        Some(character) => Err(NoteError::ControlCharacter { character }),
        None => Ok(()),
    }
}

/// A text that known keys have signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedNote<'a> {
    text: &'a str,
    signers: Vec<&'a VerifyingKey>,
}

impl<'a> VerifiedNote<'a> {
    /// The text with its last newline.
    pub const fn text(&self) -> &'a str {
        self.text
    }

    /// The known keys that signed it, each once, in the order of their first signatures.
    pub fn signers(&self) -> &[&'a VerifyingKey] {
        &self.signers
    }
}
