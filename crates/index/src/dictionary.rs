//! Builds the retrieval index of a segment: the dictionary of terms and all posting lists.

use interdict_names::{
    KeySide, Name, NameProfile, NameTerm, name_terms, shingle_keys, shingles, term_keys,
    whole_name_keys,
};
use rayon::prelude::*;

use crate::analysis::analyse_listed;
use crate::build_error::{BuildError, within_limit};
use crate::hash_postings::{self, Posting, StoredKey};
use crate::integers;
use crate::layout::{Section, u32s};
use crate::records::{NamePosting, NameRecord, TargetRecord, TermPosting};
use crate::rows::{NameRow, TermRow};
use crate::schema_code::{ClassMask, SchemaMask};

/// The names of a segment.
pub(crate) struct Corpus {
    pub(crate) names: Vec<NameRecord>,
    pub(crate) targets: Vec<TargetRecord>,
    /// The texts of the names, one after the other.
    pub(crate) texts: Vec<u8>,
}

impl Corpus {
    fn analysed(&self, row: NameRow) -> Name {
        let record = &self.names[row.index()];
        let next = self.names.get(row.index() + 1);
        let end = next.map_or(self.texts.len(), |next| integers::index(next.offset));
        let text = self.texts.get(integers::index(record.offset)..end).unwrap_or_default();
        let text = std::str::from_utf8(text).unwrap_or_default();
        analyse_listed(text, &self.targets[record.target.index()])
    }

    /// The classes of the names that have a term.
    fn classes(&self, occurrences: &[TermOccurrence]) -> ClassMask {
        let add =
            |mask: SchemaMask, at: &TermOccurrence| mask.with(self.names[at.name.index()].schema);
        occurrences.iter().fold(SchemaMask::default(), add).classes()
    }
}

/// Analyses every name on all cores, and writes the names, the posting lists of whole-name keys, and
/// the dictionary.
pub(crate) fn write(
    mut corpus: Corpus,
    mut section: impl FnMut(Section, &[u8]) -> Result<(), BuildError>,
) -> Result<(), BuildError> {
    let names = 0..within_limit(corpus.names.len(), NamePosting::MAX_NAMES, "names")?;
    let AnalysedNames { profiles, mut whole_names, mut occurrences } = names
        .into_par_iter()
        .map(NameRow::new)
        .fold(AnalysedNames::default, |mut analysed, row| {
            analysed.add(row, &corpus.analysed(row));
            analysed
        })
        .reduce(AnalysedNames::default, AnalysedNames::merge);
    for (row, profile) in profiles {
        corpus.names[row.index()].profile = profile;
    }
    let records: Vec<u8> = corpus.names.iter().flat_map(|record| record.to_bytes()).collect();
    section(Section::Names, &records)?;
    section(Section::NameTexts, &corpus.texts)?;
    let sections = [Section::WholeNameBuckets, Section::WholeNameEntries];
    write_hash_postings(&mut whole_names, sections, &mut section)?;
    drop((records, whole_names));

    occurrences.par_sort_unstable();
    let terms: Vec<&[TermOccurrence]> =
        occurrences.chunk_by(TermOccurrence::is_of_same_term).collect();
    within_limit(terms.len(), TermPosting::MAX_TERMS, "parts of names")?;
    write_posting_lists(&terms, &corpus.names, &mut section)?;
    let firsts: Vec<(TermOccurrence, ClassMask)> =
        terms.iter().map(|term| (term[0], corpus.classes(term))).collect();
    drop(terms);
    drop(occurrences);
    write_terms(&corpus, firsts, &mut section)
}

/// Writes the dictionary, given the first occurrence of each term and the classes of its names. Each term is computed
/// again from its name, because keeping all terms in memory would take 64 bytes each.
fn write_terms(
    corpus: &Corpus,
    firsts: Vec<(TermOccurrence, ClassMask)>,
    section: &mut impl FnMut(Section, &[u8]) -> Result<(), BuildError>,
) -> Result<(), BuildError> {
    let (terms, keys): (Vec<[u8; NameTerm::BYTES]>, Vec<Vec<Posting>>) = firsts
        .into_par_iter()
        .enumerate()
        .map(|(at, (first, classes))| {
            let posting = TermPosting::new(TermRow::new(integers::count(at)), classes);
            let (term, is_shingle) = indexed_terms(&corpus.analysed(first.name))
                .nth(usize::from(first.at))
                .expect("the term was found in this name before");
            let value = posting.to_stored();
            let keys = document_keys(&term, is_shingle).into_iter();
            let postings = keys.map(|key| Posting { key: StoredKey::of(key), value });
            (term.to_bytes(), postings.collect())
        })
        .unzip();
    section(Section::Terms, &terms.concat())?;
    drop(terms);
    let sections = [Section::TermKeyBuckets, Section::TermKeyEntries];
    write_hash_postings(&mut keys.concat(), sections, section)
}

