//! Columns as Parquet stores them.

use std::ops::Range;

use parquet::column::reader::ColumnReader;
use parquet::column::writer::ColumnWriter;
use parquet::data_type::{ByteArray, FixedLenByteArray, Int96};
use parquet::errors::Result;
use parquet::schema::types::ColumnDescPtr;

/// The values of a column, those that are not null.
#[derive(Debug, Clone)]
pub(crate) enum Values {
    Bool(Vec<bool>),
    Int32(Vec<i32>),
    Int64(Vec<i64>),
    Int96(Vec<Int96>),
    Float(Vec<f32>),
    Double(Vec<f64>),
    Bytes(Vec<ByteArray>),
    Fixed(Vec<FixedLenByteArray>),
}

/// Applies one expression to the vector of any type.
macro_rules! each_type {
    ($values:expr, $vector:ident => $what:expr) => {
        match $values {
            Values::Bool($vector) => $what,
            Values::Int32($vector) => $what,
            Values::Int64($vector) => $what,
            Values::Int96($vector) => $what,
            Values::Float($vector) => $what,
            Values::Double($vector) => $what,
            Values::Bytes($vector) => $what,
            Values::Fixed($vector) => $what,
        }
    };
}

/// Applies one expression to two vectors of the same type; other pairs do not occur, because both
/// belong to one column.
macro_rules! both_types {
    ($a:expr, $b:expr, ($x:ident, $y:ident) => $what:expr) => {
        match ($a, $b) {
            (Values::Bool($x), Values::Bool($y)) => $what,
            (Values::Int32($x), Values::Int32($y)) => $what,
            (Values::Int64($x), Values::Int64($y)) => $what,
            (Values::Int96($x), Values::Int96($y)) => $what,
            (Values::Float($x), Values::Float($y)) => $what,
            (Values::Double($x), Values::Double($y)) => $what,
            (Values::Bytes($x), Values::Bytes($y)) => $what,
            (Values::Fixed($x), Values::Fixed($y)) => $what,
            _ => {}
        }
    };
}

impl Values {
    /// An empty vector of the same type.
    pub(crate) fn emptied(&self) -> Self {
        match self {
            Self::Bool(_) => Self::Bool(Vec::new()),
            Self::Int32(_) => Self::Int32(Vec::new()),
            Self::Int64(_) => Self::Int64(Vec::new()),
            Self::Int96(_) => Self::Int96(Vec::new()),
            Self::Float(_) => Self::Float(Vec::new()),
            Self::Double(_) => Self::Double(Vec::new()),
            Self::Bytes(_) => Self::Bytes(Vec::new()),
            Self::Fixed(_) => Self::Fixed(Vec::new()),
        }
    }

    fn extend(&mut self, from: &Values, range: Range<usize>) {
        both_types!(self, from, (mine, theirs) => {
            mine.extend_from_slice(theirs.get(range).unwrap_or_default());
        });
    }

    fn append(&mut self, from: &mut Values) {
        both_types!(self, from, (mine, theirs) => mine.append(theirs));
    }

    fn len(&self) -> usize {
        each_type!(self, values => values.len())
    }
}

/// Rows of one column: values, and the levels that mark nulls and lists.
#[derive(Debug, Clone)]
pub(crate) struct ColumnData {
    pub(crate) values: Values,
    /// One level for each value or null; empty if the column has no nulls and no lists.
    pub(crate) definitions: Vec<i16>,
    /// Empty if the column has no lists.
    repetitions: Vec<i16>,
}

impl ColumnData {
    pub(crate) fn new(values: Values) -> Self {
        Self { values, definitions: Vec::new(), repetitions: Vec::new() }
    }

    /// Reads that number of rows.
    pub(crate) fn read(reader: &mut ColumnReader, rows: usize) -> Result<Self> {
        let (mut definitions, mut repetitions) = (Vec::new(), Vec::new());
        macro_rules! read {
            ($reader:expr, $kind:ident) => {{
                let mut values = Vec::new();
                let mut read = 0;
                while read < rows {
                    let levels = (Some(&mut definitions), Some(&mut repetitions));
                    let (more, _, _) =
                        $reader.read_records(rows - read, levels.0, levels.1, &mut values)?;
                    if more == 0 {
                        break;
                    }
                    read += more;
                }
                Values::$kind(values)
            }};
        }
        let values = match reader {
            ColumnReader::BoolColumnReader(reader) => read!(reader, Bool),
            ColumnReader::Int32ColumnReader(reader) => read!(reader, Int32),
            ColumnReader::Int64ColumnReader(reader) => read!(reader, Int64),
            ColumnReader::Int96ColumnReader(reader) => read!(reader, Int96),
            ColumnReader::FloatColumnReader(reader) => read!(reader, Float),
            ColumnReader::DoubleColumnReader(reader) => read!(reader, Double),
            ColumnReader::ByteArrayColumnReader(reader) => read!(reader, Bytes),
            ColumnReader::FixedLenByteArrayColumnReader(reader) => read!(reader, Fixed),
        };
        Ok(Self { values, definitions, repetitions })
    }

