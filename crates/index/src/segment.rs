//! One list, immutable, read in place.

use std::cmp::Ordering;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use interdict_model::{Entity, NameStrength, Schema};
use interdict_names::{Name, Slot};
use memmap2::Mmap;
use sha2::{Digest, Sha256};

use crate::about::About;
use crate::builder::analyse;
use crate::candidates::{CandidateSearcher, PreparedQuery};
use crate::error::IndexError;
use crate::keyed;
use crate::layout::{Extent, FORMAT, HeaderFault, SECTIONS, Section, read_header, u32_at, u64_at};
use crate::memory::Memory;
use crate::record::{CLASSES_AT, FLAG_LISTED, NameRow, OPEN, TargetRow, id_in, schema_of};

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
/// Numbers of entities, targets and names are positions within this segment.
pub struct Segment {
    path: PathBuf,
    bytes: Bytes,
    format: u32,
    extents: [Extent; SECTIONS],
    about: About,
    memory: Memory,
    names: Box<[OnceLock<Box<Name>>]>,
}

impl Segment {
    /// Maps a segment file and checks its header. The sections' checksums are checked by
    /// [`Segment::verify`], which reads the whole file.
    pub fn open(path: &Path) -> Result<Self, IndexError> {
        Self::open_entities(path)?.if_current()
    }

    /// Maps a segment file of any version for the sake of its entities. Its index may be of no use.
    pub(crate) fn open_entities(path: &Path) -> Result<Self, IndexError> {
        let file = File::open(path).map_err(IndexError::io("open", path))?;
        // SAFETY: segment files are written to a temporary name, then renamed, and never changed
        // afterwards; the data directory belongs to this program (its permissions keep others out).
        #[allow(unsafe_code)]
        let map = unsafe { Mmap::map(&file) }.map_err(IndexError::io("map", path))?;
        Self::read(path, Bytes::Map(map))
    }

