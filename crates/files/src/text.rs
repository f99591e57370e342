//! Reading lines and comma-separated records, a chunk at a time.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::mem;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::error::BatchError;
use crate::split::CsvSplitter;

/// The longest row, in bytes: a line without end must not exhaust memory.
pub(crate) const MAX_ROW_BYTES: usize = 1 << 20;
/// The size in bytes at which a chunk of long rows ends, even if it has few of them.
const MAX_CHUNK_BYTES: usize = 8 << 20;
/// Bytes that are read at a time.
const BLOCK: usize = 1 << 18;

/// Some rows, as raw bytes of the file.
#[derive(Debug)]
pub(crate) struct TextChunk {
    pub(crate) bytes: Vec<u8>,
    pub(crate) rows: Vec<Range<usize>>,
    /// The file ends in the last row, inside of a quote.
    pub(crate) open_at_end: bool,
    /// The place in the file after the last row.
    pub(crate) end: u64,
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
    file: File,
    splitter: Splitter,
    /// Bytes that were read past the last row that was returned.
    carry: Vec<u8>,
    /// The position of `carry` in the file.
    offset: u64,
    rows: u64,
    ended: bool,
}

impl TextReader {
    pub(crate) fn open(path: &Path, is_csv: bool) -> Result<Self, BatchError> {
        let mut file = File::open(path).map_err(BatchError::io("open", path))?;
        let mut mark = Vec::new();
        let read = (&mut file).take(3).read_to_end(&mut mark);
        read.map_err(BatchError::io("read", path))?;
        if matches!(mark[..], [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) {
            return Err(BatchError::Utf16(path.to_owned()));
        }
        let splitter = if is_csv { Splitter::Csv(CsvSplitter::default()) } else { Splitter::Lines };
        let (path, rows, ended) = (path.to_owned(), 0, false);
        let mut reader = Self { path, file, splitter, carry: Vec::new(), offset: 0, rows, ended };
        // A byte order mark is not part of the first column's name.
        reader.seek(if mark == b"\xef\xbb\xbf" { 3 } else { 0 }, 0)?;
        Ok(reader)
    }

    /// Continues at a position where a row starts, with that number of rows before it.
    pub(crate) fn seek(&mut self, offset: u64, rows: u64) -> Result<(), BatchError> {
        let sought = self.file.seek(SeekFrom::Start(offset));
        sought.map_err(BatchError::io("read", &self.path))?;
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
            self.ended = self.read_block(&mut bytes)? == 0;
            if self.ended && start < bytes.len() {
                open_at_end = matches!(&self.splitter, Splitter::Csv(csv) if csv.is_open());
                self.keep(&bytes, start..bytes.len(), &mut rows);
                (start, seen) = (bytes.len(), bytes.len());
            }
        }
        self.carry = bytes.split_off(start);
        self.offset += start as u64;
        self.rows += rows.len() as u64;
        Ok(TextChunk { bytes, rows, open_at_end, end: self.offset })
    }

    /// Adds a row unless there is nothing in it.
    fn keep(&self, bytes: &[u8], range: Range<usize>, rows: &mut Vec<Range<usize>>) {
        let row = bytes.get(range.clone()).unwrap_or_default();
        let blank = match self.splitter {
            Splitter::Csv(_) => row.iter().all(|byte| matches!(byte, b'\r' | b'\n')),
            Splitter::Lines => row.iter().all(u8::is_ascii_whitespace),
        };
        if !blank {
            rows.push(range);
        }
    }

    fn read_block(&mut self, bytes: &mut Vec<u8>) -> Result<usize, BatchError> {
        let block = (&mut self.file).take(BLOCK as u64).read_to_end(bytes);
        block.map_err(BatchError::io("read", &self.path))
    }

    /// The position after the last row that was returned.
    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }
}
