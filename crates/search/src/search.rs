//! A search, from request to result.

use std::collections::BTreeMap;

use interdict_index::Segment;

use crate::bits::{Bits, Doc};
use crate::budget::QUERY_BYTES;
use crate::error::SearchError;
use crate::evaluate::Evaluator;
use crate::facets::count_facet;
use crate::field::ColumnField;
use crate::hits::Hits;
use crate::index::TextIndex;
use crate::query::{Clause, Occur, Query, Test};
use crate::rank::{rank, sort_fields};
use crate::request::{Operator, Scope, SearchRequest, SearchResult, Syntax};
use crate::{lucene, simple};

/// How much a value of an entity adds to its score, before the root: entities with many values are more often searched
/// for.
const VALUE_WEIGHT: f32 = 0.5;

impl TextIndex {
    /// The entities that a request finds. The segments must be those that the index was built from.
    ///
    /// Entities of the same id in several segments count once, as that of the first segment that matches.
    pub fn search(
        &self,
        segments: &[Segment],
        request: &SearchRequest,
    ) -> Result<SearchResult, SearchError> {
        let query = read_query(request)?;
        let sorts = sort_fields(self, &request.sort)?;
        let mut evaluator = Evaluator::new(self, segments)?;
        let mut within = self.scope(&request.scope);
        if let Some(since) = &request.changed_since {
            within = self.changed_since(since, &within);
        }
        let within = filtered(&mut evaluator, request, within)?;
        let mut hits = evaluator.matches(&query, &within)?;
        self.keep_first_of_each_id(&mut hits);
        for hit in &mut hits {
            hit.score += (VALUE_WEIGHT * self.value_count(hit.doc) as f32).sqrt();
        }
        let count = |facet: &_| count_facet(self, *facet, &hits, &request.scope);
        let facets = request.facets.iter().map(count).collect();
        let total = u64::try_from(hits.len()).unwrap_or(u64::MAX);
        let ranked = rank(&mut evaluator, hits, &sorts)?;
        let page = ranked.into_iter().skip(request.offset).take(request.limit);
        let hits = page.map(|hit| self.entity_ref(hit.doc)).collect();
        Ok(SearchResult { total, hits, facets })
    }

    /// The documents of a scope.
    pub(crate) fn scope(&self, scope: &Scope) -> Bits {
        let schemata = self.column(ColumnField::Schema);
        let is_allowed = |name: &str| {
            let is_wanted = |wanted: &Vec<_>| {
                wanted.iter().any(|schema: &interdict_model::Schema| schema.as_str() == name)
            };
            scope.schemata.as_ref().is_none_or(is_wanted)
                && !scope.exclude_schemata.iter().any(|excluded| excluded == name)
        };
        let allowed: Vec<bool> = schemata.all().map(is_allowed).collect();
        let has_allowed = |doc: &Doc| {
            let mut codes = schemata.codes(*doc).iter();
            codes.any(|code| allowed.get(*code as usize).copied().unwrap_or_default())
        };
        let segments = self.firsts.iter().zip(self.firsts.iter().skip(1)).zip(&self.datasets);
        let searched = segments.filter(|(_, dataset)| scope.datasets.contains(dataset));
        let docs = searched.flat_map(|((first, end), _)| *first..*end);
        Bits::of(self.len(), docs.filter(has_allowed))
    }

    /// The documents that changed after a moment.
    fn changed_since(&self, since: &str, within: &Bits) -> Bits {
        let changes = self.column(ColumnField::LastChange);
        // Stored times are folded to lower case.
        let since = since.to_ascii_lowercase();
        let is_later = |doc: &Doc| changes.values(*doc).any(|change| change > since.as_str());
        Bits::of(self.len(), within.iter().filter(is_later))
    }

    /// Hits are in the order of segments: the first of an id stays.
    pub(crate) fn keep_first_of_each_id(&self, hits: &mut Hits) {
        let mut seen = Bits::new(self.len());
        hits.retain(|hit| seen.insert(self.id_rank(hit.doc)));
    }
}

fn read_query(request: &SearchRequest) -> Result<Query, SearchError> {
    if request.query.len() > QUERY_BYTES {
        return Err(SearchError::TooComplex("it is longer than 8,192 bytes"));
    }
    if request.query.trim().is_empty() {
        return Ok(Query::All);
    }
    match request.syntax {
        Syntax::Lucene => lucene::parse(&request.query, request.fuzzy),
        Syntax::Simple => simple::parse(&request.query),
    }
}

/// The documents that have the values of all filters.
fn filtered(
    evaluator: &mut Evaluator<'_>,
    request: &SearchRequest,
    mut within: Bits,
) -> Result<Bits, SearchError> {
    let mut by_field: BTreeMap<&str, Vec<Clause>> = BTreeMap::new();
    let occur = match request.filter_operator {
        Operator::Or => Occur::Should,
        Operator::And => Occur::Must,
    };
    for filter in &request.filters {
        let field = Some(filter.field.as_str());
        let query = Query::leaf(field, Test::Word(filter.value.clone()));
        by_field.entry(&filter.field).or_default().push(Clause { occur, query });
    }
    for clauses in by_field.into_values() {
        let found = evaluator.matches(&Query::Boolean(clauses), &within)?;
        within = Bits::of(evaluator.index.len(), found.into_iter().map(|hit| hit.doc));
    }
    Ok(within)
}

#[cfg(test)]
mod oracle;
#[cfg(test)]
mod tests;
