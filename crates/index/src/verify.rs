//! Checks that a segment is undamaged and that its index finds its own entities and names.

use interdict_durable::QuickChecksum;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::candidates::CandidateSearcher;
use crate::error::IndexError;
use crate::integers;
use crate::layout::{Extent, Section};
use crate::prepared_query::PreparedQuery;
use crate::rows::EntityRow;
use crate::segment::Segment;

impl Segment {
    /// Checks the checksum of every section, that the counts agree, that an entity is found by its id
    /// and that a name is found by itself. Reads the whole file.
    pub fn verify(&self) -> Result<(), IndexError> {
        self.verify_sections()?;
        let entities = self.len();
        if self.section(Section::ById).len() != entities * 4
            || self.about().entities != integers::stored_len(entities)
        {
            return Err(self.damaged("the number of entities does not fit"));
        }
        let last = integers::count(entities).checked_sub(1).map(EntityRow::new);
        if let Some(row) = last {
            let entity = self.entity(row)?;
            if self.find(entity.id.as_str()) != Some(row) {
                return Err(self.damaged("an entity is not found by its id"));
            }
        }
        if !self.finds_a_name() {
            return Err(self.damaged("a name is not found by its keys"));
        }
        Ok(())
    }

    /// Checks on opening that no section is damaged: all of them at once, as a search may read any part
    /// of them. Reads the whole file, at the speed of memory or of the disk.
    pub(crate) fn check(&self) -> Result<(), IndexError> {
        let is_whole = |extent: &Extent| {
            let section = self.bytes_at(extent).unwrap_or_default();
            match extent.quick {
                // A segment written by a version without quick checksums.
                0 => Sha256::digest(section)[..] == extent.sha256,
                quick => QuickChecksum::of(section) == quick,
            }
        };
        match self.extents().par_iter().all(is_whole) {
            true => Ok(()),
            false => Err(self.damaged("a section's checksum is wrong")),
        }
    }

    /// Checks the checksum of every section.
    pub(crate) fn verify_sections(&self) -> Result<(), IndexError> {
        for extent in self.extents() {
            let section = self
                .bytes_at(extent)
                .ok_or_else(|| self.damaged("a section lies outside the file"))?;
            if Sha256::digest(section)[..] != extent.sha256 {
                return Err(self.damaged("a section's checksum is wrong"));
            }
        }
        Ok(())
    }

    /// Whether the first name that can be found at all is found by itself; true if there is none.
    fn finds_a_name(&self) -> bool {
        let comparable = self.names().find(|name| self.name(*name).is_comparable());
        comparable.is_none_or(|name| {
            let query = PreparedQuery::new(self.name(name));
            let mut searcher = CandidateSearcher::default();
            searcher.candidates(self, &query, CandidateSearcher::MIN_SCORE).contains(&name)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use interdict_model::{Entity, Schema};

    use super::*;
    use crate::layout::{SECTIONS, read_header, render_header};
    use crate::{About, SegmentBuilder};

    fn built(entities: u64) -> Vec<u8> {
        let mut builder = SegmentBuilder::new(Cursor::new(Vec::new())).unwrap();
        for (id, name) in [("x-2", "Jane Example"), ("x-1", "Ivan Petrov")] {
            let mut person = Entity::new(id.parse().unwrap(), Schema::PERSON);
            person.add("name", name);
            builder.add(&person).unwrap();
        }
        let mut about = About::new("my_list".parse().unwrap());
        about.entities = entities;
        builder.finish(&about).unwrap().into_inner()
    }

    fn fault(bytes: Vec<u8>) -> String {
        Segment::from_bytes(bytes).unwrap().verify().unwrap_err().to_string()
    }

    /// The segment with a section changed and its checksum corrected.
    fn with_section(section: Section, change: impl FnOnce(&mut [u8])) -> Vec<u8> {
        changed(built(2), section, change)
    }

    fn changed(mut bytes: Vec<u8>, section: Section, change: impl FnOnce(&mut [u8])) -> Vec<u8> {
        let mut extents = read_header(&bytes).unwrap().1;
        let extent = &mut extents[section.index()];
        let start = integers::offset(extent.offset);
        let range = start..start + integers::offset(extent.length);
        change(&mut bytes[range.clone()]);
        extent.sha256 = Sha256::digest(&bytes[range]).into();
        bytes[..crate::layout::HEADER].copy_from_slice(&render_header(&extents));
        bytes
    }

    #[test]
    fn an_undamaged_segment_passes_and_so_does_an_empty_one() {
        Segment::from_bytes(built(2)).unwrap().verify().unwrap();
        let builder = SegmentBuilder::new(Cursor::new(Vec::new())).unwrap();
        let about = About::new("my_list".parse().unwrap());
        let empty = builder.finish(&about).unwrap().into_inner();
        Segment::from_bytes(empty).unwrap().verify().unwrap();
    }

    #[test]
    fn a_changed_byte_of_any_section_is_found() {
        let bytes = built(2);
        let extents = read_header(&bytes).unwrap().1;
        let mut changed_sections = 0;
        for extent in extents.iter().filter(|extent| extent.length > 0) {
            let mut damaged = bytes.clone();
            damaged[integers::offset(extent.offset + extent.length - 1)] ^= 1;
            // A damaged description may already be refused when the segment is opened.
            let Ok(segment) = Segment::from_bytes(damaged) else { continue };
            assert!(segment.check().is_err(), "it is noticed on opening, too");
            let fault = segment.verify().unwrap_err().to_string();
            assert!(fault.ends_with("a section's checksum is wrong"), "{fault}");
            changed_sections += 1;
        }
        assert!(changed_sections > SECTIONS / 2);
    }

    #[test]
    fn a_segment_without_quick_checksums_is_checked_by_the_others() {
        let mut bytes = built(2);
        let mut extents = read_header(&bytes).unwrap().1;
        extents.iter_mut().for_each(|extent| extent.quick = 0);
        bytes[..crate::layout::HEADER].copy_from_slice(&render_header(&extents));
        Segment::from_bytes(bytes.clone()).unwrap().check().unwrap();
        let names = extents[Section::NameTexts.index()];
        bytes[integers::offset(names.offset)] ^= 1;
        Segment::from_bytes(bytes).unwrap().check().unwrap_err();
    }

    #[test]
    fn counts_that_do_not_agree_are_found() {
        assert!(fault(built(3)).ends_with("the number of entities does not fit"));
    }

    #[test]
    fn an_entity_that_is_not_found_by_its_id_is_a_fault() {
        let without_last = with_section(Section::ById, |rows| rows.fill(0));
        assert!(fault(without_last).ends_with("an entity is not found by its id"));
    }

    #[test]
    fn a_name_that_is_not_found_by_itself_is_a_fault() {
        let emptied = with_section(Section::TermKeyBuckets, |buckets| buckets.fill(0));
        let emptied = changed(emptied, Section::WholeNameBuckets, |buckets| buckets.fill(0));
        assert!(fault(emptied).ends_with("a name is not found by its keys"));
    }
}
