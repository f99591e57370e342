//! The stable codes of problems that readers report.

use std::fmt;

use serde::{Serialize, Serializer};

/// Defines the codes once: the documentation comment of a variant is also its description, so that
/// the two cannot differ.
macro_rules! problem_codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal,)+) => {
        /// The kind of a problem that a reader reports. Serialises as its stable code, such as `LST101`.
        ///
        /// Codes of lists are explained with examples in `docs/reference/list-problems.md`. A code
        /// that was released keeps its meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum ProblemCode {
            $($(#[doc = $doc])+ $name,)+
        }

        impl ProblemCode {
            const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The code, such as `LST101`.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }

            /// What happened, and what the reader made of it.
            pub fn description(self) -> &'static str {
                let text = match self {
                    $(Self::$name => concat!($($doc),+),)+
                };
                text.trim_start()
            }
        }
    };
}

problem_codes! {
    /// Two entities of one import have the same id; the later one is kept under an id of its own.
    EntityIdRepeated = "LST002",
    /// The record has no usable id, or nothing by which it could be found; it is left out.
    RecordUnusable = "LST101",
    /// An earlier record has the same id; both become one entity, or the later one gets an id of its own.
    RecordIdRepeated = "LST102",
    /// The line or record does not have the form that the format requires; it is left out.
    RecordMalformed = "LST103",
    /// A date that cannot be read; it is kept as a note.
    DateUnreadable = "LST110",
    /// A value of a country field that names no known country; it is kept as a note.
    CountryUnknown = "LST111",
    /// A code or word outside the format's vocabulary; it is kept as a note.
    ValueUnknown = "LST112",
    /// A wallet address that fails its checksum or has no known format; it is kept as a note and not
    /// as a wallet.
    WalletInvalid = "LST113",
    /// An element, column or property that the reader does not support; its text is kept as a note.
    FieldUnknown = "LST120",
    /// Bytes that are not valid in the file's encoding; they are read as U+FFFD.
    BytesInvalid = "LST130",
    /// A reference to an entity that XML does not define; it is kept as written and not expanded.
    XmlEntityUndefined = "LST131",
    /// Text between records, where the format allows none; it is left out.
    TextStray = "LST132",
    /// Remarks that the list itself truncated, without an overflow file; the rest is missing.
    RemarksCut = "LST201",
    /// A clause of the remarks that begins with no known keyword; it is kept as a note.
    ClauseUnknown = "LST202",
    /// A row of a file of a set that belongs to no record of the main file; it is left out.
    RowOrphaned = "LST203",
    /// A published wallet address that fails its checksum or has no known format; it is kept as a
    /// wallet, as printed.
    WalletUnverified = "LST204",
    /// A related party that cannot be identified; no relation is made and the text is kept as a note.
    RelationUnresolved = "LST205",
    /// More values than one record may have; the rest is left out.
    TooManyValues = "LST206",
    /// Lines that are not UTF-8; they are read as Windows-1252.
    EncodingAssumed = "LST207",
    /// The list announces another number of records than it contains.
    RecordCountDiffers = "LST208",
    /// A row that does not have the form of its file; it is left out.
    RowMalformed = "CHN001",
    /// A time that cannot be read; the row is left out.
    TimeUnreadable = "CHN002",
    /// An amount that cannot be read without losing digits; the row is left out.
    AmountUnreadable = "CHN003",
    /// An empty address; the row is left out.
    AddressMissing = "CHN004",
    /// A failed transaction, which moved nothing; the row is left out.
    TransactionFailed = "CHN005",
    /// A non-fungible token (ERC-721), whose number is no amount; the row is left out.
    TokenNotFungible = "CHN006",
    /// An amount of more than 128 bits; the row is left out.
    AmountTooLarge = "CHN007",
    /// Digits beyond the asset's smallest unit; the amount is rounded and the row is kept.
    AmountRounded = "CHN008",
    /// An asset whose number of decimals is not known; the row is left out.
    DecimalsUnknown = "CHN009",
    /// A UTXO transaction whose inputs and outputs do not balance; it is left out.
    TransactionUnbalanced = "CHN010",
}

impl ProblemCode {
    /// Every code, in the order of the type.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied()
    }
}

impl fmt::Display for ProblemCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl Serialize for ProblemCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_is_three_letters_and_three_digits_and_used_once() {
        let mut codes = BTreeSet::new();
        for code in ProblemCode::all() {
            let (family, number) = code.as_str().split_at(3);
            assert!(["LST", "CHN"].contains(&family), "{code}");
            assert!(
                number.len() == 3 && number.bytes().all(|byte| byte.is_ascii_digit()),
                "{code}"
            );
            assert!(codes.insert(code.as_str()), "{code} is used twice");
        }
        assert_eq!(codes.len(), 30);
    }

    #[test]
    fn a_code_serialises_and_prints_as_its_text_and_has_a_description() {
        let code = ProblemCode::WalletInvalid;
        assert_eq!(serde_json::to_string(&code).unwrap(), "\"LST113\"");
        assert_eq!(format!("{code:>8}"), "  LST113");
        assert_eq!(
            code.description(),
            "A wallet address that fails its checksum or has no known format; it is kept as a note \
             and not as a wallet."
        );
        assert!(ProblemCode::all().all(|code| code.description().ends_with('.')));
    }
}