/// Writes the posting list of each term, and the terms of each name.
fn write_posting_lists(
    terms: &[&[TermOccurrence]],
    names: &[NameRecord],
    section: &mut impl FnMut(Section, &[u8]) -> Result<(), BuildError>,
) -> Result<(), BuildError> {
    let lists = PostingLists::of(terms, names)?;
    let offsets = lists.name_term_offsets(terms, names.len());
    section(Section::NameTermOffsets, &u32s(offsets.iter().copied()))?;
    let name_terms = lists.name_terms(terms, offsets);
    section(Section::NameTerms, &u32s(name_terms.into_iter().map(TermRow::number)))?;
    section(Section::PostingOffsets, &u32s(lists.offsets))?;
    section(Section::Postings, &u32s(lists.postings.into_iter().map(NamePosting::to_stored)))
}

/// The posting lists of all terms, one after the other.
struct PostingLists {
    /// By term, the start of its list; the last entry is the end of the last list.
    offsets: Vec<u32>,
    postings: Vec<NamePosting>,
}

impl PostingLists {
    fn of(terms: &[&[TermOccurrence]], names: &[NameRecord]) -> Result<Self, BuildError> {
        let mut offsets = Vec::with_capacity(terms.len() + 1);
        let mut postings = Vec::with_capacity(terms.iter().map(|term| term.len()).sum());
        let is_open = |name: NameRow| names[name.index()].profile.is_open();
        for term in terms {
            offsets.push(within_limit(postings.len(), u32::MAX, "parts of names")?);
            // A name may have the same term twice.
            for wanted in [true, false] {
                let distinct = term.chunk_by(|one, next| one.name == next.name);
                let of_kind =
                    distinct.map(|same| same[0].name).filter(|name| is_open(*name) == wanted);
                postings.extend(of_kind.map(|name| NamePosting::new(name, wanted)));
            }
        }
        offsets.push(within_limit(postings.len(), u32::MAX, "parts of names")?);
        Ok(Self { offsets, postings })
    }

    /// The single terms, each with its posting list.
    fn of_single_terms(
        &self,
        terms: &[&[TermOccurrence]],
    ) -> impl Iterator<Item = (TermRow, &[NamePosting])> {
        let single = (0..).zip(terms).zip(self.offsets.windows(2));
        single.filter(|((_, term), _)| !term[0].is_shingle).map(|((row, _), range)| {
            let range = integers::index(range[0])..integers::index(range[1]);
            (TermRow::new(row), &self.postings[range])
        })
    }

    /// By name, the start of its list of single terms; the last entry is the end of the last list.
    fn name_term_offsets(&self, terms: &[&[TermOccurrence]], names: usize) -> Vec<u32> {
        let mut offsets = vec![0_u32; names + 1];
        for (_, postings) in self.of_single_terms(terms) {
            postings.iter().for_each(|posting| offsets[posting.name().index()] += 1);
        }
        let mut total = 0;
        for offset in &mut offsets {
            total += std::mem::replace(offset, total);
        }
        offsets
    }

    /// The single terms of all names. The offsets serve as write positions.
    fn name_terms(&self, terms: &[&[TermOccurrence]], mut offsets: Vec<u32>) -> Vec<TermRow> {
        let total = offsets.last().copied().unwrap_or(0);
        let mut name_terms = vec![TermRow::new(0); integers::index(total)];
        for (term, postings) in self.of_single_terms(terms) {
            for posting in postings {
                let next = &mut offsets[posting.name().index()];
                name_terms[integers::index(*next)] = term;
                *next += 1;
            }
        }
        name_terms
    }
}

