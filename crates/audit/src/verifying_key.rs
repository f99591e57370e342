//! The public key of a log or witness.

use std::fmt;
use std::str::FromStr;

use crate::base64_text;
use crate::key_error::KeyError;
use crate::key_id::KeyId;
use crate::key_text::{KeyText, typed};
use crate::note_signature::NoteSignature;
use crate::origin::Origin;

/// An Ed25519 public key with its name. Its text is that of C2SP and Go: `name+identifier+base64`.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifyingKey {
    name: Origin,
    id: KeyId,
    key: ed25519_dalek::VerifyingKey,
}

impl VerifyingKey {
    pub(crate) fn new(name: Origin, key: ed25519_dalek::VerifyingKey) -> Self {
        let id = KeyId::of(&name, &typed(key.as_bytes()));
        Self { name, id, key }
    }

    /// A key from the 32 bytes of RFC 8032.
    ///
    /// # Errors
    /// When the bytes are not a point of the curve, or one of small order: signatures under such a key prove nothing,
    /// since they can be made without a secret.
    pub fn from_bytes(name: Origin, bytes: &[u8; 32]) -> Result<Self, KeyError> {
        match ed25519_dalek::VerifyingKey::from_bytes(bytes) {
            Ok(key) if !key.is_weak() => Ok(Self::new(name, key)),
            _ => Err(KeyError::Point { name }),
        }
    }

    /// The name under which it signs.
    pub const fn name(&self) -> &Origin {
        &self.name
    }

    /// Its identifier, which signatures contain.
    pub const fn key_id(&self) -> KeyId {
        self.id
    }

    /// The 32 bytes of RFC 8032.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// Whether a signature names this key.
    pub(crate) fn is_named_by(&self, signature: &NoteSignature) -> bool {
        self.name == *signature.name() && self.id == signature.key_id()
    }

    /// Whether the key made a signature of a text. Strict verification: values on which implementations disagree, such
    /// as points of small order, are refused, so that no note is valid for one verifier and invalid for another.
    pub(crate) fn has_signed(&self, text: &str, signature: &NoteSignature) -> bool {
        ed25519_dalek::Signature::from_slice(signature.bytes())
            .is_ok_and(|signature| self.key.verify_strict(text.as_bytes(), &signature).is_ok())
    }
}

impl fmt::Display for VerifyingKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = base64_text::encode(&typed(self.key.as_bytes()));
        write!(formatter, "{}+{}+{key}", self.name, self.id)
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "VerifyingKey({self})")
    }
}

impl FromStr for VerifyingKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let text = KeyText::parse(text, "<name>+<identifier>+<base64>")?;
        // Before the point is decoded, so that a mistyped key is reported as such.
        text.check_id(KeyId::of(&text.name, &typed(&text.bytes)))?;
        Self::from_bytes(text.name, &text.bytes)
    }
}
