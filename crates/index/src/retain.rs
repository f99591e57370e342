//! Deleting generations and segments that are no longer needed.

use std::collections::BTreeSet;
use std::fs;

use interdict_durable::remove_leftovers;

use crate::error::IndexError;
use crate::manifest::Manifest;
use crate::write_lock::WriteLock;

impl WriteLock {
    /// Deletes all but the newest `keep` generations and those that are pinned, the segments that none of these uses, and the
    /// temporary files of interrupted imports. Processes that have deleted files open keep them.
    ///
    /// # Errors
    /// When a file cannot be listed, read or deleted. A manifest that could not be read because of an
    /// I/O error may name segments that are still needed, so nothing is deleted then.
    pub fn retain(&self, keep: usize) -> Result<(), IndexError> {
        let Some(manifests) = self.readable_manifests()? else { return Ok(()) };
        let cut = manifests.len().saturating_sub(keep.max(1));
        let is_old =
            |at: usize, manifest: &Manifest| at < cut && !self.dir.is_pinned(manifest.number);
        let (mut old, mut kept) = (Vec::new(), Vec::new());
        for (at, manifest) in manifests.into_iter().enumerate() {
            if is_old(at, &manifest) { old.push(manifest) } else { kept.push(manifest) }
        }
        for manifest in old {
            let path = self.dir.manifest_path(manifest.number);
            fs::remove_file(&path).map_err(IndexError::io("delete", &path))?;
        }
        let used: BTreeSet<&str> =
            kept.iter().flat_map(|m| m.segments.iter().map(|s| s.file.as_str())).collect();
        self.delete_segments_except(&used)?;
        remove_leftovers(&self.dir.path.join("generations"))?;
        Ok(remove_leftovers(self.dir.path())?)
    }

