//! The common form of public and secret keys: `name+identifier+base64`, where the base64 encodes a type byte and 32
//! bytes.

use zeroize::Zeroizing;

use crate::base64_text;
use crate::key_error::KeyError;
use crate::key_id::KeyId;
use crate::origin::Origin;

/// The signature type of Ed25519 over the text of a note.
pub(crate) const ED25519: u8 = 1;

/// The parts of a key's text. The identifier has not been compared with that of the key yet.
pub(crate) struct KeyText<'a> {
    pub(crate) name: Origin,
    id: &'a str,
    /// Wiped when dropped, since it may be a secret.
    pub(crate) bytes: Zeroizing<[u8; 32]>,
}

impl<'a> KeyText<'a> {
    /// Reads the parts of a text, which has the form `expected`.
    pub(crate) fn parse(text: &'a str, expected: &'static str) -> Result<Self, KeyError> {
        // Names contain no plus sign, but base64 does.
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(KeyError::Form { expected });
        };
        let name: Origin = name.parse().map_err(|source| KeyError::Name { source })?;
        let key = base64_text::decode(key).map(Zeroizing::new);
        let key = key.ok_or_else(|| KeyError::Base64 { name: name.clone() })?;
        let bytes = match key.split_first() {
            None => return Err(KeyError::Base64 { name }),
            Some((&ED25519, bytes)) => bytes,
            Some((&found, _)) => return Err(KeyError::Algorithm { name, found }),
        };
        match <[u8; 32]>::try_from(bytes) {
            Ok(bytes) => Ok(Self { name, id, bytes: Zeroizing::new(bytes) }),
            Err(_) => Err(KeyError::Length { name, found: bytes.len() }),
        }
    }

    /// Checks the identifier in the text against that of the key.
    pub(crate) fn check_id(&self, computed: KeyId) -> Result<(), KeyError> {
        if self.id == computed.to_string() {
            return Ok(());
        }
        Err(KeyError::Id { name: self.name.clone(), computed })
    }
}

/// The type byte and the 32 bytes of a key, as they are hashed and written.
pub(crate) fn typed(bytes: &[u8; 32]) -> Zeroizing<Vec<u8>> {
    // Allocated at its full size: a vector that reallocates leaves a copy of the secret behind that is not wiped.
    let mut typed = Vec::with_capacity(1 + bytes.len());
    typed.push(ED25519);
    typed.extend_from_slice(bytes);
    Zeroizing::new(typed)
}
