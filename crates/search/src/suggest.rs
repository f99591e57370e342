//! Completes names while a user types.

use std::cmp::Reverse;

use interdict_index::Segment;

use crate::bits::Bits;
use crate::budget::QUERY_BYTES;
use crate::error::SearchError;
use crate::evaluate::Evaluator;
use crate::field::TextField;
use crate::fold::words_of;
use crate::hits::Hit;
use crate::index::TextIndex;
use crate::phrase::PhraseWord;
use crate::request::{EntityRef, Scope};

/// How many places the words of a suggestion may be off.
const SLOP: u32 = 2;

impl TextIndex {
    /// Entities one of whose names has the words of a prefix in order, the last of them perhaps only
    /// begun, with a slop of 2: `alexander za` finds Alexander Vyacheslavovich Zakharov. The closest come
    /// first, then those with the most values, then by id. A prefix without words finds nothing.
    pub fn suggest(
        &self,
        segments: &[Segment],
        scope: &Scope,
        prefix: &str,
        limit: usize,
    ) -> Result<Vec<EntityRef>, SearchError> {
        if prefix.len() > QUERY_BYTES {
            return Err(SearchError::TooComplex("it is longer than 8,192 bytes"));
        }
        let mut evaluator = Evaluator::new(self, segments)?;
        let mut words = words_of(prefix);
        let Some(begun) = words.pop() else { return Ok(Vec::new()) };
        let mut within = self.scope(scope);
        if !words.is_empty() {
            let whole = evaluator.all_words(TextField::Names, &words, &within)?;
            within = Bits::of(self.len(), whole.into_iter().map(|hit| hit.doc));
        }
        let terms = self.names.beginning_with(&begun);
        let candidates = evaluator.terms_that(TextField::Names, terms, 0, &within, |_| true)?;
        let mut found: Vec<(Hit, u32)> = if words.is_empty() {
            // For a single word, its position does not matter, so the entity is not read.
            candidates.into_iter().map(|hit| (hit, 0)).collect()
        } else {
            let mut phrase: Vec<PhraseWord> = words.into_iter().map(PhraseWord::Whole).collect();
            phrase.push(PhraseWord::Beginning(begun));
            evaluator.keep_phrases(TextField::Names, &phrase, SLOP, candidates)?
        };
        let mut seen = Bits::new(self.len());
        found.retain(|(hit, _)| seen.insert(self.id_rank(hit.doc)));
        found.sort_by_key(|(hit, distance)| {
            (*distance, Reverse(self.value_count(hit.doc)), self.id_rank(hit.doc))
        });
        Ok(found.into_iter().take(limit).map(|(hit, _)| self.entity_ref(hit.doc)).collect())
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::corpus;

    #[test]
    fn the_last_word_may_be_begun_and_words_may_be_left_out_between() {
        let corpus = corpus();
        let suggest = |prefix: &str, limit| -> Vec<String> {
            let scope = corpus.scope();
            let found = corpus.index.suggest(&corpus.segments, &scope, prefix, limit).unwrap();
            found.into_iter().map(|place| corpus.id(place.segment, place.row)).collect()
        };
        assert_eq!(suggest("zakh", 10), ["p-1", "p-2"]);
        assert_eq!(suggest("zakh", 1), ["p-1"]);
        assert_eq!(suggest("alexander za", 10), ["p-1"]);
        assert_eq!(suggest("maria zakharova", 10), ["p-2"]);
        assert_eq!(suggest("mari zakh", 10), [""; 0]);
        assert_eq!(suggest("drones", 10), [""; 0]);
        for nothing in ["", "  ", "§"] {
            assert_eq!(suggest(nothing, 10), [""; 0]);
        }
    }

    #[test]
    fn only_the_scope_is_suggested_from() {
        let corpus = corpus();
        let mut scope = corpus.scope();
        scope.exclude_schemata = vec!["Person".to_owned()];
        let found = corpus.index.suggest(&corpus.segments, &scope, "z", 10).unwrap();
        assert_eq!(found.len(), 1);
        assert!(corpus.index.suggest(&corpus.segments, &scope, &"z".repeat(9_000), 10).is_err());
        assert!(corpus.index.suggest(&[], &scope, "z", 10).is_err());
    }
}
