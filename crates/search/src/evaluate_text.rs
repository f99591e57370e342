//! Tests of fields that consist of words.

use interdict_names::normalise;

use crate::bits::{Bits, Doc};
use crate::bounds::Order;
use crate::edits::{EditMatcher, automatic_edits};
use crate::error::SearchError;
use crate::evaluate::{Evaluator, constant};
use crate::field::{TextField, Values};
use crate::fold::{fold_piece, words, words_of};
use crate::hits::{self, Hit, Hits};
use crate::pattern::FoldedPattern;
use crate::phrase::{PhraseWord, phrase_distance};
use crate::query::Test;

impl Evaluator<'_> {
    /// The matches of a test of a text field among some documents.
    pub(crate) fn text(
        &mut self,
        field: TextField,
        test: &Test,
        within: &Bits,
    ) -> Result<Hits, SearchError> {
        match test {
            Test::Word(text) => self.all_words(field, &words_of(text), within),
            Test::Phrase { text, slop } => {
                let words = words_of(text);
                let candidates = self.all_words(field, &words, within)?;
                if words.len() < 2 {
                    return Ok(candidates);
                }
                let phrase: Vec<PhraseWord> = words.into_iter().map(PhraseWord::Whole).collect();
                let found = self.keep_phrases(field, &phrase, *slop, candidates)?;
                Ok(found.into_iter().map(|(hit, _)| hit).collect())
            }
            Test::Pattern(pattern) => self.pattern(field, &pattern.fold(fold_piece), within),
            Test::Fuzzy { word, edits } => self.fuzzy_words(field, word, *edits, within),
            Test::Regex { folded: regex, .. } => {
                let steps = regex.len();
                self.terms_that(field, 0..usize::MAX, steps, within, |term| regex.matches(term))
            }
            Test::Range(range) => {
                let range = range.fold(fold_piece);
                let is_inside = |term: &str| range.contains(term, Order::Text);
                self.terms_that(field, 0..usize::MAX, 1, within, is_inside)
            }
            Test::Exists => {
                self.budget.step(self.index.len())?;
                let postings = self.index.postings(field);
                Ok(constant(within.iter().filter(|doc| postings.length(*doc) > 0)))
            }
        }
    }

    /// Documents with all of some words.
    pub(crate) fn all_words(
        &mut self,
        field: TextField,
        words: &[String],
        within: &Bits,
    ) -> Result<Hits, SearchError> {
        let postings = self.index.postings(field);
        let mut found: Option<Hits> = None;
        for word in words {
            let Some(term) = postings.find(word) else { return Ok(Hits::new()) };
            self.budget.step(postings.document_count(term))?;
            let weight = postings.weight(term);
            let list = postings.list(term).filter(|(doc, _)| within.contains(*doc));
            let hits: Hits =
                list.map(|(doc, count)| Hit { doc, score: weight(doc, count) }).collect();
            found = Some(match found {
                Some(found) => hits::intersect(&found, &hits),
                None => hits,
            });
        }
        Ok(found.unwrap_or_default())
    }

    fn pattern(
        &mut self,
        field: TextField,
        pattern: &FoldedPattern,
        within: &Bits,
    ) -> Result<Hits, SearchError> {
        let terms = self.index.postings(field).beginning_with(&pattern.fixed_prefix());
        if pattern.is_prefix() {
            return self.terms_that(field, terms, 0, within, |_| true);
        }
        self.terms_that(field, terms, pattern.len(), within, |term| pattern.matches(term))
    }

    /// Documents with any of the terms that pass a test, which takes some steps for each letter.
    pub(crate) fn terms_that(
        &mut self,
        field: TextField,
        terms: std::ops::Range<usize>,
        steps: usize,
        within: &Bits,
        mut passes: impl FnMut(&str) -> bool,
    ) -> Result<Hits, SearchError> {
        let postings = self.index.postings(field);
        let mut found = Bits::new(self.index.len());
        for term in terms.start..terms.end.min(postings.len()) {
            let text = postings.text(term);
            self.budget.step(steps.saturating_mul(text.len()).saturating_add(1))?;
            if passes(text) {
                self.budget.step(postings.document_count(term))?;
                for (doc, _) in postings.list(term).filter(|(doc, _)| within.contains(*doc)) {
                    found.insert(doc);
                }
            }
        }
        Ok(constant(found.iter()))
    }

    /// Documents with words similar to these; for a text of several words, with a similar word for each of them.
    fn fuzzy_words(
        &mut self,
        field: TextField,
        text: &str,
        edits: Option<u8>,
        within: &Bits,
    ) -> Result<Hits, SearchError> {
        let mut found: Option<Hits> = None;
        for word in words_of(text) {
            let edits = edits.unwrap_or_else(|| automatic_edits(word.chars().count()));
            let hits = self.fuzzy_word(field, &word, edits, within)?;
            found = Some(match found {
                Some(found) => hits::intersect(&found, &hits),
                None => hits,
            });
        }
        Ok(found.unwrap_or_default())
    }

    /// Each document counts with the best of its similar words; a word with edits counts less, by the
    /// share of letters that differ.
    fn fuzzy_word(
        &mut self,
        field: TextField,
        word: &str,
        edits: u8,
        within: &Bits,
    ) -> Result<Hits, SearchError> {
        let postings = self.index.postings(field);
        let mut matcher = EditMatcher::new(word, edits);
        let letters = word.chars().count().max(1) as f32;
        let mut scores = vec![0.0_f32; self.index.len()];
        for term in 0..postings.len() {
            self.budget.step(8)?;
            let text = postings.text(term);
            let Some(distance) = matcher.distance(text) else { continue };
            // A word of two letters may differ in both. The minimum keeps its score above 0.
            let share = (1.0 - f32::from(distance) / letters).max(0.1);
            let weight = postings.weight(term);
            self.budget.step(postings.document_count(term) + word.len() * text.len())?;
            for (doc, count) in postings.list(term).filter(|(doc, _)| within.contains(*doc)) {
                if let Some(score) = scores.get_mut(doc as usize) {
                    *score = score.max(weight(doc, count) * share);
                }
            }
        }
        let found = (0..).zip(scores).filter(|(_, score)| *score > 0.0);
        Ok(found.map(|(doc, score)| Hit { doc, score }).collect())
    }

    /// The candidates in one of whose values the words stand together, with their distance.
    pub(crate) fn keep_phrases(
        &mut self,
        field: TextField,
        phrase: &[PhraseWord],
        slop: u32,
        candidates: Hits,
    ) -> Result<Vec<(Hit, u32)>, SearchError> {
        let mut found = Vec::new();
        for hit in candidates {
            if let Some(distance) = self.phrase_in(hit.doc, field, phrase, slop)? {
                found.push((hit, distance));
            }
        }
        Ok(found)
    }

    fn phrase_in(
        &mut self,
        doc: Doc,
        field: TextField,
        phrase: &[PhraseWord],
        slop: u32,
    ) -> Result<Option<u32>, SearchError> {
        let entity = self.entity(doc)?;
        let mut best = None;
        for text in Values::of(&entity).texts(field) {
            let normal = normalise(text);
            let words: Vec<&str> = words(&normal).collect();
            // At worst each word stands in each place of the phrase, and each of these places is
            // compared with all others of the window.
            let places = words.len().saturating_mul(phrase.len());
            self.budget.step(places.saturating_mul(phrase.len()))?;
            if let Some(distance) = phrase_distance(phrase, &words, slop) {
                best = Some(best.map_or(distance, |best: u32| best.min(distance)));
            }
        }
        Ok(best)
    }
}
