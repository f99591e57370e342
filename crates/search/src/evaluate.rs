//! Finds the documents that a query matches, with their scores.

use interdict_index::Segment;
use interdict_model::Entity;

use crate::bits::{Bits, Doc};
use crate::budget::Budget;
use crate::error::SearchError;
use crate::field::{Field, TextField};
use crate::hits::{self, Hit, Hits};
use crate::index::TextIndex;
use crate::query::{Clause, Occur, Query, Test};

/// How much more a word in a name counts than one elsewhere.
const NAME_WEIGHT: f32 = 3.0;

/// The evaluation of one query.
pub(crate) struct Evaluator<'a> {
    pub(crate) index: &'a TextIndex,
    segments: &'a [Segment],
    pub(crate) budget: Budget,
}

/// The cost of testing one document. Clauses that read entities are evaluated last, so that they test few documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cost {
    Index,
    /// Entities with the words of a phrase.
    SomeEntities,
    /// All entities with a value in the field.
    AllEntities,
}

impl<'a> Evaluator<'a> {
    pub(crate) fn new(index: &'a TextIndex, segments: &'a [Segment]) -> Result<Self, SearchError> {
        if !index.is_of(segments) {
            return Err(SearchError::OtherSegments);
        }
        Ok(Self { index, segments, budget: Budget::default() })
    }

    /// Reads the entity of a document.
    pub(crate) fn entity(&mut self, doc: Doc) -> Result<Entity, SearchError> {
        let place = self.index.entity_ref(doc);
        let segment = self.segments.get(place.segment).ok_or(SearchError::OtherSegments)?;
        self.budget.load(segment.entity_json(place.row).len())?;
        Ok(segment.entity(place.row)?)
    }

    /// The matches of a query among some documents.
    pub(crate) fn matches(&mut self, query: &Query, within: &Bits) -> Result<Hits, SearchError> {
        match query {
            Query::All => self.all(within),
            Query::Blank => Ok(Hits::new()),
            Query::Leaf { field, test } => self.leaf(field.as_deref(), test, within),
            Query::Boolean(clauses) => self.boolean(clauses, within),
            Query::Boost(query, boost) => {
                let mut hits = self.matches(query, within)?;
                hits.iter_mut().for_each(|hit| hit.score *= boost);
                Ok(hits)
            }
        }
    }

    fn all(&mut self, within: &Bits) -> Result<Hits, SearchError> {
        self.budget.step(self.index.len())?;
        Ok(constant(within.iter()))
    }

    fn boolean(&mut self, clauses: &[Clause], within: &Bits) -> Result<Hits, SearchError> {
        let of = |occur| {
            let mut found: Vec<&Query> =
                clauses.iter().filter(|clause| clause.occur == occur).map(|c| &c.query).collect();
            found.sort_by_key(|query| self.cost(query));
            found
        };
        let (required, optional, excluded) =
            (of(Occur::Must), of(Occur::Should), of(Occur::MustNot));
        let mut found: Option<Hits> = None;
        for query in &required {
            let left = self.remaining(found.as_deref(), within)?;
            let hits = self.matches(query, &left)?;
            found =
                Some(found.map_or_else(|| hits.clone(), |found| hits::intersect(&found, &hits)));
        }
        if !optional.is_empty() {
            let left = self.remaining(found.as_deref(), within)?;
            let mut any = Hits::new();
            for query in &optional {
                any = hits::unite(&any, &self.matches(query, &left)?);
                self.budget.step(any.len())?;
            }
            found = Some(found.map_or_else(|| any.clone(), |found| hits::add_scores(&found, &any)));
        }
        let mut found = match found {
            Some(found) => found,
            None => self.all(within)?,
        };
        for query in &excluded {
            let left = self.remaining(Some(&found), within)?;
            found = hits::subtract(&found, &self.matches(query, &left)?);
        }
        Ok(found)
    }

    /// The documents that can still match.
    fn remaining(&mut self, found: Option<&[Hit]>, within: &Bits) -> Result<Bits, SearchError> {
        self.budget.step(self.index.len() / 64 + found.map_or(0, <[Hit]>::len))?;
        Ok(match found {
            Some(found) => Bits::of(self.index.len(), found.iter().map(|hit| hit.doc)),
            None => within.clone(),
        })
    }

    fn cost(&self, query: &Query) -> Cost {
        match query {
            Query::All | Query::Blank => Cost::Index,
            Query::Boost(query, _) => self.cost(query),
            Query::Boolean(clauses) => {
                clauses.iter().map(|c| self.cost(&c.query)).max().unwrap_or(Cost::Index)
            }
            Query::Leaf { field, test } => match (field.as_deref().map(Field::parse), test) {
                (None | Some(Field::Text(_)), Test::Phrase { .. }) => Cost::SomeEntities,
                (_, Test::Word(_) | Test::Phrase { .. } | Test::Exists) => Cost::Index,
                (Some(Field::Keyword(_) | Field::EntityId), _) => Cost::AllEntities,
                _ => Cost::Index,
            },
        }
    }

    fn leaf(
        &mut self,
        field: Option<&str>,
        test: &Test,
        within: &Bits,
    ) -> Result<Hits, SearchError> {
        if within.is_empty() {
            return Ok(Hits::new());
        }
        match field.map(Field::parse) {
            None => {
                let mut names = self.text(TextField::Names, test, within)?;
                names.iter_mut().for_each(|hit| hit.score *= NAME_WEIGHT);
                let text = self.text(TextField::Text, test, within)?;
                Ok(hits::unite_by_maximum(&names, &text))
            }
            Some(Field::Text(field)) => self.text(field, test, within),
            Some(field) => self.keyword(field, test, within),
        }
    }
}

/// Matching documents that all have the same score.
pub(crate) fn constant(docs: impl Iterator<Item = Doc>) -> Hits {
    docs.map(|doc| Hit { doc, score: 1.0 }).collect()
}
