//! Personal data at rest: subjects, and encryption.
//!
//! Each subject (a customer of a tenant) has its own data key, which the master key wraps (envelope encryption):
//! deleting the row of a subject destroys all data that its key encrypts (crypto-shredding), and a new master key
//! requires only that keys are wrapped again. Values are encrypted with XChaCha20-Poly1305 and random nonces of 192
//! bits; tenant, table, column and row are associated data, so that a value that was moved elsewhere is not decrypted.
//! Commitments of the log are of the plaintext.

mod cipher;
mod convert;
mod store_key;
mod subject;

pub use convert::Encryption;
pub use store_key::StoreKey;

pub(crate) use cipher::Spot;
pub(crate) use convert::{check_key, tag_subjects};
pub(crate) use subject::Vault;
