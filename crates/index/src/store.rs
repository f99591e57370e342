//! The data directory: segments, generations, and which generation is in use.
//!
//! ```text
//! segments/<dataset>-<first 16 digits of its SHA-256>.seg
//! generations/<number>.json      which segments make up a generation
//! generations/<number>.pinned    there if a generation must not be deleted
//! CURRENT                        the number of the generation in use, and its checksum
//! LOCK                           held by the one process that writes
//! ```
//! Nothing is changed in place. A new segment is written beside the others, checked and renamed;
//! then its generation; then `CURRENT`. Stopping at any point leaves the last generation in use, and
//! processes that opened an older one keep it.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use interdict_durable::AtomicFile;
use interdict_model::{GenerationId, fingerprint64};
use rayon::prelude::*;

use crate::about::SourceFile;
use crate::error::IndexError;
use crate::manifest::{MANIFEST_FORMAT, Manifest, SegmentRef};
use crate::segment::Segment;

/// The folder that contains segments and generations.
#[derive(Debug, Clone)]
pub struct DataDir {
    pub(crate) path: PathBuf,
}

/// A set of lists, opened. Imports do not change it: they write new files.
pub struct Generation {
    /// Its number.
    pub id: GenerationId,
    /// The manifest's entries of the segments that were read from the data directory.
    pub stored: Vec<SegmentRef>,
    /// Its lists, opened, in the manifest's order.
    pub segments: Vec<Segment>,
}

/// The text of `CURRENT`: the number of a generation and the checksum of that number, so that a flipped bit cannot
/// select an older generation.
pub(crate) fn render_pointer(number: GenerationId) -> String {
    let number = number.to_string();
    format!("{number} {:016x}", fingerprint64(number.as_bytes()))
}

/// The number in a pointer; `None` if it is damaged. Earlier versions wrote the number alone.
fn read_pointer(text: &str) -> Option<GenerationId> {
    let mut words = text.split_ascii_whitespace();
    let number: GenerationId = words.next()?.parse().ok()?;
    let is_intact = match words.next() {
        Some(_) => text.trim() == render_pointer(number),
        None => true,
    };
    is_intact.then_some(number)
}

