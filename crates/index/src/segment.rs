//! One list: immutable, and read in place.

use std::cmp::Ordering;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use interdict_model::{Entity, NameStrength, Schema};
use interdict_names::Name;
use memmap2::Mmap;

use crate::about::About;
use crate::analysis::analyse_listed;
use crate::error::IndexError;
use crate::integers;
use crate::layout::{Extent, FORMAT, HeaderFault, SECTIONS, Section, read_header, u32_at, u64_at};
use crate::lookup_key::LookupKey;
use crate::records::{NameRecord, TargetRecord, id_in};
use crate::rows::{EntityRow, NameRow, TargetRow};
use crate::similarity_cache::SimilarityCache;

enum Bytes {
    Map(Mmap),
    Memory(Vec<u8>),
}

impl Bytes {
    fn get(&self) -> &[u8] {
        match self {
            Self::Map(map) => map,
            Self::Memory(bytes) => bytes,
        }
    }
}

/// One dataset's entities with their retrieval index, mapped from a file or held in memory.
///
/// A row of another segment, or one past the end, reads as an empty record.
pub struct Segment {
    path: PathBuf,
    bytes: Bytes,
    format: u32,
    extents: [Extent; SECTIONS],
    about: About,
    similarity_cache: SimilarityCache,
    /// By row, the analysis of the name, once it was needed.
    names: Box<[OnceLock<Box<Name>>]>,
}

impl Segment {
    /// Maps a segment file and checks its header. The sections are checked when a generation is opened,
    /// and by [`Segment::verify`].
    pub fn open(path: &Path) -> Result<Self, IndexError> {
        Self::open_entities(path)?.if_current()
    }

    /// Maps a segment file of any version to read its entities. Its retrieval index may come from another version of
    /// the analysis of names and must not be used.
    pub(crate) fn open_entities(path: &Path) -> Result<Self, IndexError> {
        let file = File::open(path).map_err(IndexError::io("open", path))?;
        // SAFETY: the bytes of a map must not change while it is borrowed. Segment files are written
        // to a temporary name, then renamed, and never changed afterwards; the data directory belongs
        // to this program, and its permissions keep others out. A process that truncates the file all
        // the same causes SIGBUS, which ends this process without reading wrong data.
        #[allow(unsafe_code)]
        let map = unsafe { Mmap::map(&file) }.map_err(IndexError::io("map", path))?;
        Self::read(path, Bytes::Map(map))
    }

