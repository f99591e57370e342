//! The columns of one file bound to properties: from a row to a query.

use std::collections::BTreeSet;
use std::path::Path;

use interdict_model::{DateOrder, DatePrefix, FieldKind, Schema, null_word};
use interdict_screen::{
    Customer, CustomerReader, FieldMeaning, OTHER_PARTY, Query, ReadCustomer, Unread,
    is_name_property,
};
use serde_json::Value;

use crate::error::BatchError;
use crate::form::InputForm;
use crate::keys::{FileKeys, Keys};
use crate::nested::{NestedReader, Role};
use crate::nested_keys::{NestedKeys, is_document_key};
use crate::nested_values::is_nested;
use crate::options::ColumnMap;
use crate::read::{CHUNK, Chunk, RowReader};
use crate::reading::{RowReading, UnreadColumn};
use crate::row::{CellText, Cells, ColumnPosition, Parser, Row};

/// A column map with the positions of its columns in one file.
pub struct ColumnBinding {
    schema: Option<Schema>,
    schema_position: Option<ColumnPosition>,
    columns: Vec<BoundColumn>,
    /// All columns of the file, used or not.
    file_columns: Vec<String>,
    /// The same with their positions, nested ones as one column.
    places: Vec<ColumnPosition>,
    /// The unused columns, in which only wallet addresses, checked numbers and nested objects are looked for.
    others: Vec<ColumnPosition>,
    /// Of these, the columns whose values look like names.
    name_like: Vec<ColumnPosition>,
    /// How nested objects are read, if they are.
    nested: Option<NestedKeys>,
    /// Whether a column holds names of the customer.
    has_names: bool,
}

struct BoundColumn {
    position: ColumnPosition,
    meaning: FieldMeaning,
}

/// A row as a query.
pub(crate) struct RowQuery {
    /// The query, or why there is none.
    pub(crate) query: Result<Query, String>,
    customer: Customer,
    pub(crate) unread: Vec<UnreadColumn>,
}

impl ColumnBinding {
    /// Finds the columns in the file. [`open_customers`](crate::open_customers) calls this and also finds the order of
    /// dates.
    pub fn new(reader: &RowReader, map: &ColumnMap) -> Result<Self, BatchError> {
        if map.columns.is_empty() && map.nested.is_none() {
            return Err(BatchError::NoColumns);
        }
        let position = |column: &str| reader.position(column);
        let bind = |column: &crate::options::Column| {
            if !Query::takes(&column.property) {
                let (column, property) = (column.column.clone(), column.property.clone());
                return Err(BatchError::Property { column, property });
            }
            let meaning = FieldMeaning::new(&column.property, map.form.dates)
                .of_perhaps_parts(map.perhaps_parts.contains(&column.column));
            Ok(BoundColumn { position: position(&column.column)?, meaning })
        };
        let columns = map.columns.iter().map(bind).collect::<Result<Vec<_>, BatchError>>()?;
        let is_own_name = |column: &BoundColumn| {
            let property = column.meaning.property.as_str();
            is_name_property(property) && !property.starts_with(OTHER_PARTY)
        };
        let has_names = columns.iter().any(is_own_name);
        let nested = NestedKeys::new(map.nested.as_deref(), map.form.dates);
        let schema_position = map.schema_column.as_deref().map(position).transpose()?;
        let file_columns = reader.header().unwrap_or_default().to_vec();
        let places = reader.columns(nested.is_some());
        let (schema, others) = (map.schema.clone(), Vec::new());
        let mut binding = Self {
            schema,
            schema_position,
            columns,
            file_columns,
            places,
            others,
            name_like: Vec::new(),
            nested,
            has_names,
        };
        binding.find_others();
        Ok(binding)
    }

    /// The columns of dates.
    pub(crate) fn date_columns(&self) -> impl Iterator<Item = &ColumnPosition> {
        let dates = self.columns.iter().filter(|column| column.meaning.property == "birthDate");
        dates.map(|column| &column.position)
    }

