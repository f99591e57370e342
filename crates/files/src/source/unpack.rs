//! Decompression, with a budget.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::MultiGzDecoder;

use super::sniff::Compression;

/// Largest factor by which a file may grow when it is unpacked. Tables of customers compress to between a fifth and a
/// thirtieth of their size, so a larger factor means a file made to exhaust the reader. Memory use does not depend on
/// the factor.
const MAX_FACTOR: u64 = 256;
/// Bytes by which a short file may grow whatever the factor.
const SLACK: u64 = 16 << 20;

/// A reader that counts the bytes it hands on.
pub(super) struct Counted<R> {
    inner: R,
    count: Arc<AtomicU64>,
}

impl<R> Counted<R> {
    pub(super) fn new(inner: R, count: Arc<AtomicU64>) -> Self {
        Self { inner, count }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        self.count.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// A decompressor within its budget.
struct Bounded<R> {
    inner: R,
    unpacked: u64,
    packed: Arc<AtomicU64>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        self.unpacked += read as u64;
        let budget = self.packed.load(Ordering::Relaxed).saturating_mul(MAX_FACTOR) + SLACK;
        if self.unpacked > budget {
            let text =
                format!("it unpacks to more than {MAX_FACTOR} times its size; unpack it first");
            return Err(io::Error::new(io::ErrorKind::InvalidData, text));
        }
        Ok(read)
    }
}

/// The content of a file that may be packed.
pub(super) fn unpacked(
    file: Counted<std::fs::File>,
    compression: Compression,
) -> io::Result<Box<dyn Read + Send>> {
    let packed = file.count.clone();
    Ok(match compression {
        Compression::None => Box::new(file),
        Compression::Gzip => {
            Box::new(Bounded { inner: MultiGzDecoder::new(file), unpacked: 0, packed })
        }
        Compression::Zstd => {
            let inner = zstd::stream::read::Decoder::new(file)?;
            Box::new(Bounded { inner, unpacked: 0, packed })
        }
    })
}
