//! Walks two states of the lists side by side.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::iter::Peekable;

use interdict_index::{EntityRow, IndexError, Segment};
use interdict_model::{DatasetName, Entity, Sha256Digest};
use serde::Deserialize;

use super::change::{PropertyChange, property_changes};
use crate::error::EngineError;
use crate::lists::Lists;

/// One entity that is not the same in two states of the lists.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    /// It is only in the newer one.
    Added(Box<Entity>),
    /// It is only in the older one.
    Removed(Box<Entity>),
    /// It is different.
    Changed {
        /// As it was.
        #[cfg_attr(
            not(feature = "files"),
            expect(dead_code, reason = "read by re-screening only")
        )]
        before: Box<Entity>,
        /// As it is.
        after: Box<Entity>,
        /// The properties that differ.
        changes: Vec<PropertyChange>,
    },
}

/// Receives changes.
type Visitor<'a> = dyn FnMut(&DatasetName, Change) -> Result<(), EngineError> + 'a;

/// Calls `visit` with every entity that changed between two states of the lists, in these datasets
/// (all, if none is named): dataset by dataset, in the order of ids. Datasets whose files are the
/// same are passed over, and nothing is kept in memory.
pub(crate) fn visit_changes(
    old: &Lists,
    new: &Lists,
    datasets: &[DatasetName],
    visit: &mut Visitor<'_>,
) -> Result<(), EngineError> {
    let mut names: Vec<&DatasetName> = [old, new]
        .into_iter()
        .flat_map(|lists| &lists.generation().segments)
        .map(|segment| &segment.about().dataset)
        .filter(|name| datasets.is_empty() || datasets.contains(name))
        .collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        if checksum(old, name).is_none_or(|sum| checksum(new, name) != Some(sum)) {
            walk(name, segment(old, name), segment(new, name), visit)?;
        }
    }
    Ok(())
}

fn segment<'a>(lists: &'a Lists, dataset: &DatasetName) -> Option<&'a Segment> {
    lists.generation().segments.iter().find(|segment| segment.about().dataset == *dataset)
}

/// The checksum of the file that a dataset is answered from; nothing if it is only in memory.
fn checksum(lists: &Lists, dataset: &DatasetName) -> Option<Sha256Digest> {
    let kept = lists.generation().stored.iter().find(|kept| kept.dataset == *dataset)?;
    // A newer program answers from its own built-in dataset and not from the stored one.
    let opened = segment(lists, dataset)?;
    (opened.about().sources == kept.sources).then_some(kept.sha256)
}

fn walk(
    dataset: &DatasetName,
    old: Option<&Segment>,
    new: Option<&Segment>,
    visit: &mut Visitor<'_>,
) -> Result<(), EngineError> {
    let mut before = Rows::new(old).peekable();
    let mut after = Rows::new(new).peekable();
    loop {
        let change = match (before.peek(), after.peek()) {
            (None, None) => return Ok(()),
            (Some(_), None) => Change::Removed(take(&mut before)?),
            (None, Some(_)) => Change::Added(take(&mut after)?),
            (Some(a), Some(b)) => match a.id.cmp(&b.id) {
                Ordering::Less => Change::Removed(take(&mut before)?),
                Ordering::Greater => Change::Added(take(&mut after)?),
                Ordering::Equal if a.json == b.json => {
                    before.next();
                    after.next();
                    continue;
                }
                Ordering::Equal => {
                    let (before, after) = (take(&mut before)?, take(&mut after)?);
                    let changes = property_changes(&before, &after);
                    if changes.is_empty() {
                        continue;
                    }
                    Change::Changed { before, after, changes }
                }
            },
        };
        visit(dataset, change)?;
    }
}

/// One entity's JSON in a segment.
struct Row<'a> {
    id: Cow<'a, str>,
    json: &'a [u8],
    segment: &'a Segment,
    entity: EntityRow,
}

/// The entities of a segment in the order of their ids.
struct Rows<'a> {
    segment: Option<&'a Segment>,
    rows: Box<dyn Iterator<Item = EntityRow> + 'a>,
}

impl<'a> Rows<'a> {
    fn new(segment: Option<&'a Segment>) -> Self {
        let rows: Box<dyn Iterator<Item = EntityRow> + 'a> = match segment {
            Some(segment) => Box::new(segment.by_id()),
            None => Box::new(std::iter::empty()),
        };
        Self { segment, rows }
    }
}

impl<'a> Iterator for Rows<'a> {
    type Item = Row<'a>;

    fn next(&mut self) -> Option<Row<'a>> {
        #[derive(Deserialize)]
        struct Id<'a> {
            #[serde(borrow)]
            id: Cow<'a, str>,
        }
        let segment = self.segment?;
        let entity = self.rows.next()?;
        let json = segment.entity_json(entity);
        // A damaged entity is reported when it is read; here it only needs a position in the order.
        let id = serde_json::from_slice::<Id<'a>>(json).map(|row| row.id).unwrap_or_default();
        Some(Row { id, json, segment, entity })
    }
}

fn take<'a>(rows: &mut Peekable<impl Iterator<Item = Row<'a>>>) -> Result<Box<Entity>, IndexError> {
    let row = rows.next().expect("the caller has looked at it");
    row.segment.entity(row.entity).map(Box::new)
}