    /// Reads a segment from memory.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, IndexError> {
        Self::read(Path::new("(in memory)"), Bytes::Memory(bytes))?.if_current()
    }

    /// The segment, if names are looked up in it as they were indexed.
    fn if_current(self) -> Result<Self, IndexError> {
        let is_current =
            self.format == FORMAT && self.about.analysis == interdict_names::ANALYZER_FINGERPRINT;
        if is_current { Ok(self) } else { Err(IndexError::Outdated { path: self.path }) }
    }

    fn read(path: &Path, bytes: Bytes) -> Result<Self, IndexError> {
        let (format, extents) = read_header(bytes.get()).map_err(|fault| match fault {
            HeaderFault::Foreign => IndexError::Foreign { path: path.to_owned() },
            HeaderFault::Newer(found) => {
                IndexError::Newer { path: path.to_owned(), found, known: FORMAT }
            }
            HeaderFault::Damaged(detail) => {
                IndexError::Damaged { path: path.to_owned(), detail: detail.to_owned() }
            }
        })?;
        let about = serde_json::from_slice(slice(bytes.get(), &extents, Section::About)).map_err(
            |error| IndexError::Damaged { path: path.to_owned(), detail: error.to_string() },
        )?;
        let count = extents[Section::Names as usize].length as usize / NameRow::BYTES;
        let names = (0..count).map(|_| OnceLock::new()).collect();
        let memory = Memory::default();
        Ok(Self { path: path.to_owned(), bytes, format, extents, about, memory, names })
    }

    fn section(&self, section: Section) -> &[u8] {
        slice(self.bytes.get(), &self.extents, section)
    }

    /// Checks every section's checksum, that the parts fit together, and that a name of the segment
    /// is found by its own keys.
    pub fn verify(&self) -> Result<(), IndexError> {
        let damaged = |detail: &str| self.damaged(detail);
        self.verify_sections()?;
        let entities = self.len();
        if self.section(Section::ById).len() != entities * 4
            || self.about.entities != entities as u64
        {
            return Err(damaged("the number of entities does not fit"));
        }
        if let Some(number) = (0..entities as u32).next_back() {
            let entity = self.entity(number)?;
            if self.find(entity.id.as_str()) != Some(number) {
                return Err(damaged("an entity is not found by its id"));
            }
        }
        self.verify_name().then_some(()).ok_or_else(|| damaged("a name is not found by its keys"))
    }

    fn damaged(&self, detail: &str) -> IndexError {
        IndexError::Damaged { path: self.path.clone(), detail: detail.into() }
    }

    /// Checks every section's checksum.
    pub(crate) fn verify_sections(&self) -> Result<(), IndexError> {
        for extent in &self.extents {
            let bytes = self.bytes.get();
            let section = bytes
                .get(extent.offset as usize..(extent.offset + extent.length) as usize)
                .ok_or_else(|| self.damaged("a section lies outside the file"))?;
            if Sha256::digest(section)[..] != extent.sha256 {
                return Err(self.damaged("a section's checksum is wrong"));
            }
        }
        Ok(())
    }

    /// Whether the first name that can be found at all is found by itself.
    fn verify_name(&self) -> bool {
        let comparable = (0..self.name_count()).find(|number| self.name(*number).is_comparable());
        comparable.is_none_or(|number| {
            let asked = PreparedQuery::new(self.name(number));
            CandidateSearcher::default()
                .candidates(self, &asked, CandidateSearcher::MIN_SCORE)
                .contains(&number)
        })
    }

    /// What the segment says of itself.
    pub fn about(&self) -> &About {
        &self.about
    }

    /// What look-ups have found before.
    pub(crate) fn memory(&self) -> &Memory {
        &self.memory
    }

    /// Size in bytes.
    pub fn byte_len(&self) -> u64 {
        self.bytes.get().len() as u64
    }

    /// Number of entities of all kinds.
    pub fn len(&self) -> usize {
        (self.section(Section::BlobOffsets).len() / 8).saturating_sub(1)
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The JSON of an entity.
    pub fn entity_json(&self, number: u32) -> &[u8] {
        let offsets = self.section(Section::BlobOffsets);
        let at = number as usize * 8;
        let (start, end) = (u64_at(offsets, at), u64_at(offsets, at + 8));
        self.section(Section::Blob).get(start as usize..end as usize).unwrap_or_default()
    }

    /// An entity.
    pub fn entity(&self, number: u32) -> Result<Entity, IndexError> {
        serde_json::from_slice(self.entity_json(number)).map_err(|error| IndexError::Damaged {
            path: self.path.clone(),
            detail: format!("entity {number}: {error}"),
        })
    }

    /// The numbers of all entities, in the order of their ids.
    pub fn by_id(&self) -> impl Iterator<Item = u32> + '_ {
        self.section(Section::ById).chunks_exact(4).map(|four| u32_at(four, 0))
    }

    /// The entity of that id.
    pub fn find(&self, id: &str) -> Option<u32> {
        let order = self.section(Section::ById);
        let (mut low, mut high) = (0, order.len() / 4);
        while low < high {
            let middle = low + (high - low) / 2;
            let number = u32_at(order, middle * 4);
            match id_in(self.entity_json(number)).as_deref().unwrap_or_default().cmp(id) {
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
                Ordering::Equal => return Some(number),
            }
        }
        None
    }

    /// Entities under a look-up key: `id:<normalised number>`, `wallet:<look-up form>`,
    /// `ref:<other id>`, `link:<id of an entity that they point to>`.
    pub fn lookup<'a>(&'a self, key: &'a str) -> impl Iterator<Item = u32> + 'a {
        self.lookup_rows(key)
            .take_while(move |(text, _)| *text == key.as_bytes())
            .map(|(_, number)| number)
    }

    /// Entities under every look-up key that begins so, in the order of the keys.
    pub fn lookup_starting<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = u32> + 'a {
        self.lookup_rows(prefix)
            .take_while(move |(text, _)| text.starts_with(prefix.as_bytes()))
            .map(|(_, number)| number)
    }

    /// Look-up keys from the first that is not before `key`, each with its entity.
    fn lookup_rows(&self, key: &str) -> impl Iterator<Item = (&[u8], u32)> {
        let rows = self.section(Section::Lookups);
        let texts = self.section(Section::LookupTexts);
        let text_at = move |row: usize| {
            let offset = u64_at(rows, row * 16) as usize;
            texts.get(offset..offset + u32_at(rows, row * 16 + 8) as usize).unwrap_or_default()
        };
        let (mut low, mut high) = (0, rows.len() / 16);
        while low < high {
            let middle = low + (high - low) / 2;
            if text_at(middle) < key.as_bytes() {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        (low..rows.len() / 16).map(move |row| (text_at(row), u32_at(rows, row * 16 + 12)))
    }

    /// Number of screened entities.
    pub fn target_count(&self) -> u32 {
        (self.section(Section::Targets).len() / TargetRow::BYTES) as u32
    }

    /// A screened entity.
    pub fn target(&self, number: u32) -> Target {
        let row = self.target_row(number);
        let last_name = self.target_row(number + 1).first_name;
        let is_last = number + 1 >= self.target_count();
        Target {
            entity: row.entity,
            schema: schema_of(row.schema),
            first_name: row.first_name,
            end_name: if is_last { self.name_count() } else { last_name },
            is_listed: row.flags & FLAG_LISTED != 0,
        }
    }

    fn target_row(&self, number: u32) -> TargetRow {
        TargetRow::read(self.section(Section::Targets), number as usize)
    }

    /// Number of names.
    pub fn name_count(&self) -> u32 {
        self.names.len() as u32
    }

    /// The target that a name belongs to.
    pub fn name_target(&self, number: u32) -> u32 {
        self.name_row(number).target
    }

    /// How much a name is worth.
    pub fn name_strength(&self, number: u32) -> NameStrength {
        self.name_row(number).strength()
    }

    /// A name as the list prints it.
    pub fn name_text(&self, number: u32) -> &str {
        let rows = self.section(Section::Names);
        let texts = self.section(Section::NameTexts);
        let start = NameRow::read(rows, number as usize).offset as usize;
        let end = if number + 1 < self.name_count() {
            NameRow::read(rows, number as usize + 1).offset as usize
        } else {
            texts.len()
        };
        std::str::from_utf8(texts.get(start..end).unwrap_or_default()).unwrap_or_default()
    }

    /// A name, analysed. The first call for each name analyses it, later ones only look.
    pub fn name(&self, number: u32) -> &Name {
        static NOTHING: OnceLock<Name> = OnceLock::new();
        let Some(slot) = self.names.get(number as usize) else {
            return NOTHING.get_or_init(|| Name::parse("", interdict_names::NameKind::Either));
        };
        slot.get_or_init(|| {
            let target = self.target_row(self.name_target(number));
            Box::new(analyse(self.name_text(number), &target))
        })
    }

    pub(crate) fn name_row(&self, number: u32) -> NameRow {
        NameRow::read(self.section(Section::Names), number as usize)
    }

    /// The names under a whole-name key, ascending.
    pub(crate) fn whole_names(&self, key: u64) -> impl Iterator<Item = u32> + '_ {
        let buckets = self.section(Section::WholeBuckets);
        keyed::numbers(buckets, self.section(Section::WholeRows), key)
    }

    /// The slots under a slot key that names of some classes have.
    pub(crate) fn keyed_slots(&self, key: u64, classes: u8) -> impl Iterator<Item = u32> + '_ {
        let buckets = self.section(Section::SlotBuckets);
        keyed::numbers(buckets, self.section(Section::SlotRows), key)
            .filter(move |row| row >> CLASSES_AT & u32::from(classes) != 0)
            .map(|row| row & ((1 << CLASSES_AT) - 1))
    }

    /// How many slots the dictionary has.
    pub(crate) fn slot_count(&self) -> usize {
        self.section(Section::Slots).len() / Slot::BYTES
    }

    /// A slot of the dictionary, as it is stored.
    pub(crate) fn stored_slot(&self, slot: u32) -> Option<&[u8; Slot::BYTES]> {
        self.section(Section::Slots).as_chunks().0.get(slot as usize)
    }

    /// The names that have a slot: those of an open shape, marked [`OPEN`], then the others, each
    /// ascending.
    pub(crate) fn slot_names(&self, slot: u32) -> impl ExactSizeIterator<Item = u32> + '_ {
        self.listed([Section::SlotOffsets, Section::SlotNames], slot)
    }

    /// The names of an open shape that have a slot, marked so, ascending.
    pub(crate) fn open_names(&self, slot: u32) -> impl Iterator<Item = u32> + '_ {
        self.slot_names(slot).take_while(|name| name & OPEN != 0)
    }

    /// The slots of a name, ascending; those of several parts aside.
    pub(crate) fn name_slots(&self, name: u32) -> impl ExactSizeIterator<Item = u32> + '_ {
        self.listed([Section::NameOffsets, Section::NameSlots], name)
    }

    fn listed(
        &self,
        sections: [Section; 2],
        place: u32,
    ) -> impl ExactSizeIterator<Item = u32> + '_ {
        let offsets = self.section(sections[0]);
        let at = place as usize * 4;
        let range = u32_at(offsets, at) as usize * 4..u32_at(offsets, at + 4) as usize * 4;
        let bytes = self.section(sections[1]).get(range).unwrap_or_default();
        bytes.as_chunks::<4>().0.iter().map(|four| u32::from_le_bytes(*four))
    }
}

/// A screened entity's place in its segment.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// The entity.
    pub entity: u32,
    /// Its nearest screened schema.
    pub schema: &'static Schema,
    /// Its first name.
    pub first_name: u32,
    /// One past its last name.
    pub end_name: u32,
    /// Whether it is itself listed.
    pub is_listed: bool,
}

fn slice<'a>(bytes: &'a [u8], extents: &[Extent; SECTIONS], section: Section) -> &'a [u8] {
    let extent = &extents[section as usize];
    bytes.get(extent.offset as usize..(extent.offset + extent.length) as usize).unwrap_or_default()
}
