//! The exact look-up keys of entities, and how they are stored.

use std::fmt;

/// A key under which entities are found exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LookupKey<'a> {
    /// A normalised identifier: the entities that have it.
    Identifier(&'a str),
    /// A wallet address in the form that [`interdict_model::wallet::lookup_key`] returns: the wallets.
    Wallet(&'a str),
    /// A birth date to the day, as YYYY-MM-DD: the persons born on it.
    BirthDate(&'a str),
    /// An id of another list: the entities that name it as a further id of their own.
    Referent(&'a str),
    /// An entity's id: the entities that point to it.
    Link(&'a str),
}

impl LookupKey<'_> {
    /// The prefix of all stored wallet keys.
    pub(crate) const WALLET_PREFIX: &'static str = "wallet:";
}

/// The stored form. Its bytes are part of the segment format.
impl fmt::Display for LookupKey<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Identifier(value) => write!(formatter, "id:{value}"),
            Self::Wallet(address) => write!(formatter, "{}{address}", Self::WALLET_PREFIX),
            Self::BirthDate(day) => write!(formatter, "born:{day}"),
            Self::Referent(id) => write!(formatter, "ref:{id}"),
            Self::Link(id) => write!(formatter, "link:{id}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_form_of_each_key_is_fixed_by_the_segment_format() {
        let stored = |key: LookupKey<'_>| key.to_string();
        assert_eq!(stored(LookupKey::Identifier("A1")), "id:A1");
        assert_eq!(stored(LookupKey::Wallet("0xab")), "wallet:0xab");
        assert_eq!(stored(LookupKey::BirthDate("1970-01-02")), "born:1970-01-02");
        assert_eq!(stored(LookupKey::Referent("ofac-1")), "ref:ofac-1");
        assert_eq!(stored(LookupKey::Link("ofac-1")), "link:ofac-1");
    }
}
