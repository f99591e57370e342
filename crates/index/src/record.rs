//! The fixed-size rows of a segment.

use interdict_model::{Entity, NameStrength, Schema};
use interdict_names::{NameKind, Shape};

use crate::layout::u32_at;

/// Marks a name of an open shape among the names of a slot.
pub(crate) const OPEN: u32 = 1 << 31;
/// The target is itself listed.
pub(crate) const FLAG_LISTED: u8 = 1;

/// One screened entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TargetRow {
    pub(crate) entity: u32,
    pub(crate) first_name: u32,
    pub(crate) schema: u8,
    pub(crate) country: [u8; 2],
    pub(crate) flags: u8,
}

impl TargetRow {
    pub(crate) const BYTES: usize = 12;

    pub(crate) fn to_bytes(self) -> [u8; Self::BYTES] {
        let [e0, e1, e2, e3] = self.entity.to_le_bytes();
        let [n0, n1, n2, n3] = self.first_name.to_le_bytes();
        let [c0, c1] = self.country;
        [e0, e1, e2, e3, n0, n1, n2, n3, self.schema, c0, c1, self.flags]
    }

    pub(crate) fn read(section: &[u8], number: usize) -> Self {
        let at = number * Self::BYTES;
        let byte = |offset: usize| section.get(at + offset).copied().unwrap_or(0);
        Self {
            entity: u32_at(section, at),
            first_name: u32_at(section, at + 4),
            schema: byte(8),
            country: [byte(9), byte(10)],
            flags: byte(11),
        }
    }
}

/// One name of a target. It ends where the next one begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NameRow {
    pub(crate) offset: u32,
    pub(crate) target: u32,
    pub(crate) strength: u8,
    /// The code of the target's schema.
    pub(crate) kind: u8,
    pub(crate) shape: Shape,
}

impl NameRow {
    pub(crate) const BYTES: usize = 16;

    pub(crate) fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        bytes[..4].copy_from_slice(&self.offset.to_le_bytes());
        bytes[4..8].copy_from_slice(&self.target.to_le_bytes());
        bytes[8] = self.strength | self.kind << 4;
        bytes[9..].copy_from_slice(&self.shape.to_bytes());
        bytes
    }

    pub(crate) fn read(section: &[u8], number: usize) -> Self {
        let rows = section.as_chunks::<{ Self::BYTES }>().0;
        let row = rows.get(number).unwrap_or(&[0; Self::BYTES]);
        let shape = row.last_chunk().copied().unwrap_or_default();
        Self {
            offset: u32_at(row, 0),
            target: u32_at(row, 4),
            strength: row[8] & 15,
            kind: row[8] >> 4,
            shape: Shape::from_bytes(shape),
        }
    }

    pub(crate) fn strength(&self) -> NameStrength {
        match self.strength {
            0 => NameStrength::Primary,
            1 => NameStrength::Strong,
            2 => NameStrength::Former,
            _ => NameStrength::Weak,
        }
    }
}

/// Whether names are compared with this entity's: it is of a kind that is screened, has a name, and
/// is listed or at least flagged by a topic. An owner who is only mentioned in a vessel's record is
/// not.
pub(crate) fn is_screened(entity: &Entity) -> bool {
    let kind = entity.schema.is_a(&Schema::LEGAL_ENTITY)
        || entity.schema.is_a(&Schema::VESSEL)
        || entity.schema.is_a(&Schema::AIRPLANE);
    let flagged = entity.target != Some(false) || !entity.values("topics").is_empty();
    kind && flagged && entity.names().next().is_some()
}

/// The screened schemata, by the code that rows hold.
const SCHEMATA: [Schema; 7] = [
    Schema::LEGAL_ENTITY,
    Schema::PERSON,
    Schema::ORGANIZATION,
    Schema::COMPANY,
    Schema::PUBLIC_BODY,
    Schema::VESSEL,
    Schema::AIRPLANE,
];

/// The code of the nearest screened schema.
pub(crate) fn schema_code(schema: &Schema) -> u8 {
    SCHEMATA.iter().rposition(|known| schema.is_a(known)).unwrap_or(0) as u8
}

/// The schema of a code.
pub(crate) fn schema_of(code: u8) -> &'static Schema {
    static TABLE: [Schema; 7] = SCHEMATA;
    TABLE.get(code as usize).unwrap_or(&TABLE[0])
}

/// The codes, as bits, of schemata whose entities may be of that schema.
pub(crate) fn kinds_of(schema: &Schema) -> u8 {
    let fits = |(_, known): &(usize, &Schema)| known.is_compatible_with(schema);
    SCHEMATA.iter().enumerate().filter(fits).fold(0, |kinds, (code, _)| kinds | 1 << code)
}

/// Where the classes of a slot start in its number, as it stands under keys.
pub(crate) const CLASSES_AT: u32 = 28;

/// The classes, as four bits, of what bears names of these codes (as bits): entities of any kind,
/// persons, organisations, things.
pub(crate) fn classes_of(kinds: u8) -> u8 {
    let class = |code: u8| match code {
        0 => 1,
        1 => 2,
        5 | 6 => 8,
        _ => 4,
    };
    (0..SCHEMATA.len() as u8)
        .filter(|code| kinds >> code & 1 != 0)
        .fold(0, |all, code| all | class(code))
}

/// How names of that schema are analysed.
pub(crate) fn name_kind(code: u8) -> NameKind {
    match code {
        0 => NameKind::Either,
        1 => NameKind::Person,
        5 | 6 => NameKind::Object,
        _ => NameKind::Organization,
    }
}

/// The id in an entity's JSON, which is written first.
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

    #[test]
    fn ids_are_read_without_parsing_the_whole_entity() {
        assert_eq!(id_in(br#"{"id":"a-1","schema":"Person"}"#).unwrap(), "a-1");
        assert_eq!(id_in(br#"{"id":"a\"1","schema":"Person"}"#).unwrap(), "a\"1");
    }

    #[test]
    fn rows_read_back() {
        let row = TargetRow { entity: 7, first_name: 70_000, schema: 5, country: *b"kp", flags: 1 };
        assert_eq!(TargetRow::read(&row.to_bytes(), 0), row);
        let name = NameRow {
            offset: 3,
            target: 9,
            strength: 3,
            kind: 5,
            shape: Shape::from_bytes([17, 200, 1, 0, 4, 0, 8]),
        };
        assert_eq!(NameRow::read(&name.to_bytes(), 0), name);
        assert_eq!(name.strength(), NameStrength::Weak);
    }

    #[test]
    fn classes_are_those_of_the_schemata_that_are_asked_for() {
        assert_eq!(classes_of(kinds_of(&Schema::PERSON)), 1 | 2);
        assert_eq!(classes_of(kinds_of(&Schema::COMPANY)), 1 | 4);
        assert_eq!(classes_of(kinds_of(&Schema::LEGAL_ENTITY)), 1 | 2 | 4);
        assert_eq!(classes_of(kinds_of(&Schema::VESSEL)), 8);
        assert_eq!(classes_of(u8::MAX), 15);
    }

    #[test]
    fn the_nearest_screened_schema_is_kept() {
        for schema in SCHEMATA {
            assert_eq!(*schema_of(schema_code(&schema)), schema);
        }
        assert_eq!(schema_of(schema_code(&Schema::ADDRESS)).as_str(), "LegalEntity");
    }
}