    /// The unused columns that may hold names, and whether their names say so.
    pub(crate) fn watched_columns(&self, map: &ColumnMap) -> Vec<(ColumnPosition, bool)> {
        let watched = |place: &ColumnPosition| {
            let mut columns = map.watched.iter();
            let column = columns.find(|watched| watched.column == place.name)?;
            Some((place.clone(), column.is_of_names))
        };
        let named = map
            .watched
            .iter()
            .map(|watched| ColumnPosition { name: watched.column.clone(), index: 0 });
        // The keys of a file without a header are not known yet.
        match self.places.is_empty() {
            true => named.filter_map(|place| watched(&place)).collect(),
            false => self.places.iter().filter_map(watched).collect(),
        }
    }

    /// Sets the unused columns whose values look like names.
    pub(crate) fn set_name_like(&mut self, columns: Vec<ColumnPosition>) {
        self.name_like = columns;
    }

    /// Sets the order of a column's dates.
    pub(crate) fn set_order(&mut self, position: &ColumnPosition, order: Option<DateOrder>) {
        for column in self.columns.iter_mut().filter(|column| column.position == *position) {
            column.meaning.order = order;
        }
    }

    /// Sets the day of screening. Birth dates in later years are reported as impossible.
    pub fn set_day(&mut self, day: Option<DatePrefix>) {
        for column in &mut self.columns {
            column.meaning = column.meaning.clone().on(day);
        }
        if let Some(nested) = &mut self.nested {
            nested.set_day(day);
        }
    }

    /// All columns of the file, used or not. Without a header, once they are known.
    pub(crate) fn file_columns(&self) -> &[String] {
        &self.file_columns
    }

    /// The columns of the file that no property and no schema is read from.
    pub fn unused_columns(&self) -> Vec<String> {
        let used = self.columns.iter().map(|column| &column.position).chain(&self.schema_position);
        let used: BTreeSet<&str> = used.map(|position| position.name.as_str()).collect();
        let unused = self.places.iter().filter(|place| !used.contains(place.name.as_str()));
        unused.map(|place| place.name.clone()).collect()
    }

    fn find_others(&mut self) {
        let unused: BTreeSet<String> = self.unused_columns().into_iter().collect();
        let others = self.places.iter().filter(|place| unused.contains(&place.name));
        self.others = others.cloned().collect();
    }

    /// Whether a row repeats the file's header, which happens in concatenated files.
    fn repeats_header(&self, row: &Row<'_>) -> bool {
        let Cells::Record(record) = &row.cells else { return false };
        let fields = self.file_columns.iter().enumerate();
        record.len() == self.file_columns.len()
            && fields.into_iter().all(|(place, column)| {
                let field = record.get(place).and_then(|field| std::str::from_utf8(field).ok());
                field.is_some_and(|field| field.trim().to_lowercase() == column.to_lowercase())
            })
    }

    /// Sets the keys of a file without a header. Fails if a column of the map is in no row.
    pub(crate) fn set_keys(&mut self, keys: Vec<String>, path: &Path) -> Result<(), BatchError> {
        let positions =
            self.columns.iter().map(|column| &column.position).chain(&self.schema_position);
        for position in positions {
            if !keys.is_empty() && !keys.contains(&position.name) {
                let (path, column) = (path.to_owned(), position.name.clone());
                let present = keys.join(", ").chars().take(300).collect();
                return Err(BatchError::Column { path, column, present });
            }
        }
        let places = keys.iter().map(|name| ColumnPosition { name: name.clone(), index: 0 });
        self.places = places.collect();
        self.file_columns = keys;
        self.find_others();
        Ok(())
    }

