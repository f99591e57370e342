//! Errors of keys. No variant contains more of a key's base64 part, which may be a secret, than its type byte.

use crate::key_id::KeyId;
use crate::origin::{Origin, OriginError};

/// A text that is not a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The parts separated by plus signs are missing.
    #[error("a key must have the form `{expected}`")]
    Form {
        /// The expected form.
        expected: &'static str,
    },
    /// The name of the key breaks the rules for names.
    #[error("the name of a key is not valid")]
    Name {
        /// Which rule.
        #[source]
        source: OriginError,
    },
    /// The key itself is not the base64 form of a type byte and more.
    #[error("the key of {name} is not valid base64")]
    Base64 {
        /// The name of the key.
        name: Origin,
    },
    /// The type byte is not that of Ed25519 signatures (1).
    #[error("the key of {name} has the signature type {found}, and only Ed25519 (1) is supported")]
    Algorithm {
        /// The name of the key.
        name: Origin,
        /// The type byte.
        found: u8,
    },
    /// Not 32 bytes after the type byte.
    #[error("the key of {name} has {found} bytes instead of 32")]
    Length {
        /// The name of the key.
        name: Origin,
        /// How many bytes follow the type byte.
        found: usize,
    },
    /// The identifier in the text does not match the key: one of the two was changed or mistyped.
    #[error("the key of {name} has the identifier {computed}, but its text states another one")]
    Id {
        /// The name of the key.
        name: Origin,
        /// The identifier of the key that the text holds.
        computed: KeyId,
    },
    /// The bytes are not a point of the curve, or one of small order, for which anybody can forge signatures.
    #[error("the key of {name} is not a usable Ed25519 public key")]
    Point {
        /// The name of the key.
        name: Origin,
    },
}
