//! The data directory: segments, generations, and which one is in use.
//!
//! ```text
//! segments/<dataset>-<first 16 digits of its SHA-256>.seg
//! generations/<number>.json      which segments make up a generation
//! CURRENT                        the number of the generation in use
//! LOCK                           held by the one process that writes
//! ```
//! Nothing is changed in place. A new segment is written beside the others, checked and renamed;
//! then its generation; then `CURRENT`. Stopping at any point leaves the last generation in use, and
//! processes that opened an older one keep it.

use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

use interdict_model::DatasetName;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use crate::about::SourceFile;
use crate::error::IndexError;
use crate::segment::Segment;

/// Where generations are kept.
#[derive(Debug, Clone)]
pub struct DataDir {
    pub(crate) path: PathBuf,
}

/// What makes up a generation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The format of this file.
    pub format: u32,
    /// The generation's number; each is one more than the last.
    pub number: u64,
    /// When it was made, RFC 3339 in UTC.
    pub created: String,
    /// Its segments, by dataset.
    pub segments: Vec<SegmentRef>,
}

/// One list within a generation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentRef {
    /// The dataset.
    pub dataset: DatasetName,
    /// The segment's file name.
    pub file: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
    /// The list's own version.
    pub version: String,
    /// When it was imported, RFC 3339 in UTC.
    pub imported_at: String,
    /// The files it was read from.
    #[serde(default)]
    pub sources: Vec<SourceFile>,
    /// Listed entities.
    pub targets: u64,
    /// Entities of all kinds.
    pub entities: u64,
    /// Names of listed entities.
    pub names: u64,
    /// Wallets.
    pub wallets: u64,
    /// Problems found while reading.
    pub problems: u64,
}

/// A set of lists, opened. It stays as it is whatever is imported meanwhile.
pub struct Generation {
    /// What it is made of.
    pub manifest: Manifest,
    /// Its lists, opened, in the manifest's order.
    pub segments: Vec<Segment>,
}

/// The right to write, held by one process at a time.
#[derive(Debug)]
pub struct WriteLock {
    pub(crate) dir: DataDir,
    _file: File,
}

const MANIFEST_FORMAT: u32 = 1;

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

    pub(crate) fn manifest_path(&self, number: u64) -> PathBuf {
        self.path.join("generations").join(format!("{number}.json"))
    }

    /// The number of the generation in use, if there is one.
    pub fn current_number(&self) -> Result<Option<u64>, IndexError> {
        let path = self.path.join("CURRENT");
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(IndexError::io("read", &path)(error)),
        };
        let damaged = |_| IndexError::Damaged { path, detail: "it holds no number".into() };
        text.trim().parse().map(Some).map_err(damaged)
    }

    /// The manifest of a generation.
    pub fn manifest(&self, number: u64) -> Result<Manifest, IndexError> {
        let path = self.manifest_path(number);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(IndexError::NoGeneration(number.to_string()));
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
    pub(crate) fn numbers(&self) -> Result<Vec<u64>, IndexError> {
        // One that was written but never put in use is not part of history.
        let current = self.current_number()?.unwrap_or(0);
        let mut numbers = self.written_numbers()?;
        numbers.retain(|number| *number <= current);
        Ok(numbers)
    }

    /// The numbers of all generations that were written, in use or not, in order.
    pub(crate) fn written_numbers(&self) -> Result<Vec<u64>, IndexError> {
        let folder = self.path.join("generations");
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(IndexError::io("list", &folder)(error)),
        };
        let mut numbers: Vec<u64> = entries
            .filter_map(|entry| {
                let name = entry.ok()?.file_name();
                name.to_str()?.strip_suffix(".json")?.parse().ok()
            })
            .collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// Opens a generation.
    pub fn open(&self, manifest: Manifest) -> Result<Generation, IndexError> {
        let segments = manifest
            .segments
            .iter()
            .map(|segment| {
                let path = self.segment_path(&segment.file);
                let opened = Segment::open(&path)?;
                if opened.byte_len() == segment.bytes {
                    return Ok(opened);
                }
                let detail = format!("it should have {} bytes", segment.bytes);
                Err(IndexError::Damaged { path, detail })
            })
            .collect::<Result<_, _>>()?;
        Ok(Generation { manifest, segments })
    }

    /// Reads every byte of a generation and checks it.
    pub fn verify(&self, manifest: &Manifest) -> Result<(), IndexError> {
        for segment in &manifest.segments {
            let path = self.segment_path(&segment.file);
            if SourceFile::read(&path)?.sha256 != segment.sha256 {
                let detail = "its checksum is wrong".into();
                return Err(IndexError::Damaged { path, detail });
            }
            Segment::open(&path)?.verify()?;
        }
        Ok(())
    }

    /// Takes the right to write, waiting for another process only if asked to.
    pub fn lock(&self, wait: bool) -> Result<WriteLock, IndexError> {
        for folder in ["segments", "generations"] {
            let folder = self.path.join(folder);
            fs::create_dir_all(&folder).map_err(IndexError::io("create", &folder))?;
        }
        let path = self.path.join("LOCK");
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(IndexError::io("open", &path))?;
        if wait {
            file.lock().map_err(IndexError::io("lock", &path))?;
        } else {
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(IndexError::Busy { path }),
                Err(TryLockError::Error(error)) => {
                    return Err(IndexError::io("lock", &path)(error));
                }
            }
        }
        Ok(WriteLock { dir: self.clone(), _file: file })
    }
}

