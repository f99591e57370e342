//! Listings that begin or end by a date of their own, while their records stay the same.

use interdict_index::Segment;
use interdict_model::{DatasetName, DatePrefix, Designation, Entity};
use serde::Deserialize;

use crate::error::EngineError;
use crate::lists::Lists;

/// The entities of which a designation is in force on one of two days and not on the other, in these datasets (all, if
/// none is named): dataset by dataset, in the order of ids.
///
/// All entities are looked at, and the few that are returned are read in full. An index by date would save that, and would
/// be another section of each segment for a question that is asked once a day.
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
    /// What of an entity says when it is listed.
    #[derive(Deserialize)]
    struct Dated {
        provenance: Option<Source>,
    }
    #[derive(Deserialize)]
    struct Source {
        #[serde(default)]
        designations: Vec<Designation>,
    }
    // One that cannot be read is read in full, which fails with the place of the damage.
    let Ok(Dated { provenance }) = serde_json::from_slice(json) else { return true };
    let designations = provenance.map(|source| source.designations).unwrap_or_default();
    let flips = |one: &Designation| one.is_in_force(from) != one.is_in_force(to);
    designations.iter().any(flips)
}