    /// Skips that number of rows.
    pub(crate) fn skip(reader: &mut ColumnReader, rows: usize) -> Result<usize> {
        match reader {
            ColumnReader::BoolColumnReader(reader) => reader.skip_records(rows),
            ColumnReader::Int32ColumnReader(reader) => reader.skip_records(rows),
            ColumnReader::Int64ColumnReader(reader) => reader.skip_records(rows),
            ColumnReader::Int96ColumnReader(reader) => reader.skip_records(rows),
            ColumnReader::FloatColumnReader(reader) => reader.skip_records(rows),
            ColumnReader::DoubleColumnReader(reader) => reader.skip_records(rows),
            ColumnReader::ByteArrayColumnReader(reader) => reader.skip_records(rows),
            ColumnReader::FixedLenByteArrayColumnReader(reader) => reader.skip_records(rows),
        }
    }

    /// Adds rows of another column of the same layout.
    pub(crate) fn append(&mut self, mut other: ColumnData) {
        self.values.append(&mut other.values);
        self.definitions.append(&mut other.definitions);
        self.repetitions.append(&mut other.repetitions);
    }

    /// Writes all rows.
    pub(crate) fn write(&self, writer: &mut ColumnWriter<'_>) -> Result<()> {
        let levels = |levels: &Vec<i16>| (!levels.is_empty()).then(|| levels.clone());
        let (definitions, repetitions) = (levels(&self.definitions), levels(&self.repetitions));
        let (d, r) = (definitions.as_deref(), repetitions.as_deref());
        match (writer, &self.values) {
            (ColumnWriter::BoolColumnWriter(w), Values::Bool(v)) => w.write_batch(v, d, r),
            (ColumnWriter::Int32ColumnWriter(w), Values::Int32(v)) => w.write_batch(v, d, r),
            (ColumnWriter::Int64ColumnWriter(w), Values::Int64(v)) => w.write_batch(v, d, r),
            (ColumnWriter::Int96ColumnWriter(w), Values::Int96(v)) => w.write_batch(v, d, r),
            (ColumnWriter::FloatColumnWriter(w), Values::Float(v)) => w.write_batch(v, d, r),
            (ColumnWriter::DoubleColumnWriter(w), Values::Double(v)) => w.write_batch(v, d, r),
            (ColumnWriter::ByteArrayColumnWriter(w), Values::Bytes(v)) => w.write_batch(v, d, r),
            (ColumnWriter::FixedLenByteArrayColumnWriter(w), Values::Fixed(v)) => {
                w.write_batch(v, d, r)
            }
            _ => Ok(0),
        }?;
        Ok(())
    }
}

/// A column with its description and the positions of its rows.
pub(crate) struct PlacedColumn {
    pub(crate) about: ColumnDescPtr,
    column: ColumnData,
    /// The start of each row's values, then the end of the last one's.
    value_starts: Vec<u32>,
    /// The same for levels, if there are any.
    level_starts: Vec<u32>,
}

impl PlacedColumn {
    pub(crate) fn new(about: ColumnDescPtr, column: ColumnData) -> Self {
        let full = about.max_def_level();
        let (mut value_starts, mut level_starts) = (Vec::new(), Vec::new());
        if column.definitions.is_empty() {
            value_starts = (0..=column.values.len() as u32).collect();
        } else {
            let mut values = 0;
            for (place, level) in column.definitions.iter().enumerate() {
                if column.repetitions.get(place).is_none_or(|level| *level == 0) {
                    value_starts.push(values);
                    level_starts.push(place as u32);
                }
                values += u32::from(*level == full);
            }
            value_starts.push(values);
            level_starts.push(column.definitions.len() as u32);
        }
        Self { about, column, value_starts, level_starts }
    }

    fn range(starts: &[u32], row: usize) -> Range<usize> {
        match (starts.get(row), starts.get(row + 1)) {
            (Some(start), Some(end)) => *start as usize..*end as usize,
            _ => 0..0,
        }
    }

    pub(crate) fn row_count(&self) -> usize {
        self.value_starts.len().saturating_sub(1)
    }

    /// The range of a row's values.
    pub(crate) fn value_range(&self, row: usize) -> Range<usize> {
        Self::range(&self.value_starts, row)
    }

    pub(crate) fn values(&self) -> &Values {
        &self.column.values
    }

    /// Copies rows in that order; a row may occur several times.
    pub(crate) fn pick(&self, rows: &[u32]) -> ColumnData {
        let mut picked = ColumnData::new(self.column.values.emptied());
        for row in rows {
            let row = *row as usize;
            picked.values.extend(&self.column.values, self.value_range(row));
            let levels = Self::range(&self.level_starts, row);
            let copy = |from: &[i16], to: &mut Vec<i16>| {
                to.extend_from_slice(from.get(levels.clone()).unwrap_or_default());
            };
            copy(&self.column.definitions, &mut picked.definitions);
            copy(&self.column.repetitions, &mut picked.repetitions);
        }
        picked
    }
}

/// Some rows of a Parquet file.
pub(crate) struct Table {
    pub(crate) columns: Vec<PlacedColumn>,
    /// For each row, the values of the nested columns; empty if the file has none.
    pub(crate) nested: Vec<Vec<serde_json::Value>>,
    pub(crate) rows: usize,
    /// Rows of the file up to and including these.
    pub(crate) end: u64,
}
