//! The secret key of a log or witness.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::Signer as _;
use zeroize::Zeroizing;

use crate::base64_text;
use crate::key_error::KeyError;
use crate::key_text::{KeyText, typed};
use crate::note_signature::NoteSignature;
use crate::origin::Origin;
use crate::verifying_key::VerifyingKey;

/// What the text of a secret key begins with.
const PREFIX: &str = "PRIVATE+KEY+";

/// An Ed25519 secret key with its name. It is wiped from memory when dropped, and not shown by `Debug`.
#[derive(Clone)]
pub struct SigningKey {
    secret: ed25519_dalek::SigningKey,
    public: VerifyingKey,
}

impl SigningKey {
    /// A key from its secret: 32 bytes from a cryptographically secure random number generator. They are borrowed
    /// rather than moved, because moving leaves a copy that the caller could not wipe.
    pub fn from_seed(name: Origin, seed: &[u8; 32]) -> Self {
        let secret = ed25519_dalek::SigningKey::from_bytes(seed);
        let public = VerifyingKey::new(name, secret.verifying_key());
        Self { secret, public }
    }

    /// The name under which it signs.
    pub const fn name(&self) -> &Origin {
        self.public.name()
    }

    /// The public key, for verifiers.
    pub fn verifying_key(&self) -> VerifyingKey {
        self.public.clone()
    }

    /// The text of the secret key, as C2SP and Go write it: `PRIVATE+KEY+name+identifier+base64`. Whoever reads
    /// it can sign in the log's name. It is wiped from memory when dropped.
    pub fn expose_secret(&self) -> Zeroizing<String> {
        let key = Zeroizing::new(base64_text::encode(&typed(self.secret.as_bytes())));
        let head = format!("{PREFIX}{}+{}+", self.name(), self.public.key_id());
        // Allocated at its full size: a string that reallocates leaves a copy of the secret behind that is not wiped.
        let mut text = Zeroizing::new(String::with_capacity(head.len() + key.len()));
        text.push_str(&head);
        text.push_str(&key);
        text
    }

    /// The signature of a note's text.
    pub(crate) fn sign(&self, text: &str) -> NoteSignature {
        let bytes = self.secret.sign(text.as_bytes()).to_bytes();
        NoteSignature::new(self.name().clone(), self.public.key_id(), bytes.to_vec())
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SigningKey({} {}, secret)", self.name(), self.public.key_id())
    }
}

impl FromStr for SigningKey {
    type Err = KeyError;

    /// Reads what [`SigningKey::expose_secret`] writes.
    fn from_str(text: &str) -> Result<Self, KeyError> {
        const EXPECTED: &str = "PRIVATE+KEY+<name>+<identifier>+<base64>";
        let rest = text.strip_prefix(PREFIX).ok_or(KeyError::Form { expected: EXPECTED })?;
        let text = KeyText::parse(rest, EXPECTED)?;
        let key = Self::from_seed(text.name.clone(), &text.bytes);
        text.check_id(key.public.key_id())?;
        Ok(key)
    }
}
