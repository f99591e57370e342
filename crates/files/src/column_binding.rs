//! The columns of one file bound to properties: from a row to a query.

use std::path::Path;

use interdict_model::Schema;

use crate::error::BatchError;
use crate::options::ColumnMap;
use crate::read::{CHUNK, Chunk, RowReader};
use crate::row::{ColumnPosition, Parser, Row};
use interdict_screen::{Customer, Query};

/// A column map with the positions of its columns in one file.
pub struct ColumnBinding {
    schema: Option<Schema>,
    schema_position: Option<ColumnPosition>,
    columns: Vec<(ColumnPosition, String)>,
}

impl ColumnBinding {
    /// Finds the columns in the file.
    pub fn new(reader: &RowReader, map: &ColumnMap) -> Result<Self, BatchError> {
        if map.columns.is_empty() {
            return Err(BatchError::NoColumns);
        }
        let position = |column: &str| reader.position(column);
        let columns = map
            .columns
            .iter()
            .map(|column| Ok((position(&column.column)?, column.property.clone())))
            .collect::<Result<_, BatchError>>()?;
        let schema_position = map.schema_column.as_deref().map(position).transpose()?;
        Ok(Self { schema: map.schema.clone(), schema_position, columns })
    }

    /// For formats without a header: fails if no row of the first chunk has one of the columns.
    pub(crate) fn check(&self, reader: &RowReader, chunk: &Chunk) -> Result<(), BatchError> {
        if reader.header().is_some() {
            return Ok(());
        }
        let keys = columns_of(chunk);
        let positions =
            self.columns.iter().map(|(position, _)| position).chain(&self.schema_position);
        for position in positions {
            if !keys.is_empty() && !keys.contains(&position.name) {
                let (path, column) = (reader.path().to_owned(), position.name.clone());
                return Err(BatchError::Column { path, column, present: keys.join(", ") });
            }
        }
        Ok(())
    }

    /// The query of a row, or the reason in words why there is none.
    pub(crate) fn query(&self, row: &Row<'_>) -> Result<Query, String> {
        if let Some(fault) = &row.fault {
            return Err(fault.clone());
        }
        let mut query = Query::new(self.schema_of(row)?);
        for (position, property) in &self.columns {
            row.each_text(position, &mut |text| {
                query.add(property, text).map_err(|error| error.to_string())
            })?;
        }
        query.finish().map_err(|error| error.to_string())
    }

    /// The customers of a chunk; for a row that cannot be read, the reason in words.
    pub fn customers(&self, chunk: &Chunk) -> Vec<Result<Customer, String>> {
        let mut parser = Parser::default();
        (0..chunk.len()).map(|number| self.customer(&chunk.row(number, &mut parser))).collect()
    }

    fn customer(&self, row: &Row<'_>) -> Result<Customer, String> {
        if let Some(fault) = &row.fault {
            return Err(fault.clone());
        }
        let mut customer = Customer { schema: self.schema_of(row)?, values: Vec::new() };
        for (position, property) in &self.columns {
            row.each_text(position, &mut |text| {
                customer.values.push((property.clone(), text.to_owned()));
                Ok(())
            })?;
        }
        Ok(customer)
    }

    fn schema_of(&self, row: &Row<'_>) -> Result<Option<Schema>, String> {
        let given = match &self.schema_position {
            Some(position) => row.first_text(position)?,
            None => None,
        };
        match given {
            Some(text) => Schema::parse(&text).map(Some).map_err(|error| error.to_string()),
            None => Ok(self.schema.clone()),
        }
    }
}

/// The texts of one column, row by row; empty where a row has none.
pub fn column_texts(
    reader: &RowReader,
    chunk: &Chunk,
    column: &str,
) -> Result<Vec<String>, BatchError> {
    let position = reader.position(column)?;
    let mut parser = Parser::default();
    let texts = (0..chunk.len()).map(|number| {
        let row = chunk.row(number, &mut parser);
        row.first_text(&position).ok().flatten().unwrap_or_default()
    });
    Ok(texts.collect())
}

/// The names of a file's columns: its header, or the keys of its first rows.
pub fn column_names(path: &Path) -> Result<Vec<String>, BatchError> {
    let mut reader = RowReader::open(path)?;
    if let Some(header) = reader.header() {
        return Ok(header.to_vec());
    }
    Ok(reader.next_chunk(CHUNK)?.as_ref().map(columns_of).unwrap_or_default())
}

/// The keys of a chunk of JSON objects, in order of appearance.
pub(crate) fn columns_of(chunk: &Chunk) -> Vec<String> {
    let mut columns: Vec<String> = Vec::new();
    let mut parser = Parser::default();
    for number in 0..chunk.len() {
        let row = chunk.row(number, &mut parser);
        if let crate::row::Cells::Object { object, .. } = row.cells
            && row.fault.is_none()
        {
            for name in object.keys() {
                if !columns.contains(name) {
                    columns.push(name.clone());
                }
            }
        }
    }
    columns
}
