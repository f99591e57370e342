//! What a format module returns for a valid address.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use super::{AddressFormat, ChainSet};

/// A valid address in its canonical form, with the properties that follow from its format.
///
/// Equality, order and hash use the canonical form alone: format and chains follow from it, except
/// where an asset tag narrowed the chains, and a narrowed address is still the same address.
#[derive(Debug, Clone)]
pub(super) struct ParsedAddress {
    pub(super) canonical: String,
    pub(super) format: AddressFormat,
    pub(super) chains: ChainSet,
    /// Whether a checksum was present and correct.
    pub(super) checksummed: bool,
}

impl ParsedAddress {
    /// An address of a format with a checksum; Solana is the only one without.
    pub(super) fn new(canonical: &str, format: AddressFormat, chains: ChainSet) -> Self {
        let checksummed = format != AddressFormat::Solana;
        Self { canonical: canonical.to_owned(), format, chains, checksummed }
    }
}

impl PartialEq for ParsedAddress {
    fn eq(&self, other: &Self) -> bool {
        self.canonical == other.canonical
    }
}

impl Eq for ParsedAddress {}

impl Hash for ParsedAddress {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.canonical.hash(state);
    }
}

impl PartialOrd for ParsedAddress {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ParsedAddress {
    fn cmp(&self, other: &Self) -> Ordering {
        self.canonical.cmp(&other.canonical)
    }
}
