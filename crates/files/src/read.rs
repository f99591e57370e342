//! Reading rows of any format, a chunk at a time.

use std::path::{Path, PathBuf};

use crate::error::BatchError;
use crate::form::{Delimiter, InputForm};
use crate::format::FileFormat;
use crate::row::{Cells, ColumnPosition, Parser, Row};
use crate::split::holds_records;
use crate::text::{TextChunk, TextReader};

/// Rows that are screened at a time. Large enough to keep all cores busy, small enough that a few
/// chunks of long rows stay far below the memory of a small machine.
pub const CHUNK: usize = 4_096;

/// Reads a customer file.
pub struct RowReader {
    path: PathBuf,
    header: Option<Vec<String>>,
    source: Source,
}

enum Source {
    Csv(TextReader),
    Ndjson(TextReader),
    #[cfg(feature = "parquet")]
    Parquet(crate::table::TableReader),
}

/// Some rows of a file.
pub struct Chunk {
    rows: ChunkRows,
}

enum ChunkRows {
    Csv {
        chunk: TextChunk,
        fields: usize,
        delimiter: Delimiter,
    },
    Ndjson(TextChunk),
    #[cfg(feature = "parquet")]
    Parquet(crate::table::Table),
}

impl RowReader {
    /// Opens a file by its ending and reads its header, if it has one.
    pub fn open(path: &Path, form: &InputForm) -> Result<Self, BatchError> {
        let (source, header) = match FileFormat::of_input(path)? {
            format @ (FileFormat::Csv | FileFormat::Tsv) => {
                let tab = (format == FileFormat::Tsv).then_some(Delimiter::TAB);
                let form = InputForm { delimiter: form.delimiter.or(tab), ..form.clone() };
                let mut reader = TextReader::open_table(path, &form)?;
                let header = read_header(&mut reader, path)?;
                (Source::Csv(reader), Some(header))
            }
            FileFormat::Ndjson => (Source::Ndjson(TextReader::open_lines(path, form)?), None),
            #[cfg(feature = "parquet")]
            FileFormat::Parquet => {
                let reader = crate::table::TableReader::open(path)?;
                let header = reader.names().to_vec();
                (Source::Parquet(reader), Some(header))
            }
            #[cfg(not(feature = "parquet"))]
            FileFormat::Parquet => return Err(BatchError::NoParquet(path.to_owned())),
        };
        Ok(Self { path: path.to_owned(), header, source })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The columns, for formats that have them.
    pub fn header(&self) -> Option<&[String]> {
        self.header.as_deref()
    }

    /// The columns with their positions, for formats that have them. With `nested`, nested columns of a table are
    /// objects; without, each field of them is a column.
    #[cfg_attr(
        not(feature = "parquet"),
        expect(unused_variables, reason = "no text has nested columns")
    )]
    pub(crate) fn columns(&self, nested: bool) -> Vec<ColumnPosition> {
        #[cfg(feature = "parquet")]
        if let Some(table) = self.table().filter(|_| nested) {
            return table.outer_columns();
        }
        let names = self.header.iter().flatten().enumerate();
        names.map(|(index, name)| ColumnPosition { name: name.clone(), index }).collect()
    }

    /// The paths of values in nested columns, for formats that know them.
    pub(crate) fn nested_paths(&self) -> Vec<Vec<String>> {
        #[cfg(feature = "parquet")]
        if let Some(table) = self.table() {
            return table.nested_paths();
        }
        Vec::new()
    }

    /// Whether the file is text, as against typed columns.
    pub(crate) fn is_text(&self) -> bool {
        matches!(self.source, Source::Csv(_) | Source::Ndjson(_))
    }

    /// The reader of typed columns, for formats that have them.
    #[cfg(feature = "parquet")]
    pub(crate) fn table(&self) -> Option<&crate::table::TableReader> {
        match &self.source {
            Source::Parquet(reader) => Some(reader),
            _ => None,
        }
    }

    /// The next rows, at most `count`; none at the end of the file.
    pub fn next_chunk(&mut self, count: usize) -> Result<Option<Chunk>, BatchError> {
        let fields = self.header.as_ref().map_or(0, Vec::len);
        let rows = match &mut self.source {
            Source::Csv(reader) => {
                let delimiter = reader.delimiter();
                ChunkRows::Csv { chunk: reader.next_chunk(count)?, fields, delimiter }
            }
            Source::Ndjson(reader) => ChunkRows::Ndjson(reader.next_chunk(count)?),
            #[cfg(feature = "parquet")]
            Source::Parquet(reader) => match reader.next_table(count)? {
                Some(table) => ChunkRows::Parquet(table),
                None => return Ok(None),
            },
        };
        let chunk = Chunk { rows };
        Ok((!chunk.is_empty()).then_some(chunk))
    }

    /// Continues after `rows` rows, at the position that [`Chunk::end`] returned.
    pub fn seek(&mut self, end: u64, rows: u64) -> Result<(), BatchError> {
        match &mut self.source {
            Source::Csv(reader) | Source::Ndjson(reader) => reader.seek(end, rows),
            #[cfg(feature = "parquet")]
            Source::Parquet(reader) => reader.seek(end),
        }
    }

    /// The size of the input, in the unit of [`Chunk::consumed`]: bytes, or rows where they are known.
    pub fn size(&self) -> Result<u64, BatchError> {
        match &self.source {
            #[cfg(feature = "parquet")]
            Source::Parquet(reader) => Ok(reader.row_count()),
            _ => {
                let about = std::fs::metadata(&self.path);
                Ok(about.map_err(BatchError::io("read", &self.path))?.len())
            }
        }
    }

    /// The position of a column. Formats without a header accept any name.
    pub(crate) fn position(&self, column: &str) -> Result<ColumnPosition, BatchError> {
        let name = column.to_owned();
        let Some(header) = &self.header else { return Ok(ColumnPosition { name, index: 0 }) };
        let mut found = header.iter().enumerate().filter(|(_, name)| *name == column);
        let Some((index, _)) = found.next() else {
            if let Some(nested) =
                self.columns(true).into_iter().find(|nested| nested.name == column)
            {
                return Ok(nested);
            }
            let present = header.join(", ");
            return Err(BatchError::Column { path: self.path.clone(), column: name, present });
        };
        if found.next().is_some() {
            return Err(BatchError::ColumnTwice { path: self.path.clone(), column: name });
        }
        Ok(ColumnPosition { name, index })
    }
}

