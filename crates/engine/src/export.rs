//! Lists out again, in the form that the field exchanges.

use std::io::Write;
use std::path::Path;

use interdict_model::{DatasetName, Entity, PartialDate, PropertyType};

use crate::error::EngineError;
use crate::lists::Lists;

impl Lists {
    /// Writes entities as FollowTheMoney JSON lines, in the order of datasets and ids, and returns
    /// how many. With `plain_dates`, approximate dates and ranges become the plain dates that other
    /// tools read.
    pub fn export(
        &self,
        datasets: &[DatasetName],
        plain_dates: bool,
        out: &mut dyn Write,
    ) -> Result<u64, EngineError> {
        self.check_datasets(datasets)?;
        let failed = EngineError::io("write", Path::new("the export"));
        let mut written = 0;
        let mut write = || -> std::io::Result<Result<(), EngineError>> {
            for segment in &self.generation.segments {
                if !datasets.is_empty() && !datasets.contains(&segment.about().dataset) {
                    continue;
                }
                for row in segment.by_id() {
                    if plain_dates {
                        let mut entity = match segment.entity(row) {
                            Ok(entity) => entity,
                            Err(error) => return Ok(Err(error.into())),
                        };
                        make_dates_plain(&mut entity);
                        serde_json::to_writer(&mut *out, &entity)?;
                    } else {
                        out.write_all(segment.entity_json(row))?;
                    }
                    out.write_all(b"\n")?;
                    written += 1;
                }
            }
            out.flush()?;
            Ok(Ok(()))
        };
        write().map_err(failed)??;
        Ok(written)
    }
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
