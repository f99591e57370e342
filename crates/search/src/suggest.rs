//! Names that begin as somebody types.

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
            // Any word of a name will do: there is nothing to read the entity for.
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
