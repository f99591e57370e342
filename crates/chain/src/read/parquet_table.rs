//! Flat Parquet files as tables of text. A thread of its own decodes the next row group while the last
//! one is taken; groups are handed over in the file's order.

use bytes::Bytes;
use parquet::{
    basic::{ConvertedType, LogicalType, TimeUnit, Type as Physical},
    column::reader::{ColumnReader, ColumnReaderImpl},
    data_type::DataType,
    file::reader::{FileReader, RowGroupReader, SerializedFileReader},
    schema::types::ColumnDescriptor,
};
use std::{
    fmt::Write,
    sync::mpsc::{Receiver, sync_channel},
    thread::{Builder, JoinHandle},
};

use super::{
    ReadError,
    parquet_source::Source,
    table::{Record, Table},
};
use crate::hex_text::push_hex;

/// Columns that no reader uses and that take most of a file's bytes; they are not decoded.
const NEVER_READ: &[&str] = &["input", "output", "logs_bloom", "extra_data", "init", "code"];

/// Rows of one row group for each byte of the file, at most. A group is decoded as a whole, and a few
/// bytes may stand for two billion equal values, which is more than there is memory for. Tables of a chain
/// have a hash of 32 bytes in each row, so that even the best compression is far from this.
const ROWS_PER_BYTE: u64 = 256;

/// Text of one row group for each byte of the file, at most, besides [`LEAST_TEXT`]: a value stored once in the file
/// may be the value of every row.
const TEXT_PER_BYTE: usize = 256;

/// Text of one row group that is always allowed, in bytes.
const LEAST_TEXT: usize = 64 << 20;

/// How a column's values become text.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Meaning {
    Text,
    /// Bytes of an address or a hash.
    Hex,
    /// A number of up to 256 bits, most significant byte first.
    BigNumber,
    /// A moment, in this many parts of a second.
    Moment(i64),
    Number,
    Unsigned,
}

/// Opens a file; rows are read one row group at a time.
pub(super) fn table<'a>(bytes: Vec<u8>, name: &str) -> Result<Table<'a>, ReadError> {
    let failed = |reason: String| ReadError::Form { name: name.to_owned(), reason };
    let most_rows = bytes.len() as u64 * ROWS_PER_BYTE;
    let most_text = LEAST_TEXT + bytes.len().saturating_mul(TEXT_PER_BYTE);
    let source = Source(Bytes::from(bytes));
    let reader = SerializedFileReader::new(source).map_err(|why| failed(why.to_string()))?;
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    for group in reader.metadata().row_groups() {
        let rows = u64::try_from(group.num_rows()).unwrap_or(u64::MAX);
        if rows > most_rows {
            return Err(failed(format!("{rows} rows are more than a file of this size can hold")));
        }
    }
    let mut columns = Vec::new();
    for (at, column) in schema.columns().iter().enumerate() {
        if column.max_rep_level() == 0 && !NEVER_READ.contains(&column.name()) {
            columns.push((at, meaning(column)));
        }
    }
    let headers: Vec<String> =
        columns.iter().map(|(at, _)| schema.column(*at).name().to_owned()).collect();
    let (send, groups) = sync_channel(0);
    let decode = move || {
        for group in 0..reader.num_row_groups() {
            let decoded = reader
                .get_row_group(group)
                .map_err(|why| why.to_string())
                .and_then(|g| records(&*g, &columns, most_text));
            // The receiver is gone if the file has too many broken rows.
            if send.send(decoded).is_err() {
                return;
            }
        }
    };
    let thread = Builder::new().spawn(decode).map_err(|why| failed(why.to_string()))?;
    let mut line = 0;
    let numbered = Groups { groups, thread: Some(thread) }.flatten().map(move |record| {
        line += 1;
        (line, record)
    });
    Ok(Table::of(name, &headers, Box::new(numbered)))
}

/// Row groups as the decoding thread hands them over.
struct Groups {
    groups: Receiver<Result<Vec<Record>, String>>,
    thread: Option<JoinHandle<()>>,
}

impl Iterator for Groups {
    type Item = Vec<Result<Record, String>>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.groups.recv() {
            Ok(Ok(records)) => Some(records.into_iter().map(Ok).collect()),
            Ok(Err(why)) => Some(vec![Err(why)]),
            Err(_) => {
                // The sender is gone: at the end of the file, or because decoding failed.
                let ended = self.thread.take()?.join();
                ended.err().map(|_| vec![Err("the file cannot be decoded".to_owned())])
            }
        }
    }
}

