//! Rebuilding segments that another version of the program has indexed.

use std::collections::BTreeMap;
use std::io::BufWriter;

use crate::build_error::BuildError;
use crate::builder::SegmentBuilder;
use crate::error::IndexError;
use crate::manifest::SegmentRef;
use crate::segment::Segment;
use crate::write_lock::WriteLock;

impl WriteLock {
    /// Rebuilds the segments that were indexed by other versions, in every kept generation, the newest first. Entities,
    /// generation numbers and times do not change. Returns the number of rebuilt segments.
    pub fn reindex(&self) -> Result<usize, IndexError> {
        let mut made: BTreeMap<String, SegmentRef> = BTreeMap::new();
        for number in self.dir.numbers()?.into_iter().rev() {
            let mut manifest = self.dir.manifest(number)?;
            let mut is_changed = false;
            for segment in &mut manifest.segments {
                if !made.contains_key(&segment.file) {
                    let Some(new) = self.reindex_segment(segment)? else { continue };
                    made.insert(segment.file.clone(), new);
                }
                if let Some(new) = made.get(&segment.file) {
                    *segment = new.clone();
                    is_changed = true;
                }
            }
            if is_changed {
                self.write_manifest(&manifest)?;
            }
        }
        Ok(made.len())
    }

    /// A new segment of the same entities, if the old one was indexed by another version.
    fn reindex_segment(&self, old: &SegmentRef) -> Result<Option<SegmentRef>, IndexError> {
        let path = self.dir.segment_path(&old.file);
        match Segment::open(&path) {
            Err(IndexError::Outdated { .. }) => {}
            Ok(_) => return Ok(None),
            Err(error) => return Err(error),
        }
        let entities = Segment::open_entities(&path)?;
        entities.verify_sections()?;
        let file = self.temporary()?;
        let failed =
            |source: BuildError| IndexError::Build { dataset: old.dataset.clone(), source };
        let mut builder = SegmentBuilder::new(BufWriter::new(file)).map_err(failed)?;
        for row in entities.entities() {
            builder.add(&entities.entity(row)?).map_err(failed)?;
        }
        let out = builder.finish(entities.about()).map_err(failed)?;
        let file =
            out.into_inner().map_err(|error| IndexError::io("write", &path)(error.into()))?;
        self.keep(file).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use interdict_durable::AtomicFile;
    use interdict_model::{Entity, Schema};

    use super::*;
    use crate::{About, DataDir};

    fn builder(lock: &WriteLock) -> (SegmentBuilder<AtomicFile>, About) {
        let mut builder = SegmentBuilder::new(lock.temporary().unwrap()).unwrap();
        let mut person = Entity::new("x-1".parse().unwrap(), Schema::PERSON);
        person.add("name", "Jane Example");
        builder.add(&person).unwrap();
        let mut about = About::new("my_list".parse().unwrap());
        about.entities = 1;
        (builder, about)
    }

    #[test]
    fn what_another_version_indexed_is_refused_until_it_is_indexed_anew() {
        let folder = tempfile::tempdir().unwrap();
        let dir = DataDir::at(folder.path());
        let lock = dir.lock(false).unwrap();
        let (first, mut about) = builder(&lock);
        let mut kept = lock.keep(first.finish(&about).unwrap()).unwrap();
        // The same entities, as a version with another analysis of names would have left them.
        let (second, _) = builder(&lock);
        about.analysis = "of another version".to_owned();
        let file = second.finish_as(&about).unwrap();
        kept.bytes = std::fs::metadata(file.temporary_path()).unwrap().len();
        file.commit(&folder.path().join("segments").join(&kept.file)).unwrap();
        let created = "2026-01-01T00:00:00Z".parse().unwrap();
        let manifest = lock.commit(vec![kept], &[], created).unwrap();

        let refused = dir.open(manifest.clone()).map(|_| ()).unwrap_err();
        assert!(matches!(refused, IndexError::Outdated { .. }), "{refused}");
        assert!(refused.to_string().contains("interdict lists reindex"), "{refused}");

        assert_eq!(lock.reindex().unwrap(), 1);
        let again = dir.current_manifest().unwrap().unwrap();
        assert_eq!((again.number, &again.created), (manifest.number, &manifest.created));
        let opened = dir.open(again.clone()).unwrap();
        dir.verify(&again.segments).unwrap();
        assert!(opened.segments[0].find("x-1").is_some());
        assert_eq!(lock.reindex().unwrap(), 0);
    }
}