/// Sorts postings under hash keys and writes them.
fn write_hash_postings(
    postings: &mut Vec<Posting>,
    [buckets, entries]: [Section; 2],
    section: &mut impl FnMut(Section, &[u8]) -> Result<(), BuildError>,
) -> Result<(), BuildError> {
    postings.par_sort_unstable();
    postings.dedup();
    within_limit(postings.len(), u32::MAX, "keys of names")?;
    let rendered = hash_postings::render(postings);
    section(buckets, &rendered.buckets)?;
    section(entries, &rendered.entries)
}

/// The terms under which a name is indexed, each with whether it is a shingle. Shingles without a key are left out,
/// because no look-up would find them.
fn indexed_terms(name: &Name) -> impl Iterator<Item = (NameTerm, bool)> {
    let shingles = shingles(name).into_iter().map(|(shingle, _)| (shingle, true));
    let shingles = shingles.filter(|(shingle, _)| !document_keys(shingle, true).is_empty());
    name_terms(name).map(|term| (term, false)).chain(shingles)
}

fn document_keys(term: &NameTerm, is_shingle: bool) -> Vec<u64> {
    let mut keys = Vec::new();
    if is_shingle {
        shingle_keys(term, KeySide::Document, &mut keys);
    } else {
        term_keys(term, KeySide::Document, &mut keys);
    }
    keys
}

/// A term in a name. Occurrences are sorted by term, then by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct TermOccurrence {
    /// The hash of the stored term.
    identity: u64,
    /// A shingle and a single term with equal bytes are different terms, because they have different keys.
    is_shingle: bool,
    name: NameRow,
    /// Its position among the indexed terms of the name.
    at: u16,
}

impl TermOccurrence {
    fn is_of_same_term(&self, other: &Self) -> bool {
        (self.identity, self.is_shingle) == (other.identity, other.is_shingle)
    }
}

/// The data collected from names during their analysis.
#[derive(Default)]
struct AnalysedNames {
    profiles: Vec<(NameRow, NameProfile)>,
    whole_names: Vec<Posting>,
    occurrences: Vec<TermOccurrence>,
}

impl AnalysedNames {
    fn add(&mut self, row: NameRow, name: &Name) {
        self.profiles.push((row, NameProfile::of(name)));
        let mut keys = Vec::new();
        whole_name_keys(name, KeySide::Document, &mut keys);
        let value = NamePosting::new(row, false).to_stored();
        let postings = keys.into_iter().map(|key| Posting { key: StoredKey::of(key), value });
        self.whole_names.extend(postings);
        let terms = (0..).zip(indexed_terms(name));
        self.occurrences.extend(terms.map(|(at, (term, is_shingle))| TermOccurrence {
            identity: term.identity(),
            is_shingle,
            name: row,
            at,
        }));
    }

