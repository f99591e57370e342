//! Finds the dictionary terms similar to a query's term or shingle.

use std::cmp::Reverse;

use interdict_names::{
    KeySide, NameTerm, TermContribution, TermMatcher, compound_keys, exchanged_compounds, term_keys,
};

use crate::epochs::EpochSet;
use crate::rows::TermRow;
use crate::schema_code::ClassMask;
use crate::segment::Segment;
use crate::similar_terms::{SimilarTerm, SimilarTerms};

/// A search in the dictionary of one segment.
pub(crate) struct TermSearch<'a> {
    pub(crate) segment: &'a Segment,
    /// The terms found so far; a term may have several of the keys that are looked up.
    pub(crate) seen: &'a mut EpochSet,
    /// Only terms of names of these classes are returned.
    pub(crate) classes: ClassMask,
}

impl TermSearch<'_> {
    /// The terms similar to a query's single term.
    pub(crate) fn similar_to(&mut self, query: &NameTerm) -> SimilarTerms {
        let mut keys = Vec::new();
        term_keys(query, KeySide::Query, &mut keys);
        let matcher = TermMatcher::new(*query);
        let terms = matcher.similar(self.terms_with_keys(&keys));
        let shingles = self.shingles_similar_to(&matcher);
        let terms = self.by_contribution(&matcher, terms);
        let by_meaning = TermContribution::from_meaning(query);
        SimilarTerms {
            posting_count: terms.iter().map(|one| self.segment.postings(one.term).len()).sum(),
            max_contribution: terms.iter().fold(by_meaning, |max, one| max.max(&one.contribution)),
            terms,
            shingles: self.by_contribution(&matcher, shingles),
        }
    }

    /// The shingles similar to a query's single term as it is or with its parts exchanged, each once
    /// with the higher similarity.
    fn shingles_similar_to(&mut self, query: &TermMatcher) -> Vec<(TermRow, u16)> {
        let mut keys = Vec::new();
        compound_keys(query.term(), &mut keys);
        let mut found = query.similar_as_shingle(self.terms_with_keys(&keys));
        for (key, exchanged) in exchanged_compounds(query.term()) {
            if self.segment.terms_with_key(key, self.classes).next().is_some() {
                let exchanged = TermMatcher::with_coarse_bound(exchanged);
                found.extend(exchanged.similar_as_shingle(self.terms_with_keys(&[key])));
            }
        }
        found.sort_unstable_by_key(|(term, similarity)| (*term, Reverse(*similarity)));
        found.dedup_by_key(|(term, _)| *term);
        found
    }

    /// The single terms similar to a query's shingle, which has these keys.
    pub(crate) fn similar_to_shingle(
        &mut self,
        shingle: &TermMatcher,
        keys: &[u64],
    ) -> Vec<SimilarTerm> {
        let found = shingle.similar_as_shingle(self.terms_with_keys(keys));
        self.by_contribution(shingle, found)
    }

    /// Sorts so that, for a name with several of the terms, the contribution that counts comes first.
    fn by_contribution(
        &self,
        matcher: &TermMatcher,
        found: Vec<(TermRow, u16)>,
    ) -> Vec<SimilarTerm> {
        let similar = |(term, similarity): (TermRow, u16)| {
            let listed = NameTerm::from_bytes(self.segment.stored_term(term)?);
            let contribution = TermContribution::between(matcher.term(), &listed, similarity);
            Some(SimilarTerm { term, contribution })
        };
        let mut terms: Vec<SimilarTerm> = found.into_iter().filter_map(similar).collect();
        terms.sort_unstable_by(|one, other| {
            one.contribution.order(&other.contribution).then(one.term.cmp(&other.term))
        });
        terms
    }

    /// The stored terms under some keys, each once.
    fn terms_with_keys(
        &mut self,
        keys: &[u64],
    ) -> impl Iterator<Item = (TermRow, &[u8; NameTerm::BYTES])> {
        let Self { segment, seen, classes } = self;
        let (segment, classes) = (*segment, *classes);
        seen.clear(segment.term_count());
        let terms = keys.iter().flat_map(move |key| segment.terms_with_key(*key, classes));
        terms
            .filter(|term| seen.insert(term.index()))
            .filter_map(|term| Some((term, segment.stored_term(term)?)))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use interdict_model::{Entity, Schema};
    use interdict_names::{NameKind, name_terms, shingle_keys, shingles};

    use super::*;
    use crate::schema_code::SchemaMask;
    use crate::{About, SegmentBuilder};

    const LISTED: [(&str, Schema); 6] = [
        ("Mohammad Zorvek", Schema::PERSON),
        ("Mohamed Quellimar", Schema::PERSON),
        ("Mohammad Tandoril", Schema::PERSON),
        ("Zorvek Kapital Trading", Schema::COMPANY),
        ("Zorvekapital", Schema::COMPANY),
        ("ZORVEK", Schema::VESSEL),
    ];

    fn segment() -> Segment {
        let mut builder = SegmentBuilder::new(Cursor::new(Vec::new())).unwrap();
        for (number, (name, schema)) in LISTED.iter().enumerate() {
            let mut entity = Entity::new(format!("x-{number}").parse().unwrap(), schema.clone());
            entity.add("name", *name);
            builder.add(&entity).unwrap();
        }
        let about = About::new("my_list".parse().unwrap());
        Segment::from_bytes(builder.finish(&about).unwrap().into_inner()).unwrap()
    }

    fn first_term(text: &str) -> NameTerm {
        let name = interdict_names::Name::parse(text, NameKind::Person);
        name_terms(&name).next().unwrap()
    }

    fn search(segment: &Segment, query: &NameTerm, schemata: SchemaMask) -> SimilarTerms {
        let mut seen = EpochSet::default();
        TermSearch { segment, seen: &mut seen, classes: schemata.classes() }.similar_to(query)
    }

    /// The names that have one of the terms, by their numbers.
    fn names(segment: &Segment, terms: &[SimilarTerm]) -> Vec<Vec<u32>> {
        let of_term = |one: &SimilarTerm| {
            segment.postings(one.term).map(|posting| posting.name().number()).collect()
        };
        terms.iter().map(of_term).collect()
    }

    #[test]
    fn similar_terms_are_found_once_each_and_the_most_similar_comes_first() {
        let segment = segment();
        let query = first_term("Mohammad Besk");
        let found = search(&segment, &query, SchemaMask::ALL);
        assert_eq!(names(&segment, &found.terms), [vec![0, 2], vec![1]]);
        assert_eq!(found.posting_count, 3);
        let similarity = |similar: &SimilarTerm| {
            query.similarity(&NameTerm::from_bytes(segment.stored_term(similar.term).unwrap()))
        };
        assert_eq!(similarity(&found.terms[0]), 1000);
        assert!(similarity(&found.terms[1]) < 1000);
    }

    #[test]
    fn the_largest_contribution_bounds_those_of_all_similar_terms() {
        let segment = segment();
        let found = search(&segment, &first_term("Mohamed Besk"), SchemaMask::ALL);
        let max = found.max_contribution;
        for one in &found.terms {
            assert_eq!(format!("{:?}", max.max(&one.contribution)), format!("{max:?}"));
        }
        let none = search(&segment, &first_term("Quxmirel Besk"), SchemaMask::ALL);
        assert!(none.terms.is_empty() && none.shingles.is_empty());
        let zero = format!("{:?}", TermContribution::default());
        assert_eq!(format!("{:?}", none.max_contribution), zero);
    }

    #[test]
    fn only_terms_of_the_classes_searched_are_found() {
        let segment = segment();
        let query = first_term("Zorvek Besk");
        let found = |schema: &Schema| {
            let found = search(&segment, &query, SchemaMask::compatible_with(schema));
            names(&segment, &found.terms).concat()
        };
        let mut of_vessels = found(&Schema::VESSEL);
        of_vessels.sort_unstable();
        assert!(of_vessels.contains(&5), "{of_vessels:?}");
        assert!(found(&Schema::PERSON).contains(&0));
        assert!(
            !names(&segment, &search(&segment, &query, SchemaMask::default()).terms)
                .concat()
                .contains(&0)
        );
    }

    #[test]
    fn a_single_word_finds_listed_shingles_and_a_shingle_listed_words() {
        let segment = segment();
        let found = search(&segment, &first_term("Zorvekapital"), SchemaMask::ALL);
        assert_eq!(names(&segment, &found.shingles), [[3]]);
        assert_eq!(names(&segment, &found.terms), [[4]]);
        let query = interdict_names::Name::parse("Zorvek Kapital", NameKind::Organization);
        let (shingle, _) = shingles(&query)[0];
        let mut keys = Vec::new();
        shingle_keys(&shingle, KeySide::Query, &mut keys);
        let (mut seen, classes) = (EpochSet::default(), SchemaMask::ALL.classes());
        let mut search = TermSearch { segment: &segment, seen: &mut seen, classes };
        let matcher = TermMatcher::with_coarse_bound(shingle);
        let found = search.similar_to_shingle(&matcher, &keys);
        assert_eq!(names(&segment, &found).concat(), [4]);
    }
}
