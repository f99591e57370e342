//! Exports lists in the FollowTheMoney format.

use std::io::Write;
use std::path::Path;

use interdict_index::{EntityRow, Segment};
use interdict_model::{DatasetName, Entity, PartialDate, PropertyType};

use crate::error::EngineError;
use crate::lists::Lists;
use crate::session::Session;

impl Session {
    /// Writes entities as FollowTheMoney JSON lines, in the order of datasets and ids, and returns
    /// how many. With `plain_dates`, approximate dates and ranges become the plain dates that other
    /// tools read.
    pub fn export(
        &self,
        lists: &Lists,
        datasets: &[DatasetName],
        plain_dates: bool,
        out: &mut dyn Write,
    ) -> Result<u64, EngineError> {
        lists.check_datasets(datasets)?;
        let mut written = 0;
        for segment in &lists.generation().segments {
            if !datasets.is_empty() && !datasets.contains(&segment.about().dataset) {
                continue;
            }
            for row in segment.by_id() {
                write_entity(segment, row, plain_dates, out)?;
                written += 1;
            }
        }
        out.flush().map_err(write_error)?;
        Ok(written)
    }
}

fn write_entity(
    segment: &Segment,
    row: EntityRow,
    plain_dates: bool,
    out: &mut dyn Write,
) -> Result<(), EngineError> {
    if plain_dates {
        let mut entity = segment.entity(row)?;
        make_dates_plain(&mut entity);
        serde_json::to_writer(&mut *out, &entity).map_err(|error| write_error(error.into()))?;
    } else {
        out.write_all(segment.entity_json(row)).map_err(write_error)?;
    }
    out.write_all(b"\n").map_err(write_error)
}

fn write_error(error: std::io::Error) -> EngineError {
    EngineError::io("write", Path::new("the export"))(error)
}

fn make_dates_plain(entity: &mut Entity) {
    let schema = entity.schema.clone();
    for (property, values) in &mut entity.properties {
        if schema.property(property).is_none_or(|known| known.kind != PropertyType::Date) {
            continue;
        }
        let mut plain: Vec<String> = Vec::new();
        for value in values.iter() {
            let dates = match value.parse::<PartialDate>() {
                Ok(date) if date.is_range() || date.is_circa() => date.plain(),
                _ => vec![value.clone()],
            };
            for date in dates {
                if !plain.contains(&date) {
                    plain.push(date);
                }
            }
        }
        *values = plain;
    }
}
