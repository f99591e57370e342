//! Finds, among many stored terms, those similar to one term.

use super::distance_bound::DistanceLowerBound;
use super::name_term::{MAX_STORED_UNITS, MIN_SHINGLE_SIMILARITY, NameTerm};
use super::stored_term::StoredTerm;
use crate::lattice::align;
use crate::lattice::table;
use crate::likeness;
use crate::name::flag;

/// Fewest terms that are aligned in one batch. Below it the alignment of all lanes costs more than
/// comparing the terms one by one.
const MIN_BATCH: usize = 6;

/// A term, prepared to be compared with many stored ones.
///
/// Most terms that share a key are not similar. A lower bound of the distance rejects nearly all of
/// them without an alignment, the rest are aligned in batches of one lane each, and only those within
/// their distance are decoded and compared in full. The result equals [`NameTerm::similarity`] of each
/// stored term.
pub struct TermMatcher {
    term: NameTerm,
    whole: BoundedWord,
    /// The term without its article or Abd, if it has one.
    stem: Option<BoundedWord>,
}

/// A word with its distance bound and the cost of deleting all of it.
struct BoundedWord {
    bound: DistanceLowerBound,
    weight: u32,
}

impl BoundedWord {
    /// Whether it may be similar to a word, as far as that can be determined without an alignment.
    fn may_be_similar(&self, other: WeighedUnits<'_>, floor: u32) -> bool {
        let budget = align::max_distance(self.weight.max(other.weight), floor);
        self.bound.may_be_within(other.units, budget)
    }
}

/// A sequence of units and the cost of deleting all of it.
#[derive(Clone, Copy)]
struct WeighedUnits<'s> {
    units: &'s [u8],
    weight: u32,
}

/// What can be determined about a similarity without an alignment.
enum Prefilter {
    /// Not similar.
    Reject,
    /// Similar only if the distance of the units is at most this.
    MaxDistance(u32),
    /// Only the full comparison decides.
    CompareFully,
}

/// A stored term that waits for the alignment of its batch.
struct Pending<'s, I> {
    id: I,
    stored: StoredTerm<'s>,
    max_distance: u32,
}

type Stored = [u8; NameTerm::BYTES];
type Aligner = align::LaneAligner<{ MAX_STORED_UNITS + 1 }>;

impl TermMatcher {
    /// Prepares a term.
    pub fn new(term: NameTerm) -> Self {
        let units = term.units();
        let stem = units.get(usize::from(term.token().prefix_units)..);
        let stem = stem.filter(|_| has_prefix(term.flags())).map(|units| BoundedWord {
            bound: DistanceLowerBound::new(units),
            weight: deletion_cost(units),
        });
        let whole =
            BoundedWord { bound: DistanceLowerBound::new(units), weight: term.deletion_cost() };
        Self { whole, stem, term }
    }

    /// Prepares a shingle with the coarse distance bound: preparation takes less time, which pays
    /// where only few stored terms are compared.
    pub fn with_coarse_bound(term: NameTerm) -> Self {
        let bound = DistanceLowerBound::coarse(term.units());
        Self { whole: BoundedWord { bound, weight: term.deletion_cost() }, stem: None, term }
    }

    /// The term.
    pub fn term(&self) -> &NameTerm {
        &self.term
    }