    /// The manifests of the kept generations, oldest first. A damaged one protects no segments: it is
    /// skipped, or no import would ever succeed again. One that a newer program wrote may name any
    /// segment: `None`, so that nothing is deleted. Any other error is returned.
    fn readable_manifests(&self) -> Result<Option<Vec<Manifest>>, IndexError> {
        let mut manifests = Vec::new();
        for number in self.dir.numbers()? {
            match self.dir.manifest(number) {
                Ok(manifest) => manifests.push(manifest),
                Err(IndexError::Damaged { .. }) => {}
                Err(IndexError::Newer { .. }) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
        Ok(Some(manifests))
    }

    /// Also deletes the temporary files of segments, because no other process writes while this lock is held.
    fn delete_segments_except(&self, used: &BTreeSet<&str>) -> Result<(), IndexError> {
        let folder = self.dir.path.join("segments");
        for entry in fs::read_dir(&folder).map_err(IndexError::io("list", &folder))? {
            let entry = entry.map_err(IndexError::io("list", &folder))?;
            let name = entry.file_name();
            if name.to_str().is_none_or(|name| !used.contains(name)) {
                fs::remove_file(entry.path()).map_err(IndexError::io("delete", &entry.path()))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use interdict_model::{Entity, GenerationId, Schema};
    use jiff::Timestamp;
    use tempfile::TempDir;

    use super::*;
    use crate::{About, DataDir, SegmentBuilder};

    struct Scene {
        _folder: TempDir,
        lock: WriteLock,
    }

    /// Three generations of one list, each with a segment of its own.
    fn three_generations() -> Scene {
        let folder = tempfile::tempdir().unwrap();
        let lock = DataDir::at(folder.path()).lock(false).unwrap();
        for number in 1..=3 {
            let mut builder = SegmentBuilder::new(lock.temporary().unwrap()).unwrap();
            let id = format!("x-{number}").parse().unwrap();
            let mut person = Entity::new(id, Schema::PERSON);
            person.add("name", "Jane Example");
            builder.add(&person).unwrap();
            let mut about = About::new("my_list".parse().unwrap());
            about.entities = 1;
            let kept = lock.keep(builder.finish(&about).unwrap()).unwrap();
            lock.commit(vec![kept], &[], Timestamp::UNIX_EPOCH).unwrap();
        }
        Scene { _folder: folder, lock }
    }

    impl Scene {
        fn dir(&self) -> &DataDir {
            &self.lock.dir
        }

        fn manifest_file(&self, number: u64) -> std::path::PathBuf {
            self.dir().manifest_path(GenerationId::from(number))
        }

        fn segments(&self) -> usize {
            fs::read_dir(self.dir().path().join("segments")).unwrap().count()
        }

        fn kept(&self) -> Vec<u64> {
            self.dir().numbers().unwrap().into_iter().map(u64::from).collect()
        }

        fn opens(&self, number: u64) -> bool {
            let manifest = self.dir().manifest(number.into()).unwrap();
            self.dir().open(manifest).is_ok()
        }
    }

    fn write_leftovers(folder: &Path) {
        for part in ["", "generations", "segments"] {
            fs::write(folder.join(part).join(".new-left"), b"half").unwrap();
        }
    }

    #[test]
    fn a_pinned_generation_stays_with_its_segments() {
        let scene = three_generations();
        scene.dir().pin(GenerationId::from(1)).unwrap();
        scene.dir().pin(GenerationId::from(1)).unwrap();
        scene.lock.retain(1).unwrap();
        assert_eq!(scene.kept(), [1, 3]);
        assert_eq!(scene.segments(), 2);
        assert!(scene.opens(1) && scene.opens(3));
    }

    #[test]
    fn only_the_newest_generations_and_their_segments_stay() {
        let scene = three_generations();
        scene.lock.retain(2).unwrap();
        assert_eq!(scene.kept(), [2, 3]);
        assert_eq!(scene.segments(), 2);
        assert!(scene.opens(2) && scene.opens(3));
        scene.lock.retain(0).unwrap();
        assert_eq!((scene.kept(), scene.segments()), (vec![3], 1), "one is always kept");
    }

    #[test]
    fn a_segment_that_two_generations_share_stays_with_the_newer_one() {
        let scene = three_generations();
        scene.lock.restore(GenerationId::from(1), Timestamp::UNIX_EPOCH).unwrap();
        scene.lock.retain(1).unwrap();
        assert_eq!((scene.kept(), scene.segments()), (vec![4], 1));
        assert!(scene.opens(4));
    }

    #[test]
    fn temporary_files_of_interrupted_imports_are_deleted_everywhere() {
        let scene = three_generations();
        write_leftovers(scene.dir().path());
        scene.lock.retain(9).unwrap();
        for part in ["", "generations", "segments"] {
            assert!(!scene.dir().path().join(part).join(".new-left").exists(), "{part}");
        }
        assert_eq!((scene.kept(), scene.segments()), (vec![1, 2, 3], 3));
    }

    #[test]
    fn a_damaged_manifest_protects_nothing_and_stops_nothing() {
        let scene = three_generations();
        fs::write(scene.manifest_file(2), b"{").unwrap();
        scene.lock.retain(9).unwrap();
        assert_eq!(scene.segments(), 2);
        assert!(scene.opens(1) && scene.opens(3));
    }

    #[test]
    fn a_manifest_that_cannot_be_read_stops_the_clean_up_before_anything_is_deleted() {
        let scene = three_generations();
        // A folder of that name makes reading an I/O error, whatever the rights of the user who runs the test.
        fs::remove_file(scene.manifest_file(2)).unwrap();
        fs::create_dir(scene.manifest_file(2)).unwrap();
        write_leftovers(scene.dir().path());
        let error = scene.lock.retain(1).unwrap_err();
        assert!(matches!(error, IndexError::File(_)), "{error}");
        assert_eq!((scene.kept(), scene.segments()), (vec![1, 2, 3], 4));
    }

    #[test]
    fn a_manifest_of_a_newer_program_keeps_every_segment_and_stops_no_import() {
        let scene = three_generations();
        let text = fs::read_to_string(scene.manifest_file(2)).unwrap();
        fs::write(scene.manifest_file(2), text.replace("\"format\": 1", "\"format\": 2")).unwrap();
        scene.lock.retain(1).unwrap();
        assert_eq!((scene.kept(), scene.segments()), (vec![1, 2, 3], 3));
    }
}
