//! Builds a segment from a stream of entities.

use std::io::{Seek, SeekFrom, Write};
use std::mem;

use interdict_model::{Country, Entity, Identifier, IdentifierKind, PropertyType, Schema};
use interdict_names::{Hints, Name, NameKind, Shape};
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::about::About;
use crate::dictionary::{self, Corpus};
use crate::layout::{Extent, HEADER, SECTIONS, Section, render_header};
use crate::record::{FLAG_LISTED, NameRow, OPEN, TargetRow, is_screened, name_kind, schema_code};

/// Collects entities and writes them as one segment. Entities go to the writer as they come; only
/// their ids, names and look-up keys stay in memory.
pub struct SegmentBuilder<W: Write + Seek> {
    out: W,
    written: u64,
    blob: Sha256,
    blob_offsets: Vec<u64>,
    ids: Vec<Box<str>>,
    targets: Vec<TargetRow>,
    names: Vec<NameRow>,
    name_texts: Vec<u8>,
    lookups: Vec<(Box<str>, u32)>,
}

/// Why a segment could not be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// Writing failed.
    #[error("cannot write the segment")]
    Io(#[from] std::io::Error),
    /// Serialising failed.
    #[error("cannot serialise an entity")]
    Json(#[from] serde_json::Error),
    /// More than a segment can number.
    #[error("a segment cannot hold so many {0}")]
    TooLarge(&'static str),
}

impl<W: Write + Seek> SegmentBuilder<W> {
    /// Starts a segment at the beginning of the writer.
    pub fn new(mut out: W) -> Result<Self, BuildError> {
        out.write_all(&[0; HEADER])?;
        Ok(Self {
            out,
            written: HEADER as u64,
            blob: Sha256::new(),
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
        let number = u32::try_from(self.ids.len()).map_err(|_| BuildError::TooLarge("entities"))?;
        let json = serde_json::to_vec(entity)?;
        self.out.write_all(&json)?;
        self.blob.update(&json);
        self.written += json.len() as u64;
        self.blob_offsets.push(self.written - HEADER as u64);
        self.ids.push(entity.id.as_str().into());
        self.add_lookups(entity, number);
        if is_screened(entity) {
            self.add_target(entity, number)?;
        }
        Ok(())
    }

    /// How many entities have been added.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether none has been added.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    fn add_target(&mut self, entity: &Entity, number: u32) -> Result<(), BuildError> {
        let target =
            u32::try_from(self.targets.len()).map_err(|_| BuildError::TooLarge("targets"))?;
        let first_name = u32::try_from(self.names.len())
            .ok()
            .filter(|first| *first < OPEN)
            .ok_or(BuildError::TooLarge("names"))?;
        let country = entity.countries().first().map_or([0; 2], |country| {
            let code = country.code().as_bytes();
            [code.first().copied().unwrap_or(0), code.get(1).copied().unwrap_or(0)]
        });
        let schema = schema_code(&entity.schema);
        let flags = if entity.target == Some(false) { 0 } else { FLAG_LISTED };
        self.targets.push(TargetRow { entity: number, first_name, schema, country, flags });
        for name in entity.names() {
            let text_end = u32::try_from(self.name_texts.len() + name.text.len());
            if text_end.is_err() {
                return Err(BuildError::TooLarge("bytes of names"));
            }
            let offset = self.name_texts.len() as u32;
            self.name_texts.extend_from_slice(name.text.as_bytes());
            let strength = name.strength as u8;
            let shape = Shape::default();
            self.names.push(NameRow { offset, target, strength, kind: schema, shape });
        }
        Ok(())
    }

    fn add_lookups(&mut self, entity: &Entity, number: u32) {
        let mut add = |key: String| self.lookups.push((key.into_boxed_str(), number));
        for referent in &entity.referents {
            add(format!("ref:{referent}"));
        }
        for (_, value) in entity.values_of(PropertyType::Entity) {
            add(format!("link:{value}"));
        }
        if entity.schema.is_a(&Schema::CRYPTO_WALLET) {
            for value in entity.values("publicKey") {
                add(format!("wallet:{}", interdict_model::wallet::lookup_key(value)));
            }
        }
        if is_screened(entity) {
            for (property, value) in entity.properties.iter().flat_map(|(property, values)| {
                values.iter().map(move |value| (property.as_str(), value.as_str()))
            }) {
                let kind = IdentifierKind::in_schema(&entity.schema, property);
                if let Some(Ok(identifier)) = kind.map(|kind| Identifier::new(kind, value)) {
                    add(format!("id:{}", identifier.value()));
                }
            }
        }
    }

    /// Writes everything that is left, and the header last. Returns the writer.
    pub fn finish(self, about: &About) -> Result<W, BuildError> {
        let analysis = interdict_names::ANALYZER_FINGERPRINT.to_owned();
        self.finish_as(&About { analysis, ..about.clone() })
    }

    /// Writes what `about` says, the analysis of names included.
    pub(crate) fn finish_as(mut self, about: &About) -> Result<W, BuildError> {
        let mut extents = [Extent::default(); SECTIONS];
        let blob_length = self.written - HEADER as u64;
        let sha256 = self.blob.clone().finalize().into();
        extents[Section::Blob as usize] =
            Extent { offset: HEADER as u64, length: blob_length, sha256 };

        let offsets = mem::take(&mut self.blob_offsets);
        self.section(&mut extents, Section::BlobOffsets, &u64s(&offsets))?;
        let mut by_id: Vec<u32> = (0..self.ids.len() as u32).collect();
        by_id.par_sort_unstable_by(|a, b| {
            (&self.ids[*a as usize], a).cmp(&(&self.ids[*b as usize], b))
        });
        self.section(&mut extents, Section::ById, &u32s(&by_id))?;
        drop(by_id);

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
        let mut rows = Vec::with_capacity(lookups.len() * 16);
        let mut texts = Vec::new();
        for (text, entity) in &lookups {
            rows.extend((texts.len() as u64).to_le_bytes());
            rows.extend((text.len() as u32).to_le_bytes());
            rows.extend(entity.to_le_bytes());
            texts.extend_from_slice(text.as_bytes());
        }
        self.section(extents, Section::Lookups, &rows)?;
        self.section(extents, Section::LookupTexts, &texts)
    }

    fn section(
        &mut self,
        extents: &mut [Extent; SECTIONS],
        section: Section,
        bytes: &[u8],
    ) -> Result<(), BuildError> {
        let padding = (8 - self.written % 8) % 8;
        self.out.write_all(&[0; 8][..padding as usize])?;
        self.written += padding;
        extents[section as usize] = Extent {
            offset: self.written,
            length: bytes.len() as u64,
            sha256: Sha256::digest(bytes).into(),
        };
        self.out.write_all(bytes)?;
        self.written += bytes.len() as u64;
        Ok(())
    }
}

/// Analyses a listed name with what the list says of its bearer.
pub(crate) fn analyse(text: &str, target: &TargetRow) -> Name {
    let country = std::str::from_utf8(&target.country).ok().filter(|_| target.country[0] != 0);
    analyse_hinted(text, name_kind(target.schema), country)
}

/// Analyses a name as the index would analyse it for an entity of that schema and country.
pub fn analyse_name(text: &str, schema: &Schema, country: Option<Country>) -> Name {
    let country = country.and_then(|country| country.code().get(..2));
    analyse_hinted(text, name_kind(schema_code(schema)), country)
}

fn analyse_hinted(text: &str, kind: NameKind, country: Option<&str>) -> Name {
    Name::parse_with(text, &Hints { kind: Some(kind), country, ..Hints::default() })
}

pub(crate) fn u32s(values: &[u32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn u64s(values: &[u64]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}
