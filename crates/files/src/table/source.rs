//! The bytes of a Parquet file. Reading at the end is an error, so that the parquet crate detects a truncated file.

use std::fs::File;
use std::io::{BufReader, ErrorKind, Read, Result as IoResult};

use bytes::Bytes;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};

/// A file for the parquet crate. Two things differ from what the crate does with a file itself, and both need only a
/// few damaged bytes: reading at the end is an error, because the crate skips unknown values of a page header past the
/// end of the file, up to two billion of them; and no more memory is allocated than the file could fill.
pub(super) struct Source(File);

impl Source {
    pub(super) fn new(file: File) -> Self {
        Self(file)
    }
}

impl Length for Source {
    fn len(&self) -> u64 {
        self.0.len()
    }
}

impl ChunkReader for Source {
    type T = EndIsError<BufReader<File>>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        self.0.get_read(start).map(EndIsError)
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let rest = self.len().saturating_sub(start);
        if length as u64 > rest {
            return Err(ParquetError::EOF(format!("{length} bytes are needed, {rest} are left")));
        }
        self.0.get_bytes(start, length)
    }
}

/// A reader whose end is an error.
pub(super) struct EndIsError<R>(R);

impl<R: Read> Read for EndIsError<R> {
    fn read(&mut self, buffer: &mut [u8]) -> IoResult<usize> {
        match self.0.read(buffer) {
            Ok(0) if !buffer.is_empty() => Err(ErrorKind::UnexpectedEof.into()),
            read => read,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_an_error_and_no_more_is_asked_for_than_the_file_holds() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bytes");
        std::fs::write(&path, [7; 10]).unwrap();
        let source = Source::new(File::open(&path).unwrap());
        let mut buffer = [0; 8];
        let mut reader = source.get_read(4).unwrap();
        assert_eq!(reader.read(&mut buffer).unwrap(), 6);
        assert_eq!(reader.read(&mut buffer).unwrap_err().kind(), ErrorKind::UnexpectedEof);
        assert_eq!(reader.read(&mut []).unwrap(), 0);
        assert_eq!(source.get_bytes(4, 6).unwrap().len(), 6);
        assert!(source.get_bytes(4, 7).is_err());
        assert!(source.get_bytes(u64::MAX, usize::MAX).is_err());
    }
}
