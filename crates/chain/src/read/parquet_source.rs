//! The bytes of a Parquet file. Reading at the end is an error, so that the parquet crate detects a truncated file.

use std::io::{ErrorKind, Read, Result as IoResult};

use bytes::{Buf, Bytes, buf::Reader};
use parquet::{
    errors::Result,
    file::reader::{ChunkReader, Length},
};

/// Bytes for the parquet crate. Reading at their end is an error, because the crate skips unknown values of a page
/// header past the end of the file, up to two billion of them.
pub(super) struct Source(pub(super) Bytes);

impl Length for Source {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }
}

impl ChunkReader for Source {
    type T = EndIsError;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        self.0.get_read(start).map(EndIsError)
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        self.0.get_bytes(start, length)
    }
}

/// A reader whose end is an error.
pub(super) struct EndIsError(Reader<Bytes>);

impl Read for EndIsError {
    fn read(&mut self, buffer: &mut [u8]) -> IoResult<usize> {
        if !buffer.is_empty() && !self.0.get_ref().has_remaining() {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        self.0.read(buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_an_error() {
        let mut reader = Source(Bytes::from_static(&[7; 10])).get_read(4).unwrap();
        let mut buffer = [0; 8];
        assert_eq!(reader.read(&mut buffer).unwrap(), 6);
        assert_eq!(reader.read(&mut buffer).unwrap_err().kind(), ErrorKind::UnexpectedEof);
        assert_eq!(reader.read(&mut []).unwrap(), 0);
    }
}
