//! Builds a segment from a stream of entities.

use std::io::{Seek, SeekFrom, Write};
use std::mem;

use interdict_durable::QuickChecksum;
use interdict_model::{Entity, Identifier, IdentifierKind, PropertyType, Schema, wallet};
use interdict_names::NameProfile;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::about::About;
use crate::build_error::{BuildError, within_limit};
use crate::dictionary::{self, Corpus};
use crate::integers;
use crate::layout::{Extent, HEADER, SECTIONS, Section, render_header, u32s, u64s};
use crate::lookup_key::LookupKey;
use crate::records::{NamePosting, NameRecord, TargetRecord, is_screened};
use crate::rows::{EntityRow, NameRow, TargetRow};
use crate::schema_code::SchemaCode;

/// Sections start at multiples of this number of bytes.
const ALIGNMENT: u64 = 8;

/// Collects entities and writes them as one segment. An entity's JSON goes to the writer at once; only
/// ids, names and look-up keys stay in memory.
pub struct SegmentBuilder<W: Write + Seek> {
    out: W,
    /// Bytes written so far.
    written: u64,
    blob: Sha256,
    blob_quick: QuickChecksum,
    blob_offsets: Vec<u64>,
    ids: Vec<Box<str>>,
    targets: Vec<TargetRecord>,
    names: Vec<NameRecord>,
    name_texts: Vec<u8>,
    lookups: Vec<Lookup>,
}

/// An entry of the look-up table.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Lookup {
    key: Box<str>,
    entity: EntityRow,
}

impl<W: Write + Seek> SegmentBuilder<W> {
    /// Starts a segment at the beginning of the writer.
    pub fn new(mut out: W) -> Result<Self, BuildError> {
        out.write_all(&[0; HEADER])?;
        Ok(Self {
            out,
            written: integers::stored_len(HEADER),
            blob: Sha256::new(),
            blob_quick: QuickChecksum::default(),
            blob_offsets: vec![0],
            ids: Vec::new(),
            targets: Vec::new(),
            names: Vec::new(),
            name_texts: Vec::new(),
            lookups: Vec::new(),
        })
    }

    /// Adds one entity.
    pub fn add(&mut self, entity: &Entity) -> Result<(), BuildError> {
        let row = EntityRow::new(within_limit(self.ids.len(), u32::MAX, "entities")?);
        let json = serde_json::to_vec(entity)?;
        self.out.write_all(&json)?;
        self.blob.update(&json);
        self.blob_quick.update(&json);
        self.written += integers::stored_len(json.len());
        self.blob_offsets.push(self.written - integers::stored_len(HEADER));
        self.ids.push(entity.id.as_str().into());
        self.add_lookups(entity, row);
        if is_screened(entity) {
            self.add_identifiers(entity, row);
            self.add_birth_dates(entity, row);
            self.add_target(entity, row)?;
        }
        Ok(())
    }

    /// The id of an entity that was added, by its position.
    pub fn id(&self, position: usize) -> Option<&str> {
        self.ids.get(position).map(AsRef::as_ref)
    }