fn meaning(column: &ColumnDescriptor) -> Meaning {
    let name = column.name();
    let logical = column.logical_type_ref();
    match column.physical_type() {
        Physical::BYTE_ARRAY | Physical::FIXED_LEN_BYTE_ARRAY => {
            let text = matches!(logical, Some(LogicalType::String | LogicalType::Json))
                || column.converted_type() == ConvertedType::UTF8;
            let number =
                matches!(logical, Some(LogicalType::Decimal(_))) || name.starts_with("value");
            match (text, number) {
                (true, _) => Meaning::Text,
                (false, true) => Meaning::BigNumber,
                (false, false) => Meaning::Hex,
            }
        }
        _ => match logical {
            Some(LogicalType::Timestamp(time)) => Meaning::Moment(match time.unit {
                TimeUnit::MILLIS => 1_000,
                TimeUnit::MICROS => 1_000_000,
                TimeUnit::NANOS => 1_000_000_000,
            }),
            Some(LogicalType::Integer(number)) if !number.is_signed => Meaning::Unsigned,
            _ => Meaning::Number,
        },
    }
}

/// The values of a column as texts, one after the other.
#[derive(Default)]
struct Texts {
    text: String,
    ends: Vec<usize>,
}

impl Texts {
    fn with_places(count: usize) -> Self {
        Self { text: String::new(), ends: Vec::with_capacity(count) }
    }

    /// Ends the value that was written to `text`, if there is room for it.
    fn end(&mut self, room: Room) -> Result<(), String> {
        if self.text.len() > room.text {
            return Err("a row group holds more text than a file of this size should".to_owned());
        }
        self.ends.push(self.text.len());
        Ok(())
    }

    fn get(&self, row: usize) -> &str {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.text[start..self.ends[row]]
    }
}

/// All rows of a row group. Columns are read one after the other and then turned.
fn records(
    group: &dyn RowGroupReader,
    columns: &[(usize, Meaning)],
    most_text: usize,
) -> Result<Vec<Record>, String> {
    let count = usize::try_from(group.metadata().num_rows()).map_err(|why| why.to_string())?;
    let mut texts = Vec::with_capacity(columns.len());
    let mut left = most_text;
    for (at, meaning) in columns {
        let reader = group.get_column_reader(*at).map_err(|why| why.to_string())?;
        let column = column_texts(reader, *meaning, Room { rows: count, text: left })?;
        left -= column.text.len();
        if column.ends.len() != count {
            let found = column.ends.len();
            return Err(format!("column {at} has {found} values for {count} rows"));
        }
        texts.push(column);
    }
    let record = |row: usize| {
        let bytes = texts.iter().map(|column| column.get(row).len()).sum();
        let mut record = Record::with_capacity(bytes, texts.len());
        texts.iter().for_each(|column| record.push_field(column.get(row)));
        record
    };
    Ok((0..count).map(record).collect())
}

/// The memory that a column may use.
#[derive(Clone, Copy)]
struct Room {
    rows: usize,
    /// In bytes.
    text: usize,
}

fn column_texts(reader: ColumnReader, meaning: Meaning, room: Room) -> Result<Texts, String> {
    let number = |value: i64, text: &mut String| {
        // Writing to a text cannot fail.
        let _ = match meaning {
            Meaning::Moment(parts) => write!(text, "{}", value.div_euclid(parts)),
            Meaning::Unsigned => write!(text, "{}", value.cast_unsigned()),
            _ => write!(text, "{value}"),
        };
    };
    match reader {
        ColumnReader::BoolColumnReader(r) => {
            read(r, room, |value: &bool, text| text.push_str(if *value { "true" } else { "false" }))
        }
        ColumnReader::Int32ColumnReader(r) => read(r, room, |value: &i32, text| match meaning {
            Meaning::Unsigned => number(i64::from(value.cast_unsigned()), text),
            _ => number(i64::from(*value), text),
        }),
        ColumnReader::Int64ColumnReader(r) => {
            read(r, room, |value: &i64, text| number(*value, text))
        }
        ColumnReader::Int96ColumnReader(r) => read(r, room, |value, text| {
            let _ = write!(text, "{}", value.to_seconds());
        }),
        ColumnReader::ByteArrayColumnReader(r) => {
            read(r, room, |value, text| push_bytes(value.data(), meaning, text))
        }
        ColumnReader::FixedLenByteArrayColumnReader(r) => {
            read(r, room, |value, text| push_bytes(value.data(), meaning, text))
        }
        // Floating-point columns are not read as amounts; a reader that needs such a column finds it empty. Their rows
        // are still counted, because a damaged file may state more rows than fit in memory.
        ColumnReader::FloatColumnReader(r) => read(r, room, |_, _| {}),
        ColumnReader::DoubleColumnReader(r) => read(r, room, |_, _| {}),
    }
}

