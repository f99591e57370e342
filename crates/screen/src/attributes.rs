//! The attributes of a query and of a listed entity side by side, for the person who reviews a candidate.

use interdict_model::{Country, Direction, Entity, Evidence, EvidenceCode, Gender, PropertyType};
use schemars::JsonSchema;
use serde::Serialize;

use crate::facts::identifiers_of;
use crate::query::Query;

/// One attribute of both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Attribute {
    /// Which attribute.
    pub attribute: AttributeKind,
    /// Whether the two sides agree.
    pub agreement: Agreement,
    /// The values of the query.
    pub query: Vec<String>,
    /// The values of the listed entity.
    pub listed: Vec<String>,
}

/// The attributes that are shown, in the order in which they are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttributeKind {
    /// Dates of birth.
    BirthDate,
    /// Places of birth.
    BirthPlace,
    /// Countries of any kind: nationality, residence, registration, flag.
    Country,
    /// Gender.
    Gender,
    /// Passports, register numbers and other numbers.
    Number,
    /// Addresses.
    Address,
    /// Positions and offices.
    Position,
}

/// Whether both sides of an attribute agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Agreement {
    /// Some value is the same on both sides.
    Agrees,
    /// The values exclude each other.
    Contradicts,
    /// One side has no value, or the values neither agree nor contradict each other.
    NotKnown,
}

impl AttributeKind {
    /// The name of the attribute, for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::BirthDate => "birth date",
            Self::BirthPlace => "birth place",
            Self::Country => "country",
            Self::Gender => "gender",
            Self::Number => "number",
            Self::Address => "address",
            Self::Position => "position",
        }
    }

    /// The attribute that a piece of evidence is about.
    const fn of(code: EvidenceCode) -> Option<Self> {
        use EvidenceCode as Code;
        Some(match code {
            Code::BirthDay
            | Code::BirthMonth
            | Code::BirthYear
            | Code::BirthDateNear
            | Code::BirthDateSwapped
            | Code::BirthDayDiffers
            | Code::BirthYearAdjacent
            | Code::BirthYearDiffers => Self::BirthDate,
            Code::CountryShared | Code::CountryDiffers => Self::Country,
            Code::GenderDiffers => Self::Gender,
            Code::IdentifierStrong | Code::IdentifierWeak | Code::IdentifierDiffers => Self::Number,
            Code::AddressShared => Self::Address,
            Code::WalletListed
            | Code::ListedId
            | Code::WeakAliasAlone
            | Code::IdentifierAgainstName
            | Code::OtherKind
            | Code::EqualNameAgainstFacts
            | Code::EqualNameCleared
            | Code::EqualNameUnderThreshold
            | Code::FactsNotCounted
            | Code::NotInForce
            | Code::Allowed => return None,
        })
    }
}

/// Every attribute that at least one side has. Agreement is derived from the evidence, so it cannot contradict the
/// score.
pub(crate) fn attributes(query: &Query, entity: &Entity, evidence: &[Evidence]) -> Vec<Attribute> {
    let texts = |property| entity.values(property).to_vec();
    let rows = [
        (
            AttributeKind::BirthDate,
            strings(&query.birth_dates),
            strings(&entity.dates("birthDate")),
        ),
        (AttributeKind::BirthPlace, Vec::new(), texts("birthPlace")),
        (AttributeKind::Country, countries(&query.countries), countries(&entity.countries())),
        (AttributeKind::Gender, genders(&query.genders), texts("gender")),
        (AttributeKind::Number, strings(&query.identifiers), strings(&identifiers_of(entity))),
        (AttributeKind::Address, query.addresses.clone(), addresses(entity)),
        (AttributeKind::Position, Vec::new(), texts("position")),
    ];
    let shown =
        rows.into_iter().filter(|(_, query, listed)| !query.is_empty() || !listed.is_empty());
    let attribute = |(attribute, query, listed): (AttributeKind, Vec<String>, Vec<String>)| {
        let agreement = agreement(attribute, &query, &listed, evidence);
        Attribute { attribute, agreement, query, listed }
    };
    shown.map(attribute).collect()
}

/// The agreement that follows from the evidence. An equal gender gives no evidence but counts as agreement.
fn agreement(
    attribute: AttributeKind,
    query: &[String],
    listed: &[String],
    evidence: &[Evidence],
) -> Agreement {
    let mut directions = evidence
        .iter()
        .filter(|fact| AttributeKind::of(fact.code) == Some(attribute))
        .map(|fact| fact.direction);
    let is_same = || query.iter().any(|value| listed.contains(value));
    if directions.clone().any(|direction| direction == Direction::For) || is_same() {
        Agreement::Agrees
    } else if directions.any(|direction| direction == Direction::Against) {
        Agreement::Contradicts
    } else {
        Agreement::NotKnown
    }
}

fn strings<T: ToString>(values: &[T]) -> Vec<String> {
    values.iter().map(ToString::to_string).collect()
}

fn countries(countries: &[Country]) -> Vec<String> {
    countries.iter().map(|country| country.name().to_owned()).collect()
}

fn genders(genders: &[Gender]) -> Vec<String> {
    genders.iter().map(|gender| gender.as_str().to_owned()).collect()
}

fn addresses(entity: &Entity) -> Vec<String> {
    entity.values_of(PropertyType::Address).map(|(_, value)| value.to_owned()).collect()
}