    /// The query of a row, with the fields that could not be read.
    pub(crate) fn query(&self, row: &Row<'_>) -> RowQuery {
        if let Some(fault) = &row.fault {
            let query = Err(fault.clone());
            return RowQuery { query, customer: Customer::default(), unread: Vec::new() };
        }
        if self.repeats_header(row) {
            let query = Err("repeats the header".to_owned());
            return RowQuery { query, customer: Customer::default(), unread: Vec::new() };
        }
        let (schema, unread_schema) = self.schema_of(row);
        let mut reader = CustomerReader::new(schema);
        if let Some(why) = unread_schema {
            reader.unread(self.columns.len(), why);
        }
        let first_other = self.read_columns(row, &mut reader);
        let ReadCustomer { query, customer, unread } = reader.finish();
        let named = unread.into_iter().map(|field| {
            let bound = self.columns.get(field.field).map(|column| &column.position);
            let other = || self.others.get(field.field.checked_sub(first_other)?);
            let column = bound.or_else(other).or(self.schema_position.as_ref());
            let column = column.map(|at| at.name.clone());
            UnreadColumn { column: column.unwrap_or_default(), why: field.why }
        });
        let query = query.map_err(|error| error.without_value().into_owned());
        RowQuery { query, customer, unread: named.collect() }
    }

    /// Reads the columns of a row, and returns the field number of the first unused column.
    fn read_columns(&self, row: &Row<'_>, reader: &mut CustomerReader) -> usize {
        for (number, column) in self.columns.iter().enumerate() {
            if row.has_twice(&column.position) {
                let why = "the key stands there twice; the last value was screened";
                reader.unread(number, Unread::Refused(why.into()));
            }
            // Nested objects are read after all columns, because the columns show whether the customer has a name.
            if self.nested_value(row, &column.position).is_none() {
                row.each_text(&column.position, &mut |text| match text {
                    Ok(text) => reader.field(number, &column.meaning, text),
                    Err(why) => reader.unread(number, Unread::Refused(why.reason().into())),
                });
            }
        }
        // The field number after those of the columns belongs to the schema.
        let first_other = self.columns.len() + 1;
        for (number, column) in (first_other..).zip(&self.others) {
            if self.nested_value(row, column).is_none() {
                row.each_raw_text(column, &mut |text| reader.other_text(number, text));
                let is_name_like = self.name_like.iter().any(|found| found.name == column.name);
                if is_name_like && row.first_text(column).is_some() {
                    reader.unread(number, Unread::PerhapsUnusedName);
                }
            }
        }
        self.read_nested(row, reader, first_other);
        first_other
    }

    /// The value of a column, if it contains nested objects and these are read.
    fn nested_value<'r>(&self, row: &Row<'r>, column: &ColumnPosition) -> Option<&'r Value> {
        self.nested.as_ref()?;
        row.nested_value(column).filter(|value| is_nested(value))
    }

    /// Reads the nested objects of a row.
    fn read_nested(&self, row: &Row<'_>, reader: &mut CustomerReader, first_other: usize) {
        let Some(keys) = &self.nested else { return };
        let mut nested = NestedReader::new(keys, reader, self.has_names);
        for (number, column) in self.columns.iter().enumerate() {
            if let Some(value) = self.nested_value(row, &column.position) {
                nested.column(number, Role::Property(&column.meaning.property), value);
            }
        }
        for (number, column) in (first_other..).zip(&self.others) {
            let role = if is_document_key(&column.name) { Role::Document } else { Role::Unknown };
            if let Some(value) = self.nested_value(row, column) {
                nested.column(number, role, value);
            }
        }
    }

    /// The rows of a chunk as customers, as far as they can be read.
    pub fn customers(&self, chunk: &Chunk) -> Vec<RowReading> {
        let mut parser = Parser::default();
        let read = |number| {
            let RowQuery { query, customer, unread } = self.query(&chunk.row(number, &mut parser));
            RowReading { customer: query.map(|_| customer), unread }
        };
        (0..chunk.len()).map(read).collect()
    }

    /// The schema of a row. For a word that names no schema: the schema of all rows, and the reason.
    fn schema_of(&self, row: &Row<'_>) -> (Option<Schema>, Option<Unread>) {
        let Some(position) = &self.schema_position else { return (self.schema.clone(), None) };
        let (mut schema, mut unread) = (None, None);
        row.each_text(position, &mut |text: CellText<'_>| {
            let text = text.map_err(|why| Unread::Refused(why.reason().into())).map(str::trim);
            match text {
                Ok(text) if null_word(text, FieldKind::Other).is_some() || schema.is_some() => {}
                Ok(text) => {
                    schema = Schema::of_word(text);
                    unread = unread.take().or(schema.is_none().then_some(Unread::Schema));
                }
                Err(why) => unread = Some(why),
            }
        });
        (schema.or_else(|| self.schema.clone()), unread)
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
        row.first_text(&position).unwrap_or_default()
    });
    Ok(texts.collect())
}

