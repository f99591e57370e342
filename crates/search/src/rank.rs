//! The order of hits.

use std::cmp::Ordering;

use crate::bits::Doc;
use crate::error::SearchError;
use crate::evaluate::Evaluator;
use crate::field::{Field, Values};
use crate::hits::{Hit, Hits};
use crate::index::TextIndex;
use crate::request::Sort;

/// What hits are ordered by.
#[derive(Debug, Clone, Copy)]
enum SortField<'a> {
    Score,
    Field(Field<'a>),
}

/// An order that can be followed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SortBy<'a> {
    field: SortField<'a>,
    descending: bool,
}

/// A value to order by; all those of one field are of the same kind.
#[derive(Debug, Clone, PartialEq, PartialOrd)]
enum SortValue {
    Number(u32),
    Score(f32),
    Text(String),
}

/// The orders of a request; an error for fields that have none.
pub(crate) fn sort_fields<'r>(
    index: &TextIndex,
    sorts: &'r [Sort],
) -> Result<Vec<SortBy<'r>>, SearchError> {
    let mut known = Vec::new();
    for Sort { field: name, descending } in sorts {
        let field = Field::parse(name);
        let is_known = match field {
            Field::Text(_) | Field::Unknown => name == "_score",
            _ => field.property().is_none_or(|property| {
                index.property_type(property).is_some()
                    || !index.keywords.with_field(name).is_empty()
            }),
        };
        if !is_known {
            return Err(SearchError::Sort(name.chars().take(100).collect()));
        }
        let field = if name == "_score" { SortField::Score } else { SortField::Field(field) };
        known.push(SortBy { field, descending: *descending });
    }
    Ok(known)
}

/// The hits in the order of the request, then of their scores, then of their ids.
pub(crate) fn rank(
    evaluator: &mut Evaluator<'_>,
    hits: Hits,
    sorts: &[SortBy<'_>],
) -> Result<Hits, SearchError> {
    let index = evaluator.index;
    let mut keyed: Vec<(Vec<Option<SortValue>>, Hit)> = Vec::with_capacity(hits.len());
    for hit in hits {
        let mut keys = Vec::with_capacity(sorts.len());
        for sort in sorts {
            keys.push(match sort.field {
                SortField::Score => Some(SortValue::Score(hit.score)),
                SortField::Field(field) => sort_value(evaluator, hit.doc, field, sort.descending)?,
            });
        }
        keyed.push((keys, hit));
    }
    keyed.sort_by(|(left_keys, left), (right_keys, right)| {
        let mut by_keys = sorts.iter().zip(left_keys.iter().zip(right_keys));
        by_keys
            .find_map(|(sort, (left, right))| {
                Some(compare(left, right, sort.descending)).filter(|order| order.is_ne())
            })
            .unwrap_or_else(|| right.score.total_cmp(&left.score))
            .then_with(|| index.id_rank(left.doc).cmp(&index.id_rank(right.doc)))
    });
    Ok(keyed.into_iter().map(|(_, hit)| hit).collect())
}

/// Entities without a value come last whatever the direction.
fn compare(left: &Option<SortValue>, right: &Option<SortValue>, descending: bool) -> Ordering {
    match (left, right) {
        (Some(left), Some(right)) => {
            let order = left.partial_cmp(right).unwrap_or(Ordering::Equal);
            if descending { order.reverse() } else { order }
        }
        _ => left.is_none().cmp(&right.is_none()),
    }
}

/// The value that a document is ordered by: the least, in descending order the greatest.
fn sort_value(
    evaluator: &mut Evaluator<'_>,
    doc: Doc,
    field: Field<'_>,
    descending: bool,
) -> Result<Option<SortValue>, SearchError> {
    let index = evaluator.index;
    let number = match field {
        Field::Column(column) => {
            // Codes are in the order of the values they stand for.
            let codes = index.column(column).codes(doc);
            if descending { codes.last().copied() } else { codes.first().copied() }
        }
        Field::EntityId => Some(index.id_rank(doc)),
        Field::Target => Some(u32::from(index.targets.contains(doc))),
        Field::ValueCount => Some(index.value_count(doc)),
        Field::Text(_) | Field::Unknown => None,
        Field::Keyword(name) => {
            if index.keywords.with_field(name).binary_search(&doc).is_err() {
                return Ok(None);
            }
            let values = Values::of(&evaluator.entity(doc)?).of_keyword(name).into_iter();
            let value = if descending { values.max() } else { values.min() };
            return Ok(value.map(SortValue::Text));
        }
    };
    Ok(number.map(SortValue::Number))
}
