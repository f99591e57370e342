//! Writing to the data directory, by one process at a time.

use std::fs;

use interdict_durable::{AtomicFile, FileLock, LockError, Wait};
use interdict_model::{DatasetName, GenerationId};
use jiff::Timestamp;

use crate::about::SourceFile;
use crate::error::IndexError;
use crate::manifest::{MANIFEST_FORMAT, Manifest, SegmentRef};
use crate::segment::Segment;
use crate::store::{DataDir, render_pointer};

/// The write lock of a data directory. Everything that changes the directory is a method of it, so
/// nothing can be written without it.
#[derive(Debug)]
pub struct WriteLock {
    pub(crate) dir: DataDir,
    _lock: FileLock,
}

impl DataDir {
    /// Acquires the write lock. If another process holds it, blocks if `wait` is set and returns [`IndexError::Busy`]
    /// otherwise.
    pub fn lock(&self, wait: bool) -> Result<WriteLock, IndexError> {
        self.exists()?;
        for folder in ["segments", "generations"] {
            let folder = self.path.join(folder);
            fs::create_dir_all(&folder).map_err(IndexError::io("create", &folder))?;
        }
        let wait = if wait { Wait::UntilFree } else { Wait::No };
        match FileLock::acquire(&self.path.join("LOCK"), wait) {
            Ok(lock) => Ok(WriteLock { dir: self.clone(), _lock: lock }),
            Err(LockError::Busy { path }) => Err(IndexError::Busy { path }),
            Err(LockError::File(error)) => Err(error.into()),
        }
    }
}

impl WriteLock {
    /// A temporary file in the folder of segments, into which a segment is built.
    pub fn temporary(&self) -> Result<AtomicFile, IndexError> {
        Ok(AtomicFile::create_in(&self.dir.path.join("segments"))?)
    }

    /// Checks a finished segment and moves it to its place. It is not in use yet.
    pub fn keep(&self, file: AtomicFile) -> Result<SegmentRef, IndexError> {
        let segment = Segment::open(file.temporary_path())?;
        segment.verify()?;
        let sha256 = SourceFile::read(file.temporary_path())?.sha256;
        let about = segment.about();
        let name = format!("{}-{}.seg", about.dataset, sha256.short());
        let kept = SegmentRef {
            dataset: about.dataset.clone(),
            file: name.clone(),
            bytes: segment.byte_len(),
            sha256,
            version: about.version.clone(),
            imported_at: about.imported_at,
            sources: about.sources.clone(),
            targets: about.targets,
            entities: about.entities,
            names: about.names,
            wallets: about.wallets,
            birth_dates: about.birth_dates,
            documents: about.documents,
            problems: about.problems.len() as u64,
        };
        drop(segment);
        file.commit(&self.dir.segment_path(&name))?;
        Ok(kept)
    }

    /// Puts a new generation in use. It equals the one in use, except that these segments are added or replace those of
    /// the same dataset, and the datasets in `removed` are left out. The manifest records the removed datasets.
    pub fn commit(
        &self,
        segments: Vec<SegmentRef>,
        removed: &[DatasetName],
        created: Timestamp,
    ) -> Result<Manifest, IndexError> {
        let current = self.dir.current_manifest()?;
        let newest = current.as_ref().map_or(GenerationId::BUILT_IN_ONLY, |m| m.number);
        let (mut all, mut left_out) =
            current.map(|manifest| (manifest.segments, manifest.removed)).unwrap_or_default();
        left_out.extend_from_slice(removed);
        left_out.retain(|name| segments.iter().all(|new| new.dataset != *name));
        left_out.sort_unstable();
        left_out.dedup();
        all.retain(|old| {
            !removed.contains(&old.dataset) && segments.iter().all(|new| new.dataset != old.dataset)
        });
        all.extend(segments);
        all.sort_by(|a, b| a.dataset.cmp(&b.dataset));
        self.put_in_use(Manifest {
            format: MANIFEST_FORMAT,
            number: newest.next(),
            created,
            segments: all,
            removed: left_out,
        })
    }

    /// Writes a manifest and then points to it.
    pub(crate) fn put_in_use(&self, manifest: Manifest) -> Result<Manifest, IndexError> {
        let pointer = self.dir.path.join("CURRENT");
        if manifest.number == GenerationId::BUILT_IN_ONLY.next() && !pointer.exists() {
            // The pointer is written before the first manifest, because manifests without a pointer mean that it was
            // lost.
            let before = render_pointer(GenerationId::BUILT_IN_ONLY);
            AtomicFile::replace(&pointer, before.as_bytes())?;
        }
        self.write_manifest(&manifest)?;
        AtomicFile::replace(&pointer, render_pointer(manifest.number).as_bytes())?;
        Ok(manifest)
    }

    /// Writes a manifest in its place.
    pub(crate) fn write_manifest(&self, manifest: &Manifest) -> Result<(), IndexError> {
        let path = self.dir.manifest_path(manifest.number);
        let json = serde_json::to_vec_pretty(manifest).map_err(|error| IndexError::Damaged {
            path: path.clone(),
            detail: error.to_string(),
        })?;
        Ok(AtomicFile::replace(&path, &json)?)
    }
}
