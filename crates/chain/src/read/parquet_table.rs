//! Flat Parquet files as tables of text.

use bytes::Bytes;
use parquet::{
    basic::{ConvertedType, LogicalType, TimeUnit, Type as Physical},
    column::reader::{ColumnReader, ColumnReaderImpl},
    data_type::DataType,
    file::reader::{FileReader, RowGroupReader, SerializedFileReader},
    schema::types::ColumnDescriptor,
};

use super::{
    ReadError,
    table::{Record, Table},
};

/// Columns that no reader asks for and that hold most of a file's bytes.
const NEVER_READ: &[&str] = &["input", "output", "logs_bloom", "extra_data", "init", "code"];

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
    let reader =
        SerializedFileReader::new(Bytes::from(bytes)).map_err(|why| failed(why.to_string()))?;
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    let mut columns = Vec::new();
    for (at, column) in schema.columns().iter().enumerate() {
        if column.max_rep_level() == 0 && !NEVER_READ.contains(&column.name()) {
            columns.push((at, meaning(column)));
        }
    }
    let headers: Vec<String> =
        columns.iter().map(|(at, _)| schema.column(*at).name().to_owned()).collect();
    let groups = reader.num_row_groups();
    let mut line = 0;
    let rows = (0..groups).flat_map(move |group| {
        let records = reader
            .get_row_group(group)
            .map_err(|why| why.to_string())
            .and_then(|g| records(&*g, &columns));
        match records {
            Ok(records) => records.into_iter().map(Ok).collect(),
            Err(why) => vec![Err(why)],
        }
    });
    let numbered = rows.map(move |record| {
        line += 1;
        (line, record)
    });
    Ok(Table::of(name, &headers, Box::new(numbered)))
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

/// All rows of a row group. Columns are read one after the other and then turned.
fn records(
    group: &dyn RowGroupReader,
    columns: &[(usize, Meaning)],
) -> Result<Vec<Record>, String> {
    let count = usize::try_from(group.metadata().num_rows()).map_err(|why| why.to_string())?;
    let mut texts = Vec::with_capacity(columns.len());
    for (at, meaning) in columns {
        let reader = group.get_column_reader(*at).map_err(|why| why.to_string())?;
        let column = column_texts(reader, *meaning, count)?;
        if column.len() != count {
            return Err(format!("column {at} has {} values for {count} rows", column.len()));
        }
        texts.push(column);
    }
    Ok((0..count).map(|row| texts.iter().map(|column| column[row].as_str()).collect()).collect())
}

fn column_texts(
    reader: ColumnReader,
    meaning: Meaning,
    count: usize,
) -> Result<Vec<String>, String> {
    let number = |value: i64| match meaning {
        Meaning::Moment(parts) => value.div_euclid(parts).to_string(),
        Meaning::Unsigned => (value as u64).to_string(),
        _ => value.to_string(),
    };
    match reader {
        ColumnReader::BoolColumnReader(r) => read(r, count, |value: &bool| value.to_string()),
        ColumnReader::Int32ColumnReader(r) => read(r, count, |value: &i32| match meaning {
            Meaning::Unsigned => (*value as u32).to_string(),
            _ => number(i64::from(*value)),
        }),
        ColumnReader::Int64ColumnReader(r) => read(r, count, |value: &i64| number(*value)),
        ColumnReader::Int96ColumnReader(r) => {
            read(r, count, |value| value.to_seconds().to_string())
        }
        ColumnReader::ByteArrayColumnReader(r) => {
            read(r, count, |value| bytes_text(value.data(), meaning))
        }
        ColumnReader::FixedLenByteArrayColumnReader(r) => {
            read(r, count, |value| bytes_text(value.data(), meaning))
        }
        // Floating point holds no amounts; a reader that needs such a column finds it empty.
        ColumnReader::FloatColumnReader(_) | ColumnReader::DoubleColumnReader(_) => {
            Ok(vec![String::new(); count])
        }
    }
}

fn read<T: DataType>(
    mut reader: ColumnReaderImpl<T>,
    count: usize,
    text: impl Fn(&T::T) -> String,
) -> Result<Vec<String>, String> {
    let (mut values, mut levels) = (Vec::new(), Vec::new());
    let mut rows = 0;
    while rows < count {
        let (read, ..) = reader
            .read_records(count - rows, Some(&mut levels), None, &mut values)
            .map_err(|why| why.to_string())?;
        if read == 0 {
            break;
        }
        rows += read;
    }
    if levels.is_empty() {
        return Ok(values.iter().map(text).collect());
    }
    // A level of zero is a missing value.
    let top = levels.iter().copied().max().unwrap_or(0).max(1);
    let mut values = values.iter();
    Ok(levels
        .iter()
        .map(|level| {
            if *level == top {
                values.next().map_or_else(String::new, &text)
            } else {
                String::new()
            }
        })
        .collect())
}

fn bytes_text(bytes: &[u8], meaning: Meaning) -> String {
    match meaning {
        Meaning::Text => String::from_utf8_lossy(bytes).into_owned(),
        Meaning::BigNumber => big_number(bytes),
        _ => {
            let mut text = String::with_capacity(2 + bytes.len() * 2);
            text.push_str("0x");
            for byte in bytes {
                for nibble in [byte >> 4, byte & 15] {
                    text.push(char::from(b"0123456789abcdef"[usize::from(nibble)]));
                }
            }
            text
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
