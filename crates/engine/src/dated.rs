//! Designations that begin or end on a date stated in their record, without a change of the record.

use interdict_index::Segment;
use interdict_model::{DatasetName, DatePrefix, Designation, Entity};
use serde::Deserialize;

use crate::error::EngineError;
use crate::lists::Lists;

/// The entities with a designation that is in force on one of two days and not on the other, in these datasets (all, if
/// none is named). Sorted by dataset, then by id.
///
/// Scans all entities and reads only the returned ones in full. An index by date would avoid the scan, but would add a
/// section to each segment for a lookup that happens once a day.
pub(crate) fn dated_entities(
    lists: &Lists,
    datasets: &[DatasetName],
    (from, to): (DatePrefix, DatePrefix),
) -> Result<Vec<Entity>, EngineError> {
    let is_meant =
        |segment: &&Segment| datasets.is_empty() || datasets.contains(&segment.about().dataset);
    let mut segments: Vec<&Segment> = lists.generation().segments.iter().filter(is_meant).collect();
    segments.sort_unstable_by(|one, other| one.about().dataset.cmp(&other.about().dataset));
    let mut found = Vec::new();
    for segment in segments {
        for row in segment.by_id() {
            if differs(segment.entity_json(row), (from, to)) {
                found.push(segment.entity(row)?);
            }
        }
    }
    Ok(found)
}

fn differs(json: &[u8], (from, to): (DatePrefix, DatePrefix)) -> bool {
    /// The part of an entity's JSON that holds its designations.
    #[derive(Deserialize)]
    struct Dated {
        provenance: Option<Source>,
    }
    #[derive(Deserialize)]
    struct Source {
        #[serde(default)]
        designations: Vec<Designation>,
    }
    // An entity whose JSON cannot be parsed counts as differing: reading it in full then fails and names the damaged place.
    let Ok(Dated { provenance }) = serde_json::from_slice(json) else { return true };
    let designations = provenance.map(|source| source.designations).unwrap_or_default();
    let flips = |one: &Designation| one.is_in_force(from) != one.is_in_force(to);
    designations.iter().any(flips)
}
