//! How often each value of a field occurs among all hits.

use crate::field::ColumnField;
use crate::hits::Hit;
use crate::index::TextIndex;
use crate::request::{Facet, FacetCounts, Scope};

/// Most values of a facet, as in yente.
const VALUES: usize = 1_000;

/// The counts of a facet.
pub(crate) fn count_facet(
    index: &TextIndex,
    facet: Facet,
    hits: &[Hit],
    scope: &Scope,
) -> FacetCounts {
    let column = index.column(match facet {
        Facet::Datasets => ColumnField::Datasets,
        Facet::Schema => ColumnField::Schema,
        Facet::Countries => ColumnField::Countries,
        Facet::Identifiers => ColumnField::Identifiers,
        Facet::Topics => ColumnField::Topics,
        Facet::Genders => ColumnField::Genders,
    });
    let mut counts = vec![0_u64; column.all().len()];
    for code in hits.iter().flat_map(|hit| column.codes(hit.doc)) {
        if let Some(count) = counts.get_mut(*code as usize) {
            *count += 1;
        }
    }
    // An entity may name datasets that are not searched or not in use, which are left out.
    let is_shown = |value: &str| {
        facet != Facet::Datasets || scope.datasets.iter().any(|dataset| dataset.as_str() == value)
    };
    let counted = column.all().zip(counts).filter(|(value, count)| *count > 0 && is_shown(value));
    let mut values: Vec<(&str, u64)> = counted.collect();
    values.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(right.0)));
    values.truncate(VALUES);
    let values = values.into_iter().map(|(value, count)| (value.to_owned(), count)).collect();
    FacetCounts { facet, values }
}
