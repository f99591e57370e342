//! Records of a comma-separated file with a header.

use super::EXPECTED;
use super::record::{OwnRecord, OwnRecordReader};
use crate::ReadError;
use crate::draft::ListWriter;
use crate::xml::TextSource;

/// Reads the header and every row.
pub(super) fn read_rows(
    source: TextSource<'_>,
    (file, delimiter): (&str, char),
    rows: &mut OwnRecordReader<'_>,
    writer: &mut ListWriter<'_>,
) -> Result<(), ReadError> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(u8::try_from(delimiter).unwrap_or(b','))
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .from_reader(source);
    let mut header: Option<Vec<String>> = None;
    let mut record = csv::StringRecord::new();
    loop {
        reader.get_mut().begin_value();
        let more = match reader.read_record(&mut record) {
            Ok(more) => more,
            Err(error) => return Err(fault(error, reader.get_mut(), file)),
        };
        refuse_bad_bytes(reader.get_mut(), file)?;
        if !more {
            return Ok(());
        }
        let line = record.position().map_or(0, csv::Position::line);
        let Some(header) = &header else {
            let columns: Vec<String> = record.iter().map(|name| name.trim().to_owned()).collect();
            if !rows.identify(columns.iter().map(String::as_str)) {
                let found = format!(
                    "columns {}, of which none names anybody; see docs/reference/own-lists.md",
                    columns.join(", ").chars().take(200).collect::<String>()
                );
                return Err(ReadError::Format { file: file.to_owned(), expected: EXPECTED, found });
            }
            header = Some(columns);
            continue;
        };
        if rows.is_full() {
            return Err(too_many(file, rows.most()));
        }
        if record.len() != header.len() {
            let what = format!("{} fields where the header has {}", record.len(), header.len());
            writer.unreadable(what, &record.iter().collect::<Vec<_>>().join(","), Some(line));
            continue;
        }
        if let Some(cell) = record.iter().find(|cell| holds_records(cell, delimiter, header.len()))
        {
            let what = "a field holds what looks like further rows; is a quote not closed?";
            writer.unreadable(what.to_owned(), cell, Some(line));
        }
        let cells = header.iter().cloned().zip(record.iter().map(str::to_owned)).collect();
        rows.row(&OwnRecord { line, cells, split: true }, writer);
    }
}

/// Whether a line within a field has as many delimiters as a row. A quote that is opened by mistake takes the rows up to
/// the next quote into its field.
fn holds_records(cell: &str, delimiter: char, fields: usize) -> bool {
    let mut inner = cell.split(['\r', '\n']).skip(1);
    fields > 2 && inner.any(|line| line.matches(delimiter).count() + 1 >= fields)
}

pub(super) fn too_many(file: &str, limit: u64) -> ReadError {
    ReadError::Budget { file: file.to_owned(), what: "records", limit }
}

fn fault(error: csv::Error, source: &mut TextSource<'_>, file: &str) -> ReadError {
    if let Some(stop) = source.take_stop() {
        return stop.into_error(file);
    }
    let place = error.position().map_or("a line".to_owned(), |at| format!("line {}", at.line()));
    match error.into_kind() {
        csv::ErrorKind::Io(source) => ReadError::Io { file: file.to_owned(), source },
        other => ReadError::Syntax { file: file.to_owned(), place, detail: format!("{other:?}") },
    }
}

/// Refuses bytes that are not text in the file's encoding: a name with a replaced letter would never be found.
pub(super) fn refuse_bad_bytes(source: &mut TextSource<'_>, file: &str) -> Result<(), ReadError> {
    let Some(bytes) = source.take_bad().into_iter().next() else { return Ok(()) };
    Err(ReadError::Format {
        file: file.to_owned(),
        expected: EXPECTED,
        found: format!("bytes in line {} that are no UTF-8; save it as \"CSV UTF-8\"", bytes.line),
    })
}
