//! The codes of screened schemata, and sets of them as bit masks.

use interdict_model::Schema;
use interdict_names::NameKind;

/// The screened schemata, by code. The order is part of the segment format.
static SCHEMATA: [Schema; 7] = [
    Schema::LEGAL_ENTITY,
    Schema::PERSON,
    Schema::ORGANIZATION,
    Schema::COMPANY,
    Schema::PUBLIC_BODY,
    Schema::VESSEL,
    Schema::AIRPLANE,
];

const PERSON: u8 = 1;
const VESSEL: u8 = 5;
const AIRPLANE: u8 = 6;

/// The code of a screened schema: a number below 16, of which 0 to 6 are in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SchemaCode(u8);

impl SchemaCode {
    /// The code of the nearest screened schema; that of a legal entity if there is none.
    pub(crate) fn nearest(schema: &Schema) -> Self {
        let nearest = (0..).zip(&SCHEMATA).filter(|(_, known)| schema.is_a(known)).last();
        Self(nearest.map_or(0, |(code, _)| code))
    }

    /// Reads a stored code.
    pub(crate) const fn from_byte(byte: u8) -> Self {
        Self(byte)
    }

    pub(crate) const fn to_byte(self) -> u8 {
        self.0
    }

    /// The schema; a legal entity for a code that is not in use.
    pub(crate) fn schema(self) -> &'static Schema {
        SCHEMATA.get(usize::from(self.0)).unwrap_or(&SCHEMATA[0])
    }

    /// How names of that schema are analysed.
    pub(crate) fn name_kind(self) -> NameKind {
        match self.0 {
            0 => NameKind::Either,
            PERSON => NameKind::Person,
            VESSEL | AIRPLANE => NameKind::Object,
            _ => NameKind::Organization,
        }
    }
}

/// A set of schema codes, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct SchemaMask(u8);

impl SchemaMask {
    pub(crate) const ALL: Self = Self(u8::MAX);

    /// The codes of the schemata whose entities may be of that schema.
    pub(crate) fn compatible_with(schema: &Schema) -> Self {
        let fits = |(_, known): &(u8, &Schema)| known.is_compatible_with(schema);
        let codes = (0..).zip(&SCHEMATA).filter(fits);
        Self(codes.fold(0, |mask, (code, _)| mask | 1 << code))
    }

    /// The codes of the schemata whose entities may be of that kind.
    pub(crate) fn of_kind(kind: NameKind) -> Self {
        let fits = |code: &u8| {
            let own = SchemaCode(*code).name_kind();
            own == kind
                || kind == NameKind::Either
                || own == NameKind::Either && kind != NameKind::Object
        };
        let codes = (0..).zip(&SCHEMATA).map(|(code, _)| code).filter(fits);
        Self(codes.fold(0, |mask, code| mask | 1 << code))
    }

    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(crate) fn with(self, code: SchemaCode) -> Self {
        Self(self.0 | 1 << code.0.min(7))
    }

    pub(crate) fn contains(self, code: SchemaCode) -> bool {
        self.0 >> code.0.min(7) & 1 != 0
    }

    /// The classes of these schemata.
    pub(crate) fn classes(self) -> ClassMask {
        let class = |code: u8| match code {
            0 => 1,
            PERSON => 2,
            VESSEL | AIRPLANE => 8,
            _ => 4,
        };
        let codes = (0..).zip(&SCHEMATA).map(|(code, _)| code);
        let present = codes.filter(|code| self.0 >> code & 1 != 0);
        ClassMask(present.fold(0, |mask, code| mask | class(code)))
    }
}

/// A set of schema classes, four bits: unspecific legal entities, persons, organisations, objects.
/// It is coarser than [`SchemaMask`], so that it fits beside a term's number in a posting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClassMask(u8);

impl ClassMask {
    pub(crate) const BITS: u32 = 4;

    pub(crate) const fn bits(self) -> u32 {
        u32::from_le_bytes([self.0, 0, 0, 0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_screened_schema_is_kept() {
        for schema in &SCHEMATA {
            assert_eq!(SchemaCode::nearest(schema).schema(), schema);
        }
        assert_eq!(SchemaCode::nearest(&Schema::ADDRESS).schema().as_str(), "LegalEntity");
        assert_eq!(SchemaCode::from_byte(15).schema().as_str(), "LegalEntity");
    }

    #[test]
    fn names_are_analysed_by_the_kind_of_their_schema() {
        let kind = |schema: &Schema| SchemaCode::nearest(schema).name_kind();
        assert_eq!(kind(&Schema::LEGAL_ENTITY), NameKind::Either);
        assert_eq!(kind(&Schema::PERSON), NameKind::Person);
        assert_eq!(kind(&Schema::COMPANY), NameKind::Organization);
        assert_eq!(kind(&Schema::VESSEL), NameKind::Object);
        assert_eq!(kind(&Schema::AIRPLANE), NameKind::Object);
    }

    #[test]
    fn classes_are_those_of_the_schemata_in_the_mask() {
        let classes = |schema: &Schema| SchemaMask::compatible_with(schema).classes().bits();
        assert_eq!(classes(&Schema::PERSON), 1 | 2);
        assert_eq!(classes(&Schema::COMPANY), 1 | 4);
        assert_eq!(classes(&Schema::LEGAL_ENTITY), 1 | 2 | 4);
        assert_eq!(classes(&Schema::VESSEL), 8);
        assert_eq!(classes(&Schema::AIRPLANE), 8);
        assert_eq!(SchemaMask::ALL.classes().bits(), 15);
        assert_eq!(SchemaMask::default().classes().bits(), 0);
    }

    #[test]
    fn an_unspecific_legal_entity_may_be_a_person_or_an_organisation_and_is_no_vessel() {
        let codes = |kind| SchemaMask::of_kind(kind).classes().bits();
        assert_eq!(codes(NameKind::Person), 1 | 2);
        assert_eq!(codes(NameKind::Organization), 1 | 4);
        assert_eq!(codes(NameKind::Object), 8);
        assert_eq!(codes(NameKind::Either), 15);
        let company = SchemaMask::compatible_with(&Schema::COMPANY);
        let person = SchemaMask::of_kind(NameKind::Person);
        assert_eq!(company.and(person).classes().bits(), 1);
    }

    #[test]
    fn a_mask_contains_the_codes_that_were_added() {
        let (person, vessel) =
            (SchemaCode::nearest(&Schema::PERSON), SchemaCode::nearest(&Schema::VESSEL));
        let mask = SchemaMask::default().with(person);
        assert!(mask.contains(person) && !mask.contains(vessel));
        assert!(mask.with(vessel).contains(person) && mask.with(vessel).contains(vessel));
        assert_eq!(mask.with(vessel).classes().bits(), 2 | 8);
        let of_persons = SchemaMask::compatible_with(&Schema::PERSON);
        assert!(of_persons.contains(person) && !of_persons.contains(vessel));
        assert!(SchemaMask::ALL.contains(SchemaCode::from_byte(15)));
        assert!(!of_persons.contains(SchemaCode::from_byte(15)));
    }
}
