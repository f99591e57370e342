//! Writing rows to a Parquet file; typed columns keep their types.

use std::fs::File;
use std::sync::Arc;

use parquet::basic::{Compression, ConvertedType, LogicalType, Repetition, Type as Physical};
use parquet::column::writer::ColumnCloseResult;
use parquet::data_type::ByteArray;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{FileMetaData, KeyValue};
use parquet::file::properties::{WriterProperties, WriterPropertiesPtr};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{Type, TypePtr};

use super::column::{ColumnData, Table, Values};
use crate::encode::{AddedValue, AddedValues, added_columns, plain};
use crate::row::Cells;

/// The columns of a result.
pub(crate) struct ResultLayout {
    schema: TypePtr,
    notes: Vec<KeyValue>,
    /// The input columns that are copied: all but those that the result replaces.
    kept: Vec<usize>,
    typed: bool,
    explanation: bool,
}

/// Metadata keys that describe the exact columns of the input; the result has other columns.
const DROPPED_NOTES: [&str; 2] = ["ARROW:schema", "pandas"];

impl ResultLayout {
    /// From a table: its columns keep their types.
    pub(crate) fn of_table(about: &FileMetaData, explanation: bool) -> Result<Self> {
        let added = added_columns(explanation);
        let schema = about.schema_descr();
        let is_kept = |place: &usize| {
            let path = schema.column(*place).path().parts().first().cloned().unwrap_or_default();
            !added.contains(&path.as_str())
        };
        let kept = (0..schema.num_columns()).filter(is_kept).collect();
        let fields = schema.root_schema().get_fields().iter();
        let fields = fields.filter(|field| !added.contains(&field.name())).cloned().collect();
        let notes = about.key_value_metadata().cloned().unwrap_or_default();
        let notes =
            notes.into_iter().filter(|note| !DROPPED_NOTES.contains(&note.key.as_str())).collect();
        let schema = schema_with_added(fields, explanation)?;
        Ok(Self { schema, notes, kept, typed: true, explanation })
    }

    /// From texts: every column is text.
    pub(crate) fn of_texts(columns: &[String], explanation: bool) -> Result<Self> {
        let added = added_columns(explanation);
        let is_kept =
            |(place, name): (usize, &String)| (!added.contains(&name.as_str())).then_some(place);
        let kept: Vec<usize> = columns.iter().enumerate().filter_map(is_kept).collect();
        let names = kept.iter().filter_map(|place| columns.get(*place));
        let fields = names.map(|name| text_field(name)).collect::<Result<_>>()?;
        let schema = schema_with_added(fields, explanation)?;
        Ok(Self { schema, notes: Vec::new(), kept, typed: false, explanation })
    }

    fn properties(&self) -> WriterPropertiesPtr {
        let notes = (!self.notes.is_empty()).then(|| self.notes.clone());
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_key_value_metadata(notes);
        Arc::new(properties.build())
    }

    /// One empty column for each leaf of the schema.
    fn empty_columns(&self, input: Option<&Table>) -> Vec<ColumnData> {
        let text = || ColumnData::new(Values::Bytes(Vec::new()));
        let kept = self.kept.iter().map(|place| match input.and_then(|t| t.columns.get(*place)) {
            Some(column) => ColumnData::new(column.values().emptied()),
            None => text(),
        });
        let added = added_columns(self.explanation).into_iter().map(|name| match name {
            "match_score" => ColumnData::new(Values::Double(Vec::new())),
            "match" => ColumnData::new(Values::Bool(Vec::new())),
            _ => text(),
        });
        kept.chain(added).collect()
    }
}

fn text_field(name: &str) -> Result<TypePtr> {
    let field = Type::primitive_type_builder(name, Physical::BYTE_ARRAY)
        .with_repetition(Repetition::OPTIONAL)
        .with_converted_type(ConvertedType::UTF8)
        .with_logical_type(Some(LogicalType::String));
    Ok(Arc::new(field.build()?))
}

fn schema_with_added(mut fields: Vec<TypePtr>, explanation: bool) -> Result<TypePtr> {
    let plain_field = |name, kind| {
        let field = Type::primitive_type_builder(name, kind);
        Ok::<_, ParquetError>(Arc::new(field.with_repetition(Repetition::OPTIONAL).build()?))
    };
    for name in added_columns(explanation) {
        fields.push(match name {
            "match_score" => plain_field(name, Physical::DOUBLE)?,
            "match" => plain_field(name, Physical::BOOLEAN)?,
            _ => text_field(name)?,
        });
    }
    Ok(Arc::new(Type::group_type_builder("schema").with_fields(fields).build()?))
}

/// The result rows of some input rows, by column.
pub(crate) struct TablePiece {
    columns: Vec<ColumnData>,
    rows: usize,
}

/// Encodes a piece.
pub(crate) struct TableBuilder<'a> {
    layout: &'a ResultLayout,
    input: Option<&'a Table>,
    picked: Vec<u32>,
    columns: Vec<ColumnData>,
    rows: usize,
}

