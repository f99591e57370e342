//! Reading lines and comma-separated records, a chunk at a time.

use std::mem;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::error::BatchError;
use crate::form::{Delimiter, InputForm};
use crate::source::{TextKind, TextSource};
use crate::split::CsvSplitter;

/// The longest row, in bytes: a line without end must not exhaust memory.
pub(crate) const MAX_ROW_BYTES: usize = 1 << 20;
/// The size in bytes at which a chunk of long rows ends, even if it has few of them.
const MAX_CHUNK_BYTES: usize = 8 << 20;
/// Bytes that are read at a time.
const BLOCK: u64 = 1 << 18;

/// Some rows, as UTF-8.
#[derive(Debug)]
pub(crate) struct TextChunk {
    pub(crate) bytes: Vec<u8>,
    pub(crate) rows: Vec<Range<usize>>,
    /// The file ends in the last row, inside of a quote.
    pub(crate) open_at_end: bool,
    /// The position in the text after the last row.
    pub(crate) end: u64,
    /// Bytes of the file that were read.
    pub(crate) consumed: u64,
}

impl TextChunk {
    /// A row's bytes, without the line end.
    pub(crate) fn row(&self, number: usize) -> &[u8] {
        let range = self.rows.get(number).cloned().unwrap_or_default();
        let mut row = self.bytes.get(range).unwrap_or_default();
        while let [b'\r' | b'\n', rest @ ..] = row {
            row = rest;
        }
        if self.open_at_end && number + 1 == self.rows.len() {
            return row;
        }
        match row {
            [rest @ .., b'\r' | b'\n'] => rest,
            _ => row,
        }
    }
}

enum Splitter {
    Csv(CsvSplitter),
    Lines,
}

impl Splitter {
    fn row_end(&mut self, bytes: &[u8], at: usize) -> Option<usize> {
        match self {
            Self::Csv(csv) => csv.record_end(bytes, at),
            Self::Lines => memchr::memchr(b'\n', bytes.get(at..)?).map(|place| at + place + 1),
        }
    }
}

/// Reads rows of text.
pub(crate) struct TextReader {
    path: PathBuf,
    source: TextSource,
    splitter: Splitter,
    delimiter: Delimiter,
    /// Bytes that were read past the last row that was returned.
    carry: Vec<u8>,
    /// The position of `carry` in the text.
    offset: u64,
    rows: u64,
    ended: bool,
}

impl TextReader {
    /// Opens a table. Its delimiter is the given one, or is detected in its header.
    pub(crate) fn open_table(path: &Path, form: &InputForm) -> Result<Self, BatchError> {
        let mut reader = Self::open(path, form, TextKind::Table)?;
        let mut head = Vec::new();
        reader.source.read(&mut head, BLOCK)?;
        // Spreadsheets write a line that states the delimiter in front of a table.
        let told = match head.as_slice() {
            [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter, b'\r' | b'\n', ..] => {
                std::str::from_utf8(&[*delimiter]).ok().and_then(|text| text.parse().ok())
            }
            _ => None,
        };
        let skipped = if told.is_some() { 5 } else { 0 };
        let rest = head.split_off(skipped);
        let delimiter = form.delimiter.or(told).unwrap_or_else(|| Delimiter::of_header(&rest));
        (reader.carry, reader.offset) = (rest, skipped as u64);
        (reader.delimiter, reader.splitter) =
            (delimiter, Splitter::Csv(CsvSplitter::new(delimiter)));
        Ok(reader)
    }

    /// Opens a file of lines.
    pub(crate) fn open_lines(path: &Path, form: &InputForm) -> Result<Self, BatchError> {
        Self::open(path, form, TextKind::Lines)
    }

    fn open(path: &Path, form: &InputForm, kind: TextKind) -> Result<Self, BatchError> {
        Ok(Self {
            path: path.to_owned(),
            source: TextSource::open(path, form, kind)?,
            splitter: Splitter::Lines,
            delimiter: Delimiter::COMMA,
            carry: Vec::new(),
            offset: 0,
            rows: 0,
            ended: false,
        })
    }

    /// The delimiter between the fields of a table.
    pub(crate) fn delimiter(&self) -> Delimiter {
        self.delimiter
    }

    /// Counts rows from here on.
    pub(crate) fn start_counting(&mut self) {
        self.rows = 0;
    }

    /// Continues at a position where a row starts, with that number of rows before it.
    pub(crate) fn seek(&mut self, offset: u64, rows: u64) -> Result<(), BatchError> {
        self.source.seek(offset)?;
        self.carry.clear();
        self.offset = offset;
        self.rows = rows;
        self.ended = false;
        Ok(())
    }