    /// The stored terms with a [`NameTerm::similarity`] above 0, each with the similarity in
    /// thousandths.
    pub fn similar<'s, I>(&self, stored: impl Iterator<Item = (I, &'s Stored)>) -> Vec<(I, u16)> {
        let prefilter = |stored: StoredTerm<'s>| {
            let is_same = stored.hash() == self.term.token().hash;
            if is_same || self.shares_fact(stored) || !self.is_measurable(stored) {
                return Prefilter::CompareFully;
            }
            let floor = likeness::floor_of(self.term.units().len(), stored.unit_count());
            if has_prefix(self.term.flags() | stored.flags()) {
                // The lowest floor of the comparisons of stems.
                let floor = floor.min(likeness::FLOOR);
                return if self.any_stem_may_be_similar(stored, floor) {
                    Prefilter::CompareFully
                } else {
                    Prefilter::Reject
                };
            }
            self.by_distance(stored, floor)
        };
        self.search(stored, prefilter, |term| self.term.similarity(term))
    }

    /// The stored terms with a [`NameTerm::shingle_similarity`] above 0, each with the similarity in
    /// thousandths.
    pub fn similar_as_shingle<'s, I>(
        &self,
        stored: impl Iterator<Item = (I, &'s Stored)>,
    ) -> Vec<(I, u16)> {
        let prefilter = |stored: StoredTerm<'s>| {
            if self.is_measurable(stored) {
                self.by_distance(stored, MIN_SHINGLE_SIMILARITY)
            } else {
                Prefilter::CompareFully
            }
        };
        self.search(stored, prefilter, |term| self.term.shingle_similarity(term))
    }

    fn shares_fact(&self, stored: StoredTerm<'_>) -> bool {
        let own = &self.term.token().facts;
        *own != [0; 3] && own.iter().any(|fact| *fact != 0 && stored.facts().contains(fact))
    }

    /// Whether the similarity follows from the stored units: all are stored, and neither word is
    /// written in an abjad.
    fn is_measurable(&self, stored: StoredTerm<'_>) -> bool {
        (self.term.flags() | stored.flags()) & flag::ABJAD == 0
            && self.term.stores_all_units()
            && stored.unit_count() <= MAX_STORED_UNITS
    }

    fn by_distance(&self, stored: StoredTerm<'_>, floor: u32) -> Prefilter {
        let (own, summary) = (&self.term.token().summary, stored.summary());
        let weight = u32::from(summary.deletion_costs[0]);
        let other = WeighedUnits { units: stored.units(), weight };
        if align::may_be_similar((own, false), (&summary, false), floor)
            && self.whole.may_be_similar(other, floor)
        {
            Prefilter::MaxDistance(align::max_distance(self.whole.weight.max(weight), floor))
        } else {
            Prefilter::Reject
        }
    }

    /// Whether the word or its stem may be similar to the stored word or to its stem.
    fn any_stem_may_be_similar(&self, stored: StoredTerm<'_>, floor: u32) -> bool {
        let units = stored.units();
        let stem = units.get(stored.prefix_len()..).unwrap_or_default();
        let whole = WeighedUnits { units, weight: u32::from(stored.summary().deletion_costs[0]) };
        let stem = WeighedUnits { units: stem, weight: deletion_cost(stem) };
        let mut own = [Some(&self.whole), self.stem.as_ref()].into_iter().flatten();
        own.any(|own| own.may_be_similar(whole, floor) || own.may_be_similar(stem, floor))
    }

    fn search<'s, I>(
        &self,
        stored: impl Iterator<Item = (I, &'s Stored)>,
        prefilter: impl Fn(StoredTerm<'s>) -> Prefilter,
        similarity: impl Fn(&NameTerm) -> u16,
    ) -> Vec<(I, u16)> {
        let mut found = Vec::new();
        let mut compare = |id: I, stored: StoredTerm<'s>| {
            let similarity = similarity(&NameTerm::from_bytes(stored.0));
            if similarity > 0 {
                found.push((id, similarity));
            }
        };
        let mut batch: Vec<Pending<'s, I>> = Vec::with_capacity(align::LANES);
        let mut aligner = None;
        for (id, stored) in stored {
            let stored = StoredTerm(stored);
            match prefilter(stored) {
                Prefilter::Reject => {}
                Prefilter::CompareFully => compare(id, stored),
                Prefilter::MaxDistance(max_distance) => {
                    batch.push(Pending { id, stored, max_distance });
                }
            }
            if batch.len() == align::LANES {
                self.align_batch(&mut batch, &mut aligner, &mut compare);
            }
        }
        self.align_batch(&mut batch, &mut aligner, &mut compare);
        found
    }

    /// Aligns the pending terms in one batch, and compares those within their distance in full.
    fn align_batch<'s, I>(
        &self,
        batch: &mut Vec<Pending<'s, I>>,
        aligner: &mut Option<Aligner>,
        compare: &mut impl FnMut(I, StoredTerm<'s>),
    ) {
        if batch.len() < MIN_BATCH {
            return batch.drain(..).for_each(|pending| compare(pending.id, pending.stored));
        }
        let mut others: [&[u8]; align::LANES] = [&[]; align::LANES];
        for (other, pending) in others.iter_mut().zip(batch.iter()) {
            *other = pending.stored.units();
        }
        let distances = aligner.get_or_insert_default().distances(self.term.units(), &others);
        for (pending, distance) in batch.drain(..).zip(distances) {
            if u32::from(distance.unsigned_abs()) <= pending.max_distance {
                compare(pending.id, pending.stored);
            }
        }
    }
}

/// Whether an article or Abd stands before the stem.
fn has_prefix(flags: u8) -> bool {
    flags & (flag::ABD | flag::ARTICLE) != 0
}