/// The columns of a file, which are its header or the keys of all its rows, and the paths in nested objects.
pub fn file_keys(path: &Path, form: &InputForm) -> Result<FileKeys, BatchError> {
    let mut reader = RowReader::open(path, form)?;
    if reader.header().is_some() {
        let columns = reader.columns(true).into_iter().map(|column| column.name).collect();
        return Ok(FileKeys { columns, nested: reader.nested_paths() });
    }
    let mut keys = Keys::default();
    while let Some(chunk) = reader.next_chunk(CHUNK)? {
        keys.add_chunk(&chunk, path)?;
    }
    Ok(keys.into_keys())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Column;

    fn file(folder: &Path, name: &str, text: &str) -> std::path::PathBuf {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    #[test]
    fn keys_are_columns_and_paths_of_nested_values_in_the_order_of_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let text = "{\"name\":\"a\",\"o\":{\"a\":1,\"l\":[{\"y\":2},{\"z\":[3]}]},\"tags\":[\"t\"]}\n\
                    {\"born\":\"\",\"o\":{\"a\":2}}\n";
        let keys =
            file_keys(&file(folder.path(), "in.ndjson", text), &InputForm::default()).unwrap();
        assert_eq!(keys.columns, ["name", "o", "tags", "born"]);
        assert_eq!(keys.nested, [&["o", "a"][..], &["o", "l", "y"], &["o", "l", "z"]]);
    }

    #[test]
    fn a_file_has_a_greatest_number_of_keys() {
        let folder = tempfile::tempdir().unwrap();
        let keys_of = |count: usize| {
            let members: Vec<String> = (0..count).map(|key| format!("\"k{key}\":1")).collect();
            let flat = format!("{{{}}}\n", members.join(","));
            let nested = format!("{{\"o\":{{{}}}}}\n", members.join(","));
            [flat, nested].map(|text| {
                file_keys(&file(folder.path(), "in.ndjson", &text), &InputForm::default())
            })
        };
        let [flat, nested] = keys_of(10_000);
        assert_eq!((flat.unwrap().columns.len(), nested.unwrap().nested.len()), (10_000, 10_000));
        let [flat, nested] = keys_of(10_002);
        assert!(matches!(flat, Err(BatchError::TooManyKeys { .. })));
        assert_eq!(nested.unwrap().nested.len(), 10_000);
    }

    #[test]
    fn columns_and_texts_are_those_of_the_file_and_a_null_word_is_no_schema() {
        let folder = tempfile::tempdir().unwrap();
        let path =
            file(folder.path(), "in.csv", "name,type,size\nJane,n/a,3\nJim,person,\nJoe,odd,4\n");
        let columns = vec![Column { column: "name".to_owned(), property: "name".to_owned() }];
        let schema_column = Some("type".to_owned());
        let map = ColumnMap { columns, schema_column, ..ColumnMap::default() };
        let mut reader = RowReader::open(&path, &InputForm::default()).unwrap();
        let binding = ColumnBinding::new(&reader, &map).unwrap();
        assert_eq!(binding.file_columns(), ["name", "type", "size"]);
        let chunk = reader.next_chunk(9).unwrap().unwrap();
        assert_eq!(column_texts(&reader, &chunk, "size").unwrap(), ["3", "", "4"]);
        assert_eq!(column_texts(&reader, &chunk, "name").unwrap(), ["Jane", "Jim", "Joe"]);
        let unread: Vec<usize> =
            binding.customers(&chunk).iter().map(|row| row.unread.len()).collect();
        assert_eq!(unread, [0, 0, 1]);
    }
}
