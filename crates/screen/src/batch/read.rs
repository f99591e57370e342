//! Rows out of a file, a chunk at a time.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::error::BatchError;
use super::row::{Cells, FileFormat, Row};

/// Longest row. A line without end must not fill the memory.
const MAX_ROW_BYTES: usize = 1 << 20;

/// Reads a customer file.
pub struct RowReader {
    path: PathBuf,
    rows: u64,
    source: Source,
}

enum Source {
    Csv { reader: csv::Reader<Bounded>, header: csv::StringRecord },
    Ndjson { reader: BufReader<File>, line: Vec<u8> },
}

/// Opens a file by its ending and reads its header, if it has one.
pub fn open_rows(path: &Path) -> Result<RowReader, BatchError> {
    let format = FileFormat::of(path)?;
    let file = File::open(path).map_err(BatchError::io("open", path))?;
    let source = match format {
        FileFormat::Csv => {
            let mut reader = csv::ReaderBuilder::new()
                .flexible(true)
                .buffer_capacity(1 << 18)
                .from_reader(Bounded::new(file));
            let header = reader
                .byte_headers()
                .map_err(|error| BatchError::io("read", path)(error.into()))?;
            let header: csv::StringRecord =
                header.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect();
            if header.is_empty() {
                return Err(BatchError::Empty(path.to_owned()));
            }
            let header = strip_mark(&header);
            Source::Csv { reader, header }
        }
        FileFormat::Ndjson => {
            Source::Ndjson { reader: BufReader::with_capacity(1 << 18, file), line: Vec::new() }
        }
    };
    Ok(RowReader { path: path.to_owned(), rows: 0, source })
}

/// Takes the byte order mark off the first column's name.
fn strip_mark(header: &csv::StringRecord) -> csv::StringRecord {
    header.iter().map(|name| name.trim_start_matches('\u{feff}')).collect()
}

impl RowReader {
    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The columns, for files with a header.
    pub fn header(&self) -> Option<&csv::StringRecord> {
        match &self.source {
            Source::Csv { header, .. } => Some(header),
            Source::Ndjson { .. } => None,
        }
    }

    /// The next rows, at most `count`; none at the end of the file.
    pub fn next_rows(&mut self, count: usize) -> Result<Vec<Row>, BatchError> {
        let mut rows = Vec::with_capacity(count);
        while rows.len() < count {
            match self.next_row()? {
                Some(row) => rows.push(row),
                None => break,
            }
        }
        Ok(rows)
    }

    fn next_row(&mut self) -> Result<Option<Row>, BatchError> {
        let row = match &mut self.source {
            Source::Csv { reader, header } => next_record(reader, header, &self.path)?,
            Source::Ndjson { reader, line } => next_object(reader, line, &self.path, self.rows)?,
        };
        self.rows += u64::from(row.is_some());
        Ok(row)
    }
}

fn next_record(
    reader: &mut csv::Reader<Bounded>,
    header: &csv::StringRecord,
    path: &Path,
) -> Result<Option<Row>, BatchError> {
    let mut record = csv::ByteRecord::new();
    // A record that would never end is stopped by the reader below, which counts since here.
    reader.get_mut().since_record = 0;
    match reader.read_byte_record(&mut record) {
        Ok(false) => return Ok(None),
        Ok(true) => {}
        Err(error) => return Err(BatchError::io("read", path)(error.into())),
    }
    let wrong_length = (record.len() != header.len())
        .then(|| format!("the row has {} fields, the header {}", record.len(), header.len()));
    match csv::StringRecord::from_byte_record(record) {
        Ok(record) => Ok(Some(Row { cells: Cells::Text(record), fault: wrong_length })),
        Err(error) => {
            let fault = Some("the row is not UTF-8".to_owned());
            let record = error.into_byte_record();
            let cells = record.iter().map(String::from_utf8_lossy).collect::<Vec<_>>();
            let record: csv::StringRecord = cells.iter().map(AsRef::as_ref).collect::<Vec<&str>>().into();
            Ok(Some(Row { cells: Cells::Text(record), fault }))
        }
    }
}

fn next_object(
    reader: &mut BufReader<File>,
    line: &mut Vec<u8>,
    path: &Path,
    rows: u64,
) -> Result<Option<Row>, BatchError> {
    loop {
        line.clear();
        let read = reader
            .take(MAX_ROW_BYTES as u64 + 1)
            .read_until(b'\n', line)
            .map_err(BatchError::io("read", path))?;
        if read == 0 {
            return Ok(None);
        }
        if line.len() > MAX_ROW_BYTES {
            let path = path.to_owned();
            return Err(BatchError::RowTooLong { path, row: rows + 1, limit: MAX_ROW_BYTES });
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let row = match serde_json::from_slice(line) {
            Ok(Value::Object(object)) => Row { cells: Cells::Object(object), fault: None },
            Ok(_) => broken(line, "the line is no JSON object"),
            Err(error) => broken(line, &format!("the line is no JSON: {error}")),
        };
        return Ok(Some(row));
    }
}

/// A line that is no object, kept so that it is not lost from the output.
fn broken(line: &[u8], fault: &str) -> Row {
    let text = String::from_utf8_lossy(line).trim_end().to_owned();
    let object = [("match_input".to_owned(), Value::String(text))].into_iter().collect();
    Row { cells: Cells::Object(object), fault: Some(fault.to_owned()) }
}

/// Stops a single record from growing without end: an opening quote that is never closed would
/// otherwise swallow the rest of the file into memory.
struct Bounded {
    file: File,
    since_record: usize,
}

impl Bounded {
    fn new(file: File) -> Self {
        Self { file, since_record: 0 }
    }
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.since_record > MAX_ROW_BYTES {
            let message = format!("a row is longer than {MAX_ROW_BYTES} bytes; is a quote not closed?");
            return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, message));
        }
        let read = self.file.read(buffer)?;
        self.since_record += read;
        Ok(read)
    }
}
