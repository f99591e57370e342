//! Segments: a valid one, damaged, is refused or answers without a panic.

use std::io::Cursor;
use std::sync::LazyLock;

use interdict_index::{
    About, CandidateSearcher, EntityRow, LookupKey, NameRow, PreparedQuery, Segment,
    SegmentBuilder, TargetRow,
};
use interdict_model::{Entity, Schema};
use interdict_names::{Name, NameKind};
use sha2::{Digest, Sha256};

use crate::damage::{Damage, Span};

/// Bytes of the header, of an entry in it, and of the checksum at its end.
const HEADER: usize = 4096;
const ENTRY: usize = 48;
const CHECKSUM: usize = 32;

static BASE: LazyLock<Vec<u8>> = LazyLock::new(|| build().expect("a segment is built in memory"));
static QUERIES: LazyLock<Vec<PreparedQuery>> = LazyLock::new(|| {
    let names =
        ["Ivo Maris Roe", "Roe Bread and Wire", "정은 김", "Роу Иво", "M. al-Roe", "Sea Wren"];
    names.iter().map(|text| PreparedQuery::new(&Name::parse(text, NameKind::Either))).collect()
});

/// Changes a segment, opens and verifies it, and asks it everything.
pub fn segment(damage: &Damage) {
    let mut bytes = damage.apply(&BASE, &sections(&BASE));
    if damage.repaired {
        repair(&mut bytes);
    }
    let Ok(segment) = Segment::from_bytes(bytes) else {
        assert!(!damage.is_none(), "an undamaged segment opens");
        return;
    };
    let verified = segment.verify();
    assert!(verified.is_ok() || !damage.is_none(), "an undamaged segment passes its check");
    read_entities(&segment);
    read_names(&segment);
    let mut scratch = CandidateSearcher::default();
    for query in &*QUERIES {
        let count = scratch.candidates(&segment, query, CandidateSearcher::MIN_SCORE).len();
        assert!(count <= segment.name_count() as usize, "more candidates than names");
    }
}

fn read_entities(segment: &Segment) {
    for row in segment.by_id().take(100) {
        if let Ok(entity) = segment.entity(row) {
            let _ = segment.find(entity.id.as_str());
        }
    }
    let _ = (segment.find("x-3"), segment.entity(EntityRow::new(u32::MAX)));
    for key in [
        LookupKey::Identifier("00451"),
        LookupKey::Wallet("0x098b716b8aaf21512996dc57eb0615e2383e2f96"),
        LookupKey::Referent(""),
        LookupKey::Link("x-1"),
    ] {
        let _ = segment.lookup(key).count();
    }
}

fn read_names(segment: &Segment) {
    for target in segment.targets().take(100).chain([TargetRow::new(1 << 30)]) {
        let _ = segment.target(target);
    }
    for name in segment.names().take(100).chain([NameRow::new(1 << 30)]) {
        let _ = (segment.name_text(name), segment.name_strength(name), segment.name_target(name));
        let _ = segment.name(name).is_comparable();
    }
}

/// The header and the sections that it lists.
fn sections(bytes: &[u8]) -> Vec<Span> {
    let count = word(bytes, 12) as usize;
    let section = |number: usize| {
        let at = 16 + number * ENTRY;
        Span { start: word(bytes, at) as usize, length: word(bytes, at + 8) as usize }
    };
    let header = Span { start: 0, length: 16 + count * ENTRY };
    std::iter::once(header).chain((0..count).map(section)).collect()
}

/// Writes the checksums that the changed sections and header have now.
fn repair(bytes: &mut [u8]) {
    if bytes.len() < HEADER {
        return;
    }
    for number in 0..(HEADER - CHECKSUM - 16) / ENTRY {
        let at = 16 + number * ENTRY;
        let (start, length) = (word(bytes, at) as usize, word(bytes, at + 8) as usize);
        if let Some(section) = bytes.get(start..start.saturating_add(length))
            && length > 0
        {
            let digest = Sha256::digest(section);
            bytes[at + 16..at + 48].copy_from_slice(&digest);
        }
    }
    let digest = Sha256::digest(&bytes[..HEADER - CHECKSUM]);
    bytes[HEADER - CHECKSUM..HEADER].copy_from_slice(&digest);
}

fn word(bytes: &[u8], at: usize) -> u64 {
    let four: [u8; 8] = bytes[at..at + 8].try_into().expect("eight bytes");
    u64::from_le_bytes(four) & if at == 12 { 0xffff_ffff } else { u64::MAX }
}

fn build() -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let mut builder = SegmentBuilder::new(Cursor::new(Vec::new()))?;
    let entities = entities()?;
    for entity in &entities {
        builder.add(entity)?;
    }
    let mut about = About::new("my_list".parse()?);
    about.entities = entities.len() as u64;
    Ok(builder.finish(&about)?.into_inner())
}

/// Invented parties whose names take every path of retrieval: several scripts, weak aliases, legal
/// forms, initials, numbers.
fn entities() -> Result<Vec<Entity>, Box<dyn std::error::Error>> {
    let parties: [(&str, Schema, &[(&str, &str)]); 7] = [
        (
            "x-1",
            Schema::PERSON,
            &[
                ("name", "Ivo Maris ROE"),
                ("alias", "Иво Роу"),
                ("weakAlias", "The Baker"),
                ("passportNumber", "00451"),
                ("birthDate", "1965-04-25"),
            ],
        ),
        (
            "x-2",
            Schema::PERSON,
            &[("name", "KIM Jong Roe"), ("alias", "김정은"), ("nationality", "kp")],
        ),
        (
            "x-3",
            Schema::PERSON,
            &[("name", "Abd al-Rahman bin Muhammad AL-ROE"), ("alias", "عبد الرحمن")],
        ),
        ("x-4", Schema::PERSON, &[("name", "ZHANG Wei"), ("alias", "張偉"), ("name", "M. Roe")]),
        (
            "x-5",
            Schema::parse("Company")?,
            &[
                ("name", "Roe Bread and Wire Co., Ltd."),
                ("alias", "RBW"),
                ("previousName", "Roe Brothers LLC 12"),
            ],
        ),
        ("x-6", Schema::parse("Vessel")?, &[("name", "SEA WREN 7"), ("imoNumber", "9187629")]),
        (
            "x-7",
            Schema::parse("CryptoWallet")?,
            &[("publicKey", "0x098B716B8Aaf21512996dC57EB0615e2383E2f96"), ("holder", "x-1")],
        ),
    ];
    let mut entities = Vec::new();
    for (id, schema, properties) in parties {
        let mut entity = Entity::new(id.parse()?, schema);
        properties.iter().for_each(|(property, value)| entity.add(property, *value));
        entity.target = Some(true);
        entities.push(entity);
    }
    Ok(entities)
}
