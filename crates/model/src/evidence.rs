//! The evidence a score rests on, and the stable codes of its rules.

use std::fmt;

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

/// Which way a piece of evidence points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Speaks for the match.
    For,
    /// Speaks against it.
    Against,
    /// A note: it has no effect on the score by itself.
    Neutral,
}

/// One fact that moved a score, with both values.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Evidence {
    /// The rule that produced it.
    pub code: EvidenceCode,
    /// Which way it points.
    pub direction: Direction,
    /// The query's value.
    pub query: String,
    /// The entity's value.
    pub entity: String,
    /// Its effect on the score; written with at most four digits, cut.
    #[serde(serialize_with = "crate::serialize_four_digits")]
    pub effect: f64,
    /// The fact in words.
    pub text: String,
}

/// Defines the codes once: the variant, its stable text, and its documentation, which is also what
/// [`EvidenceCode::description`] returns.
macro_rules! evidence_codes {
    ($($(#[doc = $description:literal])+ $variant:ident = $code:literal,)+) => {
        /// A rule of screening, by its stable code.
        ///
        /// Programs that read results may rely on the codes: a code is never given another meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum EvidenceCode {
            $($(#[doc = $description])+ $variant,)+
        }

        impl EvidenceCode {
            /// Every code, ascending.
            pub const ALL: &[EvidenceCode] = &[$(Self::$variant,)+];

            /// The code as it is written in results, such as `SCR101`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }

            /// What the rule states, in one sentence.
            pub fn description(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!($($description),+).trim_ascii(),)+
                }
            }
        }
    };
}

evidence_codes! {
    /// The birth dates agree to the day.
    BirthDay = "SCR101",
    /// The birth dates agree to the month; one side gives no day.
    BirthMonth = "SCR102",
    /// The birth years agree; one side gives no month.
    BirthYear = "SCR103",
    /// One birth date lies inside the other's range, or near an approximate date.
    BirthDateNear = "SCR104",
    /// Day and month of birth are swapped.
    BirthDateSwapped = "SCR105",
    /// Born in the same year, on another day.
    BirthDayDiffers = "SCR106",
    /// Born one year apart.
    BirthYearAdjacent = "SCR107",
    /// Born in another year.
    BirthYearDiffers = "SCR108",
    /// A country in common.
    CountryShared = "SCR201",
    /// No country in common.
    CountryDiffers = "SCR202",
    /// The gender differs.
    GenderDiffers = "SCR302",
    /// The same number, of a kind that is unique and whose check digits are verified.
    IdentifierStrong = "SCR401",
    /// The same number, but short, without check digits, or of another kind.
    IdentifierWeak = "SCR402",
    /// Another number of a kind that each holder has only once.
    IdentifierDiffers = "SCR403",
    /// The wallet is listed with the entity.
    WalletListed = "SCR404",
    /// The id of the listed party stands in place of a name.
    ListedId = "SCR405",
    /// The addresses agree in at least half of the words of the shorter one.
    AddressShared = "SCR501",
    /// The score is capped: only a weak alias agrees.
    WeakAliasAlone = "SCR601",
    /// The number agrees, the names do not.
    IdentifierAgainstName = "SCR602",
    /// The names are too different for the other facts to count.
    FactsNotCounted = "SCR603",
    /// The list states another kind of party than the query, so only an equal name counts.
    OtherKind = "SCR604",
    /// The names are equal: facts that differ lower the score no further than to a match.
    EqualNameAgainstFacts = "SCR605",
    /// The names are equal, and a fact that excludes the listed party clears it.
    EqualNameCleared = "SCR606",
    /// The names are equal, and the score is under the threshold: the answer is incomplete.
    EqualNameUnderThreshold = "SCR607",
    /// No designation is in force on the requested day.
    NotInForce = "SCR701",
    /// The entity is on an allow list, so it is not a match.
    Allowed = "SCR702",
}

impl fmt::Display for EvidenceCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl Serialize for EvidenceCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_ascending_and_serialise_as_their_text() {
        let texts: Vec<&str> = EvidenceCode::ALL.iter().map(|code| code.as_str()).collect();
        assert!(texts.is_sorted_by(|a, b| a < b), "{texts:?}");
        assert_eq!(texts.len(), 26);
        for code in EvidenceCode::ALL {
            assert!(code.as_str().starts_with("SCR") && code.as_str().len() == 6);
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
            assert_eq!(code.to_string(), code.as_str());
        }
        assert_eq!(format!("{:>8}", EvidenceCode::BirthDay), "  SCR101");
    }

    #[test]
    fn every_code_is_described_by_a_sentence() {
        assert_eq!(EvidenceCode::CountryShared.description(), "A country in common.");
        for code in EvidenceCode::ALL {
            let text = code.description();
            assert!(text.ends_with('.') && !text.contains('\n') && text.len() < 100, "{text:?}");
        }
    }
}