    /// Number of entities added so far.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether no entity has been added.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    fn add_target(&mut self, entity: &Entity, row: EntityRow) -> Result<(), BuildError> {
        let target = TargetRow::new(within_limit(self.targets.len(), u32::MAX, "targets")?);
        let first_name = within_limit(self.names.len(), NamePosting::MAX_NAMES, "names")?;
        let country = entity.countries().first().map_or([0; 2], |country| {
            let code = country.code().as_bytes();
            [code.first().copied().unwrap_or(0), code.get(1).copied().unwrap_or(0)]
        });
        let schema = SchemaCode::nearest(&entity.schema);
        self.targets.push(TargetRecord {
            entity: row,
            first_name: NameRow::new(first_name),
            schema,
            country,
            is_listed: entity.target != Some(false),
        });
        for name in entity.names() {
            let offset = self.name_texts.len();
            within_limit(offset + name.text.len(), u32::MAX, "bytes of names")?;
            self.name_texts.extend_from_slice(name.text.as_bytes());
            self.names.push(NameRecord {
                offset: integers::count(offset),
                target,
                strength: name.strength,
                schema,
                profile: NameProfile::default(),
            });
        }
        Ok(())
    }

    fn add_lookup(&mut self, key: LookupKey<'_>, entity: EntityRow) {
        self.lookups.push(Lookup { key: key.to_string().into_boxed_str(), entity });
    }

    fn add_lookups(&mut self, entity: &Entity, row: EntityRow) {
        for referent in &entity.referents {
            self.add_lookup(LookupKey::Referent(referent.as_ref()), row);
        }
        for (_, value) in entity.values_of(PropertyType::Entity) {
            self.add_lookup(LookupKey::Link(value), row);
        }
        if entity.schema.is_a(&Schema::CRYPTO_WALLET) {
            for value in entity.values("publicKey") {
                self.add_lookup(LookupKey::Wallet(&wallet::lookup_key(value)), row);
            }
        }
    }

    fn add_identifiers(&mut self, entity: &Entity, row: EntityRow) {
        for (property, values) in &entity.properties {
            let Some(kind) = IdentifierKind::in_schema(&entity.schema, property) else { continue };
            for value in values {
                for identifier in Identifier::read_all(kind, value) {
                    self.add_lookup(LookupKey::Identifier(identifier.value()), row);
                }
            }
        }
    }

    fn add_birth_dates(&mut self, entity: &Entity, row: EntityRow) {
        for date in entity.dates("birthDate").iter().filter(|date| date.is_day()) {
            self.add_lookup(LookupKey::BirthDate(&date.from().to_string()), row);
        }
    }

    /// Writes the remaining sections, and the header last. Returns the writer.
    pub fn finish(self, about: &About) -> Result<W, BuildError> {
        let analysis = crate::analysis::analysis_version().to_owned();
        self.finish_as(&About { analysis, ..about.clone() })
    }

    /// The same with the analysis of names that `about` states, whether it is this program's or not.
    pub(crate) fn finish_as(mut self, about: &About) -> Result<W, BuildError> {
        let mut extents = [Extent::default(); SECTIONS];
        let offset = integers::stored_len(HEADER);
        let sha256 = self.blob.clone().finalize().into();
        let (length, quick) = (self.written - offset, self.blob_quick.clone().finish());
        extents[Section::Blob.index()] = Extent { offset, length, sha256, quick };
        let offsets = mem::take(&mut self.blob_offsets);
        self.section(&mut extents, Section::BlobOffsets, &u64s(&offsets))?;
        let by_id = rows_by_id(&self.ids);
        self.section(&mut extents, Section::ById, &u32s(by_id.into_iter().map(EntityRow::number)))?;
        let targets: Vec<u8> = self.targets.iter().flat_map(|row| row.to_bytes()).collect();
        self.section(&mut extents, Section::Targets, &targets)?;
        let corpus = Corpus {
            names: mem::take(&mut self.names),
            targets: mem::take(&mut self.targets),
            texts: mem::take(&mut self.name_texts),
        };
        dictionary::write(corpus, |section, bytes| self.section(&mut extents, section, bytes))?;
        self.lookup_sections(&mut extents)?;
        self.section(&mut extents, Section::About, &serde_json::to_vec(about)?)?;

        self.out.seek(SeekFrom::Start(0))?;
        self.out.write_all(&render_header(&extents))?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn lookup_sections(&mut self, extents: &mut [Extent; SECTIONS]) -> Result<(), BuildError> {
        let mut lookups = mem::take(&mut self.lookups);
        lookups.par_sort_unstable();
        lookups.dedup();
        let mut entries = Vec::with_capacity(lookups.len() * 16);
        let mut texts = Vec::new();
        for Lookup { key, entity } in &lookups {
            entries.extend(integers::stored_len(texts.len()).to_le_bytes());
            entries.extend(within_limit(key.len(), u32::MAX, "bytes of one key")?.to_le_bytes());
            entries.extend(entity.number().to_le_bytes());
            texts.extend_from_slice(key.as_bytes());
        }
        self.section(extents, Section::Lookups, &entries)?;
        self.section(extents, Section::LookupTexts, &texts)
    }

    fn section(
        &mut self,
        extents: &mut [Extent; SECTIONS],
        section: Section,
        bytes: &[u8],
    ) -> Result<(), BuildError> {
        let padding = self.written.next_multiple_of(ALIGNMENT) - self.written;
        for _ in 0..padding {
            self.out.write_all(&[0])?;
        }
        self.written += padding;
        let length = integers::stored_len(bytes.len());
        let sha256 = Sha256::digest(bytes).into();
        let quick = QuickChecksum::of(bytes);
        extents[section.index()] = Extent { offset: self.written, length, sha256, quick };
        self.out.write_all(bytes)?;
        self.written += length;
        Ok(())
    }
}

