//! Personal data at rest: whose it is, and how it is encrypted.
//!
//! Each subject (a customer of a tenant) has a data key of its own, which the master key wraps (envelope encryption): to
//! destroy the row of a subject is to destroy all data that its key encrypts, and another master key has only keys wrapped
//! anew. Everything is XChaCha20-Poly1305 with random nonces of 192 bits; tenant, table, column and row are associated
//! data, so that a value put elsewhere is not read. What the log commits to is the plain data.

mod cipher;
mod convert;
mod store_key;
mod subject;

pub use convert::Encryption;
pub use store_key::StoreKey;

pub(crate) use cipher::Spot;
pub(crate) use convert::{check_key, tag_subjects};
pub(crate) use subject::Vault;