fn read_header(reader: &mut TextReader, path: &Path) -> Result<Vec<String>, BatchError> {
    let first = reader.next_chunk(1)?;
    if first.rows.is_empty() {
        return Err(BatchError::Empty(path.to_owned()));
    }
    let mut parser = Parser::default();
    let record = parser.record(first.row(0), reader.delimiter());
    let fields = (0..record.len()).filter_map(|place| record.get(place));
    let header: Vec<String> =
        fields.map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect();
    let named = header.iter().filter(|name| !name.is_empty()).count();
    if header.len() > 2 && named == 1 {
        return Err(BatchError::TitleLine { path: path.to_owned(), columns: header.len() });
    }
    // The header is not counted as a row.
    reader.start_counting();
    Ok(header)
}

impl Chunk {
    /// How many rows it has.
    pub fn len(&self) -> usize {
        match &self.rows {
            ChunkRows::Csv { chunk, .. } | ChunkRows::Ndjson(chunk) => chunk.rows.len(),
            #[cfg(feature = "parquet")]
            ChunkRows::Parquet(table) => table.rows,
        }
    }

    /// The typed columns, for formats that have them.
    #[cfg(feature = "parquet")]
    pub(crate) fn table(&self) -> Option<&crate::table::Table> {
        match &self.rows {
            ChunkRows::Parquet(table) => Some(table),
            _ => None,
        }
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How much of the input was read for it, in the unit of [`RowReader::size`].
    pub fn consumed(&self) -> u64 {
        match &self.rows {
            ChunkRows::Csv { chunk, .. } | ChunkRows::Ndjson(chunk) => chunk.consumed,
            #[cfg(feature = "parquet")]
            ChunkRows::Parquet(table) => table.end,
        }
    }

    /// The position in the input after its last row, for [`RowReader::seek`].
    pub fn end(&self) -> u64 {
        match &self.rows {
            ChunkRows::Csv { chunk, .. } | ChunkRows::Ndjson(chunk) => chunk.end,
            #[cfg(feature = "parquet")]
            ChunkRows::Parquet(table) => table.end,
        }
    }

    /// Parses a row.
    pub(crate) fn row<'a>(&'a self, number: usize, parser: &'a mut Parser) -> Row<'a> {
        match &self.rows {
            ChunkRows::Csv { chunk, fields, delimiter } => {
                let raw = chunk.row(number);
                let record = parser.record(raw, *delimiter);
                let open = chunk.open_at_end && number + 1 == chunk.rows.len();
                let count = |line_end| memchr::memchr_iter(line_end, raw).count();
                let lines = count(b'\n').max(count(b'\r'));
                let fault = if open {
                    Some(format!("the file ends inside of a quote, {lines} lines after its start"))
                } else if lines > 0 && holds_records(raw, *delimiter, *fields) {
                    let lines = lines + 1;
                    Some(format!("{lines} lines were read as one row; is a quote not closed?"))
                } else {
                    wrong_length(record.len(), *fields, lines)
                };
                Row { cells: Cells::Record(record), fault }
            }
            ChunkRows::Ndjson(chunk) => parser.object(chunk.row(number)),
            #[cfg(feature = "parquet")]
            ChunkRows::Parquet(table) => {
                Row { cells: Cells::Table { table, row: number }, fault: None }
            }
        }
    }
}

fn wrong_length(found: usize, expected: usize, lines: usize) -> Option<String> {
    let quote = || match lines {
        0 => String::new(),
        _ => format!(" and {} lines; is a quote not closed?", lines + 1),
    };
    (found != expected)
        .then(|| format!("the row has {found} fields, the header {expected}{}", quote()))
}