impl DataDir {
    /// The data directory at that path, which need not exist yet.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn segment_path(&self, file: &str) -> PathBuf {
        self.path.join("segments").join(file)
    }

    pub(crate) fn manifest_path(&self, number: GenerationId) -> PathBuf {
        self.path.join("generations").join(format!("{number}.json"))
    }

    /// Whether the directory exists.
    ///
    /// # Errors
    /// When the path is not a directory, or cannot be accessed.
    pub fn exists(&self) -> Result<bool, IndexError> {
        match fs::metadata(&self.path) {
            Ok(found) if found.is_dir() => Ok(true),
            Ok(_) => Err(IndexError::NoDirectory { path: self.path.clone() }),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(IndexError::io("open", &self.path)(error)),
        }
    }

    fn pin_path(&self, number: GenerationId) -> PathBuf {
        self.path.join("generations").join(format!("{number}.pinned"))
    }

    /// Protects a generation from deletion permanently: records name it and must stay verifiable.
    ///
    /// # Errors
    /// When the mark cannot be written.
    pub fn pin(&self, number: GenerationId) -> Result<(), IndexError> {
        let path = self.pin_path(number);
        if path.exists() {
            return Ok(());
        }
        Ok(AtomicFile::replace(&path, b"")?)
    }

    /// Whether a generation is protected from deletion.
    pub(crate) fn is_pinned(&self, number: GenerationId) -> bool {
        self.pin_path(number).exists()
    }

    /// The number of the generation in use, if there is one. If there are generations but no pointer, the pointer was
    /// lost, which is an error. The state before the first import has a pointer, with the number 0.
    pub fn current_number(&self) -> Result<Option<GenerationId>, IndexError> {
        let path = self.path.join("CURRENT");
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let Some(last) = self.written_numbers()?.last().copied() else { return Ok(None) };
                let detail = format!("it is missing, and generations up to {last} are kept");
                return Err(IndexError::Damaged { path, detail });
            }
            Err(error) => return Err(IndexError::io("read", &path)(error)),
        };
        let number = read_pointer(&text).ok_or_else(|| IndexError::Damaged {
            path,
            detail: "it holds no number with its checksum".into(),
        })?;
        Ok((number != GenerationId::BUILT_IN_ONLY).then_some(number))
    }

    /// The manifest of a generation.
    pub fn manifest(&self, number: GenerationId) -> Result<Manifest, IndexError> {
        let path = self.manifest_path(number);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(IndexError::NoGeneration(number));
            }
            Err(error) => return Err(IndexError::io("read", &path)(error)),
        };
        let manifest: Manifest = serde_json::from_slice(&bytes).map_err(|error| {
            IndexError::Damaged { path: path.clone(), detail: error.to_string() }
        })?;
        if manifest.format > MANIFEST_FORMAT {
            let (found, known) = (manifest.format, MANIFEST_FORMAT);
            return Err(IndexError::Newer { path, found, known });
        }
        if manifest.segments.is_empty() && manifest.removed.is_empty() {
            return Err(IndexError::Damaged { path, detail: "it names no list".into() });
        }
        Ok(manifest)
    }

    /// The manifest of the generation in use, if there is one.
    pub fn current_manifest(&self) -> Result<Option<Manifest>, IndexError> {
        self.current_number()?.map(|number| self.manifest(number)).transpose()
    }

    /// All generations that are kept, oldest first.
    pub fn manifests(&self) -> Result<Vec<Manifest>, IndexError> {
        self.numbers()?.into_iter().map(|number| self.manifest(number)).collect()
    }

    /// The numbers of all generations that are kept, in order.
    pub(crate) fn numbers(&self) -> Result<Vec<GenerationId>, IndexError> {
        // A manifest that was written but never put in use is left out.
        let current = self.current_number()?.unwrap_or(GenerationId::BUILT_IN_ONLY);
        let mut numbers = self.written_numbers()?;
        numbers.retain(|number| *number <= current);
        Ok(numbers)
    }

    /// The numbers of all generations that were written, in use or not, in order.
    pub(crate) fn written_numbers(&self) -> Result<Vec<GenerationId>, IndexError> {
        let folder = self.path.join("generations");
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(IndexError::io("list", &folder)(error)),
        };
        let mut numbers: Vec<GenerationId> = Vec::new();
        for entry in entries {
            // Skipping an unreadable entry would let the next clean-up delete its segments, so it is an error.
            let name = entry.map_err(IndexError::io("list", &folder))?.file_name();
            let stem = name.to_str().and_then(|name| name.strip_suffix(".json"));
            numbers.extend(stem.and_then(|stem| stem.parse::<GenerationId>().ok()));
        }
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// Opens a generation and checks that no segment is damaged.
    pub fn open(&self, manifest: Manifest) -> Result<Generation, IndexError> {
        let opened: Vec<Result<Segment, IndexError>> = manifest
            .segments
            .par_iter()
            .map(|segment| {
                let path = self.segment_path(&segment.file);
                let opened = Segment::open(&path)?;
                if opened.byte_len() == segment.bytes {
                    opened.check()?;
                    return Ok(opened);
                }
                let detail = format!("it should have {} bytes", segment.bytes);
                Err(IndexError::Damaged { path, detail })
            })
            .collect();
        // If several segments are damaged, the first in the manifest's order is reported, whichever thread finished
        // first.
        let segments = opened.into_iter().collect::<Result<_, _>>()?;
        Ok(Generation { id: manifest.number, stored: manifest.segments, segments })
    }

    /// Reads every byte of these segments and checks it.
    pub fn verify(&self, segments: &[SegmentRef]) -> Result<(), IndexError> {
        for segment in segments {
            let path = self.segment_path(&segment.file);
            if SourceFile::read(&path)?.sha256 != segment.sha256 {
                let detail = "its checksum is wrong".into();
                return Err(IndexError::Damaged { path, detail });
            }
            Segment::open(&path)?.verify()?;
        }
        Ok(())
    }
}

impl Generation {
    /// A generation of segments in memory only.
    pub fn in_memory(segments: Vec<Segment>) -> Self {
        Self { id: GenerationId::BUILT_IN_ONLY, stored: Vec::new(), segments }
    }
}
