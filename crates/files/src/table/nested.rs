//! Structs and lists of structs, put together as the objects that they are. The columns of a table hold only the values
//! of one field each, from which it cannot be seen which first name goes with which last name.

use std::fs::File;
use std::path::Path;

use interdict_model::hex;
use parquet::data_type::Decimal;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::reader::RowIter;
use parquet::record::{Field, Row};
use parquet::schema::types::{SchemaDescriptor, Type};
use serde_json::{Map, Value};

use super::cell::{big_endian, day, decimal, float, moment};
use super::source::Source;
use crate::error::BatchError;

/// Parts of a column's path that are only the format's way of writing lists.
const LIST_PARTS: [&str; 6] = ["list", "element", "bag", "array", "array_element", "item"];

/// The paths of the columns of a file, without parts that only serve lists.
pub(super) fn column_paths(schema: &SchemaDescriptor) -> Vec<Vec<String>> {
    let paths = schema.columns().iter().map(|column| {
        let is_list = |part: &str| column.max_rep_level() > 0 && LIST_PARTS.contains(&part);
        let parts = column.path().parts().iter().enumerate();
        let kept = parts.filter(|(place, part)| *place == 0 || !is_list(part));
        kept.map(|(_, part)| part.clone()).collect()
    });
    paths.collect()
}

/// The nested columns of a file, read row by row.
pub(super) struct NestedRows {
    names: Vec<String>,
    rows: RowIter<'static>,
}

impl NestedRows {
    /// Opens the columns of these names, which are structs or contain some.
    pub(super) fn open(path: &Path, names: Vec<String>) -> Result<Self, BatchError> {
        let fail = BatchError::parquet(path);
        let file = File::open(path).map_err(BatchError::io("open", path))?;
        let file = SerializedFileReader::new(Source::new(file)).map_err(&fail)?;
        let root = file.metadata().file_metadata().schema_descr().root_schema();
        let fields = root.get_fields().iter();
        let fields = fields.filter(|field| names.iter().any(|name| name == field.name()));
        let wanted = Type::group_type_builder(root.name()).with_fields(fields.cloned().collect());
        let wanted = wanted.build().map_err(&fail)?;
        let rows = RowIter::from_file_into(Box::new(file));
        let rows = rows.project(Some(wanted)).map_err(&fail)?;
        Ok(Self { names, rows })
    }

    /// The next rows: each with the values of its nested columns, in the order of their names.
    pub(super) fn next(
        &mut self,
        count: usize,
        path: &Path,
    ) -> Result<Vec<Vec<Value>>, BatchError> {
        let rows = self.rows.by_ref().take(count);
        let read = rows.map(|row| row.map(|row| values_of(&self.names, &row)));
        read.collect::<Result<_, _>>().map_err(BatchError::parquet(path))
    }

    /// Leaves out that number of rows.
    pub(super) fn skip(&mut self, count: u64, path: &Path) -> Result<(), BatchError> {
        for _ in 0..count {
            self.rows.next().transpose().map_err(BatchError::parquet(path))?;
        }
        Ok(())
    }
}

fn values_of(names: &[String], row: &Row) -> Vec<Value> {
    let mut object = object(row);
    names.iter().map(|name| object.remove(name).unwrap_or(Value::Null)).collect()
}

fn object(row: &Row) -> Map<String, Value> {
    row.get_column_iter().map(|(name, field)| (name.clone(), value(field))).collect()
}