/// The cost of deleting all of some units. Units from a damaged file may be out of range.
fn deletion_cost(units: &[u8]) -> u32 {
    units.iter().map(|unit| table::gap_cost((*unit).min(table::LAST_UNIT), false)).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::retrieval::name_terms;
    use crate::{Name, NameKind};

    fn check(one: &str, other: &str) {
        for kind in [NameKind::Person, NameKind::Organization] {
            let (one, other) = (Name::parse(one, kind), Name::parse(other, kind));
            for term in name_terms(&one) {
                for stored in name_terms(&other).map(|term| term.to_bytes()) {
                    check_stored(term, &stored);
                }
            }
        }
    }

    fn check_stored(term: NameTerm, stored: &Stored) {
        let matcher = TermMatcher::new(term);
        let read = NameTerm::from_bytes(stored);
        // A batch that is full, one that is only just aligned, and one that is not.
        for count in [1 + align::LANES, MIN_BATCH, MIN_BATCH - 1] {
            let many = || std::iter::repeat_n((7_u32, stored), count);
            let all = |similarity| match similarity {
                0 => Vec::new(),
                similarity => vec![(7, similarity); count],
            };
            let (term, stored) = (matcher.term(), &read);
            assert_eq!(
                matcher.similar(many()),
                all(term.similarity(stored)),
                "{term:?} {stored:?}"
            );
            let as_shingle = all(term.shingle_similarity(stored));
            assert_eq!(matcher.similar_as_shingle(many()), as_shingle);
            let coarse = TermMatcher::with_coarse_bound(*term);
            assert_eq!(coarse.similar_as_shingle(many()), as_shingle);
        }
    }

    const WORDS: [&str; 35] = [
        "Ghaith",
        "Gaith",
        "Ghiath",
        "Hmaid",
        "Hamid",
        "Hameed",
        "Khadija",
        "Hadiyya",
        "Qani",
        "Ghaani",
        "Haniyeh",
        "Ociel",
        "Oziel",
        "Golovanov",
        "Halavanau",
        "Petkevich",
        "Müller",
        "Piatkevich",
        "Uladzimirauna",
        "Vladimirovna",
        "Mueller",
        "Жуков",
        "Joukov",
        "Zhukow",
        "Abdulrahman",
        "Rahman",
        "al-Rahman",
        "Abdulkarim",
        "عبد الرحمن",
        "غيث",
        "Wei",
        "Way",
        "Tsarnaev",
        "Krzhtvaplmkrzhtvaplmkrzhtvaplm",
        "Sasha",
    ];

    #[test]
    fn the_matcher_agrees_with_the_full_comparison() {
        WORDS.iter().for_each(|one| WORDS.iter().for_each(|other| check(one, other)));
    }

    #[test]
    fn each_stored_term_is_returned_with_its_own_id_and_similarity() {
        let names: Vec<Name> =
            WORDS.iter().map(|word| Name::parse(word, NameKind::Person)).collect();
        let terms: Vec<NameTerm> = names.iter().flat_map(name_terms).collect();
        let stored: Vec<Stored> = terms.iter().map(NameTerm::to_bytes).collect();
        for term in &terms {
            let mut found = TermMatcher::new(*term).similar(stored.iter().enumerate());
            found.sort_unstable();
            let pairs = terms.iter().map(|other| term.similarity(other)).enumerate();
            let expected: Vec<(usize, u16)> =
                pairs.filter(|(_, similarity)| *similarity > 0).collect();
            assert_eq!(found, expected);
        }
    }

    fn outcome(one: &str, other: &str) -> Prefilter {
        let term = |text| name_terms(&Name::parse(text, NameKind::Person)).next().unwrap();
        let stored = term(other).to_bytes();
        TermMatcher::new(term(one)).by_distance(StoredTerm(&stored), likeness::FLOOR)
    }

    #[test]
    fn the_prefilter_rejects_unlike_words_and_passes_similar_ones_on_to_the_alignment() {
        assert!(matches!(outcome("Golovanov", "Petkevich"), Prefilter::Reject));
        assert!(matches!(outcome("Golovanov", "Halavanau"), Prefilter::MaxDistance(_)));
    }

    proptest! {
        #[test]
        fn the_matcher_agrees_with_the_full_comparison_on_near_words(
            word in "[a-z]{3,9}", at in 0_usize..9, letter in "[a-z]{0,2}",
        ) {
            let mut near = word.clone();
            near.replace_range(at.min(word.len() - 1)..=at.min(word.len() - 1), &letter);
            check(&word, &near);
        }
    }
}
