//! The retrieval index of a segment: its dictionary of terms and its posting lists.

use interdict_names::NameTerm;

use crate::hash_postings::HashPostings;
use crate::integers;
use crate::layout::{Section, u32_at};
use crate::records::{NamePosting, TermPosting};
use crate::rows::{NameRow, TermRow};
use crate::schema_code::ClassMask;
use crate::segment::Segment;

impl Segment {
    /// The names under a whole-name key, ascending. Whether their profiles are open is not stored
    /// there.
    pub(crate) fn whole_name_postings(&self, key: u64) -> impl Iterator<Item = NamePosting> + '_ {
        let lists = HashPostings {
            buckets: self.section(Section::WholeNameBuckets),
            entries: self.section(Section::WholeNameEntries),
        };
        lists.values(key).map(NamePosting::from_stored)
    }

    /// The terms under a term key that occur in names of at least one of these classes.
    pub(crate) fn terms_with_key(
        &self,
        key: u64,
        classes: ClassMask,
    ) -> impl Iterator<Item = TermRow> + '_ {
        let lists = HashPostings {
            buckets: self.section(Section::TermKeyBuckets),
            entries: self.section(Section::TermKeyEntries),
        };
        lists
            .values(key)
            .map(TermPosting::from_stored)
            .filter(move |posting| posting.is_of(classes))
            .map(TermPosting::term)
    }

    /// Number of terms in the dictionary.
    pub(crate) fn term_count(&self) -> usize {
        self.section(Section::Terms).len() / NameTerm::BYTES
    }

    /// A term of the dictionary as it is stored.
    pub(crate) fn stored_term(&self, term: TermRow) -> Option<&[u8; NameTerm::BYTES]> {
        self.section(Section::Terms).as_chunks().0.get(term.index())
    }

    /// The posting list of a term: the names with an open profile, then the others, each ascending.
    pub(crate) fn postings(
        &self,
        term: TermRow,
    ) -> impl ExactSizeIterator<Item = NamePosting> + '_ {
        self.list([Section::PostingOffsets, Section::Postings], term.index())
            .map(NamePosting::from_stored)
    }

    /// The front part of a term's posting list: the names with an open profile.
    pub(crate) fn open_postings(&self, term: TermRow) -> impl Iterator<Item = NamePosting> + '_ {
        self.postings(term).take_while(|posting| posting.is_open())
    }

    /// The single terms of a name, ascending.
    pub(crate) fn terms_of_name(
        &self,
        name: NameRow,
    ) -> impl ExactSizeIterator<Item = TermRow> + '_ {
        self.list([Section::NameTermOffsets, Section::NameTerms], name.index()).map(TermRow::new)
    }

    /// A list from a section of u32, by a section of offsets.
    fn list(
        &self,
        [offsets, values]: [Section; 2],
        at: usize,
    ) -> impl ExactSizeIterator<Item = u32> + '_ {
        let offsets = self.section(offsets);
        let at = at * 4;
        let start = integers::index(u32_at(offsets, at)) * 4;
        let end = integers::index(u32_at(offsets, at + 4)) * 4;
        let bytes = self.section(values).get(start..end).unwrap_or_default();
        bytes.as_chunks::<4>().0.iter().map(|four| u32::from_le_bytes(*four))
    }
}