fn add_text(column: Option<&mut ColumnData>, text: Option<Vec<u8>>) {
    let Some(column) = column else { return };
    column.definitions.push(i16::from(text.is_some()));
    if let (Values::Bytes(values), Some(text)) = (&mut column.values, text) {
        values.push(ByteArray::from(text));
    }
}

impl<'a> TableBuilder<'a> {
    pub(crate) fn new(layout: &'a ResultLayout, input: Option<&'a Table>) -> Self {
        let columns = layout.empty_columns(input);
        Self { layout, input, picked: Vec::new(), columns, rows: 0 }
    }

    /// Adds one row.
    pub(crate) fn row(&mut self, names: &[String], cells: &Cells<'_>, added: AddedValues<'_>) {
        let columns = self.columns.iter_mut().zip(&self.layout.kept);
        match cells {
            Cells::Table { row, .. } => self.picked.push(*row as u32),
            Cells::Record(record) => columns.for_each(|(column, place)| {
                let cell = record.get(*place).map(|cell| String::from_utf8_lossy(cell));
                add_text(Some(column), cell.map(|cell| cell.into_owned().into_bytes()));
            }),
            Cells::Object { object, .. } => columns.for_each(|(column, place)| {
                let value = names.get(*place).and_then(|name| object.get(name));
                let value = value.filter(|value| !value.is_null());
                add_text(Some(column), value.map(|value| plain(value).into_bytes()));
            }),
        }
        self.rows += 1;
        self.add(added);
    }

    fn add(&mut self, added: AddedValues<'_>) {
        let columns = self.columns.iter_mut().skip(self.layout.kept.len());
        for (column, value) in columns.zip(added.values()) {
            match (value, &mut column.values) {
                (AddedValue::Score(score), Values::Double(values)) => {
                    column.definitions.push(i16::from(score.is_some()));
                    values.extend(score);
                }
                (AddedValue::Flag(flag), Values::Bool(values)) => {
                    column.definitions.push(i16::from(flag.is_some()));
                    values.extend(flag);
                }
                (AddedValue::Text(text), _) => add_text(Some(column), text.map(String::into_bytes)),
                (AddedValue::Json(json), _) => {
                    add_text(Some(column), json.map(|json| json.to_string().into_bytes()));
                }
                // The columns are made in the order of the values, so the types fit.
                (AddedValue::Score(_) | AddedValue::Flag(_), _) => add_text(Some(column), None),
            }
        }
    }

    pub(crate) fn finish(mut self) -> TablePiece {
        if self.layout.typed
            && let Some(input) = self.input
        {
            for (column, place) in self.columns.iter_mut().zip(&self.layout.kept) {
                if let Some(from) = input.columns.get(*place) {
                    *column = from.pick(&self.picked);
                }
            }
        }
        TablePiece { columns: self.columns, rows: self.rows }
    }
}

/// Encodes pieces as small Parquet files in memory, each of one row group, to be joined at the end.
#[derive(Default)]
pub(crate) struct TableWriter {
    columns: Vec<ColumnData>,
    rows: usize,
}

impl TableWriter {
    pub(crate) fn append(&mut self, piece: TablePiece) {
        self.rows += piece.rows;
        if self.columns.is_empty() {
            self.columns = piece.columns;
            return;
        }
        for (mine, theirs) in self.columns.iter_mut().zip(piece.columns) {
            mine.append(theirs);
        }
    }

    /// Encodes the collected rows and clears them.
    pub(crate) fn cut(&mut self, layout: &ResultLayout) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        let mut file =
            SerializedFileWriter::new(&mut out, layout.schema.clone(), layout.properties())?;
        if self.rows > 0 {
            let mut group = file.next_row_group()?;
            for column in &self.columns {
                let Some(mut writer) = group.next_column()? else { break };
                column.write(writer.untyped())?;
                writer.close()?;
            }
            group.close()?;
        }
        file.close()?;
        *self = Self::default();
        Ok(out)
    }
}

/// Joins small Parquet files into one, row group by row group, without decoding them.
pub(crate) fn join_tables(
    layout: &ResultLayout,
    parts: &mut dyn Iterator<Item = std::io::Result<Vec<u8>>>,
    out: File,
) -> Result<()> {
    let mut writer = SerializedFileWriter::new(out, layout.schema.clone(), layout.properties())?;
    for part in parts {
        let part = bytes::Bytes::from(part.map_err(|error| ParquetError::External(error.into()))?);
        let reader = SerializedFileReader::new(part.clone())?;
        for group in reader.metadata().row_groups() {
            let mut row_group = writer.next_row_group()?;
            for column in group.columns() {
                let close = ColumnCloseResult {
                    bytes_written: u64::try_from(column.compressed_size()).unwrap_or_default(),
                    rows_written: u64::try_from(group.num_rows()).unwrap_or_default(),
                    metadata: column.clone(),
                    bloom_filter: None,
                    column_index: None,
                    offset_index: None,
                };
                row_group.append_column(&part, close)?;
            }
            row_group.close()?;
        }
    }
    writer.close()?;
    Ok(())
}