/// A value as JSON, in the forms of plain columns.
fn value(field: &Field) -> Value {
    match field {
        Field::Null => Value::Null,
        Field::Bool(value) => Value::Bool(*value),
        Field::Byte(value) => (*value).into(),
        Field::Short(value) => (*value).into(),
        Field::Int(value) => (*value).into(),
        Field::Long(value) => (*value).into(),
        Field::UByte(value) => (*value).into(),
        Field::UShort(value) => (*value).into(),
        Field::UInt(value) => (*value).into(),
        Field::ULong(value) => (*value).into(),
        Field::Float16(value) => float(f64::from(*value)),
        // Through its shortest text, so that .1 does not become .10000000149.
        Field::Float(value) => float(value.to_string().parse().unwrap_or(f64::from(*value))),
        Field::Double(value) => float(*value),
        Field::Decimal(value) => decimal_of(value),
        Field::Str(text) => Value::String(text.clone()),
        Field::Bytes(bytes) => Value::String(match std::str::from_utf8(bytes.data()) {
            Ok(text) => text.to_owned(),
            Err(_) => hex::encode(bytes.data()),
        }),
        Field::Date(days) => day(i64::from(*days)),
        Field::TimeMillis(value) => (*value).into(),
        Field::TimeMicros(value) => (*value).into(),
        Field::TimestampMillis(value) => moment(i128::from(*value) * 1_000_000, true),
        Field::TimestampMicros(value) => moment(i128::from(*value) * 1_000, true),
        Field::Group(row) => Value::Object(object(row)),
        Field::ListInternal(list) => list.elements().iter().map(value).collect(),
        Field::MapInternal(map) => {
            let key = |field: &Field| match value(field) {
                Value::String(text) => text,
                other => other.to_string(),
            };
            let entries = map.entries().iter();
            Value::Object(entries.map(|(name, field)| (key(name), value(field))).collect())
        }
    }
}

fn decimal_of(number: &Decimal) -> Value {
    decimal(big_endian(number.data()), number.scale())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use parquet::data_type::{ByteArray, ByteArrayType};
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;

    use crate::form::InputForm;
    use crate::read::RowReader;
    use crate::row::{ColumnPosition, Parser};

    const SCHEMA: &str = "message m {
        required binary id (UTF8);
        optional group parties (LIST) { repeated group list { optional group element {
            optional binary first_name (UTF8); optional binary last_name (UTF8);
        } } }
    }";

    #[test]
    fn the_fields_of_a_struct_stay_together() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("in.parquet");
        let mut bytes = Vec::new();
        let schema = Arc::new(parse_message_type(SCHEMA).unwrap());
        let properties = Arc::new(WriterProperties::builder().build());
        let mut file = SerializedFileWriter::new(&mut bytes, schema, properties).unwrap();
        let mut group = file.next_row_group().unwrap();
        let texts =
            |texts: &[&str]| texts.iter().map(|text| ByteArray::from(*text)).collect::<Vec<_>>();
        // The first row has two parties, and the second of them has no first name. The second row has one party.
        let mut write =
            |values: &[&str], definitions: Option<&[i16]>, repetitions: Option<&[i16]>| {
                let mut column = group.next_column().unwrap().unwrap();
                let writer = column.typed::<ByteArrayType>();
                writer.write_batch(&texts(values), definitions, repetitions).unwrap();
                column.close().unwrap();
            };
        write(&["1", "2"], None, None);
        write(&["Jane", "Ivo"], Some(&[4, 3, 4]), Some(&[0, 1, 0]));
        write(&["Roe", "Doe", "Poe"], Some(&[4, 4, 4]), Some(&[0, 1, 0]));
        group.close().unwrap();
        file.close().unwrap();
        std::fs::write(&path, bytes).unwrap();

        let mut reader = RowReader::open(&path, &InputForm::default()).unwrap();
        let outer = |reader: &RowReader| {
            reader.columns(true).into_iter().map(|column| column.name).collect::<Vec<_>>()
        };
        assert_eq!(outer(&reader), ["id", "parties"]);
        assert_eq!(reader.nested_paths(), [["parties", "first_name"], ["parties", "last_name"]]);
        let parties: ColumnPosition = reader.position("parties").unwrap();
        let value = |reader: &mut RowReader| {
            let chunk = reader.next_chunk(1).unwrap().unwrap();
            chunk.row(0, &mut Parser::default()).nested_value(&parties).cloned().unwrap()
        };
        let first = serde_json::json!([
            {"first_name": "Jane", "last_name": "Roe"}, {"first_name": null, "last_name": "Doe"}
        ]);
        let second = serde_json::json!([{"first_name": "Ivo", "last_name": "Poe"}]);
        assert_eq!(value(&mut reader), first);
        assert_eq!(value(&mut reader), second);
        reader.seek(1, 1).unwrap();
        assert_eq!(value(&mut reader), second);
    }
}