    fn merge(mut self, mut other: Self) -> Self {
        if self.profiles.is_empty() {
            return other;
        }
        self.profiles.append(&mut other.profiles);
        self.whole_names.append(&mut other.whole_names);
        self.occurrences.append(&mut other.occurrences);
        self
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use interdict_model::{Entity, Schema};

    use super::*;
    use crate::segment::Segment;
    use crate::{About, SegmentBuilder, analyse_name};

    fn segment(names: &[(&str, Schema)]) -> Segment {
        let mut builder = SegmentBuilder::new(Cursor::new(Vec::new())).unwrap();
        for (number, (name, schema)) in names.iter().enumerate() {
            let mut entity = Entity::new(format!("x-{number}").parse().unwrap(), schema.clone());
            entity.add("name", *name);
            builder.add(&entity).unwrap();
        }
        let about = About::new("my_list".parse().unwrap());
        Segment::from_bytes(builder.finish(&about).unwrap().into_inner()).unwrap()
    }

    fn all_terms(segment: &Segment) -> impl Iterator<Item = TermRow> {
        (0..integers::count(segment.term_count())).map(TermRow::new)
    }

    fn postings(segment: &Segment, term: TermRow) -> Vec<(u32, bool)> {
        let postings = segment.postings(term);
        postings.map(|posting| (posting.name().number(), posting.is_open())).collect()
    }

    const PERSON: Schema = Schema::PERSON;

    #[test]
    fn a_term_of_several_names_is_stored_once_with_open_names_first() {
        let segment = segment(&[
            ("Ivan Zorvek", PERSON),
            ("Q. Zorvek", PERSON),
            ("Olga Zorvek", PERSON),
            ("P. Zorvek", PERSON),
        ]);
        let lists: Vec<_> = all_terms(&segment).map(|term| postings(&segment, term)).collect();
        let shared: Vec<_> = lists.iter().filter(|list| list.len() > 1).collect();
        assert_eq!(shared, [&[(1, true), (3, true), (0, false), (2, false)]]);
        let shared = all_terms(&segment).find(|term| segment.postings(*term).len() == 4).unwrap();
        let open: Vec<u32> =
            segment.open_postings(shared).map(|posting| posting.name().number()).collect();
        assert_eq!(open, [1, 3]);
    }

    #[test]
    fn the_dictionary_has_each_distinct_term_and_shingle_once() {
        let segment =
            segment(&[("Ivan Zorvek", PERSON), ("Zorvek Ivan", PERSON), ("Ivan", PERSON)]);
        let terms = segment.names().flat_map(|row| indexed_terms(segment.name(row)));
        let mut distinct: Vec<_> =
            terms.map(|(term, is_shingle)| (term.to_bytes(), is_shingle)).collect();
        distinct.sort_unstable();
        distinct.dedup();
        assert!(distinct.len() > 2);
        assert_eq!(segment.term_count(), distinct.len());
    }

    #[test]
    fn the_terms_of_a_name_are_the_single_terms_whose_lists_have_it() {
        let names = [("Ivan Zorvek", PERSON), ("Zorvek Zorvek", PERSON), ("Q. Ivan Olga", PERSON)];
        let segment = segment(&names);
        for (row, (text, schema)) in segment.names().zip(&names) {
            let name = analyse_name(text, schema, None);
            let of_name: Vec<TermRow> = segment.terms_of_name(row).collect();
            assert!(of_name.is_sorted());
            let mut expected: Vec<_> = name_terms(&name).map(|term| term.to_bytes()).collect();
            expected.sort_unstable();
            expected.dedup();
            let mut stored: Vec<_> =
                of_name.iter().map(|term| *segment.stored_term(*term).unwrap()).collect();
            stored.sort_unstable();
            assert_eq!(stored, expected, "{text}");
            for term in of_name {
                assert!(segment.postings(term).any(|posting| posting.name() == row), "{text}");
            }
        }
    }

    #[test]
    fn every_term_is_found_under_its_keys_for_the_classes_of_its_names_only() {
        let segment = segment(&[("Ivan Zorvek", PERSON), ("ZORVEK STAR", Schema::VESSEL)]);
        let all = SchemaMask::ALL.classes();
        let persons = SchemaMask::compatible_with(&PERSON).classes();
        let found = |key, classes| segment.terms_with_key(key, classes).collect::<Vec<_>>();
        for row in segment.names() {
            for (term, is_shingle) in indexed_terms(segment.name(row)) {
                for key in document_keys(&term, is_shingle) {
                    let with_bytes =
                        |row: &TermRow| segment.stored_term(*row) == Some(&term.to_bytes());
                    assert!(found(key, all).iter().any(with_bytes));
                    let of_person = found(key, persons).into_iter().filter(with_bytes);
                    let has_person = |term| {
                        segment.postings(term).any(|posting| posting.name() == NameRow::new(0))
                    };
                    assert!(of_person.into_iter().all(has_person));
                }
            }
        }
    }

    #[test]
    fn whole_name_keys_lead_to_their_names() {
        let segment = segment(&[("Ivan Petrov", PERSON), ("Kim Jong Un", PERSON)]);
        let mut keys = Vec::new();
        whole_name_keys(segment.name(NameRow::new(1)), KeySide::Document, &mut keys);
        assert!(!keys.is_empty());
        for key in keys {
            let names: Vec<u32> =
                segment.whole_name_postings(key).map(|posting| posting.name().number()).collect();
            assert_eq!(names, [1]);
        }
    }

    #[test]
    fn profiles_are_stored_with_their_names() {
        let segment = segment(&[("Ivan Zorvek", PERSON), ("Q. Zorvek Trading", Schema::COMPANY)]);
        for row in segment.names() {
            assert_eq!(segment.name_record(row).profile, NameProfile::of(segment.name(row)));
        }
    }

    #[test]
    fn rows_past_the_end_have_no_terms_and_no_postings() {
        let segment = segment(&[("Ivan Zorvek", PERSON)]);
        let past = TermRow::new(integers::count(segment.term_count()));
        assert!(segment.stored_term(past).is_none());
        assert_eq!(segment.postings(past).len(), 0);
        assert_eq!(segment.terms_of_name(NameRow::new(1)).len(), 0);
    }
}