    /// Reads a segment from memory.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, IndexError> {
        Self::read(Path::new("(in memory)"), Bytes::Memory(bytes))?.if_current()
    }

    /// The segment, if its index was made by this analysis of names.
    fn if_current(self) -> Result<Self, IndexError> {
        let is_current =
            self.format == FORMAT && self.about.analysis == crate::analysis::analysis_version();
        if is_current { Ok(self) } else { Err(IndexError::Outdated { path: self.path }) }
    }

    fn read(path: &Path, bytes: Bytes) -> Result<Self, IndexError> {
        let path = path.to_owned();
        let damaged = |detail| IndexError::Damaged { path: path.clone(), detail };
        let (format, extents) = read_header(bytes.get()).map_err(|fault| match fault {
            HeaderFault::Foreign => IndexError::Foreign { path: path.clone() },
            HeaderFault::Newer(found) => {
                IndexError::Newer { path: path.clone(), found, known: FORMAT }
            }
            HeaderFault::Damaged(detail) => damaged(detail.to_owned()),
        })?;
        let section =
            |section: Section| extents[section.index()].of(bytes.get()).unwrap_or_default();
        let about = serde_json::from_slice(section(Section::About))
            .map_err(|error| damaged(error.to_string()))?;
        let count = section(Section::Names).len() / NameRecord::BYTES;
        let names = (0..count).map(|_| OnceLock::new()).collect();
        let similarity_cache = SimilarityCache::default();
        Ok(Self { path, bytes, format, extents, about, similarity_cache, names })
    }

    pub(crate) fn section(&self, section: Section) -> &[u8] {
        self.bytes_at(&self.extents[section.index()]).unwrap_or_default()
    }

    pub(crate) fn bytes_at(&self, extent: &Extent) -> Option<&[u8]> {
        extent.of(self.bytes.get())
    }

    pub(crate) fn extents(&self) -> &[Extent; SECTIONS] {
        &self.extents
    }

    pub(crate) fn damaged(&self, detail: &str) -> IndexError {
        IndexError::Damaged { path: self.path.clone(), detail: detail.into() }
    }

    /// Where the content comes from, and what was counted.
    pub fn about(&self) -> &About {
        &self.about
    }

    pub(crate) fn similarity_cache(&self) -> &SimilarityCache {
        &self.similarity_cache
    }

    /// Size in bytes.
    pub fn byte_len(&self) -> u64 {
        integers::stored_len(self.bytes.get().len())
    }

    /// Number of entities of all kinds.
    pub fn len(&self) -> usize {
        (self.section(Section::BlobOffsets).len() / 8).saturating_sub(1)
    }

    /// Whether it holds no entity.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All entities, in the order in which they were added.
    pub fn entities(&self) -> impl DoubleEndedIterator<Item = EntityRow> + use<> {
        (0..integers::count(self.len())).map(EntityRow::new)
    }

    /// All entities, in the order of their ids.
    pub fn by_id(&self) -> impl Iterator<Item = EntityRow> + '_ {
        let rows = self.section(Section::ById).as_chunks::<4>().0;
        rows.iter().map(|row| EntityRow::new(u32::from_le_bytes(*row)))
    }

    /// The JSON of an entity.
    pub fn entity_json(&self, row: EntityRow) -> &[u8] {
        let offsets = self.section(Section::BlobOffsets);
        let at = row.index() * 8;
        let (start, end) = (u64_at(offsets, at), u64_at(offsets, at + 8));
        let range = integers::offset(start)..integers::offset(end);
        self.section(Section::Blob).get(range).unwrap_or_default()
    }

    /// An entity.
    pub fn entity(&self, row: EntityRow) -> Result<Entity, IndexError> {
        serde_json::from_slice(self.entity_json(row))
            .map_err(|error| self.damaged(&format!("entity {row}: {error}")))
    }

    /// The entity with an id.
    pub fn find(&self, id: &str) -> Option<EntityRow> {
        let order = self.section(Section::ById);
        let (mut low, mut high) = (0, order.len() / 4);
        while low < high {
            let middle = low + (high - low) / 2;
            let row = EntityRow::new(u32_at(order, middle * 4));
            match id_in(self.entity_json(row)).as_deref().unwrap_or_default().cmp(id) {
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
                Ordering::Equal => return Some(row),
            }
        }
        None
    }

    /// The entities under a key.
    pub fn lookup(&self, key: LookupKey<'_>) -> impl Iterator<Item = EntityRow> + use<'_> {
        let key = key.to_string();
        self.lookups_from(&key)
            .take_while(move |lookup| lookup.text == key.as_bytes())
            .map(|lookup| lookup.entity)
    }

    /// All wallets, in the order of their keys.
    pub fn wallets(&self) -> impl Iterator<Item = EntityRow> + '_ {
        self.lookups_from(LookupKey::WALLET_PREFIX)
            .take_while(|lookup| lookup.text.starts_with(LookupKey::WALLET_PREFIX.as_bytes()))
            .map(|lookup| lookup.entity)
    }

    /// The look-up entries from the first that is not before `key`.
    fn lookups_from(&self, key: &str) -> impl Iterator<Item = Lookup<'_>> + use<'_> {
        let entries = self.section(Section::Lookups).as_chunks::<LOOKUP_BYTES>().0;
        let texts = self.section(Section::LookupTexts);
        let first =
            entries.partition_point(|entry| Lookup::read(entry, texts).text < key.as_bytes());
        entries[first..].iter().map(move |entry| Lookup::read(entry, texts))
    }

    /// Number of targets.
    pub fn target_count(&self) -> u32 {
        integers::count(self.section(Section::Targets).len() / TargetRecord::BYTES)
    }

    /// All targets.
    pub fn targets(&self) -> impl DoubleEndedIterator<Item = TargetRow> + use<> {
        (0..self.target_count()).map(TargetRow::new)
    }

    /// A target.
    pub fn target(&self, row: TargetRow) -> Target {
        let record = self.target_record(row);
        let next = row.number().saturating_add(1);
        let end_name = if next < self.target_count() {
            self.target_record(TargetRow::new(next)).first_name.number()
        } else {
            self.name_count()
        };
        Target {
            entity: record.entity,
            schema: record.schema.schema(),
            first_name: record.first_name,
            end_name: NameRow::new(end_name),
            is_listed: record.is_listed,
        }
    }

    /// The target that is this entity, if it is one.
    pub fn target_of(&self, entity: EntityRow) -> Option<Target> {
        // Targets are in the order of their entities.
        let (mut from, mut to) = (0, self.target_count());
        while from < to {
            let middle = from + (to - from) / 2;
            if self.target_record(TargetRow::new(middle)).entity < entity {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        let found = (from < self.target_count()).then(|| self.target(TargetRow::new(from)));
        found.filter(|target| target.entity == entity)
    }

    fn target_record(&self, row: TargetRow) -> TargetRecord {
        TargetRecord::read(self.section(Section::Targets), row)
    }

    /// Number of names.
    pub fn name_count(&self) -> u32 {
        integers::count(self.names.len())
    }

    /// All names.
    pub fn names(&self) -> impl DoubleEndedIterator<Item = NameRow> + use<> {
        (0..self.name_count()).map(NameRow::new)
    }

    /// The target that a name belongs to.
    pub fn name_target(&self, row: NameRow) -> TargetRow {
        self.name_record(row).target
    }

    /// How strongly a name identifies its bearer.
    pub fn name_strength(&self, row: NameRow) -> NameStrength {
        self.name_record(row).strength
    }

    /// A name as the list prints it.
    pub fn name_text(&self, row: NameRow) -> &str {
        if row.number() >= self.name_count() {
            return "";
        }
        let texts = self.section(Section::NameTexts);
        let start = integers::index(self.name_record(row).offset);
        let next = row.number().saturating_add(1);
        let end = if next < self.name_count() {
            integers::index(self.name_record(NameRow::new(next)).offset)
        } else {
            texts.len()
        };
        std::str::from_utf8(texts.get(start..end).unwrap_or_default()).unwrap_or_default()
    }

    /// A name, analysed. The name is analysed at the first call and the result is kept.
    pub fn name(&self, row: NameRow) -> &Name {
        static EMPTY: OnceLock<Name> = OnceLock::new();
        let Some(cell) = self.names.get(row.index()) else {
            return EMPTY.get_or_init(|| Name::parse("", interdict_names::NameKind::Either));
        };
        cell.get_or_init(|| {
            let target = self.target_record(self.name_target(row));
            Box::new(analyse_listed(self.name_text(row), &target))
        })
    }

    pub(crate) fn name_record(&self, row: NameRow) -> NameRecord {
        NameRecord::read(self.section(Section::Names), row)
    }
}

/// An entry of the look-up table.
struct Lookup<'a> {
    text: &'a [u8],
    entity: EntityRow,
}

/// Size of a stored look-up entry in bytes.
const LOOKUP_BYTES: usize = 16;

impl<'a> Lookup<'a> {
    fn read(entry: &[u8; LOOKUP_BYTES], texts: &'a [u8]) -> Self {
        let start = integers::offset(u64_at(entry, 0));
        let end = start.saturating_add(integers::index(u32_at(entry, 8)));
        let text = texts.get(start..end).unwrap_or_default();
        Self { text, entity: EntityRow::new(u32_at(entry, 12)) }
    }
}

/// A target: a screened entity and its names.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// The entity.
    pub entity: EntityRow,
    /// Its nearest screened schema.
    pub schema: &'static Schema,
    first_name: NameRow,
    end_name: NameRow,
    /// Whether the entity itself is listed, and not only mentioned.
    pub is_listed: bool,
}

impl Target {
    /// Its names.
    pub fn names(&self) -> impl DoubleEndedIterator<Item = NameRow> + use<> {
        (self.first_name.number()..self.end_name.number()).map(NameRow::new)
    }

    /// Whether a name is one of its names.
    pub fn has_name(&self, name: NameRow) -> bool {
        (self.first_name..self.end_name).contains(&name)
    }
}
