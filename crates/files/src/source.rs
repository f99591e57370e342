//! The bytes of a text file as UTF-8: decompressed and decoded, with positions at which reading can continue.

mod decode;
mod sniff;
mod unpack;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs::{Encoding, UTF_8};

use crate::error::BatchError;
use crate::form::InputForm;
use decode::{BadBytes, Decoded};
pub(crate) use sniff::TextKind;
use sniff::{
    Compression, UTF8_AS_OTHER, byte_order_mark, compression_of, foreign_content, is_otherwise_utf8,
};
use unpack::{Counted, unpacked};

/// Bytes at the start of a file that show its form.
const HEAD: u64 = 4 << 10;

/// A text file as a stream of UTF-8. Positions count the bytes of that stream, without a byte order mark.
pub(crate) struct TextSource {
    path: PathBuf,
    layers: Layers,
    reader: Box<dyn Read + Send>,
    /// Bytes of the file that were read, for progress.
    consumed: Arc<AtomicU64>,
}

/// The encodings and compression between the file and its text.
#[derive(Clone, Copy)]
struct Layers {
    compression: Compression,
    encoding: &'static Encoding,
    /// Bytes of the byte order mark, after decompression.
    mark: usize,
}

impl TextSource {
    /// Opens a file and detects its compression and encoding.
    pub(crate) fn open(path: &Path, form: &InputForm, kind: TextKind) -> Result<Self, BatchError> {
        let mut file = open_file(path)?;
        let start = read_head(&mut file, path)?;
        let compression = compression_of(&start);
        let start = match compression {
            Compression::None => start,
            _ => {
                let (file, consumed) = (open_file(path)?, Arc::default());
                let mut plain = unpacked(Counted::new(file, consumed), compression)
                    .map_err(BatchError::io("read", path))?;
                read_head(&mut plain, path)?
            }
        };
        let (marked, mark) = byte_order_mark(&start).unwrap_or((UTF_8, 0));
        let told = form.encoding.map(|encoding| encoding.encoding());
        let encoding = if mark > 0 { marked } else { told.unwrap_or(UTF_8) };
        let foreign = foreign_content(&start, kind, mark > 0 || told.is_some());
        let is_told_wrongly = mark == 0 && told.is_some_and(|told| is_otherwise_utf8(&start, told));
        let foreign = foreign.or(is_told_wrongly.then_some(UTF8_AS_OTHER));
        if let Some((found, next_step)) = foreign {
            return Err(BatchError::Foreign { path: path.to_owned(), found, next_step });
        }
        let layers = Layers { compression, encoding, mark };
        let (reader, consumed) = layers.open(path)?;
        Ok(Self { path: path.to_owned(), layers, reader, consumed })
    }

    /// Continues at a position. A compressed or decoded stream is read again from the start up to that position.
    pub(crate) fn seek(&mut self, position: u64) -> Result<(), BatchError> {
        if self.layers.is_plain() {
            let mut file = open_file(&self.path)?;
            let position = position + self.layers.mark as u64;
            let sought = file.seek(SeekFrom::Start(position));
            sought.map_err(BatchError::io("read", &self.path))?;
            self.consumed = Arc::new(AtomicU64::new(position));
            self.reader = Box::new(Counted::new(file, self.consumed.clone()));
            return Ok(());
        }
        (self.reader, self.consumed) = self.layers.open(&self.path)?;
        let skipped = io::copy(&mut (&mut self.reader).take(position), &mut io::sink());
        skipped.map(|_| ()).map_err(|error| read_error(&self.path, error))
    }

    /// Adds at most that many bytes to the others; 0 at the end.
    pub(crate) fn read(&mut self, bytes: &mut Vec<u8>, most: u64) -> Result<usize, BatchError> {
        let read = (&mut self.reader).take(most).read_to_end(bytes);
        read.map_err(|error| read_error(&self.path, error))
    }

    /// Bytes of the file that were read.
    pub(crate) fn consumed(&self) -> u64 {
        self.consumed.load(Ordering::Relaxed)
    }

    /// The error for bytes at a position that are no UTF-8, with their line.
    pub(crate) fn not_utf8(&self, position: u64) -> BatchError {
        let line = || -> Result<u64, BatchError> {
            let (reader, _) = self.layers.open(&self.path)?;
            let mut block = Vec::new();
            let mut reader = reader.take(position);
            let mut lines = 1;
            loop {
                block.clear();
                let read = (&mut reader).take(1 << 20).read_to_end(&mut block);
                if read.map_err(BatchError::io("read", &self.path))? == 0 {
                    return Ok(lines);
                }
                lines += memchr::memchr_iter(b'\n', &block).count() as u64;
            }
        };
        match line() {
            Ok(line) => BatchError::NotUtf8 { path: self.path.clone(), line },
            Err(error) => error,
        }
    }
}

impl Layers {
    fn is_plain(&self) -> bool {
        self.compression == Compression::None && self.encoding == UTF_8
    }

    /// The text from its start.
    fn open(&self, path: &Path) -> Result<(Box<dyn Read + Send>, Arc<AtomicU64>), BatchError> {
        let consumed = Arc::new(AtomicU64::new(0));
        let file = Counted::new(open_file(path)?, consumed.clone());
        let fail = || BatchError::io("read", path);
        let mut reader = unpacked(file, self.compression).map_err(fail())?;
        let mut mark = vec![0; self.mark];
        reader.read_exact(&mut mark).map_err(fail())?;
        if self.encoding != UTF_8 {
            reader = Box::new(Decoded::new(reader, self.encoding));
        }
        Ok((reader, consumed))
    }
}

fn open_file(path: &Path) -> Result<File, BatchError> {
    File::open(path).map_err(BatchError::io("open", path))
}

fn read_head(reader: &mut dyn Read, path: &Path) -> Result<Vec<u8>, BatchError> {
    let mut head = Vec::new();
    reader.take(HEAD).read_to_end(&mut head).map_err(BatchError::io("read", path))?;
    Ok(head)
}

/// Distinguishes bytes that are invalid in the encoding from I/O errors.
fn read_error(path: &Path, error: io::Error) -> BatchError {
    let bad = error.get_ref().and_then(|cause| cause.downcast_ref::<BadBytes>());
    match bad {
        Some(BadBytes { line, encoding }) => {
            BatchError::BadBytes { path: path.to_owned(), line: *line, encoding }
        }
        None => BatchError::io("read", path)(error),
    }
}

#[cfg(test)]
mod tests;
