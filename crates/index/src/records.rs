//! The fixed-size records of a segment.

use interdict_model::{Entity, NameStrength, Schema};
use interdict_names::NameProfile;

use crate::layout::u32_at;
use crate::rows::{EntityRow, NameRow, TargetRow, TermRow};
use crate::schema_code::{ClassMask, SchemaCode};

/// One target: an entity whose names are compared with queries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TargetRecord {
    pub(crate) entity: EntityRow,
    pub(crate) first_name: NameRow,
    pub(crate) schema: SchemaCode,
    /// The two letters of its first country's code, or two zeros. The analysis of its names uses it.
    pub(crate) country: [u8; 2],
    /// Whether the entity itself is listed, and not only mentioned.
    pub(crate) is_listed: bool,
}

impl TargetRecord {
    pub(crate) const BYTES: usize = 12;

    pub(crate) fn to_bytes(self) -> [u8; Self::BYTES] {
        let [e0, e1, e2, e3] = self.entity.number().to_le_bytes();
        let [n0, n1, n2, n3] = self.first_name.number().to_le_bytes();
        let [c0, c1] = self.country;
        let flags = u8::from(self.is_listed);
        [e0, e1, e2, e3, n0, n1, n2, n3, self.schema.to_byte(), c0, c1, flags]
    }

    /// Reads a record; zeros past the end of the section.
    pub(crate) fn read(section: &[u8], target: TargetRow) -> Self {
        let at = target.index().saturating_mul(Self::BYTES);
        let byte = |offset: usize| section.get(at + offset).copied().unwrap_or(0);
        Self {
            entity: EntityRow::new(u32_at(section, at)),
            first_name: NameRow::new(u32_at(section, at + 4)),
            schema: SchemaCode::from_byte(byte(8)),
            country: [byte(9), byte(10)],
            is_listed: byte(11) & 1 != 0,
        }
    }
}

/// One name of a target. Its text ends where the text of the next name begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NameRecord {
    /// Where its text starts in the section of texts.
    pub(crate) offset: u32,
    pub(crate) target: TargetRow,
    pub(crate) strength: NameStrength,
    /// The schema of the target.
    pub(crate) schema: SchemaCode,
    pub(crate) profile: NameProfile,
}

impl NameRecord {
    pub(crate) const BYTES: usize = 16;

    pub(crate) fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        bytes[..4].copy_from_slice(&self.offset.to_le_bytes());
        bytes[4..8].copy_from_slice(&self.target.number().to_le_bytes());
        bytes[8] = strength_code(self.strength) | self.schema.to_byte() << 4;
        bytes[9..].copy_from_slice(&self.profile.to_bytes());
        bytes
    }

    /// Reads a record; zeros past the end of the section.
    pub(crate) fn read(section: &[u8], name: NameRow) -> Self {
        let records = section.as_chunks::<{ Self::BYTES }>().0;
        let record = records.get(name.index()).unwrap_or(&[0; Self::BYTES]);
        let profile = record.last_chunk().copied().unwrap_or_default();
        Self {
            offset: u32_at(record, 0),
            target: TargetRow::new(u32_at(record, 4)),
            strength: strength_of(record[8] & 15),
            schema: SchemaCode::from_byte(record[8] >> 4),
            profile: NameProfile::from_bytes(profile),
        }
    }
}

fn strength_code(strength: NameStrength) -> u8 {
    match strength {
        NameStrength::Primary => 0,
        NameStrength::Strong => 1,
        NameStrength::Former => 2,
        NameStrength::Weak => 3,
    }
}

fn strength_of(code: u8) -> NameStrength {
    match code {
        0 => NameStrength::Primary,
        1 => NameStrength::Strong,
        2 => NameStrength::Former,
        _ => NameStrength::Weak,
    }
}

/// An entry of a term's posting list: a name, and whether its profile is open. The flag occupies the
/// highest bit, so that open names can be told apart without reading their records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NamePosting(u32);

impl NamePosting {
    const OPEN: u32 = 1 << 31;
    /// One more than the highest number of a name.
    pub(crate) const MAX_NAMES: u32 = Self::OPEN;

    pub(crate) const fn new(name: NameRow, is_open: bool) -> Self {
        Self(name.number() | if is_open { Self::OPEN } else { 0 })
    }

    pub(crate) const fn from_stored(stored: u32) -> Self {
        Self(stored)
    }

    pub(crate) const fn to_stored(self) -> u32 {
        self.0
    }

    pub(crate) const fn name(self) -> NameRow {
        NameRow::new(self.0 & !Self::OPEN)
    }

    pub(crate) const fn is_open(self) -> bool {
        self.0 & Self::OPEN != 0
    }
}

/// An entry under a term key: a term in the 28 lowest bits, and the classes of the names that have it
/// in the four highest. Terms of other classes are skipped without reading them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TermPosting(u32);

impl TermPosting {
    const CLASS_SHIFT: u32 = u32::BITS - ClassMask::BITS;
    /// One more than the highest number of a term.
    pub(crate) const MAX_TERMS: u32 = 1 << Self::CLASS_SHIFT;

    pub(crate) const fn new(term: TermRow, classes: ClassMask) -> Self {
        Self(term.number() | classes.bits() << Self::CLASS_SHIFT)
    }

    pub(crate) const fn from_stored(stored: u32) -> Self {
        Self(stored)
    }

    pub(crate) const fn to_stored(self) -> u32 {
        self.0
    }

    pub(crate) const fn term(self) -> TermRow {
        TermRow::new(self.0 & (Self::MAX_TERMS - 1))
    }