    /// The next rows, at most `count`; none at the end of the file.
    pub(crate) fn next_chunk(&mut self, count: usize) -> Result<TextChunk, BatchError> {
        let mut bytes = mem::take(&mut self.carry);
        let mut rows = Vec::with_capacity(count.min(1 << 16));
        let (mut start, mut seen) = (0, 0);
        let mut open_at_end = false;
        if let Splitter::Csv(csv) = &mut self.splitter {
            csv.reset();
        }
        loop {
            while rows.len() < count && start < MAX_CHUNK_BYTES {
                let Some(end) = self.splitter.row_end(&bytes, seen) else {
                    seen = bytes.len();
                    break;
                };
                self.keep(&bytes, start..end, &mut rows);
                (start, seen) = (end, end);
            }
            if rows.len() == count || start >= MAX_CHUNK_BYTES || self.ended {
                break;
            }
            if bytes.len() - start > MAX_ROW_BYTES {
                let row = self.rows + rows.len() as u64 + 1;
                let path = self.path.clone();
                return Err(BatchError::RowTooLong { path, row, limit: MAX_ROW_BYTES });
            }
            self.ended = self.source.read(&mut bytes, BLOCK)? == 0;
            if self.ended && start < bytes.len() {
                open_at_end = matches!(&self.splitter, Splitter::Csv(csv) if csv.is_open());
                self.keep(&bytes, start..bytes.len(), &mut rows);
                (start, seen) = (bytes.len(), bytes.len());
            }
        }
        let is_mark = |row: &Range<usize>| bytes.get(row.clone()).is_some_and(is_end_of_file);
        if !open_at_end
            && rows.last().is_some_and(is_mark)
            && self.only_blanks(&mut bytes, start)?
        {
            rows.pop();
        }
        self.carry = bytes.split_off(start);
        if let Err(error) = std::str::from_utf8(&bytes) {
            return Err(self.source.not_utf8(self.offset + error.valid_up_to() as u64));
        }
        self.offset += start as u64;
        self.rows += rows.len() as u64;
        let consumed = self.source.consumed();
        Ok(TextChunk { bytes, rows, open_at_end, end: self.offset, consumed })
    }

    /// Whether only blank lines follow up to the end of the file. Reads ahead, because a chunk can be full before.
    fn only_blanks(&mut self, bytes: &mut Vec<u8>, start: usize) -> Result<bool, BatchError> {
        while self.is_blank(bytes.get(start..).unwrap_or_default()) {
            if self.ended || bytes.len() - start > MAX_ROW_BYTES {
                return Ok(self.ended);
            }
            self.ended = self.source.read(bytes, BLOCK)? == 0;
        }
        Ok(false)
    }

    /// Adds a row unless there is nothing in it.
    fn keep(&self, bytes: &[u8], range: Range<usize>, rows: &mut Vec<Range<usize>>) {
        if !self.is_blank(bytes.get(range.clone()).unwrap_or_default()) {
            rows.push(range);
        }
    }

    fn is_blank(&self, row: &[u8]) -> bool {
        match self.splitter {
            Splitter::Csv(_) => row.iter().all(|byte| matches!(byte, b'\r' | b'\n')),
            Splitter::Lines => row.iter().all(u8::is_ascii_whitespace),
        }
    }
}

/// Whether a line consists of the character that ends text files of DOS, or of the padding of their last block.
fn is_end_of_file(line: &[u8]) -> bool {
    line.contains(&0x1A) && line.iter().all(|byte| *byte == 0x1A || byte.is_ascii_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::InputForm;

    /// The rows from the present position on, read in chunks of a size, and the position after the first chunk.
    fn rest(reader: &mut TextReader, size: usize) -> (Vec<String>, Option<(u64, usize)>) {
        let (mut rows, mut first) = (Vec::new(), None);
        loop {
            let chunk = reader.next_chunk(size).unwrap();
            if chunk.rows.is_empty() {
                return (rows, first);
            }
            let text = |row: &Range<usize>| String::from_utf8_lossy(&chunk.bytes[row.clone()]);
            rows.extend(chunk.rows.iter().map(|row| text(row).trim().to_owned()));
            first = first.or(Some((chunk.end, rows.len())));
        }
    }

    #[test]
    fn the_end_of_file_character_is_no_row_whatever_the_size_of_chunks_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("in.txt");
        for (text, expected) in [
            ("a\nb\n\x1a", &["a", "b"][..]),
            ("a\n\n\x1a\n\n\n", &["a"]),
            ("a\n\x1a\x1a\x1a", &["a"]),
            ("a\r\n\x1a\r\nb", &["a", "\x1a", "b"]),
            ("a\n\x1a\n\x1a\n", &["a", "\x1a"]),
        ] {
            std::fs::write(&path, text).unwrap();
            for (is_table, size) in (1..5).flat_map(|size| [(true, size), (false, size)]) {
                let form = InputForm::default();
                let mut reader = match is_table {
                    true => TextReader::open_table(&path, &form).unwrap(),
                    false => TextReader::open_lines(&path, &form).unwrap(),
                };
                let (rows, first) = rest(&mut reader, size);
                assert_eq!(rows, expected, "{text:?} in chunks of {size}");
                let (end, count) = first.unwrap();
                reader.seek(end, count as u64).unwrap();
                assert_eq!(rest(&mut reader, size).0, rows[count..], "{text:?} resumed");
            }
        }
    }

    #[test]
    fn bytes_that_are_no_utf8_and_other_formats_are_errors_with_their_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("in.csv");
        let line_of = |text: &[u8]| {
            std::fs::write(&path, text).unwrap();
            let mut reader = TextReader::open_table(&path, &InputForm::default()).unwrap();
            loop {
                match reader.next_chunk(2) {
                    Err(BatchError::NotUtf8 { line, .. }) => return Some(line),
                    Err(error) => panic!("{error}"),
                    Ok(chunk) if chunk.rows.is_empty() => return None,
                    Ok(_) => {}
                }
            }
        };
        // Further on than the first bytes, by which the encoding is detected.
        let valid = "Jane Example\n".repeat(1 << 17);
        assert_eq!(line_of(valid.as_bytes()), None);
        let damaged = [valid.as_bytes(), b"J\xFCrgen\n", valid.as_bytes()].concat();
        assert_eq!(line_of(&damaged), Some((1 << 17) + 1));
        std::fs::write(&path, "[{\"name\":\"Jane\"}]").unwrap();
        let array = TextReader::open_lines(&path, &InputForm::default()).err().unwrap();
        assert!(array.to_string().contains("one JSON array"), "{array}");
        assert!(TextReader::open_table(&path, &InputForm::default()).is_ok());
    }
}