impl Generation {
    /// A generation of segments in memory only.
    pub fn in_memory(segments: Vec<Segment>) -> Self {
        Self { manifest: Manifest::of(Vec::new()), segments }
    }
}

impl Manifest {
    /// These segments under no number, to look at or to check.
    pub fn of(segments: Vec<SegmentRef>) -> Self {
        Self { format: MANIFEST_FORMAT, number: 0, created: String::new(), segments }
    }
}

impl WriteLock {
    /// A temporary file in the segments' folder, to build a segment in.
    pub fn temporary(&self) -> Result<NamedTempFile, IndexError> {
        let folder = self.dir.path.join("segments");
        NamedTempFile::with_prefix_in(".new-", &folder).map_err(IndexError::io("write to", &folder))
    }

    /// Checks a finished segment and moves it to its place. It is not in use yet.
    pub fn keep(&self, file: NamedTempFile) -> Result<SegmentRef, IndexError> {
        file.as_file().sync_all().map_err(IndexError::io("write", file.path()))?;
        let segment = Segment::open(file.path())?;
        segment.verify()?;
        let sha256 = SourceFile::read(file.path())?.sha256;
        let about = segment.about();
        let name = format!("{}-{}.seg", about.dataset, sha256.get(..16).unwrap_or_default());
        let kept = SegmentRef {
            dataset: about.dataset.clone(),
            file: name.clone(),
            bytes: segment.byte_len(),
            sha256,
            version: about.version.clone(),
            imported_at: about.imported_at.clone(),
            sources: about.sources.clone(),
            targets: about.targets,
            entities: about.entities,
            names: about.names,
            wallets: about.wallets,
            problems: about.problems.len() as u64,
        };
        drop(segment);
        let path = self.dir.segment_path(&name);
        file.persist(&path).map_err(|error| IndexError::io("write", &path)(error.error))?;
        self.sync("segments")?;
        Ok(kept)
    }

    /// Puts a new generation in use: the one in use with these segments put in place of those of
    /// the same dataset, and the datasets in `removed` left out.
    pub fn commit(
        &self,
        segments: Vec<SegmentRef>,
        removed: &[DatasetName],
        created: &str,
    ) -> Result<Manifest, IndexError> {
        let current = self.dir.current_manifest()?;
        let newest = self.dir.current_number()?.unwrap_or(0);
        let mut all: Vec<SegmentRef> =
            current.map(|manifest| manifest.segments).unwrap_or_default();
        all.retain(|old| {
            !removed.contains(&old.dataset) && segments.iter().all(|new| new.dataset != old.dataset)
        });
        all.extend(segments);
        all.sort_by(|a, b| a.dataset.cmp(&b.dataset));
        self.put_in_use(Manifest {
            format: MANIFEST_FORMAT,
            number: newest + 1,
            created: created.to_owned(),
            segments: all,
        })
    }

    /// Writes a manifest and then points to it.
    pub(crate) fn put_in_use(&self, manifest: Manifest) -> Result<Manifest, IndexError> {
        self.write_manifest(&manifest)?;
        self.replace(&self.dir.path.join("CURRENT"), manifest.number.to_string().as_bytes())?;
        self.sync("")?;
        Ok(manifest)
    }

    /// Writes a manifest in its place.
    pub(crate) fn write_manifest(&self, manifest: &Manifest) -> Result<(), IndexError> {
        let path = self.dir.manifest_path(manifest.number);
        let json = serde_json::to_vec_pretty(manifest).map_err(|error| IndexError::Damaged {
            path: path.clone(),
            detail: error.to_string(),
        })?;
        self.replace(&path, &json)?;
        self.sync("generations")
    }

    /// Writes a file beside its place and renames it over it.
    fn replace(&self, path: &Path, bytes: &[u8]) -> Result<(), IndexError> {
        let folder = path.parent().unwrap_or(&self.dir.path);
        let mut file = NamedTempFile::with_prefix_in(".new-", folder)
            .map_err(IndexError::io("write to", folder))?;
        file.write_all(bytes).map_err(IndexError::io("write", path))?;
        file.as_file().sync_all().map_err(IndexError::io("write", path))?;
        file.persist(path).map_err(|error| IndexError::io("write", path)(error.error))?;
        Ok(())
    }

    /// Makes renames in a folder survive a power cut.
    fn sync(&self, folder: &str) -> Result<(), IndexError> {
        let path = self.dir.path.join(folder);
        let synced = File::open(&path).and_then(|folder| folder.sync_all());
        synced.map_err(IndexError::io("write", &path))
    }
}