/// The entities in the order of their ids; those with one id in the order in which they were added.
fn rows_by_id(ids: &[Box<str>]) -> Vec<EntityRow> {
    let id = |row: &EntityRow| (&ids[row.index()], *row);
    let mut rows: Vec<EntityRow> = (0..integers::count(ids.len())).map(EntityRow::new).collect();
    rows.par_sort_unstable_by(|one, other| id(one).cmp(&id(other)));
    rows
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::layout::read_header;
    use crate::segment::Segment;

    fn segment(entities: &[Entity]) -> Segment {
        Segment::from_bytes(bytes(entities)).unwrap()
    }

    fn bytes(entities: &[Entity]) -> Vec<u8> {
        let mut builder = SegmentBuilder::new(Cursor::new(Vec::new())).unwrap();
        assert!(builder.is_empty());
        entities.iter().for_each(|entity| builder.add(entity).unwrap());
        assert_eq!((builder.len(), builder.is_empty()), (entities.len(), entities.is_empty()));
        let mut about = About::new("my_list".parse().unwrap());
        about.entities = entities.len() as u64;
        builder.finish(&about).unwrap().into_inner()
    }

    fn entity(id: &str, schema: Schema) -> Entity {
        Entity::new(id.parse().unwrap(), schema)
    }

    fn person(id: &str, names: &[&str]) -> Entity {
        let mut person = entity(id, Schema::PERSON);
        names.iter().for_each(|name| person.add("name", *name));
        person
    }

    fn found(segment: &Segment, key: LookupKey<'_>) -> Vec<u32> {
        segment.lookup(key).map(EntityRow::number).collect()
    }

    #[test]
    fn entities_are_found_by_id_and_listed_in_the_order_of_their_ids() {
        let ids = ["c", "a", "d", "b"];
        let entities = ids.map(|id| person(id, &["Jane Example"]));
        let segment = segment(&entities);
        for (row, id) in (0..).zip(ids) {
            assert_eq!(segment.find(id), Some(EntityRow::new(row)));
            assert_eq!(segment.entity(EntityRow::new(row)).unwrap(), entities[row as usize]);
        }
        assert_eq!(segment.find("bb"), None);
        let by_id: Vec<u32> = segment.by_id().map(EntityRow::number).collect();
        assert_eq!(by_id, [1, 3, 0, 2]);
        assert_eq!((segment.len(), segment.entities().count()), (4, 4));
        assert!(segment.entity(EntityRow::new(4)).is_err());
    }

    #[test]
    fn targets_have_their_names_schema_and_listing() {
        let mut owner = person("owner", &["Ivan Petrov"]);
        owner.target = Some(false);
        owner.add("topics", "role.pep");
        let mut vessel = entity("vessel", Schema::VESSEL);
        vessel.add("name", "GALAXIA");
        let segment = segment(&[
            person("one", &["Jane Example", "J. Example"]),
            owner,
            entity("address", Schema::ADDRESS),
            vessel,
        ]);
        assert_eq!((segment.target_count(), segment.name_count()), (3, 4));
        let targets: Vec<_> = segment.targets().map(|row| segment.target(row)).collect();
        let entities: Vec<u32> = targets.iter().map(|target| target.entity.number()).collect();
        assert_eq!(entities, [0, 1, 3]);
        assert_eq!(
            targets.iter().map(|target| target.is_listed).collect::<Vec<_>>(),
            [true, false, true]
        );
        assert_eq!(targets[2].schema, &Schema::VESSEL);
        let texts = |at: usize| -> Vec<&str> {
            targets[at].names().map(|name| segment.name_text(name)).collect()
        };
        assert_eq!(texts(0), ["Jane Example", "J. Example"]);
        assert_eq!((texts(1), texts(2)), (vec!["Ivan Petrov"], vec!["GALAXIA"]));
        assert!(targets[0].has_name(NameRow::new(1)) && !targets[0].has_name(NameRow::new(2)));
        assert_eq!(segment.name_target(NameRow::new(2)), TargetRow::new(1));
        assert_eq!(segment.name_text(NameRow::new(4)), "");
        assert!(!segment.name(NameRow::new(4)).is_comparable());
    }

    #[test]
    fn entities_are_found_under_each_kind_of_key() {
        let mut one = person("one", &["Jane Example"]);
        one.referents.push("other-1".parse().unwrap());
        one.add("passportNumber", "AB 123-456");
        let mut wallet_of_one = entity("wallet", Schema::CRYPTO_WALLET);
        wallet_of_one.add("publicKey", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa");
        wallet_of_one.add("holder", "one");
        let segment = segment(&[one, wallet_of_one]);
        let address = wallet::lookup_key("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa");
        let number = Identifier::new(
            IdentifierKind::in_schema(&Schema::PERSON, "passportNumber").unwrap(),
            "AB 123-456",
        );
        assert_eq!(found(&segment, LookupKey::Referent("other-1")), [0]);
        assert_eq!(found(&segment, LookupKey::Identifier(number.unwrap().value())), [0]);
        assert_eq!(found(&segment, LookupKey::Link("one")), [1]);
        assert_eq!(found(&segment, LookupKey::Wallet(&address)), [1]);
        assert_eq!(found(&segment, LookupKey::Wallet("other-1")), [0; 0]);
        assert_eq!(found(&segment, LookupKey::Link("on")), [0; 0]);
        assert_eq!(segment.wallets().map(EntityRow::number).collect::<Vec<_>>(), [1]);
    }

    #[test]
    fn identifiers_of_entities_that_are_not_screened_are_not_indexed() {
        let mut mentioned = person("one", &["Jane Example"]);
        mentioned.add("passportNumber", "AB 123-456");
        mentioned.target = Some(false);
        let mut listed = mentioned.clone();
        listed.target = Some(true);
        assert_eq!(found(&segment(&[listed]), LookupKey::Identifier("AB123456")), [0]);
        assert_eq!(found(&segment(&[mentioned]), LookupKey::Identifier("AB123456")), [0; 0]);
    }

    #[test]
    fn sections_are_aligned_and_the_same_entities_give_the_same_bytes() {
        let entities =
            [person("one", &["Jane Example", "Jan Exampel"]), person("two", &["Ivan Petrov"])];
        let first = bytes(&entities);
        let (_, extents) = read_header(&first).unwrap();
        assert!(extents.iter().all(|extent| extent.offset % ALIGNMENT == 0));
        assert_eq!(first, bytes(&entities));
    }

    #[test]
    fn a_segment_of_another_analysis_of_names_is_refused() {
        let builder = SegmentBuilder::new(Cursor::new(Vec::new())).unwrap();
        let mut about = About::new("my_list".parse().unwrap());
        about.analysis = "of another version".to_owned();
        let bytes = builder.finish_as(&about).unwrap().into_inner();
        let refused = Segment::from_bytes(bytes).map(|_| ()).unwrap_err();
        assert!(matches!(refused, crate::IndexError::Outdated { .. }), "{refused}");
    }
}