fn read<T: DataType>(
    mut reader: ColumnReaderImpl<T>,
    room: Room,
    push: impl Fn(&T::T, &mut String),
) -> Result<Texts, String> {
    let (mut values, mut levels) = (Vec::new(), Vec::new());
    let mut rows = 0;
    while rows < room.rows {
        let (read, ..) = reader
            .read_records(room.rows - rows, Some(&mut levels), None, &mut values)
            .map_err(|why| why.to_string())?;
        if read == 0 {
            break;
        }
        rows += read;
    }
    let mut texts = Texts::with_places(rows);
    if levels.is_empty() {
        for value in &values {
            push(value, &mut texts.text);
            texts.end(room)?;
        }
        return Ok(texts);
    }
    // A level of zero is a missing value.
    let top = levels.iter().copied().max().unwrap_or(0).max(1);
    let mut values = values.iter();
    for level in &levels {
        if *level == top
            && let Some(value) = values.next()
        {
            push(value, &mut texts.text);
        }
        texts.end(room)?;
    }
    Ok(texts)
}

fn push_bytes(bytes: &[u8], meaning: Meaning, text: &mut String) {
    match meaning {
        Meaning::Text => text.push_str(&String::from_utf8_lossy(bytes)),
        Meaning::BigNumber => text.push_str(&big_number(bytes)),
        _ => {
            text.push_str("0x");
            push_hex(bytes, text);
        }
    }
}

/// A number too large for 128 bits becomes a text that the amount parser refuses as too large.
fn big_number(bytes: &[u8]) -> String {
    let significant: Vec<u8> = bytes.iter().copied().skip_while(|b| *b == 0).collect();
    if significant.len() > 16 {
        return "9".repeat(40);
    }
    significant.iter().fold(0u128, |value, byte| value << 8 | u128::from(*byte)).to_string()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use parquet::{
        data_type::DoubleType,
        file::{properties::WriterProperties, writer::SerializedFileWriter},
        schema::parser::parse_message_type,
    };

    use super::*;

    /// A file with one column of floating point and two rows.
    fn two_rows() -> Vec<u8> {
        let schema = Arc::new(parse_message_type("message t { required double gas; }").unwrap());
        let properties = Arc::new(WriterProperties::new());
        let mut writer = SerializedFileWriter::new(Vec::new(), schema, properties).unwrap();
        let mut group = writer.next_row_group().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<DoubleType>().write_batch(&[1.5, 2.5], None, None).unwrap();
        column.close().unwrap();
        group.close().unwrap();
        writer.into_inner().unwrap()
    }

    #[test]
    fn a_group_of_more_rows_than_the_file_can_hold_is_refused() {
        let sound = two_rows();
        assert!(table(sound.clone(), "gas.parquet").is_ok());
        // Each byte that may be the group's number of rows (2, as a signed varint) becomes 64 million, and
        // the length of the footer follows. Elsewhere the change has another effect or none.
        let mut refused = 0;
        for at in 0..sound.len() - 8 {
            let mut damaged = sound.clone();
            if damaged[at] == 4 {
                damaged.splice(at..=at, [0xfe, 0xff, 0xff, 0x3f]);
                let footer = damaged.len() - 8;
                let length = u32::from_le_bytes(damaged[footer..footer + 4].try_into().unwrap());
                damaged[footer..footer + 4].copy_from_slice(&(length + 3).to_le_bytes());
                let why = table(damaged, "gas.parquet").err().map(|why| why.to_string());
                refused += usize::from(why.is_some_and(|why| why.contains("more than a file")));
            }
        }
        assert_eq!(refused, 1);
    }

    #[test]
    fn floating_point_is_empty_and_never_has_more_rows_than_the_file_holds() {
        let reader = SerializedFileReader::new(Bytes::from(two_rows())).unwrap();
        let column =
            || reader.get_row_group(0).and_then(|group| group.get_column_reader(0)).unwrap();
        let room = |rows| Room { rows, text: LEAST_TEXT };
        assert_eq!(column_texts(column(), Meaning::Number, room(2)).unwrap().ends, [0, 0]);
        let claimed = column_texts(column(), Meaning::Number, room(1 << 60));
        assert!(claimed.is_err() || claimed.unwrap().ends.len() == 2);
    }

    #[test]
    fn a_group_with_more_text_than_there_is_room_for_is_an_error() {
        let mut texts = Texts::default();
        let room = Room { rows: 3, text: 8 };
        for (value, fits) in [("1234", true), ("5678", true), ("9", false)] {
            texts.text.push_str(value);
            assert_eq!(texts.end(room).is_ok(), fits, "{value}");
        }
        assert_eq!(texts.ends, [4, 8]);
    }
}
