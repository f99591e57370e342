//! The short identifier of a key.

use std::fmt;

use crate::origin::Origin;
use crate::tree_hash::sha256;

/// The first four bytes of the hash of a key's name, type and public bytes. Together with the name it tells which key
/// made a signature. It does not authenticate: collisions are easy to compute, and result in a signature that does not
/// verify.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; 4]);

impl KeyId {
    /// The identifier of the key with this name; `key` is the type byte followed by the public bytes.
    pub(crate) fn of(name: &Origin, key: &[u8]) -> Self {
        let [a, b, c, d, ..] = *sha256(&[name.as_str().as_bytes(), b"\n", key]).as_bytes();
        Self([a, b, c, d])
    }

    /// An identifier from a signature.
    pub const fn from_bytes(bytes: [u8; 4]) -> Self {
        Self(bytes)
    }

    /// Its bytes, in the order of its text.
    pub const fn as_bytes(&self) -> &[u8; 4] {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:08x}", u32::from_be_bytes(self.0))
    }
}