    pub(crate) const fn is_of(self, classes: ClassMask) -> bool {
        self.0 >> Self::CLASS_SHIFT & classes.bits() != 0
    }
}

/// Whether entities of that schema are targets: parties, vessels and aircraft. Names of others are
/// not in the index.
pub fn is_screened_schema(schema: &Schema) -> bool {
    let screened = [Schema::LEGAL_ENTITY, Schema::VESSEL, Schema::AIRPLANE];
    screened.iter().any(|known| schema.is_a(known))
}

/// Whether an entity is a target: its schema is screened, it has a name, and it is listed or at least flagged by a
/// topic. An owner that is only mentioned in a vessel's record is not a target.
pub(crate) fn is_screened(entity: &Entity) -> bool {
    let has_schema = is_screened_schema(&entity.schema);
    let is_flagged = entity.target != Some(false) || !entity.values("topics").is_empty();
    has_schema && is_flagged && entity.names().next().is_some()
}

/// The id in an entity's JSON, where it is the first field. Faster than parsing the entity: the search
/// by id reads one for each step.
pub(crate) fn id_in(json: &[u8]) -> Option<std::borrow::Cow<'_, str>> {
    let rest = json.strip_prefix(br#"{"id":""#)?;
    let end = rest.iter().position(|byte| *byte == b'"')?;
    let plain = rest.get(..end)?;
    if plain.contains(&b'\\') {
        #[derive(serde::Deserialize)]
        struct Id {
            id: String,
        }
        return serde_json::from_slice::<Id>(json).ok().map(|found| found.id.into());
    }
    std::str::from_utf8(plain).ok().map(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema_code::SchemaMask;

    #[test]
    fn ids_are_read_without_parsing_the_whole_entity() {
        assert_eq!(id_in(br#"{"id":"a-1","schema":"Person"}"#).unwrap(), "a-1");
        assert_eq!(id_in(br#"{"id":"a\"1","schema":"Person"}"#).unwrap(), "a\"1");
        assert_eq!(id_in(br#"{"schema":"Person","id":"a-1"}"#), None);
        assert_eq!(id_in(br#"{"id":"a-1"#), None);
    }

    #[test]
    fn records_read_back_and_are_zero_past_the_end() {
        let target = TargetRecord {
            entity: EntityRow::new(7),
            first_name: NameRow::new(70_000),
            schema: SchemaCode::nearest(&Schema::VESSEL),
            country: *b"kp",
            is_listed: true,
        };
        let other = TargetRecord { is_listed: false, entity: EntityRow::new(8), ..target };
        let section = [target.to_bytes(), other.to_bytes()].concat();
        assert_eq!(TargetRecord::read(&section, TargetRow::new(0)), target);
        assert_eq!(TargetRecord::read(&section, TargetRow::new(1)), other);
        let past = TargetRecord::read(&section, TargetRow::new(2));
        assert_eq!((past.entity, past.is_listed), (EntityRow::new(0), false));
    }

    #[test]
    fn names_read_back_with_every_strength() {
        let strengths =
            [NameStrength::Primary, NameStrength::Strong, NameStrength::Former, NameStrength::Weak];
        for (code, strength) in (0..).zip(strengths) {
            let name = NameRecord {
                offset: 3,
                target: TargetRow::new(9),
                strength,
                schema: SchemaCode::nearest(&Schema::AIRPLANE),
                profile: NameProfile::from_bytes([17, 200, 1, 0, 4, 0, 8]),
            };
            let bytes = name.to_bytes();
            assert_eq!(NameRecord::read(&bytes, NameRow::new(0)), name);
            assert_eq!(bytes[8], 6 << 4 | code, "the stored code is part of the format");
            assert_eq!(NameRecord::read(&bytes, NameRow::new(1)).profile, NameProfile::default());
        }
    }

    #[test]
    fn postings_keep_name_and_flag_apart() {
        let last = NameRow::new(NamePosting::MAX_NAMES - 1);
        for (name, is_open) in [(NameRow::new(0), true), (last, false), (last, true)] {
            let posting = NamePosting::from_stored(NamePosting::new(name, is_open).to_stored());
            assert_eq!((posting.name(), posting.is_open()), (name, is_open));
        }
    }

    #[test]
    fn postings_under_a_term_key_keep_term_and_classes_apart() {
        let last = TermRow::new(TermPosting::MAX_TERMS - 1);
        let persons = SchemaMask::compatible_with(&Schema::PERSON).classes();
        let objects = SchemaMask::compatible_with(&Schema::VESSEL).classes();
        for term in [TermRow::new(0), last] {
            let posting = TermPosting::from_stored(TermPosting::new(term, persons).to_stored());
            assert_eq!(posting.term(), term);
            assert!(posting.is_of(persons) && !posting.is_of(objects));
            assert!(posting.is_of(SchemaMask::ALL.classes()));
        }
    }

    #[test]
    fn only_named_listed_or_flagged_entities_of_screened_schemata_are_targets() {
        let entity = |schema: Schema| {
            let mut entity = Entity::new("x-1".parse().unwrap(), schema);
            entity.add("name", "Jane Example");
            entity
        };
        assert!(is_screened(&entity(Schema::PERSON)));
        assert!(is_screened(&entity(Schema::VESSEL)));
        assert!(is_screened(&entity(Schema::AIRPLANE)));
        assert!(!is_screened(&entity(Schema::ADDRESS)));
        assert!(!is_screened(&Entity::new("x-1".parse().unwrap(), Schema::PERSON)));
        let mut mentioned = entity(Schema::PERSON);
        mentioned.target = Some(false);
        assert!(!is_screened(&mentioned));
        mentioned.add("topics", "role.pep");
        assert!(is_screened(&mentioned));
    }
}
